/* quantile.c: quantile, median: the value below which a share q, or half, of a column lies. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/chart.h"
#include "checks/statistics/finite.h"
#include "plan/number.h"
#include "stats/freq.h"

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

/* Bounds of one order statistic: rank counts from 0 among the entries from `first` on. */
struct order {
	double lo, hi, value;
	size_t entry;
};

static struct order order_at(const struct mg_freq *f, size_t first, int64_t rank)
{
	size_t i = first;
	for (; rank >= mg_freq_n(f, i); i++)
		rank -= mg_freq_n(f, i);
	int64_t last = mg_freq_n(f, i) - 1;
	double lo = f->lo[i], hi = mg_freq_hi(f, i);
	struct order o = {.lo = lo, .hi = hi, .entry = i};
	/* The least and the greatest of a bucket do occur. */
	if (rank == 0)
		o.hi = lo;
	else if (rank == last)
		o.lo = hi;
	o.value = o.lo == o.hi ? o.lo : lo + (hi - lo) * ((double)rank / (double)last);
	return o;
}

/* A FLOAT as it is written, which keeps their order. False when the column has none. */
static bool write_order(const struct mg_check *c, struct order *o)
{
	const struct mg_column *column = mg_schema_column(c->schema, c->column);
	return mg_number_cell(column, &o->lo) && mg_number_cell(column, &o->hi) &&
		mg_number_cell(column, &o->value);
}

/* Between a and b without overflow, exact at both ends. */
static double between(double a, double b, double share)
{
	if (a == b || share == 0)
		return a;
	return (1 - share) * a + share * b;
}

/* Asks for detail where a bucket is wider than what may be printed as exact. */
static void want_detail(const struct mg_measures *m, const struct mg_freq *f, const struct order *o)
{
	if (o->lo == o->hi || o->hi - o->lo <= 1e-7 * fmax(fabs(o->lo), fabs(o->hi)))
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

static struct mg_value measure(
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
	struct order low = order_at(f, first, rank), high = low;
	if (share > 0)
		high = order_at(f, first, rank + 1);
	want_detail(m, f, &low);
	if (high.entry != low.entry)
		want_detail(m, f, &high);
	bool written = write_order(c, &low);
	write_order(c, &high);

	v = mg_value_of(between(low.value, high.value, share), (int64_t)n);
	v.lo = between(low.lo, high.lo, share);
	v.hi = between(low.hi, high.hi, share);
	mg_finite_facts(m, &v, rows, (double)f->nulls, n);
	mg_chart_distribution(m, &v, c->column, f, NULL);
	v.definition = p->method == LINEAR ? c->kind->definition : "quantile/inverted-cdf-1";
	if (written)
		v.definition = mg_number_as_written_id(mg_measures_arena(m), v.definition);
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
