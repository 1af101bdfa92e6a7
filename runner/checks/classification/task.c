/* task.c: turns the columns of a task into expressions, and counts the rows that cannot be used. */
#include "checks/classification/task.h"

#include <assert.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "checks/classification/classes.h"
#include "checks/classification/scores.h"
#include "checks/labelled.h"
#include "plan/number.h"

static enum mg_column_type type_of(const struct mg_check *c, const char *column)
{
	const struct mg_column *found = mg_schema_column(c->schema, column);
	return found ? found->type : MG_TYPE_OTHER;
}

static const char *positive_of(const struct mg_task *task)
{
	return task->positive ? task->positive : "1";
}

static int need_count(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *condition, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	return mg_need(pl, c, MG_CURRENT, name, MG_CELL_INTEGER,
		condition ? mg_count_if(a, condition) : mg_count_all(a), err);
}

static int score_column(struct mg_planner *pl, const struct mg_check *c, const char *column,
	const struct mg_expr **out, struct mg_error *err)
{
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, column, out, err));
	if (!mg_type_is_number(type_of(c, column)))
		return mg_fail(err, MG_ESPEC, "column '%s' holds no numbers and cannot be a score",
			column);
	*out = mg_as_real(mg_planner_arena(pl), *out);
	return MG_OK;
}

double mg_task_threshold(const struct mg_check *c)
{
	const struct mg_column *column = mg_schema_column(c->schema, c->task->score);
	bool is_float = column && column->number.kind == MG_NUMBER_FLOAT;
	return is_float ? (double)(float)c->task->threshold : c->task->threshold;
}

bool mg_task_decided(const struct mg_check *c)
{
	return c->task->prediction && !(c->kind->flags & MG_KIND_SCORE);
}

bool mg_task_beside_float(const struct mg_check *c)
{
	const struct mg_column *label = mg_schema_column(c->schema, c->task->label);
	return mg_number_beside_float(label,
		mg_task_decided(c) ? mg_schema_column(c->schema, c->task->prediction) : label);
}

/* ---- binary tasks ---- */

/* The columns of a binary task. */
struct binary {
	const struct mg_expr *label, *answer;
	struct mg_binary_row row;
};

static int read_label(
	struct mg_planner *pl, const struct mg_check *c, struct binary *out, struct mg_error *err)
{
	const struct mg_task *task = c->task;
	MG_TRY(mg_class_label(pl, c, &out->label, err));
	return mg_class_equals(
		pl, c, task->label, out->label, positive_of(task), &out->row.positive, err);
}

static bool holds_in_doubles(const struct mg_check *c)
{
	const struct mg_column *column = mg_schema_column(c->schema, c->task->score);
	return !column || mg_number_fits_double(&column->number);
}

bool mg_task_from_scores(const struct mg_check *c)
{
	return c->task->type == MG_TASK_BINARY && !mg_task_decided(c) &&
		((c->kind->flags & MG_KIND_SCORE) || holds_in_doubles(c));
}

/* Says which rows count, and that those without an answer are wrong where the task says so. */
static void tell_counts(struct mg_planner *pl, const struct mg_check *c, struct binary *t)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *missing = mg_is_null(a, t->label), *none = mg_is_null(a, t->answer);
	if (c->task->unpredicted == MG_UNPREDICTED_WRONG)
		t->row.predicted = mg_if(a, none, mg_not(a, t->row.positive), t->row.predicted);
	else
		missing = mg_or(a, missing, none);
	t->row.counts = mg_not(a, missing);
}

