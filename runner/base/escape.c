/* escape.c: makes untrusted text harmless where it is shown. One function looks at the characters;
 * the writers below choose what stays and how it is marked up. */
#include "base/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { KEEP_NEWLINE = 1, KEEP_TAB = 2 };

static bool is_bidirectional(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
		c == 0x200f || c == 0x61c;
}

/* Takes no room on the screen. An agent that compares text by its language's rules looks through
 * these, so they must not stand inside a word that it obeys. */
static bool is_zero_width(uint32_t c)
{
	return c == 0xad || c == 0x34f || c == 0x180e || (c >= 0x200b && c <= 0x200d) ||
		(c >= 0x2060 && c <= 0x2064) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfffe ||
		c == 0xffff || is_bidirectional(c) || is_zero_width(c);
}

static bool starts_with_any_case(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);
	return len >= n && strncasecmp(s, word, n) == 0;
}

/* How many bytes at s are the beginning of something that a pipeline agent would obey: their
 * harmless form has the same length and is put into out. */
static size_t disarm(const char *s, size_t len, char out[3])
{
	if (s[0] == '#' &&
		(starts_with_any_case(s, len, "##vso") || starts_with_any_case(s, len, "##["))) {
		memcpy(out, "**", 3);
		return 2;
	}
	if (s[0] == '[' && starts_with_any_case(s, len, "[[ATTACHMENT|")) {
		memcpy(out, "((", 3);
		return 2;
	}
	return 0;
}

/* The harmless form of the character at s in out (NUL-terminated, at most 8 bytes and the NUL);
 * returns how many bytes of s it stands for. */
static size_t next_piece(const char *s, size_t len, unsigned keep, char out[9])
{
	size_t disarmed = disarm(s, len, out);
	if (disarmed)
		return disarmed;
	uint32_t c = 0;
	size_t n = mg_utf8_next(s, len, &c);
	if (n == 0) {
		snprintf(out, 9, "\\x%02x", (unsigned char)*s);
		return 1;
	}
	if ((keep & KEEP_NEWLINE) && c == '\r' && len > 1 && s[1] == '\n') {
		memcpy(out, "\n", 2);
		return 2;
	}
	bool kept = (c == '\n' && (keep & KEEP_NEWLINE)) || (c == '\t' && (keep & KEEP_TAB));
	if (kept || !is_hidden(c)) {
		memcpy(out, s, n);
		out[n] = '\0';
	} else if (c == '\n' || c == '\r' || c == '\t') {
		snprintf(out, 9, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
	} else if (c < 0x80) {
		snprintf(out, 9, "\\x%02x", (unsigned)c);
	} else {
		snprintf(out, 9, "\\u%04x", (unsigned)(c & 0xfffff));
	}
	return n;
}

/* How many bytes at s stay as they are, whatever is beside them. */
static size_t harmless_bytes(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && s[n] >= 0x20 && s[n] < 0x7f && s[n] != '#' && s[n] != '[')
		n++;
	return n;
}

static void clean(struct mg_text *out, const char *s, size_t len, size_t max_bytes, unsigned keep)
{
	static const char cut_mark[] = "\xe2\x80\xa6"; /* … */
	size_t start = out->len;
	size_t cut = start; /* where the text would end if it must be cut */
	for (size_t i = 0; i < len;) {
		char piece[9];
		size_t harmless = max_bytes ? 0 : harmless_bytes(s + i, len - i);
		if (harmless) {
			mg_text_add_bytes(out, s + i, harmless);
			i += harmless;
			continue;
		}
		i += next_piece(s + i, len - i, keep, piece);
		mg_text_add(out, piece);
		size_t written = out->len - start;
		if (max_bytes == 0)
			continue;
		if (written + sizeof(cut_mark) - 1 <= max_bytes)
			cut = out->len;
		if (written > max_bytes) {
			out->len = cut;
			out->data[cut] = '\0';
			if (sizeof(cut_mark) - 1 <= max_bytes)
				mg_text_add(out, cut_mark);
			return;
		}
	}
}

void mg_escape_log(struct mg_text *out, const char *s, size_t len, size_t max_bytes)
{
	clean(out, s, len, max_bytes, 0);
}

static char *cleaned(struct mg_arena *arena, const char *s, size_t max_bytes, unsigned keep)
{
	if (!s)
		return NULL;
	struct mg_text out;
	mg_text_init(&out, arena);
	clean(&out, s, strlen(s), max_bytes, keep);
	return out.data;
}

char *mg_log_safe(struct mg_arena *arena, const char *s)
{
	return cleaned(arena, s, 0, 0);
}

char *mg_log_safe_cut(struct mg_arena *arena, const char *s, size_t max_bytes)
{
	return cleaned(arena, s, max_bytes, 0);
}

char *mg_log_safe_lines(struct mg_arena *arena, const char *s)
{
	return cleaned(arena, s, 0, KEEP_NEWLINE);
}

char *mg_xml_safe(struct mg_arena *arena, const char *s)
{
	return cleaned(arena, s, 0, KEEP_NEWLINE | KEEP_TAB);
}

/* What one ASCII character becomes in some markup; NULL when it stays. */
typedef const char *substitute(char c);

static void mark_up(struct mg_text *out, const char *s, unsigned keep, substitute *markup)
{
	size_t len = strlen(s);
	for (size_t i = 0; i < len;) {
		char piece[9];
		i += next_piece(s + i, len - i, keep, piece);
		for (const char *p = piece; *p; p++) {
			const char *instead = markup(*p);
			if (instead)
				mg_text_add(out, instead);
			else
				mg_text_add_char(out, *p);
		}
	}
}

static const char *in_markdown(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '|':
		return "\\|";
	case '`':
		return "\\`";
	case '*':
		return "\\*";
	case '_':
		return "\\_";
	case '[':
		return "\\[";
	case ']':
		return "\\]";
	case '\\':
		return "\\\\";
	case '~':
		return "\\~";
	case '#':
		return "\\#";
	default:
		return NULL;
	}
}

static const char *in_html(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* The agent reads %AZP25 back as a percent sign; it does not know %25. */
static const char *in_vso_data(char c)
{
	return c == '%' ? "%AZP25" : c == '\n' ? "%0A" : NULL;
}

static const char *in_vso_property(char c)
{
	return c == ']' ? "%5D" : c == ';' ? "%3B" : in_vso_data(c);
}

void mg_escape_markdown(struct mg_text *out, const char *s)
{
	mark_up(out, s, 0, in_markdown);
}

void mg_escape_html(struct mg_text *out, const char *s)
{
	mark_up(out, s, 0, in_html);
}

void mg_escape_vso_property(struct mg_text *out, const char *s)
{
	mark_up(out, s, KEEP_NEWLINE, in_vso_property);
}

void mg_escape_vso_data(struct mg_text *out, const char *s)
{
	mark_up(out, s, KEEP_NEWLINE, in_vso_data);
}
