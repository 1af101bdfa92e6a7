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

/* A list of `columns` for all of a dataset but its key, its dates and times, and what a task of the spec
 * calls label, prediction or score: "[\"*\", {except: [id, day, p_late]}]". */
const char *mg_columns_all_words(
	struct mg_arena *arena, const struct mg_spec *spec, const struct mg_schema *schema);

/* Finds what datasets say of their columns (`redact`, `key`), and what `sql` datasets take from redacted
 * ones; a dataset that names no column, or is made of such a one, gets an error. session NULL: nothing
 * can be followed, and what is made of datasets that redact is redacted whole. */
void mg_columns_settle(struct mg_arena *arena, struct mg_schema *schemas, size_t count,
	const struct mg_engine_ops *ops, struct mg_session *session);

#endif
