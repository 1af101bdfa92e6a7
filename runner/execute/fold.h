/* fold.h: what an expression comes to for rows of which something is known. */
#ifndef MG_EXECUTE_FOLD_H
#define MG_EXECUTE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/plan.h>

#include "execute/formula.h"

enum mg_known_state {
	MG_KNOWN_NOT,      /* nothing is known */
	MG_KNOWN_PRESENT,  /* not NULL */
	MG_KNOWN_NOT_TRUE, /* a condition that is false or NULL */
	MG_KNOWN_NULL,
	MG_KNOWN_CONSTANT, /* `real`; a truth is 1 or 0 */
	MG_KNOWN_STEP,     /* step `step` of the formula: a function of the table's value */
};

struct mg_known {
	enum mg_known_state state;
	bool truth;    /* CONSTANT, STEP: a condition, and no number */
	bool may_null; /* STEP: NULL where the step is not a finite number */
	double real;
	size_t step;
};

struct mg_known mg_known_truth(bool x);

/* What is known of the rows at hand, as a list that never changes: more clues come before it. The
 * first that fits an expression holds. NULL: nothing is known. */
struct mg_clue {
	const struct mg_expr *x;
	struct mg_known is;
	const struct mg_clue *next;
};

const struct mg_clue *mg_clue_add(struct mg_arena *arena, const struct mg_clue *known,
	const struct mg_expr *x, struct mg_known is);
/* That a condition is true, or is not (false or NULL), and what follows from it. */
const struct mg_clue *mg_clue_true(
	struct mg_arena *arena, const struct mg_clue *known, const struct mg_expr *condition);
const struct mg_clue *mg_clue_not_true(
	struct mg_arena *arena, const struct mg_clue *known, const struct mg_expr *condition);

/* Steps that it takes are added to the formula. */
struct mg_known mg_fold(
	const struct mg_clue *known, struct mg_formula *formula, const struct mg_expr *x);

#endif
