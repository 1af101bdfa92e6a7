/* freq.c: a query for frequency tables: its rows are gathered, checked and finished. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/duckdb/freq.h"
#include "engine/freq_rounded.h"
#include "engine/sql/dialect.h"
#include "stats/freq.h"

enum { DEFAULT_ENTRIES = 1 << 16 };

static void start_run(struct mg_freq_run *run)
{
	pthread_mutex_init(&run->lock, NULL);
	mg_duckdb_ticket_take(run->engine, &run->ticket, MG_TICKET_FREQ);
}

static void end_run(struct mg_freq_run *run)
{
	mg_duckdb_ticket_return(run->engine, &run->ticket);
	while (run->sinks) {
		struct mg_freq_sink *sink = run->sinks;
		run->sinks = sink->next;
		mg_freq_sink_free(sink);
	}
	pthread_mutex_destroy(&run->lock);
}

/* Every row must have come by: a guard against an optimizer that knows better. */
static int check_delivered(
	const struct mg_freq_run *run, const struct mg_table *table, struct mg_error *err)
{
	int64_t delivered = 0;
	for (const struct mg_freq_sink *s = run->sinks; s; s = s->next)
		delivered += s->delivered;
	if (table->rows != 1 || table->cells[0].integer != delivered)
		return mg_fail(err, MG_EENGINE, "DuckDB counted %lld rows but handed over %lld",
			table->rows ? (long long)table->cells[0].integer : 0LL,
			(long long)delivered);
	return MG_OK;
}

/* Tables hold DOUBLEs: numbers that differ must not become one. Where some have so many digits that they
 * might, they are looked at one by one. */
static int check_rounded(struct mg_session *session, const struct mg_query *query,
	const struct mg_table *table, struct mg_error *err)
{
	if (!table->rows || table->cells[1].integer == 0)
		return MG_OK;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const struct mg_query *count = mg_freq_rounded_query(arena, query);
	struct mg_table rounded;
	MG_TRY(mg_engine_duckdb.query(session, count, arena, &rounded, NULL, err));
	return mg_freq_check_rounded(query, &rounded, err);
}

/* The last two columns, where they were asked for. */
static void read_span(
	const struct mg_query *query, const struct mg_table *table, struct mg_freq_set *out)
{
	const struct mg_cell *least = &table->cells[table->columns - 2], *greatest = least + 1;
	out->spans = query->spanned && least->type == MG_CELL_INTEGER &&
		greatest->type == MG_CELL_INTEGER;
	if (!out->spans)
		return;
	out->least = least->integer;
	out->greatest = greatest->integer;
}

/* *span: has of the set what it is about the span. */
static int run_query(struct mg_session *session, const struct mg_query *query,
	struct mg_freq_run *run, struct mg_freq_set *span, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char *before = mg_printf(arena,
		"SELECT count(modelgate_freq%s%s%s(%llu, \"v\"%s%s))%s%s FROM (",
		query->group || query->slice ? "_" : "", query->group ? "g" : "",
		query->slice ? "s" : "", (unsigned long long)run->ticket.number,
		query->group ? ", \"g\"" : "", query->slice ? ", \"s\"" : "",
		mg_dialect_may_round(query->value)
			? ", CAST(coalesce(count_if(\"r\"), 0) AS BIGINT)"
			: ", CAST(0 AS BIGINT)",
		query->spanned ? ", min(\"w\"), max(\"w\")" : "");
	duckdb_prepared_statement statement = NULL;
	duckdb_result result;
	struct mg_table table;
	MG_TRY(mg_duckdb_start(session, query, before, ") AS q", &statement, err));
	int code = mg_duckdb_execute(session, statement, &result, err);
	engine->api.destroy_prepare(&statement);
	if (code != MG_OK && atomic_load(&run->too_many))
		return mg_fail(err, MG_ELIMIT,
			"data '%s' has more than %d slices here; slice by a column with fewer "
			"values, or name each slice with a `where`",
			query->source.data->name, MG_SLICES_MAX);
	MG_TRY(code);
	code = mg_duckdb_decode(engine, &result, arena, &table, NULL, err);
	engine->api.destroy_result(&result);
	MG_TRY(code);
	MG_TRY(check_rounded(session, query, &table, err));
	MG_TRY(check_delivered(run, &table, err));
	read_span(query, &table, span);
	return MG_OK;
}

int mg_duckdb_freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	struct mg_freq_run run = {.engine = session->engine,
		.sliced = query->slice != NULL,
		.group_count = query->group && query->group_count > 0 ? (size_t)query->group_count
								      : 1,
		.ranges = ranges,
		.range_count = range_count,
		.max_entries = max_entries ? max_entries : DEFAULT_ENTRIES};
	struct mg_freq_set span = {0};
	start_run(&run);
	int code = run_query(session, query, &run, &span, err);
	if (code == MG_OK) {
		mg_freq_run_finish(&run, &session->cancelled, arena, out);
		out->spans = span.spans;
		out->least = span.least;
		out->greatest = span.greatest;
	}
	end_run(&run);
	if (code == MG_OK && atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	return code;
}
