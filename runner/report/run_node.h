/* run_node.h: a value of a JSON file that is read by tables, and the way to it: for errors that say where. */
#ifndef MG_REPORT_RUN_NODE_H
#define MG_REPORT_RUN_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"
#include "input/json_tree.h"

/* Where we are: a value and how it was reached. Lives on the stack. */
struct mg_run_node {
	const struct mg_run_node *up;
	const char *key; /* NULL: an entry of a list */
	size_t index;
	const struct mg_json_node *value; /* NULL: absent */
	struct mg_arena *arena;
	struct mg_error *err;
};

bool mg_run_node_is(const struct mg_run_node *n, enum mg_json_node_kind kind);
bool mg_run_node_is_number(const struct mg_run_node *n);
/* Of a node that is one. */
double mg_run_node_number(const struct mg_run_node *n);
/* NULL: it is none. */
const char *mg_run_node_text(const struct mg_run_node *n);

/* MG_EIO: "$.results[3].kind is the number 7, not a text". */
int mg_run_node_refuse(const struct mg_run_node *n, const char *wanted);

/* Its value is NULL where there is no such member. */
struct mg_run_node mg_run_node_member(const struct mg_run_node *up, const char *key);
/* Entries of a list, one after the other: `before` is the one at index - 1. */
struct mg_run_node mg_run_node_entry(
	const struct mg_run_node *up, size_t index, const struct mg_json_node *before);
struct mg_run_node mg_run_node_entry_at(const struct mg_run_node *up, size_t index);

#endif
