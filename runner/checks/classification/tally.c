/* tally.c: needs and reads the confusion counts of binary and multiclass tasks. */
#include "checks/classification/tally.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "checks/classification/interval.h"
#include "checks/classification/task.h"
#include "plan/number.h"

#define CLASSES_MOST 1000 /* more are no classes: somebody named the wrong column */

/* Three counts give all four cells, with the rows that are there. */
static int need_pairs(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_binary_task *t, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *there = mg_x_call(a, MG_FN_NOT, 1, t->missing);
	const struct {
		const char *name;
		const struct mg_expr *one, *other;
	} counts[] = {
		{"tp", t->positive, t->predicted},
		{"positives", there, t->positive},
		{"predicted", there, t->predicted},
	};
	for (size_t i = 0; i < 3; i++)
		MG_TRY(mg_need(pl, c, MG_CURRENT, counts[i].name, MG_CELL_INTEGER,
			mg_x_call(a, MG_FN_COUNT_IF, 1,
				mg_x_call(a, MG_FN_AND, 2, counts[i].one, counts[i].other)),
			err));
	return MG_OK;
}

int mg_tally_plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_tally_row row;
	return mg_tally_plan_row(pl, c, &row, err);
}

int mg_tally_plan_row(struct mg_planner *pl, const struct mg_check *c, struct mg_tally_row *out,
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	if (c->task->type == MG_TASK_BINARY) {
		struct mg_binary_task t;
		MG_TRY(mg_task_binary(pl, c, &t, err));
		if (t.score && c->task->probability)
			MG_TRY(mg_task_probability(pl, c, &t, err));
		*out = (struct mg_tally_row){
			mg_x_call(a, MG_FN_NOT, 1, t.missing), t.positive, t.predicted};
		return need_pairs(pl, c, &t, err);
	}
	struct mg_class_task t;
	MG_TRY(mg_task_classes(pl, c, false, &t, err));
	*out = (struct mg_tally_row){mg_x_call(a, MG_FN_NOT, 1, t.missing), t.label, t.predicted};
	/* the plan keeps the terms: they must live in its arena */
	struct mg_term *keys = mg_alloc_array(a, 2, sizeof *keys),
		       *count = mg_alloc(a, sizeof *count);
	keys[0] = (struct mg_term){t.label, t.as};
	keys[1] = (struct mg_term){t.predicted, t.as};
	*count = (struct mg_term){mg_x_call(a, MG_FN_COUNT, 0), MG_CELL_INTEGER};
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
static const char *fill_matrix(
	const struct mg_check *c, struct mg_arena *a, struct mg_table pairs, struct mg_tally *out)
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
	out->confusion = (struct mg_confusion){
		.classes = seen.count, .counts = counts, .unanswered = unanswered};
	return NULL;
}

bool mg_tally_get(const struct mg_check *c, const struct mg_measures *m, struct mg_tally *out,
	struct mg_value *why)
{
	bool scores = !mg_task_decided(c);
	*out = (struct mg_tally){.binary = c->task->type == MG_TASK_BINARY};
	out->rows = mg_task_rows(c, m, scores, out->binary && scores && c->task->probability, why);
	if (out->rows == 0)
		return false;
	if (out->binary) {
		double tp = mg_get(m, "tp");
		double fn = mg_get(m, "positives") - tp, fp = mg_get(m, "predicted") - tp;
		out->counts = (struct mg_binary_counts){
			.tp = tp, .fp = fp, .fn = fn, .tn = out->rows - tp - fp - fn};
		return true;
	}
	const char *problem = fill_matrix(c, mg_measures_arena(m), mg_get_groups(m, "pairs"), out);
	if (problem)
		*why = mg_value_undefined(problem);
	return !problem;
}

struct mg_value mg_tally_value(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_tally *t, double value, double rows)
{
	struct mg_value v = mg_value_of(value, (int64_t)rows);
	mg_task_facts(c, m, &v);
	if (t->binary) {
		mg_fact_number(m, &v, "tp", t->counts.tp);
		mg_fact_number(m, &v, "fp", t->counts.fp);
		mg_fact_number(m, &v, "fn", t->counts.fn);
		mg_fact_number(m, &v, "tn", t->counts.tn);
	} else {
		mg_fact_number(m, &v, "classes", (double)t->confusion.classes);
	}
	return v;
}

double mg_tally_majority(const struct mg_tally *t)
{
	if (t->binary)
		return fmax(t->counts.tp + t->counts.fn, t->counts.tn + t->counts.fp) / t->rows;
	double most = 0;
	for (size_t k = 0; k < t->confusion.classes; k++)
		most = fmax(most, mg_confusion_support(t->confusion, k));
	return most / t->rows;
}

/* A tally whose counts are drawn again. */
struct tally_drawing {
	const struct mg_check *c;
	struct mg_tally drawn;
	double *counts;      /* those of drawn: a whole matrix, or tp, fp, fn and tn */
	const size_t *cells; /* which of them have rows */
	size_t cell_count;
	mg_tally_metric *of;
	const void *context;
};

static double of_drawn(void *context, const int64_t *counts)
{
	struct tally_drawing *d = context;
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

void mg_tally_resample(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const struct mg_tally *t, mg_tally_metric *of, const void *context)
{
	if (!mg_interval_resamples(c) || v->state != MG_MEASURED)
		return;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	const double four[] = {t->counts.tp, t->counts.fp, t->counts.fn, t->counts.tn};
	const double *all = t->binary ? four : t->confusion.counts;
	size_t count = t->binary ? 4 : t->confusion.classes * t->confusion.classes, used = 0;
	size_t *cells = mg_alloc_array(a, count, sizeof *cells);
	int64_t *rows = mg_alloc_array(a, count, sizeof *rows);
	for (size_t i = 0; i < count; i++) {
		if (all[i] <= 0)
			continue;
		cells[used] = i;
		rows[used++] = (int64_t)all[i];
	}
	struct tally_drawing d = {.c = c,
		.drawn = *t,
		.counts = mg_alloc_array(a, count, sizeof *d.counts),
		.cells = cells,
		.cell_count = used,
		.of = of,
		.context = context};
	d.drawn.confusion.counts = d.counts;
	mg_interval_of_cells(c, m, v, rows, used, of_drawn, &d, false);
}
