/* narrow_sql.c: gives a statement only those columns of a wide `sql:` dataset that it names, where its SELECT takes
 * rows of one table one by one: then any of its columns may be left out, and the others stay as they are. DuckDB's
 * own parser says so, and its own writer writes what is left. A star stands for the columns of a table that is known. */
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

#define PLACE "\"query_location\":"
#define ITEMS "\"select_list\":\"\""

struct item {
	const char *tree;     /* as JSON */
	struct mg_texts uses; /* names of columns in it */
	bool stays;           /* others may go by its name */
};

struct mg_narrow_sql {
	const char *before, *behind; /* JSON around the items */
	struct item *items;          /* in order of the dataset's columns */
	size_t count;
	struct mg_map numbers;      /* 1 + its index, by the column's name in lower case */
	struct mg_texts uses;       /* of all but the items */
	const struct dataset *from; /* a wide table whose columns can be left out too; or NULL */
};

static const char *text_of(const json_t *node, const char *key)
{
	const char *text = json_string_value(json_object_get(node, key));
	return text ? text : "";
}

/* ---- may columns be left out? ---- */

/* Does the expression look at nothing but its row, and give one value for it? functions: those that may stand in it
 * beside + and the like; NULL: any, where SQL takes none that sums up. */
static bool is_by_row(json_t *node, const struct mg_map *functions)
{
	static const char *const classes[] = {"", "COLUMN_REF", "CONSTANT", "CAST", "COMPARISON",
		"CONJUNCTION", "OPERATOR", "CASE", "BETWEEN", "FUNCTION"};
	const char *class = text_of(node, "class"), *key;
	json_t *value;
	size_t i;
	bool known = false;
	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		known = known || mg_streq(class, classes[i]);
	if (!known ||
		(mg_streq(class, "FUNCTION") && functions &&
			!json_is_true(json_object_get(node, "is_operator")) &&
			!mg_map_has(functions, text_of(node, "function_name"))))
		return false;
	json_object_foreach(node, key, value) if (!is_by_row(value, functions)) return false;
	json_array_foreach(node, i, value) if (!is_by_row(value, functions)) return false;
	return true;
}

/* Has it a name that is not made of how it is written? */
static bool is_named(const json_t *item)
{
	return *text_of(item, "alias") || mg_streq(text_of(item, "class"), "COLUMN_REF");
}

static bool is_nothing(const json_t *node, const char *key)
{
	const json_t *value = json_object_get(node, key);
	return value && (json_is_null(value) || (json_is_array(value) && !json_array_size(value)));
}

static bool is_star(const json_t *item)
{
	return mg_streq(text_of(item, "class"), "STAR");
}

/* A star of all columns of the table, of which some may be left out, made of others, or renamed. */
static bool is_whole(json_t *star, const json_t *from, const struct mg_map *functions)
{
	const char *of = text_of(star, "relation_name"), *alias = text_of(from, "alias");
	return (!*of || strcasecmp(of, *alias ? alias : text_of(from, "table_name")) == 0) &&
		json_is_false(json_object_get(star, "columns")) &&
		is_nothing(star, "qualified_exclude_list") &&
		is_by_row(json_object_get(star, "replace_list"), functions);
}

/* A SELECT of rows of one table, with a condition or without. */
static bool is_plain(json_t *node, const struct mg_map *functions)
{
	json_t *items = json_object_get(node, "select_list"), *item;
	const json_t *from = json_object_get(node, "from_table");
	size_t i;
	if (!mg_streq(text_of(node, "type"), "SELECT_NODE") || !is_nothing(node, "modifiers") ||
		!is_nothing(json_object_get(node, "cte_map"), "map") ||
		!is_nothing(node, "group_expressions") || !is_nothing(node, "group_sets") ||
		!is_nothing(node, "having") || !is_nothing(node, "qualify") ||
		!is_nothing(node, "sample") ||
		!mg_streq(text_of(node, "aggregate_handling"), "STANDARD_HANDLING") ||
		!mg_streq(text_of(from, "type"), "BASE_TABLE") || !is_nothing(from, "sample") ||
		!is_nothing(from, "column_name_alias") || !is_nothing(from, "at_clause") ||
		!is_by_row(json_object_get(node, "where_clause"), NULL))
		return false;
	json_array_foreach(items, i, item)
	{
		bool fits = is_star(item) ? is_whole(item, from, functions)
					  : is_by_row(item, functions) && is_named(item);
		if (!fits)
			return false;
	}
	return true;
}

