/* json_scalar.c: strings, numbers and words of JSON. */
#include "input/json_value.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/text.h"
#include "input/digits.h"

/* ---- strings ---- */

/* The first byte from s on that ends a string or needs a closer look: a quote, a backslash, a control
 * character, or one of UTF-8. */
static inline const char *pass_plain(const char *s)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      blank = _mm_set1_epi8(0x20);
	for (;; s += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
		/* As signed bytes those from 0x80 on are less than a blank too. */
		__m128i hit = _mm_or_si128(_mm_cmplt_epi8(v, blank),
			_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);
		if (mask)
			return s + __builtin_ctz(mask);
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

/* The character that a backslash and c stand for; zero: none. */
static inline char escaped_by(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '/':
		return c;
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return '\0';
	}
}

/* Past the escape whose backslash is at *s. NULL, or what is wrong at *s. */
static const char *pass_escape(const char **s)
{
	static const char *const lone = "half of a surrogate pair stands alone in a string";
	char c = *++*s;
	if (c != 'u') {
		if (!escaped_by(c))
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
enum mg_json_outcome mg_json_take_string(struct mg_json_text *text, struct mg_json_value *out)
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
		} else {
			if (c == '\n')
				return mg_json_wrong(text, s, "a string does not end in its line");
			return mg_json_wrong(
				text, s, "a string has a control character, not escaped");
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
	if (s[1] != 'u') {
		*(*out)++ = escaped_by(s[1]);
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
	char *text = mg_alloc_unset(arena, string->len + 1), *out = text;
	const char *s = string->at, *end = s + string->len;
	while (s < end) {
		const char *escape = memchr(s, '\\', (size_t)(end - s));
		size_t plain = (size_t)((escape ? escape : end) - s);
		memcpy(out, s, plain);
		out += plain;
		s += plain;
		if (escape)
			s = unescape_one(s, &out);
	}
	*out = '\0';
	*out_len = (size_t)(out - text);
	return text;
}

/* ---- numbers and words ---- */

/* Behind s may be read 7 bytes more than there are digits. */
static const char *pass_digits(const char *s)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	for (unsigned count = 8; count == 8; s += count) {
		uint64_t word;
		memcpy(&word, s, sizeof(word));
		count = mg_digits_count(word);
	}
#else
	while (*s >= '0' && *s <= '9')
		s++;
#endif
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

enum mg_json_outcome mg_json_take_scalar(struct mg_json_text *text, struct mg_json_value *out)
{
	const char *s = text->at;
	switch (*s) {
	case '"':
		return mg_json_take_string(text, out);
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
