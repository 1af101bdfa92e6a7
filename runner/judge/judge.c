/* judge.c: measured values held to their limits become results with a verdict and its reason. */
#include "judge/judge.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/escape.h"
#include "base/text.h"
#include "judge/charts.h"
#include "judge/judging.h"
#include "judge/same.h"
#include "judge/words.h"
#include "plan/measures.h"
#include "plan/redact.h"
#include "spec/keys.h"

/* ---- words of the result ---- */

static const char *unit_word(enum mg_unit unit)
{
	static const char *const words[] = {"", "share", "count", "seconds"};
	return words[unit];
}

static const char *better_word(enum mg_better better)
{
	static const char *const words[] = {"either", "higher", "lower"};
	return words[better];
}

bool mg_case_masked(const struct mg_case *one)
{
	return one->sliced && one->slice && mg_slice_redacted(one->check);
}

/* The slice's value, or its number where no report may show it. NULL stands without quotes; the text that says
 * so, and any that begins with a quote, stands in them, so that no two values look alike. */
static const char *slice_text(struct mg_arena *a, const struct mg_case *one)
{
	if (mg_case_masked(one))
		return mg_printf(a, MG_MASK " %zu", one->number);
	if (!one->slice)
		return "NULL";
	const char *quote = *one->slice == '\'' || mg_streq(one->slice, "NULL") ? "'" : "";
	return mg_printf(a, "%s%s%s", quote, mg_text_short(a, one->slice, MG_VALUE_SHOWN), quote);
}

const char *mg_beyond_double(struct mg_arena *arena, double rounded, const char *digits)
{
	struct mg_decimal exact, nearest;
	if (!digits || !mg_decimal_parse(digits, &exact))
		return NULL;
	if (mg_decimal_of_double(rounded, &nearest) && mg_decimal_compare(&exact, &nearest) == 0)
		return NULL;
	return mg_decimal_text(arena, &exact);
}

/* ---- one result ---- */

static void decide(
	struct mg_judging *j, struct mg_result *r, enum mg_verdict verdict, const char *why)
{
	r->verdict = verdict;
	r->message = why ? mg_strdup(j->arena, mg_text_short(j->arena, why, MG_MESSAGE_SHOWN)) : "";
}

static void judge_empty(
	struct mg_judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	const char *why = one->value.why;
	assert(!(one->check->kind->flags & (MG_KIND_SHAPE | MG_KIND_NO_EMPTY)));
	switch (one->check->spec->on_empty) {
	case MG_EMPTY_ERROR:
		decide(j, r, MG_ERROR, why);
		return;
	case MG_EMPTY_FAIL:
		*broken = true;
		decide(j, r, mg_limit_worth(MG_BROKEN, r->severity, MG_MISSING_ERROR),
			mg_printf(j->arena, "%s (on_empty: fail)", why));
		return;
	case MG_EMPTY_PASS:
		decide(j, r, MG_PASS, mg_printf(j->arena, "%s (on_empty: pass)", why));
		return;
	}
}

static void judge_measured(
	struct mg_judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	const char *why = NULL;
	enum mg_verdict verdict = mg_judge_value(j, r, one, &why, broken);
	decide(j, r, verdict, why);
}

static void copy_value(struct mg_judging *j, struct mg_result *r, const struct mg_check *c,
	const struct mg_value *v)
{
	struct mg_arena *a = j->arena;
	r->measured = v->state == MG_MEASURED;
	r->rows = v->rows;
	if (r->measured) {
		r->value = r->judged = v->value;
		r->exact = mg_beyond_double(a, v->value, v->exact);
		if (v->is_moment)
			r->unit = "time";
		r->lo = v->lo;
		r->hi = v->hi;
		r->effect = v->effect;
		if (!isnan(v->interval_lo)) {
			r->confidence = c->spec->confidence;
			r->interval_lo = v->interval_lo;
			r->interval_hi = v->interval_hi;
			r->interval = mg_strdup(a, v->interval);
		}
	}
	if (v->definition)
		r->definition = mg_strdup(a, v->definition);
	r->facts = mg_alloc_array(a, v->fact_count, sizeof(*r->facts));
	for (size_t i = 0; i < v->fact_count; i++) {
		if (v->facts[i].text && mg_check_redacts_any(c))
			continue; /* it may quote values */
		r->facts[r->fact_count++] = (struct mg_run_fact){
			.name = mg_strdup(a, v->facts[i].name),
			.number = v->facts[i].number,
			.text = mg_strdup(a, v->facts[i].text)};
	}
	mg_judge_charts(a, c, v, r);
}

