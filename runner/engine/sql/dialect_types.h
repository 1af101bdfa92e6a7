/* dialect_types.h: what functions take and give, and what an expression is: all that can be told
 * without the engine. */
#ifndef MG_ENGINE_SQL_DIALECT_TYPES_H
#define MG_ENGINE_SQL_DIALECT_TYPES_H

#include <stdbool.h>

#include <modelgate/plan.h>

#include "engine/sql/dialect.h"

/* What a function wants its arguments to be. */
enum mg_wants {
	MG_WANTS_AS_IS,
	MG_WANTS_REAL,
	MG_WANTS_FINITE,
	MG_WANTS_TEXT,
	MG_WANTS_SAME,    /* whole numbers when all are, else REAL */
	MG_WANTS_NUMBERS, /* REAL when one of them is, else as they are */
	MG_WANTS_MOMENT,  /* a point in time */
};

struct mg_fn_shape {
	const char *form;  /* the common one; see dialect.h */
	const char *infix; /* instead of a form: any number of arguments, this between them */
	enum mg_wants wants;
	enum mg_column_type gives; /* ANY: what its arguments are */
};

extern const struct mg_fn_shape mg_fn_shapes[MG_DIALECT_FNS];

bool mg_x_is_call(const struct mg_expr *x, enum mg_fn fn);
/* One of < <= > >=. */
bool mg_x_is_comparison(const struct mg_expr *x);
/* What it is; ANY when that cannot be told. */
enum mg_column_type mg_x_value_type(const struct mg_expr *x);
/* Is its SQL a DOUBLE already? (A REAL column may be FLOAT or DECIMAL.) */
bool mg_x_is_double(const struct mg_expr *x);
/* Is it a whole number or a decimal, which have neither NaN nor infinities? */
bool mg_x_is_exact(const struct mg_expr *x);
bool mg_x_may_be_nan(const struct mg_expr *x);
/* May it be infinite or NaN? */
bool mg_x_may_be_wild(const struct mg_expr *x);
/* Is it certainly above 0, or NaN? */
bool mg_x_is_positive(const struct mg_expr *x);
/* The column or literal whose type the expression's own number is of; NULL when that is not known. */
const struct mg_expr *mg_x_holder(const struct mg_expr *x);

#endif
