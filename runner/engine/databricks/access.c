/* access.c: whether Unity Catalog hides rows or values of a table from whoever asks. */
#include <string.h>

#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/address.h"
#include "http/ask.h"

#define CATALOG "/api/2.1/unity-catalog"

/* For the questions of one table, and how many pages a list of policies may have. */
static const double CALL_S = 10;
enum { MOST_PAGES = 20 };

static bool is_table(const json_t *said)
{
	return mg_ask_text(said, "table_type") != NULL;
}

static bool is_policies(const json_t *said)
{
	const json_t *list = json_object_get(said, "policies");
	return json_is_object(said) && (!list || json_is_array(list));
}

/* Catalog and schema are those of the session where a table names none. NULL: they are not known. */
static const char *full_name(
	const struct mg_engine *engine, const char *plain, struct mg_arena *arena)
{
	size_t dots = 0;
	for (const char *s = plain; *s; s++)
		dots += *s == '.';
	const char *schema = dots < 1 ? engine->schema : "",
		   *catalog = dots < 2 ? engine->catalog : "";
	if (!schema || !catalog)
		return NULL;
	return mg_printf(arena, "%s%s%s%s%s", catalog, *catalog ? "." : "", schema,
		*schema ? "." : "", plain);
}

static bool has_mask(const json_t *table)
{
	const json_t *column;
	size_t i;
	json_array_foreach(json_object_get(table, "columns"), i,
		column) if (json_is_object(json_object_get(column, "mask"))) return true;
	return false;
}

/* What a view shows to whom, its author knows; what another system does, that system. */
static bool shows_its_rows(const json_t *table)
{
	static const char *const kinds[] = {"MANAGED", "EXTERNAL", "STREAMING_TABLE",
		"MATERIALIZED_VIEW", "MANAGED_SHALLOW_CLONE", "EXTERNAL_SHALLOW_CLONE"};
	const char *type = mg_ask_text(table, "table_type");
	if (mg_streq(mg_ask_text(table, "data_source_format"), "DELTASHARING"))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (mg_streq(type, kinds[i]))
			return true;
	return false;
}

/* Policies hang on tags and groups, which are not ours to work out: only where there is none that filters or masks,
 * none does. MG_EENGINE: there may be one. */
static int ask_policies(
	struct mg_session *session, const char *name, struct mg_arena *arena, struct mg_error *err)
{
	const char *page = "";
	for (int i = 0; i < MOST_PAGES; i++) {
		MG_SCOPED_JSON said = NULL;
		struct mg_text path;
		mg_text_init(&path, arena);
		mg_text_addf(&path, CATALOG "/policies/TABLE/%s?include_inherited=true", name);
		if (*page)
			mg_text_add(&path, "&page_token=");
		mg_address_encode(&path, page);
		MG_TRY(mg_databricks_call_for(
			session, "GET", path.data, NULL, is_policies, CALL_S, &said, err));
		const json_t *policy;
		size_t k;
		json_array_foreach(json_object_get(said, "policies"), k, policy)
		{
			const char *type = mg_ask_text(policy, "policy_type");
			if (!type || strstr(type, "ROW_FILTER") || strstr(type, "COLUMN_MASK"))
				return mg_fail(err, MG_EENGINE, "a policy may apply");
		}
		const char *next = mg_ask_text(said, "next_page_token");
		if (!next || !*next)
			return MG_OK;
		page = mg_strdup(arena, next);
	}
	return mg_fail(err, MG_ELIMIT, "there are too many policies");
}

int mg_databricks_access(
	struct mg_session *session, const char *table, enum mg_access *out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	MG_SCOPED_JSON said = NULL;
	struct mg_error refused = {0};
	struct mg_text name;
	const char *plain = full_name(session->engine, table, arena);
	*out = MG_ACCESS_UNKNOWN;
	if (!plain)
		return MG_OK;
	mg_text_init(&name, arena);
	mg_address_encode(&name, plain);
	int code = mg_databricks_call_for(session, "GET",
		mg_printf(arena, CATALOG "/tables/%s", name.data), NULL, is_table, CALL_S, &said,
		&refused);
	if (code == MG_OK) {
		bool filtered = json_is_object(json_object_get(said, "row_filter"));
		bool masked = has_mask(said);
		if (filtered || masked)
			*out = !masked     ? MG_ACCESS_FILTERED
				: filtered ? MG_ACCESS_FILTERED_AND_MASKED
					   : MG_ACCESS_MASKED;
		else if (shows_its_rows(said) &&
			(code = ask_policies(session, name.data, arena, &refused)) == MG_OK)
			*out = MG_ACCESS_WHOLE;
	}
	return code == MG_ECANCELLED ? mg_fail(err, code, "%s", refused.text) : MG_OK;
}
