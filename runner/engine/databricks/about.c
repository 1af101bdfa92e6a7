/* about.c: whom a workspace takes us for, what state the warehouse is in, and which of the spec's tables may be read. */
#include "engine/about.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/dialect.h"
#include "http/ask.h"

#define ME "/api/2.0/preview/scim/v2/Me"
#define WAREHOUSES "/api/2.0/sql/warehouses"

enum { MOST_NAMES = 10 };

static const struct mg_dialect *const d = &mg_dialect_databricks;

struct look {
	struct mg_session *session;
	const struct mg_about_options *options;
	struct mg_arena *arena;
	struct mg_about *out;
};

static const char *shown(const struct look *l, const char *text)
{
	return mg_log_safe_cut(l->arena, text, 200);
}

static const char *quoted(const struct look *l, const char *name)
{
	struct mg_text text;
	mg_text_init(&text, l->arena);
	mg_dialect_name(d, &text, name);
	return text.data;
}

/* ---- the workspace ---- */

static bool is_object(const json_t *said)
{
	return json_is_object(said);
}

static bool is_me(const json_t *said)
{
	return mg_ask_text(said, "userName") != NULL;
}

static const char *fix_of_call(const char *failure)
{
	if (strstr(failure, "does not take the token") || strstr(failure, "gives no token"))
		return "the token may be of another workspace, or have ended: DATABRICKS_HOST and the "
		       "variables of this way to log in have to belong together";
	if (strstr(failure, "HTTP 403"))
		return "add the identity to the workspace";
	return "DATABRICKS_HOST, or the connection's host, has to be the address of a workspace "
	       "that this machine reaches";
}

/* A token may be good for SQL alone: then the warehouse says who we are. */
static int ask_me(struct look *l, struct mg_error *err)
{
	MG_SCOPED_JSON said = NULL;
	struct mg_error failure = {0};
	double began = mg_clock_ticks();
	int code = mg_databricks_call(l->session, "GET", ME, NULL, is_me, &said, &failure);
	bool barred = code == MG_EENGINE && strstr(failure.text, "HTTP 403");
	if (code == MG_OK || barred)
		l->out->seconds = mg_clock_ticks() - began;
	if (code == MG_OK)
		l->out->identity = mg_strdup(l->arena, mg_ask_text(said, "userName"));
	if (code == MG_OK || barred)
		return MG_OK;
	if (code != MG_EUSAGE) /* which says itself what to set */
		l->out->fix = fix_of_call(failure.text);
	return mg_fail(err, code, "%s", failure.text);
}

static int ask_identity(struct look *l, struct mg_error *err)
{
	struct mg_databricks_result me;
	if (l->out->identity)
		return MG_OK;
	MG_TRY(mg_databricks_run(l->session, "SELECT current_user() AS me", l->arena, &me, err));
	if (me.table.rows == 1 && me.table.columns == 1 && me.table.cells[0].text)
		l->out->identity = me.table.cells[0].text;
	return MG_OK;
}

/* ---- the warehouse ---- */

/* Those that the identity may see, by id: "123 (gate)". */
static const char *list_warehouses(struct look *l)
{
	MG_SCOPED_JSON said = NULL;
	struct mg_error ignored = {0};
	struct mg_text text;
	size_t i;
	json_t *one;
	mg_text_init(&text, l->arena);
	if (mg_databricks_call(l->session, "GET", WAREHOUSES, NULL, is_object, &said, &ignored) !=
		MG_OK)
		return NULL;
	json_array_foreach(json_object_get(said, "warehouses"), i, one)
	{
		const char *id = mg_ask_text(one, "id"), *name = mg_ask_text(one, "name");
		if (id && i < MOST_NAMES)
			mg_text_addf(&text, "%s%s (%s)", text.len ? ", " : "", shown(l, id),
				shown(l, name ? name : "?"));
	}
	return text.len ? text.data : NULL;
}

static const char *fix_of_warehouse(struct look *l, int code, const char *failure)
{
	if (strstr(failure, "HTTP 403"))
		return mg_printf(l->arena,
			"give %s CAN USE on the warehouse (SQL Warehouses, Permissions)",
			l->out->identity ? l->out->identity : "the identity");
	if (code != MG_ENOTFOUND && !strstr(failure, "HTTP 400"))
		return NULL;
	const char *known = list_warehouses(l);
	return known ? mg_printf(l->arena,
			       "set the connection's warehouse, or DATABRICKS_WAREHOUSE_ID, to the "
			       "id of one: %s",
			       known)
		     : "this identity sees no warehouse in the workspace: give it CAN USE on one";
}

