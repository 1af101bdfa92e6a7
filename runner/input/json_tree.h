/* json_tree.h: a whole JSON text, taken apart in one pass: for files of a form that is known, whose values are looked
 * up by their names. */
#ifndef MG_INPUT_JSON_TREE_H
#define MG_INPUT_JSON_TREE_H

#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "input/json_text.h"

enum mg_json_node_kind {
	MG_NODE_NULL,
	MG_NODE_FALSE,
	MG_NODE_TRUE,
	MG_NODE_WHOLE, /* a number without point and exponent */
	MG_NODE_REAL,
	MG_NODE_TEXT,
	MG_NODE_ESCAPED, /* a text with backslashes, as it is written */
	MG_NODE_ARRAY,
	MG_NODE_OBJECT,
};

/* A value. What is within an object or array follows it, in the order of the text. */
struct mg_json_node {
	const struct mg_json_key *key; /* of a member of an object, else NULL */
	union {
		const char *text; /* ends with a zero, which escaped ones are yet to get */
		int64_t whole;
		double real;
	};
	uint32_t count; /* of an object or array: members or entries; of a text its bytes */
	uint32_t size;  /* how many nodes it and all within it are */
	enum mg_json_node_kind kind;
};

/* The first within an object or array, as long as count is not 0; and what follows a node in what it is within. */
static inline const struct mg_json_node *mg_json_first(const struct mg_json_node *node)
{
	return node + 1;
}
static inline const struct mg_json_node *mg_json_behind(const struct mg_json_node *node)
{
	return node + node->size;
}

/* Reads all of the text into the arena; texts of its values stay there, too. MG_EIO, "line 3, column 7: ...", for what
 * RFC 8259 does not allow, and for an empty key, a key that stands twice in one object, a text with a zero in it, whole
 * numbers of more than 64 bits, numbers beyond a double, more than MG_JSON_MOST_DEPTH levels. MG_ELIMIT: over 1 GB. */
MG_MUST_USE int mg_json_tree_read(struct mg_arena *arena, const char *text, size_t len,
	const struct mg_json_node **out, struct mg_error *err);

/* The member of that name; NULL: there is none, or it is no object. */
const struct mg_json_node *mg_json_member(const struct mg_json_node *object, const char *name);
/* A text's characters; NULL where it is none. In the arena where they were escaped. */
const char *mg_json_node_text(struct mg_arena *arena, const struct mg_json_node *node);

#endif
