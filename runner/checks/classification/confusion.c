/* confusion.c: needs and reads the confusion counts of binary and multiclass tasks. */
#include "checks/classification/confusion.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/classification/scores.h"
#include "checks/classification/task.h"
#include "checks/interval.h"
#include "plan/number.h"
#include "plan/redact.h"

#define CLASSES_MOST 1000 /* more are no classes: somebody named the wrong column */

int mg_confusion_plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_confusion_row row;
	return mg_confusion_plan_row(pl, c, &row, err);
}

int mg_confusion_plan_row(struct mg_planner *pl, const struct mg_check *c,
	struct mg_confusion_row *out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	if (mg_estimated(c)) { /* no row of it is known to be right */
		*out = (struct mg_confusion_row){mg_x_bool(a, false), mg_x_null(a), mg_x_null(a)};
		return mg_estimate_plan(pl, c, err);
	}
	if (c->task->type == MG_TASK_BINARY) {
		struct mg_binary_row row;
		MG_TRY(mg_task_from_scores(c) ? mg_task_scores(pl, c, false, &row, err)
					      : mg_task_decisions(pl, c, &row, err));
		*out = (struct mg_confusion_row){row.counts, row.positive, row.predicted};
		return MG_OK;
	}
	struct mg_class_task t;
	MG_TRY(mg_task_classes(pl, c, false, &t, err));
	*out = (struct mg_confusion_row){mg_not(a, t.missing), t.label, t.predicted};
	/* the plan keeps the terms: they must live in its arena */
	struct mg_term *keys = mg_alloc_array(a, 2, sizeof *keys),
		       *count = mg_alloc(a, sizeof *count);
	keys[0] = (struct mg_term){t.label, t.as};
	keys[1] = (struct mg_term){t.predicted, t.as};
	*count = (struct mg_term){mg_count_all(a), MG_CELL_INTEGER};
	return mg_need_groups(pl, c, MG_CURRENT, "pairs", keys, 2, count, 1, err);
}

static int by_key(const void *left, const void *right)
{
	const struct mg_map_entry *a = left, *b = right;
	for (const char *x = a->key, *y = b->key;; x++, y++) {
		if (*x != *y || !*x)
			return (unsigned char)*x < (unsigned char)*y ? -1 : *x != *y;
	}
}

/* Classes are collected into a map, sorted, and numbered; then the matrix is filled. */
static const char *fill_matrix(const struct mg_check *c, struct mg_arena *a, struct mg_table pairs,
	struct mg_confusion *out)
{
	bool beside_float = mg_task_beside_float(c);
	bool unanswered_is_wrong = c->task->unpredicted == MG_UNPREDICTED_WRONG;
	struct mg_map seen;
	mg_map_init(&seen, a);
	for (size_t row = 0; row < pairs.rows; row++) {
		const struct mg_cell *cells = &pairs.cells[row * pairs.columns];
		const char *label = mg_number_name(a, &cells[0], beside_float),
			   *said = mg_number_name(a, &cells[1], beside_float);
		if (!label || (!said && !unanswered_is_wrong))
			continue;
		mg_map_put(&seen, label, NULL);
		if (said)
			mg_map_put(&seen, said, NULL);
		if (seen.count > CLASSES_MOST)
			return mg_printf(a,
				"more than %d classes: is the right column named as the label?",
				CLASSES_MOST);
	}
	struct mg_map_entry *classes = mg_alloc_array(a, seen.count, sizeof *classes);
	for (size_t k = 0; k < seen.count; k++)
		classes[k] = seen.entries[k];
	qsort(classes, seen.count, sizeof *classes, by_key);
	size_t *numbers = mg_alloc_array(a, seen.count, sizeof *numbers);
	out->names = mg_alloc_array(a, seen.count, sizeof *out->names);
	for (size_t k = 0; k < seen.count; k++) {
		numbers[k] = k;
		out->names[k] = classes[k].key;
		mg_map_put(&seen, classes[k].key, &numbers[k]);
	}
	double *counts = mg_alloc_array(a, seen.count * seen.count, sizeof *counts);
	double *unanswered = mg_alloc_array(a, seen.count, sizeof *unanswered);
	for (size_t row = 0; row < pairs.rows; row++) {
		const struct mg_cell *cells = &pairs.cells[row * pairs.columns];
		const char *label = mg_number_name(a, &cells[0], beside_float),
			   *said = mg_number_name(a, &cells[1], beside_float);
		if (!label || (!said && !unanswered_is_wrong))
			continue;
		size_t i = *(size_t *)mg_map_get(&seen, label);
		if (said)
			counts[i * seen.count + *(size_t *)mg_map_get(&seen, said)] +=
				mg_cell_number(&cells[2]);
		else
			unanswered[i] += mg_cell_number(&cells[2]);
	}
	out->matrix = (struct mg_class_counts){
		.classes = seen.count, .counts = counts, .unanswered = unanswered};
	return NULL;
}

