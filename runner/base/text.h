/* text.h: growing text, numbers as text and back, nearest word, UTF-8. */
#ifndef MG_BASE_TEXT_H
#define MG_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A growing, always NUL-terminated text in an arena. Start with mg_text_init. */
struct mg_text {
	struct mg_arena *arena;
	char *data; /* never NULL after init */
	size_t len, capacity;
};

void mg_text_init(struct mg_text *text, struct mg_arena *arena);
void mg_text_add(struct mg_text *text, const char *s);
void mg_text_add_bytes(struct mg_text *text, const char *bytes, size_t n);
void mg_text_add_char(struct mg_text *text, char c);
void mg_text_addf(struct mg_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The shortest decimal form that reads back as the same double, without locale: 0.1, 1e+300, 5,
 * NaN, Infinity, -Infinity. */
void mg_text_add_double(struct mg_text *text, double x);
void mg_text_add_int(struct mg_text *text, int64_t x);

/* The same as a string in the arena. */
char *mg_double_text(struct mg_arena *arena, double x);
/* What the shortest text of a FLOAT says, when x is a number that a FLOAT holds: 0.3 for
 * 0.30000001192092896. Any other x is its own. */
double mg_float_as_written(double x);
/* Parses ALL of s (JSON/C number grammar, also inf/nan words when `words`); false when not a
 * number or out of range. No locale, no leading or trailing blanks. */
bool mg_parse_double(const char *s, bool words, double *out);
bool mg_parse_int(const char *s, int64_t *out);
/* "36h" "2d" "90s" "15m" "500ms" "1w" or a plain number of seconds -> seconds; false when not. */
bool mg_parse_duration(const char *s, double *out_seconds);
/* "99.5%" -> 0.995, "0.995" -> 0.995. */
bool mg_parse_share(const char *s, double *out);

/* For people: 12,345,678; 0.6934; 1.23e+15; at most `digits` significant digits. */
char *mg_human_double(struct mg_arena *arena, double x, int digits);
char *mg_human_duration(struct mg_arena *arena, double seconds); /* 3 ms, 1.2 s, 4 min 03 s */
char *mg_human_bytes(struct mg_arena *arena, double bytes);

/* The word of `words` (count n) nearest to `word` by edit distance (case folded, transpositions
 * count 1), or NULL when none is near enough (distance over a third of the length, at least 1). */
const char *mg_nearest_word(const char *word, const char *const *words, size_t n);

/* A copy of what may hold anything: NUL, which would end it, becomes U+FFFD. */
char *mg_text_copy(struct mg_arena *arena, const char *s, size_t len);
bool mg_among(const char *word, const char *const *words, size_t n);
/* "a, b, c" */
char *mg_joined(struct mg_arena *arena, const char *const *words, size_t n);

/* Length in bytes of the valid UTF-8 sequence at s (at most n bytes), 0 when invalid. */
size_t mg_utf8_next(const char *s, size_t n, uint32_t *out_codepoint);
/* Bytes of s up to the first that is no UTF-8: n when all of it is. */
size_t mg_utf8_span(const char *s, size_t n);
bool mg_utf8_valid(const char *s, size_t n);
/* Bytes of the characters of s that fit into `most` bytes. */
size_t mg_utf8_fit(const char *s, size_t most);
/* Columns that s takes on a terminal (wide East Asian 2, combining 0; good enough for tables). */
size_t mg_utf8_width(const char *s);

/* s when it takes at most `most` bytes. Else as many of its characters as do, and what was left out:
 * "aaaa… (1,000,000 bytes, sha256 0123456789abcdef)": two long texts with one start stay apart. */
const char *mg_text_short(struct mg_arena *arena, const char *s, size_t most);

bool mg_streq(const char *a, const char *b); /* both may be NULL; NULL equals only NULL */
bool mg_starts_with(const char *s, const char *prefix);
bool mg_ends_with(const char *s, const char *suffix);
/* Shell-style glob: * ? [a-z] [!a-z] and \ before a character that stands for itself; matches the
 * whole of s, case-sensitively. */
bool mg_glob_match(const char *pattern, const char *s);
/* Bytes as 2 * len digits of hexadecimal, in lower case, and a zero. */
void mg_hex(const unsigned char *bytes, size_t len, char *out);

/* A copy with A-Z in lower case: how names of columns are compared. */
char *mg_lower(struct mg_arena *arena, const char *s);

#endif
