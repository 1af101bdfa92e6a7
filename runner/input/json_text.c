/* json_text.c: blanks, strings, numbers, words, and what is nested of them. */
#include "input/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"

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

void mg_json_text_init(struct mg_json_text *text, struct mg_arena *scratch)
{
	*text = (struct mg_json_text){.scratch = scratch};
	text->nested = calloc(1, sizeof(*text->nested));
	if (!text->nested)
		mg_out_of_memory();
}

void mg_json_text_done(struct mg_json_text *text)
{
	if (text->nested)
		free(text->nested->keys);
	free(text->nested);
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

/* ---- strings ---- */

/* Bytes from s on that end no string and need no closer look, as far as one word tells. */
static inline const char *pass_plain(const char *s)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	for (;; s += 8) {
		uint64_t w;
		memcpy(&w, s, sizeof(w));
		uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\');
		/* The lowest byte that is marked is marked truly; in higher ones a carry may lie. */
		uint64_t marks = (w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) & tops;
		if (marks)
			return s + (__builtin_ctzll(marks) >> 3);
	}
#else
	while ((unsigned char)*s >= 0x20 && (unsigned char)*s < 0x80 && *s != '"' && *s != '\\')
		s++;
	return s;
#endif
}

/* The value of four hex digits; -1 when they are none, and *s stays at the first that is none. */
static int hex4(const char **s)
{
	int value = 0;
	for (int i = 0; i < 4; i++, (*s)++) {
		char c = **s, lower = (char)(c | 0x20);
		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if (lower >= 'a' && lower <= 'f')
			value = value * 16 + (lower - 'a' + 10);
		else
			return -1;
	}
	return value;
}

/* Past the escape whose backslash is at *s. NULL, or what is wrong at *s. */
static const char *pass_escape(const char **s)
{
	static const char *const lone = "half of a surrogate pair stands alone in a string";
	char c = *++*s;
	if (c != 'u') {
		if (c == '\0' || !strchr("\"\\/bfnrt", c))
			return "a backslash in a string is followed by none of \" \\ / b f n r t u";
		++*s;
		return NULL;
	}
	++*s;
	int unit = hex4(s);
	if (unit < 0)
		return "\\u in a string is not followed by four hex digits";
	if (unit == 0)
		return "a string has the character \\u0000, which no column of text can hold";
	if (unit < 0xd800 || unit > 0xdfff)
		return NULL;
	if (unit > 0xdbff || **s != '\\' || *++*s != 'u')
		return lone;
	++*s;
	unit = hex4(s);
	return unit < 0xdc00 || unit > 0xdfff ? lone : NULL;
}

/* The string whose opening quote is at `at`. */
static enum mg_json_outcome take_string(struct mg_json_text *text, struct mg_json_value *out)
{
	const char *s = text->at + 1;
	bool escaped = false;
	for (;;) {
		s = pass_plain(s);
		unsigned char c = (unsigned char)*s;
		if (c == '"')
			break;
		if (c == '\\') {
			escaped = true;
			const char *sentence = pass_escape(&s);
			if (sentence)
				return mg_json_wrong(text, s, sentence);
		} else if (c >= 0x80) {
			size_t left = (size_t)(text->end - s), len = mg_utf8_next(s, left, NULL);
			if (len == 0)
				return mg_json_wrong(text, left < 4 ? text->end : s,
					"a string has bytes that are not UTF-8");
			s += len;
		} else if (c < 0x20) {
			if (c == '\n')
				return mg_json_wrong(text, s, "a string does not end in its line");
			return mg_json_wrong(
				text, s, "a string has a control character, not escaped");
		} else {
			s++; /* marked by a carry */
		}
	}
	*out = (struct mg_json_value){.kind = MG_JSON_STRING,
		.escaped = escaped,
		.at = text->at + 1,
		.len = (size_t)(s - text->at - 1)};
	text->at = s + 1;
	return MG_JSON_OK;
}

/* Writes the character of the escape whose backslash is at s, which is known to be right. */
static const char *unescape_one(const char *s, char **out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	if (s[1] != 'u') {
		const char *known = strchr(from, s[1]);
		*(*out)++ = known ? to[known - from] : s[1];
		return s + 2;
	}
	s += 2;
	uint32_t c = (uint32_t)hex4(&s);
	if (c >= 0xd800 && c <= 0xdbff) {
		s += 2;
		c = 0x10000 + ((c - 0xd800) << 10) + ((uint32_t)hex4(&s) - 0xdc00);
	}
	unsigned char *o = (unsigned char *)*out;
	if (c < 0x80) {
		*o++ = (unsigned char)c;
	} else if (c < 0x800) {
		*o++ = (unsigned char)(0xc0 | c >> 6);
		*o++ = (unsigned char)(0x80 | (c & 0x3f));
	} else {
		if (c < 0x10000) {
			*o++ = (unsigned char)(0xe0 | c >> 12);
		} else {
			*o++ = (unsigned char)(0xf0 | c >> 18);
			*o++ = (unsigned char)(0x80 | (c >> 12 & 0x3f));
		}
		*o++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		*o++ = (unsigned char)(0x80 | (c & 0x3f));
	}
	*out = (char *)o;
	return s;
}

