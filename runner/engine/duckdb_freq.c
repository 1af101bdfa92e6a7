/*
 * duckdb_freq.c: frequency tables. DuckDB's own threads hand every row to a function of ours, which
 * puts the value where it belongs; so rows are gathered in parallel, and none becomes a result.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb_engine.h"
#include "engine/freq_part.h"
#include "stats/freq.h"

enum { MOST_SLICES = 10000, MOST_TABLES = 1000000, DEFAULT_ENTRIES = 1 << 16 };

/* ---- the slices one thread has seen ---- */

struct slice {
	char *text; /* NULL: the NULL slice */
	uint32_t len;
	uint64_t hash;
};

/* Text -> its number, in order of appearance. */
struct slices {
	struct slice *list;
	size_t count, capacity;
	uint32_t *slots; /* number + 1; 0: free */
	size_t slot_count;
	size_t null_slice; /* number + 1; 0: not seen */
};

/* One thread's share of a run. parts: [slice * group_count + group]. */
struct sink {
	struct sink *next;
	pthread_t thread;
	struct slices slices;
	struct mg_freq_part *parts;
	size_t part_count;
	int64_t delivered; /* rows that came by */
	int64_t watched;   /* of them when memory was last looked at */
	size_t listed;     /* values in lists, as told to the run */
	bool bucketed;
};

/* One query being gathered. */
struct freq_run {
	struct freq_run *next;
	uint64_t ticket; /* names it in SQL; random, so that no other SQL can name it */
	struct mg_engine *engine;
	bool sliced;
	size_t group_count;
	const struct mg_open *open;
	size_t open_count, max_entries;
	pthread_mutex_t lock; /* sinks */
	struct sink *sinks;
	atomic_size_t listed; /* values held in lists by all sinks */
	atomic_bool bucketed; /* memory is short */
	atomic_bool too_many; /* slices */
};

static void *checked(void *p)
{
	if (!p)
		abort(); /* out of memory: as the arena does */
	return p;
}

/* ---- slices ---- */

