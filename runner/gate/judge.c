/* judge.c: measured values held to their limits become results with a verdict and its reason. */
#include "gate/gate.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/escape.h"
#include "base/map.h"
#include "base/text.h"
#include "gate/limits.h"
#include "gate/measures.h"
#include "gate/words.h"

struct judging {
	struct mg_arena *arena;
	const struct mg_plan *plan;
	const struct mg_measured *measured;
	const struct mg_baselines *baselines;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	struct mg_run *run;
	bool *broken; /* per result */
	struct mg_map names;
};

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

static bool redacts_slice(const struct mg_schema *schema, const struct mg_slice *slice)
{
	const struct mg_column *column = schema ? mg_schema_column(schema, slice->column) : NULL;
	return column && column->redacted;
}

static bool is_masked(const struct mg_case *one)
{
	const struct mg_check *c = one->check;
	return one->sliced && one->slice &&
		(redacts_slice(c->schema, c->slice) || redacts_slice(c->reference, c->slice));
}

/* The slice's value, or its number where no report may show it. NULL stands without quotes; the text that says
 * so, and any that begins with a quote, stands in them, so that no two values look alike. */
static const char *slice_text(struct mg_arena *a, const struct mg_case *one)
{
	if (is_masked(one))
		return mg_printf(a, "*** %zu", one->number);
	if (!one->slice)
		return "NULL";
	const char *quote = *one->slice == '\'' || mg_streq(one->slice, "NULL") ? "'" : "";
	return mg_printf(a, "%s%s%s", quote, mg_text_short(a, one->slice, MG_VALUE_SHOWN), quote);
}

/* ---- baselines ---- */

/* The digits, when the double is another number than they are. */
static const char *beyond_double(struct mg_arena *arena, double rounded, const char *digits)
{
	struct mg_decimal exact, nearest;
	if (!digits || !mg_decimal_parse(digits, &exact))
		return NULL;
	if (mg_decimal_of_double(rounded, &nearest) && mg_decimal_compare(&exact, &nearest) == 0)
		return NULL;
	return mg_decimal_text(arena, &exact);
}

static const struct mg_result *find_result(const struct mg_run *run, const char *name)
{
	for (size_t i = 0; i < run->result_count; i++)
		if (mg_streq(run->results[i].name, name))
			return &run->results[i];
	return NULL;
}

static const char *label_of(struct judging *j, const struct mg_baseline *b, const char *reference)
{
	switch (b->kind) {
	case MG_BASELINE_FILE:
		return mg_printf(j->arena, "file %s", b->name);
	case MG_BASELINE_REFERENCE:
		return mg_printf(j->arena, "reference %s", reference ? reference : "");
	case MG_BASELINE_STAGE:
		return mg_printf(j->arena, "stage %s", b->name);
	case MG_BASELINE_PREVIOUS:
		return mg_printf(j->arena, "previous %d", b->previous);
	case MG_BASELINE_DUMMY:
		return "dummy";
	case MG_BASELINE_NONE:
		break;
	}
	return NULL;
}

static const char *baseline_label(struct judging *j, const struct mg_check *c)
{
	return label_of(j, &c->spec->baseline, c->spec->reference);
}

static const struct mg_baseline_run *find_baseline(struct judging *j, const struct mg_check *c)
{
	const struct mg_baseline *b = &c->spec->baseline;
	for (size_t i = 0; i < j->baselines->count; i++)
		if (j->baselines->list[i].kind == b->kind &&
			mg_streq(j->baselines->list[i].name, b->name))
			return &j->baselines->list[i];
	return NULL;
}

static double recorded(struct judging *j, const struct mg_check *c, const char *name,
	const char **out_exact, const char **out_why)
{
	const struct mg_baseline_run *known = find_baseline(j, c);
	if (!known || !known->run) {
		*out_why = known ? known->problem : "this version cannot read such a baseline";
		return NAN;
	}
	const struct mg_result *r = find_result(known->run, name);
	if (!r)
		*out_why = mg_printf(j->arena, "it has no test case '%s'", name);
	else if (!r->measured || isnan(r->value))
		*out_why = mg_printf(j->arena, "its test case '%s' was not measured", name);
	else {
		*out_exact = r->exact;
		return r->value;
	}
	return NAN;
}

