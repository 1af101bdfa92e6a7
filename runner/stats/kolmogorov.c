/* kolmogorov.c: distributions of the Kolmogorov-Smirnov statistics; sources in kolmogorov.h. */
#include "stats/kolmogorov.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/special.h"

#define EXACT_MOST 10000 /* larger samples use the limit distribution */
#define SCALE_BITS 128   /* intermediate results are kept within 2^+-128 */

static double *numbers(size_t count)
{
	double *p = calloc(count, sizeof *p);
	if (!p)
		mg_out_of_memory();
	return p;
}

static double clip(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

/* P(D+_n >= x) of the one-sided statistic: Smirnov's sum for n up to a million, beyond it
 * exp(-(6 n x + 1)^2 / (18 n)) (Maag and Dicaire 1971). */
static double smirnov_sf(int64_t n, double x)
{
	if (n < 1 || isnan(x))
		return NAN;
	if (x <= 0)
		return 1;
	if (x >= 1)
		return 0;
	double count = (double)n;
	if (n > 1000000)
		return exp(-pow(6 * count * x + 1, 2) / (18 * count));
	/* x sum_j C(n, j) (x + j/n)^(j-1) (1 - x - j/n)^(n-j): every term is a binomial probability */
	double sum = 0;
	for (int64_t j = 0; j <= n; j++) {
		double p = x + (double)j / count, q = ((double)(n - j) - count * x) / count;
		if (q <= 0)
			break;
		sum += mg_binomial_pdf((double)j, count, p, q) * (x / p);
	}
	return clip(sum);
}

/* ---- P(D_n <= x) by Durbin's matrix; for small n x ---- */

/* out = a b, all m x m; out may not be a or b. */
static void multiply(const double *a, const double *b, double *out, size_t m)
{
	memset(out, 0, m * m * sizeof *out);
	for (size_t i = 0; i < m; i++) {
		for (size_t k = 0; k < m; k++) {
			double factor = a[i * m + k];
			if (factor == 0)
				continue;
			for (size_t j = 0; j < m; j++)
				out[i * m + j] += factor * b[k * m + j];
		}
	}
}

/* H of Marsaglia, Tsang and Wang, where n x = k - h. */
static double *durbin_matrix(size_t m, double h)
{
	double *matrix = numbers(m * m), *first = numbers(m), *inverse = numbers(m + 1);
	double factor = 1, power = 1;
	for (size_t j = 1; j <= m; j++) {
		inverse[j - 1] = factor; /* 1 / (j-1)! */
		factor /= (double)j;
		power *= h;
		first[j - 1] = (1 - power) * factor;
	}
	double corner = 2 * h - 1 > 0 ? pow(2 * h - 1, (double)m) : 0;
	first[m - 1] = (1 - 2 * power + corner) * factor;
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 1; j < m && j <= i + 1; j++)
			matrix[i * m + j] = inverse[i + 1 - j];
		matrix[i * m] = first[i];
	}
	for (size_t j = 0; j < m; j++)
		matrix[(m - 1) * m + j] = first[m - 1 - j];
	free(first);
	free(inverse);
	return matrix;
}

static double durbin_cdf(int64_t n, double x)
{
	double nx = (double)n * x;
	size_t k = (size_t)ceil(nx), m = 2 * k - 1, middle = (k - 1) * m + (k - 1);
	double *h = durbin_matrix(m, (double)k - nx);
	double *power = numbers(m * m), *spare = numbers(m * m), *swap;
	for (size_t i = 0; i < m; i++)
		power[i * m + i] = 1;
	int exponent = 0, h_exponent = 0;
	for (int64_t left = n; left > 0; left /= 2) {
		if (left % 2) {
			multiply(power, h, spare, m);
			swap = power, power = spare, spare = swap;
			exponent += h_exponent;
		}
		multiply(h, h, spare, m);
		swap = h, h = spare, spare = swap;
		h_exponent *= 2;
		if (fabs(h[middle]) > ldexp(1, SCALE_BITS)) {
			for (size_t i = 0; i < m * m; i++)
				h[i] = ldexp(h[i], -SCALE_BITS);
			h_exponent += SCALE_BITS;
		}
	}
	double p = power[middle];
	for (int64_t i = 1; i <= n; i++) { /* times n! / n^n */
		p = (double)i * p / (double)n;
		if (fabs(p) < ldexp(1, -SCALE_BITS)) {
			p = ldexp(p, SCALE_BITS);
			exponent -= SCALE_BITS;
		}
	}
	free(h);
	free(power);
	free(spare);
	return clip(ldexp(p, exponent));
}

/* ---- P(D_n <= x) by Pomeranz' recursion; for n up to 140 ---- */

