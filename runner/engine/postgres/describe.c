/* describe.c: which tables the spec means, and what columns they have. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/decimal.h"
#include "engine/postgres/engine.h"
#include "engine/sql/datasets.h"

/* ---- tables ---- */

int mg_postgres_split_name(const struct mg_data *data, struct mg_arena *arena,
	const char **out_schema, const char **out_table, struct mg_error *err)
{
	const char *parts[3] = {NULL};
	size_t count = 0;
	const char *s = data->table;
	for (bool more = true; more && count < 3; count++) {
		struct mg_text part;
		mg_text_init(&part, arena);
		if (*s == '"') {
			for (s++; *s && (*s != '"' || s[1] == '"'); s++) {
				mg_text_add_char(&part, *s);
				s += *s == '"';
			}
			s += *s == '"';
		} else {
			size_t len = strcspn(s, ".");
			mg_text_add_bytes(&part, s, len);
			s += len;
		}
		more = *s == '.';
		s += more;
		parts[count] = part.len ? part.data : NULL;
	}
	if (*s || count > 2 || !parts[0] || (count == 2 && !parts[1]))
		return mg_fail(err, MG_ESPEC,
			"'%.100s' names no table; write TABLE or SCHEMA.TABLE, parts with a dot in "
			"double quotes",
			data->table);
	*out_schema = count == 2 ? parts[0] : NULL;
	*out_table = parts[count - 1];
	return MG_OK;
}