/* The functions that make one value of a row, and go by no name of others. */
static bool learn_functions(struct mg_session *session, struct mg_arena *arena, struct mg_map *out)
{
	static const char sql[] = "SELECT function_name FROM duckdb_functions() GROUP BY 1 "
				  "HAVING bool_and(function_type = 'scalar')";
	struct mg_table table;
	struct mg_error ignored;
	if (mg_duckdb_rows(session, sql, arena, &table, &ignored) != MG_OK)
		return false;
	for (size_t i = 0; i < table.rows; i++)
		mg_map_put(out, table.cells[i].text, NULL);
	return true;
}

/* ---- what a star stands for ---- */

/* What a list of the star says of a column: an entry whose key, or the column in it, has its name. */
static json_t *entry_of(json_t *list, const char *column)
{
	json_t *entry;
	size_t i;
	json_array_foreach(list, i, entry)
	{
		const json_t *key = json_object_get(entry, "key");
		const char *name = json_is_string(entry) ? json_string_value(entry)
			: json_is_string(key)            ? json_string_value(key)
							 : text_of(key, "column");
		if (strcasecmp(name, column) == 0)
			return entry;
	}
	return NULL;
}

static json_t *reference(const char *column)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:[s]}", "class", "COLUMN_REF", "type", "COLUMN_REF",
		"alias", "", "query_location", 0, "column_names", column);
}

/* Adds an item for each column of the table that the star stands for, by the names that they have there. */
static void add_columns(json_t *star, const struct mg_map *source, json_t *out)
{
	json_t *left_out = json_object_get(star, "exclude_list");
	json_t *made = json_object_get(star, "replace_list");
	json_t *renamed = json_object_get(star, "rename_list");
	for (size_t i = 0; i < source->count; i++) {
		const char *column = source->entries[i].key;
		if (entry_of(left_out, column))
			continue;
		const json_t *new_name = entry_of(renamed, column), *value = entry_of(made, column);
		json_t *item = value ? json_deep_copy(json_object_get(value, "value"))
				     : reference(column);
		const char *alias = new_name ? text_of(new_name, "value") : column;
		if (value || new_name)
			json_object_set_new(item, "alias", json_string(alias));
		json_array_append_new(out, item);
	}
}

/* Puts columns in place of stars. False when the table's are not known, or what comes out is not what the dataset
 * has. */
static bool expand(json_t *node, const struct dataset *from, const struct mg_table *columns)
{
	json_t *items = json_object_get(node, "select_list"), *item, *all = json_array();
	bool stars = false, same = true;
	size_t i;
	json_array_foreach(items, i, item)
	{
		stars = stars || is_star(item);
		if (is_star(item) && from)
			add_columns(item, from->columns, all);
		else
			json_array_append(all, item);
	}
	same = !stars || (from && json_array_size(all) == columns->rows);
	for (i = 0; stars && same && i < columns->rows; i++) {
		item = json_array_get(all, i);
		const json_t *names = json_object_get(item, "column_names");
		const char *name = text_of(item, "alias");
		if (!*name)
			name = json_string_value(json_array_get(names, json_array_size(names) - 1));
		same = strcasecmp(name, columns->cells[i * columns->columns].text) == 0;
	}
	json_object_set_new(node, "select_list", all);
	return same;
}

/* ---- what is kept of the tree ---- */

/* The tree, and where in the text its words stood left out: numbers beyond 63 bits are among them. */
static char *without_places(struct mg_arena *arena, const char *tree)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (const char *at; (at = strstr(tree, PLACE)) != NULL;) {
		at += sizeof(PLACE) - 1;
		mg_text_add_bytes(&out, tree, (size_t)(at - tree));
		mg_text_add_char(&out, '0');
		tree = at + strspn(at, "0123456789");
	}
	mg_text_add(&out, tree);
	return out.data;
}

static void add_uses(struct mg_arena *arena, json_t *node, struct mg_map *out)
{
	const char *key;
	json_t *value;
	size_t i;
	json_array_foreach(json_object_get(node, "column_names"), i, value)
	{
		const char *name = mg_lower(arena, json_string_value(value));
		if (!mg_map_has(out, name))
			mg_map_put(out, name, NULL);
	}
	json_object_foreach(node, key, value) add_uses(arena, value, out);
	json_array_foreach(node, i, value) add_uses(arena, value, out);
}

