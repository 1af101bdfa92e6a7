/* json_text.c: a place in JSON text, what is wrong at it, and the members of a row. */
#include "input/json_text.h"

#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "input/json_value.h"

void mg_json_text_init(struct mg_json_text *text, struct mg_arena *scratch)
{
	*text = (struct mg_json_text){.scratch = scratch, .nested = mg_json_nested_new()};
}

void mg_json_text_done(struct mg_json_text *text)
{
	mg_json_nested_free(text->nested);
	text->nested = NULL;
}

void mg_json_pass_blanks(struct mg_json_text *text)
{
	const char *s = text->at;
	if (text->one_line)
		while (*s == ' ' || *s == '\t' || *s == '\r')
			s++;
	else
		while (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
			s++;
	text->at = s;
}

enum mg_json_outcome mg_json_wrong(struct mg_json_text *text, const char *at, const char *sentence)
{
	text->at = at;
	if (at == text->end)
		return MG_JSON_MORE;
	snprintf(text->wrong, sizeof(text->wrong), "%s", sentence);
	return MG_JSON_BAD;
}

enum mg_json_outcome mg_json_unexpected(struct mg_json_text *text, const char *expected)
{
	if (text->at == text->end)
		return MG_JSON_MORE;
	unsigned char c = (unsigned char)*text->at;
	char found[32];
	if (c == '\n')
		snprintf(found, sizeof(found), "the line's end");
	else if (c > ' ' && c < 0x7f)
		snprintf(found, sizeof(found), c == '\'' ? "\"%c\"" : "'%c'", c);
	else
		snprintf(found, sizeof(found), "the byte 0x%02x", c);
	snprintf(text->wrong, sizeof(text->wrong), "%s was expected, not %s", expected, found);
	return MG_JSON_BAD;
}

enum mg_json_outcome mg_json_twice(struct mg_json_text *text, const char *name, size_t len)
{
	struct mg_text shown;
	mg_text_init(&shown, text->scratch);
	mg_escape_log(&shown, name, len, 100);
	snprintf(text->wrong, sizeof(text->wrong), "the key '%s' occurs twice in one object",
		shown.data);
	return MG_JSON_BAD;
}

/* ---- members of a row ---- */

enum mg_json_outcome mg_json_begin(struct mg_json_text *text)
{
	if (*text->at != '{')
		return mg_json_unexpected(text, "a row, which is an object and begins with '{',");
	text->at++;
	return MG_JSON_OK;
}

/* Behind a and b may be read 7 bytes more. */
static inline bool is_same(const char *a, const char *b, size_t len)
{
	uint64_t x, y;
	for (; len > 8; len -= 8, a += 8, b += 8) {
		memcpy(&x, a, sizeof(x));
		memcpy(&y, b, sizeof(y));
		if (x != y)
			return false;
	}
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (x ^ y) << (64 - len * 8) == 0;
#else
	return (x ^ y) >> (64 - len * 8) == 0;
#endif
}

bool mg_json_take_guess(struct mg_json_text *text, const struct mg_json_key *guess)
{
	const char *s = text->at + 1;
	if (*text->at != '"' || !guess->plain || (size_t)(text->end - s) <= guess->len ||
		!is_same(s, guess->name, guess->len) || s[guess->len] != '"')
		return false;
	text->at = s + guess->len + 1;
	return true;
}

enum mg_json_outcome mg_json_take_key(struct mg_json_text *text, struct mg_json_keys *keys,
	struct mg_json_key *last, struct mg_json_key **out)
{
	if (*text->at != '"')
		return mg_json_unexpected(text, "a key in double quotes");
	struct mg_json_key *guess = last->follower;
	const char *s = text->at + 1;
	if (guess && mg_json_take_guess(text, guess)) {
		*out = guess;
		return MG_JSON_OK;
	}
	struct mg_json_value written;
	enum mg_json_outcome outcome = mg_json_take_string(text, &written);
	if (outcome != MG_JSON_OK)
		return outcome;
	size_t len = 0;
	const char *name = mg_json_plain(text->scratch, &written, &len);
	if (len == 0)
		return mg_json_wrong(text, s, "a key is empty, which names no column");
	*out = mg_json_keys_get(keys, name, len);
	if (!*out)
		return mg_json_wrong(text, s,
			"its rows have more than 65536 different keys, too many for columns");
	last->follower = *out;
	return MG_JSON_OK;
}

enum mg_json_outcome mg_json_next(struct mg_json_text *text, struct mg_json_keys *keys,
	struct mg_json_key *last, struct mg_json_key **key, struct mg_json_value *value)
{
	enum mg_json_outcome outcome;
	mg_json_blanks(text);
	if (*text->at == '}') {
		text->at++;
		*key = NULL;
		return MG_JSON_OK;
	}
	if (last != &keys->first) {
		if (*text->at != ',')
			return mg_json_unexpected(text, "a ',' or '}'");
		text->at++;
		mg_json_blanks(text);
	}
	if ((outcome = mg_json_take_key(text, keys, last, key)) != MG_JSON_OK)
		return outcome;
	mg_json_blanks(text);
	if (*text->at != ':')
		return mg_json_unexpected(text, "a ':' after a key");
	text->at++;
	mg_json_blanks(text);
	return mg_json_take_value(text, value);
}
