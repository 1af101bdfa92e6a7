/* origin.c: fills in what a run is of; all that the environment says of it is read here. */
#include "run/origin.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

/* As Azure Pipelines says it; what was run again has a later attempt of its job or of its stage. */
static struct mg_pipeline pipeline_of(struct mg_arena *arena)
{
	const char *build = getenv("BUILD_BUILDID"), *stage = getenv("SYSTEM_STAGENAME"),
		   *job = getenv("SYSTEM_JOBNAME"),
		   *attempts[] = {getenv("SYSTEM_STAGEATTEMPT"), getenv("SYSTEM_JOBATTEMPT")};
	struct mg_pipeline out = {.build = build, .attempt = 1};
	if (!build)
		return (struct mg_pipeline){0};
	out.job = mg_printf(arena, "%s/%s", stage ? stage : "", job ? job : "");
	for (size_t i = 0; i < 2; i++) {
		int64_t attempt = 0;
		if (attempts[i] && mg_parse_int(attempts[i], &attempt) && attempt > out.attempt &&
			attempt < INT_MAX)
			out.attempt = attempt;
	}
	return out;
}

static const char *host_of(struct mg_arena *arena)
{
	char *host = mg_alloc(arena, 256);
	if (gethostname(host, 255) != 0)
		host[0] = '\0';
	return host;
}

static const char *terms_of(struct mg_arena *arena, const struct mg_selection *s)
{
	struct mg_text terms;
	mg_text_init(&terms, arena);
	for (size_t i = 0; i < s->term_count; i++)
		mg_text_addf(&terms, "%s%s", i ? " " : "", s->terms[i]);
	return terms.len ? terms.data : NULL;
}

static void spec_of(struct mg_runner *r)
{
	const struct mg_spec *spec = r->spec;
	struct mg_run *run = r->run;
	run->model = "unknown";
	run->spec_sha256 = "";
	if (!spec)
		return;
	run->model = spec->model;
	run->owner = spec->owner;
	run->spec_sha256 = spec->digest;
	run->vars = spec->vars;
	run->var_count = spec->var_count;
	if (run->part.of)
		run->part.suites = mg_plan_suites(
			r->arena, spec, &r->request.selection, &run->part.suite_count);
}

void mg_run_origin(struct mg_runner *r)
{
	const struct mg_run_request *request = &r->request;
	struct mg_run *run = r->run;
	run->program_version = MG_VERSION;
	run->engine = r->engine_name ? r->engine_name : mg_engines[0]->name;
	run->engine_version = r->engine_version ? r->engine_version : "not opened";
	run->stage = request->stage;
	run->spec_path = request->spec_path;
	run->started_us = request->started_us;
	run->as_of_us = request->as_of_us;
	run->seed = request->seed;
	run->fail_on_warn = request->fail_on_warn;
	run->host = host_of(r->arena);
	run->pipeline = pipeline_of(r->arena);
	run->selection = terms_of(r->arena, &request->selection);
	run->part = (struct mg_part){
		.number = request->selection.part, .of = request->selection.parts};
	spec_of(r);
}
