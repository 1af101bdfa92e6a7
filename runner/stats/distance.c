/* distance.c: walks two frequency tables side by side; Kolmogorov-Smirnov and Wasserstein-1. */
#include "stats/distance.h"

#include <math.h>
#include <stdbool.h>

#include "stats/merge.h"
#include "stats/refine.h"

static const char too_far[] = "the values are too far apart to be subtracted";

static struct mg_stat undefined(const char *why)
{
	return (struct mg_stat){.value = NAN, .lo = NAN, .hi = NAN, .why = why};
}

/*
 * One table while x moves up. `below` counts the rows of the entries that x has passed; when
 * `inside`, x has reached the start of entry i but not its end, and so at least one of its rows (the
 * one at lo) is <= x and at least one (at hi) is not.
 */
struct walk {
	const struct mg_freq *f;
	size_t i;
	bool inside;
	int64_t below;
};

static bool at_end(const struct walk *w)
{
	return w->i == w->f->len;
}

/* The next x at which something happens; not at the end. */
static double next_x(const struct walk *w)
{
	return w->inside ? w->f->hi[w->i] : w->f->lo[w->i];
}

static void move_to(struct walk *w, double x)
{
	while (!at_end(w) && next_x(w) <= x) {
		if (!w->inside && !mg_freq_exact_at(w->f, w->i)) {
			w->inside = true;
			continue;
		}
		w->inside = false;
		w->below += mg_freq_n(w->f, w->i++);
	}
}

/* Least and greatest share of rows <= x, for x from here to the next event. */
static double share_least(const struct walk *w)
{
	return (double)(w->below + w->inside) / (double)w->f->rows;
}

static double share_most(const struct walk *w)
{
	int64_t more = w->inside ? mg_freq_n(w->f, w->i) - 1 : 0;
	return (double)(w->below + more) / (double)w->f->rows;
}

/* The next x of either; false when both are at the end. */
static bool next_of(const struct walk *a, const struct walk *b, double *x)
{
	if (at_end(a) && at_end(b))
		return false;
	*x = at_end(a) ? next_x(b) : at_end(b) ? next_x(a) : fmin(next_x(a), next_x(b));
	return true;
}

static double gap_least(const struct walk *a, const struct walk *b)
{
	return fmax(0, fmax(share_least(a) - share_most(b), share_least(b) - share_most(a)));
}

static double gap_most(const struct walk *a, const struct walk *b)
{
	return fmax(share_most(a) - share_least(b), share_most(b) - share_least(a));
}

/* ---- exact tables: one merge, without bounds ---- */

enum wanted { KS, AREA };

/* Two exact tables, and the lower or the upper half of each, walked upwards. */
struct half {
	size_t i, i_end, j, j_end;
	double x;       /* the last value */
	int64_t gap;    /* there: rows of a up to x times all of b, less the same the other way */
	int64_t widest; /* greatest size of a gap */
	double area;    /* between the two: gaps times the way to the next value */
};

struct pair {
	const double *a, *b;
	struct mg_freq_counts a_counts, b_counts;
	int64_t a_rows, b_rows;
};

static inline void move_on(struct half *s, double x, int64_t change, enum wanted wanted)
{
	int64_t size = s->gap < 0 ? -s->gap : s->gap;
	if (wanted == KS)
		s->widest = size > s->widest ? size : s->widest;
	else if (size) /* it is 0 before the first x */
		s->area += (double)size * (x - s->x);
	s->gap += change;
	s->x = x;
}

static inline int64_t a_change(const struct pair *p, size_t i)
{
	return p->a_counts.n[i & p->a_counts.mask] * p->b_rows;
}

static inline int64_t b_change(const struct pair *p, size_t j)
{
	return -p->b_counts.n[j & p->b_counts.mask] * p->a_rows;
}

static inline bool both_go_on(const struct half *s)
{
	return s->i < s->i_end && s->j < s->j_end;
}

/* To the next value, while both go on. Which table it is from is as good as random, so no branch
 * depends on it. */
static inline void pass_next(const struct pair *p, struct half *s, enum wanted wanted)
{
	double a = p->a[s->i], b = p->b[s->j];
	bool of_a = a <= b, of_b = b <= a;
	move_on(s, of_a ? a : b,
		(a_change(p, s->i) & -(int64_t)of_a) + (b_change(p, s->j) & -(int64_t)of_b),
		wanted);
	s->i += of_a;
	s->j += of_b;
}

