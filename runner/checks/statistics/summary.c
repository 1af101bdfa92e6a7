/* summary.c: mean, sum, stddev, variance, minimum, maximum: one number that sums up a numeric column. */
#include <modelgate/check.h>

#include <float.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/interval.h"
#include "checks/share.h"
#include "checks/statistics/finite.h"
#include "checks/subject.h"
#include "plan/number.h"

struct params {
	int non_finite;
};

static const struct mg_field fields[] = {
	MG_FINITE_FIELD(struct params),
	MG_FIELDS_END,
};

static const struct mg_column *column_of(const struct mg_check *c)
{
	return mg_schema_column(c->schema, c->column);
}

/* An aggregate of the finite values. Whole numbers and decimals come with all their digits. */
static int need_number(struct mg_planner *pl, const struct mg_check *c, const char *name,
	enum mg_fn fn, const struct mg_expr *x, struct mg_error *err)
{
	const struct mg_column *column = column_of(c);
	enum mg_cell_type as = MG_CELL_REAL;
	if (mg_always_finite(c) && fn != MG_FN_STDDEV_SAMP)
		as = fn == MG_FN_SUM ? MG_CELL_TEXT : mg_key_form(column);
	return mg_need(pl, c, MG_CURRENT, name, as, mg_x_call(mg_planner_arena(pl), fn, 1, x), err);
}

static int plan(
	struct mg_planner *pl, const struct mg_check *c, enum mg_fn fn, struct mg_error *err)
{
	const struct mg_expr *x;
	MG_TRY(mg_finite_plan(pl, c, &x, err));
	return need_number(pl, c, "number", fn, x, err);
}

/* The aggregate of whole numbers or decimals, divided by n without rounding first. A quotient without
 * end has no digits; where even its whole part has more than a double holds, it has bounds. */
static struct mg_value measure_exact(const struct mg_measures *m, double n, bool per_value)
{
	struct mg_decimal x;
	const char *digits = mg_get_digits(m, "number", 0);
	if (!digits || !mg_decimal_parse(digits, &x))
		return mg_value_undefined("the result has more digits than can be read");
	bool ends = !per_value || mg_decimal_divide(&x, (uint64_t)n, &x);
	struct mg_value v = mg_value_of(mg_decimal_to_double(&x), (int64_t)n);
	if (ends) {
		v.exact = mg_decimal_text(mg_measures_arena(m), &x);
	} else if (fabs(v.value) >= 0x1p53) {
		v.lo = nextafter(v.value, -INFINITY);
		v.hi = nextafter(v.value, INFINITY);
	}
	return v;
}

/* The aggregate over the finite values, divided by their number when `per_value`. */
static struct mg_value measure(
	const struct mg_check *c, const struct mg_measures *m, double least, bool per_value)
{
	const struct params *p = c->params;
	bool is_exact = mg_always_finite(c) && least < 2; /* the spread never is */
	struct mg_value v;
	double n = mg_finite_count(c, m, p->non_finite, &v);
	if (n == 0)
		return v;
	if (n < least)
		return mg_value_undefined("one value has no spread: the sample standard deviation "
					  "needs two");
	if (is_exact) {
		v = measure_exact(m, n, per_value);
	} else {
		double number = mg_get(m, "number");
		if (per_value)
			number /= n;
		if (!isfinite(number))
			return mg_value_undefined("the result is too large for a double");
		if (per_value && fabs(number) < DBL_MIN && mg_get(m, "number") != 0)
			return mg_value_undefined("the result is too small for a double");
		v = mg_value_of(number, (int64_t)n);
	}
	if (v.state != MG_MEASURED)
		return v;
	mg_finite_facts(m, &v, mg_get(m, "rows"), mg_get(m, "nulls"), n);
	return v;
}

/* The spread is needed for the interval only. */
static int plan_mean(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct mg_expr *x;
	MG_TRY(plan(pl, c, MG_FN_SUM, err));
	if (c->spec->confidence <= 0)
		return MG_OK;
	MG_TRY(mg_finite_plan(pl, c, &x, err));
	mg_row_value(pl, c, x);
	if (mg_interval_resamples(c))
		return mg_need_freq(pl, c, MG_CURRENT, "table", x, NULL, 1, err);
	return mg_interval_need_mean(pl, c, x, err);
}

static int plan_sum(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan(pl, c, MG_FN_SUM, err);
}

/* The extremes say how many digits the values leave for their spread. */
static int plan_stddev(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct mg_expr *x;
	MG_TRY(mg_finite_plan(pl, c, &x, err));
	MG_TRY(need_number(pl, c, "least", MG_FN_MIN, x, err));
	MG_TRY(need_number(pl, c, "most", MG_FN_MAX, x, err));
	return plan(pl, c, MG_FN_STDDEV_SAMP, err);
}

