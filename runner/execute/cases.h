/* cases.h: the cases of one check, measured from the answers. */
#ifndef MG_EXECUTE_CASES_H
#define MG_EXECUTE_CASES_H

#include "plan/measures.h"

/* What measuring takes. The session is for second looks at bucketed tables. */
struct mg_measuring {
	const struct mg_plan *plan;
	const struct mg_answer *answers; /* by query; those that the check needs are done */
	const struct mg_engine_ops *ops;
	struct mg_session *session;
	struct mg_arena *arena; /* for the cases */
};

struct mg_case_list {
	struct mg_case *list;
	size_t count;
};

void mg_cases_measure(
	const struct mg_measuring *e, const struct mg_check *c, struct mg_case_list *out);
/* A check that has no query. */
void mg_case_measure(const struct mg_measuring *e, struct mg_case *out);

#endif
