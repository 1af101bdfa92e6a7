/* worst_slice.c: the worst value of another check's slices, or the largest gap between them. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"

enum measure { WORST, DIFFERENCE, RATIO };
static const char *const measures[] = {"worst", "difference", "ratio", NULL};

struct params {
	const struct mg_check_kind *of;
	const char *check;
	int measure;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, of, KIND, "the kind whose slices are compared", .required = true),
	MG_FIELD(struct params, check, TEXT, "only those of the check of this name"),
	MG_FIELD(struct params, measure, CHOICE,
		"the worst slice's value, the greatest less the least, or the least by the greatest",
		.default_text = "worst", .choices = measures),
	MG_FIELDS_END,
};

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	(void)spec;
	const struct params *p = params;
	if (p->of && p->measure == WORST && p->of->better == MG_EITHER)
		return mg_fail(err, MG_ESPEC,
			"neither end of %s is the worse one; say `measure: difference` or `ratio`",
			p->of->name);
	return MG_OK;
}

/* Slices that are compared with one another: of one check, column and slice column (named slices without
 * a column belong together). */
static bool belong_together(const struct mg_check *a, const struct mg_check *b)
{
	return a->spec == b->spec && mg_streq(a->column, b->column) &&
		mg_streq(a->slice->column, b->slice->column);
}

/* The slices with the least and the greatest value, of `count` that are compared. */
struct ends {
	const struct mg_sliced *least, *greatest;
	double least_lo, greatest_hi; /* bounds, where values have some */
	double least_hi, greatest_lo;
	size_t count;
};

static void add(struct ends *e, const struct mg_sliced *slice)
{
	bool first = e->count++ == 0;
	if (first || slice->value < e->least->value)
		e->least = slice;
	if (first || slice->value > e->greatest->value)
		e->greatest = slice;
	e->least_lo = first ? slice->lo : fmin(e->least_lo, slice->lo);
	e->least_hi = first ? slice->hi : fmin(e->least_hi, slice->hi);
	e->greatest_lo = first ? slice->lo : fmax(e->greatest_lo, slice->lo);
	e->greatest_hi = first ? slice->hi : fmax(e->greatest_hi, slice->hi);
}

static struct mg_value bounded(double value, double lo, double hi, int64_t rows)
{
	struct mg_value v = mg_value_of(value, rows);
	v.lo = lo;
	v.hi = hi;
	return v;
}

static struct mg_value gap(enum measure as, const struct ends *e)
{
	double least = e->least->value, greatest = e->greatest->value;
	int64_t rows = e->least->rows + e->greatest->rows;
	if (as == DIFFERENCE)
		return bounded(greatest - least, fmax(0, e->greatest_lo - e->least_hi),
			e->greatest_hi - e->least_lo, rows);
	if (e->least_lo < 0)
		return mg_value_undefined("values below 0 have no ratio that means anything");
	if (!(e->greatest_lo > 0))
		return mg_value_undefined("the value is 0 in all slices, which have no ratio");
	return bounded(least / greatest, e->least_lo / e->greatest_hi,
		fmin(1, e->least_hi / e->greatest_lo), rows);
}

/* The widest gap within slices that belong together. */
static struct mg_value widest(
	const struct mg_measures *m, enum measure as, const struct mg_sliced *slices, size_t count)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_value out = mg_value_undefined("a gap needs two slices that were measured");
	for (size_t i = 0; i < count; i++) {
		struct ends e = {.count = 0};
		for (size_t k = 0; k < count; k++)
			if (slices[k].state == MG_SLICE_MEASURED &&
				belong_together(slices[i].check, slices[k].check))
				add(&e, &slices[k]);
		if (e.count < 2)
			continue;
		struct mg_value v = gap(as, &e);
		if (v.state != MG_MEASURED)
			return v;
		v.message = mg_printf(a, "%s of %s to %s of %s, of %zu slices",
			mg_human_double(a, e.least->value, 4), e.least->slice,
			mg_human_double(a, e.greatest->value, 4), e.greatest->slice, e.count);
		bool wider = as == DIFFERENCE ? v.value > out.value : v.value < out.value;
		if (out.state != MG_MEASURED || wider)
			out = v;
	}
	return out;
}

