/* formula.h: arithmetic on the values of a frequency table, many at a time. */
#ifndef MG_EXECUTE_FORMULA_H
#define MG_EXECUTE_FORMULA_H

#include <stddef.h>

#include <modelgate/plan.h>

#include "stats/freq.h"

struct mg_arena;

enum { MG_FORMULA_VALUE = 0, MG_FORMULA_ARGS = 3 };

/* A list of steps, each a number (a truth is 1 or 0) from those of earlier steps. Step 0 is the
 * table's value. Equal steps are one. */
struct mg_formula {
	struct mg_arena *arena;
	struct mg_step *steps;
	size_t count, capacity;
};

void mg_formula_init(struct mg_formula *f, struct mg_arena *arena);
size_t mg_formula_constant(struct mg_formula *f, double x);
/* fn: NOT, AND, OR (of two), EQ to GE, IF, ADD, SUB, MUL, ABS, LN, LEAST, GREATEST, where NaN is
 * the greatest. LN of what is not above 0 is not a finite number. */
size_t mg_formula_call(struct mg_formula *f, enum mg_fn fn, const size_t *args, size_t arg_count);

/* What is wanted of a step: over all rows of the table, how often it is not 0, or its sum. */
struct mg_formula_total {
	size_t step;
	bool summed;
	int64_t count;
	double sum; /* compensated; not finite where a step was not */
};

/* The table is exact. */
void mg_formula_run(const struct mg_formula *f, const struct mg_freq *table,
	struct mg_formula_total *totals, size_t total_count);

#endif
