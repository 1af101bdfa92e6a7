/* categories.c: the chi-square test and Cramer's V; definitions in categories.h. */
#include "stats/categories.h"

#include <math.h>

#include "stats/special.h"

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
