/* bins.c: bins from a reference and the rows in them; PSI and Jensen-Shannon. See bins.h. */
#include "stats/bins.h"

#include <assert.h>
#include <math.h>

#include "base/arena.h"
#include "stats/refine.h"

/* ---- edges ---- */

int64_t mg_quantile_rank(int64_t rows, size_t k, size_t bins)
{
	/* in whole numbers, and without overflow */
	int64_t b = (int64_t)bins, whole = rows / b * (int64_t)k;
	int64_t rank = whole + (rows % b * (int64_t)k + b - 1) / b;
	return rank > 0 ? rank : 1;
}

/* The rank-th value when it lies in entry i, before which there are `below` rows. */
static struct mg_edge edge_in(const struct mg_freq *f, size_t i, int64_t below, int64_t rank)
{
	struct mg_edge e = {.lo = f->lo[i], .hi = mg_freq_hi(f, i)};
	if (rank == below + 1)
		e.hi = e.lo;
	else if (rank == below + mg_freq_n(f, i))
		e.lo = e.hi;
	return e;
}

static void quantile_edges(const struct mg_freq *f, size_t bins, struct mg_edge *edges)
{
	int64_t below = 0;
	size_t i = 0;
	for (size_t k = 1; k < bins; k++) {
		int64_t rank = mg_quantile_rank(f->rows, k, bins);
		if (!f->n) { /* one row an entry */
			below = rank - 1;
			i = (size_t)below;
		}
		while (below + mg_freq_n(f, i) < rank)
			below += mg_freq_n(f, i++);
		edges[k - 1] = edge_in(f, i, below, rank);
	}
}

/* One edge per distinct value; false when there are more than `most` or it cannot be told. */
static bool value_edges(
	struct mg_arena *arena, const struct mg_freq *f, size_t most, struct mg_bins *out)
{
	if (f->len > most)
		return false;
	struct mg_edge *edges = mg_alloc_array(arena, f->len, sizeof *edges);
	for (size_t i = 0; i < f->len; i++) {
		if (!mg_freq_exact_at(f, i))
			return false;
		edges[i] = (struct mg_edge){.lo = f->lo[i], .hi = f->lo[i]};
	}
	*out = (struct mg_bins){.edges = edges, .edge_count = f->len, .by_value = true};
	return true;
}

/* (lo (bins - k) + hi k) / bins, rounded once: with their errors the products and their sum are exact. */
static double width_edge(double lo, double hi, size_t k, size_t bins)
{
	double scale = fmax(fabs(lo), fabs(hi)) > 1e300 ? 0x1p-12 : 1; /* bins * hi is finite */
	double left = (double)(bins - k), right = (double)k, all = (double)bins;
	lo *= scale;
	hi *= scale;
	double a = lo * left, b = hi * right, sum = a + b;
	double from_b = sum - a;
	double lost = fma(lo, left, -a) + fma(hi, right, -b) + (a - (sum - from_b)) + (b - from_b);
	double edge = sum / all;
	edge += (fma(-edge, all, sum) + lost) / all;
	return edge / scale;
}

static const char *width_edges(
	struct mg_arena *arena, const struct mg_freq *f, size_t bins, struct mg_bins *out)
{
	size_t first = 0, last = f->len;
	while (first < f->len && isinf(f->lo[first]))
		first++;
	while (last > first && isinf(f->lo[last - 1]))
		last--;
	if (first == last)
		return "the reference has no finite values";
	double lo = f->lo[first], hi = mg_freq_hi(f, last - 1);
	if (lo == hi) {
		struct mg_edge *only = mg_alloc(arena, sizeof *only);
		*only = (struct mg_edge){.lo = lo, .hi = lo};
		*out = (struct mg_bins){.edges = only, .edge_count = 1, .by_value = true};
		return NULL;
	}
	if (!isfinite(hi - lo))
		return "the reference's values are too far apart to be subtracted";
	struct mg_edge *edges = mg_alloc_array(arena, bins, sizeof *edges);
	for (size_t k = 1; k < bins; k++) {
		double at = width_edge(lo, hi, k, bins);
		edges[k - 1] = (struct mg_edge){.lo = at, .hi = at};
	}
	*out = (struct mg_bins){.edges = edges, .edge_count = bins - 1};
	return NULL;
}

