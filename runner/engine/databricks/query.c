/* query.c: one query as the statements that Spark runs well: at most so many aggregates, of so much text, counts of
 * distinct values apart. */
#include <string.h>

#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/dialect.h"

/* Above, code that Spark generates gets too large to be compiled. */
enum { MOST_AGGREGATES = 100 };

struct parts {
	struct mg_session *session;
	const struct mg_query *query;
	struct mg_arena *arena;
	struct mg_databricks_result *out; /* of all statements; columns NULL: none ran yet */
	struct mg_error *err;
};

int mg_databricks_select(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, char **out, struct mg_error *err)
{
	const struct mg_dialect *d = &session->engine->dialect;
	if (query->sql && !mg_sql_is_select(&d->lexis, query->sql))
		return mg_fail(err, MG_ESPEC, "the SQL is not a SELECT; only reading is allowed");
	return mg_dialect_sql(d, query, arena, out, err);
}

static int run_one(struct mg_session *session, const struct mg_query *query, struct mg_arena *arena,
	struct mg_databricks_result *out, struct mg_error *err)
{
	char *select = NULL, *sql = NULL;
	MG_TRY(mg_databricks_select(session, query, arena, &select, err));
	MG_TRY(mg_databricks_with_datasets(session, select, arena, &sql, err));
	return mg_databricks_run(session, sql, arena, out, err);
}

static bool is_distinct(const struct mg_term *term)
{
	return term->expr->type == MG_X_CALL && term->expr->fn == MG_FN_COUNT_DISTINCT;
}

static bool same_cell(const struct mg_cell *a, const struct mg_cell *b)
{
	return a->type == b->type && a->integer == b->integer &&
		(a->real == b->real || (a->real != a->real && b->real != b->real)) &&
		mg_streq(a->text, b->text);
}

/* Room for all terms, with the keys of the first statement's rows. */
static void make_table(const struct parts *p, const struct mg_databricks_result *first)
{
	size_t keys = p->query->key_count, width = keys + p->query->term_count;
	struct mg_cell *cells = mg_alloc_array(p->arena, first->table.rows * width, sizeof(*cells));
	for (size_t r = 0; r < first->table.rows; r++)
		memcpy(&cells[r * width], &first->table.cells[r * first->table.columns],
			keys * sizeof(*cells));
	p->out->table = (struct mg_table){
		.cells = cells, .rows = first->table.rows, .columns = width};
	p->out->columns = mg_alloc_array(p->arena, width, sizeof(*p->out->columns));
	memcpy(p->out->columns, first->columns, keys * sizeof(*first->columns));
}

/* Rows come in the order of their keys, and all statements see the same rows. */
static int put_in(const struct parts *p, const struct mg_databricks_result *got,
	const size_t *place, size_t count)
{
	size_t keys = p->query->key_count;
	if (!p->out->columns)
		make_table(p, got);
	struct mg_table *all = &p->out->table;
	bool same = got->table.rows == all->rows && got->table.columns == keys + count;
	for (size_t r = 0; same && r < all->rows; r++) {
		const struct mg_cell *from = &got->table.cells[r * got->table.columns];
		struct mg_cell *to = (struct mg_cell *)&all->cells[r * all->columns];
		for (size_t k = 0; k < keys; k++)
			same = same && same_cell(&from[k], &to[k]);
		for (size_t i = 0; i < count; i++)
			to[keys + place[i]] = from[keys + i];
	}
	if (!same)
		return mg_fail(p->err, MG_EENGINE,
			"data '%s' changed while it was read: two statements saw different rows",
			p->query->source.data->name);
	for (size_t i = 0; i < count; i++)
		p->out->columns[keys + place[i]] = got->columns[keys + i];
	return MG_OK;
}

/* Some of the terms, which are asked for in one statement. */
struct part {
	size_t *place; /* of the query's terms */
	size_t count;
};

static int write_part(const struct parts *p, const struct part *part, const char **out)
{
	struct mg_query some = *p->query;
	struct mg_term *terms = mg_alloc_array(p->arena, part->count, sizeof(*terms));
	char *select = NULL, *sql = NULL;
	for (size_t i = 0; i < part->count; i++)
		terms[i] = p->query->terms[part->place[i]];
	some.terms = terms;
	some.term_count = part->count;
	MG_TRY(mg_databricks_select(p->session, &some, p->arena, &select, p->err));
	MG_TRY(mg_databricks_with_datasets(p->session, select, p->arena, &sql, p->err));
	*out = sql;
	return MG_OK;
}

/* Each count of distinct values alone, of all else at most so many together. */
static struct part *share_out(const struct parts *p, size_t most, size_t *out_count)
{
	size_t terms = p->query->term_count, count = 0;
	struct part *parts = mg_alloc_array(p->arena, terms, sizeof(*parts)), *open = NULL;
	for (size_t i = 0; i < terms; i++) {
		bool alone = is_distinct(&p->query->terms[i]);
		struct part *into = alone || !open || open->count == most
			? &parts[count++]
			: open;
		if (!into->place)
			into->place = mg_alloc_array(
				p->arena, alone ? 1 : most, sizeof(*into->place));
		into->place[into->count++] = i;
		open = alone ? open : into;
	}
	*out_count = count;
	return parts;
}

/* As many together as a statement may have, in number and in text. */
static int write_parts(const struct parts *p, const struct part **out, const char ***out_sql,
	size_t *out_count)
{
	bool fit = false;
	for (size_t most = MOST_AGGREGATES; !fit && most > 0; most /= 2) {
		const struct part *parts = share_out(p, most, out_count);
		const char **sql = mg_alloc_array(p->arena, *out_count, sizeof(*sql));
		fit = true;
		for (size_t i = 0; i < *out_count; i++) {
			MG_TRY(write_part(p, &parts[i], &sql[i]));
			fit = fit && strlen(sql[i]) <= MG_DATABRICKS_MOST_TEXT;
		}
		*out = parts;
		*out_sql = sql;
	}
	return MG_OK;
}

static int run_parts(const struct parts *p)
{
	const struct part *parts = NULL;
	const char **sql = NULL;
	size_t count = 0;
	MG_TRY(write_parts(p, &parts, &sql, &count));
	struct mg_databricks_result *got = mg_alloc_array(p->arena, count, sizeof(*got));
	MG_TRY(mg_databricks_run_all(p->session, sql, count, p->arena, got, p->err));
	for (size_t i = 0; i < count; i++)
		MG_TRY(put_in(p, &got[i], parts[i].place, parts[i].count));
	return MG_OK;
}

int mg_databricks_query(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err)
{
	if (query->kind != MG_QUERY_AGGREGATE || query->term_count < 2)
		return run_one(session, query, arena, out, err);
	*out = (struct mg_databricks_result){0};
	const struct parts p = {
		.session = session, .query = query, .arena = arena, .out = out, .err = err};
	return run_parts(&p);
}
