/* junit.c: JUnit XML as Azure's three readers, and others, understand it alike: flat, one testsuite
 * per suite, one testcase per result, unique stable names, measured value and limit first. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "report/columns.h"
#include "report/formats.h"
#include "report/words.h"
#include "report/xml.h"

enum {
	NAME_BYTES = 200,     /* Azure refuses batches with names over 512 characters */
	MESSAGE_BYTES = 1000, /* what Azure shows of a message without cutting */
	BODY_BYTES = 4000,    /* what Azure shows of a body without cutting */
};

/* How the text of a case begins that warned: to readers it passed. */
#define WARNING "warning: "

/* ---- writing ---- */

struct junit {
	struct mg_xml *xml;
	struct mg_arena *scratch;
	const struct mg_run *run; /* from mg_run_safe */
};

static void start(struct junit *j, const char *element)
{
	mg_xml_start(j->xml, element);
}

static void end(struct junit *j)
{
	mg_xml_end(j->xml);
}

static void attribute(struct junit *j, const char *name, const char *value)
{
	mg_xml_attribute(j->xml, name, value);
}

static void number_attribute(struct junit *j, const char *name, size_t n)
{
	attribute(j, name, mg_printf(j->scratch, "%zu", n));
}

/* Seconds; readers want a finite number that fits their clocks. */
static void time_attribute(struct junit *j, double seconds)
{
	double most = 1e8;
	double safe = isfinite(seconds) && seconds > 0 ? fmin(seconds, most) : 0;
	attribute(j, "time", mg_printf(j->scratch, "%.6f", safe));
}

static void body(struct junit *j, const char *text)
{
	mg_xml_text(j->xml, text);
}

static char *start_time(struct junit *j)
{
	char *text = mg_alloc(j->scratch, 32);
	/* Whole seconds: not every reader takes a fraction. */
	int64_t us = j->run->started_us;
	mg_clock_format(us - (us % 1000000 + 1000000) % 1000000, text);
	return text;
}

static char *suite_name(struct junit *j, const char *suite)
{
	const struct mg_run *run = j->run;
	return run->stage ? mg_printf(j->scratch, "%s/%s/%s", run->model, run->stage, suite)
			  : mg_printf(j->scratch, "%s/%s", run->model, suite);
}

/* Two models of one project may have checks of the same name, and history goes by the name alone,
 * so it starts with the model. A long one is cut and told apart by the start of its digest. */
static char *case_name(struct junit *j, const char *name)
{
	char *full = mg_printf(j->scratch, "%s/%s", j->run->model, name);
	if (strlen(full) <= NAME_BYTES)
		return full;
	char digest[65];
	mg_sha256(full, strlen(full), digest);
	char *cut = mg_log_safe_cut(j->scratch, full, NAME_BYTES - 13);
	return mg_printf(j->scratch, "%s~%.12s", cut, digest);
}

/* The numbers first: viewers show only the beginning. */
static char *message_of(struct junit *j, const struct mg_result *r)
{
	return mg_log_safe_cut(j->scratch, mg_words_reason(j->scratch, r), MESSAGE_BYTES);
}

static char *body_of(struct junit *j, const struct mg_result *r)
{
	struct mg_text text;
	mg_text_init(&text, j->scratch);
	mg_text_addf(&text, "%s\n", mg_words_reason(j->scratch, r));
	struct mg_words_pair pairs[MG_WORDS_PAIRS];
	size_t n = mg_words_details(j->scratch, r, true, pairs);
	for (size_t i = 0; i < n; i++)
		mg_text_addf(&text, "%-10s  %s\n", pairs[i].label, pairs[i].text);
	mg_text_addf(&text, "%-10s  %s\n", "place", mg_words_place(j->scratch, j->run, r));
	if (r->sample_rows && r->sample_column_count) {
		struct mg_grid grid = {
			r->sample_columns, r->sample_column_count, r->samples, r->sample_rows};
		mg_text_add_char(&text, '\n');
		mg_add_grid(&text, j->scratch, &grid, 0, 0, NULL);
	}
	if (r->sql && text.len + strlen(r->sql) < BODY_BYTES)
		mg_text_addf(&text, "\n%s\n", r->sql);
	return text.data;
}

