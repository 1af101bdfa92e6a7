/* interval.c: gives a value the confidence interval that its check asks for. */
#include "checks/interval.h"

#include <float.h>
#include <math.h>

#include "base/arena.h"
#include "base/text.h"
#include "stats/interval.h"

bool mg_interval_wanted(const struct mg_check *c)
{
	return c->spec->confidence > 0 && c->spec->interval == MG_INTERVAL_FORMULA;
}

bool mg_interval_resamples(const struct mg_check *c)
{
	return c->spec->confidence > 0 && c->spec->interval == MG_INTERVAL_BOOTSTRAP;
}

void mg_interval_of_share(const struct mg_check *c, struct mg_value *v, double part, double whole)
{
	if (!mg_interval_wanted(c))
		return;
	struct mg_interval i = mg_interval_wilson(part, whole, c->spec->confidence);
	v->interval_lo = i.lo;
	v->interval_hi = i.hi;
	v->interval = "wilson";
}

int mg_interval_need_mean(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *value, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x = mg_as_real(a, value);
	if (!mg_interval_wanted(c))
		return MG_OK;
	MG_TRY(mg_need(pl, c, MG_CURRENT, "sd", MG_CELL_REAL,
		mg_x_call(a, MG_FN_STDDEV_SAMP, 1, value), err));
	return mg_need(pl, c, MG_CURRENT, "with squares", MG_CELL_REAL,
		mg_x_call(a, MG_FN_COVAR_POP, 2, x, mg_mul(a, x, x)), err);
}

/* Skewness from the covariance of values with their squares, which loses less than sums of cubes would. NAN where the
 * values are so large against their spread that nothing is left of it. */
static double skewness_of(double mean, double sd, double n, double with_squares)
{
	const double most = 1e5; /* spreads off; the square of this is lost */
	double variance = sd * sd * (n - 1) / n;
	if (!(fabs(mean) <= most * sd) || !isfinite(with_squares))
		return NAN;
	double skewness = (with_squares - 2 * mean * variance) / pow(variance, 1.5);
	return round(skewness * 1e9) / 1e9; /* engines add in any order */
}

/* Says where the interval claims more than it holds. `asymmetry` is skewness / sqrt(n). */
static void tell_asymmetry(const struct mg_measures *m, struct mg_value *v, double asymmetry)
{
	const double much = 0.3; /* t then misses in 5% of samples, and not in 2.5% */
	const int64_t few = 10;
	const char *why = NULL;
	struct mg_arena *a = mg_measures_arena(m);
	if (fabs(asymmetry) > much)
		why = mg_printf(a,
			"few rows make up much of it, so the %s end of its interval misses more often "
			"than in 1 of 40 samples",
			asymmetry > 0 ? "upper" : "lower");
	else if (v->rows < few)
		why = mg_printf(a, "an interval of %lld rows holds for normal values only",
			(long long)v->rows);
	if (why)
		v->message = v->message && *v->message ? mg_printf(a, "%s; %s", v->message, why)
						       : why;
}

double mg_interval_drift(double size, double rows)
{
	return DBL_EPSILON * fabs(size) * rows / 16;
}

void mg_interval_of_mean(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	double noise, double most)
{
	if (!mg_interval_wanted(c) || v->state != MG_MEASURED)
		return;
	double sd = mg_get(m, "sd");
	bool of_column = c->kind->flags & MG_KIND_COLUMN;
	double n = (double)v->rows, confidence = c->spec->confidence;
	bool spreads = sd > fmax(noise, mg_interval_drift(v->value, n));
	if (n < 2) {
		*v = mg_value_undefined(of_column ? "one value has no confidence interval"
						  : "one row has no confidence interval");
		return;
	}
	double skewness = skewness_of(v->value, sd, n, mg_get(m, "with squares"));
	struct mg_interval i = spreads ? mg_interval_mean(v->value, sd, skewness, n, confidence)
				       : mg_interval_bounded(v->value * n, n, most, confidence);
	if (isnan(i.lo) || isnan(i.hi)) {
		*v = mg_value_undefined(of_column
				? "there is no confidence interval: all values are equal, which does "
				  "not say how far others may lie"
				: "there is no confidence interval: the errors of all rows are equal, "
				  "which does not say how far others may lie");
		return;
	}
	v->interval_lo = i.lo < c->kind->value_least ? c->kind->value_least : i.lo;
	v->interval_hi = i.hi;
	v->interval = spreads ? "t-hall" : "wilson-bounded";
	if (!spreads)
		return;
	if (!isnan(skewness))
		mg_fact_number(m, v, "skewness", skewness);
	tell_asymmetry(m, v, skewness / sqrt(n));
}

