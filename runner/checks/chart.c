/* chart.c: makes the charts that several families have, and gives all of them their room. */
#include "checks/chart.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "stats/curves.h"

struct mg_chart *mg_chart_add(
	const struct mg_measures *m, struct mg_value *v, const struct mg_chart *form, bool labelled)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_chart *charts = mg_alloc_array(a, v->chart_count + 1, sizeof(*charts));
	if (v->chart_count)
		memcpy(charts, v->charts, v->chart_count * sizeof(*charts));
	struct mg_chart *chart = &charts[v->chart_count++];
	v->charts = charts;
	*chart = *form;
	if (labelled) {
		chart->labels = mg_alloc_array(a, form->row_count, sizeof(*chart->labels));
		chart->label_count = form->row_count;
	}
	chart->numbers = mg_alloc_array(
		a, form->row_count * form->column_count, sizeof(*chart->numbers));
	return chart;
}

/* ---- bins ---- */

static double sum(const double *counts, size_t n)
{
	double total = 0;
	for (size_t i = 0; i < n; i++)
		total += counts[i];
	return total;
}

static double share(double count, double rows)
{
	return rows > 0 ? count / rows : 0;
}

/* Marks the `most` bars to show: those whose shares are furthest apart, of equal ones the first. */
static void choose_bars(
	const struct mg_chart_counts *k, double now, double then, size_t most, bool *shown)
{
	for (size_t n = 0; n < most; n++) {
		size_t best = k->count;
		double gap = -1;
		for (size_t i = 0; i < k->count; i++) {
			double apart = fabs(
				share(k->current[i], now) - share(k->reference[i], then));
			if (!shown[i] && apart > gap) {
				gap = apart;
				best = i;
			}
		}
		shown[best] = true;
	}
}

void mg_chart_bins(const struct mg_measures *m, struct mg_value *v, const struct mg_chart_counts *k)
{
	static const char *columns[] = {"current", "reference"};
	struct mg_arena *a = mg_measures_arena(m);
	double now = sum(k->current, k->count), then = sum(k->reference, k->count);
	bool all = k->count <= MG_CHART_BARS;
	bool *shown = mg_alloc_array(a, k->count, sizeof(*shown));
	choose_bars(k, now, then, all ? k->count : MG_CHART_BARS, shown);
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "bins",
			.x = k->of,
			.y = "share of rows",
			.columns = columns,
			.column_count = 2,
			.row_count = all ? k->count : MG_CHART_BARS + 1},
		true);
	size_t row = 0;
	for (size_t i = 0; i < k->count; i++) {
		size_t at = shown[i] ? row++ : MG_CHART_BARS;
		if (shown[i])
			chart->labels[at] = k->label(k->context, i);
		chart->numbers[2 * at] += share(k->current[i], now);
		chart->numbers[2 * at + 1] += share(k->reference[i], then);
	}
	if (!all)
		chart->labels[MG_CHART_BARS] = mg_printf(a, "%zu others", k->count - MG_CHART_BARS);
}

/* ---- parts ---- */

void mg_chart_parts(const struct mg_measures *m, struct mg_value *v, const char *of,
	const char **columns, size_t column_count, const struct mg_chart_part *parts, size_t count)
{
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "parts",
			.x = of,
			.y = "",
			.columns = columns,
			.column_count = column_count,
			.row_count = count},
		true);
	for (size_t i = 0; i < count; i++) {
		chart->labels[i] = parts[i].label;
		for (size_t k = 0; k < column_count; k++)
			chart->numbers[i * column_count + k] = parts[i].counts[k];
	}
}

/* ---- distribution functions ---- */

void mg_chart_distribution(const struct mg_measures *m, struct mg_value *v, const char *column,
	const struct mg_freq *current, const struct mg_freq *reference)
{
	static const char *columns[] = {"value", "current", "reference"};
	enum { MOST = MG_CHART_POINTS / 2 };
	const struct mg_freq *tables[] = {current, reference};
	size_t count = reference ? 2 : 1;
	double points[MOST * 3];
	size_t rows = mg_curve_distribution(tables, count, MOST, points);
	if (rows == 0)
		return;
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "distribution",
			.x = column,
			.y = "share of rows up to the value",
			.columns = columns,
			.column_count = 1 + count,
			.row_count = rows,
			.quotes = true},
		false);
	memcpy(chart->numbers, points, rows * (1 + count) * sizeof(*points));
}

/* ---- histograms ---- */

void mg_chart_histogram(
	const struct mg_measures *m, struct mg_value *v, const char *of, const struct mg_freq *f)
{
	static const char *columns[] = {"from", "to", "rows"};
	enum { BINS = 20 };
	double bins[3 * BINS];
	size_t count = mg_curve_histogram(f, BINS, bins);
	if (count == 0)
		return;
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "histogram",
			.x = of,
			.y = "rows",
			.columns = columns,
			.column_count = 3,
			.row_count = count,
			.quotes = true},
		false);
	memcpy(chart->numbers, bins, count * 3 * sizeof(*bins));
}