/* Only what this check asked for, not the whole fused statement. */
static const char *make_sql(struct mg_judging *j, const struct mg_check *c)
{
	struct mg_text text;
	mg_text_init(&text, j->arena);
	for (size_t i = 0; i < c->need_count; i++) {
		bool seen = c->needs[i].tells;
		for (size_t k = 0; k < i && !seen; k++)
			seen = !c->needs[k].tells && c->needs[k].query == c->needs[i].query;
		if (seen)
			continue;
		struct mg_query query = *j->plan->queries[c->needs[i].query];
		struct mg_term *own = mg_alloc_array(j->arena, query.term_count, sizeof(*own));
		size_t count = 0;
		for (size_t k = i; k < c->need_count; k++)
			if (!c->needs[k].tells && c->needs[k].query == c->needs[i].query &&
				c->needs[k].first >= query.key_count && query.term_count &&
				count < query.term_count)
				own[count++] = query.terms[c->needs[k].first - query.key_count];
		if (count) {
			query.terms = own;
			query.term_count = count;
		}
		if (text.len)
			mg_text_add(&text, ";\n");
		mg_text_add(&text, j->ops->sql(j->engine, &query, j->arena));
	}
	return text.len ? text.data : NULL;
}

static const char *sql_of(struct mg_judging *j, const struct mg_check *c)
{
	assert(j->alike.check == c);
	if (!j->alike.has_sql) {
		j->alike.sql = make_sql(j, c);
		j->alike.has_sql = true;
	}
	return j->alike.sql;
}

static void tell_measure(struct mg_judging *j, struct mg_result *r, const struct mg_check *c)
{
	if (j->alike.check == c) {
		r->measure = j->alike.measure;
		r->measure_count = j->alike.measure_count;
		r->measure_digest = j->alike.measure_digest;
		return;
	}
	mg_same_describe(j->arena, c, r);
	j->alike.check = c;
	j->alike.measure = r->measure;
	j->alike.measure_count = r->measure_count;
	j->alike.measure_digest = r->measure_digest;
	j->alike.has_sql = false;
}

/* Baselines, reports and joined parts find a result by its name, also as reports write it. Names differ by what
 * they are made of, but for signs that reports cannot show and for slices that people named like a value. */
static void make_unique(struct mg_judging *j, struct mg_result *r)
{
	const char *name = r->name;
	const char *shown = mg_log_safe(j->arena, name);
	for (size_t n = 2; mg_map_has(&j->names, shown); n++) {
		r->name = mg_printf(j->arena, "%s (%zu)", name, n);
		shown = mg_log_safe(j->arena, r->name);
	}
	mg_map_put(&j->names, shown, r);
}

static void describe(struct mg_judging *j, struct mg_result *r, const struct mg_case *one)
{
	struct mg_arena *a = j->arena;
	const struct mg_check *c = one->check;
	*r = (struct mg_result){.name = c->name,
		.suite = c->suite->name,
		.kind = c->kind->name,
		.column = c->column,
		.tags = c->spec->tags,
		.tag_count = c->spec->tag_count,
		.owner = c->spec->owner ? c->spec->owner : j->plan->spec->owner,
		.severity = c->spec->severity,
		.data = c->spec->on,
		.reference = c->spec->reference,
		.pos = c->spec->pos,
		.unit = unit_word(c->kind->unit),
		.better = better_word(c->kind->better),
		.definition = c->kind->definition,
		.estimate = c->spec->estimate != MG_ESTIMATE_NONE
			? mg_estimate_words[c->spec->estimate]
			: NULL,
		.value = NAN,
		.lo = NAN,
		.hi = NAN,
		.judged = NAN,
		.interval_lo = NAN,
		.interval_hi = NAN,
		.effect = NAN,
		.baseline = NAN,
		.difference_lo = NAN,
		.difference_hi = NAN,
		.rows = -1,
		.rows_read = one->rows_read,
		.seconds = one->seconds,
		.message = ""};
	tell_measure(j, r, c);
	if (c->slice && !one->sliced) {
		r->slice = c->slice->name;
	} else if (c->slice) {
		r->slice = mg_printf(a, "%s=%s", c->slice->column, slice_text(a, one));
		const char *base = mg_strndup(
			a, c->name, strlen(c->name) - strlen(c->slice->name) - 2);
		r->name = mg_printf(a, "%s[%s]", base, r->slice);
	}
}

void mg_result_add_fact(struct mg_arena *arena, struct mg_result *r, struct mg_run_fact fact)
{
	struct mg_run_fact *facts = mg_alloc_array(arena, r->fact_count + 1, sizeof(*facts));
	for (size_t i = 0; i < r->fact_count; i++)
		facts[i] = r->facts[i];
	facts[r->fact_count++] = fact;
	r->facts = facts;
}