static double twin_value(
	struct judging *j, const struct mg_case *of, const char **out_exact, const char **out_why)
{
	for (size_t i = 0; i < j->measured->count; i++) {
		const struct mg_case *one = &j->measured->cases[i];
		if (one->check != of->check->twin || one->sliced != of->sliced ||
			!mg_streq(one->slice, of->slice))
			continue;
		if (one->error)
			*out_why = one->error;
		else if (one->value.state != MG_MEASURED)
			*out_why = one->value.why;
		else {
			*out_exact = one->value.exact;
			return one->value.value;
		}
		return NAN;
	}
	*out_why = of->sliced ? "it has no such slice" : "it could not be planned";
	return NAN;
}

/* The baseline's number, with its digits where it is rounded; or NaN and why. */
static double baseline_of(struct judging *j, const struct mg_case *one, const char *name,
	const char **out_exact, const char **out_why)
{
	const struct mg_check *c = one->check;
	*out_exact = *out_why = NULL;
	switch (c->spec->baseline.kind) {
	case MG_BASELINE_NONE:
		return NAN;
	case MG_BASELINE_DUMMY:
		*out_why = isnan(one->value.dummy) ? "this kind has no dummy to compare with"
						   : NULL;
		return one->value.dummy;
	case MG_BASELINE_REFERENCE:
		return twin_value(j, one, out_exact, out_why);
	case MG_BASELINE_FILE:
	case MG_BASELINE_STAGE:
	case MG_BASELINE_PREVIOUS:
		break;
	}
	if (is_masked(one)) {
		*out_why = "the slices of a redacted column have no names to find them by";
		return NAN;
	}
	return recorded(j, c, name, out_exact, out_why);
}

/* ---- limits ---- */

/* Where a group of limits stands; `first` is the first broken one. `judged` is what that one, or
 * else the first of all, was held against. */
struct stand {
	bool broken, open;
	const struct mg_judged_limit *first;
	double judged;
};

static struct stand hold(struct mg_result *r, const struct mg_limits *limits, const char *role,
	const struct mg_measure *m, double value)
{
	struct stand s = {.judged = value};
	for (size_t i = 0; i < limits->count; i++) {
		const struct mg_limit *limit = &limits->list[i];
		enum mg_hold held = mg_limit_hold(limit, limits->tolerance, m);
		struct mg_judged_limit *judged = &r->limits[r->limit_count++];
		*judged = (struct mg_judged_limit){.role = role,
			.op = mg_limit_word(limit->op),
			.value = limit->value,
			.exact = limit->exact,
			.as_percent = limit->as_percent,
			.of_baseline = limit->of_baseline,
			.tolerance = limit->op == MG_EQUALS ? limits->tolerance : 0,
			.held = held == MG_HELD};
		s.broken = s.broken || held == MG_BROKEN;
		s.open = s.open || held == MG_OPEN;
		if (i == 0 || (!s.first && held == MG_BROKEN))
			s.judged = mg_limit_judged(limit, m, value);
		if (!s.first && held == MG_BROKEN)
			s.first = judged;
	}
	return s;
}

/* The reason of what a stand broke, in words; the result then shows what was judged. */
static const char *reason(struct judging *j, struct mg_result *r, const struct stand *s)
{
	r->judged = s->judged;
	return mg_words_broken(j->arena, r, s->first);
}

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

static bool wants_baseline(const struct mg_limits *limits)
{
	for (size_t i = 0; i < limits->count; i++)
		if (mg_limit_relative(limits->list[i].op))
			return true;
	return false;
}

/* ---- one result ---- */

static const char *with_message(struct mg_arena *a, const char *why, const char *message)
{
	if (!message || !*message)
		return why;
	return why ? mg_printf(a, "%s; %s", why, message) : message;
}

static void decide(struct judging *j, struct mg_result *r, bool *broken, enum mg_verdict verdict,
	const char *message)
{
	*broken = verdict == MG_FAIL;
	r->verdict = verdict == MG_FAIL && r->severity == MG_SEVERITY_WARN ? MG_WARN : verdict;
	r->message = message
		? mg_strdup(j->arena, mg_text_short(j->arena, message, MG_MESSAGE_SHOWN))
		: "";
}

