/* verdict.c: a verdict is a fold: every limit stands somewhere, that is worth something, the worst counts. */
#include <assert.h>
#include <math.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "judge/earlier.h"
#include "judge/judging.h"
#include "judge/limits.h"
#include "judge/words.h"
#include "stats/spread.h"

/* ---- the table ---- */

enum mg_verdict mg_limit_worth(
	enum mg_limit_state state, enum mg_severity severity, enum mg_baseline_missing missing)
{
	enum { POLICIES = MG_MISSING_SKIP + 1 };
	/* clang-format off */
	static const enum mg_verdict worth[][MG_SEVERITY_WARN + 1][POLICIES] = {
		/* baseline_missing:  error     pass      skip         error     pass      skip  */
		[MG_HELD] =    {{ MG_PASS,  MG_PASS,  MG_PASS  }, { MG_PASS,  MG_PASS,  MG_PASS  }},
		[MG_BROKEN] =  {{ MG_FAIL,  MG_FAIL,  MG_FAIL  }, { MG_WARN,  MG_WARN,  MG_WARN  }},
		[MG_OPEN] =    {{ MG_ERROR, MG_ERROR, MG_ERROR }, { MG_ERROR, MG_ERROR, MG_ERROR }},
		[MG_LACKING] = {{ MG_ERROR, MG_PASS,  MG_SKIP  }, { MG_ERROR, MG_PASS,  MG_SKIP  }},
	};
	/* clang-format on */
	return worth[state][severity][missing];
}

/* The worse of two: ERROR over FAIL over WARN over PASS over SKIP. */
static enum mg_verdict verdict_worse(enum mg_verdict a, enum mg_verdict b)
{
	static const int rank[] = {
		[MG_SKIP] = 0, [MG_PASS] = 1, [MG_WARN] = 2, [MG_FAIL] = 3, [MG_ERROR] = 4};
	return rank[a] >= rank[b] ? a : b;
}

/* ---- where limits stand ---- */

/* A kind without limits of its own in the spec has a natural one. */
static struct mg_limits limits_of(const struct mg_check *c)
{
	struct mg_limits limits = c->spec->limits;
	if (limits.count || c->spec->warn.count)
		return limits;
	if (c->kind->flags & MG_KIND_DEFAULT_ALL)
		limits.list[limits.count++] = (struct mg_limit){
			.op = MG_MIN, .value = 1, .as_percent = true};
	else if (c->kind->flags & MG_KIND_DEFAULT_NONE)
		limits.list[limits.count++] = (struct mg_limit){.op = MG_MAX, .value = 0};
	return limits;
}

/* One role's limits: the first that is broken, and the number that it, else the first of all, was held to. */
struct stand {
	const struct mg_judged_limit *broken; /* or NULL */
	double judged;
	size_t count;
};

static struct stand hold(struct mg_result *r, const struct mg_limits *limits, const char *role,
	const struct mg_measure *m, double value)
{
	struct stand s = {.judged = value, .count = limits->count};
	for (size_t i = 0; i < limits->count; i++) {
		const struct mg_limit *limit = &limits->list[i];
		struct mg_judged_limit *judged = &r->limits[r->limit_count++];
		*judged = (struct mg_judged_limit){.role = role,
			.op = mg_limit_words[limit->op],
			.value = limit->value,
			.spread = limit->op == MG_WITHIN ? mg_spread_words[limit->spread] : NULL,
			.exact = limit->exact,
			.as_percent = limit->as_percent,
			.of_baseline = limit->of_baseline,
			.tolerance = limit->op == MG_EQUALS || limit->op == MG_NOT_EQUALS
				? limits->tolerance
				: 0,
			.state = mg_limit_hold(limit, limits->tolerance, m)};
		bool first_broken = !s.broken && judged->state == MG_BROKEN;
		if (i == 0 || first_broken)
			s.judged = mg_limit_judged(limit, m, value);
		if (first_broken)
			s.broken = judged;
	}
	return s;
}

/* ---- the fold ---- */

struct judgment {
	const struct mg_judging *j;
	struct mg_result *r;
	const struct mg_case *one;
	struct mg_found_baseline baseline;
	struct mg_center centers[MG_SPREADS]; /* of the baseline's runs */
	enum mg_baseline_missing missing;     /* what lacking a baseline is worth here */
	struct stand fail, warn, effect;
	const char *pairing; /* which rows the difference from the baseline is of, or NULL */
	bool excused;        /* a small effect excuses a broken limit */
};

static bool is_effect(const struct mg_judged_limit *limit)
{
	return mg_streq(limit->role, "effect");
}

static enum mg_verdict worth_of(const struct judgment *g, const struct mg_judged_limit *limit)
{
	enum mg_severity severity = mg_streq(limit->role, "warn") ? MG_SEVERITY_WARN
								  : g->r->severity;
	/* An effect is no limit of its own: it says whether the others count. */
	if (is_effect(limit) && limit->state != MG_OPEN)
		return MG_SKIP;
	if (limit->state == MG_BROKEN && g->excused)
		return MG_PASS;
	return mg_limit_worth(limit->state, severity, g->missing);
}

