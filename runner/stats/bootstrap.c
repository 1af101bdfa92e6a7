/* bootstrap.c: resampling of counts and the BCa interval; definitions in bootstrap.h. */
#include "stats/bootstrap.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/random.h"
#include "stats/special.h"

enum { RESAMPLES = MG_BOOTSTRAP_RESAMPLES, DELETIONS = 1000, JACKKNIFE_MOST = 2000 };

/* ---- random numbers ---- */

/* 2^64 P(X <= k) for a Poisson X of mean 1. */
static const uint64_t steps[] = {0x5e2d58d8b3bcdf1a, 0xbc5ab1b16779be35, 0xeb715e1dc1582dc2,
	0xfb23979734a252f1, 0xff1025f59174dc3d, 0xffd90f3ba4055e19, 0xfffa8b71fc72c913,
	0xffff540c0914b3c9, 0xffffed1f4aa8f120, 0xfffffe216e641462, 0xffffffd4d85d3183,
	0xfffffffc6da262b4, 0xffffffffba12d178};
enum { STEPS = sizeof(steps) / sizeof(*steps), LEADING_BITS = 12, UNDECIDED = 255 };

struct random {
	struct mg_random bits;
	unsigned char by_leading_bits[1 << LEADING_BITS]; /* the step that these bits alone tell */
};

/* Of mean 1, most cells of a table of scores having one row: the step that random bits lie below. */
static int64_t step_of(uint64_t bits)
{
	int64_t k = 0;
	while (k < STEPS && bits >= steps[k])
		k++;
	return k;
}

static struct random random_from(uint64_t seed)
{
	struct random r;
	mg_random_seed(&r.bits, seed);
	const int rest = 64 - LEADING_BITS;
	for (uint64_t i = 0; i < 1 << LEADING_BITS; i++) {
		int64_t first = step_of(i << rest);
		int64_t last = step_of((i << rest) | (UINT64_MAX >> LEADING_BITS));
		r.by_leading_bits[i] = first == last ? (unsigned char)first : UNDECIDED;
	}
	return r;
}

/* Inversion; for small means. */
static int64_t poisson_small(struct random *r, double mean)
{
	double u = mg_random_unit(&r->bits), term = exp(-mean);
	int64_t k = 0;
	for (; u > term && k < 1000; k++) {
		u -= term;
		term *= mean / (double)(k + 1);
	}
	return k;
}

/* Transformed rejection with squeeze, PTRS: Hoermann (1993), Insurance: Mathematics and Economics 12, 39. */
static int64_t poisson_large(struct random *r, double mean)
{
	double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
	double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), squeeze = 0.9277 - 3.6224 / (b - 2);
	for (;;) {
		double u = mg_random_unit(&r->bits) - 0.5, v = mg_random_unit(&r->bits),
		       us = 0.5 - fabs(u);
		double k = floor((2 * a / us + b) * u + mean + 0.43);
		if (us >= 0.07 && v <= squeeze)
			return (int64_t)k;
		if (k < 0 || (us < 0.013 && v > us))
			continue;
		if (log(v * inverse_alpha / (a / (us * us) + b)) <=
			k * log(mean) - mean - lgamma(k + 1))
			return (int64_t)k;
	}
}

static int64_t poisson_one(struct random *r)
{
	uint64_t bits = mg_random_bits(&r->bits);
	unsigned char known = r->by_leading_bits[bits >> (64 - LEADING_BITS)];
	return known == UNDECIDED ? step_of(bits) : known;
}

static int64_t poisson(struct random *r, double mean)
{
	if (mean == 1)
		return poisson_one(r);
	return mean < 10 ? poisson_small(r, mean) : poisson_large(r, mean);
}

/* ---- the jackknife's acceleration ---- */

struct table {
	const int64_t *rows;
	size_t cells;
	mg_cells_statistic *of;
	void *context;
	int64_t *counts; /* the one that is looked at */
};

struct moments {
	double sum, squares, cubes, weights;
};

/* Skewness / 6 of values around their mean, from the values twice. */
static double sixth_of_skewness(const double *values, const int64_t *weights, size_t count)
{
	struct moments m = {0};
	for (size_t i = 0; i < count; i++) {
		double n = weights ? (double)weights[i] : 1;
		m.sum += n * values[i];
		m.weights += n;
	}
	for (size_t i = 0; i < count; i++) {
		double n = weights ? (double)weights[i] : 1;
		double gap = n > 0 ? m.sum / m.weights - values[i] : 0;
		m.squares += n * gap * gap;
		m.cubes += n * gap * gap * gap;
	}
	return m.squares == 0 ? 0 : m.cubes / (6 * pow(m.squares, 1.5));
}

/* Leaves out one row of each cell. NAN when that leaves no value. */
static double accelerate_exactly(struct mg_arena *arena, struct table *t)
{
	double *left = mg_alloc_array(arena, t->cells, sizeof(*left));
	memcpy(t->counts, t->rows, t->cells * sizeof(*t->counts));
	for (size_t i = 0; i < t->cells; i++) {
		if (t->rows[i] == 0)
			continue;
		t->counts[i]--;
		left[i] = t->of(t->context, t->counts);
		t->counts[i]++;
	}
	return sixth_of_skewness(left, t->rows, t->cells);
}

