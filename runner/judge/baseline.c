/* baseline.c: what a case is compared with: an earlier run, the same measure on the reference, or a guess. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "judge/earlier.h"
#include "judge/judging.h"
#include "judge/same.h"
#include "plan/redact.h"

/* ---- an earlier run ---- */

static const struct mg_result *find_result(const struct mg_run *run, const char *name)
{
	for (size_t i = 0; i < run->result_count; i++)
		if (mg_streq(run->results[i].name, name))
			return &run->results[i];
	return NULL;
}

static const struct mg_baseline_run *find_run(
	const struct mg_judging *j, const struct mg_baseline *b)
{
	for (size_t i = 0; i < j->baselines->count; i++)
		if (j->baselines->list[i].kind == b->kind &&
			mg_streq(j->baselines->list[i].name, b->name))
			return &j->baselines->list[i];
	return NULL;
}

/* What one run says of the case. */
static void find_in(const struct mg_judging *j, const struct mg_case *one,
	const struct mg_result *now, const struct mg_run *run, struct mg_found_baseline *out)
{
	const struct mg_result *r = find_result(run, now->name);
	const char *difference = r ? mg_same_difference(j->arena, r, now) : NULL;
	if (!r) {
		out->why = mg_printf(j->arena, "it has no test case '%s'", now->name);
	} else if (difference) {
		out->why = difference;
		out->other = true;
	} else if (!r->measure_digest) {
		out->why = "an early version of modelgate wrote it, which did not record what "
			   "exactly it measured; make it again";
	} else if (!r->measured || isnan(r->value)) {
		out->why = mg_printf(j->arena, "its test case '%s' was not measured", now->name);
	} else {
		out->exact = r->exact;
		out->value = r->value;
		out->least = r->lo;
		out->most = r->hi;
		bool alike = one->check->spec->confidence > 0 &&
			r->confidence == one->check->spec->confidence;
		out->lo = alike ? r->interval_lo : NAN;
		out->hi = alike ? r->interval_hi : NAN;
		out->identical = r->value == one->value.value &&
			mg_same_inputs(j, one->check, run, r);
	}
}

/* The runs that were read for the case's baseline; NULL, and *out says why, when there are none. */
static const struct mg_baseline_run *find_runs(
	const struct mg_judging *j, const struct mg_case *one, struct mg_found_baseline *out)
{
	if (mg_case_masked(one)) {
		out->why = "the slices of a redacted column have no names to find them by";
		out->unfit = true;
		return NULL;
	}
	const struct mg_baseline_run *known = find_run(j, &one->check->spec->baseline);
	if (known && known->run)
		return known;
	out->why = known ? known->problem : "it was not read";
	out->unfit = !known || known->unfit;
	return NULL;
}

static void find_recorded(const struct mg_judging *j, const struct mg_case *one,
	const struct mg_result *now, struct mg_found_baseline *out)
{
	const struct mg_baseline_run *known = find_runs(j, one, out);
	if (known)
		find_in(j, one, now, known->run, out);
}

/* ---- earlier runs ---- */

static void find_previous(const struct mg_judging *j, const struct mg_case *one,
	const struct mg_result *now, struct mg_found_baseline *out)
{
	const struct mg_baseline_run *known = find_runs(j, one, out);
	size_t count = known ? known->previous_count : 0;
	struct mg_earlier *e = mg_alloc(j->arena, sizeof(*e));
	mg_earlier_init(e, j->arena, count);
	for (size_t i = 0; i < count; i++) {
		struct mg_found_baseline of = {.value = NAN};
		find_in(j, one, now, known->previous[i].run, &of);
		if (of.why)
			out->why = mg_printf(j->arena, "%s, in the record %s", of.why,
				known->previous[i].record);
		out->other = of.other;
		if (of.other)
			return;
		if (!isnan(of.value))
			mg_earlier_add(e, &of, known->previous[i].record);
	}
	if (e->count == 0)
		return;
	out->earlier = e;
	out->value = mg_earlier_mean(e, MG_EARLIER_VALUE);
	out->least = mg_earlier_mean(e, MG_EARLIER_LEAST);
	out->most = mg_earlier_mean(e, MG_EARLIER_MOST);
	out->lo = mg_earlier_mean(e, MG_EARLIER_LO);
	out->hi = mg_earlier_mean(e, MG_EARLIER_HI);
	if (e->count < one->check->spec->baseline.previous)
		out->source = mg_printf(j->arena, "%s, of which %zu %s there", out->source,
			e->count, e->count == 1 ? "is" : "are");
}

/* ---- the reference ---- */

static const struct mg_case *reference_of(const struct mg_judging *j, const struct mg_case *of)
{
	for (size_t i = 0; i < j->measured->count; i++) {
		const struct mg_case *one = &j->measured->cases[i];
		if (one->check == of->check->reference_check && one->sliced == of->sliced &&
			mg_streq(one->slice, of->slice))
			return one;
	}
	return NULL;
}