static enum mg_verdict fold(const struct judgment *g)
{
	enum mg_verdict verdict = MG_SKIP;
	for (size_t i = 0; i < g->r->limit_count; i++)
		verdict = verdict_worse(verdict, worth_of(g, &g->r->limits[i]));
	return verdict;
}

/* ---- earlier runs ---- */

static enum mg_spread spread_of(const struct mg_judged_limit *limit)
{
	size_t i = 0;
	while (i + 1 < MG_SPREADS && !mg_streq(limit->spread, mg_spread_words[i]))
		i++;
	return (enum mg_spread)i;
}

static void find_centers(struct judgment *g)
{
	for (size_t i = 0; i < MG_SPREADS; i++)
		g->centers[i] = g->baseline.earlier
			? mg_earlier_center(g->baseline.earlier, (enum mg_spread)i)
			: (struct mg_center){.value = NAN};
}

/* What limits of earlier runs were held against. Runs that have no spread, though there are enough of them, are no
 * baseline that is missing. */
static void tell_runs(struct judgment *g)
{
	const struct mg_earlier *e = g->baseline.earlier;
	for (size_t i = 0; e && i < g->r->limit_count; i++) {
		struct mg_judged_limit *limit = &g->r->limits[i];
		const struct mg_center *c = limit->spread ? &g->centers[spread_of(limit)] : NULL;
		if (c && isnan(c->value) && e->count >= MG_SPREAD_LEAST)
			g->missing = MG_MISSING_ERROR;
		if (!c || isnan(c->value))
			continue;
		limit->runs.definition = mg_earlier_definition(spread_of(limit));
		limit->runs.of = mg_printf(g->j->arena, "%zu previous runs%s", e->count,
			g->one->check->spec->baseline.which);
		limit->runs.center = c->value;
		limit->runs.spread = c->spread;
	}
}

/* ---- the reason ---- */

static const struct mg_judged_limit *first_in(const struct mg_result *r, enum mg_limit_state state)
{
	for (size_t i = 0; i < r->limit_count; i++)
		if (r->limits[i].state == state && !is_effect(&r->limits[i]))
			return &r->limits[i];
	return NULL;
}

static const char *words_broken(const struct judgment *g)
{
	struct mg_arena *a = g->j->arena;
	const struct stand *s = g->fail.broken ? &g->fail : &g->warn;
	if (!s->broken)
		return NULL;
	g->r->judged = s->judged;
	const char *why = mg_words_broken(a, g->r, s->broken);
	const char *message = g->one->value.message;
	if (g->excused)
		return mg_printf(a, "%s, but the effect %s is within its limit", why,
			mg_human_double(a, g->one->value.effect, 4));
	return message && *message ? mg_printf(a, "%s; %s", why, message) : why;
}

static const char *words_open(const struct judgment *g)
{
	struct mg_arena *a = g->j->arena;
	const struct mg_value *v = &g->one->value;
	if (g->effect.count && isnan(v->effect))
		return "the effect size could not be measured";
	const struct mg_judged_limit *limit = first_in(g->r, MG_OPEN);
	if (!limit)
		return NULL;
	if (g->one->check->spec->confidence > 0 && (isnan(v->interval_lo) || isnan(v->interval_hi)))
		return "there is no confidence interval for this value";
	if (g->one->check->spec->confidence > 0)
		return mg_printf(a,
			"the baseline (%s) has no interval at %s%%, so the difference has none; "
			"record it with that confidence",
			g->baseline.source,
			mg_human_double(a, g->one->check->spec->confidence * 100, 6));
	if (!(v->lo < v->hi))
		return mg_printf(a, "not decided: the baseline lies between the bounds %s and %s",
			mg_double_text(a, g->baseline.least), mg_double_text(a, g->baseline.most));
	return mg_printf(a, "not decided: a %s lies between the bounds %s and %s", limit->role,
		mg_double_text(a, v->lo), mg_double_text(a, v->hi));
}

static const char *words_lacking(const struct judgment *g)
{
	static const char *const policies[] = {
		"", " (baseline_missing: pass)", " (baseline_missing: skip)"};
	const struct mg_judged_limit *limit = first_in(g->r, MG_LACKING);
	if (!limit)
		return NULL;
	const char *why = limit->spread && g->baseline.earlier
		? mg_earlier_why_none(g->baseline.earlier, spread_of(limit), g->baseline.source)
		: g->baseline.why;
	bool nothing = !mg_result_held(g->r) && g->missing == MG_MISSING_PASS;
	return mg_printf(g->j->arena, "%s%s%s", why, policies[g->missing],
		nothing ? ", so it was held to nothing" : "");
}

/* What decided the verdict comes first. */
static const char *words_of(const struct judgment *g, enum mg_verdict verdict)
{
	const char *broken = words_broken(g), *open = words_open(g), *lacking = words_lacking(g);
	bool error = verdict == MG_ERROR;
	const char *parts[] = {error ? open : broken, error ? lacking : NULL, error ? broken : open,
		error ? NULL : lacking};
	struct mg_text text;
	mg_text_init(&text, g->j->arena);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i])
			mg_text_addf(&text, "%s%s", text.len ? "; " : "", parts[i]);
	if (!text.len && g->one->value.message)
		mg_text_add(&text, g->one->value.message);
	if (g->pairing)
		mg_text_addf(&text, "%s%s", text.len ? "; " : "", g->pairing);
	return text.len ? text.data : NULL;
}

