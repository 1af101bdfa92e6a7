/* judging.h: what the files of the judge share: one run on its way from measures to verdicts. */
#ifndef MG_JUDGE_JUDGING_H
#define MG_JUDGE_JUDGING_H

#include <stdbool.h>

#include <modelgate/run.h>

#include "base/map.h"
#include "execute/execute.h"
#include "plan/plan.h"

struct mg_earlier;

struct mg_judging {
	struct mg_arena *arena;
	const struct mg_plan *plan;
	const struct mg_measured *measured;
	const struct mg_baselines *baselines;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	struct mg_run *run;
	const struct mg_check **checks; /* per result */
	bool *broken;                   /* per result */
	struct mg_map names;
	/* What all cases of the check whose turn it is are told alike. */
	struct {
		const struct mg_check *check;
		struct mg_var *measure;
		size_t measure_count;
		const char *measure_digest, *sql;
		bool has_sql;
	} alike;
	struct mg_map *pairs; /* of datasets that were compared: what is wrong with them, or "" */
};

/* Its slice has a number instead of a name, as no report may show it. */
bool mg_case_masked(const struct mg_case *one);
void mg_result_add_fact(struct mg_arena *arena, struct mg_result *r, struct mg_run_fact fact);
/* The digits, when the double is another number than they are; else NULL. */
const char *mg_beyond_double(struct mg_arena *arena, double rounded, const char *digits);

/* ---- baseline.c ---- */

/* What a case is compared with. */
struct mg_found_baseline {
	double value;       /* NaN: there is none, and `why` says so */
	const char *exact;  /* its digits where value is rounded, or NULL */
	double least, most; /* its bounds, where it was not counted exactly */
	double lo, hi;      /* its interval at the check's confidence; NaN: none */
	bool identical;     /* of the same data: the very same numbers */
	const char *source; /* "file baseline.json", "reference train"; NULL: none is asked for */
	const char *why;    /* where value is NaN: a sentence */
	const struct mg_earlier *earlier; /* the runs that value is the mean of, or NULL */
	bool other;                       /* it measured something else, which is unfit, too */
	bool unfit; /* it is there, but cannot be used: an ERROR, whatever baseline_missing says */
};
/* `now` is the result that is being made: its name and its measure. */
struct mg_found_baseline mg_find_baseline(
	const struct mg_judging *j, const struct mg_case *one, const struct mg_result *now);
/* Fills run->gone: what the baselines' runs have and this one has not. */
void mg_find_gone(const struct mg_judging *j);

/* ---- inputs.c ---- */

/* Why the case's data and what they are compared with are one file under two names; or NULL. */
const char *mg_same_data_problem(const struct mg_judging *j, const struct mg_check *c);
/* Did the earlier run read the very same files for what this check looks at? */
bool mg_same_inputs(const struct mg_judging *j, const struct mg_check *c,
	const struct mg_run *before, const struct mg_result *then);

/* ---- verdict.c ---- */

/* What one limit is worth, by how it stands: the one table. `missing` counts for what lacks a baseline. */
enum mg_verdict mg_limit_worth(
	enum mg_limit_state state, enum mg_severity severity, enum mg_baseline_missing missing);
/* Holds the measured value to all its limits: fills the result's limits, baseline and judged number.
 * `out_message` says why, `out_broken` whether a limit that is no warning is broken for good. */
enum mg_verdict mg_judge_value(const struct mg_judging *j, struct mg_result *r,
	const struct mg_case *one, const char **out_message, bool *out_broken);

#endif
