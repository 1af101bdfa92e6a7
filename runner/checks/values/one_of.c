/* one_of.c: one_of, not_one_of: the share of rows whose value stands in a list, or does not. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"

struct params {
	struct mg_values values;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, values, VALUES, "values that are accepted", .required = true),
	MG_FIELDS_END,
};

static const struct mg_field not_fields[] = {
	MG_FIELD(struct params, values, VALUES, "values that are refused", .required = true),
	MG_FIELDS_END,
};

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	(void)spec;
	const struct params *p = params;
	if (p->values.count == 0)
		return mg_fail(
			err, MG_ESPEC, "`values` is empty: there is nothing to compare with");
	for (size_t i = 0; i < p->values.count; i++)
		if (p->values.list[i].type == MG_SCALAR_NULL)
			return mg_fail(err, MG_ESPEC,
				"`values` cannot hold null; `nulls:` says what rows without a value "
				"count as");
	return MG_OK;
}

static int plan(struct mg_planner *pl, const struct mg_check *c, bool wanted, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x, *null;
	MG_TRY(mg_subject(pl, c, &x, &null, err));
	const struct mg_expr **args = mg_alloc_array(a, p->values.count + 1, sizeof(*args));
	size_t count = 0;
	args[count++] = x;
	for (size_t i = 0; i < p->values.count; i++) {
		MG_TRY(mg_subject_literal(pl, c, "values", &p->values.list[i], &args[count], err));
		count += args[count] != NULL;
	}
	const struct mg_expr *in = count > 1 ? mg_x_list(a, MG_FN_IN, args, count) : mg_ne(a, x, x);
	return mg_share_plan(pl, c, null, wanted ? in : mg_not(a, in), err);
}

static int plan_in(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan(pl, c, true, err);
}

static int plan_not_in(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan(pl, c, false, err);
}

static struct mg_value measure(
	const struct mg_check *c, const struct mg_measures *m, const char *words)
{
	enum { SHOWN = 8 };
	const struct params *p = c->params;
	struct mg_text t;
	mg_text_init(&t, mg_measures_arena(m));
	mg_text_add(&t, words);
	for (size_t i = 0; i < p->values.count && i < SHOWN; i++)
		mg_text_addf(&t, "%s%s", i ? ", " : "", p->values.list[i].text);
	if (p->values.count > SHOWN)
		mg_text_addf(&t, " and %zu more", p->values.count - SHOWN);
	return mg_share_measure(c, m, t.data);
}

static struct mg_value measure_in(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, "not among ");
}

static struct mg_value measure_not_in(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, "among ");
}

const struct mg_check_kind mg_check_one_of = {
	.name = "one_of",
	.family = "values",
	.summary = "share of rows whose value is in a list",
	.details =
		"Numbers compare as numbers (1 is 1.0), without rounding; in a FLOAT column 0.2 is "
		"the FLOAT nearest to 0.2. Text compares letter by letter, dates and timestamps "
		"as moments in time. NaN is in no list.",
	.definition = "one_of/as-written/nulls-ignore",
	.example =
		"- one_of: {on: scored, column: late, values: [0, 1]}\n"
		"- one_of: {column: origin, values: [ATL, DFW, ORD], where: \"distance > 2500\", "
		"min: 1%}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan_in,
	.measure = measure_in,
};

const struct mg_check_kind mg_check_not_one_of = {
	.name = "not_one_of",
	.family = "values",
	.summary = "share of rows whose value is not in a list",
	.details =
		"The opposite of `one_of`, with the same comparisons: numbers compare as numbers, text "
		"letter by letter, dates and timestamps as moments in time. NaN is in no list, so it "
		"holds.",
	.definition = "not_one_of/as-written/nulls-ignore",
	.example = "- not_one_of: {columns: [origin, destination], values: [XXX, \"???\", \"-\"]}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = not_fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan_not_in,
	.measure = measure_not_in,
};