static struct mg_texts uses_of(struct mg_arena *arena, json_t *node)
{
	struct mg_map found;
	mg_map_init(&found, arena);
	add_uses(arena, node, &found);
	struct mg_texts out = {.count = found.count};
	out.list = mg_alloc_array(arena, found.count, sizeof(*out.list));
	for (size_t i = 0; i < found.count; i++)
		out.list[i] = found.entries[i].key;
	return out;
}

static char *dump(struct mg_arena *arena, const json_t *node)
{
	char *text = json_dumps(node, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
	char *out = mg_strdup(arena, text ? text : "");
	free(text);
	return out;
}

/* columns: of the dataset, a name in each row. NULL: they are not one for each item. */
static struct mg_narrow_sql *keep(
	struct mg_arena *arena, json_t *tree, const struct mg_table *columns)
{
	json_t *node = json_object_get(
		json_array_get(json_object_get(tree, "statements"), 0), "node");
	json_t *items = json_incref(json_object_get(node, "select_list")), *item;
	struct mg_narrow_sql *out = mg_alloc(arena, sizeof(*out));
	struct mg_map all;
	size_t i;
	mg_map_init(&out->numbers, arena);
	mg_map_init(&all, arena);
	add_uses(arena, node, &all);
	out->count = json_array_size(items);
	out->items = mg_alloc_array(arena, out->count, sizeof(*out->items));
	for (i = 0; i < out->count && i < columns->rows; i++) {
		const char *name = mg_lower(arena, columns->cells[i * columns->columns].text);
		item = json_array_get(items, i);
		out->items[i] = (struct item){.tree = dump(arena, item),
			.uses = uses_of(arena, item),
			.stays = *text_of(item, "alias") && mg_map_has(&all, name)};
		mg_map_put(&out->numbers, name, (void *)(uintptr_t)(i + 1));
	}
	json_object_set_new(node, "select_list", json_string(""));
	json_decref(items);
	out->uses = uses_of(arena, node);
	char *whole = dump(arena, tree), *at = strstr(whole, ITEMS);
	if (!at || out->count != columns->rows)
		return NULL;
	at += sizeof(ITEMS) - 3;
	*at = '\0';
	out->before = whole;
	out->behind = at + 2;
	return out;
}

/* The SELECT as DuckDB writes it, of a tree. */
static const char *written(struct mg_session *session, const char *tree, struct mg_arena *arena)
{
	struct mg_text sql;
	struct mg_table table;
	struct mg_error ignored;
	mg_text_init(&sql, arena);
	mg_text_add(&sql, "SELECT json_deserialize_sql(CAST(");
	mg_dialect_text(&mg_dialect_duckdb, &sql, tree);
	mg_text_add(&sql, " AS JSON))");
	if (mg_duckdb_rows(session, sql.data, arena, &table, &ignored) != MG_OK || table.rows != 1)
		return NULL;
	return table.cells[0].text;
}

/* The table that it selects from, when that is a dataset of files with columns that are known. */
static const struct dataset *source_of(struct mg_session *session, const json_t *from)
{
	struct mg_engine *engine = session->engine;
	const char *name = text_of(from, "table_name");
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < engine->dataset_count; i++) {
		struct dataset *source = &engine->datasets[i];
		struct mg_text sql;
		struct mg_table table;
		struct mg_error ignored;
		if (strcasecmp(source->data->name, name) != 0 || !source->data->path)
			continue;
		mg_text_init(&sql, arena);
		mg_text_add(&sql, "SELECT * FROM ");
		mg_dialect_name(&mg_dialect_duckdb, &sql, source->data->name);
		if (mg_duckdb_describe(session, sql.data, arena, &table, &ignored) == MG_OK)
			mg_duckdb_learn_columns_locked(session, source, &table);
		return source->columns ? source : NULL;
	}
	return NULL;
}

/* Is the row of the table a value of it, with all columns? */
static bool uses_row(const struct dataset *from, const char *alias, const struct mg_narrow_sql *sql)
{
	for (size_t i = 0; i <= sql->count; i++) {
		const struct mg_texts *uses = i < sql->count ? &sql->items[i].uses : &sql->uses;
		for (size_t k = 0; k < uses->count; k++)
			if (strcasecmp(uses->list[k], from->data->name) == 0 ||
				strcasecmp(uses->list[k], alias) == 0)
				return true;
	}
	return false;
}