static void find_reference(const struct mg_judging *j, const struct mg_case *of,
	const struct mg_result *now, struct mg_found_baseline *out)
{
	(void)now;
	const struct mg_case *reference = reference_of(j, of);
	/* No rows, or no such slice, is a baseline that is missing; what cannot be measured is not. */
	out->unfit = reference ? reference->error || reference->value.state == MG_UNDEFINED
			       : !of->sliced;
	if (!reference)
		out->why = of->sliced ? "it has no such slice" : "it could not be planned";
	else if (reference->error)
		out->why = reference->error;
	else if (reference->value.state != MG_MEASURED)
		out->why = reference->value.why;
	else if (!mg_streq(mg_same_family(reference->check->column_type),
			 mg_same_family(of->check->column_type))) {
		out->why = mg_printf(j->arena, "values are %s there, and %s here",
			mg_same_family(reference->check->column_type),
			mg_same_family(of->check->column_type));
		out->other = true;
	} else {
		out->exact = reference->value.exact;
		out->value = reference->value.value;
		out->least = reference->value.lo;
		out->most = reference->value.hi;
		out->lo = reference->value.interval_lo;
		out->hi = reference->value.interval_hi;
	}
}

/* ---- a guess ---- */

static void find_dummy(const struct mg_judging *j, const struct mg_case *one,
	const struct mg_result *now, struct mg_found_baseline *out)
{
	(void)j;
	(void)now;
	out->value = out->lo = out->hi = one->value.dummy;
	out->why = "this kind has no dummy to compare with";
}

/* ---- any ---- */

/* What there is of each kind: the word before its name, and how a case finds its number. */
static const struct {
	const char *label;
	void (*find)(const struct mg_judging *j, const struct mg_case *one,
		const struct mg_result *now, struct mg_found_baseline *out);
} kinds[] = {
	[MG_BASELINE_NONE] = {NULL, NULL},
	[MG_BASELINE_FILE] = {"file", find_recorded},
	[MG_BASELINE_REFERENCE] = {"reference", find_reference},
	[MG_BASELINE_STAGE] = {"stage", find_recorded},
	[MG_BASELINE_PREVIOUS] = {"previous", find_previous},
	[MG_BASELINE_DUMMY] = {"dummy", find_dummy},
};

/* "stage PRD"; "dummy" has no name. */
static const char *label(struct mg_arena *arena, enum mg_baseline_kind kind, const char *name)
{
	return name ? mg_printf(arena, "%s %s", kinds[kind].label, name) : kinds[kind].label;
}

struct mg_found_baseline mg_find_baseline(
	const struct mg_judging *j, const struct mg_case *one, const struct mg_result *now)
{
	const struct mg_spec_check *spec = one->check->spec;
	const struct mg_baseline *b = &spec->baseline;
	const char *name = b->kind == MG_BASELINE_REFERENCE ? spec->reference : b->name;
	struct mg_found_baseline out = {
		.value = NAN, .lo = NAN, .hi = NAN, .source = label(j->arena, b->kind, name)};
	if (!kinds[b->kind].find)
		return out;
	kinds[b->kind].find(j, one, now, &out);
	out.unfit = out.unfit || out.other;
	if (isnan(out.value))
		out.why = out.other
			? mg_printf(j->arena, "the baseline measured something else: %s (%s)",
				  out.why, out.source)
			: mg_printf(j->arena, "no baseline from %s: %s", out.source,
				  out.why ? out.why : "it has no number");
	return out;
}

/* ---- what is not here any more ---- */

/* Does this run have all there is of the suite? Also of one that the spec has no longer. */
static bool has_all_of(const struct mg_judging *j, const char *suite)
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
static const char *shown_name(const struct mg_judging *j, const struct mg_result *r)
{
	size_t head = r->slice ? strcspn(r->slice, "=") : 0;
	for (size_t i = 0; r->slice && r->slice[head] && i < j->plan->spec->data_count; i++) {
		const char *name = mg_strndup(j->arena, r->slice, head);
		if (mg_schema_redacts(&j->plan->schemas[i], name))
			return mg_printf(j->arena, "%.*s[%s=" MG_MASK "]",
				(int)(strlen(r->name) - strlen(r->slice) - 2), r->name, name);
	}
	return mg_strdup(j->arena, r->name);
}

void mg_find_gone(const struct mg_judging *j)
{
	struct mg_run *run = j->run;
	size_t capacity = 0;
	struct mg_map names;
	mg_map_init(&names, j->arena);
	for (size_t i = 0; i < run->result_count; i++)
		mg_map_put(&names, run->results[i].name, NULL);
	for (size_t b = 0; b < j->baselines->count && j->plan->whole_suites; b++) {
		const struct mg_baseline_run *known = &j->baselines->list[b];
		for (size_t i = 0; known->run && i < known->run->result_count; i++) {
			const struct mg_result *r = &known->run->results[i];
			if (mg_map_has(&names, r->name) || !has_all_of(j, r->suite))
				continue;
			run->gone = mg_grow(j->arena, run->gone, run->gone_count, &capacity,
				sizeof(*run->gone));
			run->gone[run->gone_count++] = (struct mg_gone){
				.source = label(j->arena, known->kind, known->name),
				.name = shown_name(j, r)};
		}
	}
}
