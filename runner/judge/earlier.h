/* earlier.h: what several earlier runs say of one test case together. */
#ifndef MG_JUDGE_EARLIER_H
#define MG_JUDGE_EARLIER_H

#include "judge/judging.h"
#include "judge/limits.h"

/* What each run has of the number: itself, its bounds, its interval. */
enum mg_earlier_part {
	MG_EARLIER_VALUE,
	MG_EARLIER_LEAST,
	MG_EARLIER_MOST,
	MG_EARLIER_LO,
	MG_EARLIER_HI,
	MG_EARLIER_PARTS,
};

struct mg_earlier {
	struct mg_arena *arena;
	double *parts[MG_EARLIER_PARTS]; /* a number for each run, newest first */
	size_t count;
	const char *exact;   /* digits that all have, where a double rounds them; or NULL */
	const char *endless; /* a record that measured infinity, or NULL */
};

void mg_earlier_init(struct mg_earlier *out, struct mg_arena *arena, size_t most);
/* What one run says, which is a number. */
void mg_earlier_add(struct mg_earlier *e, const struct mg_found_baseline *of, const char *record);

/* Means of bounds and of ends of intervals are wider than those of a mean, so that less is decided by them, and nothing
 * wrongly. */
double mg_earlier_mean(const struct mg_earlier *e, enum mg_earlier_part part);
/* The value is NaN when there are too few runs, or they have no finite spread. */
struct mg_center mg_earlier_center(const struct mg_earlier *e, enum mg_spread spread);
const char *mg_earlier_definition(enum mg_spread spread);
/* Why there is no center. */
const char *mg_earlier_why_none(
	const struct mg_earlier *e, enum mg_spread spread, const char *source);

#endif
