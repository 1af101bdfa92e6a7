/* freq_sql.h: frequency tables for engines that speak SQL only: few rows cross, however many there are. */
#ifndef MG_ENGINE_SQL_FREQ_SQL_H
#define MG_ENGINE_SQL_FREQ_SQL_H

#include <stddef.h>

#include <modelgate/engine.h>

#include "engine/sql/dialect.h"

/* Runs one SELECT over the datasets, named as tables, and gives its rows: BIGINT, DOUBLE and text as they are. */
typedef int mg_sql_ask(void *context, const char *sql, struct mg_arena *arena, struct mg_table *out,
	struct mg_error *err);

/*
 * As mg_engine_ops.freq says. Two statements, and one for each refinement:
 *
 * 1. per slice and group: how many rows, NULLs, NaNs, and from where to where the numbers lie;
 * 2. a GROUP BY of the value itself when the rows are few, else of a bucket: a whole number that grows with the
 *    value, evenly spread over the magnitudes that occur, or evenly over each of the ranges.
 *
 * Each bucket comes with its least and greatest value, number of rows and sum, so the tables are right whatever
 * the engine's arithmetic makes of the bucket's formula: buckets that overlap become one. MG_EENGINE when the
 * two statements saw different rows. MG_ELIMIT: values that differ are one DOUBLE, or there are too many slices.
 */
MG_MUST_USE int mg_freq_sql(const struct mg_dialect *dialect, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries, mg_sql_ask *ask,
	void *context, struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err);

#endif
