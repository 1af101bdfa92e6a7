/* datasets.c: datasets as named tables in front of a SELECT, each in the state that the run reads. */
#include <string.h>

#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_databricks;

enum { MOST_DEPTH = 32 };

struct adding {
	struct mg_engine *engine;
	struct mg_text *out;
	bool *done; /* by dataset, twice: with its own `where`, and whole */
	struct mg_error *err;
};

struct mg_databricks_dataset *mg_databricks_find(struct mg_engine *engine, const struct mg_data *data)
{
	for (size_t i = 0; i < engine->dataset_count; i++)
		if (engine->datasets[i].data == data)
			return &engine->datasets[i];
	return NULL;
}

static const char *name_of(struct mg_arena *arena, const struct mg_data *data, bool whole)
{
	return whole ? mg_printf(arena, "%s%s", d->whole, data->name) : data->name;
}

static int add_rows(const struct mg_databricks_dataset *dataset, struct mg_text *out, struct mg_error *err)
{
	if (dataset->data->sql)
		return mg_dialect_piece(d, out, "the query", dataset->data->sql, err);
	mg_text_add(out, dataset->table);
	if (dataset->version)
		mg_text_addf(out, " VERSION AS OF %s", dataset->version);
	return MG_OK;
}

static int add_mentioned(struct adding *to, const char *sql, int depth);

static int add_one(struct adding *to, size_t at, bool whole, int depth)
{
	const struct mg_databricks_dataset *dataset = &to->engine->datasets[at];
	const struct mg_data *data = dataset->data;
	struct mg_arena *arena = to->out->arena;
	if (to->done[2 * at + whole])
		return MG_OK;
	to->done[2 * at + whole] = true;
	if (depth == MOST_DEPTH)
		return mg_fail(to->err, MG_ESPEC, "datasets of sql are made of each other too deeply");
	if (data->sql)
		MG_TRY(add_mentioned(to, data->sql, depth + 1));
	if (data->where && !whole)
		MG_TRY(add_mentioned(to, data->where, depth + 1));
	mg_text_add(to->out, to->out->len ? ", " : "WITH ");
	mg_dialect_name(d, to->out, name_of(arena, data, whole));
	mg_text_add(to->out, " AS (SELECT * FROM ");
	MG_TRY(add_rows(dataset, to->out, to->err));
	if (data->where && !whole) {
		mg_text_add(to->out, " WHERE ");
		MG_TRY(mg_dialect_piece(d, to->out, "the condition", data->where, to->err));
	}
	mg_text_add(to->out, ")");
	return MG_OK;
}

static int add_mentioned(struct adding *to, const char *sql, int depth)
{
	struct mg_arena *arena = to->out->arena;
	for (size_t i = 0; i < to->engine->dataset_count; i++)
		for (int whole = 0; whole < 2; whole++)
			if (mg_sql_mentions(sql, name_of(arena, to->engine->datasets[i].data, whole)))
				MG_TRY(add_one(to, i, whole, depth));
	return MG_OK;
}

int mg_databricks_with_datasets(struct mg_engine *engine, const char *select, struct mg_arena *arena,
	char **out, struct mg_error *err)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	struct adding to = {.engine = engine, .out = &text, .err = err};
	to.done = mg_alloc_array(arena, 2 * engine->dataset_count, sizeof(*to.done));
	MG_TRY(add_mentioned(&to, select, 0));
	mg_text_addf(&text, "%s%s", text.len ? " " : "", select);
	*out = text.data;
	return MG_OK;
}