static uint64_t hash_text(const char *s, uint32_t len)
{
	uint64_t hash = len * UINT64_C(0x9e3779b97f4a7c15);
	for (; len >= 8; s += 8, len -= 8) {
		uint64_t word;
		memcpy(&word, s, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	uint64_t word = 0;
	memcpy(&word, s, len);
	hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
	return hash ^ hash >> 32;
}

static void grow_slices(struct slices *s)
{
	s->capacity = s->capacity ? s->capacity * 2 : 32;
	s->list = checked(realloc(s->list, s->capacity * sizeof(*s->list)));
	s->slot_count = s->capacity * 4;
	free(s->slots);
	s->slots = checked(calloc(s->slot_count, sizeof(*s->slots)));
	for (size_t i = 0; i < s->count; i++) {
		size_t at = s->list[i].hash & (s->slot_count - 1);
		while (s->slots[at])
			at = (at + 1) & (s->slot_count - 1);
		if (s->list[i].text)
			s->slots[at] = (uint32_t)i + 1;
	}
}

static size_t add_slice(struct slices *s, const char *text, uint32_t len, uint64_t hash)
{
	if (s->count == s->capacity)
		grow_slices(s);
	struct slice *slice = &s->list[s->count];
	*slice = (struct slice){.len = len, .hash = hash};
	if (text) {
		slice->text = checked(malloc(len + 1));
		memcpy(slice->text, text, len);
		slice->text[len] = '\0';
	}
	return s->count++;
}

static size_t null_slice(struct slices *s)
{
	if (!s->null_slice)
		s->null_slice = add_slice(s, NULL, 0, 0) + 1;
	return s->null_slice - 1;
}

static size_t find_slice(struct slices *s, const char *text, uint32_t len)
{
	uint64_t hash = hash_text(text, len);
	if (s->slot_count == 0)
		grow_slices(s);
	for (;;) {
		size_t at = hash & (s->slot_count - 1);
		for (; s->slots[at]; at = (at + 1) & (s->slot_count - 1)) {
			const struct slice *slice = &s->list[s->slots[at] - 1];
			if (slice->hash == hash && slice->len == len &&
				memcmp(slice->text, text, len) == 0)
				return s->slots[at] - 1;
		}
		if (s->count < s->capacity) {
			s->slots[at] = (uint32_t)s->count + 1;
			return add_slice(s, text, len, hash);
		}
		grow_slices(s);
	}
}

/* ---- sinks ---- */

static void free_sink(struct sink *sink)
{
	for (size_t i = 0; i < sink->slices.count; i++)
		free(sink->slices.list[i].text);
	free(sink->slices.list);
	free(sink->slices.slots);
	for (size_t i = 0; i < sink->part_count; i++)
		mg_freq_part_done(&sink->parts[i]);
	free(sink->parts);
	free(sink);
}

/* Room for the parts of one more slice; false when there are too many. */
static bool reserve_parts(struct freq_run *run, struct sink *sink, size_t slices)
{
	size_t count = slices * run->group_count;
	if (count <= sink->part_count)
		return true;
	if (slices > MOST_SLICES || count > MOST_TABLES) {
		atomic_store(&run->too_many, true);
		return false;
	}
	size_t grown = sink->part_count ? sink->part_count * 2 : run->group_count;
	grown = grown < count ? count : grown;
	sink->parts = checked(realloc(sink->parts, grown * sizeof(*sink->parts)));
	memset(sink->parts + sink->part_count, 0,
		(grown - sink->part_count) * sizeof(*sink->parts));
	if (sink->bucketed)
		for (size_t i = sink->part_count; i < grown; i++)
			mg_freq_part_to_buckets(
				&sink->parts[i], run->open, run->open_count, run->max_entries);
	sink->part_count = grown;
	return true;
}

/* The sink of the calling thread. A thread that works for two runs in turn finds it again. */
static struct sink *sink_of(struct freq_run *run)
{
	static _Thread_local struct {
		uint64_t ticket;
		struct sink *sink;
	} last;
	if (last.ticket == run->ticket)
		return last.sink;
	pthread_t self = pthread_self();
	pthread_mutex_lock(&run->lock);
	struct sink *sink = run->sinks;
	while (sink && !pthread_equal(sink->thread, self))
		sink = sink->next;
	if (!sink) {
		sink = checked(calloc(1, sizeof(*sink)));
		sink->thread = self;
		sink->next = run->sinks;
		run->sinks = sink;
	}
	pthread_mutex_unlock(&run->lock);
	last.ticket = run->ticket;
	last.sink = sink;
	return sink;
}

static void to_buckets(struct freq_run *run, struct sink *sink)
{
	for (size_t i = 0; i < sink->part_count; i++)
		mg_freq_part_to_buckets(
			&sink->parts[i], run->open, run->open_count, run->max_entries);
	sink->bucketed = true;
}

/* Tells the run how much this sink holds, and follows when memory became short. */
static void watch_memory(struct freq_run *run, struct sink *sink)
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
	to_buckets(run, sink);
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

static bool is_valid(const uint64_t *validity, size_t row)
{
	return !validity || (validity[row / 64] >> (row % 64) & 1);
}

static bool is_open(const struct freq_run *run, double x)
{
	size_t from = 0, to = run->open_count;
	while (from < to) { /* the first interval that does not end before x */
		size_t middle = from + (to - from) / 2;
		if (run->open[middle].hi < x)
			from = middle + 1;
		else
			to = middle;
	}
	return from < run->open_count && run->open[from].lo <= x;
}

static void put(struct freq_run *run, struct mg_freq_part *part, const struct rows *rows, size_t r)
{
	if (!is_valid(rows->value_valid, r))
		part->nulls++;
	else if (!run->open || rows->values[r] != rows->values[r] || is_open(run, rows->values[r]))
		mg_freq_part_add(part, rows->values[r]);
}

static bool put_one_table(struct freq_run *run, struct sink *sink, const struct rows *rows)
{
	if (!reserve_parts(run, sink, 1))
		return false;
	if (!rows->value_valid && !run->open && !sink->parts[0].buckets) {
		mg_freq_part_add_all(&sink->parts[0], rows->values, rows->n);
		return true;
	}
	for (size_t r = 0; r < rows->n; r++)
		put(run, &sink->parts[0], rows, r);
	return true;
}

static bool put_rows(struct freq_run *run, struct sink *sink, const struct rows *rows)
{
	duckdb_string_t last = {0};
	size_t slice = 0;
	bool known = !rows->slices; /* slice is that of `last` */
	if (!reserve_parts(run, sink, 1))
		return false;
	for (size_t r = 0; r < rows->n; r++) {
		int32_t group = rows->groups ? rows->groups[r] : 0;
		if (group < 0 || (size_t)group >= run->group_count ||
			!is_valid(rows->group_valid, r))
			continue;
		if (rows->slices && !is_valid(rows->slice_valid, r)) {
			slice = null_slice(&sink->slices);
			known = false;
			if (!reserve_parts(run, sink, sink->slices.count))
				return false;
		} else if (!known ||
			(rows->slices && memcmp(&last, &rows->slices[r], sizeof(last)) != 0)) {
			last = rows->slices[r];
			uint32_t len = last.value.inlined.length;
			slice = find_slice(&sink->slices,
				len <= sizeof(last.value.inlined.inlined)
					? last.value.inlined.inlined
					: last.value.pointer.ptr,
				len);
			known = true;
			if (!reserve_parts(run, sink, sink->slices.count))
				return false;
		}
		put(run, &sink->parts[slice * run->group_count + (size_t)group], rows, r);
	}
	return true;
}

static struct freq_run *find_run(struct mg_engine *engine, uint64_t ticket)
{
	pthread_mutex_lock(&engine->runs_lock);
	struct freq_run *run = engine->runs;
	while (run && run->ticket != ticket)
		run = run->next;
	pthread_mutex_unlock(&engine->runs_lock);
	return run;
}

/* What a function of ours is called with: the engine, and which columns follow the ticket. */
struct gatherer {
	struct mg_engine *engine;
	const char *name;
	bool grouped, sliced;
};

typedef void *(*extra_info_function)(duckdb_function_info);
/* The one function that the callback needs before it knows its engine. All engines of a process
 * share one library. */
static _Atomic(extra_info_function) extra_info_of;

static bool gather_rows(struct freq_run *run, const struct rows *rows)
{
	struct sink *sink = sink_of(run);
	bool fits = rows->groups || rows->slices ? put_rows(run, sink, rows)
						 : put_one_table(run, sink, rows);
	sink->delivered += (int64_t)rows->n;
	if (fits)
		watch_memory(run, sink);
	return fits;
}

static void gather(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output)
{
	const struct gatherer *gatherer = atomic_load(&extra_info_of)(info);
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
	struct freq_run *run = find_run(gatherer->engine, tickets[0]);
	if (!run || !gather_rows(run, &rows)) {
		api->scalar_function_set_error(
			info, run ? "too many slices" : "not for use in SQL");
		return;
	}
	memset(api->vector_get_data(output), 1, n * sizeof(bool));
}

static int register_one(
	struct mg_engine *engine, const struct gatherer *gatherer, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	const duckdb_type types[] = {DUCKDB_TYPE_UBIGINT, DUCKDB_TYPE_DOUBLE,
		gatherer->grouped ? DUCKDB_TYPE_INTEGER : DUCKDB_TYPE_INVALID,
		gatherer->sliced ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_INVALID};
	duckdb_scalar_function function = api->create_scalar_function();
	api->scalar_function_set_name(function, gatherer->name);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i] == DUCKDB_TYPE_INVALID)
			continue;
		duckdb_logical_type type = api->create_logical_type(types[i]);
		api->scalar_function_add_parameter(function, type);
		api->destroy_logical_type(&type);
	}
	duckdb_logical_type flag = api->create_logical_type(DUCKDB_TYPE_BOOLEAN);
	api->scalar_function_set_return_type(function, flag);
	api->destroy_logical_type(&flag);
	api->scalar_function_set_special_handling(function); /* NULLs are counted */
	api->scalar_function_set_volatile(function);
	api->scalar_function_set_extra_info(function, (void *)(uintptr_t)gatherer, NULL);
	api->scalar_function_set_function(function, gather);
	int code = MG_OK;
	if (api->register_scalar_function(engine->con, function) != DuckDBSuccess)
		code = mg_fail(
			err, MG_EENGINE, "DuckDB does not take the function %s", gatherer->name);
	api->destroy_scalar_function(&function);
	return code;
}

