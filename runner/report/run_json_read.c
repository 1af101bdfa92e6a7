/* run_json_read.c: run.json back into a run, by the tables of run_fields.c. Everything is checked, since
 * baselines and releases rest on it: types, ranges, and that verdict and counts are what the results
 * say. Keys that this version doesn't know are passed over, so that later ones can add some. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include <modelgate/report.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "report/run_fields.h"
#include "report/seal.h"

/* Where we are: a value and how it was reached. Lives on the stack. */
struct node {
	const struct node *up;
	const char *key; /* NULL: an entry of a list */
	size_t index;
	const json_t *value; /* NULL: absent */
	struct mg_arena *arena;
	struct mg_error *err;
};

static void add_path(struct mg_text *text, const struct node *n)
{
	if (!n->up) {
		mg_text_add_char(text, '$');
		return;
	}
	add_path(text, n->up);
	if (n->key)
		mg_text_addf(text, ".%s", n->key);
	else
		mg_text_addf(text, "[%zu]", n->index);
}

static const char *found(const struct node *n)
{
	if (!n->value)
		return "nothing";
	switch (json_typeof(n->value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return mg_printf(n->arena, "the text '%s'",
			mg_log_safe_cut(n->arena, json_string_value(n->value), 60));
	case JSON_INTEGER:
	case JSON_REAL:
		return mg_printf(n->arena, "the number %s",
			mg_double_text(n->arena, json_number_value(n->value)));
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	default:
		return "null";
	}
}

static int refuse(const struct node *n, const char *wanted)
{
	struct mg_text path;
	mg_text_init(&path, n->arena);
	add_path(&path, n);
	return mg_fail(n->err, MG_EIO, "%s is %s, not %s", path.data, found(n), wanted);
}

static struct node member(const struct node *up, const char *key)
{
	return (struct node){.up = up,
		.key = key,
		.value = json_object_get(up->value, key),
		.arena = up->arena,
		.err = up->err};
}

static struct node entry(const struct node *up, size_t index)
{
	return (struct node){.up = up,
		.index = index,
		.value = json_array_get(up->value, index),
		.arena = up->arena,
		.err = up->err};
}

/* ---- values, each into its field's place ---- */

static int read_text(const struct node *n, const char **out)
{
	if (!json_is_string(n->value))
		return refuse(n, "a text");
	*out = mg_strdup(n->arena, json_string_value(n->value));
	return MG_OK;
}

static int read_text_or_null(const struct node *n, const char **out)
{
	*out = NULL;
	if (json_is_null(n->value))
		return MG_OK;
	return json_is_string(n->value) ? read_text(n, out) : refuse(n, "a text or null");
}

static int get_text(const struct node *n, const struct mg_run_field *f, void *base)
{
	const char *text = NULL;
	MG_TRY(f->type == MG_RUN_TEXT || f->type == MG_RUN_SEAL ? read_text(n, &text)
								: read_text_or_null(n, &text));
	mg_run_set_pointer(f, base, text);
	return MG_OK;
}

static int get_digits(const struct node *n, const struct mg_run_field *f, void *base)
{
	struct mg_decimal exact;
	const char *text = json_string_value(n->value);
	if (!mg_decimal_parse(text, &exact) ||
		mg_decimal_to_double(&exact) != mg_run_number(f - 1, base))
		return refuse(n, "the digits of the value beside it, as text");
	mg_run_set_pointer(f, base, mg_strdup(n->arena, text));
	return MG_OK;
}

static int get_fixed(const struct node *n, const struct mg_run_field *f, void *base)
{
	(void)base;
	return mg_streq(json_string_value(n->value), f->words[0])
		? MG_OK
		: refuse(n, mg_printf(n->arena, "\"%s\", %s", f->words[0], f->help));
}

static int get_word(const struct node *n, const struct mg_run_field *f, void *base)
{
	const char *text = json_string_value(n->value);
	struct mg_text all;
	mg_text_init(&all, n->arena);
	for (int i = 0; f->words[i]; i++) {
		if (mg_streq(text, f->words[i])) {
			mg_run_set_whole(f, base, i);
			return MG_OK;
		}
		mg_text_addf(&all, "%s%s", i ? ", " : "one of ", f->words[i]);
	}
	return refuse(n, all.data);
}

static int get_bool(const struct node *n, const struct mg_run_field *f, void *base)
{
	if (!json_is_boolean(n->value))
		return refuse(n, "true or false");
	mg_run_set_whole(f, base, json_is_true(n->value));
	return MG_OK;
}

/* Versions before states say no more than whether it held. */
static int get_held(const struct node *n, const struct mg_run_field *f, void *base)
{
	struct node state = member(n->up, (f - 1)->name);
	bool held = json_is_true(n->value);
	if (!json_is_boolean(n->value))
		return refuse(n, "true or false");
	if (!state.value)
		mg_run_set_whole(f, base, held ? MG_HELD : MG_BROKEN);
	return held == (mg_run_whole(f, base) == MG_HELD)
		? MG_OK
		: refuse(&state, "a state that agrees with 'held' beside it");
}

/* null is NaN; infinities are texts. */
static int read_number(const struct node *n, double *out)
{
	const char *text = json_string_value(n->value);
	bool negative = text && *text == '-';
	if (json_is_number(n->value))
		*out = json_number_value(n->value);
	else if (json_is_null(n->value))
		*out = NAN;
	else if (text && mg_streq(text + negative, "Infinity"))
		*out = negative ? -INFINITY : INFINITY;
	else
		return refuse(n, "a number, null, \"Infinity\" or \"-Infinity\"");
	return MG_OK;
}

static int get_number(const struct node *n, const struct mg_run_field *f, void *base)
{
	double number = NAN;
	MG_TRY(read_number(n, &number));
	mg_run_set_number(f, base, number);
	return MG_OK;
}

static int get_whole(const struct node *n, const struct mg_run_field *f, void *base)
{
	int64_t most = f->most ? f->most : LLONG_MAX;
	if (f->type == MG_RUN_ROWS && json_is_null(n->value)) {
		mg_run_set_whole(f, base, -1);
		return MG_OK;
	}
	if (!json_is_integer(n->value) || json_integer_value(n->value) < f->least ||
		json_integer_value(n->value) > most)
		return refuse(n,
			mg_printf(n->arena, "a whole number from %lld to %lld", (long long)f->least,
				(long long)most));
	mg_run_set_whole(f, base, json_integer_value(n->value));
	return MG_OK;
}

/* Decimal digits of a uint64_t, without sign or leading zeros. */
static int get_seed(const struct node *n, const struct mg_run_field *f, void *base)
{
	const char *text = json_string_value(n->value);
	uint64_t seed = 0;
	bool good = text && *text && (text[0] != '0' || !text[1]);
	for (const char *p = text; good && *p; p++) {
		unsigned digit = (unsigned)(*p - '0');
		good = *p >= '0' && *p <= '9' && seed <= (ULLONG_MAX - digit) / 10;
		seed = seed * 10 + digit;
	}
	if (!good)
		return refuse(n, "a whole number of at most 64 bits, as text");
	mg_run_set_whole(f, base, (int64_t)seed);
	return MG_OK;
}

static int get_time(const struct node *n, const struct mg_run_field *f, void *base)
{
	int64_t us = 0;
	if (!mg_clock_parse(json_string_value(n->value), &us))
		return refuse(n, "a time like 2026-11-23T04:05:06Z");
	mg_run_set_whole(f, base, us);
	return MG_OK;
}

/* ---- lists and objects ---- */

/* An array of `count` entries in the field's place. */
static void *put_entries(
	const struct node *n, const struct mg_run_field *f, void *base, size_t count, size_t size)
{
	void *entries = mg_alloc_array(n->arena, count, size);
	mg_run_set_pointer(f, base, entries);
	return entries;
}

/* How many entries a list has, also into the field's counter. */
static int get_count(const struct node *n, const struct mg_run_field *f, void *base, size_t *out)
{
	if (!json_is_array(n->value))
		return refuse(n, "a list");
	*out = json_array_size(n->value);
	memcpy((char *)base + f->count, out, sizeof(*out));
	return MG_OK;
}

static int get_texts(const struct node *n, const struct mg_run_field *f, void *base)
{
	size_t count = 0;
	MG_TRY(get_count(n, f, base, &count));
	const char **texts = put_entries(n, f, base, count, sizeof(*texts));
	for (size_t i = 0; i < count; i++) {
		struct node text = entry(n, i);
		MG_TRY(read_text(&text, &texts[i]));
	}
	return MG_OK;
}

/* CELLS and NUMBERS. A row must have as many cells as there are columns, so what is allocated stands in
 * the text; rows are checked before. */
static int get_rows(const struct node *n, const struct mg_run_field *f, void *base)
{
	size_t rows = 0, columns = mg_run_across(f, base);
	bool numbers = f->type == MG_RUN_NUMBERS;
	MG_TRY(get_count(n, f, base, &rows));
	for (size_t i = 0; i < rows; i++) {
		struct node row = entry(n, i);
		if (!json_is_array(row.value) || json_array_size(row.value) != columns)
			return refuse(&row, mg_printf(n->arena, "a list of %zu cells", columns));
	}
	void *entries = put_entries(
		n, f, base, rows * columns, numbers ? sizeof(double) : sizeof(const char *));
	for (size_t i = 0; i < rows * columns; i++) {
		struct node row = entry(n, i / columns), cell = entry(&row, i % columns);
		MG_TRY(numbers ? read_number(&cell, (double *)entries + i)
			       : read_text_or_null(&cell, (const char **)entries + i));
	}
	return MG_OK;
}

static int get_fields(
	const struct node *up, const struct mg_run_field *fields, bool like, void *base);

static int get_object(const struct node *n, const struct mg_run_field *f, void *base)
{
	return get_fields(n, f->fields, false, base);
}

/* An entry that is like an earlier one begins as a copy of it; *out: it is. */
static int get_like(
	const struct node *n, const struct mg_run_field *f, void *entries, size_t i, bool *out)
{
	struct node like = member(n, MG_RUN_LIKE);
	*out = f->likes && like.value;
	if (!*out)
		return MG_OK;
	json_int_t of = json_is_integer(like.value) ? json_integer_value(like.value) : -1;
	if (of < 0 || (size_t)of >= i)
		return refuse(&like, "the index of an earlier entry");
	struct node whole = entry(n->up, (size_t)of);
	if (json_object_get(whole.value, MG_RUN_LIKE))
		return refuse(&like, "the index of an entry without '" MG_RUN_LIKE "'");
	memcpy(mg_run_entry(f, entries, i), mg_run_entry(f, entries, (size_t)of), f->size);
	return MG_OK;
}

static int get_list(const struct node *n, const struct mg_run_field *f, void *base)
{
	size_t count = 0;
	MG_TRY(get_count(n, f, base, &count));
	void *entries = put_entries(n, f, base, count, f->size);
	for (size_t i = 0; i < count; i++) {
		struct node one = entry(n, i);
		bool like = false;
		MG_TRY(get_like(&one, f, entries, i, &like));
		MG_TRY(get_fields(&one, f->fields, like, mg_run_entry(f, entries, i)));
	}
	return MG_OK;
}

static int (*const readers[MG_RUN_TYPES])(
	const struct node *, const struct mg_run_field *, void *) = {
	[MG_RUN_TEXT] = get_text,
	[MG_RUN_TEXT_OR_NULL] = get_text,
	[MG_RUN_LINES] = get_text,
	[MG_RUN_SEAL] = get_text,
	[MG_RUN_DIGITS] = get_digits,
	[MG_RUN_FIXED] = get_fixed,
	[MG_RUN_WORD] = get_word,
	[MG_RUN_BOOL] = get_bool,
	[MG_RUN_HELD] = get_held,
	[MG_RUN_NUMBER] = get_number,
	[MG_RUN_MEASURED] = get_number,
	[MG_RUN_WHOLE] = get_whole,
	[MG_RUN_ROWS] = get_whole,
	[MG_RUN_SEED] = get_seed,
	[MG_RUN_TIME] = get_time,
	[MG_RUN_TEXTS] = get_texts,
	[MG_RUN_CELLS] = get_rows,
	[MG_RUN_NUMBERS] = get_rows,
	[MG_RUN_OBJECT] = get_object,
	[MG_RUN_LIST] = get_list,
};

/* like: what is shared with an earlier entry, and absent here, is in `base` already. */
static int get_fields(
	const struct node *up, const struct mg_run_field *fields, bool like, void *base)
{
	if (!json_is_object(up->value))
		return refuse(up, "an object");
	for (const struct mg_run_field *f = fields; f->name; f++) {
		struct node n = member(up, f->name);
		bool other = f->when == MG_RUN_ELSE && member(up, (f - 1)->name).value;
		bool may_lack = f->when == MG_RUN_IF_ANY || f->when == MG_RUN_SINCE || other;
		if (other && n.value)
			return refuse(&n, mg_printf(n.arena, "absent beside '%s'", (f - 1)->name));
		if (!n.value && like && f->share > MG_SHARE_APART)
			continue;
		if (!n.value && may_lack)
			mg_run_clear(f, base);
		else
			MG_TRY(readers[f->type](&n, f, base));
	}
	return MG_OK;
}

/* ---- what fields must agree in ---- */

static int check_names(const struct node *top, const struct mg_run *run)
{
	struct mg_map names;
	mg_map_init(&names, top->arena);
	for (size_t i = 0; i < run->result_count; i++) {
		if (mg_map_has(&names, run->results[i].name)) {
			struct node list = member(top, "results"), n = entry(&list, i);
			struct node name = member(&n, "name");
			return refuse(&name, "a name that no other result has");
		}
		mg_map_put(&names, run->results[i].name, &run->results[i]);
	}
	return MG_OK;
}

/* A label for each row of a chart, or none at all. */
static int check_charts(const struct node *top, const struct mg_run *run)
{
	struct node list = member(top, "results");
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i];
		struct node result = entry(&list, i), charts = member(&result, "charts");
		for (size_t k = 0; k < r->chart_count; k++) {
			const struct mg_chart *c = &r->charts[k];
			struct node chart = entry(&charts, k), labels = member(&chart, "labels");
			if (c->label_count && c->label_count != c->row_count)
				return refuse(&labels,
					mg_printf(top->arena, "as long as the %zu rows",
						c->row_count));
		}
	}
	return MG_OK;
}

