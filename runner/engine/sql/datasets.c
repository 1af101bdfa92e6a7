/* datasets.c: gives the datasets of a connection the names that queries know them by, in each statement:
 * a gate has no right to make views there. */
#include "engine/sql/datasets.h"

#include "base/arena.h"
#include "base/text.h"

struct naming {
	const struct mg_sql_datasets *datasets;
	struct mg_arena *arena;
	struct mg_text out;
	enum { UNSEEN, OPEN, DONE } * states; /* by dataset of the spec and whether it is whole */
};

/* What is being named already is passed over where `again`, else it is made of itself. */
static int name_all(struct naming *n, const char *sql, bool again, struct mg_error *err);

static const char *name_of(struct naming *n, const struct mg_data *data, bool whole)
{
	return whole ? mg_printf(n->arena, "%s%s", n->datasets->dialect->whole, data->name)
		     : data->name;
}

/* What it is a SELECT of, its own condition left out. */
static int add_source(struct naming *n, const struct mg_data *data, struct mg_error *err)
{
	const char *from = NULL;
	if (data->sql)
		return mg_dialect_piece(n->datasets->dialect, &n->out, "the query", data->sql, err);
	MG_TRY(n->datasets->from(n->datasets->context, data, n->arena, &from, err));
	mg_text_add(&n->out, from);
	return MG_OK;
}

static int add_dataset(
	struct naming *n, const struct mg_data *data, bool whole, struct mg_error *err)
{
	const struct mg_sql_datasets *datasets = n->datasets;
	const struct mg_dialect *d = datasets->dialect;
	const char *columns = NULL;
	if (data->sql)
		MG_TRY(name_all(n, data->sql, false, err));
	if (data->where && !whole) /* its columns may be called as datasets are */
		MG_TRY(name_all(n, data->where, true, err));
	if (datasets->columns)
		MG_TRY(datasets->columns(datasets->context, data, n->arena, &columns, err));
	mg_text_add(&n->out, n->out.len ? ", " : "WITH ");
	mg_dialect_name(d, &n->out, name_of(n, data, whole));
	mg_text_addf(&n->out, " AS %s(SELECT * FROM ", d->table ? d->table : "");
	if (columns)
		mg_text_addf(&n->out, "(SELECT %s FROM ", columns);
	MG_TRY(add_source(n, data, err));
	mg_text_add(&n->out, " AS ");
	mg_dialect_name(d, &n->out, data->name);
	if (columns) {
		mg_text_add(&n->out, ") AS ");
		mg_dialect_name(d, &n->out, data->name);
	}
	if (data->where && !whole) {
		mg_text_add(&n->out, " WHERE ");
		MG_TRY(mg_dialect_piece(d, &n->out, "the condition", data->where, err));
	}
	mg_text_add_char(&n->out, ')');
	return MG_OK;
}

static int name_all(struct naming *n, const char *sql, bool again, struct mg_error *err)
{
	const struct mg_spec *spec = n->datasets->spec;
	for (size_t i = 0; i < 2 * spec->data_count; i++) {
		const struct mg_data *data = &spec->data[i / 2];
		bool whole = i % 2;
		if (data->connection != n->datasets->connection || n->states[i] == DONE ||
			!mg_sql_names(&n->datasets->dialect->lexis, sql, name_of(n, data, whole)))
			continue;
		if (n->states[i] == OPEN && again)
			continue;
		if (n->states[i] == OPEN)
			return mg_fail(err, MG_ESPEC,
				"data '%s' is made of itself, directly or by way of others",
				data->name);
		n->states[i] = OPEN;
		MG_TRY(add_dataset(n, data, whole, err));
		n->states[i] = DONE;
	}
	return MG_OK;
}

int mg_sql_with_datasets(const struct mg_sql_datasets *datasets, const char *select,
	struct mg_arena *arena, char **out, struct mg_error *err)
{
	struct naming n = {.datasets = datasets, .arena = arena};
	mg_text_init(&n.out, arena);
	n.states = mg_alloc_array(arena, 2 * datasets->spec->data_count, sizeof(*n.states));
	MG_TRY(name_all(&n, select, false, err));
	static const char with[] = "WITH "; /* a statement has one, which begins it */
	if (n.out.len && mg_starts_with(select, with))
		mg_text_addf(&n.out, ", %s", select + sizeof(with) - 1);
	else
		mg_text_addf(&n.out, "%s%s", n.out.len ? " " : "", select);
	*out = n.out.data;
	return MG_OK;
}