int mg_task_scores(struct mg_planner *pl, const struct mg_check *c, bool rounded,
	struct mg_binary_row *out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct binary t = {0};
	if (!c->task->score)
		return mg_fail(err, MG_ESPEC, "the task names no `score` column");
	MG_TRY(read_label(pl, c, &t, err));
	MG_TRY(score_column(pl, c, c->task->score, &t.answer, err));
	if (rounded && !holds_in_doubles(c)) /* no longer the column's own numbers */
		t.answer = mg_x_call(a, MG_FN_ADD, 2, t.answer, mg_x_real(a, 0));
	t.row.score = t.answer;
	t.row.predicted = mg_x_call(a, MG_FN_GE, 2, t.answer, mg_x_real(a, mg_task_threshold(c)));
	tell_counts(pl, c, &t);
	*out = t.row;
	MG_TRY(mg_classes_need(pl, c, t.label, t.row.positive, NULL, NULL, err));
	return mg_need_scores(
		pl, c, MG_SCORES, t.answer, t.row.positive, mg_is_null(a, t.label), err);
}

static int read_answer(
	struct mg_planner *pl, const struct mg_check *c, struct binary *t, struct mg_error *err)
{
	const struct mg_task *task = c->task;
	if (mg_task_decided(c)) {
		MG_TRY(mg_class_column(pl, c, task->prediction, &t->answer, err));
		return mg_class_equals(pl, c, task->prediction, t->answer, positive_of(task),
			&t->row.predicted, err);
	}
	if (!task->score)
		return mg_fail(err, MG_ESPEC,
			"the task names neither a `score` nor a `prediction` column");
	const struct mg_expr *exact;
	MG_TRY(score_column(pl, c, task->score, &t->answer, err));
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, task->score, &exact, err));
	t->row.predicted = mg_number_bound(mg_planner_arena(pl),
		mg_schema_column(c->schema, task->score), exact, MG_FN_GE,
		mg_double_text(mg_planner_arena(pl), task->threshold));
	return MG_OK;
}

int mg_task_decisions(struct mg_planner *pl, const struct mg_check *c, struct mg_binary_row *out,
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	bool decided = mg_task_decided(c);
	struct binary t = {0};
	MG_TRY(read_label(pl, c, &t, err));
	MG_TRY(read_answer(pl, c, &t, err));
	MG_TRY(mg_classes_need(
		pl, c, t.label, t.row.positive, decided ? t.answer : NULL, t.row.predicted, err));
	const struct mg_expr *missing = mg_or(a, mg_is_null(a, t.label), mg_is_null(a, t.answer));
	MG_TRY(need_count(pl, c, "rows", NULL, err));
	MG_TRY(need_count(pl, c, "missing", missing, err));
	MG_TRY(need_count(pl, c, "unlabelled", mg_is_null(a, t.label), err));
	if (!decided)
		MG_TRY(need_count(pl, c, "nan_scores",
			mg_and(a, mg_not(a, missing), mg_is_nan(a, t.answer)), err));
	tell_counts(pl, c, &t);
	*out = t.row;
	if (!decided && c->task->probability)
		MG_TRY(mg_task_probability(pl, c, t.answer, mg_not(a, t.row.counts), err));
	/* three counts give all four cells, with the rows that are there */
	MG_TRY(need_count(pl, c, "tp", mg_and(a, t.row.positive, t.row.predicted), err));
	MG_TRY(need_count(pl, c, "positives", mg_and(a, t.row.counts, t.row.positive), err));
	return need_count(pl, c, "predicted", mg_and(a, t.row.counts, t.row.predicted), err);
}

int mg_task_probability(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *score, const struct mg_expr *missing, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	/* NaN has its own count; engines may order it above 1 */
	return need_count(pl, c, "outside",
		mg_x_call(a, MG_FN_AND, 3, mg_not(a, missing), mg_not(a, mg_is_nan(a, score)),
			mg_or(a, mg_x_call(a, MG_FN_LT, 2, score, mg_x_real(a, 0)),
				mg_x_call(a, MG_FN_GT, 2, score, mg_x_real(a, 1)))),
		err);
}

/* ---- multiclass tasks ---- */

