/* fit.c: the narrowest type of a column. Each text is of one or more kinds; a column is the union of
 * its kinds, so that no order of rows, and no way of sharing them out, makes a difference. */
#include <math.h>
#include <string.h>

#include "input/digits.h"
#include "input/moment.h"
#include "input/numeral.h"
#include "input/value.h"

enum {
	TEXT = MG_FIT_TEXT,
	BOOLEAN = 1 << 1,
	BITS_64 = 1 << 2,    /* a whole number of so many bits, */
	BITS_128 = 1 << 3,   /* or of so many, */
	WHOLE = 1 << 4,      /* or of more */
	REAL = 1 << 5,       /* a number with a point or an exponent, or -0 */
	NOT_DOUBLE = 1 << 6, /* and a number that DOUBLE does not hold */
	EXPONENT = 1 << 7,   /* and one that DECIMAL does not take as it is written */
	WORD = 1 << 8,       /* nan, inf */
	DATE = 1 << 9,
	NOT_NS = 1 << 10, /* and a date that nanoseconds do not reach */
	MICROS = 1 << 11, /* a date with a time, to the microsecond, */
	NANOS = 1 << 12,  /* or to the nanosecond */
	ZONE = 1 << 13,   /* a date with a time and a zone */
	TIME = 1 << 14,
};

#define NUMBERS (BITS_64 | BITS_128 | WHOLE | REAL | NOT_DOUBLE | EXPONENT | WORD)
#define MOMENTS (DATE | NOT_NS | MICROS | NANOS)

static bool is_one_of(const char *text, size_t len, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (strlen(words[i]) == len && memcmp(text, words[i], len) == 0)
			return true;
	return false;
}

static uint32_t word_kind(const char *text, size_t len)
{
	static const char *const booleans[] = {
		"true", "false", "True", "False", "TRUE", "FALSE", NULL};
	static const char *const reals[] = {
		"nan", "NaN", "NAN", "inf", "Inf", "INF", "infinity", "Infinity", "INFINITY", NULL};
	if (is_one_of(text, len, booleans))
		return BOOLEAN;
	bool minus = len > 0 && *text == '-';
	return is_one_of(text + minus, len - minus, reals) ? WORD : TEXT;
}

static uint32_t moment_kind(const char *text, size_t len)
{
	/* 1677-09-22 to 2262-04-11: what 64 bits of nanoseconds reach, in whole days. */
	enum { FIRST_DAY = -106751, LAST_DAY = 106751 };
	struct mg_moment m;
	if (!mg_moment_read(text, len, &m))
		return TEXT;
	if (m.parts == MG_MOMENT_TIME)
		return m.fraction <= 6 ? TIME : TEXT;
	if (m.parts & MG_MOMENT_ZONE)
		return m.fraction <= 6 ? ZONE : TEXT;
	bool reached = m.days >= FIRST_DAY && m.days < LAST_DAY;
	if (m.fraction > 6)
		return reached ? NANOS : TEXT;
	return (m.parts & MG_MOMENT_TIME ? MICROS : DATE) | (reached ? 0 : NOT_NS);
}

/* Whole numbers of up to 18 digits: most fields of most files. */
static bool is_short_whole(const char *text, size_t len, uint32_t *out_kind, uint32_t *out_digits)
{
	bool minus = len > 0 && *text == '-';
	const char *s = text + minus;
	size_t digits = len - minus;
	uint64_t size = 0;
	if (digits == 0 || digits > 18 || (*s == '0' && len > 1) ||
		mg_digits_add(s, text + len, &size) != text + len)
		return false;
	int64_t value = (int64_t)size;
	*out_digits = value == 0 ? 0 : (uint32_t)digits;
	*out_kind = BITS_64;
	if (digits > 15 && (int64_t)(double)value != value)
		*out_kind |= NOT_DOUBLE;
	return true;
}

