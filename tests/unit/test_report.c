/* test_report.c: whole reports: golden transcripts, the way through run.json and back, hostile
 * texts. MODELGATE_RENEW=1 writes the transcripts of tests/golden/report anew; read the
 * difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <modelgate/report.h>

#include "base/file.h"
#include "base/text.h"
#include "report/azure.h"
#include "report/console.h"
#include "report/formats.h"
#include "report/run_fields.h"
#include "report/write.h"
#include "sample_run.h"

static int setup(void **state)
{
	*state = mg_arena_new();
	return 0;
}

static int teardown(void **state)
{
	mg_arena_free(*state);
	return 0;
}

/* ---- one report as text ---- */

struct view {
	const char *file;
	const struct mg_report_format *format;
	struct mg_report_style style;
	const char *only; /* sample; NULL: all */
};

static const struct view views[] = {
	{"expect.txt", &mg_report_console, {.width = 0}, NULL},
	{"expect.80.txt", &mg_report_console, {.width = 80}, NULL},
	{"expect.colour.txt", &mg_report_console, {.width = 100, .colour = true}, "rich"},
	{"expect.verbose.txt", &mg_report_console, {.width = 100, .verbose = true}, "rich"},
	{"expect.quiet.txt", &mg_report_console, {.width = 100, .quiet = true}, "rich"},
	{"expect.xml", &mg_report_junit, {.width = 0}, NULL},
	{"expect.json", &mg_report_json, {.width = 0}, NULL},
	{"expect.md", &mg_report_markdown, {.width = 0}, NULL},
	{"expect.html", &mg_report_html, {.width = 0}, "rich"},
	{"expect.prom", &mg_report_prometheus, {.width = 0}, NULL},
	{"expect.vso", &mg_report_azure,
		{.files = {"/build/summary.md", "/build/run.json", "/build/j.xml"}}, NULL},
};

static struct mg_text make(
	struct mg_arena *arena, const struct view *view, const struct mg_run *run)
{
	struct mg_text text;
	struct mg_error err = {0};
	mg_text_init(&text, arena);
	if (mg_report_text(&text, view->format, run, &view->style, &err) != MG_OK)
		fail_msg("%s: %s", view->file, err.text);
	assert_int_equal(text.len, strlen(text.data));
	return text;
}

static struct mg_run *read_back(struct mg_arena *arena, const char *text, size_t len)
{
	struct mg_run *run = NULL;
	struct mg_error err = {0};
	if (mg_run_read(arena, text, len, &run, &err) != MG_OK)
		fail_msg("%s", err.text);
	return run;
}

/* ---- golden ---- */

/* Of a page what the program itself writes: not the style, the script, and the run for it. */
static void keep_markup(struct mg_text *page)
{
	char *from = strstr(page->data, "<body>"), *to = strstr(page->data, "<script type=");
	assert_non_null(from);
	assert_non_null(to);
	page->len = (size_t)(to - from);
	memmove(page->data, from, page->len);
	page->data[page->len] = 0;
}

static void check_golden(struct mg_arena *arena, const struct sample *sample,
	const struct view *view, const struct mg_run *run)
{
	const char *source = getenv("MODELGATE_SOURCE");
	char *path = mg_printf(arena, "%s/tests/golden/report/%s/%s", source ? source : ".",
		sample->name, view->file);
	struct mg_text text = make(arena, view, run);
	struct mg_error err = {0};
	if (view->format == &mg_report_html)
		keep_markup(&text);
	if (getenv("MODELGATE_RENEW")) {
		if (mg_file_write(path, text.data, text.len, &err) != MG_OK)
			fail_msg("%s", err.text);
		return;
	}
	char *want;
	size_t len;
	if (mg_file_read(arena, path, 16 << 20, &want, &len, &err) != MG_OK)
		fail_msg("%s (MODELGATE_RENEW=1 makes it)", err.text);
	if (len != text.len || memcmp(want, text.data, len) != 0)
		fail_msg("%s differs from what is written now:\n%s", path, text.data);
}