const char *mg_bins_make(struct mg_arena *arena, const struct mg_freq *reference,
	enum mg_binning binning, size_t bins, struct mg_bins *out)
{
	assert(bins >= 2);
	if (reference->rows == 0)
		return "the reference has no values";
	if (binning == MG_BINNING_STURGES)
		bins = (size_t)fmax(2, ceil(log2((double)reference->rows) + 1));
	if (binning != MG_BINNING_QUANTILES)
		return width_edges(arena, reference, bins, out);
	if (value_edges(arena, reference, bins, out))
		return NULL;
	struct mg_edge *edges = mg_alloc_array(arena, bins, sizeof *edges);
	quantile_edges(reference, bins, edges);
	*out = (struct mg_bins){.edges = edges, .edge_count = bins - 1};
	return NULL;
}

/* ---- counts ---- */

/*
 * Least and greatest number of rows <= e, for edges in increasing order. `least` and `most` look at
 * the entries that end and that start at or before the edge.
 */
struct reach {
	const struct mg_freq *f;
	size_t least_i, most_i;
	int64_t least, most;
};

/* Entries whose value is <= x, from entry i on, which may be the first that is not: an exact table
 * of single rows. */
static size_t entries_to(const struct mg_freq *f, size_t i, double x)
{
	size_t end = f->len;
	while (i < end) {
		size_t middle = i + (end - i) / 2;
		if (f->lo[middle] <= x)
			i = middle + 1;
		else
			end = middle;
	}
	return i;
}

static struct mg_bin_count rows_to(struct reach *r, struct mg_edge e)
{
	const struct mg_freq *f = r->f;
	if (!f->n && !f->hi) {
		r->least = (int64_t)(r->least_i = entries_to(f, r->least_i, e.lo));
		r->most = (int64_t)(r->most_i = entries_to(f, r->most_i, e.hi));
	}
	while (r->least_i < f->len && mg_freq_hi(f, r->least_i) <= e.lo)
		r->least += mg_freq_n(f, r->least_i++);
	while (r->most_i < f->len && f->lo[r->most_i] <= e.hi)
		r->most += mg_freq_n(f, r->most_i++);
	/* a bucket that the edge cuts has a row at each of its ends */
	bool cut = r->least_i < f->len && f->lo[r->least_i] <= e.lo;
	bool over = r->most_i > 0 && mg_freq_hi(f, r->most_i - 1) > e.hi;
	return (struct mg_bin_count){
		.lo = (double)(r->least + cut), .hi = (double)(r->most - over)};
}

/* Rows with exactly this value. */
static struct mg_bin_count rows_at(const struct mg_freq *f, double value)
{
	for (size_t i = 0; i < f->len && f->lo[i] <= value; i++) {
		if (mg_freq_hi(f, i) < value)
			continue;
		double n = (double)mg_freq_n(f, i);
		if (mg_freq_exact_at(f, i))
			return (struct mg_bin_count){n, n};
		bool at_end = value == f->lo[i] || value == f->hi[i];
		return (struct mg_bin_count){at_end ? 1 : 0, at_end ? n - 1 : n - 2};
	}
	return (struct mg_bin_count){0, 0};
}

static void count_by_value(
	const struct mg_bins *bins, const struct mg_freq *f, struct mg_bin_count *out)
{
	double least = 0, most = 0;
	for (size_t k = 0; k < bins->edge_count; k++) {
		out[k] = rows_at(f, bins->edges[k].lo);
		least += out[k].lo;
		most += out[k].hi;
	}
	double rows = (double)f->rows;
	out[bins->edge_count] = (struct mg_bin_count){fmax(0, rows - most), rows - least};
}

static void count_by_edge(
	const struct mg_bins *bins, const struct mg_freq *f, struct mg_bin_count *out)
{
	struct reach reach = {.f = f};
	struct mg_bin_count before = {0, 0};
	for (size_t k = 0; k <= bins->edge_count; k++) {
		struct mg_bin_count to = {(double)f->rows, (double)f->rows};
		if (k < bins->edge_count)
			to = rows_to(&reach, bins->edges[k]);
		out[k] = (struct mg_bin_count){fmax(0, to.lo - before.hi), to.hi - before.lo};
		before = to;
	}
}

/* Entries that an edge cuts, or that an open edge may cut. */
static void find_candidates(
	const struct mg_bins *bins, const struct mg_freq *f, struct mg_ranges *ranges)
{
	struct mg_candidates candidates = {0};
	size_t i = 0;
	for (size_t k = 0; f->hi && k < bins->edge_count;
		k++) { /* nothing is cut in exact tables */
		struct mg_edge e = bins->edges[k];
		/* an entry that ends at the edge is not cut */
		while (i < f->len &&
			(mg_freq_hi(f, i) < e.lo || (!bins->by_value && mg_freq_hi(f, i) == e.lo)))
			i++;
		for (size_t j = i; j < f->len && f->lo[j] <= e.hi; j++)
			mg_candidates_offer(&candidates, f, j, (double)mg_freq_n(f, j));
	}
	mg_candidates_choose(&candidates, ranges);
}

