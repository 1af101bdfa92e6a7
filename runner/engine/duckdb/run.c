/* run.c: prepares, runs and decodes statements; turns DuckDB's messages into plain ones. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

enum { MOST_MESSAGE = 500, MOST_CELLS = 1000000, MOST_TEXT = 64 << 20 };

/* ---- messages ---- */

/* Where a message stops to be of use: the statement is ours, and the advice is for DuckDB's shell. */
static size_t useful_length(const char *s)
{
	static const char *const ends[] = {"\n\nLINE ", "\nLINE ", "\n\nPossible ", "\nPossible ",
		"\n  file = ", "\nOriginal Line", "\nIf that doesn't help", " Use the option ",
		"\n\nColumn "};
	size_t len = strlen(s);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const char *end = strstr(s, ends[i]);
		if (end && (size_t)(end - s) < len)
			len = (size_t)(end - s);
	}
	return len;
}

/* After "Binder Error: ". */
static const char *without_prefix(const char *s)
{
	const char *colon = strstr(s, "Error: ");
	return colon && colon - s < 40 && !memchr(s, '\n', (size_t)(colon - s)) ? colon + 7 : s;
}

static void add_line(struct mg_text *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool blank = s[i] == '\n' || s[i] == ' ' || s[i] == '\t' || s[i] == '\r';
		if (!blank)
			mg_text_add_char(out, s[i]);
		else if (out->len && out->data[out->len - 1] != ' ')
			mg_text_add_char(out, ' ');
	}
	size_t kept = out->len;
	while (kept > 0 && (out->data[kept - 1] == ' ' || out->data[kept - 1] == '.'))
		kept--;
	if (kept > MOST_MESSAGE) {
		kept = MOST_MESSAGE;
		while (kept > 0 && ((unsigned char)out->data[kept] & 0xC0) == 0x80)
			kept--;
	}
	out->data[kept] = '\0';
	out->len = kept;
}

/* DuckDB hands on RE2's words without saying what they are about. */
static bool is_regex_message(const char *s)
{
	static const char *const starts[] = {"missing ", "unexpected ", "invalid escape sequence",
		"invalid character class", "invalid perl operator", "invalid UTF-8",
		"no argument for repetition operator", "bad repetition operator",
		"invalid repetition size", "trailing \\", "invalid named capture group"};
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (mg_starts_with(s, starts[i]))
			return true;
	return false;
}

/* Our descriptors as the files that they lead to. */
static char *name_files(struct mg_arena *arena, const char *message)
{
	static const char descriptor[] = "/proc/self/fd/";
	struct mg_text out;
	mg_text_init(&out, arena);
	for (const char *at; (at = strstr(message, descriptor)) != NULL;) {
		size_t len = sizeof(descriptor) - 1;
		len += strspn(at + len, "0123456789");
		char path[PATH_MAX];
		ssize_t n = readlink(mg_strndup(arena, at, len), path, sizeof(path));
		mg_text_add_bytes(&out, message, (size_t)(at - message));
		mg_text_add_bytes(&out, n > 0 ? path : at, n > 0 ? (size_t)n : len);
		message = at + len;
	}
	mg_text_add(&out, message);
	return out.data;
}

static bool redacts(const struct mg_engine *engine)
{
	for (size_t i = 0; engine->spec && i < engine->spec->data_count; i++)
		if (engine->spec->data[i].redact.count)
			return true;
	return false;
}

/* Where a spec redacts, nothing of a message is shown that may have come out of the data. Only messages
 * about the SQL itself, files and memory are sure not to: any other is told by its sort alone. */
static const char *without_values(const char *message)
{
	static const char *const harmless[] = {"Parser Error", "Binder Error", "Catalog Error",
		"Permission Error", "IO Error", "Out of Memory"};
	static const char *const sorts[][2] = {
		{"Conversion Error", "a value does not have the type that is asked for"},
		{"Out of Range Error", "a number is out of the range of its type"},
		{"Invalid Input Error", "the engine cannot work with a value or a file"},
	};
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (mg_starts_with(message, harmless[i]))
			return NULL;
	for (size_t i = 0; i < sizeof(sorts) / sizeof(*sorts); i++)
		if (mg_starts_with(message, sorts[i][0]))
			return sorts[i][1];
	return "the engine failed";
}

