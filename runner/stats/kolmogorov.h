/* kolmogorov.h: how likely a Kolmogorov-Smirnov distance is when nothing has changed. */
#ifndef MG_STATS_KOLMOGOROV_H
#define MG_STATS_KOLMOGOROV_H

#include <stdint.h>

/*
 * P(D_n >= x) of the two-sided one-sample statistic, by the plan of Simard and L'Ecuyer (2011),
 * "Computing the two-sided Kolmogorov-Smirnov distribution": Durbin's matrix (Marsaglia, Tsang,
 * Wang 2003), Pomeranz (1974), Pelz and Good (1976), or twice the one-sided tail (Miller 1956),
 * chosen as scipy.stats.kstwo does. 0 stands for less than 1e-300.
 */
double mg_kstwo_sf(int64_t n, double x);

/*
 * Two-sided p-value of the two-sample distance d between n and m >= 1 values, as
 * scipy.stats.ks_2samp(method="auto") gives it: when both samples have at most 10,000 values, the
 * exact share of orderings with a distance of at least d (*out_method = "exact"); otherwise
 * kstwo.sf(d, round(n m / (n + m))) (*out_method = "kstwo"). Ties are treated as in scipy: the
 * distribution is that without ties, so p is too large rather than too small. out_method may be
 * NULL. 0 stands for less than 1e-300.
 */
double mg_ks_p_value(int64_t n, int64_t m, double d, const char **out_method);

#endif
