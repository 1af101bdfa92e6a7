/* calibration.c: expected calibration error; definitions in calibration.h. */
#include "stats/calibration.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "stats/bins.h"
#include "stats/refine.h"

double mg_ece(const struct mg_calibration_bin *bins, size_t count)
{
	double sum = 0, rows = 0;
	for (size_t i = 0; i < count; i++) {
		sum += fabs(bins[i].positives - bins[i].score_sum);
		rows += bins[i].rows;
	}
	return rows > 0 ? sum / rows : NAN;
}

double mg_ece_uniform(const struct mg_freq *negative, const struct mg_freq *positive, size_t bins)
{
	const struct mg_freq *both[] = {negative, positive};
	double sum = 0, rows = (double)(negative->rows + positive->rows);
	size_t at[] = {0, 0};
	for (size_t k = 1; k <= bins; k++) {
		double edge = (double)k / (double)bins;
		double gap = 0; /* positives less their scores */
		for (int side = 0; side < 2; side++) {
			const struct mg_freq *f = both[side];
			for (; at[side] < f->len && (k == bins || f->lo[at[side]] <= edge);
				at[side]++)
				gap += (double)mg_freq_n(f, at[side]) * (side - f->lo[at[side]]);
		}
		sum += fabs(gap);
	}
	return rows > 0 ? sum / rows : NAN;
}

/* Goes up both tables at once, taking whichever entry ends first. */
struct both {
	const struct mg_freq *f[2]; /* negative, positive */
	size_t i[2];
};

static int next_side(const struct both *b)
{
	bool end[2] = {b->i[0] == b->f[0]->len, b->i[1] == b->f[1]->len};
	if (end[0] || end[1])
		return end[0] ? (end[1] ? -1 : 1) : 0;
	return mg_freq_hi(b->f[1], b->i[1]) < mg_freq_hi(b->f[0], b->i[0]) ? 1 : 0;
}

/* Is the other table's next entry in doubt against entry i of this side's, or equal to it? */
static bool overlaps(const struct both *b, int side)
{
	const struct mg_freq *f = b->f[side], *g = b->f[!side];
	size_t i = b->i[side], j = b->i[!side];
	return j < g->len && g->lo[j] <= mg_freq_hi(f, i);
}

/*
 * Bins are filled entry by entry: a bin is full once it holds the rank of its edge and the values go
 * on to the next. Where an inexact entry, or one that overlaps an inexact one, meets an edge, its
 * rows may belong to either side; moving a row changes the error by at most 2 |y - p| / rows.
 */
struct mg_stat mg_ece_quantile(const struct mg_freq *negative, const struct mg_freq *positive,
	struct mg_calibration_bin *filled, size_t bins, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	int64_t rows = negative->rows + positive->rows;
	if (rows == 0)
		return (struct mg_stat){
			.value = NAN, .lo = NAN, .hi = NAN, .why = "there are no rows"};
	memset(filled, 0, bins * sizeof *filled);
	struct mg_candidates candidates[2] = {{0}, {0}};
	struct both b = {.f = {negative, positive}};
	double doubt = 0;
	int64_t done = 0;
	size_t first = 0;
	while (next_side(&b) >= 0) {
		/* A knot: entries that overlap one another, together. Exact ones are single values. */
		size_t from[2] = {b.i[0], b.i[1]};
		int64_t in_knot = 0;
		struct mg_calibration_bin knot = {0};
		bool exact = true, more = true;
		double end = -INFINITY;
		while (more) {
			int side = next_side(&b);
			const struct mg_freq *f = b.f[side];
			size_t i = b.i[side];
			exact = exact && mg_freq_exact_at(f, i);
			end = fmax(end, mg_freq_hi(f, i));
			more = overlaps(&b, side);
			in_knot += mg_freq_n(f, i);
			knot.rows += (double)mg_freq_n(f, i);
			knot.positives += side ? (double)mg_freq_n(f, i) : 0;
			knot.score_sum += mg_freq_sum(f, i);
			b.i[side]++;
		}
		/* the bins in which the knot starts and ends: as many edges lie below */
		while (first + 1 < bins && mg_quantile_rank(rows, first + 1, bins) <= done)
			first++;
		size_t last = first;
		while (last + 1 < bins && mg_quantile_rank(rows, last + 1, bins) < done + in_knot)
			last++;
		filled[first].rows += knot.rows;
		filled[first].positives += knot.positives;
		filled[first].score_sum += knot.score_sum;
		done += in_knot;
		if (exact || first == last)
			continue;
		double gain = 2 * knot.rows / (double)rows;
		doubt += gain;
		for (int side = 0; side < 2; side++) {
			for (size_t i = from[side]; i < b.i[side]; i++)
				mg_candidates_offer(&candidates[side], b.f[side], i, gain);
		}
	}
	mg_candidates_choose(&candidates[0], negative_ranges);
	mg_candidates_choose(&candidates[1], positive_ranges);
	double value = mg_ece(filled, bins);
	return (struct mg_stat){
		.value = value, .lo = fmax(0, value - doubt), .hi = fmin(1, value + doubt)};
}