int mg_duckdb_fail(const struct mg_engine *engine, struct mg_error *err, const char *message)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	if (!message)
		message = "no reason given";
	if (mg_starts_with(message, "INTERRUPT"))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	const char *sort = redacts(engine) ? without_values(message) : NULL;
	if (sort)
		return mg_fail(err, MG_EENGINE,
			"%s (more is not shown, since it may quote values and the spec redacts some)",
			sort);
	struct mg_text text;
	mg_text_init(&text, arena);
	const char *plain = without_prefix(message);
	add_line(&text, plain, useful_length(plain));
	text.data = name_files(arena, text.data);
	static const char denied[] = "Cannot access ";
	if (mg_starts_with(message, "Permission Error") && mg_starts_with(text.data, denied)) {
		char *end = strstr(text.data, " - file system");
		if (end)
			*end = '\0';
		return mg_fail(err, MG_EENGINE, "%s may not be read, or is not where it was",
			text.data + sizeof(denied) - 1);
	}
	if (mg_starts_with(message, "Invalid Input Error") && is_regex_message(text.data))
		return mg_fail(err, MG_EENGINE, "the regular expression is wrong: %s", text.data);
	if (mg_starts_with(text.data, "Overflow in HUGEINT ") ||
		(mg_starts_with(text.data, "Type UINT128 with value ") &&
			strstr(text.data, " destination type INT128")))
		return mg_fail(
			err, MG_EENGINE, "the sum, or what goes into it, has more than 38 digits");
	if (mg_starts_with(message, "Out of Memory"))
		return mg_fail(err, MG_EMEMORY,
			"the query needs more memory than the engine may use (%s)", text.data);
	return mg_fail(err, MG_EENGINE, "%s", text.data);
}

/* ---- statements ---- */

static int prepare_one(struct mg_engine *engine, duckdb_connection con, const char *sql,
	duckdb_prepared_statement *out, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	duckdb_extracted_statements statements = NULL;
	duckdb_prepared_statement statement = NULL;
	int code = MG_OK;
	idx_t count = api->extract_statements(con, sql, &statements);
	const char *problem = count ? NULL : api->extract_statements_error(statements);
	if (problem)
		code = mg_duckdb_fail(engine, err, problem);
	else if (count != 1)
		code = mg_fail(err, MG_ESPEC, "the SQL is not one statement");
	else if (api->prepare_extracted_statement(con, statements, 0, &statement) != DuckDBSuccess)
		code = mg_duckdb_fail(engine, err, api->prepare_error(statement));
	api->destroy_extracted(&statements);
	if (code != MG_OK) {
		api->destroy_prepare(&statement);
		return code;
	}
	*out = statement;
	return MG_OK;
}

int mg_duckdb_prepare(struct mg_engine *engine, duckdb_connection con, const char *sql,
	duckdb_prepared_statement *out, struct mg_error *err)
{
	duckdb_prepared_statement statement = NULL;
	MG_TRY(prepare_one(engine, con, sql, &statement, err));
	if (engine->api.prepared_statement_type(statement) != DUCKDB_STATEMENT_TYPE_SELECT) {
		engine->api.destroy_prepare(&statement);
		return mg_fail(err, MG_ESPEC, "the SQL is not a SELECT; only reading is allowed");
	}
	*out = statement;
	return MG_OK;
}

/* Works on the query until it is done; false when it failed, as pending_error says. Where other threads
 * have all of its work, DuckDB's own loop would turn without a pause, and take a processor from them. */