static uint32_t number_kind(const struct mg_numeral *d, const char *text, size_t len, char decimal)
{
	if (!d->plain)
		return TEXT;
	if (d->has_point || d->has_exponent || (d->count == 0 && d->negative))
		return REAL | (mg_numeral_holds(d, text, len, decimal) ? 0 : NOT_DOUBLE) |
			(d->has_exponent ? EXPONENT : 0);
	mg_wide whole = 0, most = (mg_wide)INT64_MAX + d->negative;
	bool fits = mg_numeral_scaled(d, MG_NUMERAL_DIGITS, 0, &whole);
	uint32_t bits = !fits ? WHOLE : whole <= most ? BITS_64 : BITS_128;
	/* Beyond 15 digits what DOUBLE holds must be the number, not only print like it. */
	double size = fabs(mg_numeral_double(d, text, len, decimal)), bound = ldexp(1, 127);
	bool same = bits != WHOLE && size < bound && (mg_wide)size == whole;
	return bits | (same ? 0 : NOT_DOUBLE);
}

/* May a number, date or time start like this? Then what it is takes a closer look. */
static inline bool starts_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ',';
}

void mg_fit_add(struct mg_fit *fit, const char *text, size_t len, char decimal)
{
	if (fit->seen & TEXT)
		return;
	uint32_t kind = TEXT, digits = 0;
	if (len == 0) {
		/* The empty text, in quotes: it is NULL where the type knows no empty text. */
		return;
	}
	if (is_short_whole(text, len, &kind, &digits)) {
		fit->seen |= kind;
		if (digits > fit->whole)
			fit->whole = digits;
		return;
	}
	struct mg_numeral d;
	if (!starts_number(*text) || (*text == '-' && len > 1 && (text[1] | 0x20) >= 'a')) {
		kind = word_kind(text, len);
	} else if (mg_numeral_read(text, len, decimal, &d)) {
		kind = number_kind(&d, text, len, decimal);
		if (d.whole > fit->whole)
			fit->whole = d.whole;
		if (d.part > fit->part)
			fit->part = d.part;
	} else {
		kind = moment_kind(text, len);
	}
	fit->seen |= kind;
}

void mg_fit_join(struct mg_fit *fit, const struct mg_fit *other)
{
	fit->seen |= other->seen;
	if (other->whole > fit->whole)
		fit->whole = other->whole;
	if (other->part > fit->part)
		fit->part = other->part;
}

static struct mg_type number_type(const struct mg_fit *fit)
{
	uint32_t seen = fit->seen;
	if (!(seen & (WHOLE | REAL | WORD)))
		return (struct mg_type){
			.id = seen & BITS_128 ? MG_TYPE_ID_HUGEINT : MG_TYPE_ID_BIGINT};
	if ((seen & (REAL | WORD)) && !(seen & NOT_DOUBLE))
		return (struct mg_type){.id = MG_TYPE_ID_DOUBLE};
	if (!(seen & (WORD | EXPONENT)) && fit->whole + fit->part <= MG_NUMERAL_DIGITS)
		return (struct mg_type){.id = MG_TYPE_ID_DECIMAL,
			.width = (uint8_t)(fit->whole + fit->part),
			.scale = (uint8_t)fit->part};
	return (struct mg_type){.id = MG_TYPE_ID_TEXT};
}

static struct mg_type moment_type(uint32_t seen)
{
	enum mg_type_id id = seen & NANOS
		? (seen & NOT_NS ? MG_TYPE_ID_TEXT : MG_TYPE_ID_TIMESTAMP_NS)
		: seen & MICROS ? MG_TYPE_ID_TIMESTAMP
				: MG_TYPE_ID_DATE;
	return (struct mg_type){.id = id};
}

struct mg_type mg_fit_type(const struct mg_fit *fit)
{
	uint32_t seen = fit->seen;
	if (seen == BOOLEAN)
		return (struct mg_type){.id = MG_TYPE_ID_BOOLEAN};
	if (seen == TIME)
		return (struct mg_type){.id = MG_TYPE_ID_TIME};
	if (seen && !(seen & ~(uint32_t)(ZONE | NOT_NS)) && (seen & ZONE))
		return (struct mg_type){.id = MG_TYPE_ID_TIMESTAMP_TZ};
	if (seen && !(seen & ~(uint32_t)NUMBERS))
		return number_type(fit);
	if (seen && !(seen & ~(uint32_t)MOMENTS))
		return moment_type(seen);
	return (struct mg_type){.id = MG_TYPE_ID_TEXT};
}