/* Of the long run only what cuts it short. */
static bool is_kept(const struct sample *sample, const struct view *view)
{
	if (mg_streq(sample->name, "many"))
		return !view->format || view->format == &mg_report_markdown;
	return !view->only || mg_streq(view->only, sample->name);
}

static void test_golden(void **state)
{
	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct mg_run *run = samples[i].make(*state);
		for (size_t v = 0; v < COUNT(views); v++) {
			if (is_kept(&samples[i], &views[v]))
				check_golden(*state, &samples[i], &views[v], run);
		}
	}
}

/* ---- run.json and back ---- */

static const struct view json_view = {"run.json", &mg_report_json, {.width = 0}, NULL};

static void test_every_report_survives_run_json(void **state)
{
	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct mg_run *run = samples[i].make(*state);
		struct mg_text json = make(*state, &json_view, run);
		const struct mg_run *again = read_back(*state, json.data, json.len);
		for (size_t v = 0; v < COUNT(views); v++)
			assert_string_equal(make(*state, &views[v], again).data,
				make(*state, &views[v], run).data);
	}
}

static void test_numbers_survive_run_json(void **state)
{
	const double numbers[] = {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0,
		9007199254740994.0, 1e22, 123456789012345680.0, INFINITY, -INFINITY, NAN, 0.1 + 0.2,
		100, -7.25e-11};
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct mg_run *run = sample_empty(*state);
		struct mg_result r = sample_result("s", "s/x", "sql", MG_PASS, numbers[i]);
		sample_close(run, &r, 1, *state);
		struct mg_text json = make(*state, &json_view, run);
		double back = read_back(*state, json.data, json.len)->results[0].value;
		if (isnan(numbers[i]))
			assert_true(isnan(back));
		else
			assert_memory_equal(&back, &numbers[i], sizeof(back));
	}
}

/* Every character of the first plane, once. */
static void test_texts_survive_run_json(void **state)
{
	struct mg_text all;
	mg_text_init(&all, *state);
	for (uint32_t c = 1; c <= 0xffff; c = c == 0xd7ff ? 0xe000 : c + 1) {
		if (c >= 0x800)
			mg_text_add_char(&all, (char)(0xe0 | c >> 12));
		if (c >= 0x80)
			mg_text_add_char(
				&all, (char)(c < 0x800 ? 0xc0 | c >> 6 : 0x80 | (c >> 6 & 0x3f)));
		mg_text_add_char(&all, (char)(c < 0x80 ? c : 0x80 | (c & 0x3f)));
	}
	struct mg_run *run = sample_empty(*state);
	run->host = all.data;
	struct mg_text json = make(*state, &json_view, run);
	assert_string_equal(read_back(*state, json.data, json.len)->host, all.data);
}

/* ---- what the reader refuses ---- */

