/* freq_finish.c: from what threads have gathered to sorted frequency tables. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb/freq.h"
#include "stats/freq.h"

/* The work of sorting, shared by threads: each takes the next table until none is left. */
struct finishing {
	struct mg_freq_run *run;
	const atomic_bool *cancelled;
	struct mg_freq_set *set;
	size_t table_count;
	size_t sink_count;
	struct mg_freq_sink **sinks;
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
	struct finisher finishers[MOST_THREADS] = {0};
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
static const char *slice_text(const struct mg_slice_name *slice, struct mg_arena *arena)
{
	return slice->text ? mg_text_copy(arena, slice->text, slice->len) : NULL;
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
		const struct mg_slice_names *own = &work->sinks[i]->slices;
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
		const struct mg_slice_names *own = &work->sinks[i]->slices;
		work->places[i] = mg_alloc_array(arena, set->slice_count, sizeof(*work->places[i]));
		for (size_t k = 0; set->slice_count && k < own->count; k++) {
			const char *text = slice_text(&own->list[k], scratch);
			const char **found = bsearch(&text, set->slices, set->slice_count,
				sizeof(*set->slices), by_text);
			work->places[i][found - set->slices] = k + 1;
		}
	}
}

void mg_freq_run_finish(struct mg_freq_run *run, const atomic_bool *cancelled,
	struct mg_arena *arena, struct mg_freq_set *out)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_freq_set set = {0};
	struct finishing work = {.run = run, .cancelled = cancelled, .set = &set};
	for (struct mg_freq_sink *s = run->sinks; s; s = s->next)
		work.sink_count++;
	work.sinks = mg_alloc_array(scratch, work.sink_count, sizeof(*work.sinks));
	work.places = mg_alloc_array(scratch, work.sink_count, sizeof(*work.places));
	size_t i = 0;
	for (struct mg_freq_sink *s = run->sinks; s; s = s->next) {
		work.sinks[i++] = s;
		/* Those that had no rows since memory became short do not know of it. */
		if (atomic_load(&run->bucketed) && !s->bucketed)
			mg_freq_sink_to_buckets(run, s);
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
	set.dropped = mg_alloc_array(arena, set.slice_count, sizeof(*set.dropped));
	for (size_t k = 0; k < set.slice_count; k++)
		for (i = 0; i < work.sink_count; i++)
			if (work.places[i][k] && work.sinks[i]->dropped)
				set.dropped[k] += work.sinks[i]->dropped[work.places[i][k] - 1];
	work.table_count = set.slice_count * run->group_count;
	set.tables = mg_alloc_array(arena, work.table_count, sizeof(*set.tables));
	work.values = mg_alloc_array(scratch, work.table_count, sizeof(*work.values));
	finish_all(&work, arena);
	*out = set;
}
