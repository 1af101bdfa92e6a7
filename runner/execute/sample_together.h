/* sample_together.h: the failing rows of many checks of one dataset in a pass or two. */
#ifndef MG_EXECUTE_SAMPLE_TOGETHER_H
#define MG_EXECUTE_SAMPLE_TOGETHER_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/engine.h>

struct mg_arena;

/* At most so many in one statement. */
enum { MG_SAMPLES_TOGETHER = 100 };

/* Answers SAMPLE queries over the dataset of `schema`: tables[i] is what query i by itself would return.
 * failing: how many rows fail, added up over the checks; NAN: not known.
 * *out_done is false when that takes more memory than it is worth; then nothing is known, and each
 * is to be asked by itself. So it is after an error, which is not to be blamed on all of them. */
MG_MUST_USE int mg_sample_together(const struct mg_engine_ops *ops, struct mg_session *session,
	const struct mg_schema *schema, const struct mg_query *const *queries, size_t count,
	double failing, struct mg_arena *arena, struct mg_table *tables, bool *out_done,
	struct mg_error *err);

#endif