static char *replaced(struct mg_arena *arena, const char *text, const char *what, const char *with)
{
	const char *at = strstr(text, what);
	if (!at)
		fail_msg("the sample does not have %s", what);
	return mg_printf(arena, "%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
}

/* Without its seal, so that it may be changed. */
static char *opened(struct mg_arena *arena, const char *json)
{
	const char *seal = strstr(json, ",\n  \"seal\": \"sha256:");
	assert_non_null(seal);
	return mg_printf(arena, "%.*s\n}\n", (int)(seal - json), json);
}

static const struct {
	const char *what, *with, *says;
} bad[] = {
	{"modelgate.run/1", "modelgate.run/2", "$.format is the text 'modelgate.run/2'"},
	{"\"model\": \"flight-delay\"", "\"model\": 7", "$.model is the number 7, not a text"},
	{"\"model\":", "\"modell\":", "$.model is nothing"},
	{"\"fail\": 3", "\"fail\": 2", "$.counts does not agree"},
	{"\"fail\": 3", "\"fail\": -1", "$.counts.fail is the number -1"},
	{"\"verdict\": \"error\"", "\"verdict\": \"pass\"", "$.verdict is the text 'pass'"},
	{"\"verdict\": \"error\"", "\"verdict\": \"green\"", "one of pass, warn, fail"},
	{"\"verdict\": \"pass\"", "\"verdict\": 1", "$.results[0].verdict is the number 1"},
	{"\"held\": true", "\"held\": 1", "$.results[0].limits[0].held is the number 1"},
	{"\"held\": true", "\"held\": false",
		"$.results[0].limits[0].state is the text 'held', not a state that agrees"},
	{"\"number\":", "\"text\": \"a\", \"number\":", ".number is the number"},
	{"\"severity\": \"fail\"", "\"severity\": \"info\"", "$.results[0].severity"},
	{"\"value\": 48211", "\"value\": \"many\"", "$.results[0].value is the text 'many'"},
	{"\"rows\": 48211", "\"rows\": 1.5", "$.results[0].rows is the number 1.5"},
	{"\"line\": 20", "\"line\": 99999999999", "$.results[0].line"},
	{"data-quality/unique[column=flight_id]", "data-quality/row_count",
		"$.results[1].name is the text 'data-quality/row_count', not a name that no other"},
	{"[\"1021\", \"ATL\", null]", "[\"1021\", \"ATL\"]",
		"$.results[2].samples.rows[0] is a list"},
	{"[\"1021\", \"ATL\", null]", "[\"1021\", \"ATL\", 3]", "$.results[2].samples.rows[0][2]"},
	{"\"started\": \"2025", "\"started\": \"yesterday 2025", "$.started"},
	{"\"seed\": \"18446744073709551615\"", "\"seed\": \"18446744073709551616\"", "$.seed"},
	{"\"seed\": \"18446744073709551615\"", "\"seed\": 1", "$.seed is the number 1"},
	{"\"dirty\": false", "\"dirty\": \"##vso[x]\"", "$.git.dirty is the text '**vso[x]'"},
	{"\"host\": \"build-7\"", "\"host\": \"a\", \"host\": \"b\"", "'host' occurs twice"},
	{"\"host\": \"build-7\"", "\"host\": \"a\\u0000b\"", "not JSON"},
	{"{\n", "[\n", "not JSON"},
	{"\"vars\": [", "\"vars\": [3,", "$.vars[0] is the number 3, not an object"},
	{"\"bytes\": 391022", "\"bytes\": null", "$.inputs[0].bytes is null"},
	{"[[0.2, 0.5]", "[[0.2]",
		"$.results[9].charts[0].rows[0] is a list, not a list of 2 cells"},
	{"[[0.2, 0.5]", "[[0.2, \"x\"]", "$.results[9].charts[0].rows[0][1] is the text 'x'"},
	{"\"labels\": [\"up to -5\", ", "\"labels\": [",
		"$.results[9].charts[0].labels is a list, not as long as the 4 rows"},
};

static void test_reader_names_what_is_wrong(void **state)
{
	const char *json = opened(*state, make(*state, &json_view, sample_rich(*state)).data);
	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *text = replaced(*state, json, bad[i].what, bad[i].with);
		struct mg_run *run = NULL;
		struct mg_error err = {0};
		assert_int_equal(mg_run_read(*state, text, strlen(text), &run, &err), MG_EIO);
		assert_null(run);
		if (!strstr(err.text, bad[i].says))
			fail_msg("expected \"%s\" in: %s", bad[i].says, err.text);
	}
}

static const struct {
	const char *what, *with, *says;
} bad_likes[] = {
	{"\"like\": 1", "\"like\": 2",
		"$.results[2].like is the number 2, not the index of an earlier"},
	{"\"like\": 1", "\"like\": -1", "$.results[2].like is the number -1"},
	{"\"like\": 1", "\"like\": \"1\"", "$.results[2].like is the text '1'"},
	{"\"like\": 1", "\"like\": 1e0", "$.results[2].like is the number 1"},
	{"{\"like\": 1, ", "{\"like\": null, ", "$.results[2].like is null"},
	{"{\"like\": 1, ", "{", "$.results[2].tags is nothing, not a list"},
	{"{\"like\": 1, \"name\": \"accuracy/f1[region=other]\"",
		"{\"like\": 2, \"name\": \"accuracy/f1[region=other]\"",
		"$.results[5].like is the number 2, not the index of an entry without"},
	{"\"verdict\": \"fail\", \"message\"", "\"message\"", "$.results[2].verdict is nothing"},
	{"\"value\": 0.53125, ", "", "$.results[2].value is nothing"},
};

