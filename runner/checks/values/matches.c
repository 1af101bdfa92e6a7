/* matches.c: matches, not_matches: the share of rows whose text matches a regular expression, or
 * does not. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/share.h"
#include "checks/subject.h"

struct params {
	const char *pattern;
	bool whole;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, pattern, REGEX, "regular expression in RE2's syntax",
		.required = true),
	MG_FIELD(struct params, whole, BOOL,
		"whether the whole text must match; otherwise a match anywhere in it will do",
		.default_text = "false"),
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, bool wanted, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x, *null;
	MG_TRY(mg_subject_text(pl, c, &x, &null, err));
	const struct mg_expr *match = mg_x_call(
		a, p->whole ? MG_FN_MATCHES_ALL : MG_FN_MATCHES, 2, x, mg_x_text(a, p->pattern));
	return mg_share_plan(pl, c, null, wanted ? match : mg_not(a, match), err);
}

static int plan_match(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan(pl, c, true, err);
}

static int plan_no_match(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan(pl, c, false, err);
}

static struct mg_value measure_match(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	return mg_share_measure(
		c, m, mg_printf(mg_measures_arena(m), "not matching %s", p->pattern));
}

static struct mg_value measure_no_match(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	return mg_share_measure(c, m, mg_printf(mg_measures_arena(m), "matching %s", p->pattern));
}

const struct mg_check_kind mg_check_matches = {
	.name = "matches",
	.family = "values",
	.summary = "share of rows whose text matches a regular expression",
	.details =
		"The pattern is written in RE2's syntax (no look-around, no back references), may "
		"match anywhere in the text unless `whole: true`, and is case-sensitive unless it "
		"starts with `(?i)`. `.` does not match a line end. Integers are matched as they "
		"are written in decimal.",
	.definition = "matches/nulls-ignore",
	.example =
		"- matches: {columns: [origin, destination], pattern: \"[A-Z]{3}\", whole: true}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_match,
	.measure = measure_match,
};

const struct mg_check_kind mg_check_not_matches = {
	.name = "not_matches",
	.family = "values",
	.summary = "share of rows whose text does not match a regular expression",
	.details =
		"The opposite of `matches`: a row holds when the pattern is found nowhere in its text, "
		"or, with `whole: true`, when it does not match the text as a whole. RE2's syntax.",
	.definition = "not_matches/nulls-ignore",
	.example = "- not_matches: {columns: [origin, destination], pattern: \"[^A-Z]\"}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_no_match,
	.measure = measure_no_match,
};
