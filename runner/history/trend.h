/* trend.h: the numbers of a model's test cases over time, from its records. */
#ifndef MG_HISTORY_TREND_H
#define MG_HISTORY_TREND_H

#include <stdbool.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/run.h>

#include "history/store.h"

/* What one run says of a test case. */
struct mg_point {
	int64_t as_of_us, started_us;
	enum mg_verdict verdict;
	bool measured;
	double value;        /* when measured */
	const char *exact;   /* its digits where value is rounded; else NULL */
	const char *shown;   /* the value in its unit, for people */
	const char *limits;  /* "max 0.2, warn max 0.1 (broken)" */
	const char *measure; /* digest of what it is of; only equal ones are to be compared */
	const char *commit;  /* or NULL */
	const char *record;
};

/* A test case of one stage, oldest first. */
struct mg_series {
	const char *check; /* its name: suite/check[column=x][slice] */
	const char *stage; /* or NULL */
	const char *kind, *unit, *better;
	struct mg_point *points;
	size_t count, capacity;
	int64_t newest_us; /* as_of of the newest run of its stage, which may lack it */
};

struct mg_trend {
	struct mg_series *series; /* in the order in which they first came */
	size_t count, capacity;
	struct mg_counts runs; /* by verdict; none of them is skip */
	size_t run_count;
	int64_t first_us, last_us; /* as_of of the runs, when there are any */
};

struct mg_trend_wanted {
	const char *model;
	const char *stage; /* NULL: of every stage, and of none */
	const char *check; /* a name, or a glob over names; NULL: all */
	int64_t since_us;  /* INT64_MIN: from the first on */
	int64_t until_us;  /* INT64_MAX: to the last */
};

/* Reads and proves each record. MG_ENOTFOUND when there is no run, or no such test case in any. */
MG_MUST_USE int mg_trend_read(struct mg_store *store, const struct mg_trend_wanted *wanted,
	struct mg_trend *out, struct mg_error *err);

#endif
