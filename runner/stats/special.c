/* special.c: normal, gamma, beta, t and binomial functions; sources in special.h. */
#include "stats/special.h"

#include <math.h>

#define SQRT_2PI 2.50662827463100050242
#define LOG_SQRT_2PI 0.91893853320467274178
#define MAX_STEPS 200000
#define EPS 1e-16
#define TINY 1e-300

double mg_normal_cdf(double z)
{
	return 0.5 * erfc(-z * M_SQRT1_2);
}

double mg_normal_sf(double z)
{
	return 0.5 * erfc(z * M_SQRT1_2);
}

/* c[0] + c[1] x + ... */
static double poly(const double *c, int terms, double x)
{
	double sum = 0;
	for (int i = terms - 1; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

double mg_normal_quantile(double p)
{
	static const double a[] = {3.3871328727963666080e0, 1.3314166789178437745e+2,
		1.9715909503065514427e+3, 1.3731693765509461125e+4, 4.5921953931549871457e+4,
		6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
	static const double b[] = {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
		5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
		2.8729085735721942674e+4, 5.2264952788528545610e+3};
	static const double c[] = {1.42343711074968357734e0, 4.63033784615654529590e0,
		5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0,
		2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
	static const double d[] = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
		6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
		5.47593808499534494600e-4, 1.05075007164441684324e-9};
	static const double e[] = {6.65790464350110377720e0, 5.46378491116411436990e0,
		1.78482653991729133580e0, 2.96560571828504891230e-1, 2.65321895265761230930e-2,
		1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
	static const double f[] = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
		1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
		1.42151175831644588870e-7, 2.04426310338993978564e-15};

	if (!(p > 0 && p < 1))
		return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
	double q = p - 0.5;
	if (fabs(q) <= 0.425) {
		double r = 0.180625 - q * q;
		return q * poly(a, 8, r) / poly(b, 8, r);
	}
	double r = sqrt(-log(q < 0 ? p : 1 - p));
	double z = r <= 5 ? poly(c, 8, r - 1.6) / poly(d, 8, r - 1.6)
			  : poly(e, 8, r - 5) / poly(f, 8, r - 5);
	return q < 0 ? -z : z;
}

/* ---- Loader's parts ---- */

/* log(n!) - log(sqrt(2 pi n) (n/e)^n): the error of Stirling's formula. */
static double stirling_error(double n)
{
	if (n < 16) {
		int sign;
		return lgamma_r(n + 1, &sign) - (n + 0.5) * log(n) + n - LOG_SQRT_2PI;
	}
	static const double c[] = {
		1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360};
	return poly(c, 6, 1 / (n * n)) / n;
}

/* x log(x / m) + m - x without cancellation. */
static double deviance(double x, double m)
{
	if (fabs(x - m) >= 0.1 * (x + m))
		return x * log(x / m) + m - x;
	double v = (x - m) / (x + m), sum = (x - m) * v, term = 2 * x * v;
	for (int j = 1; j < 1000; j++) {
		term *= v * v;
		double next = sum + term / (2 * j + 1);
		if (next == sum)
			break;
		sum = next;
	}
	return sum;
}

/* e^-m m^x / x! for x > 0. */
static double poisson_pdf(double x, double m)
{
	return exp(-stirling_error(x) - deviance(x, m)) / (SQRT_2PI * sqrt(x));
}

double mg_binomial_pdf(double x, double n, double p, double q)
{
	if (p <= 0)
		return x == 0 ? 1 : 0;
	if (q <= 0)
		return x == n ? 1 : 0;
	if (x == 0)
		return exp(n * (p < 0.1 ? log1p(-p) : log(q)));
	if (x == n)
		return exp(n * (q < 0.1 ? log1p(-q) : log(p)));
	if (x < 0 || x > n)
		return 0;
	double e = stirling_error(n) - stirling_error(x) - stirling_error(n - x) -
		deviance(x, n * p) - deviance(n - x, n * q);
	return exp(e) * sqrt(n / x / (n - x)) / SQRT_2PI;
}

/* ---- gamma ---- */

double mg_gamma_q(double a, double x)
{
	if (!(a > 0) || isnan(x))
		return NAN;
	if (x <= 0)
		return 1;
	if (isinf(x))
		return 0;
	double front = poisson_pdf(a, x); /* x^a e^-x / Gamma(a + 1) */
	if (x < a + 1) {
		double sum = 1, term = 1;
		for (int k = 1; k < MAX_STEPS && term > sum * EPS; k++) {
			term *= x / (a + k);
			sum += term;
		}
		return 1 - front * sum;
	}
	/* Lentz's method, as modified by Thompson and Barnett (1986). */
	double b = x + 1 - a, c = 1 / TINY, d = 1 / b, h = d;
	for (int k = 1; k < MAX_STEPS; k++) {
		double an = -k * (k - a);
		b += 2;
		d = an * d + b;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = b + an / c;
		c = fabs(c) < TINY ? TINY : c;
		h *= d * c;
		if (fabs(d * c - 1) < EPS)
			break;
	}
	return front * a * h;
}

double mg_chi2_sf(double x, double df)
{
	return mg_gamma_q(df / 2, x / 2);
}

/* ---- beta and t ---- */

static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1);
	d = 1 / (fabs(d) < TINY ? TINY : d);
	double h = d;
	for (int m = 1; m < MAX_STEPS; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step = 1;
		for (int half = 0; half < 2; half++) {
			double an = half ? odd : even;
			d = 1 + an * d;
			d = 1 / (fabs(d) < TINY ? TINY : d);
			c = 1 + an / c;
			c = fabs(c) < TINY ? TINY : c;
			step = d * c;
			h *= step;
		}
		if (fabs(step - 1) < EPS)
			break;
	}
	return h;
}

double mg_beta_inc(double a, double b, double x)
{
	if (!(a > 0 && b > 0) || isnan(x))
		return NAN;
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	/* x^a (1-x)^b / B(a, b), from a binomial probability of a among a + b */
	double front = mg_binomial_pdf(a, a + b, x, 1 - x) * a * b / (a + b);
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double mg_t_sf(double t, double df)
{
	if (isinf(df))
		return mg_normal_sf(t);
	double tail = t * t < 1 ? 0.5 - 0.5 * mg_beta_inc(0.5, df / 2, t * t / (df + t * t))
				: 0.5 * mg_beta_inc(df / 2, 0.5, df / (df + t * t));
	return t >= 0 ? tail : 1 - tail;
}

double mg_t_quantile(double p, double df)
{
	if (!(p > 0 && p < 1) || !(df > 0))
		return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
	if (p == 0.5)
		return 0;
	if (p < 0.5)
		return -mg_t_quantile(1 - p, df);
	double z = mg_normal_quantile(p), z2 = z * z;
	if (df >= 1000) {
		/* Abramowitz and Stegun 26.7.5 */
		double g1 = z * (z2 + 1) / 4;
		double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
		double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
		double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
		return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
	}
	/* Bisection on the tail: slow and sure; 200 halvings leave nothing between. */
	double lo = 0, hi = 1;
	while (mg_t_sf(hi, df) > 1 - p && hi < 1e300)
		hi *= 2;
	for (int i = 0; i < 200 && lo < hi; i++) {
		double middle = lo + (hi - lo) / 2;
		if (middle == lo || middle == hi)
			break;
		if (mg_t_sf(middle, df) > 1 - p)
			lo = middle;
		else
			hi = middle;
	}
	return hi;
}
