/* describe.h: which columns and files the datasets have. */
#ifndef MG_RUN_DESCRIBE_H
#define MG_RUN_DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/engine.h>
#include <modelgate/error.h>
#include <modelgate/spec.h>

#include "execute/execute.h"

struct mg_arena;

struct mg_file_list {
	const char **paths; /* absolute */
	size_t count;
};

struct mg_described { /* both in the order of spec->data */
	struct mg_schema *schemas;
	struct mg_file_list *files;
	const char *stopped; /* why it ended early, or NULL */
	bool engine_left;    /* the engine did not obey: exit without closing it */
};

/* Asks for the columns and files of the datasets that are used (see mg_plan_datasets). One that
 * cannot be opened, or was not before a stop, has its reason as its schema's error; only a failure
 * to start at all (no session) returns one. */
MG_MUST_USE int mg_describe(struct mg_arena *arena, const struct mg_spec *spec, const bool *used,
	const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_described *out, struct mg_error *err);

#endif
