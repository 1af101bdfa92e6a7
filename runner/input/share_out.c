/* share_out.c: threads that take the next thing to do until there is none. */
#include "input/share_out.h"

#include <pthread.h>
#include <stdatomic.h>

enum { MOST_THREADS = 256 };

struct shared {
	_Atomic size_t next;
	size_t count;
	void (*work)(void *context, size_t i);
	void *context;
};

static void *take(void *argument)
{
	struct shared *s = argument;
	for (size_t i; (i = atomic_fetch_add(&s->next, 1)) < s->count;)
		s->work(s->context, i);
	return NULL;
}

void mg_share_out(int threads, size_t count, void (*work)(void *context, size_t i), void *context)
{
	struct shared shared = {.count = count, .work = work, .context = context};
	pthread_t helpers[MOST_THREADS];
	int started = 0;
	while (started < threads - 1 && started < MOST_THREADS && (size_t)started + 1 < count &&
		pthread_create(&helpers[started], NULL, take, &shared) == 0)
		started++;
	take(&shared);
	for (int i = 0; i < started; i++)
		pthread_join(helpers[i], NULL);
}