static void outcome(struct junit *j, const struct mg_result *r)
{
	switch (r->verdict) {
	case MG_FAIL:
	case MG_ERROR: {
		char *text = body_of(j, r);
		start(j, r->verdict == MG_FAIL ? "failure" : "error");
		attribute(j, "message", message_of(j, r));
		attribute(j, "type", r->kind);
		body(j, text);
		end(j);
		/* Too long for a body: readers make an attachment of it. */
		if (r->sql && !strstr(text, r->sql)) {
			start(j, "system-out");
			body(j, r->sql);
			end(j);
		}
		break;
	}
	case MG_SKIP:
		start(j, "skipped");
		attribute(j, "message", mg_log_safe_cut(j->scratch, r->message, MESSAGE_BYTES));
		end(j);
		break;
	case MG_WARN:
		start(j, "system-out");
		body(j, mg_printf(j->scratch, "%s%s", WARNING, body_of(j, r)));
		end(j);
		break;
	case MG_PASS:
		if (mg_words_is_idle(r)) {
			start(j, "system-out");
			body(j, mg_printf(j->scratch, "held to nothing: %s", body_of(j, r)));
			end(j);
		} else if (r->estimate) {
			start(j, "system-out");
			body(j,
				mg_printf(
					j->scratch, "estimated, not measured: %s", body_of(j, r)));
			end(j);
		}
		break;
	}
}

static void test_case(struct junit *j, const struct mg_result *r)
{
	start(j, "testcase");
	attribute(j, "name", case_name(j, r->name));
	attribute(j, "classname", mg_printf(j->scratch, "%s.%s", j->run->model, r->suite));
	time_attribute(j, r->seconds);
	if (r->owner)
		attribute(j, "owner", r->owner);
	if (r->pos.line > 0) {
		attribute(j, "file",
			j->run->spec_repo_path ? j->run->spec_repo_path : j->run->spec_path);
		number_attribute(j, "line", (size_t)r->pos.line);
	}
	outcome(j, r);
	end(j);
}

static void counts(struct junit *j, const struct mg_counts *n, double seconds)
{
	number_attribute(j, "tests", n->pass + n->warn + n->fail + n->skip + n->error);
	number_attribute(j, "failures", n->fail);
	number_attribute(j, "errors", n->error);
	number_attribute(j, "skipped", n->skip);
	time_attribute(j, seconds);
}

static void start_suite(
	struct junit *j, const char *suite, const struct mg_counts *n, double seconds)
{
	start(j, "testsuite");
	attribute(j, "name", suite_name(j, suite));
	attribute(j, "timestamp", start_time(j));
	attribute(j, "hostname", j->run->host);
	counts(j, n, seconds);
}

/* A run that is an error though no check is must not look green to a reader. */
static const struct mg_result *run_case(struct junit *j)
{
	struct mg_result *r = mg_alloc(j->scratch, sizeof(*r));
	*r = (struct mg_result){.name = "modelgate/run",
		.suite = "modelgate",
		.kind = "run",
		.data = "",
		.unit = "",
		.better = "",
		.definition = "",
		.verdict = MG_ERROR,
		.message = mg_words_trouble(j->scratch, j->run),
		.effect = NAN,
		.baseline = NAN,
		.difference_lo = NAN,
		.difference_hi = NAN,
		.interval_lo = NAN,
		.interval_hi = NAN,
		.rows = -1,
		.rows_read = -1};
	return r;
}

static void document(struct junit *j)
{
	const struct mg_run *run = j->run;
	bool lacks_error = mg_run_lacks_error(run);
	struct mg_counts all = run->counts;
	all.error += lacks_error;
	start(j, "testsuites");
	attribute(j, "name", mg_words_title(j->scratch, run));
	counts(j, &all, run->seconds);
	size_t n;
	struct mg_group *groups = mg_run_groups(j->scratch, run, &n);
	for (size_t i = 0; i < n; i++) {
		start_suite(j, groups[i].suite, &groups[i].counts, groups[i].seconds);
		for (size_t k = 0; k < groups[i].count; k++)
			test_case(j, groups[i].results[k]);
		end(j);
	}
	if (lacks_error) {
		const struct mg_result *r = run_case(j);
		start_suite(j, r->suite, &(struct mg_counts){.error = 1}, 0);
		test_case(j, r);
		end(j);
	}
	end(j);
}

