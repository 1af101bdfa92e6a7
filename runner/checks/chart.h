/* chart.h: the pictures of a value: tables made of what was measured anyway, never of a further query. */
#ifndef MG_CHECKS_CHART_H
#define MG_CHECKS_CHART_H

#include <modelgate/check.h>

/* Adds a chart to the value. Its numbers and, where `labelled`, its labels are room for the caller to
 * fill. x, y and columns are kept as they are: static, or in the measures' arena. */
struct mg_chart *mg_chart_add(const struct mg_measures *m, struct mg_value *v,
	const struct mg_chart *form, bool labelled);

/* Counts of both sides in the same bins or categories, as shares of each side: "bins". Of more than
 * MG_CHART_BARS those that differ most have a bar, and one is for all others. */
struct mg_chart_counts {
	const char *of; /* what is counted */
	const double *current, *reference;
	size_t count;
	const char *(*label)(const void *context, size_t i); /* as reports may show it */
	const void *context;
};
void mg_chart_bins(
	const struct mg_measures *m, struct mg_value *v, const struct mg_chart_counts *k);

/* What a whole consists of, as counts: "parts". One column of them: one bar; two are set side by side. */
struct mg_chart_part {
	const char *label; /* as reports may show it */
	double counts[2];
};
void mg_chart_parts(const struct mg_measures *m, struct mg_value *v, const char *of,
	const char **columns, size_t column_count, const struct mg_chart_part *parts, size_t count);

/* The distribution function of a column, and of its reference (NULL: none): "distribution". */
void mg_chart_distribution(const struct mg_measures *m, struct mg_value *v, const char *column,
	const struct mg_freq *current, const struct mg_freq *reference);

/* How often values came, in ranges of equal width: "histogram". `of` says what the values are. */
void mg_chart_histogram(
	const struct mg_measures *m, struct mg_value *v, const char *of, const struct mg_freq *f);

#endif
