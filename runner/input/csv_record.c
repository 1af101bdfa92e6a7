/* csv_record.c: bytes become records and fields (RFC 4180, with any delimiter). */
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "input/csv.h"

/* The first of three characters from s on; `end` when there is none before. Looks at up to 15 bytes
 * behind `end`. */
static inline const char *find_three(const char *s, const char *end, char a, char b, char c)
{
#if defined(__SSE2__)
	const __m128i va = _mm_set1_epi8(a), vb = _mm_set1_epi8(b), vc = _mm_set1_epi8(c);
	for (; s < end; s += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, va),
			_mm_or_si128(_mm_cmpeq_epi8(v, vb), _mm_cmpeq_epi8(v, vc)));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);
		if (mask) {
			s += __builtin_ctz(mask);
			return s < end ? s : end;
		}
	}
	return end;
#else
	while (s < end && *s != a && *s != b && *s != c)
		s++;
	return s;
#endif
}

const char *mg_csv_line_end(const char *at, const char *end, bool ended)
{
	const char *s = find_three(at, end, '\n', '\r', '\n');
	if (s == end || (*s == '\r' && s + 1 == end && !ended))
		return NULL;
	return s + 1 + (*s == '\r' && s + 1 < end && s[1] == '\n');
}

/* ---- the ends of unquoted fields ---- */

enum { BLOCK = 64 };

/* Where delimiters (their first character) and line ends lie in a block of bytes: a bit for each byte,
 * the lowest for the first. One look finds the ends of all fields in it: no search waits for the end of
 * the field before. */
struct marks {
	const char *block;
	uint64_t bits; /* of what was not passed yet */
};

/* Looks at BLOCK bytes, of which up to BLOCK - 1 may lie behind the window's end. */
static inline uint64_t find_marks(const char *block, char delimiter)
{
	uint64_t bits = 0;
#if defined(__SSE2__)
	const __m128i vd = _mm_set1_epi8(delimiter), vn = _mm_set1_epi8('\n'),
		      vr = _mm_set1_epi8('\r');
	for (int i = 0; i < BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(block + i));
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, vd),
			_mm_or_si128(_mm_cmpeq_epi8(v, vn), _mm_cmpeq_epi8(v, vr)));
		bits |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << i;
	}
#else
	for (int i = 0; i < BLOCK; i++)
		bits |= (uint64_t)(block[i] == delimiter || block[i] == '\n' || block[i] == '\r')
			<< i;
#endif
	return bits;
}

/* Passes over what lies before s. */
static inline void pass_to(struct marks *marks, const char *s, char delimiter)
{
	size_t passed = (size_t)(s - marks->block);
	if (passed < BLOCK) {
		marks->bits &= ~UINT64_C(0) << passed;
		return;
	}
	*marks = (struct marks){s, find_marks(s, delimiter)};
}

/* The next mark before `end`, or `end`. */
static inline const char *next_mark(struct marks *marks, const char *end, char delimiter)
{
	while (!marks->bits) {
		marks->block += BLOCK;
		if (marks->block >= end)
			return end;
		marks->bits = find_marks(marks->block, delimiter);
	}
	const char *s = marks->block + __builtin_ctzll(marks->bits);
	marks->bits &= marks->bits - 1;
	return s < end ? s : end;
}

static inline bool is_delimiter(const struct mg_csv_form *form, const char *s)
{
	return *s == form->delimiter[0] &&
		(form->delimiter_len == 1 || memcmp(s, form->delimiter, form->delimiter_len) == 0);
}

/* The end of an unquoted field. */
static inline const char *unquoted_end(
	const struct mg_csv_form *form, struct marks *marks, const char *end)
{
	for (;;) {
		const char *s = next_mark(marks, end, form->delimiter[0]);
		if (s == end || *s == '\n' || *s == '\r' || is_delimiter(form, s))
			return s;
	}
}

/* The closing quote of a field that starts at s, or NULL. */
static const char *closing_quote(const struct mg_csv_form *form, const char *s, const char *end,
	bool ended, bool *out_escaped, bool *out_more)
{
	char quote = form->quote, escape = form->escape ? form->escape : quote;
	*out_more = false;
	for (;; s += 2) {
		s = find_three(s, end, quote, escape, quote);
		if (s == end)
			break;
		if (*s == quote && form->escape != quote)
			return s;
		if (s + 1 == end && !ended)
			break; /* what follows tells */
		if (*s == quote && s[1] != quote)
			return s;
		if (s + 1 == end)
			break;
		*out_escaped = *out_escaped || s[1] == quote || s[1] == escape;
	}
	*out_more = !ended;
	return NULL;
}

static enum mg_csv_found quoted_field(const struct mg_csv_form *form, const char **at,
	const char *end, bool ended, struct mg_csv_field *field, struct mg_csv_record *record)
{
	bool more = false;
	const char *open = *at;
	const char *close = closing_quote(form, open + 1, end, ended, &field->escaped, &more);
	record->bad = open;
	if (!close)
		return more ? MG_CSV_MORE : MG_CSV_OPEN_QUOTE;
	field->at = open + 1;
	field->len = (size_t)(close - field->at);
	field->quoted = true;
	*at = close + 1;
	if (*at == end)
		return ended ? MG_CSV_RECORD : MG_CSV_MORE;
	if (**at == '\n' || **at == '\r')
		return MG_CSV_RECORD;
	if (!ended && (size_t)(end - *at) < form->delimiter_len)
		return MG_CSV_MORE;
	record->bad = close;
	return is_delimiter(form, *at) ? MG_CSV_RECORD : MG_CSV_AFTER_QUOTE;
}