int mg_duckdb_freq_register(struct mg_engine *engine, struct mg_error *err)
{
	static const char *const names[] = {
		"modelgate_freq", "modelgate_freq_g", "modelgate_freq_s", "modelgate_freq_gs"};
	atomic_store(&extra_info_of, engine->api.scalar_function_get_extra_info);
	struct gatherer *gatherers = mg_alloc_array(engine->arena, 4, sizeof(*gatherers));
	for (int i = 0; i < 4; i++) {
		gatherers[i] = (struct gatherer){
			.engine = engine, .name = names[i], .grouped = i & 1, .sliced = i & 2};
		MG_TRY(register_one(engine, &gatherers[i], err));
	}
	return MG_OK;
}

/* ---- from parts to tables ---- */

/* The work of sorting, shared by threads: each takes the next table until none is left. */
struct finishing {
	struct freq_run *run;
	const atomic_bool *cancelled;
	struct mg_freq_set *set;
	size_t table_count;
	size_t sink_count;
	struct sink **sinks;
	size_t **places; /* by sink: slice of the set -> its own slice + 1, or 0 */
	double **values; /* by table: what mg_freq_parts_finish left to be freed */
	atomic_size_t next;
};

struct finisher {
	struct finishing *work;
	struct mg_arena *arena;
	pthread_t thread;
};