/* "where kept 800 of 1,000 rows, and 400 of 2,000 of the reference", when that is fewer than all. */
static void tell_rows(struct mg_judging *j, struct mg_result *r, const struct mg_case *one)
{
	static const char *const names[][2] = {
		{"rows_read", "rows_judged"}, {"reference_rows_read", "reference_rows_judged"}};
	struct mg_arena *a = j->arena;
	struct mg_text text;
	mg_text_init(&text, a);
	for (int side = 0; side < 2; side++) {
		int64_t rows = one->side_rows[side], kept = one->side_kept[side];
		if (rows <= 0 || kept < 0)
			continue;
		mg_result_add_fact(a, r, (struct mg_run_fact){names[side][0], (double)rows, NULL});
		mg_result_add_fact(a, r, (struct mg_run_fact){names[side][1], (double)kept, NULL});
		if (kept < rows)
			mg_text_addf(&text, "%s %s of %s %s", text.len ? ", and" : "where kept",
				mg_human_double(a, (double)kept, 15),
				mg_human_double(a, (double)rows, 15),
				side == MG_REFERENCE ? "of the reference" : "rows");
	}
	const char *unlabelled = mg_words_unlabelled(a, r);
	if (unlabelled)
		mg_text_addf(&text, "%s%s", text.len ? "; " : "", unlabelled);
	if (text.len)
		r->message = *r->message ? mg_printf(a, "%s; %s", r->message, text.data)
					 : text.data;
}

static void judge_case(
	struct mg_judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	const struct mg_check *c = one->check;
	*broken = false;
	describe(j, r, one);
	make_unique(j, r);
	if (c->skipped) {
		decide(j, r, MG_SKIP, c->spec->skip);
		return;
	}
	if (one->skip) {
		decide(j, r, MG_SKIP, one->skip);
		return;
	}
	r->sql = sql_of(j, c);
	if (one->error) {
		decide(j, r, MG_ERROR, one->error);
		return;
	}
	copy_value(j, r, c, &one->value);
	const char *same = mg_same_data_problem(j, c);
	if (same) {
		decide(j, r, MG_ERROR, same);
		return;
	}
	if (one->value.state == MG_MEASURED)
		judge_measured(j, r, broken, one);
	else if (one->value.state == MG_EMPTY)
		judge_empty(j, r, broken, one);
	else
		decide(j, r, MG_ERROR, one->value.why);
	tell_rows(j, r, one);
}

/* Kinds that look at the other cases are measured now that those are judged. */
static void judge_other(
	struct mg_judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	struct mg_case late = *one;
	struct mg_measures m = {.plan = j->plan,
		.check = one->check,
		.arena = j->arena,
		.results = j->run->results,
		.checks = j->checks,
		.broken = j->broken,
		.result_count = j->run->result_count};
	if (!one->check->skipped && !one->error)
		late.value = one->check->kind->measure(one->check, &m);
	judge_case(j, r, broken, &late);
}

bool mg_judge_wants_inputs(const struct mg_plan *plan)
{
	for (size_t i = 0; i < plan->check_count; i++) {
		const struct mg_spec_check *spec = plan->checks[i]->spec;
		bool elsewhere = spec->reference ||
			(spec->confidence > 0 && spec->baseline.kind != MG_BASELINE_NONE);
		for (const struct mg_field *f = spec->kind->fields; f && f->name; f++)
			elsewhere = elsewhere || f->type == MG_FIELD_DATASET ||
				f->type == MG_FIELD_TARGET;
		if (elsewhere && !plan->checks[i]->skipped)
			return true;
	}
	return false;
}

void mg_judge(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_measured *measured, const struct mg_baselines *baselines,
	const struct mg_engine_ops *ops, struct mg_engine *engine, struct mg_run *run)
{
	struct mg_judging j = {.arena = arena,
		.plan = plan,
		.measured = measured,
		.baselines = baselines,
		.ops = ops,
		.engine = engine,
		.run = run};
	mg_map_init(&j.names, arena);
	struct mg_map pairs;
	mg_map_init(&pairs, arena);
	j.pairs = &pairs;
	run->results = mg_alloc_array(arena, measured->count, sizeof(*run->results));
	j.broken = mg_alloc_array(arena, measured->count, sizeof(*j.broken));
	j.checks = mg_alloc_array(arena, measured->count, sizeof(*j.checks));
	run->suites = plan->suites;
	run->suite_count = plan->suite_count;
	run->stopped = measured->stopped;
	for (size_t i = 0; i < measured->count; i++) {
		const struct mg_case *one = &measured->cases[i];
		if (one->check->is_reference_check)
			continue;
		struct mg_result *r = &run->results[run->result_count];
		j.checks[run->result_count] = one->check;
		bool *broken = &j.broken[run->result_count++];
		if (one->check->kind->flags & MG_KIND_OTHERS) {
			/* Its turn comes; until then it counts as nothing. */
			describe(&j, r, one);
			r->verdict = MG_SKIP;
		} else {
			judge_case(&j, r, broken, one);
		}
	}
	size_t at = 0;
	for (size_t i = 0; i < measured->count; i++) {
		const struct mg_case *one = &measured->cases[i];
		if (one->check->is_reference_check)
			continue;
		if (one->check->kind->flags & MG_KIND_OTHERS)
			judge_other(&j, &run->results[at], &j.broken[at], one);
		at++;
	}
	mg_find_gone(&j);
	mg_run_close(run);
}