/* What the role may read, in the schema or in those that the server looks into. */
static int fail_absent(struct mg_session *session, const struct mg_data *data, const char *schema,
	const char *table, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	PGresult *result = NULL;
	const char *sql = mg_printf(arena,
		"SELECT CAST(c.relname AS TEXT) FROM pg_catalog.pg_class c WHERE c.relkind IN "
		"('r', 'p', 'v', 'm', 'f') AND %s ORDER BY 1 LIMIT 1000",
		schema ? mg_printf(arena,
				 "c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n "
				 "WHERE n.nspname = %s)",
				 mg_postgres_literal(arena, schema))
		       : "pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> "
			 "CAST('pg_catalog' AS regnamespace)");
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	size_t count = (size_t)engine->api.ntuples(result);
	const char **names = mg_alloc_array(arena, count, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = mg_strdup(arena, engine->api.getvalue(result, (int)i, 0));
	engine->api.clear(result);
	const char *nearest = mg_nearest_word(table, names, count);
	return mg_fail(err, MG_ENOTFOUND, "data '%s': database '%s' has no table '%.200s'%s%s%s",
		data->name, engine->database, data->table, nearest ? "; did you mean '" : "",
		nearest ? nearest : "",
		nearest ? "'?"
			: " that this role can see; write SCHEMA.TABLE, or `schema` in the "
			  "connection");
}

static int look_up(struct mg_session *session, const struct mg_data *data,
	struct mg_postgres_table *out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *schema = NULL, *table = NULL;
	PGresult *result = NULL;
	MG_TRY(mg_postgres_split_name(data, arena, &schema, &table, err));
	const char *word = mg_postgres_name(arena, table);
	if (schema)
		word = mg_printf(arena, "%s.%s", mg_postgres_name(arena, schema), word);
	const char *sql = mg_printf(arena,
		"SELECT CAST(n.nspname AS TEXT), CAST(c.relname AS TEXT), CAST(c.relkind AS TEXT) "
		"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
		"WHERE c.oid = to_regclass(%s)",
		mg_postgres_literal(arena, word));
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	bool found = engine->api.ntuples(result) == 1 &&
		strchr("rpvmf", *engine->api.getvalue(result, 0, 2));
	if (found) {
		const char *in = engine->api.getvalue(result, 0, 0);
		const char *name = engine->api.getvalue(result, 0, 1);
		pthread_mutex_lock(&engine->lock);
		out->name = mg_printf(engine->arena, "%s.%s.%s", engine->database, in, name);
		out->from = mg_printf(engine->arena, "%s.%s", mg_postgres_name(arena, in),
			mg_postgres_name(arena, name));
		/* What policies would hide of a table, and columns without the right, are errors.
		 * What a view shows to whom, its author knows. */
		out->access = *engine->api.getvalue(result, 0, 2) == 'v' ? MG_ACCESS_UNKNOWN
									 : MG_ACCESS_WHOLE;
		pthread_mutex_unlock(&engine->lock);
	}
	engine->api.clear(result);
	return found ? MG_OK : fail_absent(session, data, schema, table, err);
}

int mg_postgres_table_of(void *context, const struct mg_data *data, struct mg_arena *arena,
	const char **out, struct mg_error *err)
{
	struct mg_session *session = context;
	struct mg_engine *engine = session->engine;
	struct mg_postgres_table *known = &engine->tables[data - engine->spec->data];
	struct mg_postgres_table table;
	pthread_mutex_lock(&engine->lock);
	table = *known;
	pthread_mutex_unlock(&engine->lock);
	if (!table.from) {
		MG_TRY(look_up(session, data, &table, err));
		MG_TRY(mg_postgres_check_table(session, table.from, err));
		pthread_mutex_lock(&engine->lock);
		*known = table;
		pthread_mutex_unlock(&engine->lock);
	}
	*out = mg_strdup(arena, table.from);
	return MG_OK;
}

/* The dataset's columns as the server has them. */
static int ask_raw_columns(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, PGresult **out, struct mg_error *err)
{
	const struct mg_data *outer = session->raw;
	char *sql = NULL;
	session->raw = data;
	int code = mg_postgres_with_datasets(session,
		mg_printf(arena, "SELECT * FROM %s", mg_postgres_name(arena, data->name)), arena,
		&sql, err);
	session->raw = outer;
	return code == MG_OK ? mg_postgres_columns(session, sql, out, err) : code;
}

/* What is selected of a dataset that has these columns, for all statements to come. */
static int keep_columns(struct mg_session *session, const struct mg_data *data, PGresult *columns,
	struct mg_arena *arena, const char **out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_TRY(mg_postgres_select_columns(session, columns, arena, out, err));
	pthread_mutex_lock(&engine->lock);
	*out = mg_strdup(engine->arena, *out);
	engine->tables[data - engine->spec->data].columns = *out;
	pthread_mutex_unlock(&engine->lock);
	return MG_OK;
}

static int columns_of(void *context, const struct mg_data *data, struct mg_arena *arena,
	const char **out, struct mg_error *err)
{
	struct mg_session *session = context;
	struct mg_engine *engine = session->engine;
	const struct mg_postgres_table *known = &engine->tables[data - engine->spec->data];
	pthread_mutex_lock(&engine->lock);
	const char *columns = known->columns;
	pthread_mutex_unlock(&engine->lock);
	*out = NULL;
	if (session->raw == data)
		return MG_OK;
	if (!columns) {
		PGresult *result = NULL;
		MG_TRY(ask_raw_columns(session, data, arena, &result, err));
		int code = keep_columns(session, data, result, arena, &columns, err);
		engine->api.clear(result);
		MG_TRY(code);
	}
	*out = *columns ? columns : NULL;
	return MG_OK;
}

int mg_postgres_with_datasets(struct mg_session *session, const char *select,
	struct mg_arena *arena, char **out, struct mg_error *err)
{
	const struct mg_engine *engine = session->engine;
	const struct mg_sql_datasets datasets = {&engine->dialect, engine->spec, engine->connection,
		mg_postgres_table_of, columns_of, session};
	return mg_sql_with_datasets(&datasets, select, arena, out, err);
}

/* ---- columns ---- */

static const struct type {
	Oid oid;
	const char *word; /* as other engines call it */
	enum mg_column_type type;
	struct mg_number number;
} types[] = {
	{21, "SMALLINT", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 5, 0, "-32768", "32767", false}},
	{23, "INTEGER", MG_TYPE_INTEGER,
		{MG_NUMBER_WHOLE, 10, 0, "-2147483648", "2147483647", false}},
	{20, "BIGINT", MG_TYPE_INTEGER,
		{MG_NUMBER_WHOLE, 19, 0, "-9223372036854775808", "9223372036854775807", false}},
	{700, "FLOAT", MG_TYPE_REAL, {.kind = MG_NUMBER_FLOAT}},
	{701, "DOUBLE", MG_TYPE_REAL, {.kind = MG_NUMBER_DOUBLE}},
	{1700, "DECIMAL", MG_TYPE_REAL, {.kind = MG_NUMBER_DECIMAL, .wild = true}},
	{25, "VARCHAR", MG_TYPE_TEXT, {0}},
	{1043, "VARCHAR", MG_TYPE_TEXT, {0}},
	{1042, "VARCHAR", MG_TYPE_TEXT, {0}},
	{19, "VARCHAR", MG_TYPE_TEXT, {0}},
	{2950, "UUID", MG_TYPE_TEXT, {0}},
	{114, "JSON", MG_TYPE_TEXT, {0}},
	{3802, "JSON", MG_TYPE_TEXT, {0}},
	{16, "BOOLEAN", MG_TYPE_BOOLEAN, {0}},
	{1082, "DATE", MG_TYPE_TIME, {0}},
	{1114, "TIMESTAMP", MG_TYPE_TIME, {0}},
	{1184, "TIMESTAMP WITH TIME ZONE", MG_TYPE_TIME, {0}},
	{1083, "TIME", MG_TYPE_OTHER, {0}},
	{17, "BLOB", MG_TYPE_OTHER, {0}},
	{1186, "INTERVAL", MG_TYPE_OTHER, {0}},
};

/* NUMERIC without a precision, or with more digits than we compute with. */
enum { FREE_DIGITS = 80 };