static void *finish_tables(void *context)
{
	struct finisher *self = context;
	struct finishing *work = self->work;
	size_t groups = work->run->group_count;
	struct mg_freq_part **parts = mg_alloc_array(self->arena, work->sink_count, sizeof(*parts));
	for (size_t t; (t = atomic_fetch_add(&work->next, 1)) < work->table_count;) {
		if (atomic_load(work->cancelled))
			break;
		size_t count = 0;
		for (size_t i = 0; i < work->sink_count; i++) {
			size_t place = work->places[i][t / groups];
			size_t part = (place - 1) * groups + t % groups;
			if (place && part < work->sinks[i]->part_count)
				parts[count++] = &work->sinks[i]->parts[part];
		}
		mg_freq_parts_finish(
			parts, count, self->arena, &work->set->tables[t], &work->values[t]);
	}
	return NULL;
}

static void *copy(struct mg_arena *arena, const void *from, size_t count, size_t size)
{
	if (!from)
		return NULL;
	void *to = mg_alloc_array(arena, count, size);
	if (count)
		memcpy(to, from, count * size);
	return to;
}

/* Moves a table out of its thread's arena; its list of values changes hands. */
static void keep_table(struct mg_arena *arena, struct mg_freq *f, double *values)
{
	if (values) {
		double *shorter = f->len ? realloc(values, f->len * sizeof(*values)) : NULL;
		if (f->len == 0)
			free(values);
		f->lo = shorter ? mg_arena_own(arena, shorter) : mg_alloc(arena, 0);
	} else {
		f->lo = copy(arena, f->lo, f->len, sizeof(*f->lo));
	}
	f->hi = copy(arena, f->hi, f->len, sizeof(*f->hi));
	f->n = copy(arena, f->n, f->len, sizeof(*f->n));
	f->sum = copy(arena, f->sum, f->len, sizeof(*f->sum));
}

