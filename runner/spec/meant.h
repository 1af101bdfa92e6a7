/* meant.h: guesses what a slip in a spec was meant to be, as a line to type. */
#ifndef MG_SPEC_MEANT_H
#define MG_SPEC_MEANT_H

#include "spec/read.h"

/* "row_count: {min: 1000}" of `row_count: 1000`, "not_null: {columns: [a, b]}" of `not_null: [a, b]`. */
const char *mg_meant_check(
	struct mg_reader *r, const struct mg_check_kind *kind, const struct mg_node *value);

#endif
