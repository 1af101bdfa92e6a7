/* special.h: the special functions that tests and intervals need; relative error about 1e-12. */
#ifndef MG_STATS_SPECIAL_H
#define MG_STATS_SPECIAL_H

/* Standard normal distribution: P(Z <= z), P(Z > z), and the z with P(Z <= z) = p (Wichura 1988,
 * algorithm AS 241). p outside (0, 1) gives -+Infinity at 0 and 1, else NaN. */
double mg_normal_cdf(double z);
double mg_normal_sf(double z);
double mg_normal_quantile(double p);

/* Regularised upper incomplete gamma function Q(a, x) = Gamma(a, x) / Gamma(a), a > 0, x >= 0:
 * series DLMF 8.11.4 for x < a + 1, else the continued fraction DLMF 8.9.2. */
double mg_gamma_q(double a, double x);
/* Chi-square distribution with df > 0 degrees of freedom: P(X > x). */
double mg_chi2_sf(double x, double df);

/* Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1: the continued fraction
 * DLMF 8.17.22. */
double mg_beta_inc(double a, double b, double x);
/* Student's t distribution with df > 0: P(T > t), and the t with P(T <= t) = p. */
double mg_t_sf(double t, double df);
double mg_t_quantile(double p, double df);

/* Probability of x successes among n, given the chance p and q = 1 - p of each; x, n need not be
 * whole. Loader (2000), "Fast and accurate computation of binomial probabilities". */
double mg_binomial_pdf(double x, double n, double p, double q);

#endif