/* Of a column of times limits are times, and of one of numbers they are numbers. */
static int check_moments(const struct mg_check *c, struct mg_error *err)
{
	const struct mg_limits *const all[] = {&c->spec->limits, &c->spec->warn};
	bool times = c->column_type == MG_TYPE_TIME;
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < all[i]->count; k++) {
			const struct mg_limit *limit = &all[i]->list[k];
			if (times && limit->op >= MG_MAX_DROP)
				return mg_fail(err, MG_ESPEC,
					"column '%s' holds dates or times, which are held to `min`, `max`, "
					"`above`, `below`, `equals` or `not_equals`",
					c->column);
			if (limit->is_moment != times)
				return mg_fail(err, MG_ESPEC,
					times ? "column '%s' holds dates or times, and a limit is "
						"a number; write a date such as 2026-01-31"
					      : "column '%s' holds numbers, and a limit is a date or time",
					c->column);
		}
	}
	return MG_OK;
}

/* The least or greatest number, or time in microseconds. */
static int plan_extreme(
	struct mg_planner *pl, const struct mg_check *c, enum mg_fn fn, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *us, *null;
	MG_TRY(check_moments(c, err));
	if (c->column_type != MG_TYPE_TIME)
		return plan(pl, c, fn, err);
	MG_TRY(mg_subject(pl, c, &us, &null, err));
	MG_TRY(mg_need_integer(pl, c, "rows", mg_count_all(a), err));
	MG_TRY(mg_need_integer(pl, c, "nulls", mg_count_if(a, null), err));
	return mg_need_integer(pl, c, "number", mg_x_call(a, fn, 1, us), err);
}

static int plan_minimum(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan_extreme(pl, c, MG_FN_MIN, err);
}

static int plan_maximum(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan_extreme(pl, c, MG_FN_MAX, err);
}

/* The least or the greatest is a cell of the column: a FLOAT says what was written. */
static struct mg_value measure_cell(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure(c, m, 1, false);
	if (v.state == MG_MEASURED && mg_number_cell(column_of(c), &v.value)) {
		v.lo = v.hi = v.value;
		v.definition = mg_number_as_written_id(mg_measures_arena(m), c->kind->definition);
	}
	return v;
}

static struct mg_value measure_extreme(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_decimal x, millionth;
	double rows = mg_get(m, "rows"), nulls = mg_get(m, "nulls");
	if (c->column_type != MG_TYPE_TIME)
		return measure_cell(c, m);
	if (rows == 0)
		return mg_value_empty("there are no rows");
	if (rows == nulls)
		return mg_only_nulls(m, rows);
	const char *us = mg_get_digits(m, "number", 0);
	if (!us || !mg_decimal_parse(us, &x) || !mg_decimal_parse("0.000001", &millionth) ||
		!mg_decimal_multiply(&x, &millionth, &x))
		return mg_value_undefined("the time cannot be read");
	struct mg_value v = mg_value_of(mg_decimal_to_double(&x), (int64_t)(rows - nulls));
	v.exact = mg_decimal_text(mg_measures_arena(m), &x);
	v.is_moment = true;
	v.definition = mg_printf(mg_measures_arena(m), "%s/moment", c->kind->name);
	mg_finite_facts(m, &v, rows, nulls, rows - nulls);
	return v;
}

static struct mg_value measure_sum(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure(c, m, 1, false);
	if (mg_always_finite(c))
		v.definition = "sum/exact";
	return v;
}

static struct mg_value measure_mean(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure(c, m, 1, true);
	if (v.state != MG_MEASURED)
		return v;
	if (c->column_type == MG_TYPE_BOOLEAN) {
		v.definition = "mean/share-of-true";
		mg_interval_of_share(c, &v, nearbyint(v.value * (double)v.rows), (double)v.rows);
	}
	/* That of a FLOAT n times is this FLOAT. */
	if (mg_number_cell(column_of(c), &v.value))
		v.lo = v.hi = v.value;
	if (mg_interval_resamples(c)) {
		const struct mg_freq *f = mg_get_freq(m, "table", 0);
		mg_interval_of_table_mean(c, m, &v, f);
		if (v.state == MG_MEASURED)
			mg_chart_distribution(m, &v, c->column, f, NULL);
	}
	if (!mg_interval_wanted(c) || c->column_type == MG_TYPE_BOOLEAN)
		return v;
	/* threads' means may differ by rounding where the values do not */
	double noise = 4 * DBL_EPSILON * fabs(v.value);
	mg_interval_of_mean(c, m, &v, noise, NAN);
	return v;
}

static double end_of(const struct mg_measures *m, const char *name)
{
	struct mg_decimal x;
	const char *digits = mg_get_digits(m, name, 0);
	return digits && mg_decimal_parse(digits, &x) ? mg_decimal_to_double(&x) : mg_get(m, name);
}

/* Engines update mean and squares value by value (Welford 1962), which is good to a few units in the
 * last place of the values, not of their spread: 10^15 + 1, 10^15 + 2, ... leave it one digit. */
