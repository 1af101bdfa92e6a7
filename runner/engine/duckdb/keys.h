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

/* One count of keys: first hashes are gathered; then rows are told by whether theirs is repeated. */
struct mg_key_run {
	struct mg_key_run *next;
	uint64_t ticket; /* names it in SQL; random, so that no other SQL can name it */
	struct mg_engine *engine;
	const struct mg_key_set *repeated; /* NULL: hashes are gathered */
	/* The parts that this is about; when memory gets short, `end` comes nearer. */
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

#endif
