/* curves.c: distribution functions, ROC and precision-recall curves in so many points; see curves.h. */
#include "stats/curves.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* ---- distribution functions ---- */

/* Values of one table at `most` even steps of its distribution function, its least and greatest among
 * them, each once. They go to every `stride`th number of out. */
static size_t quantiles(const struct mg_freq *f, size_t most, size_t stride, double *out)
{
	size_t count = 0;
	double passed = 0, step = (double)f->rows / (double)(most - 1);
	for (size_t i = 0; i < f->len && count < most; i++) {
		double x = mg_freq_hi(f, i);
		bool last = i + 1 == f->len || isinf(mg_freq_hi(f, i + 1));
		passed += (double)mg_freq_n(f, i);
		if (isinf(x) || (!last && f->len > most && passed < (double)count * step))
			continue;
		out[stride * count++] = x;
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

size_t mg_curve_distribution(
	const struct mg_freq *const *tables, size_t count, size_t most, double *out)
{
	size_t stride = 1 + count, rows = 0;
	for (size_t k = 0; k < count; k++)
		rows += quantiles(tables[k], most / count, stride, out + stride * rows);
	rows = sort_rows(out, rows, stride);
	for (size_t k = 0; k < count; k++) {
		const struct mg_freq *f = tables[k];
		double passed = 0;
		for (size_t i = 0, row = 0; row < rows; row++) {
			for (; i < f->len && mg_freq_hi(f, i) <= out[stride * row]; i++)
				passed += (double)mg_freq_n(f, i);
			out[stride * row + 1 + k] = f->rows > 0 ? passed / (double)f->rows : 0;
		}
	}
	return rows;
}

/* ---- thresholds on a score ---- */

/* Walks both tables from the highest score down. */
struct walk {
	const struct mg_freq *negative, *positive;
	size_t i, j;   /* entries of positive and negative not passed yet */
	double tp, fp; /* rows passed */
};

/* Passes the highest score that is left, on both sides where they tie. False at the end. */
static bool pass_score(struct walk *w)
{
	double p = w->i ? w->positive->lo[w->i - 1] : -INFINITY;
	double n = w->j ? w->negative->lo[w->j - 1] : -INFINITY;
	if (!w->i && !w->j)
		return false;
	bool of_p = w->i && (p >= n || !w->j), of_n = w->j && (n >= p || !w->i);
	if (of_p)
		w->tp += (double)mg_freq_n(w->positive, --w->i);
	if (of_n)
		w->fp += (double)mg_freq_n(w->negative, --w->j);
	return true;
}

/* Both rates together go from 0 to 2. So steps of 2 / (most - 2) and the two ends are at most `most`. */
static size_t walk_scores(const struct mg_freq *negative, const struct mg_freq *positive,
	size_t most, bool precision, double *out)
{
	if (negative->rows == 0 || positive->rows == 0)
		return 0;
	struct walk w = {negative, positive, positive->len, negative->len, 0, 0};
	double step = 2 / (double)(most - 2), drawn = 0;
	size_t count = 0;
	if (!precision) {
		out[0] = out[1] = 0;
		count = 1;
	}
	while (pass_score(&w)) {
		double recall = w.tp / (double)positive->rows;
		double wrong = w.fp / (double)negative->rows;
		bool first = count == 0, last = !w.i && !w.j;
		if (!first && !last && recall + wrong - drawn < step)
			continue;
		drawn = recall + wrong;
		out[2 * count] = precision ? recall : wrong;
		out[2 * count + 1] = precision ? w.tp / (w.tp + w.fp) : recall;
		count++;
	}
	return count;
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
