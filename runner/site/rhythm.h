/* rhythm.h: how often runs come, which were due and did not, and a letter for each of the last days. */
#ifndef MG_SITE_RHYTHM_H
#define MG_SITE_RHYTHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/run.h>

#include "site/values.h"

/* A time that runs are of, and the verdict of the one that counts: the last that was started. */
struct mg_moment {
	int64_t at_us;
	enum mg_verdict verdict;
	struct mg_site_run *run; /* NULL: its record is broken */
	const char *record;
};

struct mg_rhythm {
	int64_t every_us; /* 0: no rhythm */
	bool is_estimated;
	bool quiet[7]; /* days of the week, from Sunday, on which none is expected */
};

/* The median of the last 20 gaps, where there are four and most lie within a half of it; days of the week on
 * which it never ran are quiet. `moments` are in order. */
struct mg_rhythm mg_rhythm_estimate(const struct mg_moment *moments, size_t count);

/* When the next one after `from_us` is due. There must be a rhythm. */
int64_t mg_rhythm_next(const struct mg_rhythm *rhythm, int64_t from_us);
/* When that one is late: a quarter of the gap is forgiven. */
int64_t mg_rhythm_late(const struct mg_rhythm *rhythm, int64_t due_us);
/* How many were due after `from_us`, and are late at `until_us`. */
size_t mg_rhythm_missed(const struct mg_rhythm *rhythm, int64_t from_us, int64_t until_us);

/* MG_SITE_DAYS letters as the schema has them, the last for the day of now_us, and a zero. */
void mg_rhythm_days(const struct mg_rhythm *rhythm, const struct mg_moment *moments, size_t count,
	int64_t now_us, char out[MG_SITE_DAYS + 1]);
/* The first of these days, at its first moment. */
int64_t mg_rhythm_first_day(int64_t now_us);

#endif