static void refuse(const struct mg_measures *m, struct mg_value *v, const char *why)
{
	*v = mg_value_undefined(
		mg_printf(mg_measures_arena(m), "there is no confidence interval: %s", why));
}

static bool has_room(const struct mg_measures *m, struct mg_value *v, size_t cells)
{
	if (cells <= MG_BOOTSTRAP_CELLS_MOST)
		return true;
	refuse(m, v,
		mg_printf(mg_measures_arena(m),
			"%zu different values are too many to draw from; the bootstrap takes %d",
			cells, MG_BOOTSTRAP_CELLS_MOST));
	return false;
}

void mg_interval_of_cells(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const int64_t *rows, size_t cells, mg_cells_statistic *of, void *context, bool one_sided)
{
	if (!mg_interval_resamples(c) || v->state != MG_MEASURED || !has_room(m, v, cells))
		return;
	const char *why;
	double acceleration;
	struct mg_interval i = mg_interval_bca(rows, cells, of, context, one_sided,
		c->spec->confidence, mg_measures_seed(m), &acceleration, &why);
	/* fmax and fmin pass over bounds that are NAN: open */
	double lo = fmin(fmax(i.lo, c->kind->value_least), v->value);
	double hi = fmax(fmin(i.hi, c->kind->value_most), v->value);
	if (!why && !(isfinite(lo) && isfinite(hi) && lo < hi))
		why = "the resamples do not reach its ends; there are too few rows";
	if (why) {
		refuse(m, v, why);
		return;
	}
	v->interval_lo = lo;
	v->interval_hi = hi;
	v->interval = one_sided ? "bca-percentile" : "bca";
	tell_asymmetry(m, v, 6 * acceleration);
}

/* Tables whose counts are drawn again. */
struct drawing {
	const struct mg_freq *const *full;
	struct mg_freq *drawn; /* with room for all entries */
	size_t count;
	mg_tables_statistic *of;
	const void *context;
};

static double of_drawn(void *context, const int64_t *counts)
{
	struct drawing *d = context;
	for (size_t k = 0; k < d->count; k++) {
		const struct mg_freq *full = d->full[k];
		struct mg_freq *drawn = &d->drawn[k];
		drawn->len = 0;
		drawn->rows = 0;
		for (size_t i = 0; i < full->len; i++) {
			int64_t n = *counts++;
			drawn->lo[drawn->len] = full->lo[i];
			drawn->n[drawn->len] = n;
			drawn->len += n > 0;
			drawn->rows += n;
		}
	}
	return d->of(d->context, d->drawn);
}

void mg_interval_of_tables(const struct mg_check *c, const struct mg_measures *m,
	struct mg_value *v, const struct mg_freq *const *tables, size_t count,
	mg_tables_statistic *of, const void *context, bool one_sided)
{
	if (!mg_interval_resamples(c) || v->state != MG_MEASURED)
		return;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	struct drawing d = {.full = tables,
		.drawn = mg_alloc_array(a, count, sizeof(*d.drawn)),
		.count = count,
		.of = of,
		.context = context};
	size_t cells = 0, at = 0;
	for (size_t k = 0; k < count; k++)
		cells += tables[k]->len;
	if (!has_room(m, v, cells))
		return;
	for (size_t k = 0; k < count; k++) {
		/* one more, since each entry is written before it is known to stay */
		d.drawn[k].lo = mg_alloc_array(a, tables[k]->len + 1, sizeof(double));
		d.drawn[k].n = mg_alloc_array(a, tables[k]->len + 1, sizeof(int64_t));
	}
	int64_t *rows = mg_alloc_array(a, cells + 1, sizeof(*rows));
	for (size_t k = 0; k < count; k++) {
		for (size_t i = 0; i < tables[k]->len; i++) {
			if (!mg_freq_exact_at(tables[k], i)) {
				refuse(m, v,
					"there is not enough memory for a table of all values");
				return;
			}
			rows[at++] = mg_freq_n(tables[k], i);
		}
	}
	mg_interval_of_cells(c, m, v, rows, cells, of_drawn, &d, one_sided);
}

static double mean_of_table(const void *context, const struct mg_freq *tables)
{
	(void)context;
	double sum = 0;
	for (size_t i = 0; i < tables->len; i++)
		sum += mg_freq_sum(tables, i);
	return tables->rows > 0 ? sum / (double)tables->rows : NAN;
}

void mg_interval_of_table_mean(const struct mg_check *c, const struct mg_measures *m,
	struct mg_value *v, const struct mg_freq *table)
{
	mg_interval_of_tables(c, m, v, &table, 1, mean_of_table, NULL, false);
}
