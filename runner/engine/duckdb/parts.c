/* parts.c: are the Parquet files of a dataset whole, and are they of one shape? DuckDB itself takes
 * what it finds in the first, or in all, and fills the rest with NULL. */
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "input/value.h"

static const char magic[] = "PAR1";
enum { MAGIC = 4, LEAST_BYTES = 12, MOST_DIGITS = 38 };

/* ---- one file ---- */

static int check_file(
	const struct mg_data *data, const struct mg_source_file *file, struct mg_error *err)
{
	unsigned char head[MAGIC] = {0}, tail[2 * MAGIC] = {0};
	size_t len = 0;
	if (file->bytes == 0)
		return mg_fail(err, MG_EIO,
			"data '%s': %s is empty (0 bytes), so it is not a Parquet file", data->name,
			file->shown);
	MG_TRY(mg_source_read(file, 0, head, sizeof(head), &len, err));
	if (memcmp(head, "PARE", MAGIC) == 0)
		return mg_fail(err, MG_EIO,
			"data '%s': %s is an encrypted Parquet file, which cannot be read",
			data->name, file->shown);
	if (file->bytes < LEAST_BYTES || memcmp(head, magic, MAGIC) != 0)
		return mg_fail(err, MG_EIO, "data '%s': %s is not a Parquet file", data->name,
			file->shown);
	MG_TRY(mg_source_read(file, file->bytes - sizeof(tail), tail, sizeof(tail), &len, err));
	uint64_t footer = (uint64_t)tail[0] | (uint64_t)tail[1] << 8 | (uint64_t)tail[2] << 16 |
		(uint64_t)tail[3] << 24;
	if (memcmp(tail + MAGIC, magic, MAGIC) != 0 || footer + LEAST_BYTES > file->bytes)
		return mg_fail(err, MG_EIO,
			"data '%s': %s ends early: it is not a whole Parquet "
			"file",
			data->name, file->shown);
	return MG_OK;
}

/* ---- columns of several files ---- */

struct column {
	const char *name, *type;
	const struct mg_source_file *file; /* the first that has it */
	size_t form;                       /* the last that has it */
};

struct parts {
	struct mg_arena *arena;
	const struct dataset *dataset;
	struct mg_map columns; /* name in lower case -> struct column */
};

static const char *const integers[] = {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT",
	"UINTEGER", "BIGINT", "UBIGINT", "HUGEINT"};
enum { INTEGERS = sizeof(integers) / sizeof(*integers), EXACT_IN_DOUBLE = 6 };

static bool is_integer(const char *type, size_t most)
{
	return mg_among(type, integers, most);
}

static bool is_real(const char *type)
{
	return mg_streq(type, "DOUBLE") || mg_streq(type, "FLOAT");
}

/* Is there a type that holds the values of both exactly, and does DuckDB take it? */
static bool go_together(const char *a, const char *b)
{
	static const char null[] = "\"NULL\"";
	struct mg_type x, y;
	if (mg_streq(a, b) || mg_streq(a, null) || mg_streq(b, null))
		return true;
	if (is_integer(a, INTEGERS) && is_integer(b, INTEGERS))
		return true;
	if (is_real(a) && is_real(b))
		return true;
	if ((mg_streq(a, "DOUBLE") && is_integer(b, EXACT_IN_DOUBLE)) ||
		(mg_streq(b, "DOUBLE") && is_integer(a, EXACT_IN_DOUBLE)))
		return true;
	if (!mg_type_parse(a, &x) || !mg_type_parse(b, &y) || x.id != MG_TYPE_ID_DECIMAL ||
		y.id != MG_TYPE_ID_DECIMAL)
		return false;
	int whole = x.width - x.scale > y.width - y.scale ? x.width - x.scale : y.width - y.scale;
	return whole + (x.scale > y.scale ? x.scale : y.scale) <= MOST_DIGITS;
}

static int lacks(const struct parts *p, const struct mg_source_file *file, const char *column,
	const struct mg_source_file *other, struct mg_error *err)
{
	return mg_fail(err, MG_EENGINE,
		"data '%s': %s has no column '%s', which %s has; union_by_name: true makes it NULL "
		"there",
		p->dataset->data->name, file->shown, column, other->shown);
}