const char *mg_json_plain(
	struct mg_arena *arena, const struct mg_json_value *string, size_t *out_len)
{
	*out_len = string->len;
	if (!string->escaped)
		return string->at;
	/* No escape is shorter than what it stands for. */
	char *text = mg_alloc(arena, string->len + 1), *out = text;
	const char *s = string->at, *end = s + string->len;
	while (s < end) {
		if (*s == '\\')
			s = unescape_one(s, &out);
		else
			*out++ = *s++;
	}
	*out = '\0';
	*out_len = (size_t)(out - text);
	return text;
}

/* ---- numbers and words ---- */

static const char *pass_digits(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

static enum mg_json_outcome take_word(struct mg_json_text *text, const char *start,
	const char *word, enum mg_json_kind kind, struct mg_json_value *out)
{
	const char *s = text->at;
	for (; *word; s++, word++)
		if (*s != *word)
			return mg_json_wrong(
				text, s, "a bare word is not JSON; put text in double quotes");
	*out = (struct mg_json_value){.kind = kind, .at = start, .len = (size_t)(s - start)};
	text->at = s;
	return MG_JSON_OK;
}

static enum mg_json_outcome take_number(struct mg_json_text *text, struct mg_json_value *out)
{
	const char *start = text->at, *s = start + (*start == '-');
	if (s > start && *s == 'I') {
		text->at = s;
		return take_word(text, start, "Infinity", MG_JSON_WORD, out);
	}
	const char *digits = s;
	s = pass_digits(s);
	if (s == digits)
		return mg_json_wrong(text, s, "a number has no digit after its minus sign");
	if (*digits == '0' && s > digits + 1)
		return mg_json_wrong(text, digits, "a number has a leading zero");
	if (*s == '.') {
		digits = ++s;
		s = pass_digits(s);
		if (s == digits)
			return mg_json_wrong(text, s, "a number has no digit after its point");
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		digits = s;
		s = pass_digits(s);
		if (s == digits)
			return mg_json_wrong(text, s, "a number has no digit in its exponent");
	}
	text->at = s;
	if (s == text->end)
		return MG_JSON_MORE; /* it may go on */
	*out = (struct mg_json_value){
		.kind = MG_JSON_NUMBER, .at = start, .len = (size_t)(s - start)};
	return MG_JSON_OK;
}

static enum mg_json_outcome take_scalar(struct mg_json_text *text, struct mg_json_value *out)
{
	const char *s = text->at;
	switch (*s) {
	case '"':
		return take_string(text, out);
	case 't':
		return take_word(text, s, "true", MG_JSON_BOOLEAN, out);
	case 'f':
		return take_word(text, s, "false", MG_JSON_BOOLEAN, out);
	case 'n':
		return take_word(text, s, "null", MG_JSON_NULL, out);
	case 'N':
		return take_word(text, s, "NaN", MG_JSON_WORD, out);
	case 'I':
		return take_word(text, s, "Infinity", MG_JSON_WORD, out);
	default:
		if (*s == '-' || (*s >= '0' && *s <= '9'))
			return take_number(text, out);
		return mg_json_unexpected(text, "a value");
	}
}

/* ---- what is nested ---- */

static int compare_keys(const void *a, const void *b)
{
	const struct nested_key *x = a, *y = b;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->at, y->at, x->len);
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
	if ((outcome = take_string(text, &key)) != MG_JSON_OK)
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
			outcome = take_scalar(text, &ignored);
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
static enum mg_json_outcome read_value(struct mg_json_text *text, struct mg_json_value *out)
{
	if (*text->at == '{' || *text->at == '[')
		return take_nested(text, out);
	return take_scalar(text, out);
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

/* The key at `at`: the one that followed last time, or the one that is looked up. */
static enum mg_json_outcome take_key(struct mg_json_text *text, struct mg_json_keys *keys,
	struct mg_json_key *last, struct mg_json_key **out)
{
	if (*text->at != '"')
		return mg_json_unexpected(text, "a key in double quotes");
	struct mg_json_key *guess = last->follower;
	const char *s = text->at + 1;
	if (guess && guess->plain && (size_t)(text->end - s) > guess->len &&
		is_same(s, guess->name, guess->len) && s[guess->len] == '"') {
		text->at = s + guess->len + 1;
		*out = guess;
		return MG_JSON_OK;
	}
	struct mg_json_value written;
	enum mg_json_outcome outcome = take_string(text, &written);
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
	if ((outcome = take_key(text, keys, last, key)) != MG_JSON_OK)
		return outcome;
	mg_json_blanks(text);
	if (*text->at != ':')
		return mg_json_unexpected(text, "a ':' after a key");
	text->at++;
	mg_json_blanks(text);
	return read_value(text, value);
}
