/* curves.c: distribution functions, ROC and precision-recall curves in so many points; see curves.h.
 * Nearly all entries of a large table are stepped over: those of one row each by their number alone. */
#include "stats/curves.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Entries from..to-1 of a table. */
struct span {
	size_t from, to;
};

/* The entry of row number `row` of the span. *passed are the rows before `from`, and become those before it. */
static size_t entry_of_row(const struct mg_freq *f, size_t from, int64_t row, int64_t *passed)
{
	if (!f->n) {
		size_t steps = (size_t)(row - *passed);
		*passed = row;
		return from + steps;
	}
	while (*passed + f->n[from] <= row)
		*passed += f->n[from++];
	return from;
}

/* What `ends` says of the entries at `most` even steps of the span's rows, the first and the last among them,
 * each once; of all entries where there are no more. They go to every `stride`th number of out. */
static size_t even_steps(const struct mg_freq *f, const double *ends, struct span s, size_t most,
	size_t stride, double *out)
{
	size_t count = 0;
	if (s.to - s.from <= most) {
		for (size_t i = s.from; i < s.to; i++)
			out[stride * count++] = ends[i];
		return count;
	}
	assert(most > 1);
	int64_t rows = mg_freq_rows(f, s.from, s.to), passed = 0;
	size_t i = s.from, shown = SIZE_MAX;
	for (size_t k = 0; k < most; k++) {
		i = entry_of_row(f, i, (int64_t)k * (rows - 1) / (int64_t)(most - 1), &passed);
		if (i != shown)
			out[stride * count++] = ends[i];
		shown = i;
	}
	return count;
}

static int by_value(const void *left, const void *right)
{
	const double *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

/* The rows' values in order, each once. */
static size_t sort_rows(double *rows, size_t count, size_t stride)
{
	size_t kept = 0;
	qsort(rows, count, stride * sizeof(*rows), by_value);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || rows[stride * i] > rows[stride * (kept - 1)])
			rows[stride * kept++] = rows[stride * i];
	return kept;
}

/* ---- distribution functions ---- */

static const double *greatest(const struct mg_freq *f)
{
	return f->hi ? f->hi : f->lo;
}

/* Entries with a finite greatest value. */
static struct span finite_span(const struct mg_freq *f)
{
	struct span s = {0, f->len};
	while (s.from < s.to && isinf(greatest(f)[s.from]))
		s.from++;
	while (s.to > s.from && isinf(greatest(f)[s.to - 1]))
		s.to--;
	return s;
}

/* The first entry from `from` on whose greatest value is above x. */
static size_t first_above(const struct mg_freq *f, size_t from, double x)
{
	size_t to = f->len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (greatest(f)[middle] <= x)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t mg_curve_distribution(
	const struct mg_freq *const *tables, size_t count, size_t most, double *out)
{
	size_t stride = 1 + count, rows = 0;
	for (size_t k = 0; k < count; k++)
		rows += even_steps(tables[k], greatest(tables[k]), finite_span(tables[k]),
			most / count, stride, out + stride * rows);
	rows = sort_rows(out, rows, stride);
	for (size_t k = 0; k < count; k++) {
		const struct mg_freq *f = tables[k];
		int64_t passed = 0;
		for (size_t i = 0, row = 0; row < rows; row++) {
			size_t above = first_above(f, i, out[stride * row]);
			passed += mg_freq_rows(f, i, above);
			i = above;
			out[stride * row + 1 + k] = f->rows > 0 ? (double)passed / (double)f->rows
								: 0;
		}
	}
	return rows;
}

/* ---- histograms ---- */

/* The value of row number `row` in their order. */
static double value_of_row(const struct mg_freq *f, int64_t row)
{
	int64_t passed = 0;
	return f->lo[entry_of_row(f, 0, row, &passed)];
}

/* Edge k of n: where `from` and `to` are whole so is n times the edge, and values at it are told to be. */
static double edge(double from, double to, size_t k, size_t n)
{
	double rest = (double)(n - k), part = (double)k, all = (double)n;
	double exact = (from * rest + to * part) / all;
	return isfinite(exact) ? exact : from * (rest / all) + to * (part / all);
}

size_t mg_curve_histogram(const struct mg_freq *f, size_t most, double *out)
{
	const double tail = 0.01;
	if (f->rows == 0)
		return 0;
	double least = f->lo[0], greatest_value = f->lo[f->len - 1];
	int64_t beyond = (int64_t)(tail * (double)f->rows);
	double from = value_of_row(f, beyond), to = value_of_row(f, f->rows - 1 - beyond);
	if (!(from + (to / (double)most - from / (double)most) > from))
		most = 1;
	size_t at = 0;
	for (size_t i = 0; i < most; i++) {
		double *bin = &out[3 * i];
		bin[0] = i ? bin[-2] : least;
		bin[1] = i + 1 < most ? edge(from, to, i + 1, most) : greatest_value;
		bin[2] = 0;
		for (; at < f->len && (i + 1 == most || f->lo[at] <= bin[1]); at++)
			bin[2] += (double)mg_freq_n(f, at);
	}
	return most;
}

/* ---- thresholds on a score ---- */

/* Rows whose score reaches the threshold; *end is the first entry of those passed before. */
static int64_t pass(const struct mg_freq *f, double threshold, size_t *end)
{
	size_t from = mg_freq_first_from(f, 0, threshold);
	int64_t rows = mg_freq_rows(f, from, *end);
	*end = from;
	return rows;
}

/* A half of the points stand at even steps of either rate. */
static size_t walk_scores(const struct mg_freq *negative, const struct mg_freq *positive,
	size_t most, bool precision, double *out)
{
	double thresholds[MG_CURVE_MOST];
	size_t half = (most - 1) / 2, points = 0, of_negative = negative->len,
	       of_positive = positive->len;
	if (negative->rows == 0 || positive->rows == 0)
		return 0;
	size_t steps = even_steps(
		negative, negative->lo, (struct span){0, negative->len}, half, 1, thresholds);
	steps += even_steps(positive, positive->lo, (struct span){0, positive->len}, half, 1,
		thresholds + steps);
	steps = sort_rows(thresholds, steps, 1);
	if (!precision) {
		out[0] = out[1] = 0;
		points = 1;
	}
	double fp = 0, tp = 0;
	for (size_t k = steps; k-- > 0; points++) {
		fp += (double)pass(negative, thresholds[k], &of_negative);
		tp += (double)pass(positive, thresholds[k], &of_positive);
		double recall = tp / (double)positive->rows, wrong = fp / (double)negative->rows;
		out[2 * points] = precision ? recall : wrong;
		out[2 * points + 1] = precision ? tp / (tp + fp) : recall;
	}
	return points;
}

size_t mg_curve_roc(
	const struct mg_freq *negative, const struct mg_freq *positive, size_t most, double *out)
{
	return walk_scores(negative, positive, most, false, out);
}

size_t mg_curve_precision_recall(
	const struct mg_freq *negative, const struct mg_freq *positive, size_t most, double *out)
{
	return walk_scores(negative, positive, most, true, out);
}
