/* memory.c: what a query is expected to take: rows that are decoded, and what is held until it is answered.
 *
 * Rows are known before: Parquet's footers and the first look at text files count them. What conditions keep
 * and how many values differ is not, so what is held is "at most"; Parquet's sizes bound it where a column
 * repeats few values. docs/engine.md, "Memory", says how well this fits. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

enum {
	/* key_lists.c: 8 bytes in chunks, of which the last of each part is half empty. */
	HASH_BYTES = 9,
	/* freq_gather.c: a DOUBLE, and as much again while it is sorted. */
	VALUE_BYTES = 16,
	/* Beside the group's texts. Measured: 66 bytes on 1 million texts of 26 bytes, DuckDB 1.5.5. */
	GROUP_BYTES = 64,
	/* A pair's group has two values and two counts besides. Measured: 100 bytes a row of either side. */
	PAIR_BYTES = GROUP_BYTES + 4 * 8,
	/* input/window.c: 1 MB of text, its cells, and DuckDB's vectors of them. Measured: 6 MB a thread. */
	TEXT_READER_BYTES = 6 << 20,
	/* DuckDB writes a column of a row group as one page, which is decoded whole; others write pages of 1 MB,
	 * of which few are there at a time. Measured: 200,000 texts of 2 kB take 360 MB, or 12 MB. */
	PAGES_BYTES = 4 << 20,
	/* The least that a value takes in Parquet: a number, or a text with its length. */
	PARQUET_VALUE_BYTES = 4,
	/* What DuckDB takes of its memory for itself. Measured: 5 MB with nothing read, twice that at work. */
	ENGINE_BYTES = 10 << 20,
	/* Files whose footers are read: nobody can stop it, so it must not take long. */
	MOST_FILES = 100,
	/* Of the memory that the engine may take, lists take one in so many at most (engine_open). */
	LIST_SHARE = 4,
};

struct mg_column_bytes {
	const char *name;
	int64_t all;   /* decoded, of all rows */
	int64_t chunk; /* of the largest row group, as much as is decoded at a time */
};

/* ---- what files tell ---- */

static int ask_parquet(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_arena *arena = session->engine->arena;
	struct mg_text files;
	struct mg_table rows, columns;
	mg_text_init(&files, scratch);
	for (size_t i = 0; i < dataset->file_count; i++)
		mg_text_addf(
			&files, "%s'%s'", i ? ", " : "", mg_duckdb_path(dataset->sources[i]).text);
	const char *sql = mg_printf(scratch,
		"SELECT CAST(sum(num_rows) AS BIGINT), CAST(coalesce(count_if(created_by LIKE "
		"'DuckDB version %%'), 0) AS BIGINT) FROM parquet_file_metadata([%s])",
		files.data);
	MG_TRY(mg_duckdb_rows(session, sql, scratch, &rows, err));
	sql = mg_printf(scratch,
		"SELECT path_in_schema, CAST(sum(total_uncompressed_size) AS BIGINT), "
		"CAST(max(total_uncompressed_size + total_compressed_size) AS BIGINT) "
		"FROM parquet_metadata([%s]) GROUP BY 1",
		files.data);
	MG_TRY(mg_duckdb_rows(session, sql, scratch, &columns, err));
	bool whole = rows.rows && rows.cells[1].integer > 0;
	pthread_mutex_lock(&session->engine->lock);
	dataset->sizes = mg_alloc_array(arena, columns.rows, sizeof(*dataset->sizes));
	for (size_t i = 0; i < columns.rows; i++) {
		const struct mg_cell *row = columns.cells + i * columns.columns;
		dataset->sizes[i] = (struct mg_column_bytes){mg_strdup(arena, row[0].text),
			row[1].integer,
			whole || row[2].integer < PAGES_BYTES ? row[2].integer : PAGES_BYTES};
	}
	dataset->size_count = columns.rows;
	dataset->row_count = rows.rows ? rows.cells[0].integer : 0;
	pthread_mutex_unlock(&session->engine->lock);
	return MG_OK;
}

/* Its number of rows, and for Parquet the sizes of its columns; rows are -1 for a query's. */
static int measure(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	MG_TRY(mg_duckdb_open_dataset(session, dataset, err));
	if (dataset->measured)
		return MG_OK;
	dataset->measured = true;
	dataset->row_count = dataset->rows ? (int64_t)dataset->rows->rows : -1;
	return dataset->data->path && dataset->data->format == MG_FORMAT_PARQUET &&
			dataset->file_count <= MOST_FILES
		? ask_parquet(session, dataset, err)
		: MG_OK;
}

