/* cmd_trend.c: `modelgate trend`: the numbers of a model's checks over time. */
#include <math.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "history/trend.h"
#include "report/json_out.h"
#include "report/spark.h"
#include "report/words.h"

enum { SPARKS = 40 /* runs that a sparkline shows at most */ };

/* ---- for programs ---- */

static void print_point(struct mg_json *json, const struct mg_point *p)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "as_of", mg_clock_text(json->out->arena, p->as_of_us));
	mg_json_double(json, "value", p->measured ? p->value : NAN);
	if (p->exact)
		mg_json_text(json, "exact", p->exact);
	mg_json_text(json, "verdict", mg_verdict_word(p->verdict));
	mg_json_text(json, "limits", p->limits);
	mg_json_text(json, "measure", p->measure);
	mg_json_text(json, "commit", p->commit);
	mg_json_text(json, "record", p->record);
	mg_json_close(json, '}');
}

static void print_json(struct mg_text *out, const char *model, const struct mg_trend *trend)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_json_text(&json, "model", model);
	mg_json_open(&json, "runs", '{', true);
	mg_json_int(&json, "pass", (int64_t)trend->runs.pass);
	mg_json_int(&json, "warn", (int64_t)trend->runs.warn);
	mg_json_int(&json, "fail", (int64_t)trend->runs.fail);
	mg_json_int(&json, "error", (int64_t)trend->runs.error);
	mg_json_close(&json, '}');
	mg_json_open(&json, "series", '[', false);
	for (size_t i = 0; i < trend->count; i++) {
		const struct mg_series *s = &trend->series[i];
		mg_json_open(&json, NULL, '{', false);
		mg_json_text(&json, "check", s->check);
		mg_json_text(&json, "stage", s->stage);
		mg_json_text(&json, "kind", s->kind);
		mg_json_text(&json, "unit", s->unit);
		mg_json_text(&json, "better", s->better);
		mg_json_open(&json, "points", '[', false);
		for (size_t k = 0; k < s->count; k++)
			print_point(&json, &s->points[k]);
		mg_json_close(&json, ']');
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

/* ---- for people ---- */

/* The last of a series, those that are shown as sparks. */
static const struct mg_point *shown(const struct mg_series *s, size_t *out_count)
{
	*out_count = s->count < SPARKS ? s->count : SPARKS;
	return s->points + s->count - *out_count;
}

static bool has_number(const struct mg_point *p)
{
	return p->measured && isfinite(p->value);
}

/* Does the check measure something else from this run on than in those before that have a number? */
static bool is_other(const struct mg_series *s, size_t i)
{
	for (size_t k = i; has_number(&s->points[i]) && k-- > 0;)
		if (has_number(&s->points[k]))
			return !mg_streq(s->points[i].measure, s->points[k].measure);
	return false;
}

/* A bar for each run: the higher, the larger the number; a dot where there is none; a line where the check began to
 * measure something else, so that what stands on its two sides is not compared. */
static const char *sparkline(struct mg_arena *arena, const struct mg_series *s)
{
	size_t count = 0;
	const struct mg_point *points = shown(s, &count);
	double least = INFINITY, most = -INFINITY;
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < count; i++)
		if (has_number(&points[i])) {
			least = fmin(least, points[i].value);
			most = fmax(most, points[i].value);
		}
	for (size_t i = 0; i < count; i++) {
		const struct mg_point *p = &points[i];
		/* Halves first, so that no difference overflows. */
		double share = most > least ? (p->value / 2 - least / 2) / (most / 2 - least / 2)
					    : 0.5;
		if (i > 0 && is_other(s, s->count - count + i))
			mg_text_add(&text, "|");
		mg_text_add(&text, has_number(p) ? mg_spark(share) : "·");
	}
	return text.data;
}

