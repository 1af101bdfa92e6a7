/* freq_sql.h: frequency tables of an engine that only speaks SQL, by GROUP BY statements. */
#ifndef MG_ENGINE_SQL_FREQ_SQL_H
#define MG_ENGINE_SQL_FREQ_SQL_H

#include <modelgate/engine.h>

#include "engine/sql/dialect.h"

/* Rows that the statements of one query return at most, give or take a few; slices may need more. */
#define MG_SQL_FREQ_ROWS 5000

struct mg_sql_freq {
	const struct mg_dialect *dialect;
	/* Runs one SELECT of ours over the datasets of `query`, and decodes its cells. */
	int (*run)(void *context, const char *sql, struct mg_arena *arena, struct mg_table *out,
		struct mg_error *err);
	void *context;
};

/*
 * What freq() of engine.h gives. Exact where the values are few. Else in buckets, whose borders are powers of
 * two with steps between (all values), or equal steps (ranges); they come with the least and the greatest
 * value in them. Buckets that overlap, since an engine's logarithm is not exact, become one.
 */
MG_MUST_USE int mg_sql_freq(const struct mg_sql_freq *how, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err);

#endif
