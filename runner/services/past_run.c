/* past_run.c: "Builds - List" and "Artifacts - List" of Azure DevOps' REST API 7.1, and one file of
 * a pipeline artifact. */
#include "services/past_run.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "http/address.h"
#include "http/ask.h"
#include "services/job.h"

enum { BUILDS_MAX = 50, ATTEMPT_DIGITS = 6, BRANCH_MAX_BYTES = 1000 };

static const char what[] = "which runs the target branch has", needs[] = "'View builds'";

struct search {
	struct mg_arena *arena;
	struct mg_http *http;
	const char *collection, *project, *repository, *ref;
	const char *artifact; /* "run-churn-PPS-attempt" */
	const char *gate;     /* "churn PPS" */
};

/* ---- names ---- */

static const char HEADS[] = "refs/heads/";

static bool is_branch(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c <= ' ' || *c == 127)
			return false;
	return mg_starts_with(text, HEADS) && text[sizeof(HEADS) - 1] &&
		strlen(text) <= BRANCH_MAX_BYTES;
}

/* As templates/steps/publish.yml: what an artifact's name may not hold becomes -. */
static const char *artifact_name(struct mg_arena *arena, const char *model, const char *stage)
{
	char *name = mg_printf(arena, "run-%s-%s-attempt", model, stage);
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			*c = '-';
	return name;
}

/* The attempt, from 1; 0: it is the artifact of something else. */
static long attempt_of(const struct search *s, const char *name)
{
	const char *digits = name && mg_starts_with(name, s->artifact) ? name + strlen(s->artifact)
								       : "";
	size_t len = strspn(digits, "0123456789");
	return digits[len] || len > ATTEMPT_DIGITS ? 0 : strtol(digits, NULL, 10);
}

/* ---- where the token may go ---- */

/* The collection's own host, or one that gives out pipelines' artifacts of Azure DevOps Services. Other hosts of
 * theirs are no business of the token, and the signed addresses of storage need none. */
static bool is_of_service(const struct search *s, const char *url)
{
	struct mg_address to = mg_address_read(s->arena, url),
			  own = mg_address_read(s->arena, s->collection);
	if (!to.host || to.user)
		return false;
	if (mg_streq(to.scheme, own.scheme) && mg_streq(to.host, own.host))
		return true;
	return mg_streq(to.scheme, "https") && !strpbrk(to.host, "\\%:") &&
		mg_ends_with(to.host, ".artifacts.visualstudio.com");
}

/* ---- the file ---- */

/* The service gives one file of an artifact where it gives all of them as a ZIP. */
static int read_file(const struct search *s, const json_t *artifact, struct mg_past_run *out,
	struct mg_error *err)
{
	static const char all[] = "format=zip";
	struct mg_http_answer answer;
	const json_t *resource = json_object_get(artifact, "resource");
	const char *name = mg_log_safe_cut(s->arena, mg_ask_text(artifact, "name"), 200);
	const char *url = mg_ask_text(resource, "downloadUrl");
	const char *format = url ? strstr(url, all) : NULL;
	if (!mg_streq(mg_ask_text(resource, "type"), "PipelineArtifact"))
		return mg_fail(
			err, MG_EIO, "%s of build %s is not a pipeline artifact", name, out->build);
	if (!format || !is_of_service(s, url))
		return mg_fail(err, MG_EIO,
			"%s of build %s is not where artifacts of the service lie", name,
			out->build);
	url = mg_printf(s->arena, "%.*sformat=file&subPath=%%2Frun.json%s", (int)(format - url),
		url, format + sizeof(all) - 1);
	MG_TRY(mg_http_call(s->http, s->arena, "GET", url, NULL, &answer, err));
	if (answer.status != 200)
		return mg_ask_fail(s->http, s->arena, &answer,
			mg_printf(s->arena, "what is in %s of build %s", name, out->build), needs,
			err);
	out->text = answer.body;
	out->len = answer.len;
	return MG_OK;
}

/* The text stays NULL where the build has none. */
static int look_into(const struct search *s, struct mg_past_run *out, struct mg_error *err)
{
	MG_SCOPED_JSON answer = NULL;
	const json_t *artifact = NULL, *last = NULL;
	size_t i = 0;
	long attempt = 0;
	MG_TRY(mg_ask(s->http, s->arena,
		mg_printf(s->arena, "%s/%s/_apis/build/builds/%s/artifacts?api-version=7.1",
			s->collection, s->project, out->build),
		what, needs, &answer, err));
	json_array_foreach(json_object_get(answer, "value"), i, artifact)
	{
		long here = attempt_of(s, mg_ask_text(artifact, "name"));
		if (here <= attempt)
			continue;
		attempt = here;
		last = artifact;
	}
	return last ? read_file(s, last, out, err) : MG_OK;
}

/* ---- the builds ---- */

static const char *encoded(struct mg_arena *arena, const char *value)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_address_encode(&text, value);
	return text.data;
}

static int find(const struct search *s, struct mg_past_run *out, struct mg_error *err)
{
	MG_SCOPED_JSON answer = NULL;
	const json_t *build = NULL;
	size_t i = 0;
	MG_TRY(mg_ask(s->http, s->arena,
		mg_printf(s->arena,
			"%s/%s/_apis/build/builds?repositoryId=%s&repositoryType=TfsGit&branchName=%s"
			"&queryOrder=queueTimeDescending&$top=%d&api-version=7.1",
			s->collection, s->project, s->repository, encoded(s->arena, s->ref),
			BUILDS_MAX),
		what, needs, &answer, err));
	const json_t *builds = json_object_get(answer, "value");
	json_array_foreach(builds, i, build)
	{
		const json_t *id = json_object_get(build, "id");
		if (json_integer_value(id) <= 0)
			continue;
		out->build = mg_printf(s->arena, "%lld", (long long)json_integer_value(id));
		MG_TRY(look_into(s, out, err));
		if (out->text)
			return MG_OK;
	}
	return mg_fail(err, MG_ENOTFOUND, "none of the newest %zu builds of %s kept a run of %s",
		json_array_size(builds), mg_log_safe_cut(s->arena, out->branch, 200), s->gate);
}

int mg_past_run_of_target(struct mg_arena *arena, const char *model, const char *stage,
	double timeout_s, struct mg_past_run *out, struct mg_error *err)
{
	static const char who[] =
		"runs of the target branch are read by a job of Azure Pipelines that "
		"builds a pull request";
	struct search s = {.arena = arena,
		.artifact = artifact_name(arena, model, stage),
		.gate = mg_log_safe_cut(arena, mg_printf(arena, "%s %s", model, stage), 200)};
	const char *token = "";
	struct mg_http http;
	MG_TRY(mg_job_collection(arena, who, &s.collection, err));
	MG_TRY(mg_job_variable(
		arena, "SYSTEM_TEAMPROJECTID", mg_job_is_part, who, &s.project, err));
	MG_TRY(mg_job_variable(
		arena, "BUILD_REPOSITORY_ID", mg_job_is_part, who, &s.repository, err));
	MG_TRY(mg_job_variable(
		arena, "SYSTEM_PULLREQUEST_TARGETBRANCH", is_branch, who, &s.ref, err));
	MG_TRY(mg_job_token(arena, &token, err));
	MG_TRY(mg_http_open(&http, s.collection, token, mg_clock_ticks() + timeout_s, err));
	s.http = &http;
	*out = (struct mg_past_run){.branch = s.ref + sizeof(HEADS) - 1};
	int code = find(&s, out, err);
	mg_http_close(&http);
	return code;
}
