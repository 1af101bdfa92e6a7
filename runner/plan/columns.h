/* columns.h: finds the columns that a spec asks for; what kinds need of it stands in check.h. */
#ifndef MG_PLAN_COLUMNS_H
#define MG_PLAN_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/engine.h>
#include <modelgate/error.h>
#include <modelgate/plan.h>

struct mg_arena;

/* A pattern or a type, which may find several columns. */
bool mg_selector_open(const struct mg_selector *s);
/* Does it find any column there, by itself, exceptions too? schema may be NULL. */
bool mg_selector_touches(const struct mg_selector *s, const struct mg_schema *schema);

/* Finds what datasets say of their columns (`redact`, `key`), and what `sql` datasets take from redacted
 * ones; a dataset that names no column, or is made of such a one, gets an error. session NULL: nothing
 * can be followed, and what is made of datasets that redact is redacted whole. */
void mg_columns_settle(struct mg_arena *arena, struct mg_schema *schemas, size_t count,
	const struct mg_engine_ops *ops, struct mg_session *session);

/* Which output columns of a query over the datasets show nothing of a redacted column? */
void mg_columns_harmless(struct mg_arena *arena, const struct mg_schema *schemas, size_t count,
	const struct mg_engine_ops *ops, struct mg_session *session, const char *sql,
	const char *const *outputs, size_t output_count, bool *out);

/* SQL over a dataset whose `redact` finds no column would show what is to be hidden: then its error. */
MG_MUST_USE int mg_columns_check_sql(
	const struct mg_schema *schemas, size_t count, const char *sql, struct mg_error *err);

#endif
