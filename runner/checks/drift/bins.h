/* bins.h: a column of both sides counted into the same bins, and distances between the bins' shares. */
#ifndef MG_CHECKS_DRIFT_BINS_H
#define MG_CHECKS_DRIFT_BINS_H

#include <modelgate/check.h>

#include "checks/drift/few_rows.h"
#include "checks/drift/samples.h"
#include "stats/bins.h"

/* The parameters of a kind that compares bins, or the first member of them. */
struct mg_bin_params {
	int method;
	int64_t bins;
	bool missing_bin;
};
extern const char *const mg_bin_methods[];

#define MG_BIN_FIELDS                                                                              \
	MG_FIELD(struct mg_bin_params, method, CHOICE,                                             \
		"how numbers become bins: at the reference's quantiles, of equal width over its "  \
		"range, as many of those as Sturges' rule says, or every value for itself; text "  \
		"and booleans are categories always",                                              \
		.default_text = "quantiles", .choices = mg_bin_methods),                           \
		MG_FIELD(struct mg_bin_params, bins, INTEGER,                                      \
			"number of bins (quantiles, equal_width)", .default_text = "10",           \
			.least = 2, .most = 1000),                                                 \
		MG_MISSING_BIN(struct mg_bin_params)

/* The beginning of the details of such kinds. */
#define MG_BIN_DETAILS                                                                             \
	"Numbers are binned by the reference alone, so that the bins stay when only "              \
	"the current data change. By default that is at its deciles: an edge is the "              \
	"least value that at least a tenth, two tenths, ... of its rows do not exceed "            \
	"(numpy's inverted_cdf). A bin reaches from above one edge up to and including "           \
	"the next; the outer bins are open. A reference of no more than `bins` "                   \
	"different values gets a bin for each, and one for all others. Text and "                  \
	"booleans are compared as categories, the values of both sides. NULL and NaN "             \
	"are one bin more, or left out with `missing_bin: false`; the result has their "           \
	"share on both sides. Infinities are ordinary values at the ends. The edges "              \
	"are in the results. "

/* A distance between the shares of two histograms of the same bins. */
struct mg_bin_distance {
	struct mg_stat (*of)(const struct mg_check *c, const struct mg_histogram *current,
		const struct mg_histogram *reference);
	/* The same where shares differ little, from the sum of (p - q)^2 / q; NULL: it does not follow
	 * from that, and the level of chance is drawn. */
	double (*near)(double chi_square);
	/* The part of the definition id that says which distance, or NULL. */
	const char *(*id)(const struct mg_check *c, struct mg_arena *arena);
	/* Adds to the value's facts and message, or NULL. */
	void (*tell)(const struct mg_measures *m, struct mg_value *v,
		const struct mg_histogram *current, const struct mg_histogram *reference);
};

/* Needs both sides. */
MG_MUST_USE int mg_bin_plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);
/* The distance, with the bins, what moved most, and the level of chance. */
struct mg_value mg_bin_measure(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_bin_distance *distance);

#endif