/* Counts have no digits of their own: a double holds them. */
static const char *digits_of(
	const struct mg_judging *j, const struct mg_check *c, const struct mg_value *v)
{
	bool is_count = c->kind->unit == MG_UNIT_COUNT && v->value == floor(v->value) &&
		fabs(v->value) <= 0x1p53 && v->lo == v->hi;
	return v->exact || !is_count ? v->exact : mg_printf(j->arena, "%.0f", v->value);
}

static const char *key_text(struct mg_arena *a, const struct mg_schema *schema)
{
	struct mg_text text;
	mg_text_init(&text, a);
	for (size_t i = 0; i < schema->key_count; i++)
		mg_text_addf(&text, "%s%s", i ? ", " : "", schema->key[i]);
	return text.data;
}

/* Which rows the difference is of: pairs of one key, or any. */
static void tell_pairing(struct judgment *g)
{
	struct mg_arena *a = g->j->arena;
	const struct mg_pairing *pairs = &g->one->pairing;
	enum mg_baseline_kind kind = g->one->check->spec->baseline.kind;
	const struct mg_schema *schema = g->one->check->schema;
	if (isnan(g->r->difference_lo) || kind == MG_BASELINE_DUMMY)
		return;
	const char *how;
	if (g->baseline.identical)
		how = "the data are the same";
	else if (pairs->rows > 0)
		how = mg_printf(a, "rows are paired by %s, %s of them", key_text(a, schema),
			mg_human_double(a, (double)pairs->rows, 15));
	else
		how = mg_printf(a, "rows are taken as independent: %s",
			kind == MG_BASELINE_REFERENCE && pairs->why
				? pairs->why
				: "an earlier run keeps none to pair with");
	g->pairing = how;
	mg_result_add_fact(
		a, g->r, (struct mg_run_fact){.name = "difference_of", .number = NAN, .text = how});
	if (!g->baseline.identical && pairs->rows > 0)
		mg_result_add_fact(a, g->r,
			(struct mg_run_fact){.name = "paired_rows", .number = (double)pairs->rows});
}

static void hold_all(struct judgment *g)
{
	const struct mg_check *c = g->one->check;
	const struct mg_value *v = &g->one->value;
	struct mg_limits limits = limits_of(c);
	struct mg_measure m = {.lo = v->lo,
		.hi = v->hi,
		.interval_lo = v->interval_lo,
		.interval_hi = v->interval_hi,
		.confidence = c->spec->confidence,
		.failing = v->failing,
		.value = v->value,
		.baseline = g->baseline.value,
		.baseline_least = g->baseline.least,
		.baseline_most = g->baseline.most,
		.baseline_lo = g->baseline.lo,
		.baseline_hi = g->baseline.hi,
		.identical = g->baseline.identical,
		.correlation = g->one->pairing.correlation,
		.prove = c->spec->prove,
		.better = c->kind->better,
		.exact = digits_of(g->j, c, v),
		.exact_baseline = g->baseline.exact,
		.centers = g->centers};
	struct mg_measure size = {.lo = v->effect, .hi = v->effect, .baseline = NAN};
	find_centers(g);
	g->r->limits = mg_alloc_array(g->j->arena,
		limits.count + c->spec->warn.count + c->spec->effect.count, sizeof(*g->r->limits));
	g->fail = hold(g->r, &limits, "limit", &m, v->value);
	g->warn = hold(g->r, &c->spec->warn, "warn", &m, v->value);
	g->effect = hold(g->r, &c->spec->effect, "effect", &size, v->effect);
	tell_runs(g);
	if (m.confidence > 0 && !isnan(m.baseline)) {
		mg_limit_difference(&m, 1, &g->r->difference_lo, &g->r->difference_hi);
		tell_pairing(g);
	}
	g->excused = g->effect.count && !g->effect.broken;
	g->r->judged = limits.count ? g->fail.judged : g->warn.judged;
}

enum mg_verdict mg_judge_value(const struct mg_judging *j, struct mg_result *r,
	const struct mg_case *one, const char **out_message, bool *out_broken)
{
	struct judgment g = {.j = j,
		.r = r,
		.one = one,
		.baseline = mg_find_baseline(j, one, r),
		.missing = one->check->spec->baseline.missing};
	if (g.baseline.unfit)
		g.missing = MG_MISSING_ERROR;
	r->baseline = g.baseline.value;
	r->baseline_exact = mg_beyond_double(j->arena, r->baseline, g.baseline.exact);
	r->baseline_source = g.baseline.source;
	hold_all(&g);
	enum mg_verdict verdict = fold(&g);
	*out_message = words_of(&g, verdict);
	*out_broken = g.fail.broken && !g.excused;
	return verdict;
}
