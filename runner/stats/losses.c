/* losses.c: mean losses from the scores of either class; definitions in losses.h. */
#include "stats/losses.h"

#include <float.h>
#include <math.h>

#include "base/arena.h"
#include "stats/refine.h"

#define CLOSE_ENOUGH 1e-6 /* of the mean: no second look at the rows for less */

/* The probability that a score gives to what the label is, cut where its logarithm would be infinite. */
static inline double chance_of(bool positive, double score)
{
	double p = positive ? score : 1 - score;
	p = p > DBL_EPSILON ? p : DBL_EPSILON;
	return p < 1 - DBL_EPSILON ? p : 1 - DBL_EPSILON;
}

/* The loss of a score given to a row whose label is positive or not. */
static inline double loss_of(enum mg_loss loss, bool positive, double score)
{
	if (loss == MG_LOSS_SQUARE) {
		double off = positive ? score - 1 : score;
		return off * off;
	}
	return -log(chance_of(positive, score));
}

/* ---- sums ---- */

struct sum {
	double sum, lost; /* Neumaier's */
};

static void add(struct sum *s, double x)
{
	double sum = s->sum + x;
	s->lost += fabs(s->sum) >= fabs(x) ? (s->sum - sum) + x : (x - sum) + s->sum;
	s->sum = sum;
}

/* Blocks are short, and of numbers of one sign: only their sums need to be compensated. */
enum { BLOCK = 64 };

/* Of scores that occur once. The sum of logarithms is the logarithm of the product, which sixteen chances of at
 * least 2^-52 do not bring to 0; its relative error of some 16 roundings is one of the sum, unless that is near 0. */
enum { PRODUCT = 16 };

static inline double sum_logs(bool positive, const double *scores, size_t count)
{
	double sum = 0;
	for (size_t at = 0; at < count; at += PRODUCT) {
		size_t end = count - at < PRODUCT ? count : at + PRODUCT;
		double product = 1;
		for (size_t i = at; i < end; i++)
			product *= chance_of(positive, scores[i]);
		if (product <= 0.5) {
			sum -= log(product);
			continue;
		}
		for (size_t i = at; i < end; i++)
			sum += loss_of(MG_LOSS_LOG, positive, scores[i]);
	}
	return sum;
}

static inline double sum_exact(enum mg_loss loss, bool positive, const struct mg_freq *f)
{
	struct mg_freq_counts counts = mg_freq_counts_of(f);
	struct sum total = {0};
	for (size_t at = 0; at < f->len; at += BLOCK) {
		size_t end = f->len - at < BLOCK ? f->len : at + BLOCK;
		bool once = loss == MG_LOSS_LOG && !f->n;
		double block = once ? sum_logs(positive, f->lo + at, end - at) : 0;
		for (size_t i = at; i < end && !once; i++)
			block += (double)counts.n[i & counts.mask] *
				loss_of(loss, positive, f->lo[i]);
		add(&total, block);
	}
	return total.sum + total.lost;
}

/* ---- bounds ---- */

/* The losses of the rows of entry i together: least and most. */
static struct mg_range entry_bounds(
	enum mg_loss loss, bool positive, const struct mg_freq *f, size_t i)
{
	double n = (double)mg_freq_n(f, i), lo = f->lo[i], hi = mg_freq_hi(f, i);
	double at_lo = loss_of(loss, positive, lo), at_hi = loss_of(loss, positive, hi);
	double least = fmin(at_lo, at_hi), most = fmax(at_lo, at_hi);
	if (mg_freq_exact_at(f, i))
		return (struct mg_range){n * least, n * most};
	/* where it is cut the logarithm is not convex */
	if (loss == MG_LOSS_LOG && (positive ? lo : 1 - hi) < DBL_EPSILON)
		return (struct mg_range){n * least, n * most};
	double mean = fmin(fmax(mg_freq_sum(f, i) / n, lo), hi);
	double chord = at_lo + (at_hi - at_lo) * ((mean - lo) / (hi - lo));
	double at_mean = loss_of(loss, positive, mean);
	return (struct mg_range){n * fmin(at_mean, chord), n * chord};
}

struct bounds {
	struct sum least, most;
};

static void add_table(enum mg_loss loss, bool positive, const struct mg_freq *f, struct bounds *b,
	struct mg_candidates *wishes)
{
	if (!f->hi) {
		double sum = positive ? sum_exact(loss, true, f) : sum_exact(loss, false, f);
		add(&b->least, sum);
		add(&b->most, sum);
		return;
	}
	for (size_t i = 0; i < f->len; i++) {
		struct mg_range of_entry = entry_bounds(loss, positive, f, i);
		add(&b->least, of_entry.lo);
		add(&b->most, of_entry.hi);
		mg_candidates_offer(wishes, f, i, of_entry.hi - of_entry.lo);
	}
}

struct mg_stat mg_loss_mean(enum mg_loss loss, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	double rows = (double)(negative->rows + positive->rows);
	if (rows == 0)
		return (struct mg_stat){
			.value = NAN, .lo = NAN, .hi = NAN, .why = "there are no rows"};
	struct bounds b = {0};
	struct mg_candidates of_negative = {0}, of_positive = {0};
	add_table(loss, false, negative, &b, &of_negative);
	add_table(loss, true, positive, &b, &of_positive);
	double lo = (b.least.sum + b.least.lost) / rows, hi = (b.most.sum + b.most.lost) / rows;
	bool close = hi - lo <= CLOSE_ENOUGH * hi;
	mg_candidates_choose(&of_negative, close ? NULL : negative_ranges);
	mg_candidates_choose(&of_positive, close ? NULL : positive_ranges);
	return (struct mg_stat){.value = lo == hi ? lo : (lo + hi) / 2, .lo = lo, .hi = hi};
}

/* ---- the table of losses ---- */

/* Entry i of the losses of one class, upwards: those of positives fall as their scores rise. */
static size_t entry_of(const struct mg_freq *f, bool positive, size_t i)
{
	return positive ? f->len - 1 - i : i;
}

bool mg_loss_table(struct mg_arena *arena, enum mg_loss loss, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_freq *out)
{
	const struct mg_freq *both[] = {negative, positive};
	if (negative->hi || positive->hi)
		return false;
	size_t most = negative->len + positive->len, at[] = {0, 0};
	struct mg_freq f = {.lo = mg_alloc_array(arena, most, sizeof(*f.lo)),
		.n = mg_alloc_array(arena, most, sizeof(*f.n)),
		.rows = negative->rows + positive->rows};
	while (at[0] < negative->len || at[1] < positive->len) {
		double next[] = {INFINITY, INFINITY};
		size_t entry[] = {0, 0};
		for (int side = 0; side < 2; side++) {
			if (at[side] == both[side]->len)
				continue;
			entry[side] = entry_of(both[side], side, at[side]);
			next[side] = loss_of(loss, side, both[side]->lo[entry[side]]);
		}
		int side = next[1] < next[0];
		if (f.len == 0 || f.lo[f.len - 1] != next[side])
			f.lo[f.len++] = next[side];
		f.n[f.len - 1] += mg_freq_n(both[side], entry[side]);
		at[side]++;
	}
	*out = f;
	return true;
}
