/* redact.h: which values no report may show, and what stands in their place. The checked column's own are
 * asked about with mg_check_redacted of check.h. */
#ifndef MG_PLAN_REDACT_H
#define MG_PLAN_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/engine.h>
#include <modelgate/plan.h>

#define MG_REDACTED "(redacted)" /* in a sentence */

/* Does the dataset redact this column? Either may be NULL: no. */
bool mg_schema_redacts(const struct mg_schema *schema, const char *column);
/* A value of the checked column, or of its task, in a sentence: quoted and cut, or MG_REDACTED. */
const char *mg_redact_quoted(const struct mg_check *c, struct mg_arena *arena, const char *value);
/* Is a text by which rows were grouped that of this value? Of redacted columns only digests leave the engine. */
bool mg_redact_is(const struct mg_check *c, const char *key, const char *value);
/* Is the checked column redacted, or any column of the check's task? */
bool mg_check_redacts_any(const struct mg_check *c);
/* Are values of the column that slices this check redacted, on either side? */
bool mg_slice_redacted(const struct mg_check *c);

/* Does a query over the datasets read any that redacts? */
bool mg_redact_concerns(const struct mg_schema *schemas, size_t count, const char *sql);
/* Which output columns of a query over the datasets, that belongs to `data`, show nothing of a redacted column? */
void mg_redact_harmless(struct mg_arena *arena, const struct mg_schema *schemas, size_t count,
	const struct mg_engine_ops *ops, struct mg_session *session, const struct mg_data *data,
	const char *sql, const char *const *outputs, size_t output_count, bool *out);

/* SQL over a dataset whose `redact` finds no column would show what is to be hidden: then its error. */
MG_MUST_USE int mg_redact_check_sql(
	const struct mg_schema *schemas, size_t count, const char *sql, struct mg_error *err);

#endif
