/* number.c: numbers as text and back, for machines and for people. The program never leaves the C
 * locale, so printf and strtod write and read a point. */
#include "base/text.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 15 digits always survive the way to a double and back, 17 always identify one. Subnormal
 * numbers have fewer, so for them the search starts at one digit. */
static void shortest(double x, char *out, size_t size)
{
	if (isnan(x)) {
		snprintf(out, size, "NaN");
		return;
	}
	if (isinf(x)) {
		snprintf(out, size, x > 0 ? "Infinity" : "-Infinity");
		return;
	}
	for (int digits = isnormal(x) ? 15 : 1; digits <= 17; digits++) {
		snprintf(out, size, "%.*g", digits, x);
		if (strtod(out, NULL) == x)
			return;
	}
}

void mg_text_add_int(struct mg_text *text, int64_t x)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t left = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (x < 0)
		mg_text_add_char(text, '-');
	mg_text_add_bytes(text, digits + at, sizeof(digits) - at);
}

/* A number of at most nine decimals is a whole number divided by a power of ten, both exact, and division
 * rounds as reading its decimals does. Of these it is the shortest, since no two of 15 digits are one double. */
static bool add_few_decimals(struct mg_text *text, double x)
{
	double size = fabs(x);
	if (!(size >= 1e-4 && size < 1e6))
		return false;
	int64_t nano = (int64_t)(size * 1e9 + 0.5);
	if ((double)nano / 1e9 != size)
		return false;
	char decimals[10];
	int64_t left = nano % 1000000000;
	for (int i = 9; i-- > 0; left /= 10)
		decimals[i] = (char)('0' + left % 10);
	size_t count = 9;
	while (count && decimals[count - 1] == '0')
		count--;
	if (x < 0)
		mg_text_add_char(text, '-');
	mg_text_add_int(text, nano / 1000000000);
	if (count)
		mg_text_add_char(text, '.');
	mg_text_add_bytes(text, decimals, count);
	return true;
}

void mg_text_add_double(struct mg_text *text, double x)
{
	char buffer[40];
	if (fabs(x) < 1e15 && x == (double)(int64_t)x && !(x == 0 && signbit(x))) {
		mg_text_add_int(text, (int64_t)x);
		return;
	}
	if (add_few_decimals(text, x))
		return;
	shortest(x, buffer, sizeof(buffer));
	mg_text_add(text, buffer);
}

char *mg_double_text(struct mg_arena *arena, double x)
{
	char buffer[40];
	shortest(x, buffer, sizeof(buffer));
	return mg_strdup(arena, buffer);
}

double mg_float_as_written(double x)
{
	char buffer[40];
	float nearest = fabs(x) <= FLT_MAX ? (float)x : NAN;
	if ((double)nearest != x)
		return x;
	for (int digits = isnormal(nearest) ? FLT_DIG : 1; digits <= FLT_DECIMAL_DIG; digits++) {
		snprintf(buffer, sizeof(buffer), "%.*g", digits, x);
		if (strtof(buffer, NULL) == nearest)
			return strtod(buffer, NULL);
	}
	return x;
}

static const char *skip_digits(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

/* The end of the decimal number that starts at s, or NULL. At least one digit stands before or
 * after the point. *has_exponent says whether it ends in e<digits>. */
static const char *skip_number(const char *s, bool *has_exponent)
{
	*has_exponent = false;
	if (*s == '-' || *s == '+')
		s++;
	const char *whole = s;
	s = skip_digits(s);
	bool digits = s > whole;
	if (*s == '.') {
		const char *fraction = ++s;
		s = skip_digits(s);
		digits = digits || s > fraction;
	}
	if (!digits)
		return NULL;
	if (*s == 'e' || *s == 'E') {
		const char *exponent = s + 1;
		if (*exponent == '-' || *exponent == '+')
			exponent++;
		const char *end = skip_digits(exponent);
		if (end > exponent) {
			*has_exponent = true;
			return end;
		}
	}
	return s;
}

static bool parse_word(const char *s, double *out)
{
	bool negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if (strcasecmp(s, "nan") == 0)
		*out = NAN;
	else if (strcasecmp(s, "inf") == 0 || strcasecmp(s, "infinity") == 0)
		*out = negative ? -INFINITY : INFINITY;
	else
		return false;
	return true;
}

bool mg_parse_double(const char *s, bool words, double *out)
{
	if (!s)
		return false;
	bool has_exponent;
	const char *end = skip_number(s, &has_exponent);
	if (!end || *end)
		return words && parse_word(s, out);
	double x = strtod(s, NULL);
	if (isinf(x))
		return false;
	*out = x;
	return true;
}

bool mg_parse_int(const char *s, int64_t *out)
{
	if (!s)
		return false;
	const char *digits = *s == '-' || *s == '+' ? s + 1 : s;
	const char *end = skip_digits(digits);
	if (end == digits || *end)
		return false;
	errno = 0;
	long long x = strtoll(s, NULL, 10);
	if (errno)
		return false;
	*out = x;
	return true;
}

bool mg_parse_duration(const char *s, double *out_seconds)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400},
		{"w", 604800}};
	if (!s || *s < '0' || *s > '9')
		return false;
	bool has_exponent;
	const char *end = skip_number(s, &has_exponent);
	if (!end || has_exponent)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit) != 0)
			continue;
		double x = strtod(s, NULL);
		/* 1500 / 1000 is exact where 1500 * 1e-3 need not be. */
		x = units[i].seconds < 1 ? x / 1000 : x * units[i].seconds;
		if (!isfinite(x))
			return false;
		*out_seconds = x;
		return true;
	}
	return false;
}

