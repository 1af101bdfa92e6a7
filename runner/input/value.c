/* value.c: the value of a text in a type. */
#include "input/value.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "input/digits.h"
#include "input/moment.h"
#include "input/numeral.h"

/* ---- words ---- */

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

static bool parse_boolean(const char *text, size_t len, bool *out)
{
	static const char *const words[] = {
		"false", "true", "f", "t", "no", "yes", "n", "y", "0", "1"};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!is_word(text, len, words[i]))
			continue;
		*out = i % 2;
		return true;
	}
	return false;
}

/* nan, inf and infinity, with a sign or without. */
static bool parse_word_real(const char *text, size_t len, double *out)
{
	bool minus = len > 0 && *text == '-', sign = minus || (len > 0 && *text == '+');
	text += sign;
	len -= sign;
	double x = is_word(text, len, "nan")                                  ? NAN
		: is_word(text, len, "inf") || is_word(text, len, "infinity") ? INFINITY
									      : 0;
	*out = minus ? -x : x;
	return x != 0;
}

/* ---- numbers ---- */

static bool parse_real(const char *text, size_t len, char decimal, bool is_float, double *out)
{
	struct mg_numeral d;
	if (mg_numeral_short_double(text, len, decimal, out))
		return true;
	if (!mg_numeral_read(text, len, decimal, &d))
		return parse_word_real(text, len, out);
	*out = mg_numeral_double(&d, text, len, decimal);
	return !isinf(*out) && !(is_float && isinf((float)*out));
}

/* Up to 18 digits and nothing else. */
static bool parse_short_whole(const char *text, size_t len, int64_t *out)
{
	bool minus = len > 0 && *text == '-';
	size_t digits = len - minus;
	uint64_t size = 0;
	if (digits == 0 || digits > 18 ||
		mg_digits_add(text + minus, text + len, &size) != text + len)
		return false;
	*out = minus ? -(int64_t)size : (int64_t)size;
	return true;
}

/* The text times 10^scale as a whole number of at most `width` digits: its sign and size. */
static bool parse_scaled(const char *text, size_t len, char decimal, uint32_t width, uint32_t scale,
	bool *out_negative, mg_wide *out)
{
	struct mg_numeral d;
	if (!mg_numeral_read(text, len, decimal, &d) || !mg_numeral_scaled(&d, width, scale, out))
		return false;
	*out_negative = d.negative && *out;
	return true;
}

static struct mg_hugeint huge_of(bool negative, mg_wide size)
{
	mg_wide bits = negative ? -size : size;
	return (struct mg_hugeint){(uint64_t)bits, (int64_t)(uint64_t)(bits >> 64)};
}

static bool parse_huge(const char *text, size_t len, char decimal, uint32_t width, uint32_t scale,
	struct mg_hugeint *out)
{
	bool negative = false;
	mg_wide size = 0;
	if (!parse_scaled(text, len, decimal, width, scale, &negative, &size))
		return false;
	*out = huge_of(negative, size);
	return true;
}

/* bits: of the type; a signed one has one less for the size. */
static bool parse_integer(
	const char *text, size_t len, char decimal, int bits, bool is_signed, union mg_parsed *out)
{
	int64_t value = 0;
	bool negative = false;
	mg_wide size = 0;
	if (parse_short_whole(text, len, &value)) {
		negative = value < 0;
		size = (mg_wide)(negative ? -value : value);
	} else if (!parse_scaled(text, len, decimal, MG_NUMERAL_DIGITS, 0, &negative, &size)) {
		return false;
	}
	mg_wide most = ((mg_wide)1 << (bits - is_signed)) - 1;
	if (size > most + (negative && is_signed) || (negative && !is_signed))
		return false;
	if (is_signed)
		out->integer = (int64_t)(negative ? (uint64_t)-size : (uint64_t)size);
	else
		out->natural = (uint64_t)size;
	return true;
}

/* ---- moments ---- */

static bool read_moment(
	const struct mg_type *type, const char *text, size_t len, struct mg_moment *out)
{
	return type->format ? mg_moment_read_as(type->format, text, len, out)
			    : mg_moment_read(text, len, out);
}

/* Units since 1970-01-01; false where 64 bits do not reach. */
static bool since_1970(const struct mg_moment *m, int64_t ns_per_unit, int64_t *out)
{
	int64_t day = INT64_C(86400000000000) / ns_per_unit, days = 0;
	int64_t within = (m->ns - (int64_t)m->zone_s * 1000000000) / ns_per_unit;
	return m->ns % ns_per_unit == 0 && !__builtin_mul_overflow(m->days, day, &days) &&
		!__builtin_add_overflow(days, within, out);
}

