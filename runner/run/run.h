/* run.h: one run, from what was asked for to a finished mg_run. It opens the data, digests them, reads the
 * baselines, measures, judges, and proves that no file changed meanwhile. Prints nothing. */
#ifndef MG_RUN_RUN_H
#define MG_RUN_RUN_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <modelgate/engine.h>
#include <modelgate/error.h>
#include <modelgate/run.h>
#include <modelgate/spec.h>

#include "base/arena.h"
#include "execute/execute.h"
#include "history/store.h"
#include "input/source.h"
#include "plan/plan.h"
#include "run/profiles.h"
#include "run/provenance.h"

/* What was asked for. */
struct mg_run_request {
	const char *spec_path, *stage; /* as given; stage may be NULL */
	struct mg_selection selection;
	int64_t started_us, as_of_us; /* time of the clock, and the one that verdicts see */
	double began;                 /* mg_clock_ticks() at the start */
	uint64_t seed;
	bool fail_on_warn;
	bool plan_only;           /* measures nothing: makes the plan's text */
	struct mg_store *history; /* where earlier runs are on record; NULL: nowhere */
	bool confined;            /* the engine's threads may read the data's files and no others */
	struct mg_engine_options engine;   /* threads, memory, folders; the rest is filled in */
	struct mg_execute_options execute; /* threads, timeout, progress; the rest is filled in */
	/* Is told, before anything is measured, what engine.memory_bytes may not hold; or NULL. */
	void (*warn)(void *context, const char *text);
	void *warn_context;
	volatile sig_atomic_t *stop; /* set by a signal, or here: nothing more is begun */
};

/* A run at work, between mg_runner_start and mg_runner_end. Its maker fills `request` and `spec`. */
struct mg_runner {
	struct mg_arena *arena;
	struct mg_run_request request;
	struct mg_sources *sources; /* every file that a verdict rests on */
	struct mg_spec *spec;       /* NULL: it could not be read */
	bool *used;                 /* by dataset of the spec: does the selection reach it? */
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	const char *engine_name, *engine_version; /* outlives the engine */
	bool engine_left; /* it did not obey: end the process without touching it */
	pthread_t closer;
	bool closing;
	struct mg_schema *schemas;
	struct mg_baselines baselines;
	const struct mg_profile_file *profiles; /* by dataset; NULL: none */
	struct mg_plan *plan;
	struct mg_measured *measured;
	struct mg_provenance *provenance;
	bool undigested;       /* a stop came before the inputs had their digests */
	const char *plan_text; /* with plan_only */
	const char *
		unconfined; /* why this machine does not keep the engine from other files, or NULL */
	struct mg_run *run;
};

/* Makes `sources`, in which the spec is to be opened. */
void mg_runner_start(struct mg_runner *r, struct mg_arena *arena);

/* Measures and judges, or plans. */
MG_MUST_USE int mg_runner_measure(struct mg_runner *r, struct mg_error *err);

/* Makes r->run whole: what it is of, digests, the proof that all files are still the same. `code` and err are what
 * came of the steps before; spec_error: the first error of the spec, or NULL. A run that did not come about becomes
 * one that measured nothing, so that no report of an earlier run is taken for this one's. With
 * plan_only and no failure there is no run. The engine ends in the background. */
MG_MUST_USE int mg_runner_finish(
	struct mg_runner *r, int code, const char *spec_error, struct mg_error *err);

/* Waits for the engine, and frees what stands outside of the arena; the run stays. Not with engine_left. */
void mg_runner_end(struct mg_runner *r);

#endif