static void read_numeric(struct mg_arena *arena, int modifier, struct mg_column *out)
{
	int digits = ((modifier - 4) >> 16) & 0xffff;
	int scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024; /* below 0 since PostgreSQL 15 */
	bool plain = modifier >= 4 && scale >= 0 && scale <= digits && digits <= FREE_DIGITS;
	out->sql_type = plain ? mg_printf(arena, "DECIMAL(%d,%d)", digits, scale) : "DECIMAL";
	mg_decimal_holds(
		arena, plain ? digits : 2 * FREE_DIGITS, plain ? scale : FREE_DIGITS, &out->number);
}

/* A type that the server or somebody made: an ENUM is a text, as are those that the server counts among its texts; of
 * others nothing is known. */
static int read_other(struct mg_session *session, Oid oid, struct mg_arena *arena,
	struct mg_column *out, struct mg_error *err)
{
	const struct mg_libpq_api *api = &session->engine->api;
	PGresult *result = NULL;
	const char *sql = mg_printf(arena,
		"SELECT format_type(oid, NULL), CAST(typtype AS TEXT), CAST(typcategory AS TEXT) "
		"FROM pg_catalog.pg_type WHERE oid = %u",
		oid);
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	bool known = api->ntuples(result) == 1;
	bool is_enum = known && *api->getvalue(result, 0, 1) == 'e';
	bool is_text = is_enum || (known && *api->getvalue(result, 0, 2) == 'S');
	out->type = is_text ? MG_TYPE_TEXT : MG_TYPE_OTHER;
	out->sql_type = is_enum ? "ENUM"
		: known         ? mg_strdup(arena, api->getvalue(result, 0, 0))
				: "unknown";
	api->clear(result);
	return MG_OK;
}

static int read_column(struct mg_session *session, Oid oid, int modifier, struct mg_arena *arena,
	struct mg_column *out, struct mg_error *err)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i].oid != oid)
			continue;
		out->sql_type = types[i].word;
		out->type = types[i].type;
		out->number = types[i].number;
		if (out->number.kind == MG_NUMBER_DECIMAL)
			read_numeric(arena, modifier, out);
		return MG_OK;
	}
	return read_other(session, oid, arena, out, err);
}

static int read_columns(struct mg_session *session, PGresult *result, struct mg_arena *arena,
	struct mg_schema *out, struct mg_error *err)
{
	const struct mg_libpq_api *api = &session->engine->api;
	out->count = (size_t)api->nfields(result);
	out->columns = mg_alloc_array(arena, out->count, sizeof(*out->columns));
	for (size_t i = 0; i < out->count; i++) {
		struct mg_column *column = &out->columns[i];
		column->name = mg_strdup(arena, api->fname(result, (int)i));
		MG_TRY(read_column(session, api->ftype(result, (int)i), api->fmod(result, (int)i),
			arena, column, err));
		/* The server tells names apart by case, a spec does not; and a SELECT may have one
		 * twice. */
		for (size_t k = 0; k < i; k++)
			if (mg_streq(out->columns[k].name, column->name))
				column->ambiguous = out->columns[k].ambiguous = true;
	}
	return MG_OK;
}

/* ---- both ---- */

static int read_state(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, struct mg_table_state *out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const char *from = NULL;
	PGresult *result = NULL;
	MG_TRY(mg_postgres_table_of(session, data, arena, &from, err));
	const char *sql = mg_printf(arena, "SELECT count(*) FROM %s", from);
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	pthread_mutex_lock(&engine->lock);
	*out = (struct mg_table_state){.kind = "postgres",
		.name = mg_strdup(arena, engine->tables[data - engine->spec->data].name),
		.snapshot = mg_strdup(arena, engine->snapshot),
		.at_us = engine->taken_us,
		.rows = strtoll(engine->api.getvalue(result, 0, 0), NULL, 10),
		.access = engine->tables[data - engine->spec->data].access};
	pthread_mutex_unlock(&engine->lock);
	engine->api.clear(result);
	return MG_OK;
}

static int describe(struct mg_session *session, const struct mg_data *data, struct mg_arena *arena,
	struct mg_schema *out, struct mg_error *err)
{
	PGresult *result = NULL;
	MG_TRY(mg_postgres_connect(session, err));
	MG_TRY(ask_raw_columns(session, data, arena, &result, err));
	struct mg_schema schema = {.data = data};
	const char *selected = NULL;
	int code = read_columns(session, result, arena, &schema, err);
	if (code == MG_OK)
		code = keep_columns(session, data, result, arena, &selected, err);
	session->engine->api.clear(result);
	if (code == MG_OK && data->table)
		code = read_state(session, data, arena, &schema.table, err);
	if (code == MG_OK)
		*out = schema;
	return code;
}

int mg_postgres_describe(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, struct mg_schema *out, const char ***out_files,
	size_t *out_file_count, struct mg_error *err)
{
	struct mg_error local = {0};
	int code = describe(session, data, arena, out, &local);
	if (out_files) {
		*out_files = NULL;
		*out_file_count = 0;
	}
	if (code == MG_OK || code == MG_ECANCELLED || mg_starts_with(local.text, "data '"))
		return code == MG_OK ? code : mg_fail(err, code, "%s", local.text);
	return mg_fail(err, code, "data '%s': %s", data->name, local.text);
}
