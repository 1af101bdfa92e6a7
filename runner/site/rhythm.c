/* rhythm.c: estimates how often runs come, and finds those that did not. */
#include "site/rhythm.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_GAPS = 20, LEAST_GAPS = 4, QUIET_AFTER_DAYS = 14, FORGIVEN = 4, THURSDAY = 4 };
/* A run every so often, or more often, may leave out days of the week. */
#define DAILY_US (MG_SITE_DAY_US * 3 / 2)

static int64_t day_of(int64_t us)
{
	int64_t day = us / MG_SITE_DAY_US;
	return us % MG_SITE_DAY_US < 0 ? day - 1 : day;
}

/* 1970 began on a Thursday. */
static size_t weekday_of(int64_t us)
{
	return (size_t)(((day_of(us) + THURSDAY) % 7 + 7) % 7);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static void find_quiet(struct mg_rhythm *out, const struct mg_moment *moments, size_t count)
{
	bool ran[7] = {false};
	if (out->every_us > DAILY_US ||
		moments[count - 1].at_us - moments[0].at_us < QUIET_AFTER_DAYS * MG_SITE_DAY_US)
		return;
	for (size_t i = 0; i < count; i++)
		ran[weekday_of(moments[i].at_us)] = true;
	for (size_t i = 0; i < 7; i++)
		out->quiet[i] = !ran[i];
}

struct mg_rhythm mg_rhythm_estimate(const struct mg_moment *moments, size_t count)
{
	struct mg_rhythm out = {.is_estimated = true};
	int64_t gaps[MOST_GAPS];
	size_t n = 0, alike = 0;
	size_t first = count > MOST_GAPS + 1 ? count - MOST_GAPS - 1 : 0;
	for (size_t i = first + 1; i < count; i++)
		gaps[n++] = moments[i].at_us - moments[i - 1].at_us;
	if (n < LEAST_GAPS)
		return out;
	qsort(gaps, n, sizeof(*gaps), by_size);
	int64_t median = n % 2 ? gaps[n / 2] : gaps[n / 2 - 1] / 2 + gaps[n / 2] / 2;
	for (size_t i = 0; i < n; i++)
		alike += gaps[i] >= median / 2 && gaps[i] <= median + median / 2;
	if (alike * 4 < n * 3)
		return out;
	out.every_us = median;
	find_quiet(&out, moments + first, count - first);
	return out;
}

int64_t mg_rhythm_next(const struct mg_rhythm *rhythm, int64_t from_us)
{
	int64_t next = from_us + rhythm->every_us;
	for (int i = 0; i < 7 && rhythm->quiet[weekday_of(next)]; i++)
		next += MG_SITE_DAY_US;
	return next;
}

int64_t mg_rhythm_late(const struct mg_rhythm *rhythm, int64_t due_us)
{
	return due_us + rhythm->every_us / FORGIVEN;
}

size_t mg_rhythm_missed(const struct mg_rhythm *rhythm, int64_t from_us, int64_t until_us)
{
	/* Years of silence need no loop. */
	int64_t most = (until_us - from_us) / rhythm->every_us;
	if (most > 100000)
		return (size_t)most;
	size_t missed = 0;
	for (int64_t due = mg_rhythm_next(rhythm, from_us); mg_rhythm_late(rhythm, due) < until_us;
		due = mg_rhythm_next(rhythm, due))
		missed++;
	return missed;
}

/* ---- days ---- */

int64_t mg_rhythm_first_day(int64_t now_us)
{
	return (day_of(now_us) - MG_SITE_DAYS + 1) * MG_SITE_DAY_US;
}

struct strip {
	char *letters;
	int64_t first_day;
	size_t missed[MG_SITE_DAYS], came[MG_SITE_DAYS];
};

/* MG_SITE_DAYS: it lies outside. */
static size_t place_of(const struct strip *s, int64_t us)
{
	int64_t i = day_of(us) - s->first_day;
	return i >= 0 && i < MG_SITE_DAYS ? (size_t)i : MG_SITE_DAYS;
}

static int rank(char letter)
{
	return letter == 'p' ? 1 : letter == 'w' ? 2 : letter == 'f' ? 3 : letter == 'e' ? 4 : 0;
}

static void mark(struct strip *s, const struct mg_moment *moment)
{
	size_t at = place_of(s, moment->at_us);
	char letter = mg_verdict_word(moment->verdict)[0];
	if (at == MG_SITE_DAYS)
		return;
	s->came[at]++;
	if (rank(letter) > rank(s->letters[at]))
		s->letters[at] = letter;
}

static void count_missed(
	struct strip *s, const struct mg_rhythm *rhythm, int64_t from_us, int64_t until_us)
{
	/* What lies before the strip may be long ago. */
	int64_t begin = (s->first_day - 1) * MG_SITE_DAY_US;
	if (begin > from_us)
		from_us += (begin - from_us) / rhythm->every_us * rhythm->every_us;
	for (int64_t due = mg_rhythm_next(rhythm, from_us); mg_rhythm_late(rhythm, due) < until_us;
		due = mg_rhythm_next(rhythm, due)) {
		size_t at = place_of(s, due);
		if (at < MG_SITE_DAYS)
			s->missed[at]++;
	}
}

void mg_rhythm_days(const struct mg_rhythm *rhythm, const struct mg_moment *moments, size_t count,
	int64_t now_us, char out[MG_SITE_DAYS + 1])
{
	struct strip s = {.letters = out, .first_day = day_of(now_us) - MG_SITE_DAYS + 1};
	memset(out, '-', MG_SITE_DAYS);
	out[MG_SITE_DAYS] = '\0';
	for (size_t i = 0; i < count; i++) {
		int64_t next = i + 1 < count ? moments[i + 1].at_us : now_us;
		mark(&s, &moments[i]);
		if (rhythm->every_us > 0 && day_of(next) >= s.first_day)
			count_missed(&s, rhythm, moments[i].at_us, next);
	}
	/* A run that came late makes up for one that did not come; one of 24 does not. */
	for (size_t i = 0; i < MG_SITE_DAYS; i++)
		if (s.missed[i] > s.came[i] && rank(out[i]) < rank('f'))
			out[i] = 'm';
}