static void tell_warehouse(struct look *l, const json_t *said, const char *state)
{
	const char *name = mg_ask_text(said, "name"), *size = mg_ask_text(said, "cluster_size");
	l->out->service = mg_printf(l->arena, "SQL warehouse '%s'%s%s%s, %s",
		shown(l, name ? name : l->session->engine->params.warehouse), size ? ", " : "",
		size ? shown(l, size) : "",
		json_is_true(json_object_get(said, "enable_serverless_compute")) ? ", serverless"
										 : "",
		shown(l, state));
}

/* Whether statements may be sent: to one that is stopped they would start it. */
static int ask_warehouse(struct look *l, bool *out_ready, struct mg_error *err)
{
	const char *id = l->session->engine->params.warehouse;
	MG_SCOPED_JSON said = NULL;
	int code = mg_databricks_warehouse(
		l->session, mg_databricks_patience(l->session), &said, err);
	if (code == MG_ECANCELLED)
		return code;
	if (code != MG_OK) {
		l->out->fix = fix_of_warehouse(l, code, err->text);
		return mg_fail_in(err, "warehouse '%s'", shown(l, id));
	}
	const char *state = mg_ask_text(said, "state");
	bool stopped = mg_streq(state, "STOPPED") || mg_streq(state, "STOPPING");
	tell_warehouse(l, said, state);
	if (mg_streq(state, "DELETED") || mg_streq(state, "DELETING")) {
		l->out->fix = "set the connection's warehouse, or DATABRICKS_WAREHOUSE_ID, to "
			      "another";
		return mg_fail(err, MG_EENGINE, "warehouse '%s' is deleted", shown(l, id));
	}
	*out_ready = !stopped || l->options->start;
	return MG_OK;
}

/* ---- tables ---- */

/* "... User does not have USE SCHEMA on Schema 'prd.churn'": what to grant, on what. */
static const char *grant_of(struct look *l, const char *failure)
{
	static const char *const rights[] = {
		"USE CATALOG", "USE SCHEMA", "SELECT", "READ VOLUME", "EXECUTE"};
	static const char *const kinds[] = {
		"Catalog", "Schema", "Table", "View", "Volume", "Function"};
	static const char *const words[] = {
		"CATALOG", "SCHEMA", "TABLE", "VIEW", "VOLUME", "FUNCTION"};
	static const char mark[] = "does not have ";
	const char *at = strstr(failure, mark);
	for (size_t i = 0; at && i < sizeof(rights) / sizeof(*rights); i++)
		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
			const char *head = mg_printf(l->arena, "%s on %s '", rights[i], kinds[k]);
			const char *text = at + sizeof(mark) - 1;
			if (!mg_starts_with(text, head))
				continue;
			const char *name = text + strlen(head);
			const char *end = strchr(name, '\'');
			if (!end)
				return NULL;
			name = mg_strndup(l->arena, name, (size_t)(end - name));
			return mg_printf(l->arena, "GRANT %s ON %s %s TO %s;", rights[i], words[k],
				name, quoted(l, l->out->identity ? l->out->identity : "PRINCIPAL"));
		}
	return NULL;
}

/* The name in the information schema that is most like it; NULL: none, or it cannot be asked. */
static const char *nearest(struct look *l, const char *sql, const char *word)
{
	struct mg_databricks_result found;
	struct mg_error ignored = {0};
	if (mg_databricks_run(l->session, sql, l->arena, &found, &ignored) != MG_OK ||
		found.table.columns != 1)
		return NULL;
	const char **names = mg_alloc_array(l->arena, found.table.rows + 1, sizeof(*names));
	size_t count = 0;
	for (size_t i = 0; i < found.table.rows; i++)
		if (found.table.cells[i].type == MG_CELL_TEXT)
			names[count++] = found.table.cells[i].text;
	return mg_nearest_word(word, names, count);
}

