/* samples.c: the first failing rows of many checks in one pass. DuckDB gathers rows that fail any of
 * them; the first of each check are picked here. Only what was picked is made text, by a second
 * statement, to which a table function of ours hands these rows. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

#define FUNCTION "modelgate_picked"

enum { MOST_CELLS = 500000 }; /* of one statement that makes text */

/* One row of those that were gathered. */
struct place {
	size_t chunk, row;
};

/* What is read of one chunk. */
struct gathered {
	duckdb_data_chunk chunk;
	size_t rows;
	const void **values; /* by column: what it is ordered by */
	const uint64_t **valid;
	const bool **fails; /* by part */
	const uint64_t **fails_valid;
};

/* One query being picked from. */
struct mg_sample_run {
	struct mg_duckdb_ticket ticket;
	struct mg_engine *engine;
	duckdb_result *result;
	const struct mg_query *query;
	size_t columns;             /* of the rows */
	mg_duckdb_compare *compare; /* by column */
	size_t *ordered_by; /* by column: the one of the result whose values tell its order */
	size_t **numbers;   /* by part and its column: which of these columns it is */
	bool *masked;       /* by column */
	struct gathered *chunks;
	size_t chunk_count, chunk_capacity, rows;
	struct place *picked; /* of all parts, one part after the other */
	size_t *counts;       /* by part */
	size_t total;
	size_t from, to; /* of the picked rows: what the function hands over */
};

/* NULLs come last. */
static bool comes_before(
	const struct mg_sample_run *run, size_t part, struct place a, struct place b)
{
	const struct gathered *x = &run->chunks[a.chunk], *y = &run->chunks[b.chunk];
	for (size_t i = 0; i < run->query->parts[part]->column_count; i++) {
		size_t column = run->numbers[part][i];
		bool x_valid = mg_duckdb_is_valid(x->valid[column], a.row);
		bool y_valid = mg_duckdb_is_valid(y->valid[column], b.row);
		int order = x_valid && y_valid
			? run->compare[column](x->values[column], a.row, y->values[column], b.row)
			: x_valid ? -1
				  : y_valid;
		if (order)
			return order < 0;
	}
	return false;
}

/* ---- picking ---- */

/* Puts a row where it belongs among the first ones of a part, if it does. */
static void offer(
	const struct mg_sample_run *run, size_t part, struct place *first, struct place row)
{
	size_t most = (size_t)run->query->parts[part]->limit, *count = &run->counts[part];
	size_t at = *count;
	if (at == most && !comes_before(run, part, row, first[most - 1]))
		return;
	at = at < most ? at : most - 1;
	for (; at > 0 && comes_before(run, part, row, first[at - 1]); at--)
		first[at] = first[at - 1];
	first[at] = row;
	*count += *count < most;
}

static void pick(struct mg_sample_run *run)
{
	for (size_t part = 0; part < run->query->part_count; part++) {
		struct place *first = run->picked + run->total;
		for (size_t c = 0; c < run->chunk_count; c++) {
			const struct gathered *chunk = &run->chunks[c];
			for (size_t row = 0; row < chunk->rows; row++)
				/* under a NULL lies anything, also what is no bool */
				if (mg_duckdb_is_valid(chunk->fails_valid[part], row) &&
					chunk->fails[part][row])
					offer(run, part, first, (struct place){c, row});
		}
		run->total += run->counts[part];
	}
}

/* ---- gathering ---- */

static void fetch(struct mg_sample_run *run, struct mg_arena *arena)
{
	const struct mg_duckdb_api *api = &run->engine->api;
	size_t parts = run->query->part_count;
	for (duckdb_data_chunk chunk; (chunk = api->fetch_chunk(*run->result)) != NULL;) {
		run->chunks = mg_grow(arena, run->chunks, run->chunk_count, &run->chunk_capacity,
			sizeof(*run->chunks));
		struct gathered *g = &run->chunks[run->chunk_count++];
		*g = (struct gathered){.chunk = chunk, .rows = api->data_chunk_get_size(chunk)};
		g->values = mg_alloc_array(arena, run->columns, sizeof(*g->values));
		g->valid = mg_alloc_array(arena, run->columns, sizeof(*g->valid));
		g->fails = mg_alloc_array(arena, parts, sizeof(*g->fails));
		g->fails_valid = mg_alloc_array(arena, parts, sizeof(*g->fails_valid));
		for (size_t i = 0; i < run->columns; i++) {
			duckdb_vector values = api->data_chunk_get_vector(
				chunk, run->ordered_by[i]);
			g->values[i] = api->vector_get_data(values);
			g->valid[i] = api->vector_get_validity(values);
		}
		for (size_t i = 0; i < parts; i++) {
			duckdb_vector flags = api->data_chunk_get_vector(chunk, run->columns + i);
			g->fails[i] = api->vector_get_data(flags);
			g->fails_valid[i] = api->vector_get_validity(flags);
		}
		run->rows += g->rows;
	}
}