static inline struct half pass_rest(const struct pair *p, struct half s, enum wanted wanted)
{
	while (both_go_on(&s))
		pass_next(p, &s, wanted);
	for (; s.i < s.i_end; s.i++)
		move_on(&s, p->a[s.i], a_change(p, s.i), wanted);
	for (; s.j < s.j_end; s.j++)
		move_on(&s, p->b[s.j], b_change(p, s.j), wanted);
	move_on(&s, s.x, 0, wanted); /* the last gap counts as well */
	return s;
}

/* Each step has to wait for the one before; so two halves, that do not, take turns. */
static inline double merge_exact(
	const struct mg_freq *a, const struct mg_freq *b, enum wanted wanted)
{
	const struct pair p = {.a = a->lo,
		.b = b->lo,
		.a_counts = mg_freq_counts_of(a),
		.b_counts = mg_freq_counts_of(b),
		.a_rows = a->rows,
		.b_rows = b->rows};
	size_t i, j;
	mg_freq_halve(a, b, &i, &j);
	struct half low = {.i_end = i, .j_end = j};
	struct half high = {.i = i, .i_end = a->len, .j = j, .j_end = b->len};
	if (i || j)
		high.x = j == 0 || (i && a->lo[i - 1] > b->lo[j - 1]) ? a->lo[i - 1] : b->lo[j - 1];
	high.gap = mg_freq_rows(a, 0, i) * b->rows - mg_freq_rows(b, 0, j) * a->rows;
	while (both_go_on(&low) && both_go_on(&high)) {
		pass_next(&p, &low, wanted);
		pass_next(&p, &high, wanted);
	}
	low = pass_rest(&p, low, wanted);
	high = pass_rest(&p, high, wanted);
	double all = (double)a->rows * (double)b->rows;
	int64_t widest = low.widest > high.widest ? low.widest : high.widest;
	return (wanted == KS ? (double)widest : low.area + high.area) / all;
}

/* Exact tables, so few rows that gaps are whole numbers of 64 bits. */
static bool can_merge(const struct mg_freq *a, const struct mg_freq *b)
{
	return !a->hi && !b->hi && (double)a->rows * (double)b->rows < 0x1p62;
}

/* ---- tables without repeats: many entries at once ---- */

enum { WORTH_A_SEARCH = 64, WORTH_LEAPS = 4096 }; /* entries */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Passes the next m entries of both tables in order, and the last one's equal where it has one. */
static void leap(const struct mg_freq *a, const struct mg_freq *b, size_t m, size_t *i, size_t *j)
{
	const double *from_a = a->lo + *i, *from_b = b->lo + *j;
	size_t least = m > b->len - *j ? m - (b->len - *j) : 0, most = smaller(m, a->len - *i);
	while (least < most) { /* how many of them are of a */
		size_t middle = least + (most - least) / 2;
		if (from_a[middle] < from_b[m - middle - 1])
			least = middle + 1;
		else
			most = middle;
	}
	*i += least;
	*j += m - least;
	*i += *i<a->len && * j> 0 && a->lo[*i] == b->lo[*j - 1];
}

/* ---- Kolmogorov-Smirnov ---- */

/* The gap after i entries of a and j of b, in rows of a times rows of b; and the widest so far. */
struct gap {
	int64_t size, widest;
};

static inline void look(
	struct gap *gap, const struct mg_freq *a, const struct mg_freq *b, size_t i, size_t j)
{
	int64_t size = (int64_t)i * b->rows - (int64_t)j * a->rows;
	gap->size = size < 0 ? -size : size;
	gap->widest = gap->size > gap->widest ? gap->size : gap->widest;
}

/*
 * The distance of tables without repeats. An entry changes the gap by `step` at most, so as long as it
 * is well below the widest seen, many entries cannot matter, and are leapt over: of columns that
 * differ little in a million rows, nearly all.
 */
static double ks_by_leaps(const struct mg_freq *a, const struct mg_freq *b)
{
	int64_t step = a->rows > b->rows ? a->rows : b->rows;
	struct gap gap = {0};
	for (size_t i = 0, j = 0; i < a->len || j < b->len;) {
		size_t m = (size_t)((gap.widest - gap.size) / step);
		if (m > WORTH_A_SEARCH) {
			leap(a, b, smaller(m, a->len - i + b->len - j), &i, &j);
			look(&gap, a, b, i, j);
		}
		for (size_t k = 0; k < WORTH_A_SEARCH && (i < a->len || j < b->len); k++) {
			bool of_a = j == b->len || (i < a->len && a->lo[i] <= b->lo[j]);
			bool of_b = i == a->len || (j < b->len && b->lo[j] <= a->lo[i]);
			i += of_a;
			j += of_b;
			look(&gap, a, b, i, j);
		}
	}
	return (double)gap.widest / ((double)a->rows * (double)b->rows);
}

