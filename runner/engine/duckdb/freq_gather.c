/* freq_gather.c: DuckDB's own threads hand every row to a function of ours, which puts the value
 * where it belongs; so rows are gathered in parallel, and none becomes a result. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/duckdb/freq.h"
#include "stats/freq.h"

enum { MOST_TABLES = 1000000, RECENT_BITS = 8, RECENT_EACH = 4 };

static void *checked(void *p)
{
	if (!p)
		mg_out_of_memory();
	return p;
}

/* ---- sinks ---- */

void mg_freq_sink_free(struct mg_freq_sink *sink)
{
	mg_slices_done(&sink->slices);
	for (size_t i = 0; i < sink->part_count; i++)
		mg_freq_part_done(&sink->parts[i]);
	free(sink->parts);
	free(sink->dropped);
	free(sink->recent);
	free(sink);
}

/* Room for the parts of one more slice; false when there are too many. */
static bool reserve_parts(struct mg_freq_run *run, struct mg_freq_sink *sink, size_t slices)
{
	size_t count = slices * run->group_count;
	if (count <= sink->part_count)
		return true;
	if (slices > MG_SLICES_MAX || count > MOST_TABLES) {
		atomic_store(&run->too_many, true);
		return false;
	}
	size_t had = sink->part_count / run->group_count;
	slices = slices < 2 * had ? 2 * had : slices;
	size_t grown = slices * run->group_count;
	sink->parts = checked(realloc(sink->parts, grown * sizeof(*sink->parts)));
	memset(sink->parts + sink->part_count, 0,
		(grown - sink->part_count) * sizeof(*sink->parts));
	sink->dropped = checked(realloc(sink->dropped, slices * sizeof(*sink->dropped)));
	memset(sink->dropped + had, 0, (slices - had) * sizeof(*sink->dropped));
	if (sink->bucketed)
		for (size_t i = sink->part_count; i < grown; i++)
			mg_freq_part_to_buckets(
				&sink->parts[i], run->ranges, run->range_count, run->max_entries);
	sink->part_count = grown;
	return true;
}

/* The sink of the calling thread. A thread that works for two runs in turn finds it again. */
static struct mg_freq_sink *sink_of(struct mg_freq_run *run)
{
	static _Thread_local struct {
		uint64_t ticket;
		struct mg_freq_sink *sink;
	} last;
	if (last.ticket == run->ticket.number)
		return last.sink;
	pthread_t self = pthread_self();
	pthread_mutex_lock(&run->lock);
	struct mg_freq_sink *sink = run->sinks;
	while (sink && !pthread_equal(sink->thread, self))
		sink = sink->next;
	if (!sink) {
		sink = checked(calloc(1, sizeof(*sink)));
		sink->thread = self;
		sink->next = run->sinks;
		run->sinks = sink;
	}
	pthread_mutex_unlock(&run->lock);
	last.ticket = run->ticket.number;
	last.sink = sink;
	return sink;
}

void mg_freq_sink_to_buckets(struct mg_freq_run *run, struct mg_freq_sink *sink)
{
	for (size_t i = 0; i < sink->part_count; i++)
		mg_freq_part_to_buckets(
			&sink->parts[i], run->ranges, run->range_count, run->max_entries);
	sink->bucketed = true;
}

/* Tells the run how much this sink holds, and follows when memory became short. */
static void watch_memory(struct mg_freq_run *run, struct mg_freq_sink *sink)
{
	enum { EVERY = 1 << 15 /* rows */ };
	if (sink->bucketed)
		return;
	if (!atomic_load(&run->bucketed)) {
		if (sink->delivered - sink->watched < EVERY)
			return;
		sink->watched = sink->delivered;
		size_t listed = 0;
		for (size_t i = 0; i < sink->part_count; i++)
			listed += sink->parts[i].count;
		size_t more = listed - sink->listed;
		sink->listed = listed;
		/* Sorting needs as much again. */
		if (atomic_fetch_add(&run->listed, more) + more <=
			run->engine->freq_bytes / (2 * sizeof(double)))
			return;
		atomic_store(&run->bucketed, true);
	}
	mg_freq_sink_to_buckets(run, sink);
}