static void finish_all(struct finishing *work, struct mg_arena *arena)
{
	enum { MOST_THREADS = 64, WORTH_A_THREAD = 50000 /* values */ };
	struct finisher finishers[MOST_THREADS];
	size_t listed = 0, threads = (size_t)work->run->engine->threads;
	for (size_t i = 0; i < work->sink_count; i++)
		listed += work->sinks[i]->listed;
	if (threads > listed / WORTH_A_THREAD + 1)
		threads = listed / WORTH_A_THREAD + 1;
	threads = threads > work->table_count ? work->table_count : threads;
	threads = threads > MOST_THREADS ? MOST_THREADS : threads;
	size_t started = 0;
	for (size_t i = 0; i < threads; i++) {
		struct finisher *f = &finishers[started];
		*f = (struct finisher){.work = work, .arena = mg_arena_new()};
		if (i + 1 == threads)
			finish_tables(f); /* the last share is this thread's own */
		else if (pthread_create(&f->thread, NULL, finish_tables, f) != 0) {
			mg_arena_free(f->arena);
			continue; /* the others do more */
		}
		started++;
	}
	for (size_t i = 0; i + 1 < started; i++)
		pthread_join(finishers[i].thread, NULL);
	for (size_t t = 0; t < work->table_count; t++)
		keep_table(arena, &work->set->tables[t], work->values[t]);
	for (size_t i = 0; i < started; i++)
		mg_arena_free(finishers[i].arena);
}

static int by_text(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	if (!x || !y)
		return x ? 1 : y ? -1 : 0;
	return strcmp(x, y);
}

/* Slice values as text without NULs; NULL for the NULL slice. */
static const char *slice_text(const struct slice *slice, struct mg_arena *arena)
{
	return slice->text ? mg_duckdb_text(arena, slice->text, slice->len) : NULL;
}

/* All slices of all sinks, sorted, NULL first; and where each sink has them. */
static void join_slices(struct finishing *work, struct mg_arena *arena)
{
	struct mg_freq_set *set = work->set;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_map seen;
	mg_map_init(&seen, scratch);
	size_t capacity = 0;
	bool null_seen = false;
	for (size_t i = 0; i < work->sink_count; i++) {
		const struct slices *own = &work->sinks[i]->slices;
		for (size_t k = 0; k < own->count; k++) {
			const char *text = slice_text(&own->list[k], arena);
			if (text ? mg_map_has(&seen, text) : null_seen)
				continue;
			if (text)
				mg_map_put(&seen, text, (void *)(uintptr_t)text);
			else
				null_seen = true;
			set->slices = mg_grow(arena, set->slices, set->slice_count, &capacity,
				sizeof(*set->slices));
			set->slices[set->slice_count++] = text;
		}
	}
	if (set->slice_count)
		qsort(set->slices, set->slice_count, sizeof(*set->slices), by_text);
	for (size_t i = 0; i < work->sink_count; i++) {
		const struct slices *own = &work->sinks[i]->slices;
		work->places[i] = mg_alloc_array(arena, set->slice_count, sizeof(*work->places[i]));
		for (size_t k = 0; k < own->count; k++) {
			const char *text = slice_text(&own->list[k], scratch);
			const char **found = bsearch(&text, set->slices, set->slice_count,
				sizeof(*set->slices), by_text);
			work->places[i][found - set->slices] = k + 1;
		}
	}
}

static void finish_run(struct freq_run *run, const atomic_bool *cancelled, struct mg_arena *arena,
	struct mg_freq_set *out)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_freq_set set = {0};
	struct finishing work = {.run = run, .cancelled = cancelled, .set = &set};
	for (struct sink *s = run->sinks; s; s = s->next)
		work.sink_count++;
	work.sinks = mg_alloc_array(scratch, work.sink_count, sizeof(*work.sinks));
	work.places = mg_alloc_array(scratch, work.sink_count, sizeof(*work.places));
	size_t i = 0;
	for (struct sink *s = run->sinks; s; s = s->next) {
		work.sinks[i++] = s;
		/* Those that had no rows since memory became short do not know of it. */
		if (atomic_load(&run->bucketed) && !s->bucketed)
			to_buckets(run, s);
	}
	if (run->sliced) {
		join_slices(&work, arena);
	} else {
		set.slice_count = 1;
		for (i = 0; i < work.sink_count; i++) {
			work.places[i] = mg_alloc(scratch, sizeof(**work.places));
			work.places[i][0] = 1;
		}
	}
	work.table_count = set.slice_count * run->group_count;
	set.tables = mg_alloc_array(arena, work.table_count, sizeof(*set.tables));
	work.values = mg_alloc_array(scratch, work.table_count, sizeof(*work.values));
	finish_all(&work, arena);
	*out = set;
}

