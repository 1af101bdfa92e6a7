/* chance.c: what measures of drift come to when nothing has moved; see chance.h. */
#include "stats/chance.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/permute.h"
#include "stats/special.h"

enum { DRAWS = 400, EXPECTED_LEAST = 20, CELLS = 256 };
#define SEED UINT64_C(20261130)
#define LEVEL 0.95

static int by_size(const void *left, const void *right)
{
	double x = *(const double *)left, y = *(const double *)right;
	return (x > y) - (x < y);
}

/* The least of the draws that LEVEL of them do not exceed. */
static double level_of(double *draws)
{
	qsort(draws, DRAWS, sizeof *draws, by_size);
	return draws[(size_t)ceil(LEVEL * DRAWS) - 1];
}

static double sum(const double *counts, size_t n)
{
	double total = 0;
	for (size_t i = 0; i < n; i++)
		total += counts[i];
	return total;
}

double mg_chance_ks(double n, double m)
{
	return fmin(1, 1.3580986 * sqrt(1 / n + 1 / m));
}

double mg_chance_share_change(double n, double m, double share)
{
	return fmin(1, 1.9599640 * sqrt(share * (1 - share) * (1 / n + 1 / m)));
}

/* ---- categories ---- */

/* The x with P(X <= x) = LEVEL; no more exact than its use needs. */
static double chi2_level(double df)
{
	double lo = 0, hi = df + 10 * sqrt(2 * df) + 10;
	for (int i = 0; i < 40; i++) {
		double middle = (lo + hi) / 2;
		if (mg_chi2_sf(middle, df) > 1 - LEVEL)
			lo = middle;
		else
			hi = middle;
	}
	return hi;
}

/* Both sides together, without categories that do not occur; how many are left. */
static size_t pool(const double *current, const double *reference, size_t count, double *out)
{
	size_t used = 0;
	for (size_t i = 0; i < count; i++)
		if (current[i] + reference[i] > 0)
			out[used++] = current[i] + reference[i];
	return used;
}

static double least_expected(const double *both, size_t count, double n, double m)
{
	double least = INFINITY;
	for (size_t i = 0; i < count; i++)
		least = fmin(least, both[i]);
	return least * fmin(n, m) / (n + m);
}

double mg_chance_of_counts(struct mg_arena *arena, const struct mg_chance_measure *of,
	const double *current, const double *reference, size_t count)
{
	double n = sum(current, count), m = sum(reference, count);
	double *both = mg_alloc_array(arena, count, sizeof *both);
	size_t used = pool(current, reference, count, both);
	if (used < 2)
		return 0;
	if (of->of_statistic && least_expected(both, used, n, m) >= EXPECTED_LEAST)
		return of->of_statistic(of->context, chi2_level((double)used - 1), n, m, used);
	double *first = mg_alloc_array(arena, used, sizeof *first);
	double *second = mg_alloc_array(arena, used, sizeof *second);
	double draws[DRAWS];
	struct mg_random r;
	mg_random_seed(&r, SEED);
	for (int k = 0; k < DRAWS; k++) {
		mg_permute(&r, both, used, n, first);
		for (size_t i = 0; i < used; i++)
			second[i] = both[i] - first[i];
		draws[k] = of->of_counts(of->context, first, second, used);
	}
	return level_of(draws);
}

/* Whether all rows of a category are dealt to the current side, of which there are `n` of `all`. */
static double all_on_one_side(double rows, double n, double all)
{
	double chance = 1;
	for (double k = 0; k < rows && chance > 1e-12; k++)
		chance *= fmax(0, n - k) / (all - k);
	return chance;
}

double mg_chance_new_share(
	struct mg_arena *arena, const double *current, const double *reference, size_t count)
{
	double n = sum(current, count), all = n + sum(reference, count), draws[DRAWS] = {0};
	double *both = mg_alloc_array(arena, count, sizeof *both);
	size_t used = pool(current, reference, count, both);
	struct mg_random r;
	mg_random_seed(&r, SEED);
	for (size_t i = 0; i < used; i++) {
		double chance = all_on_one_side(both[i], n, all);
		for (int k = 0; k < DRAWS && chance > 1e-9; k++)
			draws[k] += mg_random_unit(&r) < chance ? both[i] : 0;
	}
	return fmin(1, level_of(draws) / n);
}

