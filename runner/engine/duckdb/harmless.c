/* harmless.c: which output columns of a SELECT show nothing but columns that may be shown.
 *
 * What cannot be followed is not harmless: below WITH, UNION and subqueries columns are not traced, only
 * a statement that names nothing else than harmless columns anywhere is harmless as a whole. */
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"

struct trace {
	struct mg_arena *arena;
	struct mg_map names;   /* harmless columns, in lower case */
	struct mg_map hidden;  /* columns that are not, whatever else is called so */
	struct mg_map tables;  /* names and aliases of tables, in lower case */
	struct mg_map aliases; /* names that expressions are given, in lower case */
	bool plain;            /* tables keep the names of their columns */
};

static const char *text_of(const json_t *node, const char *key)
{
	const char *text = json_string_value(json_object_get(node, key));
	return text ? text : "";
}

static void keep(struct trace *t, struct mg_map *map, const char *name)
{
	const char *key = mg_lower(t->arena, name);
	if (*name && !mg_map_has(map, key))
		mg_map_put(map, key, NULL);
}

static bool has(const struct trace *t, const struct mg_map *map, const char *name)
{
	return mg_map_has(map, mg_lower(t->arena, name));
}

/* Names of tables and aliases anywhere below the node. */
static void gather(struct trace *t, json_t *node)
{
	const char *key;
	json_t *value;
	size_t i;
	bool expression = *text_of(node, "class") != '\0';
	if (json_is_object(node)) {
		keep(t, expression ? &t->aliases : &t->tables, text_of(node, "alias"));
		keep(t, &t->tables, text_of(node, "table_name"));
		t->plain = t->plain && !json_array_size(json_object_get(node, "column_name_alias"));
	}
	json_object_foreach(node, key, value) gather(t, value);
	json_array_foreach(node, i, value) gather(t, value);
}

/* Is it a harmless column, by its name alone or behind its table's? A field of a column is that column. */
static bool is_harmless_reference(const struct trace *t, const json_t *node, bool aliases)
{
	const json_t *parts = json_object_get(node, "column_names");
	const char *first = json_string_value(json_array_get(parts, 0));
	const char *second = json_string_value(json_array_get(parts, 1));
	if (!first || json_array_size(parts) > 2)
		return false;
	const char *name = second && has(t, &t->tables, first) ? second : first;
	if (has(t, &t->hidden, name))
		return false;
	return has(t, &t->names, name) ||
		(aliases && has(t, &t->aliases, name) && !has(t, &t->tables, name));
}

/* Nothing below the node shows other columns. aliases: also names that expressions were given will do,
 * since all expressions are looked at. */
static bool is_harmless(const struct trace *t, json_t *node, bool aliases)
{
	const char *class = text_of(node, "class"), *key;
	json_t *value;
	size_t i;
	if (mg_streq(class, "COLUMN_REF"))
		return is_harmless_reference(t, node, aliases);
	if (mg_streq(class, "STAR") || mg_streq(class, "POSITIONAL_REFERENCE") ||
		mg_streq(class, "LAMBDA") || (!aliases && mg_streq(class, "SUBQUERY")) ||
		mg_streq(text_of(node, "type"), "TABLE_FUNCTION"))
		return false;
	json_object_foreach(node, key, value) if (!is_harmless(t, value, aliases)) return false;
	json_array_foreach(node, i, value) if (!is_harmless(t, value, aliases)) return false;
	return true;
}

/* Is it made of the spec's own tables, joined? */
static bool is_simple_source(const json_t *from)
{
	const char *type = text_of(from, "type");
	if (mg_streq(type, "JOIN"))
		return is_simple_source(json_object_get(from, "left")) &&
			is_simple_source(json_object_get(from, "right"));
	return mg_streq(type, "BASE_TABLE") || mg_streq(type, "EMPTY");
}

static bool is_simple_star(const json_t *star)
{
	return !json_is_true(json_object_get(star, "columns")) &&
		!json_array_size(json_object_get(star, "replace_list")) &&
		!json_object_size(json_object_get(star, "replace_list")) &&
		!json_array_size(json_object_get(star, "rename_list")) &&
		!json_object_size(json_object_get(star, "rename_list"));
}

/* What the expression's column is called; "" when it has the engine's own name for it. */
static const char *output_name(const json_t *item)
{
	const char *alias = text_of(item, "alias");
	const json_t *parts = json_object_get(item, "column_names");
	if (*alias || !parts)
		return alias;
	const char *last = json_string_value(json_array_get(parts, json_array_size(parts) - 1));
	return last ? last : "";
}

static bool is_harmless_output(const struct trace *t, json_t *items, const char *output)
{
	bool named = false, star = false, unnamed = false, good = true, others_good = true;
	size_t i;
	json_t *item;
	json_array_foreach(items, i, item)
	{
		const char *name = output_name(item);
		if (mg_streq(text_of(item, "class"), "STAR")) {
			if (!is_simple_star(item))
				return false;
			star = true;
		} else if (*name && strcasecmp(name, output) == 0) {
			named = true;
			good = good && is_harmless(t, item, false);
		} else if (!*name) {
			unnamed = true;
			others_good = others_good && is_harmless(t, item, false);
		}
	}
	if (star)
		good = good && has(t, &t->names, output) && !has(t, &t->hidden, output);
	return named || star ? good : unnamed && others_good;
}

static void mark(
	struct trace *t, json_t *statement, const char *const *outputs, size_t count, bool *out)
{
	json_t *node = json_object_get(statement, "node");
	t->plain = true;
	gather(t, statement);
	bool whole = t->plain && is_harmless(t, statement, true);
	bool simple = t->plain && mg_streq(text_of(node, "type"), "SELECT_NODE") &&
		!json_array_size(json_object_get(json_object_get(node, "cte_map"), "map")) &&
		is_simple_source(json_object_get(node, "from_table"));
	for (size_t i = 0; i < count; i++)
		out[i] = whole ||
			(simple &&
				is_harmless_output(
					t, json_object_get(node, "select_list"), outputs[i]));
}

int mg_duckdb_harmless(struct mg_session *session, const struct mg_data *data, const char *sql,
	const struct mg_texts *names, const struct mg_texts *hidden, const char *const *outputs,
	size_t count, bool *out, struct mg_error *err)
{
	(void)data;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *tree = NULL;
	MG_TRY(mg_duckdb_tree(session->engine, session->con, sql, arena, &tree, err));
	/* Places that are none are 2^64-1, which jansson takes for no integer. */
	json_t *value = json_loads(tree, JSON_DECODE_INT_AS_REAL, NULL);
	json_t *statement = json_array_get(json_object_get(value, "statements"), 0);
	struct trace t = {.arena = arena};
	mg_map_init(&t.names, arena);
	mg_map_init(&t.tables, arena);
	mg_map_init(&t.aliases, arena);
	for (size_t i = 0; i < names->count; i++)
		keep(&t, &t.names, names->list[i]);
	mg_map_init(&t.hidden, arena);
	for (size_t i = 0; i < hidden->count; i++)
		keep(&t, &t.hidden, hidden->list[i]);
	memset(out, 0, count * sizeof(*out));
	if (statement)
		mark(&t, statement, outputs, count, out);
	json_decref(value);
	return MG_OK;
}
