/* profile.c: the engine of profiles: it answers from their tables what drift asks of a reference, and nothing that
 * would take rows. */
#include "engine/profile.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <modelgate/profile.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "stats/freq.h"

struct mg_engine {
	struct mg_arena *arena;
	const struct mg_spec *spec;
	const struct mg_profile_file *files; /* by dataset of the spec */
};

struct mg_session {
	struct mg_arena *arena;
	struct mg_engine *engine;
};

/* ---- open and close ---- */

static int engine_open(
	struct mg_engine **out, const struct mg_engine_options *options, struct mg_error *err)
{
	if (!options->profiles)
		return mg_fail(err, MG_EENGINE, "the profiles of the spec were not read");
	struct mg_arena *arena = mg_arena_new();
	struct mg_engine *engine = mg_alloc(arena, sizeof(*engine));
	*engine = (struct mg_engine){arena, options->spec, options->profiles};
	*out = engine;
	return MG_OK;
}

static void engine_close(struct mg_engine *engine)
{
	if (engine)
		mg_arena_free(engine->arena); /* the engine itself lives in it */
}

static const char *engine_version(const struct mg_engine *engine)
{
	(void)engine;
	return MG_PROFILE_DEFINITION;
}

static int session_open(struct mg_session **out, struct mg_engine *engine, struct mg_error *err)
{
	(void)err;
	struct mg_arena *arena = mg_arena_new();
	struct mg_session *session = mg_alloc(arena, sizeof(*session));
	*session = (struct mg_session){arena, engine};
	*out = session;
	return MG_OK;
}

static void session_close(struct mg_session *session)
{
	if (session)
		mg_arena_free(session->arena); /* the session itself lives in it */
}

/* Nothing takes long. */
static void cancel(struct mg_session *session)
{
	(void)session;
}

/* ---- which table ---- */

static int profile_of(struct mg_session *session, const struct mg_data *data,
	const struct mg_profile_file **out, struct mg_error *err)
{
	const struct mg_engine *engine = session->engine;
	const struct mg_profile_file *file = &engine->files[data - engine->spec->data];
	if (!file->profile)
		return mg_fail(err, MG_EIO, "data '%s': %s", data->name,
			file->problem ? file->problem : "the profile was not read");
	*out = file;
	return MG_OK;
}

static int describe(struct mg_session *session, const struct mg_data *data, struct mg_arena *arena,
	struct mg_schema *out, const char ***out_files, size_t *out_file_count,
	struct mg_error *err)
{
	const struct mg_profile_file *file = NULL;
	MG_TRY(profile_of(session, data, &file, err));
	assert(file);
	const struct mg_profile *p = file->profile;
	*out = (struct mg_schema){.data = data, .count = p->column_count};
	out->columns = mg_alloc_array(arena, p->column_count, sizeof(*out->columns));
	for (size_t i = 0; i < p->column_count; i++)
		out->columns[i] = p->columns[i].column;
	const char **files = mg_alloc(arena, sizeof(*files));
	files[0] = file->path;
	*out_files = files;
	*out_file_count = 1;
	return MG_OK;
}

static int find_column(struct mg_session *session, const struct mg_query *query,
	const struct mg_expr *x, const struct mg_profile_column **out, struct mg_error *err)
{
	const struct mg_profile_file *file = NULL;
	MG_TRY(profile_of(session, query->source.data, &file, err));
	assert(file);
	for (size_t i = 0; i < file->profile->column_count; i++) {
		const struct mg_profile_column *c = &file->profile->columns[i];
		if (x->type == MG_X_COLUMN && mg_streq(c->column.name, x->text)) {
			*out = c;
			return MG_OK;
		}
	}
	return mg_fail(err, MG_EENGINE, "a profile has no rows, and this takes some");
}

static int need_table(const struct mg_profile_column *c, struct mg_error *err)
{
	if (!c->problem)
		return MG_OK;
	return mg_fail(err, MG_ELIMIT, "the profile has no distribution of column '%s': %s",
		c->column.name, c->problem);
}

/* Of rows that no condition chooses, all together. */
static int check_whole(const struct mg_query *query, struct mg_error *err)
{
	if (query->source.where_count == 0 && !query->slice && !query->group)
		return MG_OK;
	return mg_fail(err, MG_EENGINE,
		"a profile has no rows that a condition or a slice could choose from");
}

static bool is_call(const struct mg_expr *x, enum mg_fn fn)
{
	return x->type == MG_X_CALL && x->fn == fn;
}

/* ---- numbers ---- */

