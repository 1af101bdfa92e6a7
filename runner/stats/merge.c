/* merge.c: several exact frequency tables as one, by merging halves of them. */
#include "stats/merge.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/sort.h"

enum { MANY = 64 /* tables */ };

/* ---- values, each as often as it occurs ---- */

/* One merge on its way: what is left of two sorted lists, and where it goes. */
struct lists {
	const double *a, *a_end, *b, *b_end;
	double *out;
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many values neither list can run out of. */
static size_t safe_steps(const struct lists *l)
{
	return least((size_t)(l->a_end - l->a), (size_t)(l->b_end - l->b));
}

static void finish_lists(struct lists *l)
{
	while (l->a < l->a_end && l->b < l->b_end)
		*l->out++ = *l->a <= *l->b ? *l->a++ : *l->b++;
	memcpy(l->out, l->a, (size_t)(l->a_end - l->a) * sizeof(double));
	memcpy(l->out + (l->a_end - l->a), l->b, (size_t)(l->b_end - l->b) * sizeof(double));
}

/* Which comes next is as good as random, so no branch depends on it; and since each step then has
 * to wait for the one before, two merges that do not depend on each other take turns. */
static void merge_both(struct lists *one, struct lists *two)
{
	struct lists l = *one, r = *two;
	for (size_t steps; (steps = least(safe_steps(&l), safe_steps(&r))) > 0;) {
		for (size_t i = 0; i < steps; i++) {
			double l_a = *l.a, l_b = *l.b, r_a = *r.a, r_b = *r.b;
			l.out[i] = l_a <= l_b ? l_a : l_b;
			r.out[i] = r_a <= r_b ? r_a : r_b;
			l.a += l_a <= l_b;
			l.b += !(l_a <= l_b);
			r.a += r_a <= r_b;
			r.b += !(r_a <= r_b);
		}
		l.out += steps;
		r.out += steps;
	}
	finish_lists(&l);
	finish_lists(&r);
}

/* How many of a are among the `rank` least values of both. */
static size_t of_first(const double *a, size_t a_len, const double *b, size_t b_len, size_t rank)
{
	size_t from = rank > b_len ? rank - b_len : 0, to = least(rank, a_len);
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (a[middle] <= b[rank - middle - 1])
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Merges two sorted lists: the lesser half of all values, and the greater half. */
static void merge_lists(const double *a, size_t a_len, const double *b, size_t b_len, double *out)
{
	size_t half = (a_len + b_len) / 2, of_a = of_first(a, a_len, b, b_len, half),
	       of_b = half - of_a;
	struct lists lesser = {a, a + of_a, b, b + of_b, out};
	struct lists greater = {a + of_a, a + a_len, b + of_b, b + b_len, out + half};
	merge_both(&lesser, &greater);
}

void mg_freq_halve(
	const struct mg_freq *a, const struct mg_freq *b, size_t *out_of_a, size_t *out_of_b)
{
	size_t half = (a->len + b->len) / 2, i = of_first(a->lo, a->len, b->lo, b->len, half),
	       j = half - i;
	/* the first value of the upper half goes there from both */
	bool of_a = j == b->len || (i < a->len && a->lo[i] <= b->lo[j]);
	double x = i < a->len || j < b->len ? (of_a ? a->lo[i] : b->lo[j]) : 0;
	*out_of_a = mg_freq_first_from(a, 0, x);
	*out_of_b = mg_freq_first_from(b, 0, x);
}

/* Where `count` tables, two or more, are best cut in two: halves of about as many rows. */
static size_t cut(
	const struct mg_freq *const *tables, size_t count, int64_t rows, int64_t *out_rows)
{
	size_t i = 1;
	int64_t left = tables[0]->rows;
	while (i + 1 < count && left + tables[i]->rows / 2 < rows / 2)
		left += tables[i++]->rows;
	*out_rows = left;
	return i;
}

static int64_t rows_of(const struct mg_freq *const *tables, size_t count)
{
	int64_t rows = 0;
	for (size_t i = 0; i < count; i++)
		rows += tables[i]->rows;
	return rows;
}

static const double *spread(const struct mg_freq *f, double *into)
{
	if (!f->n)
		return f->lo;
	double *out = into;
	for (size_t i = 0; i < f->len; i++)
		for (int64_t k = 0; k < f->n[i]; k++)
			*out++ = f->lo[i];
	return into;
}

/* The values of all tables in order: in `into`, or where the only table has them. */
static const double *sorted(const struct mg_freq *const *tables, size_t count, int64_t rows,
	double *into, double *other)
{
	if (count == 1)
		return spread(tables[0], into);
	int64_t left;
	size_t i = cut(tables, count, rows, &left), of_a = (size_t)left;
	const double *a = sorted(tables, i, left, other, into);
	const double *b = sorted(tables + i, count - i, rows - left, other + left, into + left);
	merge_lists(a, of_a, b, (size_t)rows - of_a, into);
	return into;
}

/* Values that several tables had become one entry. */
static void join_repeated(struct mg_arena *arena, struct mg_freq *f)
{
	size_t distinct = f->len > 0;
	for (size_t i = 1; i < f->len; i++)
		distinct += f->lo[i] != f->lo[i - 1];
	if (distinct == f->len)
		return;
	f->n = mg_alloc_array(arena, distinct, sizeof(*f->n));
	size_t at = 0;
	for (size_t i = 0; i < f->len; i++) {
		if (f->lo[i] != f->lo[at])
			f->lo[++at] = f->lo[i];
		f->n[at]++;
	}
	f->len = distinct;
}

/* The same of so many tables that sorting takes fewer rounds than merging them two by two. */
static const double *sort_many(
	const struct mg_freq *const *tables, size_t count, size_t rows, double *into, double *spare)
{
	double *to = into;
	for (size_t i = 0; i < count; i++) {
		const double *values = spread(tables[i], to);
		if (values != to)
			memcpy(to, values, tables[i]->len * sizeof(double));
		to += tables[i]->rows;
	}
	mg_sort_doubles(into, rows, spare);
	return into;
}

/* A row of entries of a table, as a table. */
static struct mg_freq part_of(const struct mg_freq *f, size_t from, size_t to)
{
	struct mg_freq part = {.len = to - from,
		.lo = f->lo + from,
		.n = f->n ? f->n + from : NULL,
		.rows = (int64_t)(to - from)};
	if (part.n) {
		part.rows = 0;
		for (size_t i = 0; i < part.len; i++)
			part.rows += part.n[i];
	}
	return part;
}

/* Range after range of values, each few enough that all rounds of merging stay in the cache. */
struct ranges {
	const struct mg_freq *const *tables;
	size_t count;
	struct mg_freq *parts;
	const struct mg_freq **filled; /* parts */
	size_t *at;                    /* by table: where the range starts */
	double *spare;
	size_t spare_len;
};

/* Merges what is below `end`, or with `last` all that is left, to `out`; returns how many. */
static size_t merge_range(struct ranges *r, double end, bool last, double *out)
{
	size_t used = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct mg_freq *f = r->tables[i];
		size_t to = last ? f->len : mg_freq_first_from(f, r->at[i], end);
		r->parts[used] = part_of(f, r->at[i], to);
		r->at[i] = to;
		if (r->parts[used].len) {
			r->filled[used] = &r->parts[used];
			used++;
		}
	}
	if (!used)
		return 0;
	size_t rows = (size_t)rows_of(r->filled, used);
	if (rows > r->spare_len) {
		free(r->spare);
		r->spare_len = rows;
		r->spare = malloc(rows * sizeof(double));
		if (!r->spare)
			mg_out_of_memory();
	}
	const double *values = used > MANY ? sort_many(r->filled, used, rows, out, r->spare)
					   : sorted(r->filled, used, (int64_t)rows, out, r->spare);
	if (values != out)
		memcpy(out, values, rows * sizeof(double));
	return rows;
}

static struct mg_freq merge_values(
	struct mg_arena *arena, const struct mg_freq *const *tables, size_t count)
{
	enum { RANGE = 1 << 16 };
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct ranges r = {.tables = tables,
		.count = count,
		.parts = mg_alloc_array(scratch, count, sizeof(*r.parts)),
		.filled = mg_alloc_array(scratch, count, sizeof(*r.filled)),
		.at = mg_alloc_array(scratch, count, sizeof(*r.at))};
	size_t rows = (size_t)rows_of(tables, count), ranges = rows / RANGE + 1, done = 0;
	const struct mg_freq *longest = tables[0];
	for (size_t i = 1; i < count; i++)
		if (tables[i]->len > longest->len)
			longest = tables[i];
	struct mg_freq f = {.len = rows, .lo = malloc(rows * sizeof(double))};
	if (!f.lo)
		mg_out_of_memory();
	for (size_t i = 1; i <= ranges; i++) /* the longest says where values are dense */
		done += merge_range(&r, i < ranges ? longest->lo[longest->len / ranges * i] : 0,
			i == ranges, f.lo + done);
	free(r.spare);
	mg_arena_own(arena, f.lo);
	join_repeated(arena, &f);
	return f;
}

/* ---- values with counts ---- */

static struct mg_freq merge_two(
	struct mg_arena *arena, const struct mg_freq *a, const struct mg_freq *b)
{
	size_t most = a->len + b->len, i = 0, k = 0;
	struct mg_freq f = {.lo = mg_alloc_array(arena, most, sizeof(*f.lo)),
		.n = mg_alloc_array(arena, most, sizeof(*f.n))};
	while (i < a->len || k < b->len) {
		bool from_a = k == b->len || (i < a->len && a->lo[i] <= b->lo[k]);
		bool from_b = i == a->len || (k < b->len && b->lo[k] <= a->lo[i]);
		f.lo[f.len] = from_a ? a->lo[i] : b->lo[k];
		f.n[f.len++] = (from_a ? mg_freq_n(a, i) : 0) + (from_b ? mg_freq_n(b, k) : 0);
		i += from_a;
		k += from_b;
	}
	return f;
}

static struct mg_freq merge_counted(
	struct mg_arena *arena, const struct mg_freq *const *tables, size_t count)
{
	int64_t left;
	size_t i = cut(tables, count, rows_of(tables, count), &left);
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_freq a = *tables[0], b = *tables[count - 1];
	if (i > 1)
		a = merge_counted(scratch, tables, i);
	if (count - i > 1)
		b = merge_counted(scratch, tables + i, count - i);
	return merge_two(arena, &a, &b);
}

/* ---- all together ---- */

static struct mg_freq copy_table(struct mg_arena *arena, const struct mg_freq *from)
{
	struct mg_freq f = {.len = from->len,
		.lo = mg_alloc_array(arena, from->len, sizeof(*f.lo)),
		.n = from->n ? mg_alloc_array(arena, from->len, sizeof(*f.n)) : NULL};
	memcpy(f.lo, from->lo, f.len * sizeof(*f.lo));
	if (f.n)
		memcpy(f.n, from->n, f.len * sizeof(*f.n));
	return f;
}

void mg_freq_merge(struct mg_arena *arena, const struct mg_freq *const *tables, size_t count,
	struct mg_freq *out)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_freq **filled = mg_alloc_array(scratch, count, sizeof(*filled));
	size_t used = 0, entries = 0;
	struct mg_freq sums = {0};
	for (size_t i = 0; i < count; i++) {
		const struct mg_freq *t = tables[i];
		sums.rows += t->rows;
		sums.nulls += t->nulls;
		sums.nans += t->nans;
		entries += t->len;
		if (t->len)
			filled[used++] = t;
	}
	struct mg_freq f = {.lo = mg_alloc(arena, 0)};
	if (used == 1)
		f = copy_table(arena, filled[0]);
	else if (used > 1) /* counts are worth their while where most values repeat */
		f = (size_t)sums.rows / 2 < entries ? merge_values(arena, filled, used)
						    : merge_counted(arena, filled, used);
	f.rows = sums.rows;
	f.nulls = sums.nulls;
	f.nans = sums.nans;
	*out = f;
}