/* Slices leave out what they share, and nothing else may be missing, or come from anywhere else. */
static void test_slices_are_like_an_earlier_one(void **state)
{
	const char *json = opened(*state, make(*state, &json_view, sample_sliced(*state)).data);
	const struct mg_run *run = read_back(*state, json, strlen(json));
	assert_string_equal(run->results[2].kind, "f1");
	assert_null(run->results[5].exact);
	assert_int_equal(run->results[5].chart_count, 0);
	struct mg_run *other = sample_sliced(*state);
	other->results[1].exact = "0.515625"; /* which none after it may seem to have */
	struct mg_text text_of_other = make(*state, &json_view, other);
	assert_non_null(strstr(text_of_other.data, "\"like\": 2"));
	assert_null(strstr(text_of_other.data, "\"like\": 1"));
	assert_null(read_back(*state, text_of_other.data, text_of_other.len)->results[5].exact);
	for (size_t i = 0; i < COUNT(bad_likes); i++) {
		const char *text = replaced(*state, json, bad_likes[i].what, bad_likes[i].with);
		struct mg_run *none = NULL;
		struct mg_error err = {0};
		assert_int_equal(mg_run_read(*state, text, strlen(text), &none, &err), MG_EIO);
		if (!strstr(err.text, bad_likes[i].says))
			fail_msg("expected \"%s\" in: %s", bad_likes[i].says, err.text);
	}
}

/* A small file must not become a report of any size. */
static void test_what_slices_leave_out_is_bounded(void **state)
{
	enum { SLICES = 600, SQL = 1 << 20 };
	struct mg_run *run = sample_sliced(*state);
	struct mg_result *all = mg_alloc_array(*state, SLICES, sizeof(*all));
	char *sql = mg_alloc(*state, SQL + 1);
	memset(sql, 'x', SQL);
	for (size_t i = 0; i < SLICES; i++) {
		all[i] = run->results[1];
		all[i].name = mg_printf(*state, "accuracy/f1[region=%zu]", i);
		all[i].slice = mg_printf(*state, "region=%zu", i);
		all[i].sql = sql;
	}
	sample_close(run, all, SLICES, *state);
	struct mg_text text;
	struct mg_error err = {0};
	mg_text_init(&text, *state);
	assert_int_equal(mg_report_text(&text, &mg_report_json, run, NULL, &err), MG_ELIMIT);
	assert_non_null(strstr(err.text, "its slices have 59"));
	err = (struct mg_error){0};
	assert_int_equal(mg_run_read(*state, text.data, text.len, &run, &err), MG_ELIMIT);
	assert_non_null(strstr(err.text, "with what 'like' stands for"));
}

static void test_reader_passes_over_new_keys(void **state)
{
	const char *json = opened(*state, make(*state, &json_view, sample_rich(*state)).data);
	const char *text = replaced(
		*state, json, "\"host\":", "\"colour\": {\"a\": [1, null]}, \"host\":");
	const struct mg_run *run = read_back(*state, text, strlen(text));
	/* Nor does a file without a seal get one on the way. */
	assert_true(run->unsealed);
	assert_string_equal(make(*state, &json_view, run).data, json);
}

static const struct {
	const char *what, *with;
} changes[] = {
	{"\"value\": 48211", "\"value\": 48212"},
	{"\"host\": \"build-7\"", "\"host\":  \"build-7\""},
	{"\"dirty\": false", "\"colour\": 1, \"dirty\": false"},
	{"\n  \"seal\": \"sha256:", "\n  \"seal\": \"md5:"},
	{"\n  \"seal\": \"sha256:", "\n  \"seal\":  \"sha256:"},
	{"\n  \"seal\": \"sha256:", "\n  \"seal\": \"sha256:0"},
	{"{\n", "{\n  \"seal\": \"sha256:0\",\n"},
	{"{\n", "{\r\n"},
};