static struct mg_value worst(const struct mg_measures *m, enum mg_better better,
	const struct mg_sliced *slices, size_t count)
{
	struct ends e = {.count = 0};
	for (size_t i = 0; i < count; i++)
		if (slices[i].state == MG_SLICE_MEASURED)
			add(&e, &slices[i]);
	if (e.count == 0)
		return mg_value_undefined("all slices are skipped");
	const struct mg_sliced *found = better == MG_LOWER ? e.greatest : e.least;
	struct mg_value v = better == MG_LOWER
		? bounded(found->value, e.greatest_lo, e.greatest_hi, found->rows)
		: bounded(found->value, e.least_lo, e.least_hi, found->rows);
	v.message = mg_printf(
		mg_measures_arena(m), "%s is the worst of %zu slices", found->slice, e.count);
	return v;
}

/* A bar for each slice that was measured, the first of them where there are too many. */
static void add_chart(const struct mg_measures *m, struct mg_value *v, const char *of,
	const struct mg_sliced *slices, size_t count)
{
	static const char *columns[] = {"value", "rows"};
	size_t rows = 0;
	for (size_t i = 0; i < count; i++)
		rows += slices[i].state == MG_SLICE_MEASURED;
	if (rows > MG_CHART_POINTS)
		rows = MG_CHART_POINTS;
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "slices",
			.x = "slice",
			.y = of,
			.columns = columns,
			.column_count = 2,
			.row_count = rows},
		true);
	for (size_t i = 0, row = 0; row < rows; i++) {
		if (slices[i].state != MG_SLICE_MEASURED)
			continue;
		chart->labels[row] = slices[i].slice;
		chart->numbers[2 * row] = slices[i].value;
		chart->numbers[2 * row + 1] = (double)slices[i].rows;
		row++;
	}
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	size_t count, skipped = 0;
	const struct mg_sliced *slices = mg_get_slices(m, p->of, p->check, &count);
	if (count == 0)
		return mg_value_undefined(mg_printf(a, "the suite has no %s checks%s%s with slices",
			p->of->name, p->check ? " of the name " : "", p->check ? p->check : ""));
	for (size_t i = 0; i < count; i++) {
		skipped += slices[i].state == MG_SLICE_SKIPPED;
		if (slices[i].state == MG_SLICE_UNMEASURED)
			return mg_value_undefined(mg_printf(a, "%s could not be measured: %s",
				slices[i].slice, slices[i].message));
	}
	struct mg_value v = p->measure == WORST
		? worst(m, p->of->better, slices, count)
		: widest(m, (enum measure)p->measure, slices, count);
	if (v.state == MG_MEASURED)
		add_chart(m, &v, p->of->name, slices, count);
	mg_fact_number(m, &v, "slices", (double)(count - skipped));
	mg_fact_number(m, &v, "skipped", (double)skipped);
	if (v.message && skipped > 0)
		v.message = mg_printf(a, "%s; %zu more skipped", v.message, skipped);
	v.definition = mg_printf(
		a, "worst_slice/%s/%s", measures[p->measure], slices[0].definition);
	return v;
}

const struct mg_check_kind mg_check_worst_slice = {
	.name = "worst_slice",
	.family = "fairness",
	.summary = "worst value among the slices of another check, or the largest gap between them",
	.details =
		"Looks at the slices of the suite's checks of kind `of`. `worst` is the least value "
		"where more is better, else the greatest. `difference` is the greatest value less the "
		"least, 0 when all are equal; `ratio` the least by the greatest, 1 when all are equal "
		"(fairlearn's group_min, group_max, difference and ratio). Gaps are between the values "
		"of one slice column, or between the named slices of a check, and the widest counts. "
		"Slices that are skipped, as with fewer rows than `min_rows`, are left out and counted; "
		"when one could not be measured, neither can this.",
	.definition = "worst_slice/worst",
	.example =
		"- accuracy: {on: scored, min: 0.5, slices: [hour], min_rows: 100, "
		"task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}\n"
		"- worst_slice: {of: accuracy, min: 0.3}\n"
		"- worst_slice: {name: accuracy-gap, of: accuracy, measure: difference, max: 0.5}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_OTHERS | MG_KIND_NO_SLICES,
	.value_least = NAN,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "slices"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.measure = measure,
};
