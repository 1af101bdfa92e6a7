/* words.h: numbers and limits as people read them, the same in a verdict's reason and in every
 * report. */
#ifndef MG_JUDGE_WORDS_H
#define MG_JUDGE_WORDS_H

#include <modelgate/run.h>

#include "base/arena.h"

/* A number in the result's unit and in the way its limits were written: 99.3%, 12,345, 1 d 12 h.
 * Rounded for people, but never so far that it reads like a limit that it differs from. */
char *mg_words_number(struct mg_arena *arena, const struct mg_result *r, double x);
/* The same of its baseline. */
char *mg_words_baseline(struct mg_arena *arena, const struct mg_result *r);
/* One limit as written: "max 0.2", "min 99.5%", "max drop 10% of the baseline", "max drop 8 points". */
char *mg_words_limit(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit);
/* The interval of the difference from the baseline: "-3.1 to 0.4 points"; NULL without one. */
char *mg_words_difference(struct mg_arena *arena, const struct mg_result *r);
/* "360 of 1,000 rows have no label", for tasks where some have none; else NULL. */
char *mg_words_unlabelled(struct mg_arena *arena, const struct mg_result *r);
/* Why the limit is broken, as a sentence without its full stop: "0.31 is over max 0.2". Reads the
 * result's judged number, interval and baseline. */
char *mg_words_broken(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit);

#endif