bool mg_parse_share(const char *s, double *out)
{
	if (!s)
		return false;
	size_t len = strlen(s);
	if (len == 0 || s[len - 1] != '%')
		return mg_parse_double(s, false, out);
	bool has_exponent;
	const char *end = skip_number(s, &has_exponent);
	char shifted[64];
	if (end != s + len - 1 || len >= sizeof(shifted) - 4 || has_exponent)
		return false;
	/* "99.9%" is read as 99.9e-2, the double nearest to 0.999; 99.9 / 100 would be another. */
	snprintf(shifted, sizeof(shifted), "%.*se-2", (int)(len - 1), s);
	return mg_parse_double(shifted, false, out);
}

/* Takes trailing zeros of a fraction, and the point when nothing follows it. */
static void strip_zeros(char *number)
{
	char *point = strchr(number, '.');
	if (!point)
		return;
	char *end = number + strlen(number);
	while (end[-1] == '0')
		end--;
	if (end[-1] == '.')
		end--;
	*end = '\0';
}

char *mg_human_double(struct mg_arena *arena, double x, int digits)
{
	if (!isfinite(x))
		return mg_double_text(arena, x);
	digits = digits < 1 ? 1 : digits > 17 ? 17 : digits;
	double size = fabs(x);
	if (size >= 1e15 || (size != 0 && size < 1e-4))
		return mg_printf(arena, "%.*g", digits, x);

	/* Whole numbers are counts and are shown in full; of others, the whole part is. */
	int decimals = 0;
	if (x != floor(x)) {
		int exponent = (int)floor(log10(size));
		decimals = digits - 1 - exponent;
		decimals = decimals < 0 ? 0 : decimals;
	}
	char plain[64];
	snprintf(plain, sizeof(plain), "%.*f", decimals, size);
	strip_zeros(plain);

	struct mg_text text;
	mg_text_init(&text, arena);
	if (x < 0 && strcmp(plain, "0") != 0)
		mg_text_add_char(&text, '-');
	size_t whole = strcspn(plain, ".");
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0)
			mg_text_add_char(&text, ',');
		mg_text_add_char(&text, plain[i]);
	}
	mg_text_add(&text, plain + whole);
	return text.data;
}

char *mg_human_duration(struct mg_arena *arena, double seconds)
{
	if (!isfinite(seconds))
		return mg_double_text(arena, seconds);
	const char *sign = seconds < 0 ? "-" : "";
	double s = fabs(seconds);
	if (s == 0)
		return mg_strdup(arena, "0 ms");
	if (s < 0.00095)
		return mg_printf(arena, "%s%.2g ms", sign, s * 1000);
	if (s < 0.9995)
		return mg_printf(arena, "%s%.0f ms", sign, s * 1000);
	if (s < 59.95)
		return mg_printf(arena, "%s%.1f s", sign, s);
	if (s < 1e15) {
		int64_t whole = llround(s);
		if (whole < 3600)
			return mg_printf(arena, "%s%d min %02d s", sign, (int)(whole / 60),
				(int)(whole % 60));
		whole = llround(s / 60);
		if (whole < 24 * 60)
			return mg_printf(arena, "%s%d h %02d min", sign, (int)(whole / 60),
				(int)(whole % 60));
		whole = llround(s / 3600);
		return mg_printf(
			arena, "%s%lld d %02d h", sign, (long long)(whole / 24), (int)(whole % 24));
	}
	return mg_printf(arena, "%s%.3g s", sign, s);
}

char *mg_human_bytes(struct mg_arena *arena, double bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
	if (!isfinite(bytes))
		return mg_double_text(arena, bytes);
	if (fabs(bytes) < 1023.5)
		return mg_printf(arena, "%.0f B", bytes);
	size_t unit = 0;
	bytes /= 1024;
	/* 1023.95 would be printed as 1024.0. */
	while (fabs(bytes) >= 1023.95 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		bytes /= 1024;
		unit++;
	}
	return mg_printf(arena, bytes == floor(bytes) ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
}
