/* adjust.h: p-values of several tests at once, so adjusted that each can be held to the level of one. */
#ifndef MG_STATS_ADJUST_H
#define MG_STATS_ADJUST_H

#include <stddef.h>

struct mg_arena;

/* As statsmodels.stats.multitest.multipletests(method=...) and scipy.stats.false_discovery_control: out[i]
 * belongs to p[i], is at least p[i] and at most 1, and none falls when a p[i] rises. */

/* n p: at most the level of runs without drift has any alarm. */
void mg_adjust_bonferroni(struct mg_arena *arena, const double *p, size_t n, double *out);
/* The same promise, and never a greater p (Holm 1979). */
void mg_adjust_holm(struct mg_arena *arena, const double *p, size_t n, double *out);
/* Of the alarms that are raised, at most the level is false on average (Benjamini and Hochberg 1995). */
void mg_adjust_benjamini_hochberg(struct mg_arena *arena, const double *p, size_t n, double *out);

#endif