static void fill_table(
	const struct mg_profile_column *c, struct mg_arena *arena, struct mg_freq *out)
{
	size_t n = c->entry_count;
	bool exact = true;
	*out = (struct mg_freq){.len = n,
		.lo = mg_alloc_array(arena, n, sizeof(double)),
		.hi = mg_alloc_array(arena, n, sizeof(double)),
		.n = mg_alloc_array(arena, n, sizeof(int64_t)),
		.sum = mg_alloc_array(arena, n, sizeof(double)),
		.nulls = c->nulls,
		.nans = c->nans};
	for (size_t i = 0; i < n; i++) {
		const struct mg_profile_entry *e = &c->entries[i];
		bool one = isnan(e->to);
		out->lo[i] = e->from;
		out->hi[i] = one ? e->from : e->to;
		out->n[i] = e->rows;
		out->sum[i] = one ? e->from * (double)e->rows : e->sum;
		out->rows += e->rows;
		exact = exact && one;
	}
	if (exact)
		out->hi = out->sum = NULL;
}

struct written {
	double value;
	int64_t rows;
};

static int by_value(const void *a, const void *b)
{
	double x = ((const struct written *)a)->value, y = ((const struct written *)b)->value;
	return (x > y) - (x < y);
}

/* Values as a FLOAT's text says them, which need not keep their order. */
static int as_written(const struct mg_profile_column *c, struct mg_arena *arena,
	struct mg_freq *table, struct mg_error *err)
{
	if (table->hi)
		return mg_fail(err, MG_ELIMIT,
			"column '%s' is FLOAT on one side only, and its profile does not have every "
			"value; make the profile of a DOUBLE, or with more --entries",
			c->column.name);
	struct written *list = mg_alloc_array(arena, table->len, sizeof(*list));
	size_t kept = 0;
	for (size_t i = 0; i < table->len; i++)
		list[i] = (struct written){mg_float_as_written(table->lo[i]), table->n[i]};
	qsort(list, table->len, sizeof(*list), by_value);
	for (size_t i = 0; i < table->len; i++) {
		if (kept && table->lo[kept - 1] == list[i].value) {
			table->n[kept - 1] += list[i].rows;
			continue;
		}
		table->lo[kept] = list[i].value;
		table->n[kept++] = list[i].rows;
	}
	table->len = kept;
	return MG_OK;
}

/* Ranges ask for more detail: there is none, and the table stays what it is. */
static int freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	(void)max_entries;
	const struct mg_profile_column *c = NULL;
	const struct mg_expr *x = query->value;
	bool written = is_call(x, MG_FN_AS_WRITTEN);
	MG_TRY(check_whole(query, err));
	MG_TRY(find_column(session, query, written ? x->args[0] : x, &c, err));
	assert(c);
	MG_TRY(need_table(c, err));
	struct mg_freq table;
	fill_table(c, arena, &table);
	if (written)
		MG_TRY(as_written(c, arena, &table, err));
	size_t kept = 0;
	for (size_t i = 0; range_count && i < table.len; i++) {
		if (mg_range_find(ranges, range_count, table.lo[i]) == range_count) {
			table.rows -= table.n[i];
			continue;
		}
		table.lo[kept] = table.lo[i];
		table.n[kept] = table.n[i];
		if (table.hi) {
			table.hi[kept] = table.hi[i];
			table.sum[kept] = table.sum[i];
		}
		kept++;
	}
	table.len = range_count ? kept : table.len;
	*out = (struct mg_freq_set){.slice_count = 1,
		.tables = mg_alloc(arena, sizeof(table)),
		.dropped = mg_alloc(arena, sizeof(int64_t))};
	out->tables[0] = table;
	return MG_OK;
}

/* ---- categories ---- */

static int add_numbers(const struct mg_profile_column *c, enum mg_cell_type as,
	struct mg_cell *cells, size_t *rows, struct mg_error *err)
{
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct mg_profile_entry *e = &c->entries[i];
		if (!isnan(e->to))
			return mg_fail(err, MG_ELIMIT,
				"the profile does not have every value of column '%s'; make it with "
				"more --entries, or use psi, ks or wasserstein",
				c->column.name);
		struct mg_cell *key = &cells[(*rows)++ * 2];
		key[0] = as == MG_CELL_INTEGER
			? (struct mg_cell){.type = as, .integer = (int64_t)e->from}
			: (struct mg_cell){.type = as, .real = e->from};
		key[1] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = e->rows};
	}
	if (c->nans) {
		struct mg_cell *key = &cells[(*rows)++ * 2];
		key[0] = (struct mg_cell){.type = MG_CELL_REAL, .real = NAN};
		key[1] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = c->nans};
	}
	return MG_OK;
}

static const char *digest_of(struct mg_arena *arena, const char *text)
{
	char digest[65];
	mg_sha256(text, strlen(text), digest);
	return mg_strdup(arena, digest);
}

static void add_categories(const struct mg_profile_column *c, bool digested, struct mg_arena *arena,
	struct mg_cell *cells, size_t *rows)
{
	for (size_t i = 0; i < c->category_count; i++) {
		const char *value = c->categories[i].value;
		struct mg_cell *key = &cells[(*rows)++ * 2];
		key[0] = (struct mg_cell){.type = MG_CELL_TEXT,
			.text = digested ? digest_of(arena, value) : value};
		key[1] = (struct mg_cell){
			.type = MG_CELL_INTEGER, .integer = c->categories[i].rows};
	}
}

