/* earlier.c: what several earlier runs say together: their mean, and how far they lie apart. */
#include "judge/earlier.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "stats/spread.h"

void mg_earlier_init(struct mg_earlier *out, struct mg_arena *arena, size_t most)
{
	*out = (struct mg_earlier){.arena = arena};
	for (size_t part = 0; part < MG_EARLIER_PARTS; part++)
		out->parts[part] = mg_alloc_array(arena, most, sizeof(double));
}

void mg_earlier_add(struct mg_earlier *e, const struct mg_found_baseline *of, const char *record)
{
	const double numbers[MG_EARLIER_PARTS] = {[MG_EARLIER_VALUE] = of->value,
		[MG_EARLIER_LEAST] = of->least,
		[MG_EARLIER_MOST] = of->most,
		[MG_EARLIER_LO] = of->lo,
		[MG_EARLIER_HI] = of->hi};
	for (size_t part = 0; part < MG_EARLIER_PARTS; part++)
		e->parts[part][e->count] = numbers[part];
	if (!isfinite(of->value) && !e->endless)
		e->endless = record;
	e->exact = e->count == 0 || mg_streq(e->exact, of->exact) ? of->exact : NULL;
	e->count++;
}

double mg_earlier_mean(const struct mg_earlier *e, enum mg_earlier_part part)
{
	return mg_spread_mean(e->parts[part], e->count);
}

/* ---- how far apart ---- */

static double mean(double *x, size_t n)
{
	return mg_spread_mean(x, n);
}

static double sd(double *x, size_t n)
{
	return mg_spread_sd(x, n);
}

static double root_of_squares(const double *x, size_t n)
{
	double squares = 0;
	for (size_t i = 0; i < n; i++)
		squares += x[i] * x[i];
	return sqrt(squares / (double)(n - 1));
}

/* The median moves by no more than a number does, and a distance from it by twice that. */
static double twice_the_most(const double *x, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++)
		most = fmax(most, x[i]);
	return 2 * most / MG_MAD_OF_NORMAL;
}

/* `off`: how wrong the spread may be, by how far each number may be off. */
static const struct {
	const char *definition;
	double (*center)(double *x, size_t n);
	double (*spread)(double *x, size_t n);
	double (*off)(const double *x, size_t n);
} spreads[] = {
	[MG_SPREAD_SIGMA] = {"sigma/mean-sd-n-1", mean, sd, root_of_squares},
	[MG_SPREAD_MAD] = {"mad/median-mad-normal", mg_spread_median, mg_spread_mad,
		twice_the_most},
};

const char *mg_earlier_definition(enum mg_spread spread)
{
	return spreads[spread].definition;
}

/* A copy of a part, to be sorted. */
static double *part_of(const struct mg_earlier *e, enum mg_earlier_part part)
{
	double *copy = mg_alloc_array(e->arena, e->count, sizeof(*copy));
	if (e->count)
		memcpy(copy, e->parts[part], e->count * sizeof(*copy));
	return copy;
}

static double center_of(
	const struct mg_earlier *e, enum mg_spread spread, enum mg_earlier_part part)
{
	return spreads[spread].center(part_of(e, part), e->count);
}

struct mg_center mg_earlier_center(const struct mg_earlier *e, enum mg_spread spread)
{
	struct mg_center out = {.value = NAN};
	if (e->count < MG_SPREAD_LEAST)
		return out;
	double *off = part_of(e, MG_EARLIER_VALUE);
	for (size_t i = 0; i < e->count; i++)
		off[i] = fmax(e->parts[MG_EARLIER_MOST][i] - off[i],
			off[i] - e->parts[MG_EARLIER_LEAST][i]);
	out.spread = spreads[spread].spread(part_of(e, MG_EARLIER_VALUE), e->count);
	out.spread_off = spreads[spread].off(off, e->count);
	/* An endless spread would let everything pass. */
	if (!isfinite(1000 * (out.spread + out.spread_off)))
		return out;
	out.value = center_of(e, spread, MG_EARLIER_VALUE);
	out.least = center_of(e, spread, MG_EARLIER_LEAST);
	out.most = center_of(e, spread, MG_EARLIER_MOST);
	out.lo = center_of(e, spread, MG_EARLIER_LO);
	out.hi = center_of(e, spread, MG_EARLIER_HI);
	out.exact = e->exact;
	return out;
}

const char *mg_earlier_why_none(
	const struct mg_earlier *e, enum mg_spread spread, const char *source)
{
	if (e->count < MG_SPREAD_LEAST)
		return mg_printf(e->arena,
			"%s needs at least %d earlier runs with a number, and %zu %s there (%s)",
			mg_spread_words[spread], MG_SPREAD_LEAST, e->count,
			e->count == 1 ? "is" : "are", source);
	return mg_printf(e->arena, "earlier runs have no finite %s%s%s", mg_spread_words[spread],
		e->endless ? ": one measured infinity, in the record " : ": they are too far apart",
		e->endless ? e->endless : "");
}
