/* quantile.c: quantile, median, iqr: the value below which a share q, or half, of a column lies, and how far
 * the quarters are apart. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/chart.h"
#include "checks/statistics/finite.h"
#include "plan/number.h"
#include "stats/order.h"

enum method { LINEAR, INVERTED_CDF };
static const char *const methods[] = {"linear", "inverted_cdf", NULL};

struct params {
	double q;
	int method;
	int non_finite;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, q, SHARE, "which quantile: 0.5 or 50% is the median",
		.required = true, .least = 0, .most = 1),
	MG_FIELD(struct params, method, CHOICE,
		"linear interpolates between the two nearest values, inverted_cdf takes the least "
		"value that at least a share q of the values does not exceed",
		.default_text = "linear", .choices = methods),
	MG_FINITE_FIELD(struct params),
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	return mg_need_freq(pl, c, MG_CURRENT, "values", x, NULL, 1, err);
}

/* Rows at an infinite end of the table; *at moves past them. */
static int64_t skip_infinite(const struct mg_freq *f, size_t *at, bool from_top)
{
	size_t i = from_top ? *at - 1 : *at;
	if (f->len == 0 || !isinf(f->lo[i]))
		return 0;
	*at = from_top ? *at - 1 : *at + 1;
	return mg_freq_n(f, i);
}

/* A FLOAT as it is written, which keeps their order. False when the column has none. */
static bool write_order(const struct mg_check *c, struct mg_order *o)
{
	const struct mg_column *column = mg_schema_column(c->schema, c->column);
	return mg_number_cell(column, &o->lo) && mg_number_cell(column, &o->hi) &&
		mg_number_cell(column, &o->value);
}

/* Asks for detail where a bucket is wider than what may be printed as exact. */
static void want_detail(
	const struct mg_measures *m, const struct mg_freq *f, const struct mg_order *o)
{
	if (!mg_order_is_vague(o))
		return;
	struct mg_range range = {f->lo[o->entry], mg_freq_hi(f, o->entry)};
	mg_refine(m, "values", 0, &range, 1);
}

/* The 0-based rank of inverted_cdf: the least k with (k + 1) / n >= q. The product may round up past
 * a whole number, so the rank before is tried by its quotient, as the definition has it. */
static int64_t inverted_rank(double n, double q)
{
	double k = fmax(ceil(n * q), 1);
	if (k > 1 && (k - 1) / n >= q)
		k--;
	return (int64_t)k - 1;
}

static struct mg_value find(
	const struct mg_check *c, const struct mg_measures *m, const struct params *p)
{
	const struct mg_freq *f = mg_get_freq(m, "values", 0);
	size_t first = 0, end = f->len;
	int64_t infinite = skip_infinite(f, &first, false);
	if (first < end)
		infinite += skip_infinite(f, &end, true);
	double rows = (double)(f->rows + f->nulls + f->nans);
	struct mg_value v;
	double n = mg_finite_of_counts(
		c, m, rows, (double)f->nulls, (double)(f->rows - infinite), p->non_finite, &v);
	if (n == 0)
		return v;

	double place = (n - 1) * p->q;
	int64_t rank = p->method == LINEAR ? (int64_t)floor(place) : inverted_rank(n, p->q);
	double share = p->method == LINEAR ? place - floor(place) : 0;
	struct mg_order low = mg_order_at(f, first, rank), high = low;
	if (share > 0)
		high = mg_order_at(f, first, rank + 1);
	want_detail(m, f, &low);
	if (high.entry != low.entry)
		want_detail(m, f, &high);
	bool written = write_order(c, &low);
	write_order(c, &high);

	v = mg_value_of(mg_order_between(low.value, high.value, share), (int64_t)n);
	v.lo = mg_order_between(low.lo, high.lo, share);
	v.hi = mg_order_between(low.hi, high.hi, share);
	mg_finite_facts(m, &v, rows, (double)f->nulls, n);
	v.definition = p->method == LINEAR ? c->kind->definition : "quantile/inverted-cdf-1";
	if (written)
		v.definition = mg_number_as_written_id(mg_measures_arena(m), v.definition);
	return v;
}

