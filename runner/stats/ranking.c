/* ranking.c: ROC AUC, its standard error, and average precision; definitions in ranking.h. */
#include "stats/ranking.h"

#include <math.h>
#include <stdbool.h>

#include "stats/merge.h"
#include "stats/refine.h"

static struct mg_stat undefined(const char *why)
{
	return (struct mg_stat){.value = NAN, .lo = NAN, .hi = NAN, .why = why};
}

/* How entries of `other` lie to an entry of a table that is walked upwards. */
struct place {
	const struct mg_freq *other;
	size_t below_i,
		reach_i; /* entries before below_i end under it, before reach_i start not over it */
	int64_t below, reach; /* their rows */
};

static void move_place(struct place *p, double lo, double hi)
{
	const struct mg_freq *f = p->other;
	while (p->below_i < f->len && mg_freq_hi(f, p->below_i) < lo)
		p->below += mg_freq_n(f, p->below_i++);
	while (p->reach_i < f->len && f->lo[p->reach_i] <= hi)
		p->reach += mg_freq_n(f, p->reach_i++);
}

/* Entry i of f and what p found beside it are one and the same exact value. */
static bool is_tie(const struct place *p, const struct mg_freq *f, size_t i)
{
	return p->reach_i == p->below_i + 1 && mg_freq_exact_at(f, i) &&
		mg_freq_exact_at(p->other, p->below_i);
}

/* ---- exact tables: one merge, without bounds ---- */

/* So few rows that twice the pairs can be counted in 64 bits. */
static bool can_merge(const struct mg_freq *a, const struct mg_freq *b)
{
	return !a->hi && !b->hi && (double)a->rows * (double)b->rows < 0x1p62;
}

enum wanted { PAIRS, PRECISIONS };

/* The lower or the upper half of two exact tables, walked upwards. */
struct half {
	size_t i, i_end, j, j_end; /* entries of positives and of negatives */
	int64_t below, right;      /* there: negatives passed, positives not yet */
	uint64_t doubled; /* twice the pairs of a positive and a negative below it; ties one half */
	double precisions, lost; /* the sum, over the positives, of the precision from their score
	                          * up; what rounding took from it */
};

struct pair {
	const struct mg_freq *negative, *positive;
	struct mg_freq_counts negatives, positives;
};

static inline void pass_positives(
	const struct pair *p, struct half *s, int64_t rows, int64_t ties, enum wanted wanted)
{
	if (wanted == PAIRS) {
		s->doubled += (uint64_t)rows * (uint64_t)(2 * s->below + ties);
	} else {
		double add = (double)rows *
			((double)s->right / (double)(s->right + p->negative->rows - s->below));
		double sum = s->precisions + add, added = sum - s->precisions;
		s->lost += (s->precisions - (sum - added)) + (add - added);
		s->precisions = sum;
	}
	s->right -= rows;
}

static inline bool both_go_on(const struct half *s)
{
	return s->i < s->i_end && s->j < s->j_end;
}

/* To the next value, while both go on. Which table it is from is as good as random, so no branch depends on
 * it. */
static inline void pass_next(const struct pair *p, struct half *s, enum wanted wanted)
{
	double positive = p->positive->lo[s->i], negative = p->negative->lo[s->j];
	bool of_p = positive <= negative, of_n = negative <= positive;
	int64_t p_rows = p->positives.n[s->i & p->positives.mask] & -(int64_t)of_p;
	int64_t n_rows = p->negatives.n[s->j & p->negatives.mask] & -(int64_t)of_n;
	pass_positives(p, s, p_rows, n_rows, wanted);
	s->below += n_rows;
	s->i += of_p;
	s->j += of_n;
}

/* What is left of one of them: negatives above all positives change nothing. */
static inline void pass_rest(const struct pair *p, struct half *s, enum wanted wanted)
{
	while (both_go_on(s))
		pass_next(p, s, wanted);
	for (; s->i < s->i_end; s->i++)
		pass_positives(p, s, p->positives.n[s->i & p->positives.mask], 0, wanted);
}

/* Each step has to wait for the one before; so two halves, that do not, take turns. */
static inline struct half merge_exact(
	const struct mg_freq *negative, const struct mg_freq *positive, enum wanted wanted)
{
	const struct pair p = {.negative = negative,
		.positive = positive,
		.negatives = mg_freq_counts_of(negative),
		.positives = mg_freq_counts_of(positive)};
	size_t i, j;
	mg_freq_halve(positive, negative, &i, &j);
	struct half low = {.i_end = i, .j_end = j, .right = positive->rows};
	struct half high = {.i = i,
		.i_end = positive->len,
		.j = j,
		.j_end = negative->len,
		.below = mg_freq_rows(negative, 0, j),
		.right = positive->rows - mg_freq_rows(positive, 0, i)};
	while (both_go_on(&low) && both_go_on(&high)) {
		pass_next(&p, &low, wanted);
		pass_next(&p, &high, wanted);
	}
	pass_rest(&p, &low, wanted);
	pass_rest(&p, &high, wanted);
	return (struct half){.doubled = low.doubled + high.doubled,
		.precisions = low.precisions + high.precisions + (low.lost + high.lost)};
}

static struct mg_stat exactly(double value)
{
	return (struct mg_stat){.value = value, .lo = value, .hi = value};
}

