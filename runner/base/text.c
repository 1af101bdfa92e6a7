/* text.c: growing text, the nearest word, UTF-8, globs. */
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

void mg_text_init(struct mg_text *text, struct mg_arena *arena)
{
	*text = (struct mg_text){.arena = arena, .capacity = 64};
	text->data = mg_alloc(arena, text->capacity);
}

/* Makes room for n more bytes and the NUL. */
static void make_room(struct mg_text *text, size_t n)
{
	/* A sum that would wrap asks for more than there is, and the arena says so. */
	size_t wanted = n < SIZE_MAX - text->len ? text->len + n + 1 : SIZE_MAX;
	if (wanted <= text->capacity)
		return;
	size_t capacity = text->capacity > SIZE_MAX / 2 ? wanted : text->capacity * 2;
	if (capacity < wanted)
		capacity = wanted;
	char *data = mg_alloc(text->arena, capacity);
	memcpy(data, text->data, text->len + 1);
	text->data = data;
	text->capacity = capacity;
}

void mg_text_add_bytes(struct mg_text *text, const char *bytes, size_t n)
{
	if (n == 0)
		return;
	make_room(text, n);
	memcpy(text->data + text->len, bytes, n);
	text->len += n;
	text->data[text->len] = '\0';
}

void mg_text_add(struct mg_text *text, const char *s)
{
	mg_text_add_bytes(text, s, strlen(s));
}

void mg_text_add_char(struct mg_text *text, char c)
{
	mg_text_add_bytes(text, &c, 1);
}

static void text_vaddf(struct mg_text *text, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(text->data + text->len, text->capacity - text->len, format, args);
	/* Longer than INT_MAX: no memory for it. */
	size_t added = n < 0 ? SIZE_MAX : (size_t)n;
	if (added >= text->capacity - text->len) {
		text->data[text->len] = '\0';
		make_room(text, added);
		vsnprintf(text->data + text->len, text->capacity - text->len, format, again);
	}
	va_end(again);
	text->len += added;
}

void mg_text_addf(struct mg_text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	text_vaddf(text, format, args);
	va_end(args);
}

enum { LONGEST_WORD = 64 };

static char fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

/* Damerau-Levenshtein distance in its optimal string alignment form: insertions, deletions,
 * substitutions and swaps of two neighbours cost 1. Both words are at most LONGEST_WORD long. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][LONGEST_WORD + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = last[j - 1] + (fold(a[i - 1]) != fold(b[j - 1]));
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
				fold(a[i - 2]) == fold(b[j - 1]) && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		size_t *oldest = before;
		before = last;
		last = now;
		now = oldest;
	}
	return last[b_len];
}

const char *mg_nearest_word(const char *word, const char *const *words, size_t n)
{
	const char *nearest = NULL;
	size_t least = SIZE_MAX;
	size_t len = strlen(word);
	if (len == 0 || len > LONGEST_WORD)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(words[i]);
		if (other == 0 || other > LONGEST_WORD)
			continue;
		size_t allowed = (len > other ? len : other) / 3;
		size_t distance = edit_distance(word, len, words[i], other);
		if (distance <= (allowed ? allowed : 1) && distance < least) {
			least = distance;
			nearest = words[i];
		}
	}
	return nearest;
}

bool mg_among(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mg_streq(word, words[i]))
			return true;
	return false;
}

char *mg_joined(struct mg_arena *arena, const char *const *words, size_t n)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (size_t i = 0; i < n; i++)
		mg_text_addf(&out, "%s%s", i ? ", " : "", words[i]);
	return out.data;
}

char *mg_text_copy(struct mg_arena *arena, const char *s, size_t len)
{
	if (!memchr(s, '\0', len))
		return mg_strndup(arena, s, len);
	struct mg_text out;
	mg_text_init(&out, arena);
	for (size_t i = 0; i < len; i++) {
		if (s[i])
			mg_text_add_char(&out, s[i]);
		else
			mg_text_add(&out, "\xEF\xBF\xBD");
	}
	return out.data;
}

size_t mg_utf8_next(const char *s, size_t n, uint32_t *out_codepoint)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	if (n == 0)
		return 0;
	const unsigned char *u = (const unsigned char *)s;
	size_t len = u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (len == 0 || len > n || u[0] > 0xf4)
		return 0;
	uint32_t c = len == 1 ? u[0] : u[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3fu);
	}
	if (c < smallest[len] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return 0;
	if (out_codepoint)
		*out_codepoint = c;
	return len;
}

/* Bytes of s up to the first that is not ASCII, or a few less. */
static size_t ascii_span(const char *s, size_t n)
{
	size_t i = 0;
	for (uint64_t words[2]; i + sizeof(words) <= n; i += sizeof(words)) {
		memcpy(words, s + i, sizeof(words));
		if ((words[0] | words[1]) & 0x8080808080808080u)
			break;
	}
	return i;
}