struct mg_narrow_sql *mg_duckdb_learn_sql(struct mg_session *session, const struct dataset *dataset,
	const struct mg_table *columns, struct mg_arena *arena)
{
	struct mg_error ignored;
	const char *tree = NULL, *again = NULL;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_map functions;
	if (mg_duckdb_tree(session->engine, session->con, dataset->data->sql, scratch, &tree,
		    &ignored) != MG_OK)
		return NULL;
	tree = without_places(scratch, tree);
	/* What DuckDB writes of it must be the same SELECT. */
	const char *sql = written(session, tree, scratch);
	if (!sql ||
		mg_duckdb_tree(session->engine, session->con, sql, scratch, &again, &ignored) !=
			MG_OK ||
		!mg_streq(tree, without_places(scratch, again)))
		return NULL;
	json_t *value = json_loads(tree, 0, NULL);
	const json_t *statements = json_object_get(value, "statements");
	json_t *node = json_object_get(json_array_get(statements, 0), "node");
	const json_t *from = json_object_get(node, "from_table");
	struct mg_narrow_sql *out = NULL;
	mg_map_init(&functions, scratch);
	/* Most name no function, and DuckDB takes a while to list them. */
	if (json_array_size(statements) == 1 &&
		(is_plain(node, &functions) ||
			(learn_functions(session, scratch, &functions) &&
				is_plain(node, &functions)))) {
		const struct dataset *source = source_of(session, from);
		if (expand(node, source, columns) && (out = keep(arena, value, columns)) != NULL &&
			source && !uses_row(source, text_of(from, "alias"), out))
			out->from = source;
	}
	json_decref(value);
	return out;
}

/* ---- what a statement gets ---- */

static void need(struct mg_map *needed, const char *name)
{
	if (!mg_map_has(needed, name))
		mg_map_put(needed, name, NULL);
}

static void need_all(struct mg_map *needed, const struct mg_texts *names)
{
	for (size_t i = 0; i < names->count; i++)
		need(needed, names->list[i]);
}

/* `WITH "p" AS (SELECT what is needed of it FROM its files) `, or nothing. */
static void add_source(struct mg_session *session, const struct mg_narrow_sql *sql,
	const struct mg_map *needed, struct mg_text *out)
{
	const struct dataset *from = sql->from;
	struct mg_text columns;
	if (!from)
		return;
	mg_text_init(&columns, out->arena);
	for (size_t i = 0; i < needed->count; i++) {
		const char *column = mg_map_get(from->columns, needed->entries[i].key);
		if (column)
			mg_text_addf(&columns, "%s%s", columns.len ? ", " : "", column);
	}
	if (!columns.len)
		return;
	mg_text_add(out, "WITH ");
	mg_dialect_name(&mg_dialect_duckdb, out, from->data->name);
	pthread_mutex_lock(&session->engine->lock);
	mg_text_addf(out, " AS (SELECT %s FROM %s) ", columns.data,
		from->bare ? from->bare : from->read);
	pthread_mutex_unlock(&session->engine->lock);
}

const char *mg_duckdb_narrow_sql(struct mg_session *session, const struct dataset *dataset,
	const struct mg_texts *names, struct mg_arena *arena)
{
	const struct mg_narrow_sql *sql = dataset->narrow;
	struct mg_map needed; /* of the source's columns */
	struct mg_text tree, out;
	mg_map_init(&needed, arena);
	mg_text_init(&tree, arena);
	mg_text_init(&out, arena);
	need_all(&needed, &sql->uses);
	mg_text_add_char(&out, '(');
	bool *wanted = mg_alloc_array(arena, sql->count, sizeof(*wanted));
	for (size_t i = 0; i < names->count; i++) {
		size_t number = (uintptr_t)mg_map_get(&sql->numbers, names->list[i]);
		if (!number)
			return NULL;
		wanted[number - 1] = true;
	}
	mg_text_addf(&tree, "%s[", sql->before);
	for (size_t i = 0, count = 0; i < sql->count; i++) {
		if (!wanted[i] && !sql->items[i].stays)
			continue;
		mg_text_addf(&tree, "%s%s", count++ ? "," : "", sql->items[i].tree);
		need_all(&needed, &sql->items[i].uses);
	}
	mg_text_addf(&tree, "]%s", sql->behind);
	const char *select = written(session, tree.data, arena);
	if (!select)
		return NULL;
	add_source(session, sql, &needed, &out);
	mg_text_addf(&out, "SELECT * FROM (%s))", select);
	return out.data;
}
