/* measures.h: how query results reach a kind's measure(); shared by measures.c and execute.c. */
#ifndef MG_PLAN_MEASURES_H
#define MG_PLAN_MEASURES_H

#include <modelgate/check.h>
#include <modelgate/engine.h>
#include <modelgate/plan.h>

#include <modelgate/run.h>

/* What came back for one query of the plan. */
struct mg_answer {
	struct mg_arena *arena;   /* owns what follows; freed when the last user has measured */
	const char *error;        /* the whole query failed, or NULL */
	const char **term_errors; /* per term, or NULL; NULL entries are fine */
	size_t key_count;
	struct mg_table table;
	struct mg_freq_set freqs;
	double seconds;
	int64_t rows_read; /* -1 unknown */
	bool done;
	size_t waiting; /* checks that still need it */
	size_t users;
};

/* More detail of one table, as measure() asked for it. */
struct mg_refinement {
	size_t query;
	const char *slice; /* of the tables; with `sliced` */
	bool sliced;
	int group;
	const struct mg_range *ranges;
	size_t count;
};

struct mg_measures {
	const struct mg_plan *plan;
	const struct mg_check *check;
	const struct mg_answer *answers;
	bool sliced;
	const char *slice;
	struct mg_arena *arena; /* lives to the end of the run */
	/* For kinds that look at others: what was judged so far, and whose limits were broken. */
	const struct mg_result *results;
	const bool *broken;
	size_t result_count;
	struct mg_refinement *refinements; /* in arena */
	size_t refinement_count, refinement_capacity;
};

/* The need of this name; asserts that plan() gave it. */
const struct mg_need *mg_measures_need(const struct mg_check *check, const char *name);
/* First error among the answers that the check needs, or NULL. */
const char *mg_measures_error(const struct mg_check *check, const struct mg_answer *answers);
/* Row of a sliced aggregate that belongs to the slice; SIZE_MAX when it has none. */
size_t mg_slice_row(const struct mg_table *table, const char *slice);

#endif