struct mg_stat mg_ks_distance(const struct mg_freq *a, const struct mg_freq *b,
	struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	if (a->rows == 0 || b->rows == 0)
		return undefined("a side has no values");
	if (can_merge(a, b)) {
		double ks = a->n || b->n ? merge_exact(a, b, KS) : ks_by_leaps(a, b);
		return (struct mg_stat){.value = ks, .lo = ks, .hi = ks};
	}
	double lo = 0, hi = 0, x;
	for (struct walk u = {.f = a}, v = {.f = b}; next_of(&u, &v, &x);) {
		move_to(&u, x);
		move_to(&v, x);
		lo = fmax(lo, gap_least(&u, &v));
		hi = fmax(hi, gap_most(&u, &v));
	}
	if (hi > lo) {
		struct mg_candidates of_a = {0}, of_b = {0};
		for (struct walk u = {.f = a}, v = {.f = b}; next_of(&u, &v, &x);) {
			move_to(&u, x);
			move_to(&v, x);
			double gain = gap_most(&u, &v) - lo;
			if (u.inside)
				mg_candidates_offer(&of_a, a, u.i, gain);
			if (v.inside)
				mg_candidates_offer(&of_b, b, v.i, gain);
		}
		mg_candidates_choose(&of_a, a_ranges);
		mg_candidates_choose(&of_b, b_ranges);
	}
	return (struct mg_stat){.value = (lo + hi) / 2, .lo = lo, .hi = hi};
}

/* ---- Wasserstein-1 ---- */

/*
 * A stretch of x in which at least one table is inside a bucket. At its ends both shares are known,
 * and so is the signed area between them, from the sums of the buckets. When the difference cannot
 * change its sign, that is the area; else it lies between |signed area| and `most`.
 */
struct stretch {
	bool on, never_less, never_more;
	double start, least, most;
	struct walk a, b; /* at the start */
};

/* Area under the distribution function of w over [start, end], which it has walked from `from`. */
static double area_under(const struct walk *from, const struct walk *w, double start, double end)
{
	const struct mg_freq *f = w->f;
	double rows = (double)f->rows, area = (double)from->below / rows * (end - start);
	for (size_t i = from->i; i < w->i; i++) {
		double n = (double)mg_freq_n(f, i);
		area += n / rows * (end - mg_freq_sum(f, i) / n);
	}
	return area;
}

static void offer_all(
	struct mg_candidates *w, const struct walk *from, const struct walk *to, double gain)
{
	for (size_t i = from->i; i < to->i; i++)
		mg_candidates_offer(w, to->f, i, gain);
}

/* How far values lie below `end`, all together. Several sums, since each addition waits for the one before. */
static double sum_below(const double *values, size_t n, double end)
{
	enum { SUMS = 8 };
	double sums[SUMS] = {0}, rest = 0;
	size_t i = 0;
	for (; i + SUMS <= n; i += SUMS)
		for (size_t k = 0; k < SUMS; k++)
			sums[k] += end - values[i + k];
	for (; i < n; i++)
		rest += end - values[i];
	for (size_t k = 0; k < SUMS; k++)
		rest += sums[k];
	return rest;
}

/* Where the walk stands that adds up the area: so many entries of each are passed, up to x. */
struct place {
	size_t i, j;
	int64_t gap; /* rows of a up to x times all of b, less the same the other way */
	double x;
};

/* Passes m entries, of which none turns the sign of the gap; returns the area up to the last of them. */
static double leap_area(
	const struct mg_freq *a, const struct mg_freq *b, size_t m, struct place *at)
{
	size_t i = at->i, j = at->j;
	leap(a, b, m, &at->i, &at->j);
	double end = at->i ? a->lo[at->i - 1] : b->lo[at->j - 1];
	if (at->j && b->lo[at->j - 1] > end)
		end = b->lo[at->j - 1];
	double area = (double)at->gap * (end - at->x);
	area += (double)b->rows * sum_below(a->lo + i, at->i - i, end);
	area -= (double)a->rows * sum_below(b->lo + j, at->j - j, end);
	at->gap += (int64_t)(at->i - i) * b->rows - (int64_t)(at->j - j) * a->rows;
	at->x = end;
	return fabs(area);
}