/* With the picture of the column. */
static struct mg_value measure(
	const struct mg_check *c, const struct mg_measures *m, const struct params *p)
{
	struct mg_value v = find(c, m, p);
	if (v.state == MG_MEASURED)
		mg_chart_distribution(m, &v, c->column, mg_get_freq(m, "values", 0), NULL);
	return v;
}

static struct mg_value measure_quantile(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, c->params);
}

struct median_params {
	int non_finite;
};

static const struct mg_field median_fields[] = {
	MG_FINITE_FIELD(struct median_params),
	MG_FIELDS_END,
};

static struct mg_value measure_median(const struct mg_check *c, const struct mg_measures *m)
{
	const struct median_params *p = c->params;
	return measure(
		c, m, &(struct params){.q = 0.5, .method = LINEAR, .non_finite = p->non_finite});
}

static struct mg_value measure_iqr(const struct mg_check *c, const struct mg_measures *m)
{
	const struct median_params *p = c->params;
	struct params of = {.q = 0.25, .method = LINEAR, .non_finite = p->non_finite};
	struct mg_value low = find(c, m, &of);
	if (low.state != MG_MEASURED)
		return low;
	of.q = 0.75;
	struct mg_value v = measure(c, m, &of);
	if (v.state != MG_MEASURED)
		return v;
	mg_fact_number(m, &v, "q25", low.value);
	mg_fact_number(m, &v, "q75", v.value);
	v.value -= low.value;
	v.lo = fmax(0, v.lo - low.hi);
	v.hi -= low.lo;
	return isfinite(v.hi) ? v : mg_value_undefined("the range is too large for a double");
}

const struct mg_check_kind mg_check_quantile = {
	.name = "quantile",
	.family = "statistics",
	.summary = "value below which a share q of a column lies",
	.details = "`linear` is type 7 of Hyndman and Fan (1996), the default of numpy, pandas "
		   "and R. With the n values in order, it is the place (n - 1) * q, interpolated "
		   "between its two neighbours. `inverted_cdf` is their type 1 and always a value "
		   "that occurs. NULLs are left out. NaN and infinite values make it an error "
		   "unless `non_finite: ignore` leaves them out too. A FLOAT counts as it is "
		   "written: 0.3, not 0.30000001192092896.",
	.definition = "quantile/linear-7",
	.example = "- quantile: {column: delay, q: 95%, max: 120, warn: {max: 70}}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = NAN,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "distribution"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure_quantile,
};

const struct mg_check_kind mg_check_median = {
	.name = "median",
	.family = "statistics",
	.summary = "middle value of a column",
	.details =
		"Of an even number of values the mean of the two in the middle; the same as `quantile` "
		"with `q: 50%`. NULLs are left out. NaN and infinite values make it an error unless "
		"`non_finite: ignore` leaves them out too. A FLOAT counts as it is written: 0.3, not "
		"0.30000001192092896.",
	.definition = "median/mean-of-middle-two",
	.example = "- median: {column: delay, min: -30, max: 30}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = NAN,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "distribution"}),
	.fields = median_fields,
	.params_size = sizeof(struct median_params),
	.plan = plan,
	.measure = measure_median,
};

const struct mg_check_kind mg_check_iqr = {
	.name = "iqr",
	.family = "statistics",
	.summary = "interquartile range: how far the middle half of a column spreads",
	.details =
		"The quantile of 75% less that of 25%, both as `quantile` finds them (type 7 of "
		"Hyndman and Fan, the default of numpy and pandas). Unlike stddev it does not care "
		"how far away the outliers are. NULLs are left out. NaN and infinite values make it an "
		"error unless `non_finite: ignore` leaves them out too.",
	.definition = "iqr/linear-7",
	.example = "- iqr: {column: delay, min: 5, max: 60}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "distribution"}),
	.fields = median_fields,
	.params_size = sizeof(struct median_params),
	.plan = plan,
	.measure = measure_iqr,
};