static void test_reader_finds_what_was_changed(void **state)
{
	struct mg_text json = make(*state, &json_view, sample_rich(*state));
	assert_false(read_back(*state, json.data, json.len)->unsealed);
	for (size_t i = 0; i < COUNT(changes); i++) {
		const char *text = replaced(*state, json.data, changes[i].what, changes[i].with);
		struct mg_run *run = NULL;
		struct mg_error err = {0};
		assert_int_equal(mg_run_read(*state, text, strlen(text), &run, &err), MG_EIO);
		assert_null(run);
		if (!strstr(err.text, "changed after the run") &&
			!strstr(err.text, "twice in one object"))
			fail_msg("not told that the file was changed: %s", err.text);
	}
}

static void test_a_part_is_one_of_all(void **state)
{
	const char *json = opened(*state, make(*state, &json_view, sample_part(*state)).data);
	const char *text = replaced(*state, json, "\"number\": 1", "\"number\": 4");
	struct mg_run *run = NULL;
	struct mg_error err = {0};
	assert_int_equal(mg_run_read(*state, text, strlen(text), &run, &err), MG_EIO);
	assert_non_null(strstr(err.text, "$.part.number is the number 4, not at most 2"));
}

/* Whoever adds a field to a run says what the joined run of several parts has of it. */
static void decided(const struct mg_run_field *fields)
{
	for (const struct mg_run_field *f = fields; f->name; f++) {
		if (f->join == MG_JOIN_SAME)
			assert_non_null(f->same);
		else if (f->type == MG_RUN_OBJECT)
			decided(f->fields);
		else if (f->join == MG_JOIN_INSIDE && f->type != MG_RUN_FIXED)
			fail_msg("join does not know what to do with %s", f->name);
	}
}

static void test_join_knows_every_field(void **state)
{
	(void)state;
	decided(mg_run_fields);
}

/* ---- hostile texts ---- */

static bool is_machine_line(const char *line)
{
	static const char *const starts[] = {"##[group]", "##[endgroup]",
		"##vso[task.logissue type=", "##vso[task.setvariable variable=modelgate.",
		"##vso[task.uploadsummary]/build/"};
	for (size_t i = 0; i < COUNT(starts); i++) {
		if (mg_starts_with(line, starts[i]))
			return true;
	}
	return false;
}

/* No report may hold a byte that a terminal, a log, or a parser acts on. */
static void check_harmless(const struct view *view, struct mg_text text)
{
	assert_true(mg_utf8_valid(text.data, text.len));
	for (size_t i = 0, len; i < text.len; i += len) {
		uint32_t c = 0;
		len = mg_utf8_next(text.data + i, text.len - i, &c);
		bool control = (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0);
		bool moves = (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
		if (control || moves || c == 0xfffe || c == 0xffff)
			fail_msg("%s holds U+%04X", view->file, (unsigned)c);
	}
	for (const char *line = text.data; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		const char *end = strchr(line, '\n');
		size_t n = end ? (size_t)(end - line) : strlen(line);
		const char *hash = memmem(line, n, "##", 2);
		if (!hash || mg_starts_with(line, "## "))
			continue;
		if (view->format != &mg_report_azure || hash != line || !is_machine_line(line))
			fail_msg("%s: an agent could obey: %.*s", view->file, (int)n, line);
		assert_null(memmem(line + 2, n - 2, "##", 2));
	}
	/* run.json is data, read by programs; no reader of attachments sees it. */
	if (view->format != &mg_report_json)
		assert_null(strstr(text.data, "[[ATTACHMENT|"));
}

static void test_hostile_texts_are_harmless(void **state)
{
	const struct mg_run *run = sample_hostile(*state);
	for (size_t v = 0; v < COUNT(views); v++) {
		if (!views[v].style.colour)
			check_harmless(&views[v], make(*state, &views[v], run));
	}
	struct view verbose = {"verbose", &mg_report_console, {.verbose = true}, NULL};
	check_harmless(&verbose, make(*state, &verbose, run));
}

static void test_progress_is_one_safe_command(void **state)
{
	struct mg_text text;
	mg_text_init(&text, *state);
	mg_azure_progress(&text, 250, "drift\r\n##vso[task.complete result=Succeeded]50%");
	mg_azure_progress(&text, -1, "");
	assert_string_equal(text.data,
		"##vso[task.setprogress value=100]"
		"drift%0A**vso[task.complete result=Succeeded]50%AZP25\n"
		"##vso[task.setprogress value=0]\n");
}

/* ---- what people see ---- */

static void test_console_keeps_to_the_width(void **state)
{
	static const char *const names[] = {
		"rich", "many", "stopped", "skipped", "warned", "empty"};
	const int widths[] = {80, 100, 120};
	for (size_t i = 0; i < COUNT(samples); i++) {
		for (size_t k = 0; k < COUNT(names) * COUNT(widths); k++) {
			int width = widths[k % COUNT(widths)];
			if (!mg_streq(samples[i].name, names[k / COUNT(widths)]))
				continue;
			struct view view = {"", &mg_report_console, {.width = width}, NULL};
			char *text = make(*state, &view, samples[i].make(*state)).data;
			/* The closing line is one line, whatever it says. */
			for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
				*end = '\0';
				if (end[1] && mg_utf8_width(line) > (size_t)width)
					fail_msg("%s at %d: %s", samples[i].name, width, line);
				if (end > line && end[-1] == ' ')
					fail_msg("blanks at the end: '%s'", line);
			}
		}
	}
}

