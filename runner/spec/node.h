/* node.h: the text of a spec as a tree of nodes, each with its place; knows no key of the spec. */
#ifndef MG_SPEC_NODE_H
#define MG_SPEC_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/check.h>
#include <modelgate/spec.h>

#include "base/arena.h"

enum mg_node_type { MG_NODE_SCALAR, MG_NODE_LIST, MG_NODE_MAPPING };

struct mg_pair {
	const struct mg_node *key; /* always a scalar */
	struct mg_node *value;
};

/* One value. An alias is the node of its anchor itself, so a node may be reached by several ways
 * and its place is that of the anchor. */
struct mg_node {
	enum mg_node_type type;
	struct mg_pos pos, end; /* end: one past the last character */
	bool broken;            /* its error is reported already: readers pass over it in silence */
	const char *text;       /* scalar; NUL-terminated, without NULs inside */
	bool plain;             /* scalar without quotes and not a block of text: may be a number */
	bool replaced;          /* a variable was put into it */
	bool visited;           /* its variables were replaced (or could not be) */
	struct mg_node **items; /* list */
	struct mg_pair *pairs;  /* mapping, in written order, no key twice */
	size_t count;           /* of items or pairs */
	size_t total;           /* nodes in it and below, aliases followed */
	int height;             /* 1 for a scalar */
};

/* Reads YAML 1.2 as people write it: one document; anchors, aliases and merge keys (<<) work;
 * tags and keys that are not scalars are refused; no key may stand twice in a mapping. Bounded by
 * MG_SPEC_MAX_BYTES, MG_SPEC_MAX_DEPTH and MG_SPEC_MAX_NODES. Everything wrong goes to diags.
 * NULL when there is no tree at all (a syntax error, a bound, an empty file). */
struct mg_node *mg_node_read(
	struct mg_arena *arena, const char *text, size_t len, struct mg_diags *diags);

/* The value of a key, or NULL. `mapping` may be NULL or of another type: NULL then. */
struct mg_node *mg_node_get(const struct mg_node *mapping, const char *key);
/* The pair of a key, or NULL. */
const struct mg_pair *mg_node_pair(const struct mg_node *mapping, const char *key);

/* What a scalar says by the rules of YAML 1.2's core schema: quoted is text; true, false, null and
 * decimal numbers are what they look like; all else is text. False when people and readers of
 * YAML disagree (007, 0x1f, 0o17, .inf, .nan). */
bool mg_node_scalar(const struct mg_node *node, struct mg_scalar *out);
bool mg_node_is_null(const struct mg_node *node);
const char *mg_node_type_words(const struct mg_node *node); /* "a list", "a mapping", "a text" */

/* A new mapping with base's pairs, each replaced by over's pair of the same key, and over's other
 * pairs at the end. Only this level is merged. Either may be NULL (the other is returned). */
struct mg_node *mg_node_merge(struct mg_arena *arena, struct mg_node *base, struct mg_node *over);
/* A scalar as if written without quotes at pos. */
struct mg_node *mg_node_plain(struct mg_arena *arena, const char *text, struct mg_pos pos);

#endif
