/* keys_gather.c: DuckDB's own threads hand the hash of every key to a function of ours; see keys.h. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/duckdb/keys.h"

enum {
	/* Of a thread's hashes LOOK, after the first FEW, tell: when one in MANY_REPEAT of them came
	 * before, most keys would be grouped anyway. */
	FEW = 1 << 13,
	LOOK = 1 << 16,
	MANY_REPEAT = 64,
	LEAST_PARTS = 4, /* at a time; with fewer the rows are read too often */
};

/* ---- runs ---- */

void mg_key_run_start(struct mg_key_run *run)
{
	pthread_mutex_init(&run->lock, NULL);
	mg_duckdb_ticket_take(run->engine, &run->ticket, MG_TICKET_KEYS);
}

void mg_key_run_end(struct mg_key_run *run)
{
	mg_duckdb_ticket_return(run->engine, &run->ticket);
	while (run->sinks) {
		struct mg_key_sink *sink = run->sinks;
		run->sinks = sink->next;
		mg_key_list_done(&sink->list);
		free(sink->look);
		free(sink);
	}
	pthread_mutex_destroy(&run->lock);
}

/* The sink of the calling thread. */
static struct mg_key_sink *sink_of(struct mg_key_run *run)
{
	static _Thread_local struct {
		uint64_t ticket;
		struct mg_key_sink *sink;
	} last;
	if (last.sink && last.ticket == run->ticket.number)
		return last.sink;
	pthread_t self = pthread_self();
	pthread_mutex_lock(&run->lock);
	struct mg_key_sink *sink = run->sinks;
	while (sink && !pthread_equal(sink->thread, self))
		sink = sink->next;
	if (!sink) {
		sink = mg_zeroed(1, sizeof(*sink));
		sink->thread = self;
		sink->list.first = run->first;
		sink->list.end = atomic_load(&run->end);
		sink->next = run->sinks;
		run->sinks = sink;
	}
	pthread_mutex_unlock(&run->lock);
	last.ticket = run->ticket.number;
	last.sink = sink;
	return sink;
}

/* ---- gathering ---- */

/* Do so many hashes repeat that most keys would be grouped anyway? */
static void look(struct mg_key_run *run, struct mg_key_sink *sink, const uint64_t *hashes, size_t n)
{
	enum { PLACES = 2 * LOOK };
	if (!sink->look)
		sink->look = mg_zeroed(PLACES, sizeof(*sink->look));
	for (size_t i = 0; i < n && sink->looked < LOOK; i++) {
		size_t place = hashes[i] >> 20 & (PLACES - 1);
		while (sink->look[place] && sink->look[place] != hashes[i])
			place = (place + 1) & (PLACES - 1);
		sink->repeats += sink->look[place] != 0;
		sink->look[place] = hashes[i];
		sink->looked++;
	}
	if (sink->looked < LOOK)
		return;
	free(sink->look);
	sink->look = NULL;
	if (sink->repeats > LOOK / MANY_REPEAT)
		atomic_store(&run->pointless, true);
}

/* Tells the run how much this sink holds; when that is too much, half of the parts come later. */
static void watch_memory(struct mg_key_run *run, struct mg_key_sink *sink)
{
	enum { EVERY = 1 << 18 /* bytes */ };
	if (sink->list.bytes < sink->watched + EVERY)
		return;
	size_t more = sink->list.bytes - sink->watched;
	sink->watched = sink->list.bytes;
	if (atomic_fetch_add(&run->bytes, more) + more <= run->engine->freq_bytes)
		return;
	size_t end = sink->list.end, half = run->first + (end - run->first) / 2;
	if (half - run->first < LEAST_PARTS)
		atomic_store(&run->pointless, true);
	else
		atomic_compare_exchange_strong(&run->end, &end, half);
}

/* False when there is no point in more of it. */
static bool gather(struct mg_key_run *run, const uint64_t *hashes, size_t n)
{
	struct mg_key_sink *sink = sink_of(run);
	size_t end = atomic_load(&run->end);
	if (sink->list.end > end) {
		mg_key_list_narrow(&sink->list, end);
		atomic_fetch_sub(&run->bytes, sink->watched - sink->list.bytes);
		sink->watched = sink->list.bytes;
	}
	if (sink->seen >= FEW && sink->looked < LOOK)
		look(run, sink, hashes, n);
	sink->seen += n;
	for (size_t i = 0; i < n; i++)
		mg_key_list_add(&sink->list, hashes[i]);
	watch_memory(run, sink);
	return !atomic_load(&run->pointless);
}

static bool is_told(const struct mg_key_run *run, uint64_t hash)
{
	size_t part = mg_key_part(hash);
	return part >= run->first && part < atomic_load(&run->end) &&
		(!run->repeated || mg_key_set_has(run->repeated, hash));
}

/* Answers for each row: gathering, whether there was a hash; else whether it is one of those told. */
static void show_keys(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output)
{
	struct mg_engine *engine = mg_duckdb_function_owner(info);
	const struct mg_duckdb_api *api = &engine->api;
	size_t n = api->data_chunk_get_size(chunk);
	if (n == 0)
		return;
	/* DuckDB hands over flat vectors: one value a row. */
	const int64_t *tickets = api->vector_get_data(api->data_chunk_get_vector(chunk, 0));
	duckdb_vector column = api->data_chunk_get_vector(chunk, 1);
	const uint64_t *hashes = api->vector_get_data(column);
	const uint64_t *valid = api->vector_get_validity(column);
	bool *out = api->vector_get_data(output);
	struct mg_key_run *run = mg_duckdb_ticket_find(
		engine, MG_TICKET_KEYS, (uint64_t)tickets[0]);
	uint64_t mask = UINT64_MAX << (64 - engine->key_bits);
	enum { BATCH = 2048 };
	uint64_t batch[BATCH];
	bool goes_on = run != NULL;
	for (size_t from = 0; from < n && goes_on; from += BATCH) {
		size_t count = 0, to = n - from < BATCH ? n : from + BATCH;
		for (size_t r = from; r < to; r++) {
			out[r] = mg_duckdb_is_valid(valid, r);
			if (out[r] && run->tells)
				out[r] = is_told(run, hashes[r] & mask);
			else if (out[r])
				batch[count++] = hashes[r] & mask;
		}
		goes_on = run->tells || gather(run, batch, count);
	}
	if (!goes_on)
		api->scalar_function_set_error(
			info, run ? "many keys repeat" : "not for use in SQL");
}

int mg_duckdb_keys_register(struct mg_engine *engine, struct mg_error *err)
{
	const struct mg_duckdb_function function = {.name = "modelgate_key",
		.types = {DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_UBIGINT},
		.call = show_keys,
		.owner = engine};
	return mg_duckdb_add_function(engine, &function, err);
}
