/* run.c: the steps of a run, one after the other; the only place where a run is made. */
#include "run/run.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/confine.h"
#include "base/text.h"
#include "judge/judge.h"
#include "report/charts.h"
#include "run/baselines.h"
#include "run/closing.h"
#include "run/data.h"
#include "run/origin.h"

void mg_runner_start(struct mg_runner *r, struct mg_arena *arena)
{
	*r = (struct mg_runner){.arena = arena,
		.sources = mg_sources_new(),
		.ops = &mg_engine_router,
		.run = mg_alloc(arena, sizeof(*r->run))};
}

/* ---- planning and measuring ---- */

static int make_plan(struct mg_runner *r, struct mg_error *err)
{
	const struct mg_run_request *request = &r->request;
	MG_TRY(r->ops->open(&r->engine, &request->engine, err));
	int code = mg_run_data_describe(r, err);
	/* A service tells what it is when it was asked something. */
	r->engine_name = mg_strdup(r->arena, mg_engine_router_names(r->engine));
	r->engine_version = mg_strdup(r->arena, r->ops->version(r->engine));
	MG_TRY(code);
	mg_run_data_add_baselines(r);
	return mg_plan_make(r->arena, r->spec, r->schemas, &r->baselines, &request->selection,
		request->as_of_us, request->seed, &r->plan, err);
}

/* Once: for the judge, when it looks at digests, else in the end. */
static int finish_provenance(struct mg_runner *r, struct mg_error *err)
{
	struct mg_provenance *provenance = r->provenance;
	r->provenance = NULL;
	if (!provenance)
		return MG_OK;
	MG_TRY(mg_provenance_finish(provenance, r->run, &r->undigested, err));
	mg_profiles_note(r->spec, r->profiles, r->run);
	return MG_OK;
}

static void drop_provenance(struct mg_runner *r)
{
	bool ignored = false;
	*r->request.stop = 1;
	if (r->provenance)
		mg_ignore(mg_provenance_finish(r->provenance, r->run, &ignored, NULL));
	r->provenance = NULL;
}

static int measure(struct mg_runner *r, struct mg_error *err)
{
	const struct mg_execute_options *execute = &r->request.execute;
	MG_TRY(mg_execute(r->arena, r->plan, r->ops, r->engine, execute, &r->measured, err));
	if (r->measured->stopped)
		*r->request.stop = 1;
	if (mg_judge_wants_inputs(r->plan))
		MG_TRY(finish_provenance(r, err));
	mg_correct(r->arena, r->plan, r->measured);
	mg_judge(r->arena, r->plan, r->measured, &r->baselines, r->ops, r->engine, r->run);
	mg_gather_failing_rows(r->arena, r->plan, r->measured, r->ops, r->engine, execute, r->run);
	r->engine_left = r->engine_left || r->measured->engine_left;
	if (r->run->stopped)
		*r->request.stop = 1; /* nor are the inputs read to their end */
	return mg_run_closing(r, err);
}

/* Only of a bound that somebody set. An estimate that cannot be made is no reason not to measure. */
static void warn_of_memory(struct mg_runner *r)
{
	const struct mg_run_request *request = &r->request;
	struct mg_error ignored = {0};
	if (request->engine.memory_bytes && !r->engine_left && !request->execute.stopped)
		mg_ignore(mg_memory_warn(r->arena, r->plan, r->ops, r->engine,
			request->engine.memory_bytes, request->warn, request->warn_context,
			&ignored));
}

static int look_at_data(struct mg_runner *r, struct mg_error *err)
{
	const char *stopped = NULL;
	MG_TRY(make_plan(r, err));
	if (!r->request.plan_only) {
		warn_of_memory(r);
		mg_provenance_seal(r->provenance);
		return measure(r, err);
	}
	stopped = r->request.execute.stopped;
	if (stopped)
		return mg_fail(err, MG_ECANCELLED, "no plan was made: %s", stopped);
	r->plan_text = mg_printf(r->arena, "%s%s",
		mg_plan_text(r->arena, r->plan, r->ops, r->engine),
		mg_memory_text(r->arena, r->plan, r->ops, r->engine, r->request.execute.threads));
	return MG_OK;
}

/* ---- with less trust ---- */

struct confined {
	struct mg_runner *runner;
	struct mg_error *err;
	int code;
};

static int confine_files(struct mg_runner *r, struct mg_error *err)
{
	const struct mg_engine_options *o = &r->request.engine;
	const char **paths = mg_alloc_array(r->arena, o->allow_path_count + 1, sizeof(*paths));
	for (size_t i = 0; i < o->allow_path_count; i++)
		paths[i] = o->allow_paths[i];
	paths[o->allow_path_count] = r->spec->folder;
	return mg_confine_files(paths, o->allow_path_count + 1, &r->unconfined, err);
}