static const struct mg_column_bytes *size_of(const struct dataset *dataset, const char *column)
{
	for (size_t i = 0; i < dataset->size_count; i++)
		if (strcasecmp(dataset->sizes[i].name, column) == 0)
			return &dataset->sizes[i];
	return NULL;
}

/* ---- columns ---- */

struct columns {
	const char **names;
	size_t count, capacity;
	struct mg_arena *arena;
};

static void add_columns(struct columns *to, const struct mg_expr *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->arg_count; i++)
		add_columns(to, x->args[i]);
	if (x->type != MG_X_COLUMN)
		return;
	for (size_t i = 0; i < to->count; i++)
		if (mg_streq(to->names[i], x->text))
			return;
	to->names = mg_grow(to->arena, to->names, to->count, &to->capacity, sizeof(*to->names));
	to->names[to->count++] = x->text;
}

static struct columns columns_of(struct mg_arena *arena, const struct mg_query *query)
{
	struct columns out = {.arena = arena};
	for (size_t i = 0; i < query->source.where_count; i++)
		add_columns(&out, query->source.where[i]);
	for (size_t i = 0; i < query->key_count; i++)
		add_columns(&out, query->keys[i].expr);
	for (size_t i = 0; i < query->term_count; i++)
		add_columns(&out, query->terms[i].expr);
	add_columns(&out, query->value);
	add_columns(&out, query->group);
	add_columns(&out, query->slice);
	return out;
}

/* Text that is kept as a table. Measured: 1.2 bytes for one of 34 MB of CSV, half of it texts. */
static void keep_table(
	const struct mg_engine *engine, const struct dataset *dataset, struct mg_memory *out)
{
	bool is_table = dataset->rows && !dataset->slow;
	if (!is_table && !mg_duckdb_fits_table(engine, dataset))
		return;
	out->kept = dataset->bytes + dataset->bytes / 4;
	out->kept_from = is_table ? 1 : MG_DUCKDB_WORTH_KEEPING;
}

static uint64_t reading(const struct mg_engine *engine, const struct dataset *dataset,
	const struct columns *columns)
{
	uint64_t bytes = 0, threads = (uint64_t)engine->threads;
	if (dataset->rows)
		return threads * TEXT_READER_BYTES;
	for (size_t i = 0; i < columns->count; i++) {
		const struct mg_column_bytes *size = size_of(dataset, columns->names[i]);
		uint64_t all = size ? (uint64_t)size->all : 0, chunks;
		chunks = size ? threads * (uint64_t)size->chunk : 0;
		bytes += chunks < 2 * all ? chunks : 2 * all;
	}
	return bytes;
}

/* ---- what is held ---- */

/* Values of an expression: how many differ at most, and the bytes of their texts. */
struct values {
	uint64_t count, text;
};

static struct values values_of(
	struct mg_arena *arena, const struct dataset *dataset, const struct mg_expr *x)
{
	struct columns columns = {.arena = arena};
	struct values out = {.count = (uint64_t)dataset->row_count};
	uint64_t bytes = 0;
	add_columns(&columns, x);
	for (size_t i = 0; i < columns.count; i++) {
		const struct mg_column_bytes *size = size_of(dataset, columns.names[i]);
		/* Of a row of text, a column takes its share. */
		bytes += size           ? (uint64_t)size->all
			: dataset->rows ? dataset->bytes / (dataset->rows->column_count + 1)
					: 0;
	}
	if (x->type == MG_X_COLUMN && x->column_type == MG_TYPE_TEXT)
		out.text = bytes;
	if (dataset->size_count && columns.count == 1 && bytes / PARQUET_VALUE_BYTES < out.count)
		out.count = bytes / PARQUET_VALUE_BYTES;
	return out;
}

static uint64_t groups(struct values v, uint64_t each)
{
	return v.count * each + v.text;
}

static const char *number(struct mg_arena *arena, uint64_t n)
{
	return mg_human_double(arena, (double)n, 15);
}

static void hold_keys(struct mg_arena *a, const struct dataset *dataset, struct mg_memory *out)
{
	uint64_t rows = (uint64_t)dataset->row_count;
	out->held = rows * HASH_BYTES;
	out->enough = out->held * LIST_SHARE;
	out->what = mg_printf(a, "hashes of %s keys", number(a, rows));
	out->otherwise = "the rows are read again for each part of the hashes";
}

