/* approvals.c: "Timeline - Get" and "Approvals - Query" of Azure DevOps' REST API 7.1. */
#include "services/approvals.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "http/ask.h"
#include "services/job.h"

enum { APPROVALS_MAX = 50, NAME_MAX_BYTES = 200 };

struct asked {
	struct mg_arena *arena;
	struct mg_http *http;
	const char *collection, *project, *build, *stage, *token;
};

static const char what[] = "who approved", needs[] = "'View builds', and 'View' on the environment";

/* ---- which approvals the stage has ---- */

static const char *id_of_stage(const struct asked *a, const json_t *records)
{
	size_t i = 0;
	const json_t *record = NULL;
	json_array_foreach(records, i, record)
	{
		const char *type = mg_ask_text(record, "type"),
			   *name = mg_ask_text(record, "identifier");
		if (mg_streq(type, "Stage") && mg_streq(name, a->stage))
			return mg_ask_text(record, "id");
	}
	return NULL;
}

static bool is_checkpoint_of(const json_t *records, const char *id, const char *stage)
{
	size_t i = 0;
	const json_t *record = NULL;
	json_array_foreach(records, i, record)
	{
		if (id && mg_streq(mg_ask_text(record, "id"), id))
			return mg_streq(mg_ask_text(record, "type"), "Checkpoint") &&
				mg_streq(mg_ask_text(record, "parentId"), stage);
	}
	return false;
}

/* Their ids, parted by commas; "" when there are none. */
static int find_ids(const struct asked *a, struct mg_text *out, struct mg_error *err)
{
	MG_SCOPED_JSON timeline = NULL;
	MG_TRY(mg_ask(a->http, a->arena,
		mg_printf(a->arena, "%s/%s/_apis/build/builds/%s/timeline?api-version=7.1",
			a->collection, a->project, a->build),
		what, needs, &timeline, err));
	const json_t *records = json_object_get(timeline, "records"), *record = NULL;
	const char *stage = id_of_stage(a, records);
	size_t i = 0, count = 0;
	if (!stage)
		return mg_fail(err, MG_EIO, "%s knows of no stage %s in build %s", a->collection,
			mg_log_safe_cut(a->arena, a->stage, 100), a->build);
	json_array_foreach(records, i, record)
	{
		const char *id = mg_ask_text(record, "id");
		if (!mg_streq(mg_ask_text(record, "type"), "Checkpoint.Approval") || !id ||
			!mg_job_is_part(id) ||
			!is_checkpoint_of(records, mg_ask_text(record, "parentId"), stage))
			continue;
		if (++count > APPROVALS_MAX)
			return mg_fail(err, MG_ELIMIT, "the stage has more than %d approvals",
				APPROVALS_MAX);
		mg_text_addf(out, "%s%s", out->len ? "," : "", id);
	}
	return MG_OK;
}

/* ---- who decided ---- */

static bool is_of_build(const struct asked *a, const json_t *approval)
{
	const json_t *owner = json_object_get(json_object_get(approval, "pipeline"), "owner");
	const json_t *id = json_object_get(owner, "id");
	if (json_is_integer(id))
		return mg_streq(
			mg_printf(a->arena, "%lld", (long long)json_integer_value(id)), a->build);
	return mg_streq(json_string_value(id), a->build);
}

/* What a tag could not say so that it reads back is no name. */
static bool is_name(const char *text)
{
	return text && *text && strlen(text) <= NAME_MAX_BYTES && !strpbrk(text, "<>()") &&
		mg_utf8_valid(text, strlen(text));
}

static void add_steps(
	const struct asked *a, const json_t *approval, struct mg_approval *list, size_t *count)
{
	size_t i = 0;
	const json_t *step = NULL;
	json_array_foreach(json_object_get(approval, "steps"), i, step)
	{
		const json_t *who = json_object_get(step, "actualApprover");
		const char *name = mg_ask_text(who, "displayName"),
			   *account = mg_ask_text(who, "uniqueName");
		if (!mg_streq(mg_ask_text(step, "status"), "approved") || !is_name(account) ||
			*count == APPROVALS_MAX)
			continue;
		list[(*count)++] = (struct mg_approval){
			mg_strdup(a->arena, is_name(name) ? name : account),
			mg_strdup(a->arena, account)};
	}
}

static int ask(const struct asked *a, struct mg_approvals *out, struct mg_error *err)
{
	struct mg_text ids;
	MG_SCOPED_JSON answer = NULL;
	struct mg_approval *list = mg_alloc_array(a->arena, APPROVALS_MAX, sizeof(*list));
	size_t i = 0, count = 0;
	const json_t *approval = NULL;
	mg_text_init(&ids, a->arena);
	MG_TRY(find_ids(a, &ids, err));
	*out = (struct mg_approvals){list, 0};
	if (!ids.len)
		return MG_OK;
	MG_TRY(mg_ask(a->http, a->arena,
		mg_printf(a->arena,
			"%s/%s/_apis/pipelines/approvals?approvalIds=%s&$expand=steps&api-version=7.1",
			a->collection, a->project, ids.data),
		what, needs, &answer, err));
	json_array_foreach(json_object_get(answer, "value"), i, approval)
	{
		if (mg_streq(mg_ask_text(approval, "status"), "approved") &&
			is_of_build(a, approval))
			add_steps(a, approval, list, &count);
	}
	out->count = count;
	return MG_OK;
}

int mg_approvals_read(
	struct mg_arena *arena, double timeout_s, struct mg_approvals *out, struct mg_error *err)
{
	static const char who[] = "who approved is read by a job of Azure Pipelines";
	struct asked a = {.arena = arena};
	struct mg_http http;
	*out = (struct mg_approvals){0};
	MG_TRY(mg_job_collection(arena, who, &a.collection, err));
	MG_TRY(mg_job_variable(
		arena, "SYSTEM_TEAMPROJECTID", mg_job_is_part, who, &a.project, err));
	MG_TRY(mg_job_variable(arena, "BUILD_BUILDID", mg_job_is_number, who, &a.build, err));
	MG_TRY(mg_job_variable(arena, "SYSTEM_STAGENAME", mg_job_is_part, who, &a.stage, err));
	MG_TRY(mg_job_token(arena, &a.token, err));
	MG_TRY(mg_http_open(&http, a.collection, a.token, mg_clock_ticks() + timeout_s, err));
	a.http = &http;
	int code = ask(&a, out, err);
	mg_http_close(&http);
	return code;
}