static struct mg_binary_bounds count_decisions(const struct mg_measures *m, double rows)
{
	double tp = mg_get(m, "tp");
	double fn = mg_get(m, "positives") - tp, fp = mg_get(m, "predicted") - tp;
	struct mg_binary_counts counts = {.tp = tp, .fp = fp, .fn = fn, .tn = rows - tp - fp - fn};
	return (struct mg_binary_bounds){counts, counts};
}

/* Scores are told apart at the threshold. */
struct deciding {
	double threshold;
	struct mg_binary_bounds *out;
};

static struct mg_stat decide_at(const void *context, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	const struct deciding *d = context;
	*d->out = mg_binary_counts_at(
		negative, positive, d->threshold, negative_ranges, positive_ranges);
	return (struct mg_stat){0};
}

static struct mg_binary_bounds decide_scores(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_binary_bounds out;
	const struct deciding d = {mg_task_threshold(c), &out};
	mg_scores_measure(m, MG_SCORES, decide_at, &d);
	if (c->task->unpredicted != MG_UNPREDICTED_WRONG)
		return out;
	struct mg_scores s = mg_get_scores(m, MG_SCORES);
	for (int best = 0; best < 2; best++) {
		struct mg_binary_counts *counts = best ? &out.best : &out.worst;
		counts->fn += (double)s.positive->nulls;
		counts->fp += (double)s.negative->nulls;
	}
	return out;
}

/* Was there too little memory to tell on which side of the threshold all rows are? */
static bool is_open(const struct mg_confusion *cm)
{
	return cm->bounds.best.tp > cm->bounds.worst.tp || cm->bounds.best.fp < cm->bounds.worst.fp;
}

#define UNTOLD                                                                                     \
	"there is not enough memory to tell the scores around the threshold apart; give the run "  \
	"more by --memory"

static bool get_estimate(const struct mg_check *c, const struct mg_measures *m,
	struct mg_confusion *out, struct mg_value *why)
{
	struct mg_estimate *e = mg_alloc(mg_measures_arena(m), sizeof(*e));
	if (!mg_estimate_get(c, m, e, why))
		return false;
	*out = (struct mg_confusion){.binary = true,
		.counts = e->counts,
		.bounds = {e->counts, e->counts},
		.rows = e->rows,
		.estimate = e};
	return true;
}

bool mg_confusion_get(const struct mg_check *c, const struct mg_measures *m,
	struct mg_confusion *out, struct mg_value *why)
{
	if (mg_estimated(c))
		return get_estimate(c, m, out, why);
	bool of_scores = !mg_task_decided(c);
	*out = (struct mg_confusion){.binary = c->task->type == MG_TASK_BINARY};
	out->rows = mg_task_rows(c, m, out->binary && of_scores && c->task->probability, why);
	if (out->rows == 0)
		return false;
	if (!out->binary) {
		const char *problem = fill_matrix(
			c, mg_measures_arena(m), mg_get_groups(m, "pairs"), out);
		if (problem)
			*why = mg_value_undefined(problem);
		return !problem;
	}
	out->bounds = mg_task_from_scores(c) ? decide_scores(c, m) : count_decisions(m, out->rows);
	out->counts = out->bounds.worst;
	if (!is_open(out) || c->spec->confidence <= 0)
		return true;
	*why = mg_value_undefined(UNTOLD);
	return false;
}

