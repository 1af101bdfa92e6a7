/* few_rows.c: whether there are rows enough to tell drift from chance; see few_rows.h. */
#include "checks/drift/few_rows.h"

#include "base/arena.h"
#include "base/text.h"

bool mg_enough_rows(const struct mg_check *c, double current, double reference,
	const struct mg_measures *m, struct mg_value *why)
{
	struct mg_arena *a = mg_measures_arena(m);
	int64_t own = c->spec->min_rows;
	double least = own > 0 ? (double)own : MG_DRIFT_ROWS;
	bool skips = own > 0 && c->slice; /* the gate skips slices that are small here */
	if (reference >= least && (current >= least || skips))
		return true;
	*why = mg_value_undefined(mg_printf(a,
		"%s against %s of the reference: %s needs %s rows on either side to tell drift "
		"from chance%s",
		mg_rows_text(a, current), mg_human_double(a, reference, 15), c->kind->name,
		mg_human_double(a, least, 15),
		own > 0 ? " (min_rows)" : "; `min_rows: 1` judges as few as there are"));
	mg_fact_number(m, why, "current_rows", current);
	mg_fact_number(m, why, "reference_rows", reference);
	return false;
}

/* The least of the limits that the value must not be over; NULL when there is none. A kind whose limit
 * may be left out has one of 0 then. With many rows 0 is a rule, "none at all", and not a level. */
static const struct mg_limit *strictest(const struct mg_check *c, double rows)
{
	static const struct mg_limit none_at_all = {.op = MG_MAX};
	const struct mg_limits *all[] = {&c->spec->limits, &c->spec->warn};
	const struct mg_limit *found = NULL;
	for (int i = 0; i < 2; i++) {
		for (size_t k = 0; k < all[i]->count; k++) {
			const struct mg_limit *limit = &all[i]->list[k];
			if ((limit->op == MG_MAX || limit->op == MG_BELOW) &&
				(limit->value > 0 || rows < MG_RULE_ROWS) &&
				(!found || limit->value < found->value))
				found = limit;
		}
	}
	bool natural = !all[0]->count && !all[1]->count && c->kind->flags & MG_KIND_DEFAULT_NONE;
	return found || !natural || rows >= MG_RULE_ROWS ? found : &none_at_all;
}

static const char *level(struct mg_arena *a, double x, bool percent)
{
	return percent ? mg_printf(a, "%s%%", mg_human_double(a, 100 * x, 3))
		       : mg_human_double(a, x, 3);
}

void mg_chance_tell(const struct mg_check *c, const struct mg_measures *m, double chance,
	double current, double reference, struct mg_value *v)
{
	struct mg_arena *a = mg_measures_arena(m);
	bool percent = c->kind->unit == MG_UNIT_SHARE;
	if (v->state != MG_MEASURED || isnan(chance))
		return;
	mg_fact_number(m, v, "chance_level", chance);
	v->message = mg_printf(a, "chance alone gives up to %s%s%s", level(a, chance, percent),
		v->message ? "; " : "", v->message ? v->message : "");
	const struct mg_limit *limit = strictest(c, fmin(current, reference));
	bool told_apart = v->hi <= 0 || v->lo > MG_TOLD_APART * chance;
	if (c->spec->min_rows > 0 || !limit || limit->value >= chance || told_apart)
		return;
	struct mg_value few = mg_value_undefined(mg_printf(a,
		"%s may be chance: with %s rows against %s it alone gives up to %s, and the limit "
		"%s is less than that. Compare more rows, or raise the limit; `min_rows: 1` judges "
		"it all the same",
		level(a, v->value, percent), mg_human_double(a, current, 15),
		mg_human_double(a, reference, 15), level(a, chance, percent),
		level(a, limit->value, percent || limit->as_percent)));
	few.rows = v->rows;
	few.facts = v->facts;
	few.fact_count = v->fact_count;
	few.charts = v->charts;
	few.chart_count = v->chart_count;
	few.definition = v->definition;
	*v = few;
}