/* A class's name as labels are written. */
static const struct mg_expr *class_literal(
	struct mg_arena *a, const char *name, const struct mg_class_task *t)
{
	double real;
	int64_t whole;
	struct mg_decimal exact;
	if (t->as == MG_CELL_INTEGER && mg_parse_int(name, &whole))
		return mg_x_integer(a, whole);
	if (t->as == MG_CELL_REAL && mg_parse_double(name, false, &real))
		return mg_x_real(a, real);
	if (t->numeric && mg_decimal_parse(name, &exact))
		return mg_x_text(a, mg_decimal_text(a, &exact));
	return mg_x_text(a, name);
}

/* The class with the greatest score: IF(s1 = greatest, 'a', IF(s2 = greatest, 'b', ...)). */
static const struct mg_expr *best_class(
	struct mg_planner *pl, const struct mg_check *c, const struct mg_class_task *t)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_task *task = c->task;
	assert(t->scores);
	const struct mg_expr *greatest = mg_x_list(a, MG_FN_GREATEST, t->scores, task->class_count);
	const struct mg_expr *best = mg_x_null(a);
	for (size_t k = task->class_count; k-- > 0;) {
		best = mg_if(a, mg_eq(a, t->scores[k], greatest),
			class_literal(a, mg_class_text(c, task->label, task->classes[k]), t), best);
	}
	return best;
}

/* The form in which labels meet the names of the classes; TEXT when these are no numbers. */
static enum mg_cell_type form_of_classes(
	const struct mg_task *task, const struct mg_column *label, bool *out_numeric)
{
	double real;
	int64_t whole;
	bool all_whole = true;
	*out_numeric = true;
	for (size_t k = 0; k < task->class_count; k++) {
		*out_numeric = *out_numeric && mg_parse_double(task->classes[k], false, &real);
		all_whole = all_whole && mg_parse_int(task->classes[k], &whole);
	}
	enum mg_cell_type form = *out_numeric ? mg_number_form(label, label) : MG_CELL_TEXT;
	return form == MG_CELL_INTEGER && !all_whole ? MG_CELL_TEXT : form;
}

static int class_scores(struct mg_planner *pl, const struct mg_check *c, struct mg_class_task *t,
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_task *task = c->task;
	if (task->class_count < 2)
		return mg_fail(err, MG_ESPEC,
			"the task needs `scores: {class: column, ...}` of at least two classes");
	const struct mg_expr **nulls = mg_alloc_array(a, task->class_count + 1, sizeof *nulls);
	const struct mg_expr **nans = mg_alloc_array(a, task->class_count, sizeof *nans);
	t->scores = mg_alloc_array(a, task->class_count, sizeof *t->scores);
	for (size_t k = 0; k < task->class_count; k++) {
		MG_TRY(score_column(pl, c, task->class_columns[k], &t->scores[k], err));
		nulls[k] = mg_is_null(a, t->scores[k]);
		nans[k] = mg_is_nan(a, t->scores[k]);
	}
	nulls[task->class_count] = t->missing;
	t->missing = mg_x_list(a, MG_FN_OR, nulls, task->class_count + 1);
	return need_count(pl, c, "nan_scores",
		mg_and(a, mg_not(a, t->missing), mg_x_list(a, MG_FN_OR, nans, task->class_count)),
		err);
}

static const struct mg_expr *in_form(
	struct mg_planner *pl, const struct mg_expr *x, const struct mg_class_task *t)
{
	struct mg_arena *a = mg_planner_arena(pl);
	return t->numeric ? mg_number_in_form(a, x, t->as) : mg_as_text(a, x);
}

