/* dialect_write.h: what the parts of the dialect share: a writer that remembers its first error. */
#ifndef MG_ENGINE_SQL_DIALECT_WRITE_H
#define MG_ENGINE_SQL_DIALECT_WRITE_H

#include "engine/sql/dialect.h"

struct mg_writer {
	const struct mg_dialect *d;
	struct mg_arena *arena;
	struct mg_error *err;
	int code; /* of the first thing that went wrong; what is written after it is of no use */
};

const char *mg_write_expr(struct mg_writer *w, const struct mg_expr *x);
/* Condition: x, of which mg_dialect_may_round, has so many digits that it need not be its REAL. Costs
 * next to nothing, other than MG_FN_ROUNDED, which knows. */
const char *mg_write_may_round(struct mg_writer *w, const struct mg_expr *x);
/* A form (see struct mg_dialect) with its arguments put in. */
const char *mg_write_form(struct mg_writer *w, const char *form, const char *const *args, size_t n);

#endif
