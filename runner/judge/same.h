/* same.h: what a number is of, in parts that people can read: only numbers of one measure are compared. */
#ifndef MG_JUDGE_SAME_H
#define MG_JUDGE_SAME_H

#include <modelgate/check.h>
#include <modelgate/run.h>

/* Fills the result's measure: kind of data, conditions, parameters (but those at their default), task. Not the
 * files, nor limits: they may differ from run to run. */
void mg_same_describe(struct mg_arena *arena, const struct mg_check *c, struct mg_result *r);
/* How the earlier result was of something else: "bins was 10, is 20"; NULL: the same measure, or the earlier one
 * does not say. */
const char *mg_same_difference(
	struct mg_arena *arena, const struct mg_result *before, const struct mg_result *now);

/* "numbers", "text", ...: values of one family can be measured alike. */
const char *mg_same_family(enum mg_column_type type);

#endif