/* ---- the statistics ---- */

struct mg_stat mg_roc_auc(const struct mg_freq *negative, const struct mg_freq *positive,
	struct mg_ranges *negative_ranges, struct mg_ranges *positive_ranges)
{
	if (positive->rows == 0 || negative->rows == 0)
		return undefined(positive->rows == 0 ? "no row is positive" : "no row is negative");
	long double pairs = (long double)positive->rows * (long double)negative->rows;
	if (can_merge(negative, positive))
		return exactly(
			(double)((long double)merge_exact(negative, positive, PAIRS).doubled / 2 /
				pairs));
	/* long double: counts of pairs up to 2^63 stay whole */
	long double least = 0, most = 0;
	struct mg_candidates of_positive = {0}, of_negative = {0};
	struct place p = {.other = negative};
	for (size_t i = 0; i < positive->len; i++) {
		move_place(&p, positive->lo[i], mg_freq_hi(positive, i));
		long double n = (long double)mg_freq_n(positive, i), beside = p.reach - p.below;
		if (is_tie(&p, positive, i)) {
			least += n * (p.below + beside / 2);
			most += n * (p.below + beside / 2);
			continue;
		}
		least += n * p.below;
		most += n * p.reach;
		mg_candidates_offer(&of_positive, positive, i, (double)(n * beside));
		for (size_t j = p.below_i; j < p.reach_i; j++)
			mg_candidates_offer(
				&of_negative, negative, j, (double)(n * mg_freq_n(negative, j)));
	}
	mg_candidates_choose(&of_positive, positive_ranges);
	mg_candidates_choose(&of_negative, negative_ranges);
	double lo = (double)(least / pairs), hi = (double)(most / pairs);
	return (struct mg_stat){.value = least == most ? lo : (lo + hi) / 2, .lo = lo, .hi = hi};
}

/* Sample variance, over the rows of f, of the share of `other` below it (ties one half). */
static double placement_variance(const struct mg_freq *f, const struct mg_freq *other)
{
	double rows = (double)other->rows, mean = 0;
	for (int pass = 0;; pass++) {
		double sum = 0;
		struct place p = {.other = other};
		for (size_t i = 0; i < f->len; i++) {
			move_place(&p, f->lo[i], mg_freq_hi(f, i));
			double share = ((double)p.below + (double)(p.reach - p.below) / 2) / rows;
			double n = (double)mg_freq_n(f, i), gap = share - mean;
			sum += n * (pass ? gap * gap : share);
		}
		if (pass)
			return sum / (double)(f->rows - 1);
		mean = sum / (double)f->rows;
	}
}

double mg_roc_auc_se(const struct mg_freq *negative, const struct mg_freq *positive)
{
	if (negative->rows < 2 || positive->rows < 2)
		return NAN;
	return sqrt(placement_variance(positive, negative) / (double)positive->rows +
		placement_variance(negative, positive) / (double)negative->rows);
}

struct mg_stat mg_average_precision(const struct mg_freq *negative, const struct mg_freq *positive,
	struct mg_ranges *negative_ranges, struct mg_ranges *positive_ranges)
{
	if (positive->rows == 0)
		return undefined("no row is positive");
	if (can_merge(negative, positive))
		return exactly(merge_exact(negative, positive, PRECISIONS).precisions /
			(double)positive->rows);
	double least = 0, most = 0, all = (double)positive->rows;
	struct mg_candidates of_positive = {0}, of_negative = {0};
	struct place p = {.other = negative};
	int64_t passed = 0; /* positives in entries below entry i */
	for (size_t i = 0; i < positive->len; i++) {
		move_place(&p, positive->lo[i], mg_freq_hi(positive, i));
		int64_t n = mg_freq_n(positive, i);
		double right = (double)(positive->rows - passed);       /* this entry's and above */
		double wrong_most = (double)(negative->rows - p.below); /* not surely below */
		double wrong_least = (double)(negative->rows - p.reach); /* surely above */
		double weight = (double)n / all;
		passed += n;
		if (mg_freq_exact_at(positive, i) &&
			(p.reach_i == p.below_i || is_tie(&p, positive, i))) {
			least += weight * right / (right + wrong_most);
			most += weight * right / (right + wrong_most);
			continue;
		}
		/* The best: all of the bucket tie, before any negative of doubtful place. The worst:
		 * all those come first and the positives one by one; t / (t + wrong) is concave, so
		 * its mean over them is at least that of its ends. */
		double first = mg_freq_exact_at(positive, i)
			? right
			: (double)(positive->rows - passed) + 1;
		double low = (right / (right + wrong_most) + first / (first + wrong_most)) / 2;
		double high = right / (right + wrong_least);
		least += weight * low;
		most += weight * high;
		mg_candidates_offer(&of_positive, positive, i, weight * (high - low));
		for (size_t j = p.below_i; j < p.reach_i; j++)
			mg_candidates_offer(&of_negative, negative, j, weight * (high - low));
	}
	mg_candidates_choose(&of_positive, positive_ranges);
	mg_candidates_choose(&of_negative, negative_ranges);
	return (struct mg_stat){
		.value = least == most ? least : (least + most) / 2, .lo = least, .hi = most};
}