/* ---- the bootstrap ---- */

/* A confusion matrix whose counts are drawn again. */
struct drawing {
	const struct mg_check *c;
	struct mg_confusion drawn;
	double *counts;      /* those of drawn: a whole matrix, or tp, fp, fn and tn */
	const size_t *cells; /* which of them have rows */
	size_t cell_count;
	mg_confusion_metric *of;
	const void *context;
};

static double of_drawn(void *context, const int64_t *counts)
{
	struct drawing *d = context;
	d->drawn.rows = 0;
	for (size_t i = 0; i < d->cell_count; i++) {
		d->counts[d->cells[i]] = (double)counts[i];
		d->drawn.rows += (double)counts[i];
	}
	if (d->drawn.binary)
		d->drawn.counts = (struct mg_binary_counts){
			d->counts[0], d->counts[1], d->counts[2], d->counts[3]};
	return d->of(d->c, &d->drawn, d->context);
}

static void resample(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const struct mg_confusion *cm, mg_confusion_metric *of, const void *context)
{
	if (!mg_interval_resamples(c) || v->state != MG_MEASURED)
		return;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	const double four[] = {cm->counts.tp, cm->counts.fp, cm->counts.fn, cm->counts.tn};
	const double *all = cm->binary ? four : cm->matrix.counts;
	size_t count = cm->binary ? 4 : cm->matrix.classes * cm->matrix.classes, used = 0;
	size_t *cells = mg_alloc_array(a, count, sizeof *cells);
	int64_t *rows = mg_alloc_array(a, count, sizeof *rows);
	for (size_t i = 0; i < count; i++) {
		if (all[i] <= 0)
			continue;
		cells[used] = i;
		rows[used++] = (int64_t)all[i];
	}
	struct drawing d = {.c = c,
		.drawn = *cm,
		.counts = mg_alloc_array(a, count, sizeof *d.counts),
		.cells = cells,
		.cell_count = used,
		.of = of,
		.context = context};
	d.drawn.matrix.counts = d.counts;
	mg_interval_of_cells(c, m, v, rows, used, of_drawn, &d, false);
}

/* ---- the number ---- */

static double of_counts(const struct mg_check *c, const struct mg_confusion *cm,
	mg_confusion_metric *of, const void *context, struct mg_binary_counts counts)
{
	struct mg_confusion other = *cm;
	other.counts = counts;
	return of(c, &other, context);
}

/* ---- the picture ---- */

static void add_binary_chart(
	const struct mg_measures *m, struct mg_value *v, struct mg_binary_counts k, const char *of)
{
	static const char *columns[] = {"predicted positive", "predicted negative"};
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "confusion",
			.x = "prediction",
			.y = of,
			.columns = columns,
			.column_count = 2,
			.row_count = 2},
		true);
	chart->labels[0] = "positive";
	chart->labels[1] = "negative";
	const double counts[] = {k.tp, k.fn, k.fp, k.tn};
	for (size_t i = 0; i < 4; i++)
		chart->numbers[i] = counts[i];
}

/* The classes with the most rows, in their order; the last row and column are of all others. */
static void choose_classes(const struct mg_confusion *cm, bool *shown)
{
	size_t all = cm->matrix.classes;
	for (size_t n = 0; n < MG_CHART_CLASSES && n < all; n++) {
		size_t best = all;
		for (size_t k = 0; k < all; k++)
			if (!shown[k] &&
				(best == all ||
					mg_classes_support(cm->matrix, k) >
						mg_classes_support(cm->matrix, best)))
				best = k;
		shown[best] = true;
	}
}

