/* decimal.c: numbers as they are written, without rounding: whole numbers and decimals. */
#include "base/decimal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { LIMB = 1000000000, LIMB_DIGITS = 9, WHOLE_LIMBS = MG_DECIMAL_DIGITS / LIMB_DIGITS };

static const uint32_t tens[LIMB_DIGITS] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* ---- places: 0 is the digit before the point, -1 the one behind it ---- */

static size_t limb_of(int place)
{
	return (size_t)((MG_DECIMAL_DIGITS - 1 - place) / LIMB_DIGITS);
}

static uint32_t weight_of(int place)
{
	return tens[(place + MG_DECIMAL_DIGITS) % LIMB_DIGITS];
}

static uint32_t digit_at(const struct mg_decimal *x, int place)
{
	return x->limbs[limb_of(place)] / weight_of(place) % 10;
}

static bool is_zero(const struct mg_decimal *x)
{
	for (size_t i = 0; i < MG_DECIMAL_LIMBS; i++)
		if (x->limbs[i])
			return false;
	return true;
}

static void sign(struct mg_decimal *x, bool negative)
{
	x->negative = negative && !is_zero(x);
}

/* ---- text ---- */

bool mg_decimal_parse(const char *s, struct mg_decimal *out)
{
	double grammar;
	if (!mg_parse_double(s, false, &grammar))
		return false;
	struct mg_decimal x = {0};
	const char *digits = s + (*s == '-' || *s == '+'), *end = digits + strcspn(digits, "eE");
	long exponent = *end ? strtol(end + 1, NULL, 10) : 0;
	if (exponent > 10000 || exponent < -10000)
		exponent = exponent < 0 ? -10000 : 10000;
	long place = (long)strcspn(digits, ".eE") - 1 + exponent;
	for (const char *p = digits; p < end; p++) {
		if (*p == '.')
			continue;
		if (*p != '0' && (place >= MG_DECIMAL_DIGITS || place < -MG_DECIMAL_DIGITS))
			return false;
		if (*p != '0')
			x.limbs[limb_of((int)place)] += (uint32_t)(*p - '0') *
				weight_of((int)place);
		place--;
	}
	sign(&x, *s == '-');
	*out = x;
	return true;
}

bool mg_decimal_of_double(double x, struct mg_decimal *out)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return mg_decimal_parse(mg_double_text(scratch, x), out);
}

/* With `comma` between groups of three digits. */
static char *print(struct mg_arena *arena, const struct mg_decimal *x, bool commas)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	int first = MG_DECIMAL_DIGITS - 1, last = -MG_DECIMAL_DIGITS;
	while (first > 0 && digit_at(x, first) == 0)
		first--;
	while (last < 0 && digit_at(x, last) == 0)
		last++;
	if (x->negative)
		mg_text_add_char(&text, '-');
	for (int place = first; place >= last; place--) {
		if (place == -1)
			mg_text_add_char(&text, '.');
		mg_text_add_char(&text, (char)('0' + digit_at(x, place)));
		if (commas && place > 0 && place % 3 == 0)
			mg_text_add_char(&text, ',');
	}
	return text.data;
}

char *mg_decimal_text(struct mg_arena *arena, const struct mg_decimal *x)
{
	return print(arena, x, false);
}

char *mg_decimal_human(struct mg_arena *arena, const struct mg_decimal *x)
{
	return print(arena, x, true);
}

double mg_decimal_to_double(const struct mg_decimal *x)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return strtod(mg_decimal_text(scratch, x), NULL);
}

/* ---- arithmetic ---- */

static int compare_size(const struct mg_decimal *x, const struct mg_decimal *y)
{
	for (size_t i = 0; i < MG_DECIMAL_LIMBS; i++)
		if (x->limbs[i] != y->limbs[i])
			return x->limbs[i] < y->limbs[i] ? -1 : 1;
	return 0;
}

int mg_decimal_compare(const struct mg_decimal *x, const struct mg_decimal *y)
{
	if (x->negative != y->negative)
		return x->negative ? -1 : 1;
	return x->negative ? compare_size(y, x) : compare_size(x, y);
}