/* First and last cell of row i that can be filled. */
static void pomeranz_range(int64_t i, int64_t n, int64_t whole, int ceiling, int rounded,
	int64_t *first, int64_t *last)
{
	if (i == 0) {
		*first = -whole - ceiling - 1;
		*last = whole + ceiling - 1;
	} else if (i % 2) {
		int64_t half = (i + 1) / 2;
		if (half == n + 1) {
			*first = n - whole - ceiling - 1;
			*last = n + whole + ceiling - 1;
		} else {
			*first = half - 1 - whole - rounded - 1;
			*last = half + whole - 1 + ceiling - 1;
		}
	} else {
		int64_t half = (i + 1) / 2;
		*first = half - 1 - whole - 1;
		*last = half + whole + rounded - 1;
	}
	*first = *first + 2 > 0 ? *first + 2 : 0;
	*last = *last < n ? *last : n;
}

static double pomeranz_cdf(int64_t n, double x)
{
	double t = (double)n * x;
	int64_t whole = (int64_t)floor(t);
	double part = t - (double)whole, g = fmin(part, 1 - part);
	int ceiling = part > 0, rounded = part > 0.5;
	size_t len = (size_t)(2 * (whole + 1));
	/* Poisson probabilities without their common factor, for the three step lengths. */
	double *steps[3] = {numbers(len), numbers(len), numbers(len)};
	const double length[3] = {g / (double)n, 2 * g / (double)n, (1 - 2 * g) / (double)n};
	for (int s = 0; s < 3; s++) {
		steps[s][0] = 1;
		for (size_t i = 1; i < len; i++)
			steps[s][i] = steps[s][i - 1] * length[s] / (double)i;
	}
	double *row = numbers((size_t)n + 1), *next = numbers((size_t)n + 1);
	row[0] = 1;
	int exponent = 0;
	int64_t first, last, before;
	pomeranz_range(0, n, whole, ceiling, rounded, &first, &last);
	for (int64_t i = 1; i <= 2 * n + 1; i++) {
		const double *step = i == 1 || i == 2 * n + 1 ? steps[0] : steps[i % 2 ? 1 : 2];
		before = first;
		pomeranz_range(i, n, whole, ceiling, rounded, &first, &last);
		memset(next, 0, ((size_t)n + 1) * sizeof *next);
		double most = 0;
		for (int64_t j = first; j <= last; j++) {
			double sum = 0;
			for (int64_t k = before; k <= j; k++) {
				if ((size_t)(j - k) < len)
					sum += row[k] * step[j - k];
			}
			next[j] = sum;
			most = fmax(most, sum);
		}
		if (most > 0 && most < ldexp(1, -SCALE_BITS)) {
			for (int64_t j = first; j <= last; j++)
				next[j] = ldexp(next[j], SCALE_BITS);
			exponent -= SCALE_BITS;
		}
		double *swap = row;
		row = next;
		next = swap;
	}
	double p = row[n];
	for (int64_t i = 1; i <= n; i++) { /* times n! */
		if (fabs(p) > ldexp(1, SCALE_BITS)) {
			p = ldexp(p, -SCALE_BITS);
			exponent += SCALE_BITS;
		}
		p *= (double)i;
	}
	for (int s = 0; s < 3; s++)
		free(steps[s]);
	free(row);
	free(next);
	return clip(ldexp(p, exponent));
}

/* ---- P(D_n <= x) by Pelz and Good's expansion; for large n ---- */

static double pelz_good_cdf(int64_t n, double x)
{
	const double pi2 = M_PI * M_PI, pi4 = pi2 * pi2, pi6 = pi4 * pi2;
	const double root_2pi = sqrt(2 * M_PI);
	double root_n = sqrt((double)n), z = root_n * x;
	double z2 = z * z, z3 = z2 * z, z4 = z2 * z2, z6 = z4 * z2, z7 = z6 * z, z8 = z4 * z4;
	double log_q = -pi2 / 8 / z2;
	if (log_q < -708)
		return 0;
	double k0 = 0, k1 = 0, k2 = 0, k3 = 0;
	for (int k = (int)ceil(16 * z / M_PI); k > 0; k--) {
		double m = 2 * k - 1, m2 = m * m, m4 = m2 * m2, m6 = m4 * m2;
		double q = exp(log_q * m2);
		k0 += q;
		k1 += q * (-z2 + pi2 / 4 * m2);
		k2 += q *
			(6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 +
				pi4 * (1 - 2 * z2) / 16 * m4);
		k3 += q *
			(-30 * z6 - 90 * z8 + pi2 * (135 * z4 - 96 * z6) / 4 * m2 +
				pi4 * (-60 * z2 + 212 * z4) / 16 * m4 +
				pi6 * (5 - 30 * z2) / 64 * m6);
	}
	k0 *= root_2pi / z;
	k1 *= root_2pi / (6 * z4);
	k2 *= root_2pi / (72 * z7);
	k3 *= root_2pi / (6480 * z7 * z3);
	double more2 = 0, more3 = 0;
	for (int k = (int)ceil(16 * z / M_PI); k > 0; k--) {
		double square = (double)k * k, q = exp(-pi2 / 2 / z2 * square);
		more2 += square * q;
		more3 += (3 * z2 - pi2 * square) * square * q;
	}
	k2 += more2 * pi2 * root_2pi / (-36 * z3);
	k3 += more3 * pi2 * root_2pi / (216 * z6);
	return clip(k0 + (k1 + (k2 + k3 / root_n) / root_n) / root_n);
}