static bool parse_moment(const struct mg_type *type, const char *text, size_t len, int64_t *out)
{
	struct mg_moment m;
	if (!read_moment(type, text, len, &m))
		return false;
	bool date = m.parts & MG_MOMENT_DATE, zone = m.parts & MG_MOMENT_ZONE;
	switch (type->id) {
	case MG_TYPE_ID_DATE:
		*out = m.days;
		return date && !zone && m.ns == 0;
	case MG_TYPE_ID_TIME:
		*out = m.ns / 1000;
		return !date && !zone && m.ns % 1000 == 0;
	case MG_TYPE_ID_TIMESTAMP_NS:
		return date && !zone && since_1970(&m, 1, out);
	case MG_TYPE_ID_TIMESTAMP:
		return date && !zone && since_1970(&m, 1000, out);
	default:
		return date && since_1970(&m, 1000, out);
	}
}

/* ---- all of them ---- */

bool mg_value_parse(const struct mg_type *type, const char *text, size_t len, char decimal,
	union mg_parsed *out)
{
	switch (type->id) {
	case MG_TYPE_ID_BOOLEAN:
		return parse_boolean(text, len, &out->boolean);
	case MG_TYPE_ID_TINYINT:
		return parse_integer(text, len, decimal, 8, true, out);
	case MG_TYPE_ID_SMALLINT:
		return parse_integer(text, len, decimal, 16, true, out);
	case MG_TYPE_ID_INTEGER:
		return parse_integer(text, len, decimal, 32, true, out);
	case MG_TYPE_ID_BIGINT:
		return parse_integer(text, len, decimal, 64, true, out);
	case MG_TYPE_ID_UTINYINT:
		return parse_integer(text, len, decimal, 8, false, out);
	case MG_TYPE_ID_USMALLINT:
		return parse_integer(text, len, decimal, 16, false, out);
	case MG_TYPE_ID_UINTEGER:
		return parse_integer(text, len, decimal, 32, false, out);
	case MG_TYPE_ID_UBIGINT:
		return parse_integer(text, len, decimal, 64, false, out);
	case MG_TYPE_ID_HUGEINT:
		return parse_huge(text, len, decimal, MG_NUMERAL_DIGITS, 0, &out->huge);
	case MG_TYPE_ID_DECIMAL:
		return parse_huge(text, len, decimal, type->width, type->scale, &out->huge);
	case MG_TYPE_ID_FLOAT:
	case MG_TYPE_ID_DOUBLE:
		return parse_real(text, len, decimal, type->id == MG_TYPE_ID_FLOAT, &out->real);
	case MG_TYPE_ID_DATE:
	case MG_TYPE_ID_TIME:
	case MG_TYPE_ID_TIMESTAMP:
	case MG_TYPE_ID_TIMESTAMP_NS:
	case MG_TYPE_ID_TIMESTAMP_TZ:
		return parse_moment(type, text, len, &out->integer);
	case MG_TYPE_ID_TEXT:
	case MG_TYPE_ID_JSON:
		break;
	}
	return false;
}

bool mg_value_holds(const struct mg_type *type, const char *text, size_t len, char decimal)
{
	union mg_parsed ignored;
	struct mg_numeral d;
	if (!mg_value_parse(type, text, len, decimal, &ignored))
		return false;
	bool is_float = type->id == MG_TYPE_ID_FLOAT;
	if ((!is_float && type->id != MG_TYPE_ID_DOUBLE) ||
		!mg_numeral_read(text, len, decimal, &d))
		return true;
	return is_float ? mg_numeral_holds_float(&d, text, len, decimal)
			: mg_numeral_holds(&d, text, len, decimal);
}

bool mg_value_same(const char *a, size_t a_len, const char *b, size_t b_len, char decimal)
{
	if (a_len == b_len && memcmp(a, b, a_len) == 0)
		return true;
	struct mg_numeral x, y;
	/* Zeros in front make a text, which is itself only. */
	return mg_numeral_read(a, a_len, decimal, &x) && mg_numeral_read(b, b_len, decimal, &y) &&
		x.plain && y.plain && x.count <= MG_NUMERAL_DIGITS && x.count == y.count &&
		x.digits == y.digits &&
		(x.count == 0 || (x.power == y.power && x.negative == y.negative));
}
