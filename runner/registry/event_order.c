/* event_order.c: in which order a model's events happened. Counters tell, since clocks lie; those without one find
 * their place by what their message names, and by their time. */
#include "registry/event_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"

int mg_event_rank(enum mg_event_type type)
{
	static const int ranks[] = {
		[MG_EVENT_CREATE] = 1,
		[MG_EVENT_DEPRECATE] = 2,
		[MG_EVENT_REGISTER] = 3,
		[MG_EVENT_DEREGISTER] = 4,
		[MG_EVENT_ASSIGN] = 5,
		[MG_EVENT_UNASSIGN] = 6,
	};
	return ranks[type];
}

static int by_time(const void *a, const void *b)
{
	const struct mg_event *x = a, *y = b;
	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	if (x->name.type != y->name.type)
		return mg_event_rank(x->name.type) - mg_event_rank(y->name.type);
	return strcmp(x->tag, y->tag);
}

/* Those without a counter after all that have one. */
static int by_counter(const void *a, const void *b)
{
	const struct mg_event *x = a, *y = b;
	if (x->name.counter != y->name.counter && (x->name.counter < 0 || y->name.counter < 0))
		return x->name.counter < 0 ? 1 : -1;
	if (x->name.counter != y->name.counter)
		return x->name.counter < y->name.counter ? -1 : 1;
	return by_time(a, b);
}

/* An event without a counter, on its way to its place. */
struct uncounted {
	struct mg_event event;
	size_t place;    /* counted events before it */
	int64_t time_us; /* not before the one it follows */
	size_t steps;    /* from the event with a counter that it follows */
};

static int by_place(const void *a, const void *b)
{
	const struct uncounted *x = a, *y = b;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	if (x->steps != y->steps)
		return x->steps < y->steps ? -1 : 1;
	return by_time(&x->event, &y->event);
}

/* How many of the counted events come before it by time; theirs never go back. Of one second,
 * versions come before all of them and stages after. */
static size_t place_by_time(const int64_t *times, size_t n, const struct mg_event *event)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (times[middle] < event->time_us ||
			(times[middle] == event->time_us && event->name.stage))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A tag of modelgate says which event it follows, which a clock may not know: within one second, or
 * when it was set back. Goes back along these names to an event with a counter. */
static void follow(const struct mg_map *by_id, size_t counted, const struct mg_event *events,
	struct uncounted *u)
{
	enum { STEPS_MAX = 64 }; /* versions that were registered one after the other */
	const struct mg_event *event = &u->event;
	for (size_t steps = 1; steps <= STEPS_MAX && event->trailers.previous_id; steps++) {
		const struct mg_event *before = mg_map_get(by_id, event->trailers.previous_id);
		if (!before)
			return;
		if (before->time_us > u->time_us)
			u->time_us = before->time_us;
		u->steps = steps;
		size_t i = (size_t)(before - events);
		if (i < counted) {
			if (u->place <= i)
				u->place = i + 1;
			return;
		}
		event = before;
	}
}

/* Does an event come after another one, as its message's chain says? */
static bool names(const struct mg_map *by_id, const struct mg_event *event, const char *id)
{
	enum { STEPS_MAX = 64 };
	for (int steps = 0; event && steps < STEPS_MAX; steps++) {
		if (mg_streq(event->trailers.previous_id, id))
			return true;
		event = event->trailers.previous_id ? mg_map_get(by_id, event->trailers.previous_id)
						    : NULL;
	}
	return false;
}

/* Promotions in quick succession are dated ahead of the clock, a second each, so that their times grow. Who gives
 * a model up by hand in these seconds does so after them: only what names that tag is known to come later. */
static void pass_ahead(const struct mg_map *by_id, const int64_t *times, size_t counted,
	const struct mg_event *events, struct uncounted *u)
{
	static const int64_t second_us = 1000000;
	if (u->event.name.type != MG_EVENT_DEPRECATE || u->event.trailers.format)
		return;
	for (size_t i = u->place; i < counted && times[i] <= u->time_us + second_us; i++) {
		if (events[i].trailers.format != 1 || names(by_id, &events[i], u->event.id))
			return;
		u->time_us = times[i];
		u->place = i + 1;
	}
}

/* Puts those without a counter among the others. Where a counted event has an earlier time than the
 * one before it (a clock set back), the time of the one before counts. */
struct mg_event *mg_events_in_order(struct mg_arena *arena, struct mg_event *events, size_t n)
{
	size_t counted = 0;
	if (n == 0)
		return events;
	qsort(events, n, sizeof(*events), by_counter);
	int64_t *times = mg_alloc_array(arena, n, sizeof(*times));
	for (; counted < n && events[counted].name.counter >= 0; counted++) {
		times[counted] = events[counted].time_us;
		if (counted > 0 && times[counted] < times[counted - 1])
			times[counted] = times[counted - 1];
	}
	size_t rest = n - counted;
	struct uncounted *others = mg_alloc_array(arena, rest, sizeof(*others));
	struct mg_map by_id;
	mg_map_init(&by_id, arena);
	for (size_t i = 0; i < n; i++)
		mg_map_put(&by_id, events[i].id, &events[i]);
	for (size_t i = 0; i < rest; i++) {
		others[i].event = events[counted + i];
		others[i].time_us = others[i].event.time_us;
		others[i].place = place_by_time(times, counted, &others[i].event);
		follow(&by_id, counted, events, &others[i]);
		pass_ahead(&by_id, times, counted, events, &others[i]);
	}
	qsort(others, rest, sizeof(*others), by_place);
	struct mg_event *merged = mg_alloc_array(arena, n, sizeof(*merged));
	for (size_t i = 0, k = 0; i + k < n;) {
		bool next_is_other = k < rest && (i == counted || others[k].place <= i);
		merged[i + k] = next_is_other ? others[k].event : events[i];
		*(next_is_other ? &k : &i) += 1;
	}
	return merged;
}
