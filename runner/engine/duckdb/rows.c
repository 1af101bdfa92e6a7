/* rows.c: text files as a table function of DuckDB's: our own reader hands over the rows, so that
 * nothing is guessed and nothing dropped. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/duckdb/engine.h"
#include "input/rows.h"

#define FUNCTION "modelgate_rows"
/* The column that tells the index of a row's file, behind all others of datasets that want it. */
#define FILE_COLUMN "file_index"

/* ---- types ---- */

static duckdb_type type_of(enum mg_type_id id)
{
	static const duckdb_type types[] = {
		[MG_TYPE_ID_TEXT] = DUCKDB_TYPE_VARCHAR,
		[MG_TYPE_ID_BOOLEAN] = DUCKDB_TYPE_BOOLEAN,
		[MG_TYPE_ID_TINYINT] = DUCKDB_TYPE_TINYINT,
		[MG_TYPE_ID_SMALLINT] = DUCKDB_TYPE_SMALLINT,
		[MG_TYPE_ID_INTEGER] = DUCKDB_TYPE_INTEGER,
		[MG_TYPE_ID_BIGINT] = DUCKDB_TYPE_BIGINT,
		[MG_TYPE_ID_UTINYINT] = DUCKDB_TYPE_UTINYINT,
		[MG_TYPE_ID_USMALLINT] = DUCKDB_TYPE_USMALLINT,
		[MG_TYPE_ID_UINTEGER] = DUCKDB_TYPE_UINTEGER,
		[MG_TYPE_ID_UBIGINT] = DUCKDB_TYPE_UBIGINT,
		[MG_TYPE_ID_HUGEINT] = DUCKDB_TYPE_HUGEINT,
		[MG_TYPE_ID_DECIMAL] = DUCKDB_TYPE_DECIMAL,
		[MG_TYPE_ID_FLOAT] = DUCKDB_TYPE_FLOAT,
		[MG_TYPE_ID_DOUBLE] = DUCKDB_TYPE_DOUBLE,
		[MG_TYPE_ID_DATE] = DUCKDB_TYPE_DATE,
		[MG_TYPE_ID_TIME] = DUCKDB_TYPE_TIME,
		[MG_TYPE_ID_TIMESTAMP] = DUCKDB_TYPE_TIMESTAMP,
		[MG_TYPE_ID_TIMESTAMP_NS] = DUCKDB_TYPE_TIMESTAMP_NS,
		[MG_TYPE_ID_TIMESTAMP_TZ] = DUCKDB_TYPE_TIMESTAMP_TZ,
		[MG_TYPE_ID_JSON] = DUCKDB_TYPE_VARCHAR,
	};
	return types[id];
}

/* Bytes of a DECIMAL of so many digits, as DuckDB stores it. */
static int decimal_bytes(int width)
{
	return width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16;
}

static void add_column(const struct mg_duckdb_api *api, duckdb_bind_info info, const char *name,
	const struct mg_type *type)
{
	duckdb_logical_type logical = type->id == MG_TYPE_ID_DECIMAL
		? api->create_decimal_type(type->width, type->scale)
		: api->create_logical_type(type_of(type->id));
	if (type->id == MG_TYPE_ID_JSON)
		api->logical_type_set_alias(logical, "JSON");
	api->bind_add_result_column(info, name, logical);
	api->destroy_logical_type(&logical);
}

/* ---- cells into vectors ---- */

struct target {
	const struct mg_duckdb_api *api;
	duckdb_vector vector;
	void *data;
	uint64_t *validity; /* NULL: all valid so far */
};

static void set_null(struct target *t, size_t row)
{
	if (!t->validity) {
		t->api->vector_ensure_validity_writable(t->vector);
		t->validity = t->api->vector_get_validity(t->vector);
	}
	t->validity[row / 64] &= ~(UINT64_C(1) << (row % 64));
}

static void put_text(struct target *t, size_t row, const struct mg_cell_text *cell)
{
	duckdb_string_t *out = (duckdb_string_t *)t->data + row;
	if (cell->len > sizeof(out->value.inlined.inlined)) {
		t->api->vector_assign_string_element_len(t->vector, row, cell->at, cell->len);
		return;
	}
	memset(out, 0, sizeof(*out));
	out->value.inlined.length = (uint32_t)cell->len;
	memcpy(out->value.inlined.inlined, cell->at, cell->len);
}

static void put_decimal(void *data, size_t row, int width, const struct mg_hugeint *value)
{
	switch (decimal_bytes(width)) {
	case 2:
		((int16_t *)data)[row] = (int16_t)value->lower;
		break;
	case 4:
		((int32_t *)data)[row] = (int32_t)value->lower;
		break;
	case 8:
		((int64_t *)data)[row] = (int64_t)value->lower;
		break;
	default:
		((struct mg_hugeint *)data)[row] = *value;
	}
}