/* Passes the next value; returns the area up to it. */
static double step_area(const struct mg_freq *a, const struct mg_freq *b, struct place *at)
{
	bool of_a = at->j == b->len || (at->i < a->len && a->lo[at->i] <= b->lo[at->j]);
	bool of_b = at->i == a->len || (at->j < b->len && b->lo[at->j] <= a->lo[at->i]);
	double x = of_a ? a->lo[at->i] : b->lo[at->j], size = fabs((double)at->gap);
	double area = size > 0 ? size * (x - at->x) : 0; /* there is no x yet where the gap is 0 */
	at->gap += (of_a ? b->rows : 0) - (of_b ? a->rows : 0);
	at->i += of_a;
	at->j += of_b;
	at->x = x;
	return area;
}

/*
 * The area between tables without repeats. An entry changes the gap by `step` at most. So as long as it is far from
 * 0 its sign is known for many entries, and the area follows from their sum. The last one's equal, which is passed
 * with them, does not turn it either: of equal ones that of b comes first, which moves the gap the other way.
 */
static double area_by_leaps(const struct mg_freq *a, const struct mg_freq *b)
{
	int64_t step = a->rows > b->rows ? a->rows : b->rows;
	struct place at = {0};
	double area = 0;
	while (at.i < a->len || at.j < b->len) {
		size_t m = (size_t)((at.gap < 0 ? -at.gap : at.gap) / step);
		if (m > WORTH_A_SEARCH)
			area += leap_area(a, b, smaller(m, a->len - at.i + b->len - at.j), &at);
		for (size_t k = 0; k < WORTH_A_SEARCH && (at.i < a->len || at.j < b->len); k++)
			area += step_area(a, b, &at);
	}
	return area / ((double)a->rows * (double)b->rows);
}

static bool has_infinity(const struct mg_freq *f)
{
	return f->len > 0 && (isinf(f->lo[0]) || isinf(mg_freq_hi(f, f->len - 1)));
}

struct mg_stat mg_wasserstein(const struct mg_freq *a, const struct mg_freq *b,
	struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	if (a->rows == 0 || b->rows == 0)
		return undefined("a side has no values");
	if (has_infinity(a) || has_infinity(b))
		return undefined("there are infinite values, whose distance has no measure");

	if (can_merge(a, b)) {
		bool leaps = !a->n && !b->n && a->len + b->len > WORTH_LEAPS;
		double area = leaps ? area_by_leaps(a, b) : merge_exact(a, b, AREA);
		if (isfinite(area)) /* else its parts, times all rows, may have been too large */
			return (struct mg_stat){.value = area, .lo = area, .hi = area};
	}
	double lo = 0, hi = 0, before = 0, x;
	struct stretch s = {0};
	struct mg_candidates of_a = {0}, of_b = {0};
	for (struct walk u = {.f = a}, v = {.f = b}; next_of(&u, &v, &x); before = x) {
		/* the piece from `before` to x; at the first x both shares are 0 */
		double least = gap_least(&u, &v), most = gap_most(&u, &v), width = x - before;
		if (s.on) {
			s.least += least * width;
			s.most += most * width;
			s.never_less = s.never_less && share_least(&u) >= share_most(&v);
			s.never_more = s.never_more && share_most(&u) <= share_least(&v);
		} else if (least > 0) {
			lo += least * width;
			hi += least * width;
		}
		move_to(&u, x);
		move_to(&v, x);
		bool inside = u.inside || v.inside;
		if (inside && !s.on)
			s = (struct stretch){.on = true,
				.never_less = true,
				.never_more = true,
				.start = x,
				.a = u,
				.b = v};
		if (inside || !s.on)
			continue;
		double area = fabs(
			area_under(&s.a, &u, s.start, x) - area_under(&s.b, &v, s.start, x));
		double top = s.never_less || s.never_more ? area : fmax(area, s.most);
		double bottom = s.never_less || s.never_more ? area : fmax(area, s.least);
		lo += bottom;
		hi += top;
		offer_all(&of_a, &s.a, &u, top - bottom);
		offer_all(&of_b, &s.b, &v, top - bottom);
		s.on = false;
	}
	mg_candidates_choose(&of_a, a_ranges);
	mg_candidates_choose(&of_b, b_ranges);
	if (!isfinite(hi))
		return undefined(too_far);
	return (struct mg_stat){.value = lo == hi ? lo : (lo + hi) / 2, .lo = lo, .hi = hi};
}