/* Which of the gathered columns each part has. */
static void number_columns(struct mg_sample_run *run, struct mg_arena *arena)
{
	struct mg_map columns;
	const struct mg_query *q = run->query;
	size_t most = 0;
	mg_dialect_sampled(q, arena, &columns);
	run->columns = columns.count;
	run->numbers = mg_alloc_array(arena, q->part_count, sizeof(*run->numbers));
	run->masked = mg_alloc_array(arena, run->columns, sizeof(*run->masked));
	run->counts = mg_alloc_array(arena, q->part_count, sizeof(*run->counts));
	for (size_t i = 0; i < q->part_count; i++) {
		const struct mg_query *part = q->parts[i];
		run->numbers[i] = mg_alloc_array(arena, part->column_count, sizeof(**run->numbers));
		for (size_t c = 0; c < part->column_count; c++) {
			size_t at = (size_t)(uintptr_t)mg_map_get(&columns, part->columns[c]) - 1;
			run->numbers[i][c] = at;
			run->masked[at] |= part->masked && part->masked[c];
		}
		most += (size_t)part->limit;
	}
	run->picked = mg_alloc_array(arena, most, sizeof(*run->picked));
}

/* ---- the function that hands over picked rows ---- */

struct reading {
	const struct mg_sample_run *run;
	size_t next; /* of the picked rows */
};

static void bind(duckdb_bind_info info)
{
	struct mg_engine *engine = mg_duckdb_table_engine(info);
	const struct mg_duckdb_api *api = &engine->api;
	duckdb_value value = api->bind_get_parameter(info, 0);
	struct mg_sample_run *run = mg_duckdb_ticket_find(
		engine, MG_TICKET_SAMPLES, api->get_uint64(value));
	api->destroy_value(&value);
	if (!run) {
		api->bind_set_error(info, "not for use in SQL");
		return;
	}
	for (size_t i = 0; i < run->columns; i++) {
		duckdb_logical_type type = api->column_logical_type(run->result, i);
		api->bind_add_result_column(info, api->column_name(run->result, i), type);
		api->destroy_logical_type(&type);
	}
	api->bind_set_bind_data(info, run, NULL);
}

static void init(duckdb_init_info info)
{
	const struct mg_sample_run *run = mg_duckdb_table_bound(info);
	struct reading *reading = mg_zeroed(1, sizeof(*reading));
	*reading = (struct reading){.run = run, .next = run->from};
	run->engine->api.init_set_init_data(info, reading, free);
	run->engine->api.init_set_max_threads(info, 1);
}

static void hand_over(duckdb_function_info info, duckdb_data_chunk chunk)
{
	struct reading *reading = mg_duckdb_table_begun(info);
	const struct mg_sample_run *run = reading->run;
	const struct mg_duckdb_api *api = &run->engine->api;
	size_t rows = run->to - reading->next;
	if (rows > api->vector_size())
		rows = api->vector_size();
	duckdb_selection_vector one = api->create_selection_vector(1);
	for (size_t row = 0; row < rows; row++) {
		struct place place = run->picked[reading->next + row];
		*api->selection_vector_get_data_ptr(one) = (sel_t)place.row;
		for (size_t i = 0; i < run->columns; i++)
			api->vector_copy_sel(
				api->data_chunk_get_vector(run->chunks[place.chunk].chunk, i),
				api->data_chunk_get_vector(chunk, i), one, 1, 0, row);
	}
	api->destroy_selection_vector(one);
	reading->next += rows;
	api->data_chunk_set_size(chunk, rows);
}

int mg_duckdb_samples_register(struct mg_engine *engine, struct mg_error *err)
{
	return mg_duckdb_add_table_function(engine,
		&(struct mg_duckdb_table_function){
			.name = FUNCTION, .bind = bind, .init = init, .read = hand_over},
		err);
}

/* ---- the answer ---- */

/* The picked rows from `from` to `to` as text, into `texts`. */
static int make_text(struct mg_sample_run *run, struct mg_session *session, struct mg_arena *arena,
	struct mg_cell *texts, struct mg_error *err)
{
	struct mg_text sql;
	struct mg_table table;
	duckdb_result result;
	mg_text_init(&sql, arena);
	for (size_t i = 0; i < run->columns; i++) {
		const char *column = mg_printf(arena, "c%zu", i);
		mg_text_addf(&sql, "%sCAST(%s AS VARCHAR)", i ? ", " : "SELECT ",
			run->masked[i] ? mg_dialect_masked(arena, column) : column);
	}
	mg_text_addf(
		&sql, " FROM " FUNCTION "(%llu::UBIGINT)", (unsigned long long)run->ticket.number);
	MG_TRY(mg_duckdb_run(
		run->engine, session->con, sql.data, &session->cancelled, &result, err));
	int code = mg_duckdb_decode(run->engine, &result, arena, &table, NULL, err);
	run->engine->api.destroy_result(&result);
	MG_TRY(code);
	if (table.rows != run->to - run->from)
		return mg_fail(err, MG_EENGINE, "the engine lost rows that were picked");
	memcpy(texts, table.cells, table.rows * table.columns * sizeof(*texts));
	return MG_OK;
}

