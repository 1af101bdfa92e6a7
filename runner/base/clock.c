/* clock.c: the wall clock, a stop watch, and ISO 8601 both ways without the C library's time
 * zones. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/text.h"

enum { US_PER_S = 1000000, S_PER_DAY = 86400 };

int64_t mg_clock_now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

double mg_clock_ticks(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar and back, after Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms": years start in March, eras have 400 years. */
static int64_t days_from_date(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
				      day_of_era / 146096) /
		365;
	int64_t day_of_year = day_of_era -
		(365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

void mg_clock_format(int64_t us, char out[32])
{
	int64_t seconds = us / US_PER_S;
	int fraction = (int)(us % US_PER_S);
	if (fraction < 0) {
		fraction += US_PER_S;
		seconds--;
	}
	int64_t days = seconds / S_PER_DAY;
	int rest = (int)(seconds % S_PER_DAY);
	if (rest < 0) {
		rest += S_PER_DAY;
		days--;
	}
	int64_t year;
	int month, day;
	date_from_days(days, &year, &month, &day);
	int n = snprintf(out, 32, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)year, month, day,
		rest / 3600, rest / 60 % 60, rest % 60);
	if (fraction)
		snprintf(out + n, 32 - (size_t)n, ".%06dZ", fraction);
	else
		snprintf(out + n, 32 - (size_t)n, "Z");
}

char *mg_clock_text(struct mg_arena *arena, int64_t us)
{
	char text[32];
	mg_clock_format(us, text);
	return mg_strdup(arena, text);
}

/* Exactly `count` digits. */
static bool read_digits(const char **s, int count, int *out)
{
	int value = 0;
	for (int i = 0; i < count; i++) {
		char c = (*s)[i];
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*s += count;
	*out = value;
	return true;
}

static bool read_char(const char **s, char wanted)
{
	if (**s != wanted)
		return false;
	++*s;
	return true;
}

static bool read_date(const char **s, int64_t *days)
{
	static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day;
	if (!read_digits(s, 4, &year) || !read_char(s, '-') || !read_digits(s, 2, &month) ||
		!read_char(s, '-') || !read_digits(s, 2, &day))
		return false;
	if (month < 1 || month > 12)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (day < 1 || day > month_days[month - 1] + (month == 2 && leap))
		return false;
	*days = days_from_date(year, month, day);
	return true;
}

/* hh:mm[:ss[.f]], with one to nine digits of fraction; what is finer than 1 us is dropped. */
static bool read_time(const char **s, int64_t *us)
{
	int hour, minute, second = 0, fraction = 0;
	if (!read_digits(s, 2, &hour) || !read_char(s, ':') || !read_digits(s, 2, &minute))
		return false;
	if (read_char(s, ':')) {
		if (!read_digits(s, 2, &second))
			return false;
		if (read_char(s, '.')) {
			int digits = 0;
			for (int digit; digits < 9 && read_digits(s, 1, &digit); digits++) {
				if (digits < 6)
					fraction = fraction * 10 + digit;
			}
			if (digits == 0)
				return false;
			for (; digits < 6; digits++)
				fraction *= 10;
		}
	}
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*us = ((int64_t)hour * 3600 + minute * 60 + second) * US_PER_S + fraction;
	return true;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing. */
static bool read_zone(const char **s, int64_t *us)
{
	*us = 0;
	if (**s == '\0' || read_char(s, 'Z'))
		return true;
	bool west = **s == '-';
	int hour, minute;
	if ((!read_char(s, '-') && !read_char(s, '+')) || !read_digits(s, 2, &hour) ||
		!read_char(s, ':') || !read_digits(s, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*us = ((int64_t)hour * 3600 + minute * 60) * US_PER_S * (west ? -1 : 1);
	return true;
}

bool mg_clock_parse(const char *s, int64_t *out_us)
{
	int64_t days, time = 0, zone = 0;
	if (!s || !read_date(&s, &days))
		return false;
	if (*s) {
		if (!read_char(&s, 'T') && !read_char(&s, ' '))
			return false;
		if (!read_time(&s, &time) || !read_zone(&s, &zone) || *s)
			return false;
	}
	*out_us = days * S_PER_DAY * US_PER_S + time - zone;
	return true;
}