/* How many rows each value has: TEXT(x) or its digest, or a number as it is or made REAL. */
static int group(struct mg_session *session, const struct mg_query *query, struct mg_arena *arena,
	struct mg_table *out, struct mg_error *err)
{
	const struct mg_term *key = &query->keys[0];
	const struct mg_expr *x = key->expr;
	const struct mg_profile_column *c = NULL;
	size_t rows = 0;
	if (query->key_count != 1 || query->term_count != 1 ||
		!is_call(query->terms[0].expr, MG_FN_COUNT))
		return mg_fail(err, MG_EENGINE, "a profile counts one column's values");
	bool digested = is_call(x, MG_FN_DIGEST);
	x = digested ? x->args[0] : x;
	if (is_call(x, MG_FN_EXACT))
		return mg_fail(err, MG_ELIMIT,
			"a side has numbers of more digits than a DOUBLE holds, and a profile has not");
	if (is_call(x, MG_FN_TEXT) || is_call(x, MG_FN_REAL))
		x = x->args[0];
	MG_TRY(find_column(session, query, x, &c, err));
	assert(c);
	MG_TRY(need_table(c, err));
	struct mg_cell *cells = mg_alloc_array(
		arena, 2 * (c->entry_count + c->category_count + 2), sizeof(*cells));
	if (key->as == MG_CELL_TEXT)
		add_categories(c, digested, arena, cells, &rows);
	else
		MG_TRY(add_numbers(c, key->as, cells, &rows, err));
	if (c->nulls) {
		struct mg_cell *none = &cells[rows++ * 2];
		none[0] = (struct mg_cell){.type = MG_CELL_NULL};
		none[1] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = c->nulls};
	}
	*out = (struct mg_table){.cells = cells, .rows = rows, .columns = 2};
	return MG_OK;
}

/* ---- counts ---- */

/* Rows, or those without a value of a column. */
static int count(struct mg_session *session, const struct mg_query *query, const struct mg_expr *x,
	struct mg_cell *out, struct mg_error *err)
{
	const struct mg_profile_file *file = NULL;
	const struct mg_profile_column *c = NULL;
	MG_TRY(profile_of(session, query->source.data, &file, err));
	assert(file);
	*out = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = file->profile->rows};
	if (is_call(x, MG_FN_COUNT))
		return MG_OK;
	const struct mg_expr *missing = is_call(x, MG_FN_COUNT_IF) ? x->args[0] : x;
	bool nans = is_call(missing, MG_FN_OR) && missing->arg_count == 2 &&
		is_call(missing->args[1], MG_FN_IS_NAN);
	const struct mg_expr *null = nans ? missing->args[0] : missing;
	if (!is_call(x, MG_FN_COUNT_IF) || !is_call(null, MG_FN_IS_NULL) ||
		(nans && !mg_x_equal(missing->args[1]->args[0], null->args[0])))
		return mg_fail(err, MG_EENGINE, "a profile has no rows, and this takes some");
	MG_TRY(find_column(session, query, null->args[0], &c, err));
	assert(c);
	out->integer = c->nulls + (nans ? c->nans : 0);
	return MG_OK;
}

static int query_rows(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	*out_columns = NULL;
	if (query->kind != MG_QUERY_AGGREGATE)
		return mg_fail(err, MG_EENGINE, "a profile has no rows, and this takes some");
	MG_TRY(check_whole(query, err));
	if (query->key_count)
		return group(session, query, arena, out, err);
	struct mg_cell *cells = mg_alloc_array(arena, query->term_count + 1, sizeof(*cells));
	for (size_t i = 0; i < query->term_count; i++)
		MG_TRY(count(session, query, query->terms[i].expr, &cells[i], err));
	*out = (struct mg_table){.cells = cells, .rows = 1, .columns = query->term_count};
	return MG_OK;
}

static int prepare(struct mg_session *session, const struct mg_query *query, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_table ignored;
	const char **columns = NULL;
	return query_rows(session, query, arena, &ignored, &columns, err);
}

static char *query_sql(
	struct mg_engine *engine, const struct mg_query *query, struct mg_arena *arena)
{
	(void)engine;
	return mg_printf(arena, "-- from the profile %s", query->source.data->path);
}

const struct mg_engine_ops mg_engine_profile = {
	.name = "profile",
	.open = engine_open,
	.close = engine_close,
	.version = engine_version,
	.describe = describe,
	.session_open = session_open,
	.session_close = session_close,
	.prepare = prepare,
	.query = query_rows,
	.freq = freq,
	.cancel = cancel,
	.sql = query_sql,
};