static int add_column(struct parts *p, const struct mg_source_file *file, size_t form,
	const char *name, const char *type, struct mg_error *err)
{
	const char *key = mg_lower(p->arena, name);
	struct column *known = mg_map_get(&p->columns, key);
	const struct mg_source_file *first = p->dataset->sources[0];
	if (!known) {
		if (form > 0 && !p->dataset->data->union_by_name)
			return lacks(p, first, name, file, err);
		known = mg_alloc(p->arena, sizeof(*known));
		*known = (struct column){name, type, file, form};
		mg_map_put(&p->columns, key, known);
		return MG_OK;
	}
	if (known->form == form)
		return MG_OK; /* two of one name in one file: told where they are named */
	known->form = form;
	if (!mg_streq(known->name, name))
		return mg_fail(err, MG_EENGINE,
			"data '%s': a column is called '%s' in %s and '%s' in %s",
			p->dataset->data->name, known->name, known->file->shown, name, file->shown);
	if (!go_together(known->type, type))
		return mg_fail(err, MG_EENGINE,
			"data '%s': column '%s' is %s in %s and %s in %s, which no type holds "
			"exactly",
			p->dataset->data->name, name, known->type, known->file->shown, type,
			file->shown);
	return MG_OK;
}

/* The type of a column, with those of all that it is made of. *at moves behind it. */
static const char *read_type(const struct mg_table *schema, size_t *at, struct mg_arena *arena)
{
	const struct mg_cell *row = &schema->cells[(*at)++ * schema->columns];
	int64_t children = row[1].type == MG_CELL_INTEGER ? row[1].integer : 0;
	if (children == 0)
		return row[2].text;
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_text_add(&out, "GROUP(");
	for (int64_t i = 0; i < children && *at < schema->rows; i++) {
		const char *name = schema->cells[*at * schema->columns].text;
		mg_text_addf(&out, "%s%s ", i ? ", " : "", name);
		mg_text_add(&out, read_type(schema, at, arena));
	}
	mg_text_add_char(&out, ')');
	return out.data;
}

static int add_form(struct parts *p, const struct mg_table *schema, size_t form,
	const struct mg_source_file *file, struct mg_error *err)
{
	for (size_t i = 1; i < schema->rows; i++) {
		const struct mg_cell *row = &schema->cells[i * schema->columns];
		if (row[3].type == MG_CELL_INTEGER && row[3].integer > MOST_DIGITS)
			return mg_fail(err, MG_EENGINE,
				"data '%s': column '%s' of %s has decimals of %d digits; at most %d "
				"are read exactly",
				p->dataset->data->name, row[0].text, file->shown,
				(int)row[3].integer, MOST_DIGITS);
	}
	for (size_t at = 1; at < schema->rows;) {
		const char *name = schema->cells[at * schema->columns].text;
		const char *type = read_type(schema, &at, p->arena);
		MG_TRY(add_column(p, file, form, name, type, err));
	}
	for (size_t i = 0; i < p->columns.count; i++) {
		const struct column *column = p->columns.entries[i].value;
		if (column->form != form && !p->dataset->data->union_by_name)
			return lacks(p, file, column->name, column->file, err);
	}
	return MG_OK;
}

static const struct mg_source_file *file_of(const struct dataset *dataset, const char *path)
{
	for (size_t i = 0; i < dataset->file_count; i++)
		if (mg_streq(path, mg_duckdb_path(dataset->sources[i]).text))
			return dataset->sources[i];
	return dataset->sources[0];
}

int mg_duckdb_check_parts(struct mg_session *session, const struct dataset *dataset,
	const char *files, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_table forms, schema;
	struct parts p = {.arena = scratch, .dataset = dataset};
	for (size_t i = 0; i < dataset->file_count; i++)
		MG_TRY(check_file(dataset->data, dataset->sources[i], err));
	mg_map_init(&p.columns, scratch);
	/* One file of each form that there is: most often all have the same. The first file comes first. */
	const char *sql = mg_printf(scratch,
		"SELECT min_by(file_name, file_index) FROM (SELECT file_name, "
		"list_position(%s, file_name) AS file_index, list(name ORDER BY column_id) AS a, "
		"list(num_children ORDER BY column_id) AS b, list(duckdb_type ORDER BY column_id) AS "
		"c, list(precision ORDER BY column_id) AS d FROM parquet_schema(%s) GROUP BY "
		"file_name) GROUP BY a, b, c, d ORDER BY min(file_index)",
		files, files);
	if (mg_duckdb_rows(session, sql, scratch, &forms, err) != MG_OK)
		return mg_fail_in(err, "data '%s'", dataset->data->name);
	for (size_t i = 0; i < forms.rows; i++) {
		const char *path = forms.cells[i].text;
		sql = mg_printf(scratch,
			"SELECT name, CAST(num_children AS BIGINT), coalesce(duckdb_type, type, ''), "
			"CAST(precision AS BIGINT) FROM parquet_schema('%s') ORDER BY column_id",
			path);
		MG_TRY(mg_duckdb_rows(session, sql, scratch, &schema, err));
		MG_TRY(add_form(&p, &schema, i, file_of(dataset, path), err));
	}
	return MG_OK;
}
