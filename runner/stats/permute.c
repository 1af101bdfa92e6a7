/* permute.c: random splits of counts; see permute.h. */
#include "stats/permute.h"

#include <math.h>

#include "stats/special.h"

#define FEW 16              /* marked rows that are dealt one by one */
#define STEPS_DEVIATION 200 /* beyond it a normal distribution is as good */

/* ln(x!) of a whole x >= 0: products, then Stirling's series. */
static double log_factorial(double x)
{
	if (x < 16) {
		double product = 1;
		for (int k = 2; k <= (int)x; k++)
			product *= k;
		return log(product);
	}
	double by = 1 / (x * x);
	return (x + 0.5) * log(x) - x + 0.91893853320467274178 +
		(1.0 / 12 - by * (1.0 / 360 - by / 1260)) / x;
}

static double log_choose(double n, double k)
{
	return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

static double one_by_one(struct mg_random *r, double rows, double marked, double drawn)
{
	double hits = 0;
	for (; marked > 0 && drawn > 0; marked--, rows--) {
		if (mg_random_unit(r) * rows < drawn) {
			hits++;
			drawn--;
		}
	}
	return hits;
}

/* By inversion, from the mode outwards. */
static double from_mode(
	struct mg_random *r, double rows, double marked, double drawn, double least, double most)
{
	double rest = rows - marked - drawn; /* unmarked less drawn, may be negative */
	double mode = floor((marked + 1) * (drawn + 1) / (rows + 2));
	mode = fmin(most, fmax(least, mode));
	double at_mode = exp(log_choose(marked, mode) + log_choose(rows - marked, drawn - mode) -
		log_choose(rows, drawn));
	double left = mg_random_unit(r) - at_mode, up = mode, down = mode;
	double of_up = at_mode, of_down = at_mode;
	while (left > 0 && (up < most || down > least)) {
		if (up < most) {
			of_up *= (marked - up) * (drawn - up) / ((up + 1) * (rest + up + 1));
			up++;
			left -= of_up;
			if (left <= 0)
				return up;
		}
		if (down > least) {
			of_down *= down * (rest + down) /
				((marked - down + 1) * (drawn - down + 1));
			down--;
			left -= of_down;
			if (left <= 0)
				return down;
		}
		if (of_up + of_down < 1e-300)
			break; /* what is left of 1 is rounding */
	}
	return mode;
}

double mg_random_hypergeometric(struct mg_random *r, double rows, double marked, double drawn)
{
	double least = fmax(0, drawn + marked - rows), most = fmin(marked, drawn);
	if (least >= most)
		return most;
	if (marked <= FEW)
		return one_by_one(r, rows, marked, drawn);
	double share = marked / rows;
	double deviation = sqrt(drawn * share * (1 - share) * (rows - drawn) / (rows - 1));
	if (deviation <= STEPS_DEVIATION)
		return from_mode(r, rows, marked, drawn, least, most);
	double near = rint(drawn * share + deviation * mg_normal_quantile(mg_random_unit(r)));
	return fmin(most, fmax(least, near));
}

void mg_permute(
	struct mg_random *r, const double *both, size_t count, double rows, double *out_first)
{
	double all = 0;
	for (size_t i = 0; i < count; i++)
		all += both[i];
	for (size_t i = 0; i < count; i++) {
		out_first[i] = mg_random_hypergeometric(r, all, both[i], rows);
		rows -= out_first[i];
		all -= both[i];
	}
}