static size_t occurrences(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

static void test_azure_lists_at_most_fifty(void **state)
{
	const struct view view = {"", &mg_report_azure, {.width = 0}, NULL};
	char *text = make(*state, &view, sample_many(*state)).data;
	assert_int_equal(occurrences(text, "##vso[task.logissue type=error"), 51);
	assert_int_equal(occurrences(text, "##vso[task.logissue type=warning"), 51);
	assert_non_null(strstr(text, "10 more checks failed or were not measured"));
}

static void test_azure_leaves_out_files_that_are_not(void **state)
{
	const struct view view = {"", &mg_report_azure, {.width = 0}, NULL};
	struct mg_text text = make(*state, &view, sample_rich(*state));
	assert_null(strstr(text.data, "uploadsummary"));
	assert_null(strstr(text.data, "modelgate.run"));
}

/* A run that judged nothing must be red in every report. */
static void test_no_result_is_an_error_everywhere(void **state)
{
	static const char *const names[] = {"empty", "skipped"};
	for (size_t i = 0; i < COUNT(samples) * COUNT(names); i++) {
		const struct sample *sample = &samples[i / COUNT(names)];
		if (!mg_streq(sample->name, names[i % COUNT(names)]))
			continue;
		const struct mg_run *run = sample->make(*state);
		const struct view junit = {"", &mg_report_junit, {.width = 0}, NULL};
		const struct view console = {"", &mg_report_console, {.width = 0}, NULL};
		const struct view azure = {"", &mg_report_azure, {.width = 0}, NULL};
		assert_non_null(strstr(make(*state, &junit, run).data, "errors=\"1\""));
		assert_non_null(strstr(make(*state, &junit, run).data, "<error message="));
		assert_non_null(strstr(make(*state, &console, run).data, "ERROR  flight-delay"));
		assert_non_null(strstr(make(*state, &azure, run).data, "logissue type=error"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_golden, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_every_report_survives_run_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers_survive_run_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_texts_survive_run_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reader_names_what_is_wrong, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_slices_are_like_an_earlier_one, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_what_slices_leave_out_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reader_passes_over_new_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_reader_finds_what_was_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_part_is_one_of_all, setup, teardown),
		cmocka_unit_test(test_join_knows_every_field),
		cmocka_unit_test_setup_teardown(test_hostile_texts_are_harmless, setup, teardown),
		cmocka_unit_test_setup_teardown(test_progress_is_one_safe_command, setup, teardown),
		cmocka_unit_test_setup_teardown(test_console_keeps_to_the_width, setup, teardown),
		cmocka_unit_test_setup_teardown(test_azure_lists_at_most_fifty, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_azure_leaves_out_files_that_are_not, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_no_result_is_an_error_everywhere, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
