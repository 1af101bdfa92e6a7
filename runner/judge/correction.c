/* correction.c: the p-values of a suite become what they are worth among so many (`correction:`). */
#include "base/arena.h"
#include "base/text.h"
#include "execute/execute.h"
#include "judge/judge.h"
#include "stats/adjust.h"

typedef void adjustment(struct mg_arena *arena, const double *p, size_t n, double *out);

static const struct {
	const char *word;
	adjustment *adjust;
} ways[] = {
	[MG_CORRECTION_BONFERRONI] = {"bonferroni", mg_adjust_bonferroni},
	[MG_CORRECTION_HOLM] = {"holm", mg_adjust_holm},
	[MG_CORRECTION_BENJAMINI_HOCHBERG] = {"benjamini_hochberg", mg_adjust_benjamini_hochberg},
};

static bool is_p_value(const struct mg_case *one)
{
	const struct mg_check *c = one->check;
	return c->kind->p_value && c->kind->p_value(c->params) && !c->skipped && !one->skip &&
		!one->error && one->value.state == MG_MEASURED;
}

/* The suite's p-values, slices among them; NULLs at the end of a list as long as all cases. */
static struct mg_value **find(struct mg_arena *arena, const struct mg_suite *suite,
	struct mg_measured *measured, const struct mg_check **out_checks, size_t *out_count)
{
	struct mg_value **list = mg_alloc_array(arena, measured->count, sizeof(*list));
	for (size_t i = 0; i < measured->count; i++) {
		struct mg_case *one = &measured->cases[i];
		if (one->check->suite != suite || !is_p_value(one))
			continue;
		out_checks[*out_count] = one->check;
		list[(*out_count)++] = &one->value;
	}
	return list;
}

static void tell(struct mg_arena *a, const struct mg_check *c, struct mg_value *v, double own,
	const char *word, size_t n)
{
	struct mg_fact *facts = mg_alloc_array(a, v->fact_count + 2, sizeof(*facts));
	for (size_t i = 0; i < v->fact_count; i++)
		facts[i] = v->facts[i];
	facts[v->fact_count] = (struct mg_fact){.name = "own_p_value", .number = own};
	facts[v->fact_count + 1] = (struct mg_fact){.name = "p_values", .number = (double)n};
	v->facts = facts;
	v->fact_count += 2;
	v->definition = mg_printf(
		a, "%s/%s", v->definition ? v->definition : c->kind->definition, word);
	v->message = mg_printf(a, "p %s is %s by %s, as one of %zu p-values%s%s",
		mg_human_double(a, own, 4), mg_human_double(a, v->value, 4), word, n,
		v->message ? "; " : "", v->message ? v->message : "");
}

static void correct(
	struct mg_arena *arena, const struct mg_suite *suite, struct mg_measured *measured)
{
	adjustment *adjust = ways[suite->correction].adjust;
	const struct mg_check **checks = mg_alloc_array(arena, measured->count, sizeof(*checks));
	size_t n = 0;
	struct mg_value **list = find(arena, suite, measured, checks, &n);
	/* the value, and the ends of its bounds */
	double *p[3], *out[3];
	for (int k = 0; k < 3; k++) {
		p[k] = mg_alloc_array(arena, n, sizeof(double));
		out[k] = mg_alloc_array(arena, n, sizeof(double));
	}
	for (size_t i = 0; i < n; i++) {
		p[0][i] = list[i]->value;
		p[1][i] = list[i]->lo;
		p[2][i] = list[i]->hi;
	}
	for (int k = 0; k < 3; k++)
		adjust(arena, p[k], n, out[k]);
	for (size_t i = 0; i < n; i++) {
		list[i]->value = out[0][i];
		list[i]->lo = out[1][i];
		list[i]->hi = out[2][i];
		tell(arena, checks[i], list[i], p[0][i], ways[suite->correction].word, n);
	}
}

void mg_correct(struct mg_arena *arena, const struct mg_plan *plan, struct mg_measured *measured)
{
	for (size_t i = 0; i < plan->spec->suite_count; i++)
		if (plan->spec->suites[i].correction != MG_CORRECTION_NONE)
			correct(arena, &plan->spec->suites[i], measured);
}
