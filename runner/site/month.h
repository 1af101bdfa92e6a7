/* month.h: the runs of one model, stage and month, put together check by check. */
#ifndef MG_SITE_MONTH_H
#define MG_SITE_MONTH_H

#include "base/arena.h"
#include "base/map.h"
#include "history/record.h"
#include "site/values.h"

struct mg_month_check;

/* Start with mg_month_init; everything lives in the arena. */
struct mg_month_maker {
	struct mg_arena *arena;
	struct mg_map by_name; /* -> struct mg_month_check */
	struct mg_month_check **checks;
	size_t check_count, check_capacity;
	struct mg_site_run *runs;
	size_t run_count, run_capacity;
};

void mg_month_init(struct mg_month_maker *maker, struct mg_arena *arena);
/* Adds a run; what is kept of it is copied, and scratch is for what is not. */
void mg_month_add(
	struct mg_month_maker *maker, const struct mg_past_run *past, struct mg_arena *scratch);
/* All runs in order, and the checks as JSON. */
void mg_month_finish(struct mg_month_maker *maker, struct mg_site_month *out);

#endif