size_t mg_utf8_span(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n) {
		i += ascii_span(s + i, n - i);
		/* At least one character, and as many as follow close by. */
		for (size_t end = n - i > 64 ? i + 64 : n, len; i < end; i += len) {
			len = mg_utf8_next(s + i, n - i, NULL);
			if (len == 0)
				return i;
		}
	}
	return n;
}

bool mg_utf8_valid(const char *s, size_t n)
{
	return mg_utf8_span(s, n) == n;
}

struct range {
	uint32_t first, last;
};

static bool in_ranges(uint32_t c, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	}
	return false;
}

static size_t codepoint_width(uint32_t c)
{
	/* The common blocks of East Asian Width W and F, and of combining marks (Unicode 15). */
	static const struct range wide[] = {{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2e80, 0x303e},
		{0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf},
		{0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60},
		{0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
		{0x20000, 0x3fffd}};
	static const struct range none[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
		{0x0610, 0x061a}, {0x064b, 0x065f}, {0x093c, 0x093c}, {0x0e31, 0x0e31},
		{0x0e34, 0x0e3a}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
		{0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
		{0xe0100, 0xe01ef}};
	if (c < 0x20 || c == 0x7f)
		return 0;
	if (c < 0x300)
		return 1;
	if (in_ranges(c, none, sizeof(none) / sizeof(none[0])))
		return 0;
	return in_ranges(c, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}

size_t mg_utf8_width(const char *s)
{
	size_t n = strlen(s), width = 0;
	for (size_t i = 0, len; i < n; i += len) {
		uint32_t c = 0;
		len = mg_utf8_next(s + i, n - i, &c);
		width += len ? codepoint_width(c) : 1;
		if (len == 0)
			len = 1;
	}
	return width;
}

size_t mg_utf8_fit(const char *s, size_t most)
{
	size_t len = strnlen(s, most + 1);
	if (len <= most)
		return len;
	while (most > 0 && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--; /* inside a character */
	return most;
}

const char *mg_text_short(struct mg_arena *arena, const char *s, size_t most)
{
	enum { DIGITS = 16 };
	size_t len = strlen(s);
	if (len <= most)
		return s;
	char digest[65];
	mg_sha256(s, len, digest);
	return mg_printf(arena, "%.*s\xe2\x80\xa6 (%s bytes, sha256 %.*s)",
		(int)mg_utf8_fit(s, most), s, mg_human_double(arena, (double)len, 15), (int)DIGITS,
		digest);
}

bool mg_streq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

void mg_hex(const unsigned char *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

char *mg_lower(struct mg_arena *arena, const char *s)
{
	char *copy = mg_strdup(arena, s);
	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	return copy;
}

bool mg_starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool mg_ends_with(const char *s, const char *suffix)
{
	size_t s_len = strlen(s), suffix_len = strlen(suffix);
	return suffix_len <= s_len && strcmp(s + s_len - suffix_len, suffix) == 0;
}

/* One character, or one byte where the text is not UTF-8. */
static uint32_t next_char(const char **s)
{
	uint32_t c = 0;
	size_t len = mg_utf8_next(*s, strnlen(*s, 4), &c);
	if (len == 0) {
		c = 0xdc00u + (unsigned char)**s; /* unlike any valid character */
		len = 1;
	}
	*s += len;
	return c;
}

/* The set at *pattern (just after its '['); false when it has no end, so '[' stands for itself. */
static bool match_set(const char **pattern, uint32_t c, bool *matches)
{
	const char *p = *pattern;
	bool inverted = *p == '!' || *p == '^';
	p += inverted;
	bool found = false;
	for (bool first = true; *p && (first || *p != ']'); first = false) {
		uint32_t low = next_char(&p), high = low;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			p++;
			high = next_char(&p);
		}
		found = found || (c >= low && c <= high);
	}
	if (*p != ']')
		return false;
	*pattern = p + 1;
	*matches = found != inverted;
	return true;
}

/* Whether one pattern item (not '*') matches one character; moves both on. */
static bool match_one(const char **pattern, const char **s)
{
	uint32_t c = next_char(s);
	uint32_t item = next_char(pattern);
	bool matches;
	if (item == '?')
		return true;
	if (item == '[' && match_set(pattern, c, &matches))
		return matches;
	if (item == '\\' && **pattern)
		item = next_char(pattern);
	return item == c;
}

bool mg_glob_match(const char *pattern, const char *s)
{
	/* Where to try again: the last star takes one character more. No earlier star need be
	 * looked at again, so the time is at most |pattern| * |s|. */
	const char *star = NULL, *star_s = NULL;
	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			star_s = s;
			continue;
		}
		if (!*s && !*pattern)
			return true;
		if (*s && *pattern) {
			const char *next_pattern = pattern, *next_s = s;
			if (match_one(&next_pattern, &next_s)) {
				pattern = next_pattern;
				s = next_s;
				continue;
			}
		}
		if (!star || !*star_s)
			return false;
		next_char(&star_s);
		pattern = star;
		s = star_s;
	}
}
