/* distance.c: walks two frequency tables side by side; Kolmogorov-Smirnov and Wasserstein-1. */
#include "stats/distance.h"

#include <math.h>
#include <stdbool.h>

#include "stats/opens.h"

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

struct merge {
	double ks, area;
};

struct place { /* in both tables, with what was found up to x */
	size_t i, j;
	double gap, x;
};

/* While both tables go on, and no value repeats in either: which comes next is as good as random,
 * so no branch may depend on it. */
static struct place merge_unrepeated(
	const struct mg_freq *a, const struct mg_freq *b, struct merge *out)
{
	struct place at = {0};
	double ks = 0, area = 0, a_rows = (double)a->rows, b_rows = (double)b->rows;
	while (at.i < a->len && at.j < b->len) {
		double from_a = a->lo[at.i], from_b = b->lo[at.j];
		double x = from_a <= from_b ? from_a : from_b, step = x - at.x;
		area += at.gap > 0 ? at.gap * step : 0;
		at.i += from_a <= from_b;
		at.j += from_b <= from_a;
		at.gap = fabs((double)at.i / a_rows - (double)at.j / b_rows);
		ks = at.gap > ks ? at.gap : ks;
		at.x = x;
	}
	*out = (struct merge){.ks = ks, .area = area};
	return at;
}

static struct merge merge_exact(const struct mg_freq *a, const struct mg_freq *b)
{
	double a_rows = (double)a->rows, b_rows = (double)b->rows;
	struct merge out = {0};
	struct place at = {0};
	if (!a->n && !b->n)
		at = merge_unrepeated(a, b, &out);
	int64_t a_below = (int64_t)at.i, b_below = (int64_t)at.j;
	while (at.i < a->len || at.j < b->len) {
		bool from_a = at.j == b->len || (at.i < a->len && a->lo[at.i] <= b->lo[at.j]);
		double x = from_a ? a->lo[at.i] : b->lo[at.j];
		/* Before the first x the gap is 0, and between infinities. */
		if (at.gap > 0)
			out.area += at.gap * (x - at.x);
		if (from_a)
			a_below += mg_freq_n(a, at.i++);
		if (at.j < b->len && b->lo[at.j] <= x)
			b_below += mg_freq_n(b, at.j++);
		at.gap = fabs((double)a_below / a_rows - (double)b_below / b_rows);
		if (at.gap > out.ks)
			out.ks = at.gap;
		at.x = x;
	}
	return out;
}

static bool both_exact(const struct mg_freq *a, const struct mg_freq *b)
{
	return !a->hi && !b->hi;
}

/* ---- Kolmogorov-Smirnov ---- */

struct mg_stat mg_ks_distance(const struct mg_freq *a, const struct mg_freq *b,
	struct mg_opens *a_opens, struct mg_opens *b_opens)
{
	if (a->rows == 0 || b->rows == 0)
		return undefined("a side has no values");
	if (both_exact(a, b)) {
		double ks = merge_exact(a, b).ks;
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
		struct mg_wishes of_a = {0}, of_b = {0};
		for (struct walk u = {.f = a}, v = {.f = b}; next_of(&u, &v, &x);) {
			move_to(&u, x);
			move_to(&v, x);
			double gain = gap_most(&u, &v) - lo;
			if (u.inside)
				mg_wishes_offer(&of_a, a, u.i, gain);
			if (v.inside)
				mg_wishes_offer(&of_b, b, v.i, gain);
		}
		mg_wishes_choose(&of_a, a_opens);
		mg_wishes_choose(&of_b, b_opens);
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
	struct mg_wishes *w, const struct walk *from, const struct walk *to, double gain)
{
	for (size_t i = from->i; i < to->i; i++)
		mg_wishes_offer(w, to->f, i, gain);
}

static bool has_infinity(const struct mg_freq *f)
{
	return f->len > 0 && (isinf(f->lo[0]) || isinf(mg_freq_hi(f, f->len - 1)));
}

struct mg_stat mg_wasserstein(const struct mg_freq *a, const struct mg_freq *b,
	struct mg_opens *a_opens, struct mg_opens *b_opens)
{
	if (a->rows == 0 || b->rows == 0)
		return undefined("a side has no values");
	if (has_infinity(a) || has_infinity(b))
		return undefined("there are infinite values, whose distance has no measure");

	if (both_exact(a, b)) {
		double area = merge_exact(a, b).area;
		if (!isfinite(area))
			return undefined(too_far);
		return (struct mg_stat){.value = area, .lo = area, .hi = area};
	}
	double lo = 0, hi = 0, before = 0, x;
	struct stretch s = {0};
	struct mg_wishes of_a = {0}, of_b = {0};
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
	mg_wishes_choose(&of_a, a_opens);
	mg_wishes_choose(&of_b, b_opens);
	if (!isfinite(hi))
		return undefined(too_far);
	return (struct mg_stat){.value = lo == hi ? lo : (lo + hi) / 2, .lo = lo, .hi = hi};
}