static struct mg_value measure_stddev(const struct mg_check *c, const struct mg_measures *m)
{
	const double enough = 5e-7; /* relative: not worth telling */
	struct mg_value v = measure(c, m, 2, false);
	if (v.state != MG_MEASURED)
		return v;
	double least = end_of(m, "least"), most = end_of(m, "most");
	bool same = mg_always_finite(c)
		? mg_streq(mg_get_digits(m, "least", 0), mg_get_digits(m, "most", 0))
		: least == most;
	if (same) {
		v.value = v.lo = v.hi = 0;
		return v;
	}
	if (v.value * v.value < DBL_MIN / DBL_EPSILON)
		return mg_value_undefined("the squares are too small for a double");
	double size = fmax(fabs(least), fabs(most)), lost = 4 * DBL_EPSILON * size;
	double drift = mg_interval_drift(size, (double)v.rows); /* is added to the squares */
	double lo = sqrt(fmax(0, v.value * v.value - drift * drift)) - lost;
	if (v.value - lo > enough * v.value) {
		v.lo = fmax(0, lo);
		v.hi = v.value + lost;
	}
	return v;
}

/* Its digits are those of the root, twice as uncertain. */
static struct mg_value measure_variance(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure_stddev(c, m);
	if (v.state != MG_MEASURED)
		return v;
	v.value *= v.value;
	v.lo *= v.lo;
	v.hi *= v.hi;
	return isfinite(v.hi) ? v : mg_value_undefined("the variance is too large for a double");
}

#define NON_FINITE                                                                                 \
	"NULLs are left out. NaN and infinite values make it an error unless "                     \
	"`non_finite: ignore` leaves them out too."

#define AS_WRITTEN "A FLOAT counts as it is written: 0.3, not 0.30000001192092896. "

const struct mg_check_kind mg_check_mean = {
	.name = "mean",
	.family = "statistics",
	.summary = "arithmetic mean of a column",
	.details =
		"The sum of the values divided by their number; the sum of whole numbers and decimals "
		"is exact, so the mean is the double nearest to the true one. `confidence` uses Student's t, corrected for skewness. "
		"The mean of a BOOLEAN is the share of true, with Wilson's interval. " NON_FINITE,
	.definition = "mean/arithmetic",
	.example = "- mean: {column: delay, min: 0, max: 15}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC | MG_KIND_BOOLEAN | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP,
	.value_least = NAN,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "distribution", .when = MG_CHART_BOOTSTRAP}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_mean,
	.measure = measure_mean,
};

const struct mg_check_kind mg_check_sum = {
	.name = "sum",
	.family = "statistics",
	.summary = "sum of a column",
	.details =
		"Whole numbers and decimals are added up exactly, up to 38 digits: the definition "
		"is then sum/exact. Floating point is added up as doubles, with compensation "
		"where the engine can. Without any value the sum is undefined, not 0. " NON_FINITE,
	.definition = "sum/double",
	.example = "- sum: {column: distance, min: 1000000}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = NAN,
	.value_most = NAN,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_sum,
	.measure = measure_sum,
};

const struct mg_check_kind mg_check_stddev = {
	.name = "stddev",
	.family = "statistics",
	.summary = "sample standard deviation of a column",
	.details =
		"The root of the squared distances from the mean, divided by n - 1. One value has "
		"none: that is an error. Where the values are so much larger than their spread "
		"that a double has few digits left for it, bounds are printed. " NON_FINITE,
	.definition = "stddev/sample",
	.example = "- stddev: {column: delay, min: 10, max: 60}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = 0,
	.value_most = NAN,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_stddev,
	.measure = measure_stddev,
};

const struct mg_check_kind mg_check_variance = {
	.name = "variance",
	.family = "statistics",
	.summary = "sample variance of a column",
	.details =
		"The squared distances from the mean, divided by n - 1: the square of stddev, in the "
		"square of the column's unit. One value has none: that is an error. Where the values "
		"are so much larger than their spread that a double has few digits left for it, bounds "
		"are printed. " NON_FINITE,
	.definition = "variance/sample",
	.example = "- variance: {column: delay, min: 100, max: 3600}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = 0,
	.value_most = NAN,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_stddev,
	.measure = measure_variance,
};

#define TIMES                                                                                           \
	"Of dates and times limits are such, too: `min: 2026-01-31`, `below: 2026-02-01T12:00:00Z`; a " \
	"date is its first moment, UTC where no zone is given. `freshness` has the age of the newest. "

const struct mg_check_kind mg_check_minimum = {
	.name = "minimum",
	.family = "statistics",
	.summary = "least number, date or time of a column",
	.details = TIMES AS_WRITTEN NON_FINITE,
	.definition = "minimum/value",
	.example = "- minimum: {column: distance, above: 0}\n"
		   "- minimum: {column: date, min: 2001-02-01}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC | MG_KIND_MOMENT,
	.value_least = NAN,
	.value_most = NAN,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_minimum,
	.measure = measure_extreme,
};

const struct mg_check_kind mg_check_maximum = {
	.name = "maximum",
	.family = "statistics",
	.summary = "greatest number, date or time of a column",
	.details = TIMES AS_WRITTEN NON_FINITE,
	.definition = "maximum/value",
	.example = "- maximum: {column: distance, max: 6000}\n"
		   "- maximum: {column: date, below: 2001-03-01}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC | MG_KIND_MOMENT,
	.value_least = NAN,
	.value_most = NAN,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan_maximum,
	.measure = measure_extreme,
};