/* The record that starts at `at`; MG_WINDOW_PAD bytes behind `end` are zeros. ended: the file ends at
 * `end`. */
static enum mg_csv_found csv_record_read(const struct mg_csv_form *form, const char *at,
	const char *end, bool ended, struct mg_csv_record *record)
{
	struct mg_csv_field beyond = {0};
	record->count = 0;
	if (at == end)
		return ended ? MG_CSV_END : MG_CSV_MORE;
	const char delimiter = form->delimiter[0];
	struct marks marks = {at, find_marks(at, delimiter)};
	for (const char *s = at;; s += form->delimiter_len) {
		struct mg_csv_field *field = record->count < record->capacity
			? &record->fields[record->count]
			: &beyond;
		*field = (struct mg_csv_field){.at = s};
		record->count++;
		if (s < end && *s == form->quote && form->quote) {
			enum mg_csv_found found = quoted_field(form, &s, end, ended, field, record);
			if (found != MG_CSV_RECORD)
				return found;
			if (s < end)
				pass_to(&marks, s + 1, delimiter); /* the mark at its end as well */
		} else {
			s = unquoted_end(form, &marks, end);
			field->len = (size_t)(s - field->at);
		}
		if (s == end) {
			record->next = s;
			return ended ? MG_CSV_RECORD : MG_CSV_MORE;
		}
		if (*s != '\n' && *s != '\r') {
			if (form->delimiter_len > 1) /* it may have its first character twice */
				pass_to(&marks, s + form->delimiter_len, delimiter);
			continue;
		}
		record->next = s + 1;
		if (*s == '\n')
			return MG_CSV_RECORD;
		if (s + 1 == end && !ended)
			return MG_CSV_MORE;
		record->next += s + 1 < end && s[1] == '\n';
		return MG_CSV_RECORD;
	}
}

size_t mg_csv_unescape(const struct mg_csv_form *form, const struct mg_csv_field *field, char *to)
{
	char *start = to;
	for (const char *s = field->at, *end = s + field->len; s < end; s++) {
		if (*s == form->escape && s + 1 < end &&
			(s[1] == form->quote || s[1] == form->escape))
			s++;
		*to++ = *s;
	}
	return (size_t)(to - start);
}

size_t mg_csv_from_latin1(const char *at, size_t len, char *to)
{
	char *start = to;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)at[i];
		if (c >= 0x80) {
			*to++ = (char)(0xc0 | (c >> 6));
			c = 0x80 | (c & 0x3f);
		}
		*to++ = (char)c;
	}
	return (size_t)(to - start);
}

/* ---- cursor ---- */

enum mg_csv_found mg_csv_cursor_next(struct mg_csv_cursor *c)
{
	const char *end = c->window.data + c->window.len;
	for (;;) {
		const char *at = c->window.data + c->at;
		if (c->form->comment && at < end && *at == c->form->comment) {
			const char *next = mg_csv_line_end(at, end, c->window.ended);
			if (!next && !c->window.ended)
				return MG_CSV_MORE;
			c->at = next ? (size_t)(next - c->window.data) : c->window.len;
			c->comments++;
			continue;
		}
		enum mg_csv_found found = csv_record_read(
			c->form, at, end, c->window.ended, &c->record);
		if (found != MG_CSV_RECORD)
			return found;
		bool blank = c->record.count == 1 && c->columns != 1 && c->record.capacity > 0 &&
			c->record.fields[0].len == 0 && !c->record.fields[0].quoted;
		c->at = (size_t)(c->record.next - c->window.data);
		if (!blank)
			return MG_CSV_RECORD;
		c->blank++;
	}
}

int mg_csv_cursor_more(struct mg_csv_cursor *c, struct mg_error *err)
{
	size_t drop = c->at;
	c->at = 0;
	return mg_window_more(&c->window, drop, err);
}

int mg_csv_cursor_seek(struct mg_csv_cursor *c, const struct mg_source_file *source, uint64_t from,
	uint64_t until, const struct mg_stop *stop, struct mg_error *err)
{
	c->at = 0;
	if (source->packing == MG_PACKING_NONE)
		return mg_window_start(&c->window, source, from, until, stop, err);
	MG_TRY(mg_window_start(&c->window, source, 0, until, stop, err));
	while (c->window.at < from) {
		uint64_t left = from - c->window.at;
		if (c->window.ended && c->window.len == 0)
			return mg_fail(err, MG_EIO, "%s changed while it was read", source->shown);
		MG_TRY(mg_window_more(
			&c->window, left < c->window.len ? (size_t)left : c->window.len, err));
	}
	return MG_OK;
}

bool mg_csv_is_null(const struct mg_csv_form *form, const struct mg_missing *missing,
	const struct mg_csv_field *field, const char *at, size_t len)
{
	if (!field->quoted &&
		(form->null_text ? strlen(form->null_text) == len &&
					memcmp(form->null_text, at, len) == 0
				 : len == 0))
		return true;
	for (size_t i = 0; i < missing->count; i++)
		if (mg_value_same(
			    at, len, missing->values[i], strlen(missing->values[i]), form->decimal))
			return true;
	return false;
}
