/* samples.h: one column of the current and of the reference data, as numbers or as categories. */
#ifndef MG_CHECKS_SAMPLES_H
#define MG_CHECKS_SAMPLES_H

#include <modelgate/check.h>

/* The names of the needs. */
#define MG_CURRENT_SAMPLE "current"
#define MG_REFERENCE_SAMPLE "reference"

/* Fails unless both sides have the column and it is numeric on both or on none. Times and nested
 * types have no distribution here: they fail too. */
int mg_samples_check(
	struct mg_planner *pl, const struct mg_check *c, bool *out_numeric, struct mg_error *err);

/* Needs both frequency tables of a numeric column. */
int mg_samples_numbers(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);
/* False when a side has no values: EMPTY. allow_missing: NULLs and NaNs will do for the current. */
bool mg_samples_tables(const struct mg_measures *m, bool allow_missing,
	const struct mg_freq **current, const struct mg_freq **reference, struct mg_value *why);

/* Needs both sides counted per value. Numeric columns compare as numbers (1 and 1.0 are one value),
 * others as text. */
int mg_samples_categories(
	struct mg_planner *pl, const struct mg_check *c, bool numeric, struct mg_error *err);

#define MG_CATEGORIES_MOST 10000

struct mg_categories {
	const char **names; /* sorted; values of either side */
	double *current, *reference;
	size_t count;
	double current_rows, reference_rows;       /* with a value */
	double current_missing, reference_missing; /* NULL or NaN */
};
/* False when a side has no rows (EMPTY; unless allow_missing and it has missing values) or there are
 * more than MG_CATEGORIES_MOST values (UNDEFINED). */
bool mg_samples_counts(const struct mg_check *c, const struct mg_measures *m, bool allow_missing,
	struct mg_categories *out, struct mg_value *why);

/* Adds current_rows, reference_rows, current_missing and reference_missing. */
void mg_samples_facts(const struct mg_measures *m, struct mg_value *v, double current_rows,
	double reference_rows, double current_missing, double reference_missing);

/* A value of the checked column for a message: quoted, or "(redacted)" when the data says so. */
const char *mg_samples_shown(const struct mg_check *c, struct mg_arena *a, const char *value);

#endif