static void put_value(
	void *data, size_t row, const struct mg_type *type, const union mg_parsed *value)
{
	switch (type->id) {
	case MG_TYPE_ID_BOOLEAN:
		((bool *)data)[row] = value->boolean;
		break;
	case MG_TYPE_ID_TINYINT:
		((int8_t *)data)[row] = (int8_t)value->integer;
		break;
	case MG_TYPE_ID_SMALLINT:
		((int16_t *)data)[row] = (int16_t)value->integer;
		break;
	case MG_TYPE_ID_INTEGER:
	case MG_TYPE_ID_DATE:
		((int32_t *)data)[row] = (int32_t)value->integer;
		break;
	case MG_TYPE_ID_UTINYINT:
		((uint8_t *)data)[row] = (uint8_t)value->natural;
		break;
	case MG_TYPE_ID_USMALLINT:
		((uint16_t *)data)[row] = (uint16_t)value->natural;
		break;
	case MG_TYPE_ID_UINTEGER:
		((uint32_t *)data)[row] = (uint32_t)value->natural;
		break;
	case MG_TYPE_ID_UBIGINT:
		((uint64_t *)data)[row] = value->natural;
		break;
	case MG_TYPE_ID_HUGEINT:
		((struct mg_hugeint *)data)[row] = value->huge;
		break;
	case MG_TYPE_ID_DECIMAL:
		put_decimal(data, row, type->width, &value->huge);
		break;
	case MG_TYPE_ID_FLOAT:
		((float *)data)[row] = (float)value->real;
		break;
	case MG_TYPE_ID_DOUBLE:
		((double *)data)[row] = value->real;
		break;
	default: /* BIGINT and times */
		((int64_t *)data)[row] = value->integer;
	}
}

/* False when a cell is not of the type, which it was when the file was looked through. */
static bool fill(struct target *t, const struct mg_type *type, char decimal,
	const struct mg_cell_text *cells, size_t rows)
{
	bool text = type->id == MG_TYPE_ID_TEXT || type->id == MG_TYPE_ID_JSON;
	for (size_t row = 0; row < rows; row++) {
		const struct mg_cell_text *cell = &cells[row];
		union mg_parsed value;
		if (!cell->at || (cell->len == 0 && !text))
			set_null(t, row);
		else if (text)
			put_text(t, row, cell);
		else if (mg_value_parse(type, cell->at, cell->len, decimal, &value))
			put_value(t->data, row, type, &value);
		else
			return false;
	}
	return true;
}

/* ---- the function ---- */

struct bound {
	struct mg_engine *engine;
	const struct mg_rows *rows;
	bool tells_file;
};

/* One query's pass over the rows. */
struct scan {
	const struct mg_duckdb_api *api;
	const struct mg_rows *rows;
	struct mg_rows_pass *pass;
	size_t *columns; /* that are wanted */
	size_t *vectors; /* DuckDB's for each of them */
	size_t count;
	size_t file_vector; /* for the index of the file; SIZE_MAX: not wanted */
};

/* What one of its threads holds. */
struct scan_thread {
	struct mg_arena *arena;
	struct mg_rows_reader *reader; /* NULL: not begun */
	struct mg_cell_text **cells;   /* [wanted column][row] */
};

static void free_scan(void *data)
{
	struct scan *scan = data;
	mg_rows_pass_close(scan->pass);
	free(scan->columns);
	free(scan->vectors);
	free(scan);
}

static void free_thread(void *data)
{
	struct scan_thread *thread = data;
	mg_rows_reader_close(thread->reader);
	mg_arena_free(thread->arena);
}

static void bind(duckdb_bind_info info)
{
	struct mg_engine *engine = mg_duckdb_table_engine(info);
	const struct mg_duckdb_api *api = &engine->api;
	duckdb_value value = api->bind_get_parameter(info, 0);
	uint64_t index = api->get_uint64(value);
	api->destroy_value(&value);
	const struct dataset *dataset = index < engine->dataset_count ? &engine->datasets[index]
								      : NULL;
	struct bound *bound = malloc(sizeof(*bound));
	if (!dataset || !dataset->rows || !bound) {
		free(bound);
		api->bind_set_error(info, "there are no such rows");
		return;
	}
	*bound = (struct bound){engine, dataset->rows, dataset->tells_file};
	for (size_t i = 0; i < dataset->rows->column_count; i++)
		add_column(api, info, dataset->own_names[i], &dataset->rows->columns[i].type);
	if (dataset->tells_file)
		add_column(api, info, FILE_COLUMN, &(struct mg_type){.id = MG_TYPE_ID_BIGINT});
	api->bind_set_cardinality(info, dataset->rows->rows, true);
	api->bind_set_bind_data(info, bound, free);
}