static void *look_confined(void *argument)
{
	struct confined *c = argument;
	c->code = confine_files(c->runner, c->err);
	if (c->code == MG_OK)
		c->code = look_at_data(c->runner, c->err);
	return NULL;
}

/* A thread of its own, with all threads of the engine, sees the data alone: git's files are read and reports are
 * written by others. */
static int look_apart(struct mg_runner *r, struct mg_error *err)
{
	struct confined c = {.runner = r, .err = err};
	const char *ignored = NULL;
	pthread_t thread;
	MG_TRY(r->ops->find(&ignored, err)); /* the engine's library lies elsewhere */
	if (pthread_create(&thread, NULL, look_confined, &c) != 0)
		return mg_fail(err, MG_EIO, "cannot start a thread");
	pthread_join(thread, NULL);
	return c.code;
}

/* Who wrote the spec would choose what this machine's credentials are used for. */
static int refuse_connections(const struct mg_runner *r, struct mg_error *err)
{
	for (size_t i = 0; i < r->spec->data_count; i++) {
		const struct mg_data *data = &r->spec->data[i];
		if (r->used[i] && data->connection)
			return mg_fail(err, MG_EUSAGE,
				"data '%s' is on connection '%s', and --untrusted opens none: it "
				"would log in with this machine's credentials. Select suites over "
				"files, or run a spec that you trust without --untrusted",
				data->name, data->connection->name);
	}
	return MG_OK;
}

int mg_runner_measure(struct mg_runner *r, struct mg_error *err)
{
	struct mg_run_request *request = &r->request;
	r->provenance = mg_provenance_start(r->arena, r->spec->path, r->sources, request->stop);
	request->execute.stop = request->stop;
	request->engine.spec = r->spec;
	request->engine.as_of_us = request->as_of_us;
	request->engine.sources = r->sources;
	MG_TRY(mg_run_data_expect(r, err));
	request->engine.used = r->used;
	if (request->confined)
		MG_TRY(refuse_connections(r, err));
	mg_baselines_read(r->arena, r->spec, request, &r->baselines);
	r->profiles = mg_profiles_read(r->arena, &request->engine);
	request->engine.profiles = r->profiles;
	return request->confined ? look_apart(r, err) : look_at_data(r, err);
}

/* ---- the end ---- */

static void *close_engine(void *argument)
{
	struct mg_runner *r = argument;
	r->ops->close(r->engine);
	return NULL;
}

/* Everything is measured: the engine ends while the inputs are digested and reports written. */
static void start_closing(struct mg_runner *r)
{
	if (r->engine && !r->engine_left)
		r->closing = pthread_create(&r->closer, NULL, close_engine, r) == 0;
}

/* All was measured, but nobody can say on what. */
static void tell_undigested(struct mg_runner *r)
{
	if (!r->undigested || r->run->stopped)
		return;
	r->run->stopped = "interrupted while the input files were digested";
	mg_run_close(r->run);
}

/* A file that changed makes all of it worthless: numbers, verdicts and digests may be of several
 * states, also when something else is said to have failed. */
static int prove_unchanged(struct mg_runner *r, int code, struct mg_error *err)
{
	struct mg_error changed = {0};
	if (r->engine_left || mg_sources_unchanged(r->sources, &changed) == MG_OK)
		return code;
	*err = changed;
	return changed.code;
}

static void fail_run(struct mg_runner *r, const char *spec_error, const struct mg_error *err)
{
	*r->run = (struct mg_run){.stopped = spec_error
			? mg_printf(r->arena, "%s: %s", err->text, spec_error)
			: mg_strdup(r->arena, err->text)};
	mg_run_origin(r);
	mg_run_close(r->run);
}

int mg_runner_finish(struct mg_runner *r, int code, const char *spec_error, struct mg_error *err)
{
	bool planned = code == MG_OK && r->request.plan_only;
	if (code == MG_OK)
		mg_run_origin(r);
	start_closing(r);
	/* An input that cannot be digested cannot be vouched for. */
	if (code == MG_OK && !planned)
		code = finish_provenance(r, err);
	else
		drop_provenance(r);
	if (code == MG_OK && !planned)
		mg_baselines_note(r->arena, &r->baselines, r->run);
	tell_undigested(r);
	if (!planned)
		code = prove_unchanged(r, code, err);
	if (code != MG_OK)
		fail_run(r, spec_error, err);
	else if (!planned)
		mg_charts_fit(r->run);
	r->run->seconds = mg_clock_ticks() - r->request.began;
	return code;
}

void mg_runner_end(struct mg_runner *r)
{
	mg_measured_free(r->measured);
	if (r->closing)
		pthread_join(r->closer, NULL);
	else if (r->engine)
		r->ops->close(r->engine);
	mg_sources_free(r->sources);
}
