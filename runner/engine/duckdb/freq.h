/* freq.h: a query for frequency tables while it is gathered and finished. */
#ifndef MG_ENGINE_DUCKDB_FREQ_H
#define MG_ENGINE_DUCKDB_FREQ_H

#include "engine/duckdb/engine.h"
#include "engine/freq_part.h"
#include "engine/freq_slices.h"

/* One thread's share of a run. parts: [slice * group_count + group]. */
struct mg_freq_sink {
	struct mg_freq_sink *next;
	pthread_t thread;
	struct mg_slice_names slices;
	/* Short texts and their slices + 1, each in the one place where it may be; 1 << recent_bits places,
	 * several times as many as there are slices. */
	struct mg_recent_slice {
		uint64_t words[2];
		size_t slice;
	} * recent;
	unsigned recent_bits;
	struct mg_freq_part *parts;
	size_t part_count;
	int64_t *dropped;  /* by slice: rows of no group */
	int64_t delivered; /* rows that came by */
	int64_t watched;   /* of them when memory was last looked at */
	size_t listed;     /* values in lists, as told to the run */
	bool bucketed;
};

/* One query being gathered. */
struct mg_freq_run {
	struct mg_duckdb_ticket ticket;
	struct mg_engine *engine;
	bool sliced;
	size_t group_count;
	const struct mg_range *ranges;
	size_t range_count, max_entries;
	pthread_mutex_t lock; /* sinks */
	struct mg_freq_sink *sinks;
	atomic_size_t listed; /* values held in lists by all sinks */
	atomic_bool bucketed; /* memory is short */
	atomic_bool too_many; /* slices */
};

/* ---- freq_gather.c ---- */

void mg_freq_sink_free(struct mg_freq_sink *sink);
/* Puts what a thread has gathered into buckets, where all that follows goes too. */
void mg_freq_sink_to_buckets(struct mg_freq_run *run, struct mg_freq_sink *sink);

/* ---- freq_finish.c ---- */

/* Sorts and joins what all threads gathered; the tables are in `arena`. When `cancelled` gets set
 * some tables may stay empty. */
void mg_freq_run_finish(struct mg_freq_run *run, const atomic_bool *cancelled,
	struct mg_arena *arena, struct mg_freq_set *out);

#endif
