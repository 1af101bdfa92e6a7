/* numeral.c: reads numbers exactly; the nearest double by whole numbers of 128 bits where they suffice,
 * which is nearly always, else by strtod. */
#include "input/numeral.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/digits.h"

enum { TEN_MOST = 19, POWER_BOUND_BITS = 40 };

static const uint64_t tens[TEN_MOST + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
	100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
	100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
	1000000000000000000, 10000000000000000000u};

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits seen so far; zeros at the end are held back until a digit follows. */
struct digits {
	mg_wide value;
	uint32_t count, zeros;
};

static inline void add_digit(struct digits *d, char c)
{
	if (c == '0') {
		d->zeros += d->count > 0;
		return;
	}
	uint32_t more = d->zeros + 1;
	d->count += more;
	d->zeros = 0;
	if (d->count > MG_NUMERAL_DIGITS)
		return;
	for (; more > TEN_MOST; more -= TEN_MOST)
		d->value *= tens[TEN_MOST];
	d->value = d->value * tens[more] + (uint64_t)(c - '0');
}

/* At e; moves behind the exponent. */
static bool read_exponent(const char **at, const char *end, int64_t *out)
{
	const char *s = *at + 1;
	bool negative = s < end && *s == '-';
	if (s < end && (*s == '-' || *s == '+'))
		s++;
	if (s == end || !is_digit(*s))
		return false;
	int64_t value = 0;
	for (; s < end && is_digit(*s); s++)
		if (value < (INT64_C(1) << POWER_BOUND_BITS))
			value = value * 10 + (*s - '0');
	*out = negative ? -value : value;
	*at = s;
	return true;
}

static inline uint32_t digits_of(uint64_t value)
{
	if (value == 0)
		return 0;
	/* 1233 / 4096 is a little less than log10(2). */
	unsigned bits = 64 - (unsigned)__builtin_clzll(value), least = bits * 1233 >> 12;
	return least + (value >= tens[least]);
}

/* What most numbers are: up to TEN_MOST digits without an exponent, behind the sign. */
static bool read_short(const char *whole, const char *end, char decimal, struct mg_numeral *out)
{
	uint64_t value = 0;
	const char *s = mg_digits_add(whole, end, &value);
	size_t whole_written = (size_t)(s - whole), part_written = 0;
	bool has_point = s < end && *s == decimal;
	uint64_t whole_value = value;
	if (has_point) {
		const char *part = s + 1;
		s = mg_digits_add(part, end, &value);
		part_written = (size_t)(s - part);
	}
	size_t written = whole_written + part_written;
	if (s != end || written == 0 || written > TEN_MOST)
		return false;
	bool leads_zero = whole_written > 0 && *whole == '0';
	out->has_point = has_point;
	out->plain = out->plain && !(leads_zero && whole_written > 1);
	out->whole = leads_zero ? digits_of(whole_value) : (uint32_t)whole_written;
	if (value == 0)
		return true;
	uint32_t zeros = 0;
	for (; value % 10 == 0; value /= 10)
		zeros++;
	out->part = zeros < part_written ? (uint32_t)part_written - zeros : 0;
	out->count = leads_zero || whole_written == 0 ? digits_of(value)
						      : (uint32_t)written - zeros;
	out->digits = value;
	out->power = (int64_t)zeros - (int64_t)part_written;
	return true;
}

bool mg_numeral_read(const char *text, size_t len, char decimal, struct mg_numeral *out)
{
	const char *s = text, *end = text + len;
	struct digits digits = {0};
	*out = (struct mg_numeral){.plain = true};
	if (s < end && (*s == '-' || *s == '+')) {
		out->negative = *s == '-';
		out->plain = *s == '-';
		s++;
	}
	if (read_short(s, end, decimal, out))
		return true;
	const char *whole = s;
	for (; s < end && is_digit(*s); s++)
		add_digit(&digits, *s);
	size_t whole_written = (size_t)(s - whole), part_written = 0;
	if (whole_written > 1 && *whole == '0')
		out->plain = false;
	out->whole = digits.count + digits.zeros;
	if (s < end && *s == decimal) {
		out->has_point = true;
		const char *part = ++s;
		for (; s < end && is_digit(*s); s++) {
			add_digit(&digits, *s);
			if (*s != '0')
				out->part = (uint32_t)(s - part) + 1;
		}
		part_written = (size_t)(s - part);
	}
	if (whole_written + part_written == 0 || len > INT32_MAX)
		return false;
	int64_t exponent = 0;
	if (s < end && (*s == 'e' || *s == 'E')) {
		out->has_exponent = true;
		if (!read_exponent(&s, end, &exponent))
			return false;
	}
	out->count = digits.count;
	out->digits = digits.value;
	if (digits.count)
		out->power = exponent - (int64_t)part_written + digits.zeros;
	return s == end;
}

