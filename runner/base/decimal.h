/* decimal.h: numbers as they are written, without rounding: whole numbers and decimals. */
#ifndef MG_BASE_DECIMAL_H
#define MG_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* Room for MG_DECIMAL_DIGITS digits on either side of the point, nine in each limb, the greatest
 * limb first. Zero is never negative. */
enum { MG_DECIMAL_LIMBS = 20, MG_DECIMAL_DIGITS = 90 };
struct mg_decimal {
	bool negative;
	uint32_t limbs[MG_DECIMAL_LIMBS];
};

/* All of s, as mg_parse_double takes it; false when it is no number or has no room. */
bool mg_decimal_parse(const char *s, struct mg_decimal *out);
/* What the double prints, which is what somebody wrote to get it. */
bool mg_decimal_of_double(double x, struct mg_decimal *out);
/* The double nearest to it. */
double mg_decimal_to_double(const struct mg_decimal *x);

/* Below 0, 0 or above 0, as x is less than, equal to or greater than y. */
int mg_decimal_compare(const struct mg_decimal *x, const struct mg_decimal *y);
/* False when the result has no room; out may be an operand. */
bool mg_decimal_add(const struct mg_decimal *x, const struct mg_decimal *y, struct mg_decimal *out);
bool mg_decimal_subtract(
	const struct mg_decimal *x, const struct mg_decimal *y, struct mg_decimal *out);
bool mg_decimal_multiply(
	const struct mg_decimal *x, const struct mg_decimal *y, struct mg_decimal *out);
/* The digits of x / n that have room, n being above 0; false when there would be more. */
bool mg_decimal_divide(const struct mg_decimal *x, uint64_t n, struct mg_decimal *out);
struct mg_decimal mg_decimal_abs(struct mg_decimal x);
/* The nearest number of so many digits behind the point that is not above x, or (up) not below it;
 * false when `up` has no room for it. */
bool mg_decimal_to_places(const struct mg_decimal *x, int places, bool up, struct mg_decimal *out);

/* "-1764400000000000129", "0.4": no exponent, no zeros that say nothing. */
char *mg_decimal_text(struct mg_arena *arena, const struct mg_decimal *x);
/* For people: 1,764,400,000,000,000,129. */
char *mg_decimal_human(struct mg_arena *arena, const struct mg_decimal *x);

#endif
