/* moment.c: reads dates and times; takes no day that was not and no hour that is not. */
#include "input/moment.h"

#include <string.h>
#include <strings.h>

#include "input/digits.h"

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- the calendar ---- */

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. */
static int64_t days_of(int year, int month, int day)
{
	int y = year - (month <= 2);
	int era = y / 400, of_era = y - era * 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t in_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return (int64_t)era * 146097 + in_era - 719468;
}

static bool set_date(struct mg_moment *out, int year, int month, int day)
{
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
		return false;
	out->days = days_of(year, month, day);
	out->parts |= MG_MOMENT_DATE;
	return true;
}

static bool set_time(struct mg_moment *out, int hour, int minute, int second, int64_t ns)
{
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	out->ns = ((hour * 60 + minute) * INT64_C(60) + second) * 1000000000 + ns;
	out->parts |= MG_MOMENT_TIME;
	return true;
}

/* ---- ISO 8601 ---- */

/* Two digits at s. */
static inline int two(const char *s)
{
	return is_digit(s[0]) && is_digit(s[1]) ? (s[0] - '0') * 10 + (s[1] - '0') : -1;
}

/* Eight bytes that are digits but for two marks, which count as zeros: the number that they are. */
static inline bool eight(const char *s, uint64_t marks, uint64_t *out)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t word, places = (marks & 0x0101010101010101u) * 0xff;
	memcpy(&word, s, sizeof(word));
	if ((word & places) != marks)
		return false;
	word = (word & ~places) | (0x3030303030303030u & places);
	*out = mg_digits_value(word, 8);
	return mg_digits_count(word) == 8;
#else
	(void)s, (void)marks, (void)out;
	return false;
#endif
}

static bool read_date(const char *s, struct mg_moment *out)
{
	static const uint64_t dashes = UINT64_C(0x2d00002d00000000); /* yyyy-mm- */
	uint64_t number = 0;
	if (eight(s, dashes, &number))
		return set_date(out, (int)(number / 10000), (int)(number % 10000 / 10), two(s + 8));
	int century = two(s), years = two(s + 2), month = two(s + 5), day = two(s + 8);
	return century >= 0 && years >= 0 && s[4] == '-' && s[7] == '-' && month > 0 && day > 0 &&
		set_date(out, century * 100 + years, month, day);
}

/* The digits behind a second's point, one to nine; moves behind them. */
static bool read_fraction(const char **at, const char *end, struct mg_moment *out, int64_t *ns)
{
	static const int64_t units[] = {
		0, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
	uint64_t value = 0;
	const char *s = mg_digits_add(*at, end, &value);
	size_t digits = (size_t)(s - *at);
	if (digits == 0 || digits > 9)
		return false;
	out->fraction = (int)digits;
	*ns = (int64_t)value * units[digits];
	*at = s;
	return true;
}

/* Z, +hh, +hhmm or +hh:mm to the end. */
static bool read_zone(const char *s, const char *end, struct mg_moment *out)
{
	size_t len = (size_t)(end - s);
	out->parts |= MG_MOMENT_ZONE;
	if (len == 1 && *s == 'Z')
		return true;
	if ((*s != '+' && *s != '-') || (len != 3 && len != 5 && (len != 6 || s[3] != ':')))
		return false;
	int hours = two(s + 1), minutes = len == 3 ? 0 : two(end - 2);
	if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59)
		return false;
	out->zone_s = (hours * 60 + minutes) * 60 * (*s == '-' ? -1 : 1);
	return true;
}

/* From hh:mm on. */
static bool read_time(const char *s, const char *end, bool short_too, struct mg_moment *out)
{
	if (end - s < 5 || s[2] != ':')
		return false;
	static const uint64_t colons = UINT64_C(0x00003a00003a0000); /* hh:mm:ss */
	int hour, minute, second = 0;
	int64_t ns = 0;
	uint64_t number = 0;
	bool full = end - s >= 8 && eight(s, colons, &number);
	if (full) {
		hour = (int)(number / 1000000);
		minute = (int)(number / 1000 % 1000);
		second = (int)(number % 1000);
		s += 8;
	} else {
		hour = two(s);
		minute = two(s + 3);
		s += 5;
	}
	if (full || (s < end && *s == ':')) {
		if (!full && end - s < 3)
			return false;
		if (!full) {
			second = two(s + 1);
			s += 3;
		}
		if (s < end && *s == '.') {
			s++;
			if (!read_fraction(&s, end, out, &ns))
				return false;
		}
	} else if (!short_too) {
		return false;
	}
	if (hour < 0 || minute < 0 || second < 0 || !set_time(out, hour, minute, second, ns))
		return false;
	return s == end || read_zone(s, end, out);
}