/* ---- doubles ---- */

/* A double's exponent is far from its bounds wherever whole numbers of 128 bits suffice. */
static inline double times_two_to(uint64_t value, int power)
{
	union {
		uint64_t bits;
		double value;
	} two = {.bits = (uint64_t)(power + 1023) << 52};
	return (double)value * two.value;
}

/* value * 2^power, rounded once; `more`: there is a bit beyond the last. */
static double round_wide(mg_wide value, bool more, int power)
{
	uint64_t high = (uint64_t)(value >> 64);
	int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)value);
	int drop = bits - 53;
	if (drop <= 0)
		return times_two_to((uint64_t)value, power);
	mg_wide rest = value & (((mg_wide)1 << drop) - 1), half = (mg_wide)1 << (drop - 1);
	uint64_t kept = (uint64_t)(value >> drop);
	if (rest > half || (rest == half && (more || (kept & 1))))
		kept++;
	return times_two_to(kept, power + drop);
}

/* 64 bits of 1 / power, rounded down: 2^(63 + bits) / power, where power has so many bits. */
#define INVERSE(power) (uint64_t)(((mg_wide)1 << (127 - __builtin_clzll(power))) / (power))
static const uint64_t inverse_tens[TEN_MOST + 1] = {0, INVERSE(10u), INVERSE(100u), INVERSE(1000u),
	INVERSE(10000u), INVERSE(100000u), INVERSE(1000000u), INVERSE(10000000u),
	INVERSE(100000000u), INVERSE(1000000000u), INVERSE(10000000000u), INVERSE(100000000000u),
	INVERSE(1000000000000u), INVERSE(10000000000000u), INVERSE(100000000000000u),
	INVERSE(1000000000000000u), INVERSE(10000000000000000u), INVERSE(100000000000000000u),
	INVERSE(1000000000000000000u), INVERSE(10000000000000000000u)};

/* digits / 10^down, rounded once. The quotient lies in [q, q + 2), since the inverse is less than one too
 * small and the product is cut once. Where that tells how to round, as it nearly always does, nothing is
 * divided. */
static double divided(uint64_t digits, int down)
{
	int up = __builtin_clzll(digits), bits = 64 - __builtin_clzll(tens[down]);
	uint64_t q = (uint64_t)((mg_wide)(digits << up) * inverse_tens[down] >> 64);
	int drop = q >> 63 ? 11 : 10;
	uint64_t rest = q & ((UINT64_C(1) << drop) - 1), half = UINT64_C(1) << (drop - 1);
	if (rest + 2 < half || rest > half)
		return times_two_to((q >> drop) + (rest > half), drop + 1 - bits - up);
	/* 127 bits divided by at most 64: 62 bits and whether something is left. */
	mg_wide above = (mg_wide)digits << (up + 63), below = tens[down];
	return round_wide(above / below, above % below != 0, -(up + 63));
}

/* Powers of ten that doubles hold. */
static const double exact_tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool mg_numeral_short_double(const char *text, size_t len, char decimal, double *out)
{
	const char *s = text, *end = text + len;
	bool negative = s < end && *s == '-';
	if (negative || (s < end && *s == '+'))
		s++;
	uint64_t digits = 0;
	const char *whole = s;
	s = mg_digits_add(whole, end, &digits);
	size_t written = (size_t)(s - whole), part = 0;
	if (s < end && *s == decimal) {
		const char *first = s + 1;
		s = mg_digits_add(first, end, &digits);
		part = (size_t)(s - first);
		written += part;
	}
	if (s != end || written == 0 || written > TEN_MOST)
		return false;
	/* Rounded once: both sides of the first division are held. */
	double x = digits >> 53 == 0 ? (double)digits / exact_tens[part]
		: part               ? divided(digits, (int)part)
				     : round_wide(digits, false, 0);
	*out = negative ? -x : x;
	return true;
}

static double by_strtod(const char *text, size_t len, char decimal)
{
	char local[128], *buffer = local;
	if (len >= sizeof(local) && !(buffer = malloc(len + 1)))
		abort();
	memcpy(buffer, text, len);
	buffer[len] = '\0';
	char *point = decimal == '.' ? NULL : strchr(buffer, decimal);
	if (point)
		*point = '.';
	double x = strtod(buffer, NULL);
	if (buffer != local)
		free(buffer);
	return x;
}