/* The file must say of itself what its results say. */
static int check_verdict(const struct node *top, struct mg_run *run)
{
	const struct mg_counts said = run->counts, *real = &run->counts;
	enum mg_verdict verdict = run->verdict;
	mg_run_close(run);
	if (said.pass != real->pass || said.warn != real->warn || said.fail != real->fail ||
		said.skip != real->skip || said.error != real->error)
		return mg_fail(top->err, MG_EIO, "$.counts does not agree with $.results");
	if (verdict == run->verdict)
		return MG_OK;
	struct node n = member(top, "verdict");
	return refuse(&n,
		mg_printf(top->arena, "'%s' as the results say", mg_verdict_word(run->verdict)));
}

static int read_run(const struct node *top, struct mg_run *run)
{
	MG_TRY(get_fields(top, mg_run_fields, false, run));
	if (run->part.number > run->part.of) {
		struct node part = member(top, "part"), n = member(&part, "number");
		return refuse(&n, mg_printf(top->arena, "at most %zu, its 'of'", run->part.of));
	}
	MG_TRY(check_names(top, run));
	MG_TRY(check_charts(top, run));
	return check_verdict(top, run);
}

static int broken_seal(struct mg_error *err)
{
	return mg_fail(err, MG_EIO,
		"the file was changed after the run: its seal is not that of what stands before it; "
		"use the file as the run wrote it, or run again with --json");
}