/* ---- numbers ---- */

static double normal(struct mg_random *r)
{
	return mg_normal_quantile(mg_random_unit(r));
}

/* The area under sqrt(F (1 - F)), cut into cells of about equal size, and F in the middle of each. */
struct area {
	double cells[CELLS], at[CELLS], whole;
	size_t count;
};

/* How many entries from i on are one part of the area: one, but where each is one row and their share of the rows
 * changes by so little that its middle stands for all. */
static size_t part_at(const struct mg_freq *f, size_t i)
{
	size_t last = f->len - 2, from_end = i < last - i ? i : last - i;
	return f->n || from_end < 64 ? 1 : from_end / 32;
}

static double spread(
	const struct mg_freq *f, size_t i, size_t entries, double below, double *out_share)
{
	double share = below / (double)f->rows;
	*out_share = share;
	return (f->lo[i + entries] - f->lo[i]) * sqrt(share * (1 - share));
}

static void cut_area(const struct mg_freq *f, struct area *out)
{
	double share;
	*out = (struct area){.whole = 0};
	for (int pass = 0; pass < 2; pass++) {
		double below = 0, cell = 0, most = out->whole / (CELLS - 1);
		for (size_t i = 0, entries; i + 1 < f->len; i += entries) {
			entries = part_at(f, i);
			double rows = entries > 1 ? (double)entries : (double)mg_freq_n(f, i);
			double middle = entries > 1 ? (rows + 1) / 2 : rows;
			double part = spread(f, i, entries, below + middle, &share);
			below += rows;
			if (pass == 0) {
				out->whole += part;
				continue;
			}
			cell += part;
			if (cell < most && i + entries + 1 < f->len)
				continue;
			out->cells[out->count] = cell;
			out->at[out->count++] = share;
			cell = 0;
			if (out->count == CELLS)
				return;
		}
	}
}

double mg_chance_wasserstein(struct mg_arena *arena, double n, const struct mg_freq *reference)
{
	size_t len = reference->len;
	if (!len || isinf(reference->lo[0]) || isinf(reference->lo[len - 1]) ||
		isinf(mg_freq_hi(reference, len - 1)))
		return NAN;
	struct area *area = mg_alloc(arena, sizeof *area);
	cut_area(reference, area);
	/* W(F / (1 - F)) (1 - F) of a random walk W is such a bridge; it is standardised here */
	double steps[CELLS], weights[CELLS], time = 0;
	for (size_t i = 0; i < area->count; i++) {
		double to = area->at[i] / (1 - area->at[i]);
		steps[i] = sqrt(fmax(0, to - time));
		weights[i] = area->cells[i] / sqrt(to);
		time = to;
	}
	double draws[DRAWS] = {0};
	struct mg_random r;
	mg_random_seed(&r, SEED);
	for (int k = 0; k < DRAWS; k++) {
		double walk = 0;
		for (size_t i = 0; i < area->count; i++) {
			walk += steps[i] * normal(&r);
			draws[k] += weights[i] * fabs(walk);
		}
	}
	return level_of(draws) * sqrt(1 / n + 1 / (double)reference->rows);
}

double mg_chance_ece(struct mg_arena *arena, const struct mg_calibration_bin *bins, size_t count)
{
	double *error = mg_alloc_array(arena, count, sizeof *error), rows = 0, draws[DRAWS] = {0};
	for (size_t i = 0; i < count; i++) {
		double share = bins[i].rows > 0 ? bins[i].score_sum / bins[i].rows : 0;
		error[i] = sqrt(fmax(0, bins[i].rows * share * (1 - share)));
		rows += bins[i].rows;
	}
	struct mg_random r;
	mg_random_seed(&r, SEED);
	for (int k = 0; k < DRAWS; k++)
		for (size_t i = 0; i < count; i++)
			draws[k] += error[i] > 0 ? error[i] * fabs(normal(&r)) / rows : 0;
	return fmin(1, level_of(draws));
}
