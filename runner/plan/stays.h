/* stays.h: redacted columns whose values may not leave the engine, however they are added up (`redacted_values: refuse`). */
#ifndef MG_PLAN_STAYS_H
#define MG_PLAN_STAYS_H

#include <modelgate/engine.h>
#include <modelgate/plan.h>

/* Has a dataset that the query mentions, other than the query itself, such a column? */
bool mg_stays_any(const struct mg_schema *schemas, size_t count, const char *sql);
/* Fails where an answer that has `x`, of rows of the dataset, would tell a value of such a column. NULL is nothing. */
MG_MUST_USE int mg_stays_check(
	const struct mg_schema *schema, const struct mg_expr *x, struct mg_error *err);
/* The same of what SQL of the spec's own returns. */
MG_MUST_USE int mg_stays_check_sql(
	const struct mg_schema *schemas, size_t count, const char *sql, struct mg_error *err);

#endif