static void lack_baseline(struct judging *j, struct mg_result *r, bool *broken,
	const struct mg_case *one, const char *why)
{
	const struct mg_check *c = one->check;
	const char *text = mg_printf(j->arena, "no baseline from %s: %s", baseline_label(j, c),
		why ? why : "it has no number");
	const struct mg_baseline_run *known = find_baseline(j, c);
	if (is_masked(one) || (known && known->unfit)) {
		decide(j, r, broken, MG_ERROR, text);
		return;
	}
	switch (c->spec->baseline.missing) {
	case MG_MISSING_PASS:
		decide(j, r, broken, MG_PASS,
			mg_printf(j->arena, "%s (baseline_missing: pass)", text));
		return;
	case MG_MISSING_SKIP:
		decide(j, r, broken, MG_SKIP,
			mg_printf(j->arena, "%s (baseline_missing: skip)", text));
		return;
	case MG_MISSING_ERROR:
		decide(j, r, broken, MG_ERROR, text);
		return;
	}
}

/* Counts have no digits of their own: a double holds them. */
static const char *digits_of(struct judging *j, const struct mg_check *c, const struct mg_value *v)
{
	bool is_count = c->kind->unit == MG_UNIT_COUNT && v->value == floor(v->value) &&
		fabs(v->value) <= 0x1p53 && v->lo == v->hi;
	return v->exact || !is_count ? v->exact : mg_printf(j->arena, "%.0f", v->value);
}

/* Holds the value to all its limits, and picks the verdict. Nothing is ever better than the first
 * thing that is wrong with it. */
static void judge_value(
	struct judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	const struct mg_check *c = one->check;
	const struct mg_value *v = &one->value;
	struct mg_limits limits = limits_of(c);
	struct mg_measure m = {.lo = v->lo,
		.hi = v->hi,
		.interval_lo = v->interval_lo,
		.interval_hi = v->interval_hi,
		.confidence = c->spec->confidence,
		.baseline = NAN,
		.better = c->kind->better,
		.exact = digits_of(j, c, v)};
	const char *why_no_baseline = NULL;
	if (c->spec->baseline.kind != MG_BASELINE_NONE) {
		m.baseline = r->baseline = baseline_of(
			j, one, r->name, &m.exact_baseline, &why_no_baseline);
		r->baseline_exact = beyond_double(j->arena, r->baseline, m.exact_baseline);
		r->baseline_source = baseline_label(j, c);
	}
	struct mg_measure size = {.lo = v->effect, .hi = v->effect, .baseline = NAN};
	bool has_effect = c->spec->effect.count > 0;
	struct stand fail = hold(r, &limits, "limit", &m, v->value);
	struct stand warn = hold(r, &c->spec->warn, "warn", &m, v->value);
	struct stand effect = hold(r, &c->spec->effect, "effect", &size, v->effect);
	bool counts = effect.broken || !has_effect; /* a small effect excuses a broken limit */
	r->judged = limits.count ? fail.judged : warn.judged;
	if (has_effect && isnan(v->effect))
		decide(j, r, broken, MG_ERROR, "the effect size could not be measured");
	else if (m.confidence > 0 && (isnan(v->interval_lo) || isnan(v->interval_hi)))
		decide(j, r, broken, MG_ERROR, "there is no confidence interval for this value");
	else if (isnan(m.baseline) && !fail.broken &&
		(wants_baseline(&limits) || wants_baseline(&c->spec->warn)))
		lack_baseline(j, r, broken, one, why_no_baseline);
	else if (fail.broken && counts)
		decide(j, r, broken, MG_FAIL,
			with_message(j->arena, reason(j, r, &fail), v->message));
	else if (fail.open)
		decide(j, r, broken, MG_ERROR,
			mg_printf(j->arena,
				"not decided: a limit lies between the bounds %s and %s",
				mg_double_text(j->arena, v->lo), mg_double_text(j->arena, v->hi)));
	else if (warn.broken && counts)
		decide(j, r, broken, MG_WARN,
			with_message(j->arena, reason(j, r, &warn), v->message));
	else if (warn.open)
		decide(j, r, broken, MG_WARN, "a warn limit lies between the bounds of the value");
	else if (fail.broken || warn.broken)
		decide(j, r, broken, MG_PASS,
			mg_printf(j->arena, "%s, but the effect %s is within its limit",
				reason(j, r, fail.broken ? &fail : &warn),
				mg_human_double(j->arena, v->effect, 4)));
	else
		decide(j, r, broken, MG_PASS, v->message);
}

