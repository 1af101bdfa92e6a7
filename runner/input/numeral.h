/* numeral.h: a number as it is written, and the DOUBLE nearest to it. */
#ifndef MG_INPUT_NUMERAL_H
#define MG_INPUT_NUMERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 mg_wide;

enum { MG_NUMERAL_DIGITS = 38 }; /* digits that it holds */

/* `-12.50e3`: (-1)^negative * digits * 10^power, where `digits` has neither zeros in front nor at the
 * end, as long as there are at most MG_NUMERAL_DIGITS of them. */
struct mg_numeral {
	bool negative, has_point, has_exponent;
	bool plain;     /* no plus sign, no zeros before the first digit that counts */
	uint32_t count; /* significant digits; 0 for zero */
	mg_wide digits; /* when count <= MG_NUMERAL_DIGITS */
	int64_t power;  /* cut off at +-2^40 */
	uint32_t whole; /* digits before the decimal sign that count */
	uint32_t part;  /* behind it, up to the last that is not 0; both without the exponent */
};

/* [+-]digits[.digits][e[+-]digits], with at least one digit before the e. decimal: '.' or ','. */
bool mg_numeral_read(const char *text, size_t len, char decimal, struct mg_numeral *out);

/* The nearest double, ties to even: as strtod has it. Infinite beyond the range. text and decimal are
 * those that `d` was read from. */
double mg_numeral_double(const struct mg_numeral *d, const char *text, size_t len, char decimal);

/* The same in one go, of what most numbers are: up to 19 digits without an exponent. false: `text` is not
 * such a number; it may be another. */
bool mg_numeral_short_double(const char *text, size_t len, char decimal, double *out);

/* Does the nearest double print as `d` when it is printed to d->count significant digits? */
bool mg_numeral_holds(const struct mg_numeral *d, const char *text, size_t len, char decimal);

/* The same of the nearest FLOAT. */
bool mg_numeral_holds_float(const struct mg_numeral *d, const char *text, size_t len, char decimal);

/* digits * 10^power as a whole number times 10^scale; false when that is no whole number or takes
 * more than `width` digits (at most MG_NUMERAL_DIGITS). */
bool mg_numeral_scaled(const struct mg_numeral *d, uint32_t width, uint32_t scale, mg_wide *out);

#endif
