/* json_text.h: JSON in a buffer, taken apart after RFC 8259 to the letter. Two things more are taken:
 * NaN, Infinity and -Infinity, as Python writes them, and nothing else. */
#ifndef MG_INPUT_JSON_TEXT_H
#define MG_INPUT_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "base/arena.h"

enum mg_json_outcome {
	MG_JSON_OK,
	MG_JSON_MORE, /* the bytes end before it does */
	MG_JSON_BAD,  /* `wrong` says why, `at` where */
};

enum mg_json_kind {
	MG_JSON_NULL,
	MG_JSON_BOOLEAN,
	MG_JSON_NUMBER,
	MG_JSON_WORD, /* NaN, Infinity, -Infinity */
	MG_JSON_STRING,
	MG_JSON_NESTED, /* an object or array */
};

enum {
	MG_JSON_MOST_DEPTH = 500,
	MG_JSON_MOST_KEYS = 1 << 16, /* different keys of all rows */
};

/* As it is written; of a string what stands between its quotes. */
struct mg_json_value {
	enum mg_json_kind kind;
	bool escaped; /* a string with backslashes */
	const char *at;
	size_t len;
};

/* A key of rows. */
struct mg_json_key {
	const char *name; /* not escaped; `len` bytes, a zero and 7 more bytes */
	size_t len;
	size_t index;                 /* in order of first appearance */
	bool plain;                   /* stands in the file as it is here */
	struct mg_json_key *follower; /* the key that came behind it last time */
	struct mg_json_key *next;     /* with the same hash */
};

/* All keys of rows. Start with mg_json_keys_init. */
struct mg_json_keys {
	struct mg_arena *arena;
	struct mg_json_key **list;
	size_t count, capacity;
	struct mg_json_key **slots;
	size_t slot_count;
	struct mg_json_key first; /* its follower is the first key of a row */
	bool fixed;               /* a key that it does not have is wrong */
};

void mg_json_keys_init(struct mg_json_keys *keys, struct mg_arena *arena);
/* The key, added when it is new; NULL when it is not there and `fixed`, or when there are too many. */
struct mg_json_key *mg_json_keys_get(struct mg_json_keys *keys, const char *name, size_t len);

struct mg_json_nested; /* keys of objects within a value */

/* A place in a buffer whose byte at `end` is zero, followed by 15 more. */
struct mg_json_text {
	const char *at, *end;
	bool one_line; /* a line end is no blank */
	bool trusted;  /* keys within nested objects were compared before */
	char wrong[256];
	struct mg_arena *scratch; /* texts without their escapes; its owner resets it */
	struct mg_json_nested *nested;
};

void mg_json_text_init(struct mg_json_text *text, struct mg_arena *scratch);
void mg_json_text_done(struct mg_json_text *text);

void mg_json_pass_blanks(struct mg_json_text *text);

/* Most often there are none. */
static inline void mg_json_blanks(struct mg_json_text *text)
{
	if ((unsigned char)*text->at <= ' ')
		mg_json_pass_blanks(text);
}

/* MG_JSON_BAD: what was expected, and what stands there instead; MORE at the end of the bytes. */
enum mg_json_outcome mg_json_unexpected(struct mg_json_text *text, const char *expected);
/* MG_JSON_BAD with the sentence; MORE at the end of the bytes. */
enum mg_json_outcome mg_json_wrong(struct mg_json_text *text, const char *at, const char *sentence);
/* MG_JSON_BAD: the key stands twice in one object. */
enum mg_json_outcome mg_json_twice(struct mg_json_text *text, const char *name, size_t len);

/* Members of the object at `at`: begin at its '{', then next until *key is NULL. last: the key
 * before, &keys->first at the beginning. */
MG_MUST_USE enum mg_json_outcome mg_json_begin(struct mg_json_text *text);
MG_MUST_USE enum mg_json_outcome mg_json_next(struct mg_json_text *text, struct mg_json_keys *keys,
	struct mg_json_key *last, struct mg_json_key **key, struct mg_json_value *value);

/* A string's text, in the arena where it is escaped, else as it stands. */
const char *mg_json_plain(
	struct mg_arena *arena, const struct mg_json_value *string, size_t *out_len);

#endif