static bool work(const struct mg_duckdb_api *api, duckdb_pending_result pending)
{
	enum { SHORTEST_NS = 20000, LONGEST_NS = 500000 };
	long pause_ns = SHORTEST_NS;
	for (;;) {
		duckdb_pending_state state = api->pending_execute_task(pending);
		if (state == DUCKDB_PENDING_RESULT_NOT_READY) {
			pause_ns = SHORTEST_NS;
			continue;
		}
		if (state != DUCKDB_PENDING_NO_TASKS_AVAILABLE)
			return state != DUCKDB_PENDING_ERROR;
		nanosleep(&(struct timespec){.tv_nsec = pause_ns}, NULL);
		pause_ns = pause_ns < LONGEST_NS ? 2 * pause_ns : LONGEST_NS;
	}
}

/* pending_result is made before the latch is read: making it forgets an earlier interrupt, so a
 * cancel is either seen here or interrupts what runs below. What is seen here is worked on all the same, until the
 * interrupt ends it: other threads have begun, with what our caller gave them. */
static int execute(struct mg_engine *engine, duckdb_connection con, const atomic_bool *cancelled,
	duckdb_prepared_statement statement, duckdb_result *out, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	duckdb_pending_result pending = NULL;
	int code = MG_OK;
	bool stopped = false;
	if (api->pending_prepared(statement, &pending) != DuckDBSuccess) {
		code = mg_duckdb_fail(engine, err, pending ? api->pending_error(pending) : NULL);
	} else {
		stopped = cancelled && atomic_load(cancelled);
		if (stopped)
			api->interrupt(con);
		if (!work(api, pending))
			code = mg_duckdb_fail(engine, err, api->pending_error(pending));
	}
	if (stopped)
		code = mg_fail(err, MG_ECANCELLED, "the query was stopped");
	if (code != MG_OK) {
		api->destroy_pending(&pending);
		return code;
	}
	memset(out, 0, sizeof(*out));
	if (api->execute_pending(pending, out) != DuckDBSuccess) {
		code = mg_duckdb_fail(engine, err, api->result_error(out));
		api->destroy_result(out);
	}
	api->destroy_pending(&pending);
	return code;
}

int mg_duckdb_execute(struct mg_session *session, duckdb_prepared_statement statement,
	duckdb_result *out, struct mg_error *err)
{
	atomic_store(&session->running, true);
	int code = execute(session->engine, session->con, &session->cancelled, statement, out, err);
	atomic_store(&session->running, false);
	return code;
}

/* At once, without preparing: that would look into a CSV file twice. */
static int run_now(struct mg_engine *engine, duckdb_connection con, const char *sql,
	duckdb_result *out, struct mg_error *err)
{
	idx_t count = 0;
	MG_TRY(mg_duckdb_count_statements(engine, con, sql, &count, err));
	if (count != 1)
		return mg_fail(err, MG_ESPEC, "the SQL is not one statement");
	if (engine->api.query(con, sql, out) == DuckDBSuccess)
		return MG_OK;
	int code = mg_duckdb_fail(engine, err, engine->api.result_error(out));
	engine->api.destroy_result(out);
	return code;
}

static int run_prepared(struct mg_engine *engine, duckdb_connection con, const char *sql,
	const atomic_bool *cancelled, duckdb_result *out, struct mg_error *err)
{
	duckdb_prepared_statement statement = NULL;
	MG_TRY(prepare_one(engine, con, sql, &statement, err));
	int code = execute(engine, con, cancelled, statement, out, err);
	engine->api.destroy_prepare(&statement);
	return code;
}

int mg_duckdb_run(struct mg_engine *engine, duckdb_connection con, const char *sql,
	const atomic_bool *cancelled, duckdb_result *out, struct mg_error *err)
{
	duckdb_result result;
	MG_TRY(cancelled ? run_prepared(engine, con, sql, cancelled, &result, err)
			 : run_now(engine, con, sql, &result, err));
	if (out)
		*out = result;
	else
		engine->api.destroy_result(&result);
	return MG_OK;
}

/* ---- results ---- */

