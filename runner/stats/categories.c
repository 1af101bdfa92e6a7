/* categories.c: the chi-square test and Cramer's V; definitions in categories.h. */
#include "stats/categories.h"

#include <math.h>

#include "base/arena.h"
#include "stats/permute.h"
#include "stats/special.h"

#define TABLES_MOST 9999
#define TABLES_LEAST 999
#define CELLS_MOST 2e7 /* of all random tables */

static double total(const double *counts, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += counts[i];
	return sum;
}

struct mg_chi_square mg_chi_square(
	const double *current, const double *reference, size_t count, bool yates)
{
	struct mg_chi_square out = {.p = 1};
	double rows[2] = {total(current, count), total(reference, count)}, all = rows[0] + rows[1];
	for (size_t i = 0; i < count; i++)
		out.categories += current[i] + reference[i] > 0;
	out.df = out.categories - 1;
	bool correct = yates && out.df == 1;
	for (size_t i = 0; i < count; i++) {
		double observed[2] = {current[i], reference[i]}, both = current[i] + reference[i];
		for (int side = 0; side < 2 && both > 0; side++) {
			double expected = both * rows[side] / all;
			double gap = fabs(observed[side] - expected);
			if (correct)
				gap -= fmin(0.5, gap);
			out.statistic += gap * gap / expected;
			out.small += expected < 5;
		}
	}
	out.small /= 2 * out.categories;
	if (out.df > 0)
		out.p = mg_chi2_sf(out.statistic, out.df);
	return out;
}

/* The statistic but for a factor that all tables with these sums share. */
static double gaps(const double *first, const double *both, size_t n, double share)
{
	double total = 0;
	for (size_t i = 0; i < n; i++) {
		double gap = first[i] - both[i] * share;
		total += gap * gap / both[i];
	}
	return total;
}

double mg_chi_square_random_p(struct mg_arena *arena, const double *current,
	const double *reference, size_t count, uint64_t seed, double *out_tables)
{
	double *both = mg_alloc_array(arena, count, sizeof *both);
	double *first = mg_alloc_array(arena, count, sizeof *first);
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		if (current[i] + reference[i] > 0) {
			both[used] = current[i] + reference[i];
			first[used++] = current[i];
		}
	}
	double rows = total(current, count), share = rows / (rows + total(reference, count));
	double seen = gaps(first, both, used, share) * (1 - 1e-12), reached = 0;
	int tables = (int)fmin(TABLES_MOST, fmax(TABLES_LEAST, floor(CELLS_MOST / (double)used)));
	struct mg_random r;
	mg_random_seed(&r, seed);
	for (int k = 0; k < tables; k++) {
		mg_permute(&r, both, used, rows, first);
		reached += gaps(first, both, used, share) >= seen;
	}
	*out_tables = tables;
	return (1 + reached) / (1 + tables);
}

double mg_cramers_v(struct mg_chi_square test, double rows, bool corrected)
{
	double phi2 = test.statistic / rows;
	if (!corrected || test.df <= 0)
		return sqrt(fmin(1, phi2));
	/* 2 rows, `categories` columns */
	phi2 = fmax(0, phi2 - test.df / (rows - 1));
	double sides = 2 - 1 / (rows - 1);
	double columns = test.categories - test.df * test.df / (rows - 1);
	double least = fmin(sides, columns) - 1;
	return least > 0 ? sqrt(fmin(1, phi2 / least)) : 0;
}
