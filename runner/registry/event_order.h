/* event_order.h: puts a model's events in order. */
#ifndef MG_REGISTRY_EVENT_ORDER_H
#define MG_REGISTRY_EVENT_ORDER_H

#include <stddef.h>

#include <modelgate/release.h>

#include "base/arena.h"

/* What comes first when all else is equal, GTO's "priority": a version before it is put into a stage. */
int mg_event_rank(enum mg_event_type type);

/* Oldest first, in the arena. `events` is used up. */
struct mg_event *mg_events_in_order(struct mg_arena *arena, struct mg_event *events, size_t n);

#endif
