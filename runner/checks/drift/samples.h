/* samples.h: one column of the current and of the reference data, as numbers or as categories. */
#ifndef MG_CHECKS_DRIFT_SAMPLES_H
#define MG_CHECKS_DRIFT_SAMPLES_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* The names of the needs. */
#define MG_CURRENT_SAMPLE "current"
#define MG_REFERENCE_SAMPLE "reference"

/* Fails unless both sides have the column and it is numeric on both or on none. Times and nested
 * types have no distribution here: they fail too. */
MG_MUST_USE int mg_samples_check(
	struct mg_planner *pl, const struct mg_check *c, bool *out_numeric, struct mg_error *err);

/* Needs both frequency tables of a numeric column. */
MG_MUST_USE int mg_samples_numbers(
	struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);
/* False when a side has no values: EMPTY. allow_missing: NULLs and NaNs will do for the current. */
bool mg_samples_tables(const struct mg_measures *m, bool allow_missing,
	const struct mg_freq **current, const struct mg_freq **reference, struct mg_value *why);

/* Needs both sides counted per value. Numeric columns compare as numbers (1 and 1.0 are one value),
 * others as text. */
MG_MUST_USE int mg_samples_categories(
	struct mg_planner *pl, const struct mg_check *c, bool numeric, struct mg_error *err);

/* How many rows of both sides have a value, and how many have none (NULL or NaN). */
struct mg_sides {
	double current_rows, reference_rows;
	double current_missing, reference_missing;
};

#define MG_CATEGORIES_MOST 10000

struct mg_categories {
	const char **names; /* sorted; values of either side */
	double *current, *reference;
	size_t count;
	struct mg_sides sides;
};
/* False when a side has no values (EMPTY; with allow_missing NULLs and NaNs will do for the current) or
 * there are more than MG_CATEGORIES_MOST values (UNDEFINED). */
bool mg_samples_counts(const struct mg_check *c, const struct mg_measures *m, bool allow_missing,
	struct mg_categories *out, struct mg_value *why);

/* The same categories with one more, named NULL, for what is missing. */
void mg_categories_add_missing(struct mg_arena *a, struct mg_categories *k);

/* Adds the chart of both sides' shares. */
void mg_categories_chart(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const struct mg_categories *k);

struct mg_sides mg_sides_of(const struct mg_freq *current, const struct mg_freq *reference);
/* Adds current_rows, reference_rows, current_missing and reference_missing, and the shares. */
void mg_samples_facts(const struct mg_measures *m, struct mg_value *v, struct mg_sides sides);
/* The same, and says at the end of the message how many rows were compared, what was missing, and when
 * one side has fewer digits than the other. */
void mg_samples_tell(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	struct mg_sides sides);

/* The key of kinds whose statistic is of the values alone: how far the share of missing values may move
 * before the values that are left say too little about the rows. Its member is max_missing_change. */
#define MG_MISSING_CHANGE(params)                                                                  \
	MG_FIELD(params, max_missing_change, SHARE,                                                \
		"how far the share of NULL and NaN may move from the reference's; beyond it the "  \
		"values that are left are not compared, which is an error",                        \
		.default_text = "10%", .least = 0, .most = 1)
/* Such a kind's plan: both frequency tables. */
MG_MUST_USE int mg_samples_plan(
	struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);
/* What it compares. */
struct mg_samples {
	const struct mg_freq *current, *reference;
	struct mg_sides sides;
};
/* False, and why, when a side has no values or too few of them, or the share of missing ones has moved
 * further. */
bool mg_samples_compare(const struct mg_check *c, const struct mg_measures *m,
	double max_missing_change, struct mg_samples *out, struct mg_value *why);
/* "missing values went from 2% to 5%" */
const char *mg_samples_missing_words(struct mg_arena *a, struct mg_sides sides);

/* The key of kinds that compare shares, binned or by category. Its member is missing_bin. */
#define MG_MISSING_BIN(params)                                                                     \
	MG_FIELD(params, missing_bin, BOOL,                                                        \
		"whether NULL and NaN are a bin of their own; else they are left out",             \
		.default_text = "true")

#endif