static void judge_empty(
	struct judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	const char *why = one->value.why;
	assert(!(one->check->kind->flags & (MG_KIND_SHAPE | MG_KIND_NO_EMPTY)));
	switch (one->check->spec->on_empty) {
	case MG_EMPTY_ERROR:
		decide(j, r, broken, MG_ERROR, why);
		return;
	case MG_EMPTY_FAIL:
		decide(j, r, broken, MG_FAIL, mg_printf(j->arena, "%s (on_empty: fail)", why));
		return;
	case MG_EMPTY_PASS:
		decide(j, r, broken, MG_PASS, mg_printf(j->arena, "%s (on_empty: pass)", why));
		return;
	}
}

static void copy_value(
	struct judging *j, struct mg_result *r, const struct mg_check *c, const struct mg_value *v)
{
	struct mg_arena *a = j->arena;
	r->measured = v->state == MG_MEASURED;
	r->rows = v->rows;
	if (r->measured) {
		r->value = r->judged = v->value;
		r->exact = beyond_double(a, v->value, v->exact);
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
		if (v->facts[i].text && mg_check_redacted(c))
			continue; /* it may quote values */
		r->facts[r->fact_count++] = (struct mg_run_fact){
			.name = mg_strdup(a, v->facts[i].name),
			.number = v->facts[i].number,
			.text = mg_strdup(a, v->facts[i].text)};
	}
}

/* Only what this check asked for, not the whole fused statement. */
static const char *sql_of(struct judging *j, const struct mg_check *c)
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

/* Baselines, reports and joined parts find a result by its name, also as reports write it. Names differ by what
 * they are made of, but for signs that reports cannot show and for slices that people named like a value. */
static void make_unique(struct judging *j, struct mg_result *r)
{
	const char *name = r->name;
	for (size_t n = 2; mg_map_has(&j->names, mg_log_safe(j->arena, r->name)); n++)
		r->name = mg_printf(j->arena, "%s (%zu)", name, n);
	mg_map_put(&j->names, mg_log_safe(j->arena, r->name), r);
}

static void describe(struct judging *j, struct mg_result *r, const struct mg_case *one)
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
		.value = NAN,
		.lo = NAN,
		.hi = NAN,
		.judged = NAN,
		.interval_lo = NAN,
		.interval_hi = NAN,
		.effect = NAN,
		.baseline = NAN,
		.rows = -1,
		.rows_read = one->rows_read,
		.seconds = one->seconds,
		.message = ""};
	if (c->slice && !one->sliced) {
		r->slice = c->slice->name;
	} else if (c->slice) {
		r->slice = mg_printf(a, "%s=%s", c->slice->column, slice_text(a, one));
		const char *base = mg_strndup(
			a, c->name, strlen(c->name) - strlen(c->slice->name) - 2);
		r->name = mg_printf(a, "%s[%s]", base, r->slice);
	}
	r->limits = mg_alloc_array(a, 3 * 8, sizeof(*r->limits));
}

static void add_fact(struct judging *j, struct mg_result *r, const char *name, double number)
{
	struct mg_run_fact *facts = mg_alloc_array(j->arena, r->fact_count + 1, sizeof(*facts));
	for (size_t i = 0; i < r->fact_count; i++)
		facts[i] = r->facts[i];
	facts[r->fact_count++] = (struct mg_run_fact){.name = name, .number = number};
	r->facts = facts;
}

/* "where kept 800 of 1,000 rows, and 400 of 2,000 of the reference", when that is fewer than all. */
static void tell_rows(struct judging *j, struct mg_result *r, const struct mg_case *one)
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
		add_fact(j, r, names[side][0], (double)rows);
		add_fact(j, r, names[side][1], (double)kept);
		if (kept < rows)
			mg_text_addf(&text, "%s %s of %s %s", text.len ? ", and" : "where kept",
				mg_human_double(a, (double)kept, 15),
				mg_human_double(a, (double)rows, 15),
				side == MG_REFERENCE ? "of the reference" : "rows");
	}
	if (text.len)
		r->message = *r->message ? mg_printf(a, "%s; %s", r->message, text.data)
					 : text.data;
}

