/* words.h: a run put into words, once for all reports: numbers in their units, limits as written,
 * places, counts, details. The texts carry what the run holds: pass a run from mg_run_safe. */
#ifndef MG_REPORT_WORDS_H
#define MG_REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/run.h>

#include "base/arena.h"
#include "judge/words.h"

/* A copy of the run (not of its numbers' meaning) in which every text is safe to print anywhere:
 * one line each, but for `sql`, which keeps its newlines. No text is NULL that run.h does not
 * allow to be. */
const struct mg_run *mg_run_safe(struct mg_arena *arena, const struct mg_run *run);

/* The results of one suite, in the order of the run. */
struct mg_group {
	const char *suite;
	const struct mg_result **results;
	size_t count, capacity;
	struct mg_counts counts;
	double seconds;
};
/* Suites that have results, in the order in which they were run. */
struct mg_group *mg_run_groups(struct mg_arena *arena, const struct mg_run *run, size_t *out_count);

/* "flight-delay PPS" */
char *mg_words_title(struct mg_arena *arena, const struct mg_run *run);
/* What the gate takes the run's verdict for: a warning under --fail-on warn is a failure. */
enum mg_verdict mg_words_taken(const struct mg_run *run);
/* The same as "PASSED", "WARNED", "FAILED", "ERROR". */
const char *mg_words_outcome(const struct mg_run *run);
/* The same as "passed", "passed with warnings", "failed", "error". */
const char *mg_words_headline(const struct mg_run *run);
/* "19 passed, 2 warned, 3 failed"; "nothing" when all are 0. */
char *mg_words_counts(struct mg_arena *arena, const struct mg_counts *counts);
/* "24 checks: 19 passed, 2 warned, 3 failed in 1.4 s"; why there are none when there are none. */
char *mg_words_summary(struct mg_arena *arena, const struct mg_run *run);
/* Why a run is an ERROR though no check is ("no checks were run"), or how it was stopped; NULL
 * when there is nothing to say. */
const char *mg_words_trouble(struct mg_arena *arena, const struct mg_run *run);
/* Which test cases of the baselines the run has not, or NULL. */
const char *mg_words_gone(struct mg_arena *arena, const struct mg_run *run);
/* True when the run is an ERROR that no check shows: reports then add a case of their own. */
bool mg_run_lacks_error(const struct mg_run *run);

/* The name without its suite. */
const char *mg_words_name(const struct mg_result *r);
/* The measured value; "" when there is none. */
char *mg_words_value(struct mg_arena *arena, const struct mg_result *r);
/* The same, and beside it what chance alone gives, where the kind tells: "0.034 (chance: up to 0.05)". */
char *mg_words_beside_chance(struct mg_arena *arena, const struct mg_result *r);
/* It passed without a comparison: no baseline, no rows. Reports say so, and why: its message. */
bool mg_words_is_idle(const struct mg_result *r);
/* All of them, and where those stand that are not held: "max 0.2, warn max 0.1 (broken)"; "" without limits. */
char *mg_words_limits(struct mg_arena *arena, const struct mg_result *r);
/* The same and what else a table's line tells of them: the baseline, the end of the interval that was judged, that
 * nothing was compared, rows without a label. */
char *mg_words_limits_line(struct mg_arena *arena, const struct mg_result *r);
/* Why it has its verdict: the message, and before it "0.2841, max 0.2" (the broken limits) when
 * it does not say the number itself. */
char *mg_words_reason(struct mg_arena *arena, const struct mg_result *r);
/* "modelgate.yaml:81:9"; the spec alone when the place is unknown. */
char *mg_words_place(struct mg_arena *arena, const struct mg_run *run, const struct mg_result *r);

/* What else there is to know about a result, label by label. */
struct mg_words_pair {
	const char *label, *text;
};
enum { MG_WORDS_PAIRS = 64 };
/* Fills at most MG_WORDS_PAIRS entries of out; all: also owner, facts and the like. */
size_t mg_words_details(
	struct mg_arena *arena, const struct mg_result *r, bool all, struct mg_words_pair *out);

#endif