/* ---- the query ---- */

static void start_run(struct freq_run *run)
{
	struct mg_engine *engine = run->engine;
	if (getrandom(&run->ticket, sizeof(run->ticket), 0) != sizeof(run->ticket))
		abort(); /* the kernel always has eight random bytes */
	pthread_mutex_init(&run->lock, NULL);
	pthread_mutex_lock(&engine->runs_lock);
	run->next = engine->runs;
	engine->runs = run;
	pthread_mutex_unlock(&engine->runs_lock);
}

static void end_run(struct freq_run *run)
{
	struct mg_engine *engine = run->engine;
	pthread_mutex_lock(&engine->runs_lock);
	struct freq_run **at = &engine->runs;
	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	pthread_mutex_unlock(&engine->runs_lock);
	while (run->sinks) {
		struct sink *sink = run->sinks;
		run->sinks = sink->next;
		free_sink(sink);
	}
	pthread_mutex_destroy(&run->lock);
}

/* Every row must have come by: a guard against an optimizer that knows better. */
static int check_delivered(
	const struct freq_run *run, const struct mg_table *table, struct mg_error *err)
{
	int64_t delivered = 0;
	for (const struct sink *s = run->sinks; s; s = s->next)
		delivered += s->delivered;
	if (table->rows != 1 || table->cells[0].integer != delivered)
		return mg_fail(err, MG_EENGINE, "DuckDB counted %lld rows but handed over %lld",
			table->rows ? (long long)table->cells[0].integer : 0LL,
			(long long)delivered);
	return MG_OK;
}

static int run_query(struct mg_session *session, const struct mg_query *query, struct freq_run *run,
	struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char *before = mg_printf(arena,
		"SELECT count(modelgate_freq%s%s%s(%llu, \"v\"%s%s)) FROM (",
		query->group || query->slice ? "_" : "", query->group ? "g" : "",
		query->slice ? "s" : "", (unsigned long long)run->ticket,
		query->group ? ", \"g\"" : "", query->slice ? ", \"s\"" : "");
	duckdb_prepared_statement statement = NULL;
	duckdb_result result;
	struct mg_table table;
	MG_TRY(mg_duckdb_start(session, query, before, ") AS q", &statement, err));
	int code = mg_duckdb_execute(session, statement, &result, err);
	engine->api.destroy_prepare(&statement);
	if (code != MG_OK && atomic_load(&run->too_many))
		return mg_fail(err, MG_ELIMIT,
			"data '%s' has more than %d slices here; slice by a column with fewer "
			"values, or name each slice with a `where`",
			query->source.data->name, MOST_SLICES);
	MG_TRY(code);
	code = mg_duckdb_decode(engine, &result, arena, &table, NULL, err);
	engine->api.destroy_result(&result);
	MG_TRY(code);
	return check_delivered(run, &table, err);
}

int mg_duckdb_freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_open *open, size_t open_count, size_t max_entries, struct mg_arena *arena,
	struct mg_freq_set *out, struct mg_error *err)
{
	struct freq_run run = {.engine = session->engine,
		.sliced = query->slice != NULL,
		.group_count = query->group && query->group_count > 0 ? (size_t)query->group_count
								      : 1,
		.open = open,
		.open_count = open_count,
		.max_entries = max_entries ? max_entries : DEFAULT_ENTRIES};
	start_run(&run);
	int code = run_query(session, query, &run, err);
	if (code == MG_OK)
		finish_run(&run, &session->cancelled, arena, out);
	end_run(&run);
	if (code == MG_OK && atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	return code;
}
