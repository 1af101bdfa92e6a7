/* tickets.c: what SQL of ours names things of ours by, which functions of ours then find again. */
#include <stdlib.h>
#include <sys/random.h>

#include "engine/duckdb/engine.h"

void mg_duckdb_ticket_take(
	struct mg_engine *engine, struct mg_duckdb_ticket *ticket, enum mg_duckdb_ticket_kind kind)
{
	if (getrandom(&ticket->number, sizeof(ticket->number), 0) != sizeof(ticket->number))
		abort();      /* the kernel always has eight random bytes */
	ticket->number >>= 1; /* a literal of SQL */
	ticket->kind = kind;
	pthread_mutex_lock(&engine->runs_lock);
	ticket->next = engine->tickets;
	engine->tickets = ticket;
	pthread_mutex_unlock(&engine->runs_lock);
}

void mg_duckdb_ticket_return(struct mg_engine *engine, struct mg_duckdb_ticket *ticket)
{
	pthread_mutex_lock(&engine->runs_lock);
	struct mg_duckdb_ticket **at = &engine->tickets;
	while (*at != ticket)
		at = &(*at)->next;
	*at = ticket->next;
	pthread_mutex_unlock(&engine->runs_lock);
}

void *mg_duckdb_ticket_find(
	struct mg_engine *engine, enum mg_duckdb_ticket_kind kind, uint64_t number)
{
	pthread_mutex_lock(&engine->runs_lock);
	struct mg_duckdb_ticket *ticket = engine->tickets;
	while (ticket && (ticket->kind != kind || ticket->number != number))
		ticket = ticket->next;
	pthread_mutex_unlock(&engine->runs_lock);
	return ticket;
}