void mg_bins_count(struct mg_arena *arena, const struct mg_bins *bins, const struct mg_freq *f,
	bool missing, struct mg_histogram *out, struct mg_ranges *ranges)
{
	size_t count = bins->edge_count + 1;
	struct mg_bin_count *counts = mg_alloc_array(arena, count + 1, sizeof *counts);
	if (bins->by_value)
		count_by_value(bins, f, counts);
	else
		count_by_edge(bins, f, counts);
	double absent = (double)(f->nulls + f->nans);
	if (missing)
		counts[count] = (struct mg_bin_count){absent, absent};
	*out = (struct mg_histogram){.bins = counts,
		.count = count + missing,
		.rows = (double)f->rows + (missing ? absent : 0)};
	if (ranges)
		find_candidates(bins, f, ranges);
}

/* ---- divergences ---- */

/* A bin's part of a divergence, from the current and the reference share. */
struct divergence {
	double (*term)(const struct divergence *d, double p, double q);
	double floor, half_row[2]; /* PSI: see stand_in */
};

/* What an empty bin counts as beside a share of the other side: less than what is there, so that a share
 * that is not 0 always counts. */
static double stand_in(const struct divergence *d, int side, double other)
{
	return fmin(fmin(d->floor, d->half_row[side]), other / 2);
}

static double psi_term(const struct divergence *d, double p, double q)
{
	if (p == 0 && q == 0)
		return 0;
	if (p == 0)
		p = stand_in(d, 0, q);
	else if (q == 0)
		q = stand_in(d, 1, p);
	return (p - q) * log(p / q);
}

/* p ln(2p / (p+q)) + q ln(2q / (p+q)), without cancellation when p is near q; twice the bin's part
 * of the Jensen-Shannon divergence. */
static double js_term(const struct divergence *of, double p, double q)
{
	(void)of;
	if (p == q)
		return 0;
	double d = (p - q) / (p + q);
	double up = 1 + d > 0 ? (1 + d) * log1p(d) : 0, down = 1 - d > 0 ? (1 - d) * log1p(-d) : 0;
	return (p + q) / 2 * (up + down);
}

/*
 * Sum over the bins of a term that is 0 where the shares agree, convex in both, and the greater the
 * further one share is from the other: greatest in a corner of the shares' bounds, least where they
 * come nearest. (PSI's term falls, not rises, from an empty bin to one of a row: still a corner.)
 */
static struct mg_stat sum_terms(const struct divergence *d, const struct mg_histogram *current,
	const struct mg_histogram *reference)
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
		double value = d->term(d, (p_lo + p_hi) / 2, (q_lo + q_hi) / 2);
		double hi = fmax(fmax(d->term(d, p_lo, q_lo), d->term(d, p_hi, q_hi)),
			fmax(d->term(d, p_lo, q_hi), d->term(d, p_hi, q_lo)));
		double lo = p_lo > q_hi ? d->term(d, p_lo, q_hi)
			: q_lo > p_hi   ? d->term(d, p_hi, q_lo)
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
	struct divergence d = {.term = psi_term,
		.floor = floor,
		.half_row = {0.5 / current->rows, 0.5 / reference->rows}};
	return sum_terms(&d, current, reference);
}

struct mg_stat mg_jensen_shannon(
	const struct mg_histogram *current, const struct mg_histogram *reference)
{
	struct divergence d = {.term = js_term};
	struct mg_stat s = sum_terms(&d, current, reference);
	if (isnan(s.value))
		return s;
	s.value = sqrt(fmin(1, fmax(0, s.value / (2 * M_LN2))));
	s.lo = sqrt(fmin(1, fmax(0, s.lo / (2 * M_LN2))));
	s.hi = sqrt(fmin(1, fmax(0, s.hi / (2 * M_LN2))));
	return s;
}

double mg_alone_share(const struct mg_histogram *of, const struct mg_histogram *other)
{
	double rows = 0;
	for (size_t i = 0; i < of->count; i++)
		rows += other->bins[i].hi == 0 ? (of->bins[i].lo + of->bins[i].hi) / 2 : 0;
	return of->rows > 0 ? rows / of->rows : 0;
}