double mg_numeral_double(const struct mg_numeral *d, const char *text, size_t len, char decimal)
{
	double x;
	if (d->count == 0)
		x = 0;
	else if (d->count <= 15 && d->power >= -22 && d->power <= 22)
		x = d->power < 0 ? (double)(uint64_t)d->digits / exact_tens[-d->power]
				 : (double)(uint64_t)d->digits * exact_tens[d->power];
	else if (d->count <= TEN_MOST && d->power >= -TEN_MOST && d->power < 0)
		x = divided((uint64_t)d->digits, (int)-d->power);
	else if (d->count <= TEN_MOST && d->power >= 0 && d->power <= TEN_MOST)
		x = round_wide(d->digits * tens[d->power], false, 0);
	else
		return by_strtod(text, len, decimal);
	return d->negative ? -x : x;
}

/* Compares with what printf makes of x. */
static bool prints_alike(
	const struct mg_numeral *d, double x, const char *text, size_t len, char decimal)
{
	enum { MOST = 800 /* no double has more digits */ };
	if (isinf(x) || d->count > MOST)
		return false;
	char printed[MOST + 32];
	int n = snprintf(printed, sizeof(printed), "%.*e", (int)d->count - 1, x);
	struct mg_numeral back;
	if (n <= 0 || !mg_numeral_read(printed, (size_t)n, '.', &back))
		return false;
	if (back.count != d->count || back.power != d->power || back.negative != d->negative)
		return false;
	if (d->count <= MG_NUMERAL_DIGITS)
		return back.digits == d->digits;
	/* Digit by digit, passing over signs, points and zeros in front. */
	const char *a = printed, *b = text, *b_end = text + len;
	for (uint32_t i = 0; i < d->count; a++, b++) {
		while (!is_digit(*a) || (i == 0 && *a == '0'))
			a++;
		while (b < b_end && (!is_digit(*b) || *b == decimal || (i == 0 && *b == '0')))
			b++;
		if (b == b_end || *a != *b)
			return false;
		i++;
	}
	return true;
}

bool mg_numeral_holds(const struct mg_numeral *d, const char *text, size_t len, char decimal)
{
	if (d->count == 0)
		return true;
	if (d->count <= 15 && d->power >= -300 && d->power <= 280)
		return true;
	union {
		double value;
		uint64_t bits;
	} nearest = {.value = mg_numeral_double(d, text, len, decimal)};
	if (d->count > TEN_MOST || d->power < -TEN_MOST || d->power >= TEN_MOST)
		return prints_alike(d, nearest.value, text, len, decimal);
	/* |x - digits * 10^power| < 10^power / 2, in whole numbers: x is mantissa * 2^exponent. */
	enum { MANTISSA = 52, EXPONENT = 0x7ff, BIAS = 1075 };
	const uint64_t one = UINT64_C(1) << MANTISSA;
	mg_wide mantissa = (nearest.bits & (one - 1)) | one, written = d->digits;
	int exponent = (int)((nearest.bits >> MANTISSA) & EXPONENT) - BIAS;
	mg_wide half = 1;
	if (d->power < 0) {
		mantissa *= tens[-d->power];
	} else {
		written *= tens[d->power];
		half = tens[d->power];
	}
	/* Both sides twice, so that half of one is whole. */
	if (exponent >= 0) {
		mantissa <<= exponent + 1;
		written <<= 1;
	} else {
		mantissa <<= 1;
		written <<= 1 - exponent;
		half <<= -exponent;
	}
	mg_wide apart = mantissa > written ? mantissa - written : written - mantissa;
	/* printf rounds a tie to the even digit. */
	return apart < half || (apart == half && !(d->digits & 1));
}

bool mg_numeral_holds_float(const struct mg_numeral *d, const char *text, size_t len, char decimal)
{
	enum { SURE = 6, SURE_POWER = 30 };
	if (d->count == 0 || (d->count <= SURE && d->power >= -SURE_POWER && d->power < SURE_POWER))
		return true;
	float nearest = (float)mg_numeral_double(d, text, len, decimal);
	return prints_alike(d, (double)nearest, text, len, decimal);
}

bool mg_numeral_scaled(const struct mg_numeral *d, uint32_t width, uint32_t scale, mg_wide *out)
{
	*out = 0;
	if (d->count == 0)
		return true;
	int64_t up = d->power + scale;
	if (up < 0 || d->count > width || up > (int64_t)width - d->count)
		return false;
	mg_wide value = d->digits;
	for (; up > TEN_MOST; up -= TEN_MOST)
		value *= tens[TEN_MOST];
	*out = value * tens[up];
	return true;
}
