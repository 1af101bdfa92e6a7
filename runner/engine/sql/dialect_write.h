/* dialect_write.h: what the parts of the dialect share: a writer that remembers its first error. */
#ifndef MG_ENGINE_SQL_DIALECT_WRITE_H
#define MG_ENGINE_SQL_DIALECT_WRITE_H

#include <stdint.h>

#include "engine/sql/dialect.h"

struct mg_writer {
	const struct mg_dialect *d;
	struct mg_arena *arena;
	struct mg_error *err;
	int code; /* of the first thing that went wrong; what is written after it is of no use */
};

const char *mg_write_expr(struct mg_writer *w, const struct mg_expr *x);
/* A form (see struct mg_dialect) with its arguments put in. */
const char *mg_write_form(struct mg_writer *w, const char *form, const char *const *args, size_t n);
const char *mg_write_cast(struct mg_writer *w, const char *sql, const char *type);

/* dialect_calls.c */
const char *mg_write_call(struct mg_writer *w, const struct mg_expr *x);

/* dialect_numbers.c: literals, and numbers as what they are wanted to be. */
const char *mg_write_real(struct mg_writer *w, double v);
const char *mg_write_integer(struct mg_writer *w, int64_t v);
/* x, whose SQL is `sql`, as DOUBLE. */
const char *mg_write_as_real(struct mg_writer *w, const struct mg_expr *x, const char *sql);
/* A whole-number column in a type in which sums and products do not overflow early. */
const char *mg_write_widened(struct mg_writer *w, const struct mg_expr *column, const char *sql);
/* As text, with every digit. */
const char *mg_write_exact_text(struct mg_writer *w, const struct mg_expr *x);
/* Condition: the number is another than its DOUBLE. */
const char *mg_write_rounded(struct mg_writer *w, const struct mg_expr *x);
/* Condition: x, of which mg_dialect_may_round, has so many digits that it need not be its REAL. Costs
 * next to nothing, other than mg_write_rounded, which knows. */
const char *mg_write_may_round(struct mg_writer *w, const struct mg_expr *x);

/* dialect_query.c: what queries are made of. */
/* SQL cast to the type of outputs. */
const char *mg_write_output(struct mg_writer *w, const char *sql, enum mg_cell_type as);
/* The name in quotes; "k0", "k1", ... */
const char *mg_write_name(struct mg_writer *w, const char *text);
const char *mg_write_numbered(struct mg_writer *w, const char *letter, size_t i);
/* "k0", "k1", ... of `letter`, with text before, after and between the names. */
const char *mg_write_each(struct mg_writer *w, size_t n, const char *before, const char *letter,
	const char *after, const char *between);
/* SQL of the spec, checked, between parentheses. */
const char *mg_write_piece(struct mg_writer *w, const char *sql);
/* ` FROM "data" WHERE a AND b`, with `extra` as one more condition (or NULL). */
const char *mg_write_from(struct mg_writer *w, const struct mg_source *source, const char *extra);
/* The keys as k0, k1, ..., the slice, if any, as s, and their number of rows as n. */
const char *mg_write_key_groups(struct mg_writer *w, const struct mg_query *q);
/* Each row's key joined with the values of `other` as o: o is NULL where it is not found. */
const char *mg_write_joined(struct mg_writer *w, const struct mg_query *q);

/* dialect_sample.c: failing rows. */
void mg_write_sample(struct mg_writer *w, const struct mg_query *q, struct mg_text *out);
void mg_write_samples(struct mg_writer *w, const struct mg_query *q, struct mg_text *out);
void mg_write_sample_keys(struct mg_writer *w, const struct mg_query *q, struct mg_text *out);
void mg_write_sample_orphans(struct mg_writer *w, const struct mg_query *q, struct mg_text *out);
void mg_write_sample_sql(struct mg_writer *w, const struct mg_query *q, struct mg_text *out);

#endif