struct mg_decimal mg_decimal_abs(struct mg_decimal x)
{
	x.negative = false;
	return x;
}

bool mg_decimal_add(const struct mg_decimal *x, const struct mg_decimal *y, struct mg_decimal *out)
{
	bool negative = x->negative;
	struct mg_decimal sum = {0};
	if (x->negative == y->negative) {
		uint32_t carry = 0;
		for (size_t i = MG_DECIMAL_LIMBS; i-- > 0;) {
			uint32_t limb = x->limbs[i] + y->limbs[i] + carry;
			carry = limb >= LIMB;
			sum.limbs[i] = carry ? limb - LIMB : limb;
		}
		if (carry)
			return false;
	} else {
		bool less = compare_size(x, y) < 0;
		const struct mg_decimal *more = less ? y : x, *take = less ? x : y;
		uint32_t borrow = 0;
		for (size_t i = MG_DECIMAL_LIMBS; i-- > 0;) {
			uint32_t minus = take->limbs[i] + borrow;
			borrow = more->limbs[i] < minus;
			sum.limbs[i] = more->limbs[i] + (borrow ? LIMB : 0) - minus;
		}
		negative = more->negative;
	}
	sign(&sum, negative);
	*out = sum;
	return true;
}

bool mg_decimal_subtract(
	const struct mg_decimal *x, const struct mg_decimal *y, struct mg_decimal *out)
{
	struct mg_decimal minus = *y;
	sign(&minus, !y->negative);
	return mg_decimal_add(x, &minus, out);
}

bool mg_decimal_multiply(
	const struct mg_decimal *x, const struct mg_decimal *y, struct mg_decimal *out)
{
	/* Limb i of one times limb k of the other belongs into limb i + k + 1 of this. */
	uint32_t all[2 * MG_DECIMAL_LIMBS] = {0};
	for (size_t i = MG_DECIMAL_LIMBS; i-- > 0;) {
		uint64_t carry = 0;
		for (size_t k = MG_DECIMAL_LIMBS; k-- > 0;) {
			carry += (uint64_t)x->limbs[i] * y->limbs[k] + all[i + k + 1];
			all[i + k + 1] = (uint32_t)(carry % LIMB);
			carry /= LIMB;
		}
		all[i] = (uint32_t)carry;
	}
	struct mg_decimal product = {0};
	for (size_t i = 0; i < 2 * (size_t)MG_DECIMAL_LIMBS; i++) {
		if (i >= WHOLE_LIMBS && i < WHOLE_LIMBS + MG_DECIMAL_LIMBS)
			product.limbs[i - WHOLE_LIMBS] = all[i];
		else if (all[i])
			return false;
	}
	sign(&product, x->negative != y->negative);
	*out = product;
	return true;
}

__extension__ typedef unsigned __int128 wide;

bool mg_decimal_divide(const struct mg_decimal *x, uint64_t n, struct mg_decimal *out)
{
	assert(n > 0);
	struct mg_decimal quotient = {0};
	uint64_t rest = 0;
	for (size_t i = 0; i < MG_DECIMAL_LIMBS; i++) {
		wide part = (wide)rest * LIMB + x->limbs[i];
		quotient.limbs[i] = (uint32_t)(part / n);
		rest = (uint64_t)(part % n);
	}
	sign(&quotient, x->negative);
	*out = quotient;
	return rest == 0;
}

bool mg_decimal_to_places(const struct mg_decimal *x, int places, bool up, struct mg_decimal *out)
{
	assert(places >= 0 && places <= MG_DECIMAL_DIGITS);
	struct mg_decimal cut = *x;
	for (int place = -places - 1; place >= -MG_DECIMAL_DIGITS; place--)
		cut.limbs[limb_of(place)] -= digit_at(&cut, place) * weight_of(place);
	sign(&cut, x->negative);
	int toward_zero = mg_decimal_compare(&cut, x);
	*out = cut;
	if (toward_zero == 0 || (up ? toward_zero > 0 : toward_zero < 0))
		return true;
	struct mg_decimal step = {.negative = !up};
	step.limbs[limb_of(-places)] = weight_of(-places);
	return mg_decimal_add(&cut, &step, out);
}