double mg_kstwo_sf(int64_t n, double x)
{
	if (n < 1 || isnan(x))
		return NAN;
	if (x >= 1)
		return 0;
	double count = (double)n, t = count * x;
	if (t <= 0.5)
		return 1;
	if (t <= 1) { /* Ruben and Gambino (1982): n! (2x - 1/n)^n */
		int sign;
		double log_p = lgamma_r(count + 1, &sign) - count * log(count) +
			count * log(2 * t - 1);
		return clip(-expm1(log_p));
	}
	if (t >= count - 1)
		return clip(2 * pow(1 - x, count));
	if (x >= 0.5)
		return clip(2 * smirnov_sf(n, x));
	double nx2 = t * x;
	if (n <= 140) {
		if (nx2 <= 0.754693)
			return clip(1 - durbin_cdf(n, x));
		if (nx2 <= 4)
			return clip(1 - pomeranz_cdf(n, x));
		return clip(2 * smirnov_sf(n, x));
	}
	if (nx2 >= 370)
		return 0;
	if (nx2 >= 2.2)
		return clip(2 * smirnov_sf(n, x));
	if (n <= 100000 && count * pow(x, 1.5) <= 1.4)
		return clip(1 - durbin_cdf(n, x));
	return clip(1 - pelz_good_cdf(n, x));
}

/* ---- two samples ---- */

static int64_t gcd(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* Equal sizes: Gnedenko and Korolyuk's alternating sum, by Horner. */
static double exact_equal(int64_t n, int64_t h)
{
	double p = 0;
	for (int64_t k = n / h; k >= 0; k--) {
		double factor = 1;
		for (int64_t j = 0; j < h; j++)
			factor = factor * (double)(n - k * h - j) / (double)(n + k * h + j + 1);
		p = factor * (1 - p);
	}
	return clip(2 * p);
}

/*
 * Share of the lattice paths from (0, 0) to (m, n) that reach |x n/g - y m/g| >= h. The share for
 * paths to (x, y) is 1 on and beyond that border, else the mean of those to (x-1, y) and (x, y-1),
 * weighted x to y (Hodges 1957). Only sums of positive terms: no cancellation however small.
 */
static double exact_unequal(int64_t m, int64_t n, int64_t g, int64_t h)
{
	int64_t m_step = n / g, n_step = m / g; /* what a step along x, along y is worth */
	double *share = numbers((size_t)n + 1), *inverse = numbers((size_t)(m + n) + 1);
	for (int64_t i = 0; i <= n; i++)
		share[i] = 1;
	for (int64_t i = 1; i <= m + n; i++)
		inverse[i] = 1 / (double)i;
	for (int64_t x = 0; x <= m; x++) {
		/* y with -h < x m_step - y n_step < h */
		int64_t low = x * m_step - h, first = low < 0 ? 0 : low / n_step + 1;
		int64_t last = (x * m_step + h - 1) / n_step;
		last = last < n ? last : n;
		double below = 1;
		for (int64_t y = first; y <= last; y++) {
			if (x + y == 0)
				share[0] = 0;
			else
				share[y] = (double)x * share[y] * inverse[x + y] +
					(double)y * inverse[x + y] * below;
			below = share[y];
		}
	}
	double p = share[n];
	free(share);
	free(inverse);
	return clip(p);
}

double mg_ks_p_value(int64_t n, int64_t m, double d, const char **out_method)
{
	assert(n > 0 && m > 0);
	bool exact = n <= EXACT_MOST && m <= EXACT_MOST;
	if (out_method)
		*out_method = exact ? "exact" : "kstwo";
	double effective = (double)n * (double)m / ((double)n + (double)m);
	if (isnan(d))
		return NAN;
	if (!exact)
		return mg_kstwo_sf((int64_t)nearbyint(effective), clip(d));
	/* p <= 2.17 exp(-2 d^2 nm/(n+m)) (Wei and Dudley 2012): do not count paths for nothing */
	if (2 * d * d * effective > 692)
		return 0;
	int64_t g = gcd(n, m), lcm = n / g * m;
	int64_t h = (int64_t)nearbyint(d * (double)lcm);
	if (h <= 0)
		return 1;
	return n == m ? exact_equal(n, h) : exact_unequal(n > m ? n : m, n > m ? m : n, g, h);
}