static void hold_distinct(struct mg_arena *a, const struct dataset *dataset,
	const struct mg_query *query, struct mg_memory *out)
{
	uint64_t count = 0;
	for (size_t i = 0; i < query->term_count; i++) {
		const struct mg_expr *x = query->terms[i].expr;
		if (x->type != MG_X_CALL || x->fn != MG_FN_COUNT_DISTINCT)
			continue;
		struct values v = values_of(a, dataset, x->args[0]);
		out->held += groups(v, GROUP_BYTES);
		count += v.count;
	}
	if (!count)
		return;
	out->what = mg_printf(a, "at most %s different values", number(a, count));
	out->otherwise = "the rows are read again for each part of the values";
}

static void hold_values(struct mg_arena *a, const struct dataset *dataset,
	const struct mg_query *query, struct mg_memory *out)
{
	struct values v = values_of(a, dataset, query->value);
	out->held = v.count * VALUE_BYTES;
	out->enough = out->held * LIST_SHARE;
	out->what = mg_printf(a, "at most %s values to be sorted", number(a, v.count));
	out->otherwise = "they are counted in buckets, which are read again where a limit needs it";
}

/* The other side of a foreign key, or of pairs. */
static int other_of(struct mg_session *session, const struct mg_source *source,
	struct dataset **out, struct mg_error *err)
{
	*out = source->data ? mg_duckdb_find(session->engine, source->data) : NULL;
	return *out ? measure(session, *out, err) : MG_OK;
}

static int hold_others(struct mg_session *session, const struct mg_query *query, struct mg_arena *a,
	struct mg_memory *out, struct mg_error *err)
{
	struct dataset *other = NULL;
	MG_TRY(other_of(session, &query->other, &other, err));
	if (!other || other->row_count < 0)
		return MG_OK;
	struct values v = values_of(a, other, query->other_key);
	out->held = groups(v, GROUP_BYTES);
	out->what = mg_printf(
		a, "at most %s values of '%s'", number(a, v.count), other->data->name);
	out->otherwise = "the rows are read again for each part of the values";
	return MG_OK;
}

/* Rows of either side are grouped where they are read, so that a key of both may be there twice. */
static int hold_pairs(struct mg_session *session, const struct dataset *dataset,
	const struct mg_query *query, struct mg_arena *a, struct mg_memory *out,
	struct mg_error *err)
{
	struct dataset *other = NULL;
	MG_TRY(other_of(session, &query->with->source, &other, err));
	if (!other || other->row_count < 0)
		return MG_OK;
	uint64_t rows = (uint64_t)dataset->row_count + (uint64_t)other->row_count;
	out->held = rows * PAIR_BYTES;
	for (size_t i = 0; i < query->key_count; i++)
		out->held += values_of(a, dataset, query->keys[i].expr).text +
			values_of(a, other, query->with->keys[i].expr).text;
	out->what = mg_printf(a, "keys and values of %s rows", number(a, rows));
	return MG_OK;
}

int mg_duckdb_memory(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_memory *out, struct mg_error *err)
{
	struct dataset *dataset = mg_duckdb_find(session->engine, query->source.data);
	*out = (struct mg_memory){0};
	if (!dataset || query->sql)
		return MG_OK;
	MG_TRY(measure(session, dataset, err));
	if (dataset->row_count < 0)
		return MG_OK;
	struct columns columns = columns_of(arena, query);
	out->known = true;
	out->reading = reading(session->engine, dataset, &columns);
	keep_table(session->engine, dataset, out);
	if (query->kind == MG_QUERY_KEYS)
		hold_keys(arena, dataset, out);
	else if (query->kind == MG_QUERY_FREQ)
		hold_values(arena, dataset, query, out);
	else if (query->kind == MG_QUERY_AGGREGATE)
		hold_distinct(arena, dataset, query, out);
	else if (query->kind == MG_QUERY_ORPHANS)
		MG_TRY(hold_others(session, query, arena, out, err));
	else if (query->kind == MG_QUERY_PAIRS)
		MG_TRY(hold_pairs(session, dataset, query, arena, out, err));
	uint64_t enough = ENGINE_BYTES + out->reading + out->held;
	out->enough = out->enough > enough ? out->enough : enough;
	return MG_OK;
}
