/* records.c: threads that read records ahead of who takes them. A record that is being read, or waits to be taken,
 * has a slot, whose arena is used again for a later one. */
#include "history/records.h"

#include <pthread.h>
#include <unistd.h>

enum {
	FEW = 4, /* records for which no thread is started */
	MOST_THREADS = 64,
	SLOTS_A_THREAD = 4,
};

struct slot {
	struct mg_arena *arena;
	struct mg_past_run past;
	struct mg_error err;
	int code;
	bool is_read;
};

struct reading {
	struct mg_store *store;
	const struct mg_store_names *names;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t read;  /* a slot is */
	pthread_cond_t taken; /* a slot is free again, or it is over */
	struct slot *slots;   /* record i has slot i % slot_count */
	size_t slot_count;
	size_t begun, ended; /* records whose reading began; that were taken */
	bool over;
};

/* The next record that has a slot; false when there is none any more. Comes and goes with the lock held. */
static bool wait_for_slot(struct reading *r, size_t *out)
{
	while (!r->over && r->begun < r->names->count && r->begun - r->ended == r->slot_count)
		pthread_cond_wait(&r->taken, &r->lock);
	if (r->over || r->begun == r->names->count)
		return false;
	*out = r->begun++;
	return true;
}

static void *read_ahead(void *context)
{
	struct reading *r = context;
	size_t i;
	pthread_mutex_lock(&r->lock);
	while (wait_for_slot(r, &i)) {
		struct slot *slot = &r->slots[i % r->slot_count];
		pthread_mutex_unlock(&r->lock);
		mg_arena_reset(slot->arena);
		slot->code = mg_record_get(
			r->store, slot->arena, r->names->list[i], &slot->past, &slot->err);
		pthread_mutex_lock(&r->lock);
		slot->is_read = true;
		if (i == r->ended)
			pthread_cond_signal(&r->read);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* `arena` has the record. */
static int hand_over(const struct mg_record_reader *reader, const char *name, int code,
	const struct mg_past_run *past, const struct mg_error *why, struct mg_arena *arena,
	struct mg_error *err)
{
	if (code == MG_OK && reader->keep)
		mg_arena_adopt(reader->keep, arena);
	if (code == MG_OK)
		return reader->take(reader->context, past, err);
	return reader->pass_over ? reader->pass_over(reader->context, name, why, err)
				 : mg_fail(err, code, "%s", why->text);
}

static int take_all(struct reading *r, const struct mg_record_reader *reader, struct mg_error *err)
{
	int code = MG_OK;
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->names->count && code == MG_OK; i++) {
		struct slot *slot = &r->slots[i % r->slot_count];
		while (!slot->is_read)
			pthread_cond_wait(&r->read, &r->lock);
		pthread_mutex_unlock(&r->lock);
		code = hand_over(reader, r->names->list[i], slot->code, &slot->past, &slot->err,
			slot->arena, err);
		pthread_mutex_lock(&r->lock);
		slot->is_read = false;
		r->ended++;
		pthread_cond_signal(&r->taken);
	}
	r->over = true;
	pthread_cond_broadcast(&r->taken);
	pthread_mutex_unlock(&r->lock);
	return code;
}

static int read_here(struct mg_store *store, const struct mg_store_names *names,
	const struct mg_record_reader *reader, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_error why = {0};
	for (size_t i = 0; i < names->count; i++) {
		struct mg_past_run past;
		mg_arena_reset(scratch);
		int code = mg_record_get(store, scratch, names->list[i], &past, &why);
		MG_TRY(hand_over(reader, names->list[i], code, &past, &why, scratch, err));
	}
	return MG_OK;
}

static size_t thread_count(const struct mg_store *store, bool among_many)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = among_many ? 0 : processors > 0 ? (size_t)processors : 1;
	if (wanted < store->ops->waiting)
		wanted = store->ops->waiting;
	return wanted < MOST_THREADS ? wanted : MOST_THREADS;
}

int mg_records_read(struct mg_store *store, const struct mg_store_names *names,
	const struct mg_record_reader *reader, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	pthread_t threads[MOST_THREADS];
	size_t wanted = thread_count(store, reader->among_many), started = 0;
	if (wanted > names->count)
		wanted = names->count;
	if (names->count <= FEW || wanted == 0)
		return read_here(store, names, reader, err);
	struct reading r = {.store = store,
		.names = names,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.read = PTHREAD_COND_INITIALIZER,
		.taken = PTHREAD_COND_INITIALIZER,
		.slot_count = wanted * SLOTS_A_THREAD};
	if (r.slot_count > names->count)
		r.slot_count = names->count;
	r.slots = mg_alloc_array(arena, r.slot_count, sizeof(*r.slots));
	for (size_t i = 0; i < r.slot_count; i++)
		r.slots[i].arena = mg_arena_new();
	while (started < wanted && pthread_create(&threads[started], NULL, read_ahead, &r) == 0)
		started++;
	int code = started > 0 ? take_all(&r, reader, err) : read_here(store, names, reader, err);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < r.slot_count; i++)
		mg_arena_free(r.slots[i].arena);
	return code;
}