/* What is not found may be misspelt, or hidden: nobody sees what nothing is granted on. */
static const char *fix_of_absent(struct look *l, const char *name)
{
	char *parts[3] = {NULL}, *save = NULL, *text = mg_strdup(l->arena, name);
	size_t count = 0;
	for (char *part = strtok_r(text, ".", &save); part && count < 3;
		part = strtok_r(NULL, ".", &save))
		parts[count++] = part;
	if (count < 3)
		return "write CATALOG.SCHEMA.TABLE, or catalog and schema in the connection";
	struct mg_text schema;
	mg_text_init(&schema, l->arena);
	mg_dialect_text(d, &schema, parts[1]);
	const char *catalog = quoted(l, parts[0]);
	const char *like = nearest(l,
		mg_printf(l->arena,
			"SELECT table_name FROM %s.information_schema.tables WHERE table_schema = %s "
			"LIMIT 1000",
			catalog, schema.data),
		parts[2]);
	if (like)
		return mg_printf(l->arena, "did you mean '%s'?", shown(l, like));
	like = nearest(l,
		mg_printf(l->arena,
			"SELECT schema_name FROM %s.information_schema.schemata LIMIT 1000",
			catalog),
		parts[1]);
	if (like && !mg_streq(like, parts[1]))
		return mg_printf(l->arena, "did you mean the schema '%s'?", shown(l, like));
	return mg_printf(l->arena,
		"is it spelt right? What nothing is granted on is not seen either: GRANT SELECT ON "
		"TABLE %s TO %s;",
		name, quoted(l, l->out->identity ? l->out->identity : "PRINCIPAL"));
}

static const char *fix_of_table(struct look *l, const char *name, const char *failure)
{
	const char *grant = grant_of(l, failure);
	if (grant)
		return grant;
	if (strstr(failure, "NOT_FOUND]") || strstr(failure, "NO_SUCH_CATALOG"))
		return fix_of_absent(l, name);
	if (strstr(failure, "INSUFFICIENT_PERMISSIONS") || strstr(failure, "PERMISSION_DENIED"))
		return mg_printf(l->arena, "GRANT SELECT ON TABLE %s TO %s;", name,
			quoted(l, l->out->identity ? l->out->identity : "PRINCIPAL"));
	return NULL;
}

static int look_at(struct look *l, struct mg_about_table *table, struct mg_error *err)
{
	struct mg_error failure = {0};
	struct mg_databricks_result none;
	struct mg_databricks_dataset dataset = {.data = table->data};
	struct mg_table_state state = {0};
	const char *path = table->data->path, *name = path;
	int code = path ? mg_databricks_volume_from(l->arena, path, &dataset.table, &failure)
			: mg_databricks_table_name(l->session->engine, table->data, l->arena,
				  &dataset.table, &name, &failure);
	table->name = name ? name : table->data->table;
	if (code == MG_OK)
		code = mg_databricks_run(l->session,
			mg_printf(l->arena, "SELECT * FROM %s LIMIT 0", dataset.table), l->arena,
			&none, &failure);
	if (code == MG_OK && !path)
		code = mg_databricks_pin(l->session, &dataset, l->arena, &state, &failure);
	if (code != MG_OK) {
		MG_TRY(mg_about_table_problem(l->arena, code, &failure, table, err));
		table->fix = path ? grant_of(l, table->problem)
				  : fix_of_table(l, table->name, table->problem);
		return MG_OK;
	}
	table->problem = NULL;
	table->version = state.version;
	table->access = MG_ACCESS_WHOLE; /* of a volume nothing is hidden */
	return path ? MG_OK : mg_databricks_access(l->session, name, &table->access, err);
}

static int look_at_all(struct look *l, struct mg_error *err)
{
	bool ready = false;
	l->out->address = l->session->engine->host;
	l->out->login = mg_databricks_auth_type(&l->session->engine->auth);
	MG_TRY(ask_me(l, err));
	MG_TRY(ask_warehouse(l, &ready, err));
	if (!ready) {
		for (size_t i = 0; i < l->out->table_count; i++) {
			l->out->tables[i].problem = "not looked at, since the warehouse is stopped";
			l->out->tables[i].fix = "modelgate connections --start";
		}
		return MG_OK;
	}
	MG_TRY(mg_databricks_check_rules(l->session, err));
	MG_TRY(ask_identity(l, err));
	for (size_t i = 0; i < l->out->table_count; i++)
		MG_TRY(look_at(l, &l->out->tables[i], err));
	return MG_OK;
}

int mg_databricks_about(struct mg_session *session, const struct mg_about_options *options,
	struct mg_arena *arena, struct mg_about *out, struct mg_error *err)
{
	struct look l = {session, options, arena, out};
	*out = (struct mg_about){.seconds = -1};
	mg_about_list_tables(arena, session->engine->spec, session->engine->connection, out);
	session->patience_s = options->patience_s;
	return look_at_all(&l, err);
}