static int load(struct mg_arena *arena, const char *text, size_t len, struct node *out,
	struct mg_error *err)
{
	json_error_t where;
	json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	if (!value)
		return mg_fail(err, MG_EIO, "not JSON: line %d, column %d: %s", where.line,
			where.column, mg_log_safe_cut(arena, where.text, 200));
	*out = (struct node){.value = value, .arena = arena, .err = err};
	return MG_OK;
}

int mg_fields_read(struct mg_arena *arena, const char *text, size_t len,
	const struct mg_run_field *fields, void *base, bool *out_sealed, struct mg_error *err)
{
	struct node top = {.value = NULL};
	MG_TRY(load(arena, text, len, &top, err));
	int code = get_fields(&top, fields, false, base);
	json_decref((json_t *)(uintptr_t)top.value);
	*out_sealed = mg_seal_holds(text, len);
	return code;
}

int mg_run_read(struct mg_arena *arena, const char *text, size_t len, struct mg_run **out,
	struct mg_error *err)
{
	struct node top = {.value = NULL};
	if (len > MG_RUN_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT, "the run is larger than %s",
			mg_human_bytes(arena, MG_RUN_MAX_BYTES));
	MG_TRY(load(arena, text, len, &top, err));
	struct mg_run *run = mg_alloc(arena, sizeof(*run));
	run->unsealed = !json_object_get(top.value, "seal");
	int code = run->unsealed || mg_seal_holds(text, len) ? read_run(&top, run)
							     : broken_seal(err);
	json_decref((json_t *)(uintptr_t)top.value);
	if (code == MG_OK)
		*out = run;
	return code;
}

int mg_run_read_file(
	struct mg_arena *arena, const char *path, struct mg_run **out, struct mg_error *err)
{
	char *text = NULL;
	size_t len = 0;
	MG_TRY(mg_file_read(arena, path, MG_RUN_MAX_BYTES, &text, &len, err));
	return mg_run_read(arena, text, len, out, err);
}
