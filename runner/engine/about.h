/* about.h: what engines share when they say what a connection is. */
#ifndef MG_ENGINE_ABOUT_H
#define MG_ENGINE_ABOUT_H

#include <modelgate/engine.h>

/* Lists the spec's tables of the connection in out; nothing is known of them yet. */
void mg_about_list_tables(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_connection *connection, struct mg_about *out);

/* Takes a failure as the table's problem and gives MG_OK, so that the next is looked at; a cancel stays one. */
MG_MUST_USE int mg_about_table_problem(struct mg_arena *arena, int code,
	const struct mg_error *failure, struct mg_about_table *table, struct mg_error *err);

#endif
