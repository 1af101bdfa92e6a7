/* json_nested.c: objects and arrays of JSON within a value. */
#include "input/json_value.h"

#include <stdlib.h>
#include <string.h>

/* A key of a nested object, without escapes. */
struct nested_key {
	const char *at;
	size_t len;
};

struct mg_json_nested {
	struct {
		bool is_object;
		size_t first_key;
	} levels[MG_JSON_MOST_DEPTH];
	struct nested_key *keys; /* of all objects that are open */
	size_t key_count, key_capacity;
};

struct mg_json_nested *mg_json_nested_new(void)
{
	struct mg_json_nested *nested = calloc(1, sizeof(*nested));
	if (!nested)
		mg_out_of_memory();
	return nested;
}

void mg_json_nested_free(struct mg_json_nested *nested)
{
	if (nested)
		free(nested->keys);
	free(nested);
}

static int compare_keys(const void *a, const void *b)
{
	const struct nested_key *x = a, *y = b;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->at, y->at, x->len);
}

/* Keys of the innermost object, which ends here: is one of them there twice? */
static enum mg_json_outcome close_object(struct mg_json_text *text, size_t first)
{
	struct mg_json_nested *nested = text->nested;
	size_t count = nested->key_count - first;
	nested->key_count = first;
	if (count < 2)
		return MG_JSON_OK;
	struct nested_key *keys = nested->keys + first;
	qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < count; i++)
		if (compare_keys(&keys[i - 1], &keys[i]) == 0)
			return mg_json_twice(text, keys[i].at, keys[i].len);
	return MG_JSON_OK;
}

/* "key": of a nested object. */
static enum mg_json_outcome pass_key(struct mg_json_text *text)
{
	struct mg_json_nested *nested = text->nested;
	struct mg_json_value key;
	enum mg_json_outcome outcome;
	if (*text->at != '"')
		return mg_json_unexpected(text, "a key in double quotes");
	if ((outcome = mg_json_take_string(text, &key)) != MG_JSON_OK)
		return outcome;
	if (!text->trusted) {
		if (nested->key_count == nested->key_capacity) {
			nested->key_capacity = nested->key_capacity ? nested->key_capacity * 2 : 64;
			nested->keys = realloc(
				nested->keys, nested->key_capacity * sizeof(*nested->keys));
			if (!nested->keys)
				mg_out_of_memory();
		}
		struct nested_key *added = &nested->keys[nested->key_count++];
		added->at = mg_json_plain(text->scratch, &key, &added->len);
	}
	mg_json_blanks(text);
	if (*text->at != ':')
		return mg_json_unexpected(text, "a ':' after a key");
	text->at++;
	mg_json_blanks(text);
	return MG_JSON_OK;
}

/* Closes levels and passes over a comma, up to the place of the next value; *depth is 0 at the end. */
static enum mg_json_outcome pass_end(struct mg_json_text *text, size_t *depth)
{
	enum mg_json_outcome outcome;
	for (; *depth > 0; --*depth) {
		bool is_object = text->nested->levels[*depth - 1].is_object;
		mg_json_blanks(text);
		if (*text->at == ',') {
			text->at++;
			mg_json_blanks(text);
			return is_object ? pass_key(text) : MG_JSON_OK;
		}
		if (*text->at != (is_object ? '}' : ']'))
			return mg_json_unexpected(
				text, is_object ? "a ',' or '}'" : "a ',' or ']'");
		text->at++;
		if (is_object &&
			(outcome = close_object(
				 text, text->nested->levels[*depth - 1].first_key)) != MG_JSON_OK)
			return outcome;
	}
	return MG_JSON_OK;
}

/* Opens the object or array at `at`, up to its first value; *out_empty: it has none, and is open. */
static enum mg_json_outcome pass_start(struct mg_json_text *text, size_t *depth, bool *out_empty)
{
	struct mg_json_nested *nested = text->nested;
	bool is_object = *text->at == '{';
	if (*depth == MG_JSON_MOST_DEPTH)
		return mg_json_wrong(text, text->at, "a value is nested more than 500 deep");
	nested->levels[*depth].is_object = is_object;
	nested->levels[*depth].first_key = nested->key_count;
	++*depth;
	text->at++;
	mg_json_blanks(text);
	*out_empty = *text->at == (is_object ? '}' : ']');
	return is_object && !*out_empty ? pass_key(text) : MG_JSON_OK;
}

static enum mg_json_outcome take_nested(struct mg_json_text *text, struct mg_json_value *out)
{
	const char *start = text->at;
	size_t depth = 0;
	text->nested->key_count = 0;
	do {
		enum mg_json_outcome outcome;
		struct mg_json_value ignored;
		bool empty = false;
		if (*text->at == '{' || *text->at == '[') {
			outcome = pass_start(text, &depth, &empty);
			if (outcome == MG_JSON_OK && !empty)
				continue;
		} else {
			outcome = mg_json_take_scalar(text, &ignored);
		}
		if (outcome == MG_JSON_OK)
			outcome = pass_end(text, &depth);
		if (outcome != MG_JSON_OK)
			return outcome;
	} while (depth > 0);
	*out = (struct mg_json_value){
		.kind = MG_JSON_NESTED, .at = start, .len = (size_t)(text->at - start)};
	return MG_JSON_OK;
}

/* Any value; what is nested is proven to be JSON, with no key twice in an object. */
enum mg_json_outcome mg_json_take_value(struct mg_json_text *text, struct mg_json_value *out)
{
	if (*text->at == '{' || *text->at == '[')
		return take_nested(text, out);
	return mg_json_take_scalar(text, out);
}