static struct mg_cell decode_cell(
	duckdb_type type, const void *data, idx_t row, struct mg_arena *arena)
{
	if (type == DUCKDB_TYPE_BIGINT)
		return (struct mg_cell){
			.type = MG_CELL_INTEGER, .integer = ((const int64_t *)data)[row]};
	if (type == DUCKDB_TYPE_DOUBLE)
		return (struct mg_cell){.type = MG_CELL_REAL, .real = ((const double *)data)[row]};
	const duckdb_string_t *s = (const duckdb_string_t *)data + row;
	uint32_t len = s->value.inlined.length;
	const char *text = len <= sizeof(s->value.inlined.inlined) ? s->value.inlined.inlined
								   : s->value.pointer.ptr;
	return (struct mg_cell){.type = MG_CELL_TEXT, .text = mg_text_copy(arena, text, len)};
}

struct decoder {
	struct mg_cell *cells;
	size_t rows, columns, capacity, text;
};

static int decode_chunk(struct mg_engine *engine, duckdb_result *result, duckdb_data_chunk chunk,
	struct mg_arena *arena, struct decoder *to, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	size_t n = api->data_chunk_get_size(chunk);
	if ((to->rows + n) * to->columns > MOST_CELLS)
		return mg_fail(
			err, MG_ELIMIT, "the query returned more than %d values", MOST_CELLS);
	if (to->rows + n > to->capacity) {
		size_t capacity = (to->rows + n) * 2;
		struct mg_cell *cells = mg_alloc_array(
			arena, capacity * to->columns, sizeof(*cells));
		if (to->rows)
			memcpy(cells, to->cells, to->rows * to->columns * sizeof(*cells));
		to->cells = cells;
		to->capacity = capacity;
	}
	for (size_t c = 0; c < to->columns; c++) {
		duckdb_vector vector = api->data_chunk_get_vector(chunk, c);
		const void *data = api->vector_get_data(vector);
		const uint64_t *validity = api->vector_get_validity(vector);
		duckdb_type type = api->column_type(result, c);
		for (size_t r = 0; r < n; r++) {
			if (!mg_duckdb_is_valid(validity, r))
				continue; /* zeroed: MG_CELL_NULL */
			struct mg_cell cell = decode_cell(type, data, r, arena);
			if (cell.type == MG_CELL_TEXT &&
				(to->text += strlen(cell.text)) > MOST_TEXT)
				return mg_fail(err, MG_ELIMIT,
					"the query returned more than %s of text",
					mg_human_bytes(arena, MOST_TEXT));
			to->cells[(to->rows + r) * to->columns + c] = cell;
		}
	}
	to->rows += n;
	return MG_OK;
}

int mg_duckdb_decode(struct mg_engine *engine, duckdb_result *result, struct mg_arena *arena,
	struct mg_table *out, const char ***out_columns, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	struct decoder to = {.columns = api->column_count(result)};
	const char **columns = mg_alloc_array(arena, to.columns, sizeof(*columns));
	for (size_t c = 0; c < to.columns; c++) {
		duckdb_type type = api->column_type(result, c);
		if (type != DUCKDB_TYPE_BIGINT && type != DUCKDB_TYPE_DOUBLE &&
			type != DUCKDB_TYPE_VARCHAR)
			return mg_fail(err, MG_EENGINE,
				"column %s of the result has a type (%d) "
				"that was not asked for",
				api->column_name(result, c), (int)type);
		columns[c] = mg_strdup(arena, api->column_name(result, c));
	}
	for (duckdb_data_chunk chunk; (chunk = api->fetch_chunk(*result)) != NULL;) {
		int code = decode_chunk(engine, result, chunk, arena, &to, err);
		api->destroy_data_chunk(&chunk);
		MG_TRY(code);
	}
	*out = (struct mg_table){.cells = to.cells, .rows = to.rows, .columns = to.columns};
	if (out_columns)
		*out_columns = columns;
	return MG_OK;
}

int mg_duckdb_rows(struct mg_session *session, const char *sql, struct mg_arena *arena,
	struct mg_table *out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	duckdb_result result;
	MG_TRY(mg_duckdb_run(engine, session->con, sql, NULL, &result, err));
	int code = mg_duckdb_decode(engine, &result, arena, out, NULL, err);
	engine->api.destroy_result(&result);
	return code;
}