/* ---- the function that DuckDB calls ---- */

struct rows {
	size_t n;
	const double *values;
	const uint64_t *value_valid;
	const int32_t *groups; /* NULL: none */
	const uint64_t *group_valid;
	const duckdb_string_t *slices; /* NULL: none */
	const uint64_t *slice_valid;
};

static bool in_range(const struct mg_freq_run *run, double x)
{
	return mg_range_find(run->ranges, run->range_count, x) < run->range_count;
}

static void put(
	struct mg_freq_run *run, struct mg_freq_part *part, const struct rows *rows, size_t r)
{
	if (!mg_duckdb_is_valid(rows->value_valid, r))
		part->nulls++;
	else if (!run->ranges || rows->values[r] != rows->values[r] ||
		in_range(run, rows->values[r]))
		mg_freq_part_add(part, rows->values[r]);
}

static bool put_one_table(
	struct mg_freq_run *run, struct mg_freq_sink *sink, const struct rows *rows)
{
	if (!reserve_parts(run, sink, 1))
		return false;
	if (!rows->value_valid && !run->ranges && !sink->parts[0].buckets) {
		mg_freq_part_add_all(&sink->parts[0], rows->values, rows->n);
		return true;
	}
	for (size_t r = 0; r < rows->n; r++)
		put(run, &sink->parts[0], rows, r);
	return true;
}

static void reserve_recent(struct mg_freq_sink *sink)
{
	size_t wanted = sink->slices.count * RECENT_EACH;
	if (sink->recent && wanted <= (size_t)1 << sink->recent_bits)
		return;
	unsigned bits = sink->recent ? sink->recent_bits : RECENT_BITS;
	while (wanted > (size_t)1 << bits)
		bits++;
	free(sink->recent); /* it fills again */
	sink->recent = checked(calloc((size_t)1 << bits, sizeof(*sink->recent)));
	sink->recent_bits = bits;
}

/* The slice of a text, with room for its parts; false when there are too many. */
static bool look_up_slice(struct mg_freq_run *run, struct mg_freq_sink *sink,
	const duckdb_string_t *text, size_t *out)
{
	uint32_t len = text->value.inlined.length;
	const char *bytes = len <= sizeof(text->value.inlined.inlined) ? text->value.inlined.inlined
								       : text->value.pointer.ptr;
	*out = mg_slices_find(&sink->slices, bytes, len);
	return reserve_parts(run, sink, sink->slices.count);
}

/* The same for row r, by way of what was seen lately. */
static bool find_slice(struct mg_freq_run *run, struct mg_freq_sink *sink, const struct rows *rows,
	size_t r, size_t *out)
{
	if (!mg_duckdb_is_valid(rows->slice_valid, r)) {
		*out = mg_slices_null(&sink->slices);
		return reserve_parts(run, sink, sink->slices.count);
	}
	const duckdb_string_t *text = &rows->slices[r];
	uint64_t words[2];
	_Static_assert(sizeof(*text) == sizeof(words), "a text of DuckDB is two words");
	if (text->value.inlined.length > sizeof(text->value.inlined.inlined))
		return look_up_slice(run, sink, text, out);
	memcpy(words, text, sizeof(words));
	uint64_t mixed = (words[0] ^ (words[1] << 20 | words[1] >> 44)) *
		UINT64_C(0x9e3779b97f4a7c15);
	const struct mg_recent_slice *recent = sink->recent
		? &sink->recent[mixed >> (64 - sink->recent_bits)]
		: NULL;
	if (recent && recent->slice && recent->words[0] == words[0] &&
		recent->words[1] == words[1]) {
		*out = recent->slice - 1;
		return true;
	}
	if (!look_up_slice(run, sink, text, out))
		return false;
	reserve_recent(sink);
	sink->recent[mixed >> (64 - sink->recent_bits)] = (struct mg_recent_slice){
		{words[0], words[1]}, *out + 1};
	return true;
}