/* Leaves out a random thousandth of the rows, a thousand times: the second and third moments of what is left
 * out then add up to those of all rows. */
static double accelerate_by_parts(struct mg_arena *arena, struct table *t, struct random *r)
{
	int64_t *ends = mg_alloc_array(arena, t->cells, sizeof(*ends)), rows = 0;
	for (size_t i = 0; i < t->cells; i++)
		ends[i] = rows += t->rows[i];
	double values[DELETIONS];
	for (int k = 0; k < DELETIONS; k++) {
		memcpy(t->counts, t->rows, t->cells * sizeof(*t->counts));
		int64_t out = poisson(r, (double)rows / DELETIONS);
		for (int64_t n = 0; n < out; n++) {
			int64_t row = (int64_t)(mg_random_unit(&r->bits) * (double)rows);
			size_t from = 0, to = t->cells - 1;
			while (from < to) {
				size_t middle = from + (to - from) / 2;
				if (ends[middle] <= row)
					from = middle + 1;
				else
					to = middle;
			}
			t->counts[from] -= t->counts[from] > 0;
		}
		values[k] = t->of(t->context, t->counts);
	}
	return sixth_of_skewness(values, NULL, DELETIONS);
}

/* ---- the interval ---- */

static int by_size(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

/* Draws all resamples; gives how many have a value, which then are the first and in order. */
static size_t draw(struct table *t, struct random *r, double *values)
{
	size_t defined = 0;
	for (int b = 0; b < RESAMPLES; b++) {
		for (size_t i = 0; i < t->cells; i++)
			t->counts[i] = t->rows[i] ? poisson(r, (double)t->rows[i]) : 0;
		double value = t->of(t->context, t->counts);
		if (!isnan(value))
			values[defined++] = value;
	}
	qsort(values, defined, sizeof(*values), by_size);
	return defined;
}

/* The share of resamples under the value itself; equal ones, and those without a value, count half. */
static double share_below(const double *values, size_t defined, double value)
{
	double below = (double)(RESAMPLES - (int)defined) / 2;
	for (size_t i = 0; i < defined; i++)
		below += values[i] < value ? 1 : values[i] == value ? 0.5 : 0;
	return fmin(fmax(below, 0.5), RESAMPLES - 0.5) / RESAMPLES;
}

/* The quantile of all resamples, where those without a value lie beyond the end that is asked for. */
static double end_at(const double *values, size_t defined, double share, bool upper)
{
	const double reach = 0.25 / RESAMPLES; /* what lies further out cannot be told */
	double beyond = upper ? INFINITY : -INFINITY;
	if (!(share >= reach && share <= 1 - reach))
		return beyond;
	double at = share * (RESAMPLES - 1) - (upper ? 0 : (double)(RESAMPLES - (int)defined));
	if (!(at >= 0 && at <= (double)defined - 1))
		return beyond;
	size_t low = (size_t)at, high = low + 1 < defined ? low + 1 : low;
	return values[low] + (at - (double)low) * (values[high] - values[low]);
}

static double adjusted(double bias, double acceleration, double z)
{
	double scale = 1 - acceleration * (bias + z);
	return scale > 0 ? mg_normal_cdf(bias + (bias + z) / scale) : NAN;
}

struct mg_interval mg_interval_bca(const int64_t *rows, size_t cells, mg_cells_statistic *of,
	void *context, bool one_sided, double confidence, uint64_t seed, double *out_acceleration,
	const char **out_why)
{
	struct mg_interval found = {NAN, NAN};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct table t = {.rows = rows,
		.cells = cells,
		.of = of,
		.context = context,
		.counts = mg_alloc_array(arena, cells, sizeof(*t.counts))};
	struct random r = random_from(seed);
	double values[RESAMPLES] = {0};
	size_t defined = draw(&t, &r, values);
	*out_why = NULL;
	if (defined == 0 || values[0] == values[defined - 1])
		*out_why =
			"all resamples give the same number, which does not say how far off it may be";
	double acceleration = cells <= JACKKNIFE_MOST ? accelerate_exactly(arena, &t)
						      : accelerate_by_parts(arena, &t, &r);
	*out_acceleration = acceleration;
	if (!*out_why && isnan(acceleration))
		*out_why = "without a single row there would be no number, so it rests on too few";
	if (*out_why)
		return found;
	double bias = mg_normal_quantile(share_below(values, defined, of(context, rows)));
	double z = mg_normal_quantile(0.5 + confidence / 2);
	found.lo = end_at(values, defined, adjusted(bias, acceleration, -z), false);
	found.hi = end_at(values, defined, adjusted(bias, acceleration, z), true);
	if (one_sided) {
		found.lo = fmin(found.lo, end_at(values, defined, 0.5 - confidence / 2, false));
		found.hi = fmax(found.hi, end_at(values, defined, 0.5 + confidence / 2, true));
	}
	return found;
}