static int write_junit(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)style;
	struct mg_xml xml;
	struct junit j = {.xml = &xml, .scratch = scratch, .run = mg_run_safe(scratch, run)};
	mg_xml_open(&xml, scratch);
	document(&j);
	return mg_xml_close(&xml, out, "JUnit XML", err);
}

/* ---- reading back ---- */

static bool is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && mg_streq((const char *)node->name, name);
}

static const xmlNode *child(const xmlNode *node, const char *name)
{
	for (const xmlNode *n = node->children; n; n = n->next) {
		if (is_element(n, name))
			return n;
	}
	return NULL;
}

static size_t number_of(const xmlNode *node, const char *name)
{
	xmlChar *text = xmlGetProp(node, BAD_CAST name);
	int64_t n = -1;
	bool good = mg_parse_int((const char *)text, &n) && n >= 0;
	xmlFree(text);
	return good ? (size_t)n : SIZE_MAX;
}

static bool is_warning(const xmlNode *test)
{
	const xmlNode *said = child(test, "system-out");
	xmlChar *text = said ? xmlNodeGetContent(said) : NULL;
	bool warns = text && mg_starts_with((const char *)text, WARNING);
	xmlFree(text);
	return warns;
}

/* Counts the cases of one testsuite as a reader does; false when its own numbers differ. */
static bool count_suite(const xmlNode *suite, struct mg_counts *all)
{
	struct mg_counts n = {0};
	for (const xmlNode *test = suite->children; test; test = test->next) {
		if (!is_element(test, "testcase"))
			continue;
		if (child(test, "failure"))
			n.fail++;
		else if (child(test, "error"))
			n.error++;
		else if (child(test, "skipped"))
			n.skip++;
		else if (is_warning(test))
			n.warn++;
		else
			n.pass++;
	}
	all->pass += n.pass;
	all->warn += n.warn;
	all->fail += n.fail;
	all->skip += n.skip;
	all->error += n.error;
	return number_of(suite, "tests") == n.pass + n.warn + n.fail + n.skip + n.error &&
		number_of(suite, "failures") == n.fail && number_of(suite, "errors") == n.error &&
		number_of(suite, "skipped") == n.skip;
}

static bool agrees(const xmlNode *root, const struct mg_run *run)
{
	struct mg_counts want = run->counts, have = {0};
	want.error += mg_run_lacks_error(run);
	if (!root || !is_element(root, "testsuites"))
		return false;
	for (const xmlNode *suite = root->children; suite; suite = suite->next) {
		if (is_element(suite, "testsuite") && !count_suite(suite, &have))
			return false;
	}
	return have.pass == want.pass && have.warn == want.warn && have.fail == want.fail &&
		have.skip == want.skip && have.error == want.error;
}

static int verify_junit(
	const char *text, size_t len, const struct mg_run *run, struct mg_error *err)
{
	if (len > INT_MAX)
		return mg_fail(err, MG_ELIMIT, "the JUnit XML is larger than 2 GiB");
	int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE;
	xmlDocPtr doc = xmlReadMemory(text, (int)len, "junit.xml", NULL, options);
	if (!doc)
		return mg_fail(err, MG_EIO, "the JUnit XML cannot be read back");
	bool good = agrees(xmlDocGetRootElement(doc), run);
	xmlFreeDoc(doc);
	return good ? MG_OK
		    : mg_fail(err, MG_EIO,
			      "the JUnit XML that was read back does not have the run's counts");
}

const struct mg_report_format mg_report_junit = {
	.name = "junit",
	.help = "write JUnit XML to FILE",
	.write = write_junit,
	.verify = verify_junit,
};