static bool put_rows(struct mg_freq_run *run, struct mg_freq_sink *sink, const struct rows *rows)
{
	if (!reserve_parts(run, sink, 1))
		return false;
	for (size_t r = 0; r < rows->n; r++) {
		size_t slice = 0;
		if (rows->slices && !find_slice(run, sink, rows, r, &slice))
			return false;
		int32_t group = rows->groups ? rows->groups[r] : 0;
		if (group < 0 || (size_t)group >= run->group_count ||
			!mg_duckdb_is_valid(rows->group_valid, r))
			sink->dropped[slice]++;
		else
			put(run, &sink->parts[slice * run->group_count + (size_t)group], rows, r);
	}
	return true;
}

/* What a function of ours is called with: the engine, and which columns follow the ticket. */
struct gatherer {
	struct mg_engine *engine;
	bool grouped, sliced;
};

static bool gather_rows(struct mg_freq_run *run, const struct rows *rows)
{
	struct mg_freq_sink *sink = sink_of(run);
	bool fits = rows->groups || rows->slices ? put_rows(run, sink, rows)
						 : put_one_table(run, sink, rows);
	sink->delivered += (int64_t)rows->n;
	if (fits)
		watch_memory(run, sink);
	return fits;
}

static void gather(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output)
{
	const struct gatherer *gatherer = mg_duckdb_function_owner(info);
	const struct mg_duckdb_api *api = &gatherer->engine->api;
	size_t n = api->data_chunk_get_size(chunk);
	if (n == 0)
		return;
	/* DuckDB hands over flat vectors: one value a row. */
	const uint64_t *tickets = api->vector_get_data(api->data_chunk_get_vector(chunk, 0));
	duckdb_vector column = api->data_chunk_get_vector(chunk, 1);
	struct rows rows = {.n = n,
		.values = api->vector_get_data(column),
		.value_valid = api->vector_get_validity(column)};
	idx_t next = 2;
	if (gatherer->grouped) {
		column = api->data_chunk_get_vector(chunk, next++);
		rows.groups = api->vector_get_data(column);
		rows.group_valid = api->vector_get_validity(column);
	}
	if (gatherer->sliced) {
		column = api->data_chunk_get_vector(chunk, next);
		rows.slices = api->vector_get_data(column);
		rows.slice_valid = api->vector_get_validity(column);
	}
	struct mg_freq_run *run = mg_duckdb_ticket_find(
		gatherer->engine, MG_TICKET_FREQ, tickets[0]);
	if (!run || !gather_rows(run, &rows)) {
		api->scalar_function_set_error(
			info, run ? "too many slices" : "not for use in SQL");
		return;
	}
	memset(api->vector_get_data(output), 1, n * sizeof(bool));
}

int mg_duckdb_freq_register(struct mg_engine *engine, struct mg_error *err)
{
	static const char *const names[] = {
		"modelgate_freq", "modelgate_freq_g", "modelgate_freq_s", "modelgate_freq_gs"};
	struct gatherer *gatherers = mg_alloc_array(engine->arena, 4, sizeof(*gatherers));
	for (int i = 0; i < 4; i++) {
		gatherers[i] = (struct gatherer){
			.engine = engine, .grouped = i & 1, .sliced = i & 2};
		const struct mg_duckdb_function function = {.name = names[i],
			.types = {DUCKDB_TYPE_UBIGINT, DUCKDB_TYPE_DOUBLE,
				i & 1 ? DUCKDB_TYPE_INTEGER : DUCKDB_TYPE_INVALID,
				i & 2 ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_INVALID},
			.call = gather,
			.owner = &gatherers[i]};
		MG_TRY(mg_duckdb_add_function(engine, &function, err));
	}
	return MG_OK;
}
