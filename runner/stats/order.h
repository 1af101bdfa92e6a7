/* order.h: order statistics: the values of a frequency table by their rank. */
#ifndef MG_STATS_ORDER_H
#define MG_STATS_ORDER_H

#include "stats/freq.h"

/* Bounds of one order statistic, which lies in that entry of the table; value lies between. */
struct mg_order {
	double lo, hi, value;
	size_t entry;
};
/* rank counts rows from 0, beginning with the entry `first`. */
struct mg_order mg_order_at(const struct mg_freq *f, size_t first, int64_t rank);

/* The part of the way from a to b, without overflow and exact at both ends. */
double mg_order_between(double a, double b, double share);

/* Is its entry wider than what may be printed as exact? */
bool mg_order_is_vague(const struct mg_order *o);

/* The median: the middle value, or halfway between the two in the middle. What a bucket hides goes to the
 * ranges (NULL: none). NAN without rows. */
struct mg_stat mg_median(const struct mg_freq *f, struct mg_ranges *ranges);

#endif