static void judge_case(
	struct judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	const struct mg_check *c = one->check;
	*broken = false;
	describe(j, r, one);
	make_unique(j, r);
	if (c->skipped) {
		decide(j, r, broken, MG_SKIP, c->spec->skip);
		return;
	}
	if (one->skip) {
		decide(j, r, broken, MG_SKIP, one->skip);
		return;
	}
	r->sql = sql_of(j, c);
	if (one->error) {
		decide(j, r, broken, MG_ERROR, one->error);
		return;
	}
	copy_value(j, r, c, &one->value);
	if (one->value.state == MG_MEASURED)
		judge_value(j, r, broken, one);
	else if (one->value.state == MG_EMPTY)
		judge_empty(j, r, broken, one);
	else
		decide(j, r, broken, MG_ERROR, one->value.why);
	tell_rows(j, r, one);
}

/* Kinds that look at the other cases are measured now that those are judged. */
static void judge_other(
	struct judging *j, struct mg_result *r, bool *broken, const struct mg_case *one)
{
	struct mg_case late = *one;
	struct mg_measures m = {.plan = j->plan,
		.check = one->check,
		.arena = j->arena,
		.results = j->run->results,
		.broken = j->broken,
		.result_count = j->run->result_count};
	if (!one->check->skipped && !one->error)
		late.value = one->check->kind->measure(one->check, &m);
	judge_case(j, r, broken, &late);
}

/* ---- what is not here any more ---- */

/* Does this run have all there is of the suite? Also of one that the spec has no longer. */
static bool has_all_of(const struct judging *j, const char *suite)
{
	for (size_t i = 0; i < j->plan->suite_count; i++)
		if (mg_streq(j->plan->suites[i], suite))
			return true;
	for (size_t i = 0; i < j->plan->spec->suite_count; i++)
		if (mg_streq(j->plan->spec->suites[i].name, suite))
			return false;
	return true;
}

/* The name without the value of a slice that no report may show. */
static const char *shown_name(const struct judging *j, const struct mg_result *r)
{
	size_t head = r->slice ? strcspn(r->slice, "=") : 0;
	for (size_t i = 0; r->slice && r->slice[head] && i < j->plan->spec->data_count; i++) {
		const char *name = mg_strndup(j->arena, r->slice, head);
		const struct mg_column *column = mg_schema_column(&j->plan->schemas[i], name);
		if (column && column->redacted)
			return mg_printf(j->arena, "%.*s[%s=***]",
				(int)(strlen(r->name) - strlen(r->slice) - 2), r->name, name);
	}
	return mg_strdup(j->arena, r->name);
}

static void find_gone(struct judging *j)
{
	struct mg_run *run = j->run;
	size_t capacity = 0;
	struct mg_map names;
	mg_map_init(&names, j->arena);
	for (size_t i = 0; i < run->result_count; i++)
		mg_map_put(&names, run->results[i].name, NULL);
	for (size_t b = 0; b < j->baselines->count && j->plan->whole_suites; b++) {
		const struct mg_baseline_run *known = &j->baselines->list[b];
		const struct mg_baseline source = {.kind = known->kind, .name = known->name};
		for (size_t i = 0; known->run && i < known->run->result_count; i++) {
			const struct mg_result *r = &known->run->results[i];
			if (mg_map_has(&names, r->name) || !has_all_of(j, r->suite))
				continue;
			run->gone = mg_grow(j->arena, run->gone, run->gone_count, &capacity,
				sizeof(*run->gone));
			run->gone[run->gone_count++] = (struct mg_gone){
				.source = label_of(j, &source, NULL), .name = shown_name(j, r)};
		}
	}
}

void mg_judge(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_measured *measured, const struct mg_baselines *baselines,
	const struct mg_engine_ops *ops, struct mg_engine *engine, struct mg_run *run)
{
	struct judging j = {.arena = arena,
		.plan = plan,
		.measured = measured,
		.baselines = baselines,
		.ops = ops,
		.engine = engine,
		.run = run};
	mg_map_init(&j.names, arena);
	run->results = mg_alloc_array(arena, measured->count, sizeof(*run->results));
	j.broken = mg_alloc_array(arena, measured->count, sizeof(*j.broken));
	run->suites = plan->suites;
	run->suite_count = plan->suite_count;
	run->stopped = measured->stopped;
	for (size_t i = 0; i < measured->count; i++) {
		const struct mg_case *one = &measured->cases[i];
		if (one->check->is_twin)
			continue;
		struct mg_result *r = &run->results[run->result_count];
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
		if (one->check->is_twin)
			continue;
		if (one->check->kind->flags & MG_KIND_OTHERS)
			judge_other(&j, &run->results[at], &j.broken[at], one);
		at++;
	}
	find_gone(&j);
	mg_run_close(run);
}
