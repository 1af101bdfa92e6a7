/* answer.h: what came back for one query of the plan, and how it is asked for. */
#ifndef MG_EXECUTE_ANSWER_H
#define MG_EXECUTE_ANSWER_H

#include <modelgate/engine.h>
#include <modelgate/plan.h>

#include "execute/pool.h"
#include "plan/measures.h"

/* Entries of a bucketed frequency table; enough that most statistics need no second look. */
#define MG_FREQ_ENTRIES 65536

/* Asks the engine in this session of the pool's worker, and fills *a, which gets an arena. */
void mg_answer_query(const struct mg_engine_ops *ops, struct mg_pool *pool,
	struct mg_session *session, size_t worker, const struct mg_query *query,
	struct mg_answer *a);
/* Sets a->rows_read from what the answer holds. */
void mg_answer_count_rows(const struct mg_query *query, struct mg_answer *a);

#endif