/* What SQL of engines without sort keys answers: see MG_QUERY_SAMPLES. */
static void answer(const struct mg_sample_run *run, const struct mg_cell *texts,
	struct mg_arena *arena, struct mg_table *out)
{
	enum { PART, POSITION, BEFORE_COLUMNS };
	size_t width = 0, row = 0;
	for (size_t i = 0; i < run->query->part_count; i++)
		if (run->query->parts[i]->column_count > width)
			width = run->query->parts[i]->column_count;
	width += BEFORE_COLUMNS;
	struct mg_cell *cell = mg_alloc_array(arena, (run->total + 1) * width, sizeof(*cell));
	*out = (struct mg_table){.cells = cell, .rows = run->total + 1, .columns = width};
	cell[PART] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = -1};
	cell[POSITION] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = (int64_t)run->rows};
	for (size_t part = 0; part < run->query->part_count; part++)
		for (size_t i = 0; i < run->counts[part]; i++) {
			const struct mg_cell *text = &texts[row++ * run->columns];
			cell += width;
			cell[PART] = (struct mg_cell){
				.type = MG_CELL_INTEGER, .integer = (int64_t)part};
			cell[POSITION] = (struct mg_cell){
				.type = MG_CELL_INTEGER, .integer = (int64_t)i + 1};
			for (size_t c = 0; c < run->query->parts[part]->column_count; c++)
				cell[BEFORE_COLUMNS + c] = text[run->numbers[part][c]];
		}
}

static int pick_and_show(struct mg_sample_run *run, struct mg_session *session,
	struct mg_arena *arena, struct mg_table *out, struct mg_error *err)
{
	fetch(run, arena);
	pick(run);
	struct mg_cell *texts = mg_alloc_array(arena, run->total * run->columns, sizeof(*texts));
	size_t most = MOST_CELLS / (run->columns + 1) + 1;
	int code = MG_OK;
	mg_duckdb_ticket_take(run->engine, &run->ticket, MG_TICKET_SAMPLES);
	for (run->from = 0; run->from < run->total && code == MG_OK; run->from = run->to) {
		run->to = run->total - run->from < most ? run->total : run->from + most;
		code = make_text(run, session, arena, texts + run->from * run->columns, err);
	}
	mg_duckdb_ticket_return(run->engine, &run->ticket);
	for (size_t i = 0; i < run->chunk_count; i++)
		run->engine->api.destroy_data_chunk(&run->chunks[i].chunk);
	MG_TRY(code);
	answer(run, texts, arena, out);
	return MG_OK;
}

/* Gathers the rows, with a sort key behind all else for each column whose order it takes to tell. */
static int start(struct mg_sample_run *run, struct mg_session *session, struct mg_arena *arena,
	duckdb_prepared_statement *out, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &run->engine->api;
	duckdb_prepared_statement statement = NULL;
	struct mg_text before;
	size_t next = run->columns + run->query->part_count;
	mg_text_init(&before, arena);
	MG_TRY(mg_duckdb_start(session, run->query, NULL, NULL, &statement, err));
	run->compare = mg_alloc_array(arena, run->columns, sizeof(*run->compare));
	run->ordered_by = mg_alloc_array(arena, run->columns, sizeof(*run->ordered_by));
	for (size_t i = 0; i < run->columns; i++) {
		run->ordered_by[i] = i;
		run->compare[i] = mg_duckdb_compare_of(
			api->prepared_statement_column_type(statement, i));
		if (run->compare[i])
			continue;
		mg_text_addf(&before, ", create_sort_key(c%zu, 'ASC NULLS LAST')", i);
		run->compare[i] = mg_duckdb_compare_of(DUCKDB_TYPE_BLOB);
		run->ordered_by[i] = next++;
	}
	*out = statement;
	if (!before.len)
		return MG_OK;
	api->destroy_prepare(&statement);
	return mg_duckdb_start(session, run->query,
		mg_printf(arena, "SELECT *%s FROM (", before.data), ")", out, err);
}

/* Does it cost little to look for few rows of one condition, and then of the next? Parquet tells what its
 * row groups hold, and rows that are not found are not decoded. Of a small file a second statement's
 * way through the planner costs more. */
static bool reads_apart(const struct dataset *dataset)
{
	enum { LEAST_BYTES = 32 << 20 };
	return dataset && dataset->data->path && !dataset->data->where && !dataset->slow &&
		!dataset->bare && dataset->bytes >= LEAST_BYTES;
}

int mg_duckdb_samples(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	duckdb_prepared_statement statement = NULL;
	duckdb_result result;
	struct mg_query own = *query;
	own.few = query->few && reads_apart(mg_duckdb_find(engine, query->source.data));
	struct mg_sample_run run = {.engine = engine, .result = &result, .query = &own};
	number_columns(&run, arena);
	MG_TRY(start(&run, session, arena, &statement, err));
	int code = mg_duckdb_execute(session, statement, &result, err);
	engine->api.destroy_prepare(&statement);
	MG_TRY(code);
	code = pick_and_show(&run, session, arena, out, err);
	engine->api.destroy_result(&result);
	MG_TRY(code);
	*out_columns = NULL; /* each part has its own */
	return MG_OK;
}