static void add_class_chart(const struct mg_check *c, const struct mg_measures *m,
	struct mg_value *v, const struct mg_confusion *cm)
{
	struct mg_arena *a = mg_measures_arena(m);
	const double *counts = cm->matrix.counts;
	size_t all = cm->matrix.classes, rows = 0;
	bool some = all > MG_CHART_CLASSES;
	size_t size = some ? MG_CHART_CLASSES + 1 : all;
	bool *shown = mg_alloc_array(a, all, sizeof(*shown));
	size_t *place = mg_alloc_array(a, all, sizeof(*place));
	const char **names = mg_alloc_array(a, size, sizeof(*names));
	choose_classes(cm, shown);
	for (size_t k = 0; k < all; k++) {
		place[k] = shown[k] ? rows++ : size - 1;
		names[place[k]] = shown[k] ? mg_redact_quoted(c, a, cm->names[k])
					   : mg_printf(a, "%zu others", all - MG_CHART_CLASSES);
	}
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "confusion",
			.x = "prediction",
			.y = "label",
			.columns = names,
			.column_count = size,
			.row_count = size},
		true);
	for (size_t i = 0; i < size; i++)
		chart->labels[i] = names[i];
	for (size_t i = 0; i < all; i++)
		for (size_t k = 0; k < all; k++)
			chart->numbers[place[i] * size + place[k]] += counts[i * all + k];
}

struct mg_value mg_confusion_value(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_confusion *cm, mg_confusion_metric *of, const void *context, double rows)
{
	struct mg_value v = mg_value_of(of(c, cm, context), (int64_t)rows);
	if (cm->binary && is_open(cm)) {
		double lo = of_counts(c, cm, of, context, cm->bounds.worst);
		double hi = of_counts(c, cm, of, context, cm->bounds.best);
		if (isnan(lo) || isnan(hi))
			return mg_value_undefined(UNTOLD);
		v.value = (lo + hi) / 2;
		v.lo = fmin(lo, hi); /* a rate of errors is greatest of the worst counts */
		v.hi = fmax(lo, hi);
	}
	if (cm->estimate)
		mg_estimate_tell(c, m, cm->estimate, &v);
	else
		mg_task_facts(c, m, &v);
	if (cm->binary) {
		mg_fact_number(m, &v, "tp", cm->counts.tp);
		mg_fact_number(m, &v, "fp", cm->counts.fp);
		mg_fact_number(m, &v, "fn", cm->counts.fn);
		mg_fact_number(m, &v, "tn", cm->counts.tn);
		add_binary_chart(m, &v, cm->counts, cm->estimate ? "expected label" : "label");
	} else {
		mg_fact_number(m, &v, "classes", (double)cm->matrix.classes);
		add_class_chart(c, m, &v, cm);
	}
	resample(c, m, &v, cm, of, context);
	return v;
}

static struct mg_value one_class(const struct mg_measures *m, const struct mg_confusion *cm)
{
	double positive = cm->counts.tp + cm->counts.fn, negative = cm->counts.tn + cm->counts.fp;
	if (!cm->binary)
		return mg_value_undefined("all labels, or all predictions, are of one class");
	if (positive == 0 || negative == 0)
		return mg_task_one_class(m, positive, negative);
	return mg_value_undefined(cm->counts.tp + cm->counts.fp > 0
			? "every row is predicted positive"
			: "no row is predicted positive");
}

struct mg_value mg_confusion_measure(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_confusion *cm, mg_confusion_metric *of, mg_confusion_metric *guess,
	const void *context)
{
	if (isnan(of(c, cm, context)))
		return one_class(m, cm);
	struct mg_value v = mg_confusion_value(c, m, cm, of, context, cm->rows);
	if (guess && !cm->estimate)
		v.dummy = guess(c, cm, context);
	return v;
}

double mg_confusion_zero(
	const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	(void)c;
	(void)cm;
	(void)context;
	return 0;
}
