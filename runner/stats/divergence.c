/* divergence.c: distances between shares; definitions in divergence.h. */
#include "stats/divergence.h"

#include <assert.h>
#include <math.h>

/* PSI: see stand_in. */
struct floors {
	double floor, half_row[2];
};

/* What an empty bin counts as beside a share of the other side: less than what is there, so that a share
 * that is not 0 always counts. */
static double stand_in(const struct floors *f, int side, double other)
{
	return fmin(fmin(f->floor, f->half_row[side]), other / 2);
}

static double psi_term(const void *context, double p, double q)
{
	const struct floors *f = context;
	if (p == 0 && q == 0)
		return 0;
	if (p == 0)
		p = stand_in(f, 0, q);
	else if (q == 0)
		q = stand_in(f, 1, p);
	return (p - q) * log(p / q);
}

/* p ln(2p / (p+q)) + q ln(2q / (p+q)), without cancellation when p is near q; twice the bin's part
 * of the Jensen-Shannon divergence. */
static double js_term(const void *context, double p, double q)
{
	(void)context;
	if (p == q)
		return 0;
	double d = (p - q) / (p + q);
	double up = 1 + d > 0 ? (1 + d) * log1p(d) : 0, down = 1 - d > 0 ? (1 - d) * log1p(-d) : 0;
	return (p + q) / 2 * (up + down);
}

/* A term is greatest in a corner of the shares' bounds, least where they come nearest. (PSI's falls, not
 * rises, from an empty bin to one of a row: still a corner.) */
struct mg_stat mg_divergence(mg_divergence_term *term, const void *context,
	const struct mg_histogram *current, const struct mg_histogram *reference)
{
	assert(current->count == reference->count);
	struct mg_stat s = {0};
	if (current->rows == 0 || reference->rows == 0)
		return (struct mg_stat){.value = NAN,
			.lo = NAN,
			.hi = NAN,
			.why = current->rows == 0 ? "there are no values"
						  : "the reference has no values"};
	for (size_t i = 0; i < current->count; i++) {
		struct mg_bin_count c = current->bins[i], r = reference->bins[i];
		double p_lo = c.lo / current->rows, p_hi = c.hi / current->rows;
		double q_lo = r.lo / reference->rows, q_hi = r.hi / reference->rows;
		double value = term(context, (p_lo + p_hi) / 2, (q_lo + q_hi) / 2);
		double hi = fmax(fmax(term(context, p_lo, q_lo), term(context, p_hi, q_hi)),
			fmax(term(context, p_lo, q_hi), term(context, p_hi, q_lo)));
		double lo = p_lo > q_hi ? term(context, p_lo, q_hi)
			: q_lo > p_hi   ? term(context, p_hi, q_lo)
					: 0;
		s.value += value;
		s.lo += p_lo == p_hi && q_lo == q_hi ? value : lo;
		s.hi += fmax(hi, value);
	}
	return s;
}

struct mg_stat mg_psi(
	const struct mg_histogram *current, const struct mg_histogram *reference, double floor)
{
	assert(floor > 0);
	const struct floors floors = {
		.floor = floor, .half_row = {0.5 / current->rows, 0.5 / reference->rows}};
	return mg_divergence(psi_term, &floors, current, reference);
}

struct mg_stat mg_divergence_root(struct mg_stat sum)
{
	if (isnan(sum.value))
		return sum;
	sum.value = sqrt(fmin(1, fmax(0, sum.value)));
	sum.lo = sqrt(fmin(1, fmax(0, sum.lo)));
	sum.hi = sqrt(fmin(1, fmax(0, sum.hi)));
	return sum;
}

struct mg_stat mg_jensen_shannon(
	const struct mg_histogram *current, const struct mg_histogram *reference)
{
	const double scale = 2 * M_LN2;
	struct mg_stat s = mg_divergence(js_term, NULL, current, reference);
	s.value /= scale;
	s.lo /= scale;
	s.hi /= scale;
	return mg_divergence_root(s);
}

double mg_alone_share(const struct mg_histogram *of, const struct mg_histogram *other)
{
	double rows = 0;
	for (size_t i = 0; i < of->count; i++)
		rows += other->bins[i].hi == 0 ? (of->bins[i].lo + of->bins[i].hi) / 2 : 0;
	return of->rows > 0 ? rows / of->rows : 0;
}