int mg_task_classes(struct mg_planner *pl, const struct mg_check *c, bool want_scores,
	struct mg_class_task *out, struct mg_error *err)
{
	const struct mg_task *task = c->task;
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_class_task t = {.as = MG_CELL_TEXT};
	const struct mg_expr *label, *answer = NULL;
	MG_TRY(mg_class_label(pl, c, &label, err));
	const struct mg_expr *no_label = mg_is_null(a, label);
	t.missing = no_label;
	MG_TRY(need_count(pl, c, "unlabelled", no_label, err));
	bool from_scores = want_scores || !task->prediction;
	const struct mg_column *column = mg_schema_column(c->schema, task->label);
	t.numeric = mg_type_is_number(column->type);
	if (from_scores) {
		MG_TRY(class_scores(pl, c, &t, err));
		if (t.numeric)
			t.as = form_of_classes(task, column, &t.numeric);
	} else {
		MG_TRY(mg_class_column(pl, c, task->prediction, &answer, err));
		t.numeric = t.numeric && mg_type_is_number(type_of(c, task->prediction));
		if (t.numeric)
			t.as = mg_number_form(
				column, mg_schema_column(c->schema, task->prediction));
		t.missing = mg_or(a, t.missing, mg_is_null(a, answer));
	}
	t.label = in_form(pl, label, &t);
	t.predicted = from_scores ? mg_if(a, t.missing, mg_x_null(a), best_class(pl, c, &t))
				  : in_form(pl, answer, &t);
	MG_TRY(mg_classes_need(pl, c, label, NULL, answer, NULL, err));
	MG_TRY(need_count(pl, c, "rows", NULL, err));
	MG_TRY(need_count(pl, c, "missing", t.missing, err));
	if (task->unpredicted == MG_UNPREDICTED_WRONG)
		t.missing = no_label;
	*out = t;
	return MG_OK;
}

int mg_task_is_class(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr **out, struct mg_error *err)
{
	const struct mg_expr *label;
	MG_TRY(mg_class_label(pl, c, &label, err));
	return mg_class_equals(pl, c, c->task->label, label, name, out, err);
}

/* ---- measuring ---- */

/* Which rows can be used; *out_nans have a score that is NaN. */
static struct mg_labelled count_rows(
	const struct mg_check *c, const struct mg_measures *m, double *out_nans)
{
	if (!mg_task_from_scores(c)) {
		*out_nans = mg_task_decided(c) ? 0 : mg_get(m, "nan_scores");
		return (struct mg_labelled){.rows = mg_get(m, "rows"),
			.missing = mg_get(m, "missing"),
			.unlabelled = mg_get(m, "unlabelled")};
	}
	struct mg_scores s = mg_get_scores(m, MG_SCORES);
	double without = (double)(s.negative->nulls + s.positive->nulls);
	*out_nans = (double)(s.negative->nans + s.positive->nans);
	return (struct mg_labelled){.rows = s.left_out + without + *out_nans +
			(double)(s.negative->rows + s.positive->rows),
		.missing = s.left_out + without,
		.unlabelled = s.left_out};
}

double mg_task_rows(const struct mg_check *c, const struct mg_measures *m, bool probability,
	struct mg_value *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	double bad;
	struct mg_labelled counts = count_rows(c, m, &bad);
	if (counts.rows > 0 && !mg_classes_hold(c, m, out))
		return 0;
	double rows = mg_labelled_rows(c, m, &counts, out);
	if (rows == 0)
		return 0;
	if (bad > 0) {
		*out = mg_value_undefined(
			mg_printf(a, "the score is NaN in %s", mg_rows_text(a, bad)));
		return 0;
	}
	if (probability)
		bad = mg_task_from_scores(c) ? mg_scores_outside(m, MG_SCORES)
					     : mg_get(m, "outside");
	if (bad > 0) {
		*out = mg_value_undefined(
			mg_printf(a, "the score is not a probability (outside 0..1) in %s",
				mg_rows_text(a, bad)));
		return 0;
	}
	return rows;
}

void mg_task_facts(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v)
{
	double nans;
	struct mg_labelled counts = count_rows(c, m, &nans);
	mg_labelled_facts(c, m, &counts, v);
}

struct mg_value mg_task_one_class(const struct mg_measures *m, double positive, double negative)
{
	struct mg_arena *a = mg_measures_arena(m);
	return mg_value_undefined(mg_printf(a, "only one class: %s, all %s",
		mg_rows_text(a, positive + negative), positive > 0 ? "positive" : "negative"));
}