static void init(duckdb_init_info info)
{
	const struct bound *bound = mg_duckdb_table_bound(info);
	const struct mg_duckdb_api *api = &bound->engine->api;
	idx_t wanted = api->init_get_column_count(info);
	struct scan *scan = mg_zeroed(1, sizeof(*scan));
	size_t *columns = mg_zeroed(wanted, sizeof(*columns));
	size_t *vectors = mg_zeroed(wanted, sizeof(*vectors));
	*scan = (struct scan){.api = api,
		.rows = bound->rows,
		.columns = columns,
		.vectors = vectors,
		.file_vector = SIZE_MAX};
	for (idx_t i = 0; i < wanted; i++) {
		idx_t column = api->init_get_column_index(info, i);
		/* Beyond the columns: DuckDB only counts rows. */
		if (bound->tells_file && column == bound->rows->column_count)
			scan->file_vector = i;
		if (column >= bound->rows->column_count)
			continue;
		columns[scan->count] = column;
		vectors[scan->count++] = i;
	}
	scan->pass = mg_rows_pass_open(bound->rows, columns, scan->count);
	api->init_set_init_data(info, scan, free_scan);
	api->init_set_max_threads(info, (idx_t)bound->engine->threads);
}

static void init_thread(duckdb_init_info info)
{
	const struct bound *bound = mg_duckdb_table_bound(info);
	struct mg_arena *arena = mg_arena_new();
	struct scan_thread *thread = mg_alloc(arena, sizeof(*thread));
	thread->arena = arena; /* it lives in it */
	bound->engine->api.init_set_init_data(info, thread, free_thread);
}

static void begin(const struct scan *scan, struct scan_thread *thread)
{
	thread->reader = mg_rows_reader_open(scan->pass);
	thread->cells = mg_alloc_array(thread->arena, scan->count, sizeof(*thread->cells));
	for (size_t i = 0; i < scan->count; i++)
		thread->cells[i] = mg_alloc_array(
			thread->arena, MG_ROWS_BATCH, sizeof(**thread->cells));
}

static void read_chunk(duckdb_function_info info, duckdb_data_chunk chunk)
{
	const struct scan *scan = mg_duckdb_table_begun(info);
	const struct mg_duckdb_api *api = scan->api;
	struct scan_thread *thread = api->function_get_local_init_data(info);
	struct mg_error err = {0};
	size_t rows = 0;
	if (!thread->reader)
		begin(scan, thread);
	if (mg_rows_read(thread->reader, thread->cells, &rows, &err) != MG_OK) {
		api->function_set_error(info, err.text);
		return;
	}
	const char *decimal = scan->rows->data->csv.decimal;
	for (size_t i = 0; i < scan->count && rows; i++) {
		const struct mg_rows_column *column = &scan->rows->columns[scan->columns[i]];
		struct target target = {.api = api};
		target.vector = api->data_chunk_get_vector(chunk, scan->vectors[i]);
		target.data = api->vector_get_data(target.vector);
		if (fill(&target, &column->type, decimal ? *decimal : '.', thread->cells[i], rows))
			continue;
		api->function_set_error(info, "the file changed while it was read");
		return;
	}
	if (scan->file_vector != SIZE_MAX) {
		int64_t *files = api->vector_get_data(
			api->data_chunk_get_vector(chunk, scan->file_vector));
		for (size_t row = 0; row < rows; row++)
			files[row] = (int64_t)mg_rows_reader_file(thread->reader);
	}
	api->data_chunk_set_size(chunk, rows);
}

int mg_duckdb_rows_register(struct mg_engine *engine, struct mg_error *err)
{
	return mg_duckdb_add_table_function(engine,
		&(struct mg_duckdb_table_function){.name = FUNCTION,
			.bind = bind,
			.init = init,
			.init_thread = init_thread,
			.read = read_chunk,
			.chooses_columns = true},
		err);
}

/* ---- a dataset ---- */

static bool stop_asked(const void *context)
{
	const struct mg_session *session = context;
	return atomic_load(&session->cancelled);
}

int mg_duckdb_rows_open(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_stop stop = {stop_asked, session};
	const struct mg_rows_options options = {
		.threads = engine->threads, .stop = &stop, .folders = &dataset->folders};
	struct mg_rows *rows = NULL;
	if (mg_rows_scan(engine->arena, dataset->data, dataset->sources, dataset->file_count,
		    &options, &rows, err) != MG_OK)
		return mg_fail_in(err, "data '%s'", dataset->data->name);
	const char **names = mg_alloc_array(engine->arena, rows->column_count, sizeof(*names));
	for (size_t i = 0; i < rows->column_count; i++)
		names[i] = rows->columns[i].name;
	bool differ = false;
	dataset->names = names;
	dataset->name_count = rows->column_count;
	dataset->own_names = mg_duckdb_own_names(engine->arena, names, rows->column_count, &differ);
	dataset->rows = rows;
	dataset->read = mg_printf(
		engine->arena, FUNCTION "(%zu::UBIGINT)", (size_t)(dataset - engine->datasets));
	return MG_OK;
}