/* The least or the most of what was measured, as it was shown. */
static const char *extreme(const struct mg_series *s, int sign)
{
	const struct mg_point *found = NULL;
	for (size_t i = 0; i < s->count; i++)
		if (has_number(&s->points[i]) &&
			(!found || (s->points[i].value - found->value) * sign > 0))
			found = &s->points[i];
	return found ? found->shown : NULL;
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

/* What the newest run does not have ended with its last verdict, and says nothing of now. */
static const char *last_verdict(struct mg_arena *arena, const struct mg_series *s)
{
	const struct mg_point *last = &s->points[s->count - 1];
	const char *word = mg_verdict_word(last->verdict);
	return last->as_of_us == s->newest_us
		? word
		: mg_printf(arena, "%s, until %.10s", word, mg_clock_text(arena, last->as_of_us));
}

static void print_overview(
	struct mg_text *out, const struct mg_trend *trend, const struct mg_style *style)
{
	static const char *const headings[] = {
		"CHECK", "STAGE", "RUNS", "TREND", "LEAST", "MOST", "LAST", "VERDICT", "LIMITS"};
	size_t columns = sizeof(headings) / sizeof(headings[0]);
	struct mg_listing table;
	mg_listing_init(&table, out->arena, columns);
	for (size_t i = 0; i < columns; i++)
		mg_listing_add(&table, headings[i]);
	for (size_t i = 0; i < trend->count; i++) {
		const struct mg_series *s = &trend->series[i];
		const struct mg_point *last = &s->points[s->count - 1];
		mg_listing_add(&table, s->check);
		mg_listing_add(&table, s->stage);
		mg_listing_add(&table, mg_printf(out->arena, "%zu", s->count));
		mg_listing_add(&table, sparkline(out->arena, s));
		mg_listing_add(&table, extreme(s, -1));
		mg_listing_add(&table, extreme(s, 1));
		mg_listing_add(&table, or_dash(last->shown));
		mg_listing_add(&table, last_verdict(out->arena, s));
		mg_listing_add(&table, or_dash(last->limits));
	}
	mg_listing_print(&table, out, style);
}

/* One test case: run by run. */
static void print_points(
	struct mg_text *out, const struct mg_series *s, const struct mg_style *style)
{
	static const char *const headings[] = {
		"AS OF", "VALUE", "VERDICT", "LIMITS", "COMMIT", "NOTE"};
	size_t columns = sizeof(headings) / sizeof(headings[0]) - 1;
	struct mg_listing table;
	for (size_t i = 0; i < s->count; i++)
		if (is_other(s, i))
			columns = sizeof(headings) / sizeof(headings[0]);
	mg_listing_init(&table, out->arena, columns);
	for (size_t i = 0; i < columns; i++)
		mg_listing_add(&table, headings[i]);
	for (size_t i = 0; i < s->count; i++) {
		const struct mg_point *p = &s->points[i];
		mg_listing_add(&table, mg_clock_text(out->arena, p->as_of_us));
		mg_listing_add(&table, or_dash(p->shown));
		mg_listing_add(&table, mg_verdict_word(p->verdict));
		mg_listing_add(&table, or_dash(p->limits));
		mg_listing_add(&table, p->commit ? mg_printf(out->arena, "%.7s", p->commit) : NULL);
		if (columns == sizeof(headings) / sizeof(headings[0]))
			mg_listing_add(&table,
				is_other(s, i) ? "measures something else from here on" : NULL);
	}
	mg_listing_print(&table, out, style);
}

static void print_text(struct mg_text *out, const char *model, const struct mg_trend *trend,
	const struct mg_style *style)
{
	mg_text_addf(out, "%s: %zu run%s from %s to %s: %s\n\n", model, trend->run_count,
		trend->run_count == 1 ? "" : "s", mg_clock_text(out->arena, trend->first_us),
		mg_clock_text(out->arena, trend->last_us),
		mg_words_counts(out->arena, &trend->runs));
	print_overview(out, trend, style);
	if (trend->count != 1)
		return;
	mg_text_add_char(out, '\n');
	print_points(out, &trend->series[0], style);
}

/* ---- the command ---- */

static int read_wanted(
	const struct mg_args *args, struct mg_trend_wanted *out, struct mg_error *err)
{
	double last_s = 0;
	int64_t now_us = 0;
	*out = (struct mg_trend_wanted){.model = mg_arg_operand(args, 0),
		.stage = mg_arg_text(args, "stage"),
		.check = mg_arg_text(args, "check"),
		.since_us = INT64_MIN,
		.until_us = INT64_MAX};
	MG_TRY(mg_arg_duration(args, "last", &last_s, err));
	MG_TRY(mg_registry_clock(args, &now_us, err));
	if (last_s > 0)
		out->since_us = now_us - (int64_t)fmin(last_s * 1e6, 4e18);
	if (mg_arg_text(args, "as-of"))
		out->until_us = now_us;
	return MG_OK;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_STORE struct mg_store store = {0};
	struct mg_trend_wanted wanted;
	struct mg_trend trend;
	if (read_wanted(args, &wanted, &err) != MG_OK ||
		mg_store_open(cli->arena, mg_arg_text(args, "from"), MG_STORE_READ,
			mg_arg_text(args, "repo"), &store, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	store.cache = mg_arg_text(args, "cache");
	if (mg_trend_read(&store, &wanted, &trend, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		print_json(&text, wanted.model, &trend);
	else
		print_text(&text, wanted.model, &trend, &cli->out_style);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "from", .value = "STORE", .help = "the history to read", .required = true},
	{.name = "cache",
		.value = "DIR",
		.help = "keep copies of what is read from the history there, and read those the next "
			"time"},
	{.name = "check",
		.value = "GLOB",
		.help = "only test cases of this name, as in accuracy/roc_auc* or drift/*"},
	{.name = "stage",
		.value = "STAGE",
		.help = "only runs of this stage; none: those without one"},
	{.name = "last", .value = "TIME", .help = "only runs as late as this, as 30d or 12h"},
	{.name = "as-of",
		.value = "TIME",
		.help = "the time that --last counts back from, and no run after it; now by "
			"default"},
	{.name = "json", .help = "print JSON, with every number"},
	{.name = "repo",
		.value = "DIR",
		.default_text = ".",
		.help = "folder inside the git repository, for git:REMOTE"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate trend flight-delay --from history", "each check of all runs, in a line"},
	{"modelgate trend flight-delay --check 'accuracy/roc_auc' --stage PRD --last 90d --from history",
		"one check, run by run"},
	{NULL, NULL},
};

const struct mg_command mg_command_trend = {
	.name = "trend",
	.summary = "show how the numbers of a model moved",
	.description =
		"Reads the runs of a model from a history, proves each record, and prints each "
		"test case in a line. It has the number of runs, the last 40 numbers as a "
		"sparkline, the least, the most and the last, and the last verdict. Where one test "
		"case is left, its numbers follow run by run.\n\n"
		"In a sparkline a dot is a run in which the check was not measured. A line | means "
		"that from there on it measures something else, such as other bins; numbers on its "
		"two sides are not to be compared.\n\n"
		"Exit status: 0, whatever the verdicts; 2 when there is no such run or test case, "
		"3 when a record is broken or the store cannot be read.",
	.options = options,
	.operands = "MODEL",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
