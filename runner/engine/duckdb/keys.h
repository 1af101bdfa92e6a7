/* keys.h: keys while they are counted by their hashes. */
#ifndef MG_ENGINE_DUCKDB_KEYS_H
#define MG_ENGINE_DUCKDB_KEYS_H

#include "engine/duckdb/engine.h"
#include "engine/key_lists.h"

/* What one of DuckDB's threads has seen. */
struct mg_key_sink {
	struct mg_key_sink *next;
	pthread_t thread;
	struct mg_key_list list;
	size_t seen;            /* hashes */
	size_t watched;         /* bytes of the list, as told to the run */
	uint64_t *look;         /* a table of some of the first; NULL before and after */
	size_t looked, repeats; /* of those */
};

/* One look at keys: hashes are gathered; or rows are told by whether theirs is in some parts, and repeated. */
struct mg_key_run {
	struct mg_duckdb_ticket ticket;
	struct mg_engine *engine;
	bool tells;                        /* else hashes are gathered */
	const struct mg_key_set *repeated; /* of `tells`; NULL: all are told */
	/* The parts that this is about; when memory gets short while gathering, `end` comes nearer. */
	size_t first;
	atomic_size_t end;
	atomic_size_t bytes;   /* of all lists */
	atomic_bool pointless; /* too many repeat, or too many passes would be needed */
	pthread_mutex_t lock;  /* sinks */
	struct mg_key_sink *sinks;
};

/* ---- keys_gather.c ---- */

void mg_key_run_start(struct mg_key_run *run);
void mg_key_run_end(struct mg_key_run *run);

/* ---- keys_parts.c ---- */

/* A key as it is grouped by. */
const struct mg_expr *mg_key_grouped(struct mg_arena *a, const struct mg_term *key);
/* What the run tells of a row with this key. */
const struct mg_expr *mg_key_seen(struct mg_arena *a, const struct mg_key_run *run,
	const struct mg_expr *const *key, size_t count);
/* Adds a condition. */
void mg_key_narrow(struct mg_arena *a, struct mg_source *source, const struct mg_expr *condition);

/* A query that is asked for some parts of its keys at a time. */
struct mg_key_parts {
	const struct mg_query *query;
	/* The query of those rows alone that the run tells of. */
	struct mg_query (*narrowed)(
		struct mg_arena *a, const struct mg_key_run *run, const struct mg_query *query);
	const struct mg_key_set *repeated; /* NULL: all keys */
	size_t first, end;
	size_t step; /* so many at a time; fewer when these need more memory than there is */
	void (*add)(void *context, const struct mg_table *answer);
	void *context;
};
MG_MUST_USE int mg_key_parts_ask(
	struct mg_session *session, const struct mg_key_parts *parts, struct mg_error *err);

#endif
