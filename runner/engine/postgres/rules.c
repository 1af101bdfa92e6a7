/* rules.c: what would make a verdict hang on the server's session, on chance, or on how it compares texts. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/postgres/engine.h"

/* ---- functions ---- */

static const char **copy_names(
	struct mg_engine *engine, PGresult *result, bool visible, size_t *out_count)
{
	const struct mg_libpq_api *api = &engine->api;
	size_t rows = (size_t)api->ntuples(result);
	const char **names = mg_alloc_array(engine->arena, rows, sizeof(*names));
	*out_count = 0;
	for (size_t i = 0; i < rows; i++)
		if (!visible || *api->getvalue(result, (int)i, 1) == 't')
			names[(*out_count)++] = mg_strdup(
				engine->arena, api->getvalue(result, (int)i, 0));
	return names;
}

int mg_postgres_learn_volatiles(
	struct mg_engine *engine, const struct mg_postgres_wire *wire, struct mg_error *err)
{
	struct mg_postgres_functions *volatiles = &engine->volatiles;
	PGresult *result = NULL;
	MG_TRY(mg_postgres_ask(wire,
		"SELECT CAST(proname AS TEXT) COLLATE \"C\", "
		"bool_or(pg_catalog.pg_function_is_visible(oid)) "
		"FROM pg_catalog.pg_proc WHERE provolatile = 'v' GROUP BY 1 ORDER BY 1",
		&result, err));
	volatiles->visible = copy_names(engine, result, true, &volatiles->visible_count);
	volatiles->any = copy_names(engine, result, false, &volatiles->any_count);
	engine->api.clear(result);
	return MG_OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int check_function(void *context, const char *name, bool qualified, struct mg_error *err)
{
	const struct mg_engine *engine = context;
	const struct mg_postgres_functions *v = &engine->volatiles;
	const char **names = qualified ? v->any : v->visible;
	size_t count = qualified ? v->any_count : v->visible_count;
	if (!count || !bsearch(&name, names, count, sizeof(*names), by_name))
		return MG_OK;
	return mg_fail(err, MG_ESPEC,
		"the SQL calls %.100s, which the server declares VOLATILE: it may answer differently "
		"each time. Declare a function of your own STABLE or IMMUTABLE if it only reads or "
		"computes",
		name);
}

void mg_postgres_set_rules(struct mg_engine *engine, int64_t as_of_us)
{
	engine->rules = (struct mg_sql_rules){.spec = engine->spec,
		.connection = engine->connection,
		.as_of_us = as_of_us,
		.check_function = check_function,
		.context = engine};
	engine->dialect = mg_dialect_postgres;
	engine->dialect.rules = &engine->rules;
}

/* ---- views ---- */

/* A view's SQL, as the server writes it out. It may use the time of its statement: who made it meant that. */
static int check_view(struct mg_session *session, const char *name, const char *sql,
	struct mg_arena *arena, struct mg_error *err)
{
	struct mg_sql_rules rules = session->engine->rules;
	struct mg_text unused;
	rules.spec = NULL;
	mg_text_init(&unused, arena);
	size_t len = strlen(sql);
	len -= len && sql[len - 1] == ';';
	if (mg_sql_add_repeatable(
		    &mg_dialect_postgres.lexis, NULL, &rules, &unused, sql, len, err) == MG_OK)
		return MG_OK;
	return mg_fail_in(err, "view '%.200s'", name);
}

int mg_postgres_check_table(struct mg_session *session, const char *from, struct mg_error *err)
{
	const struct mg_libpq_api *api = &session->engine->api;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	PGresult *result = NULL;
	/* What a materialized view was made of does not matter any more. */
	const char *sql = mg_printf(arena,
		"WITH RECURSIVE made_of(oid) AS (SELECT CAST(CAST(%s AS regclass) AS oid) UNION "
		"SELECT n.oid FROM made_of m, LATERAL ("
		"SELECT d.refobjid AS oid FROM pg_catalog.pg_rewrite w "
		"JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.relkind = 'v' "
		"JOIN pg_catalog.pg_depend d ON d.classid = CAST('pg_catalog.pg_rewrite' AS regclass) "
		"AND d.objid = w.oid AND d.refclassid = CAST('pg_catalog.pg_class' AS regclass) "
		"WHERE w.ev_class = m.oid UNION ALL "
		"SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = m.oid) n) "
		"SELECT CAST(c.oid AS regclass), c.relkind, CASE WHEN c.relkind = 'v' "
		"THEN pg_catalog.pg_get_viewdef(c.oid) END FROM made_of "
		"JOIN pg_catalog.pg_class c ON c.oid = made_of.oid WHERE c.relkind IN ('v', 'f') "
		"ORDER BY CAST(CAST(c.oid AS regclass) AS TEXT) COLLATE \"C\"",
		mg_postgres_literal(arena, from));
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	int code = MG_OK;
	for (int i = 0; i < api->ntuples(result) && code == MG_OK; i++) {
		const char *name = api->getvalue(result, i, 0);
		if (*api->getvalue(result, i, 1) == 'f')
			code = mg_fail(err, MG_EENGINE,
				"the rows come from '%.200s', a foreign table, which the server reads "
				"outside of the run's snapshot; check a copy, such as a materialized "
				"view",
				name);
		else
			code = check_view(session, name, api->getvalue(result, i, 2), arena, err);
	}
	api->clear(result);
	return code;
}

/* ---- texts ---- */

enum { FIRST_OWN_OID = 16384 };

/* Collations may take other cases for equal, CHAR(n) blanks at its end, an ENUM refuses words that it does not have. */
static int find_texts(struct mg_session *session, PGresult *columns, struct mg_arena *arena,
	bool *out, struct mg_error *err)
{
	static const Oid known[] = {19, 25, 1042, 1043}; /* name, text, char(n), varchar */
	const struct mg_libpq_api *api = &session->engine->api;
	int count = api->nfields(columns);
	struct mg_text sql;
	PGresult *result = NULL;
	mg_text_init(&sql, arena);
	for (int i = 0; i < count; i++) {
		Oid oid = api->ftype(columns, i);
		for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++)
			out[i] = out[i] || oid == known[k];
		if (oid >= FIRST_OWN_OID)
			mg_text_addf(&sql, "%s%u", sql.len ? ", " : "", oid);
	}
	if (!sql.len)
		return MG_OK;
	MG_TRY(mg_postgres_run(session,
		mg_printf(arena,
			"SELECT oid FROM pg_catalog.pg_type WHERE oid IN (%s) AND "
			"(typtype = 'e' OR typcategory = 'S')",
			sql.data),
		&result, err));
	for (int i = 0; i < count; i++)
		for (int k = 0; k < api->ntuples(result); k++)
			out[i] = out[i] ||
				strtoul(api->getvalue(result, k, 0), NULL, 10) ==
					api->ftype(columns, i);
	api->clear(result);
	return MG_OK;
}

int mg_postgres_select_columns(struct mg_session *session, PGresult *columns,
	struct mg_arena *arena, const char **out, struct mg_error *err)
{
	const struct mg_libpq_api *api = &session->engine->api;
	size_t count = (size_t)api->nfields(columns);
	const char **names = mg_alloc_array(arena, count, sizeof(*names));
	bool *texts = mg_alloc_array(arena, count, sizeof(*texts)), any = false;
	struct mg_text list;
	mg_text_init(&list, arena);
	MG_TRY(find_texts(session, columns, arena, texts, err));
	for (size_t i = 0; i < count; i++) {
		const char *name = mg_postgres_name(arena, api->fname(columns, (int)i));
		any = any || texts[i];
		names[i] = name;
		mg_text_add(&list, list.len ? ", " : "");
		mg_text_addf(&list, texts[i] ? "CAST(%s AS TEXT) COLLATE \"C\" AS %s" : "%s", name,
			name);
	}
	if (count)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 1; i < count; i++)
		any = any && !mg_streq(names[i - 1], names[i]); /* SQL may name one twice */
	*out = any ? list.data : "";
	return MG_OK;
}