bool mg_moment_read(const char *text, size_t len, struct mg_moment *out)
{
	*out = (struct mg_moment){0};
	if (len < 8 || len > 40 || !is_digit(text[0]))
		return false;
	if (text[2] == ':')
		return read_time(text, text + len, false, out) && !(out->parts & MG_MOMENT_ZONE);
	if (len < 10 || !read_date(text, out))
		return false;
	if (len == 10)
		return true;
	return (text[10] == ' ' || text[10] == 'T') && read_time(text + 11, text + len, true, out);
}

/* ---- formats ---- */

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"};

bool mg_moment_format_valid(const char *format)
{
	bool year = false, month = false, day = false, of_year = false;
	for (const char *s = format; *s; s++) {
		if (*s != '%')
			continue;
		s++;
		if (*s == '\0' || !strchr("YymdjbBHIpMSfz%", *s))
			return false;
		year = year || *s == 'Y' || *s == 'y';
		month = month || *s == 'm' || *s == 'b' || *s == 'B';
		day = day || *s == 'd';
		of_year = of_year || *s == 'j';
	}
	return year && ((month && day) || of_year);
}

struct written {
	int year, month, day, of_year, hour, minute, second;
	int64_t ns;
	int half; /* -1 none, 0 am, 1 pm */
	bool time;
};

/* Up to `most` digits; moves behind them. */
static bool read_int(const char **at, const char *end, int most, int *out)
{
	const char *s = *at;
	int value = 0;
	while (s < end && is_digit(*s) && s - *at < most)
		value = value * 10 + (*s++ - '0');
	bool any = s > *at;
	*at = s;
	*out = value;
	return any;
}

static bool read_month(const char **at, const char *end, bool full, int *out)
{
	for (int i = 0; i < 12; i++) {
		size_t len = full ? strlen(months[i]) : 3;
		if ((size_t)(end - *at) < len || strncasecmp(*at, months[i], len) != 0)
			continue;
		*at += len;
		*out = i + 1;
		return true;
	}
	return false;
}

static bool read_half(const char **at, const char *end, int *out)
{
	if (end - *at < 2 || ((*at)[1] | 0x20) != 'm')
		return false;
	char c = (char)((*at)[0] | 0x20);
	*at += 2;
	*out = c == 'p';
	return c == 'a' || c == 'p';
}

/* A zone in the middle of a text: as far as its characters go. */
static bool read_format_zone(const char **at, const char *end, struct mg_moment *out)
{
	const char *s = *at, *stop = s;
	while (stop < end && stop - s < 6 && *stop && strchr("0123456789Z+-:", *stop))
		stop++;
	*at = stop;
	return stop > s && read_zone(s, stop, out);
}

static bool read_directive(
	char c, const char **at, const char *end, struct written *w, struct mg_moment *out)
{
	w->time = w->time || strchr("HIMSf", c) != NULL;
	switch (c) {
	case 'Y':
		return read_int(at, end, 4, &w->year);
	case 'y':
		if (!read_int(at, end, 2, &w->year))
			return false;
		w->year += w->year >= 69 ? 1900 : 2000;
		return true;
	case 'm':
		return read_int(at, end, 2, &w->month);
	case 'd':
		return read_int(at, end, 2, &w->day);
	case 'j':
		return read_int(at, end, 3, &w->of_year);
	case 'b':
	case 'B':
		return read_month(at, end, c == 'B', &w->month);
	case 'H':
	case 'I':
		return read_int(at, end, 2, &w->hour) &&
			(c == 'H' || (w->hour >= 1 && w->hour <= 12));
	case 'p':
		return read_half(at, end, &w->half);
	case 'M':
		return read_int(at, end, 2, &w->minute);
	case 'S':
		return read_int(at, end, 2, &w->second);
	case 'f':
		return read_fraction(at, end, out, &w->ns);
	case 'z':
		return read_format_zone(at, end, out);
	default:
		return *at < end && *(*at)++ == '%';
	}
}

bool mg_moment_read_as(const char *format, const char *text, size_t len, struct mg_moment *out)
{
	const char *s = text, *end = text + len;
	struct written w = {.half = -1};
	*out = (struct mg_moment){0};
	for (const char *f = format; *f; f++) {
		if (*f == '%') {
			if (!read_directive(*++f, &s, end, &w, out))
				return false;
		} else if (s == end || *s++ != *f) {
			return false;
		}
	}
	if (s != end)
		return false;
	if (w.half >= 0)
		w.hour = w.hour % 12 + 12 * w.half;
	if (w.of_year) {
		if (w.of_year > 365 + is_leap(w.year) || !set_date(out, w.year, 1, 1))
			return false;
		out->days += w.of_year - 1;
	} else if (!set_date(out, w.year, w.month, w.day)) {
		return false;
	}
	return !w.time || set_time(out, w.hour, w.minute, w.second, w.ns);
}
