/* freq_tables.h: rows of GROUP BY statements become frequency tables. */
#ifndef MG_ENGINE_SQL_FREQ_TABLES_H
#define MG_ENGINE_SQL_FREQ_TABLES_H

#include <modelgate/engine.h>

/* Columns: slice (TEXT), group (INTEGER), as far as there are; then value (REAL) and rows; or bucket (INTEGER), rows,
 * least and greatest value, and their sum. In any order. */
struct mg_freq_rows {
	const struct mg_table *table;
	bool sliced, grouped, bucketed;
	bool ranges; /* only values within ranges are wanted: others are NULL, and no rows */
	size_t group_count;
};

/* A row of NULL or NaN counts as such; rows of no group are dropped ones of their slice. */
void mg_freq_tables(
	const struct mg_freq_rows *rows, struct mg_arena *arena, struct mg_freq_set *out);
/* The most rows that have their first `key_count` columns in common. */
size_t mg_freq_tables_longest(const struct mg_table *table, size_t key_count);

#endif
