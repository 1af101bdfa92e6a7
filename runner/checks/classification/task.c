/* task.c: turns the columns of a task into expressions, and counts the rows that cannot be used. */
#include "checks/classification/task.h"

#include <assert.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "checks/classification/classes.h"
#include "plan/number.h"

static enum mg_column_type type_of(const struct mg_check *c, const char *column)
{
	const struct mg_column *found = mg_schema_column(c->schema, column);
	return found ? found->type : MG_TYPE_OTHER;
}

static const struct mg_expr *call1(struct mg_planner *pl, enum mg_fn fn, const struct mg_expr *x)
{
	return mg_x_call(mg_planner_arena(pl), fn, 1, x);
}

static const struct mg_expr *call2(
	struct mg_planner *pl, enum mg_fn fn, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(mg_planner_arena(pl), fn, 2, x, y);
}

static int need_count(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *condition, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	return mg_need(pl, c, MG_CURRENT, name, MG_CELL_INTEGER,
		condition ? mg_x_call(a, MG_FN_COUNT_IF, 1, condition)
			  : mg_x_call(a, MG_FN_COUNT, 0),
		err);
}

static int score_column(struct mg_planner *pl, const struct mg_check *c, const char *column,
	const struct mg_expr **out, struct mg_error *err)
{
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, column, out, err));
	if (!mg_type_is_number(type_of(c, column)))
		return mg_fail(err, MG_ESPEC, "column '%s' holds no numbers and cannot be a score",
			column);
	*out = call1(pl, MG_FN_REAL, *out);
	return MG_OK;
}

/* The threshold counts as written: in a FLOAT column 0.7 is the FLOAT nearest to 0.7. */
static int reaches_threshold(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *score, const struct mg_expr **out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_column *column = mg_schema_column(c->schema, c->task->score);
	double threshold = c->task->threshold;
	if (mg_number_fits_double(&column->number)) {
		bool is_float = column->number.kind == MG_NUMBER_FLOAT;
		*out = call2(pl, MG_FN_GE, score,
			mg_x_real(a, is_float ? (double)(float)threshold : threshold));
		return MG_OK;
	}
	const struct mg_expr *exact;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->task->score, &exact, err));
	*out = mg_number_bound(a, column, exact, MG_FN_GE, mg_double_text(a, threshold));
	return MG_OK;
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

int mg_task_unlabelled(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *label_is_null, struct mg_error *err)
{
	return need_count(pl, c, "unlabelled", label_is_null, err);
}

int mg_task_binary(struct mg_planner *pl, const struct mg_check *c, struct mg_binary_task *out,
	struct mg_error *err)
{
	const struct mg_task *task = c->task;
	struct mg_arena *a = mg_planner_arena(pl);
	const char *positive = task->positive ? task->positive : "1";
	const struct mg_expr *label, *answer;
	struct mg_binary_task t = {0};
	MG_TRY(mg_class_label(pl, c, &label, err));
	MG_TRY(mg_class_equals(pl, c, task->label, label, positive, &t.positive, err));
	if (mg_task_decided(c)) {
		MG_TRY(mg_class_column(pl, c, task->prediction, &answer, err));
		MG_TRY(mg_class_equals(
			pl, c, task->prediction, answer, positive, &t.predicted, err));
	} else if (task->score) {
		MG_TRY(score_column(pl, c, task->score, &answer, err));
		t.score = answer;
		MG_TRY(reaches_threshold(pl, c, answer, &t.predicted, err));
	} else {
		return mg_fail(err, MG_ESPEC,
			"the task names neither a `score` nor a `prediction` column");
	}
	MG_TRY(mg_classes_need(
		pl, c, label, t.positive, t.score ? NULL : answer, t.predicted, err));
	const struct mg_expr *no_label = call1(pl, MG_FN_IS_NULL, label);
	const struct mg_expr *no_answer = call1(pl, MG_FN_IS_NULL, answer);
	t.missing = call2(pl, MG_FN_OR, no_label, no_answer);
	MG_TRY(need_count(pl, c, "rows", NULL, err));
	MG_TRY(need_count(pl, c, "missing", t.missing, err));
	if (t.score)
		MG_TRY(need_count(pl, c, "nan_scores",
			call2(pl, MG_FN_AND, call1(pl, MG_FN_NOT, t.missing),
				call1(pl, MG_FN_IS_NAN, t.score)),
			err));
	if (task->unpredicted == MG_UNPREDICTED_WRONG) {
		t.missing = no_label;
		t.predicted = mg_x_call(
			a, MG_FN_IF, 3, no_answer, call1(pl, MG_FN_NOT, t.positive), t.predicted);
	}
	*out = t;
	return MG_OK;
}

int mg_task_probability(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_binary_task *task, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	/* NaN has its own count; engines may order it above 1 */
	return need_count(pl, c, "outside",
		mg_x_call(a, MG_FN_AND, 3, call1(pl, MG_FN_NOT, task->missing),
			call1(pl, MG_FN_NOT, call1(pl, MG_FN_IS_NAN, task->score)),
			call2(pl, MG_FN_OR, call2(pl, MG_FN_LT, task->score, mg_x_real(a, 0)),
				call2(pl, MG_FN_GT, task->score, mg_x_real(a, 1)))),
		err);
}

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
		best = mg_x_call(a, MG_FN_IF, 3, call2(pl, MG_FN_EQ, t->scores[k], greatest),
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
		nulls[k] = call1(pl, MG_FN_IS_NULL, t->scores[k]);
		nans[k] = call1(pl, MG_FN_IS_NAN, t->scores[k]);
	}
	nulls[task->class_count] = t->missing;
	t->missing = mg_x_list(a, MG_FN_OR, nulls, task->class_count + 1);
	return need_count(pl, c, "nan_scores",
		call2(pl, MG_FN_AND, call1(pl, MG_FN_NOT, t->missing),
			mg_x_list(a, MG_FN_OR, nans, task->class_count)),
		err);
}

static const struct mg_expr *in_form(
	struct mg_planner *pl, const struct mg_expr *x, const struct mg_class_task *t)
{
	return t->numeric ? mg_number_in_form(mg_planner_arena(pl), x, t->as)
			  : call1(pl, MG_FN_TEXT, x);
}

int mg_task_classes(struct mg_planner *pl, const struct mg_check *c, bool want_scores,
	struct mg_class_task *out, struct mg_error *err)
{
	const struct mg_task *task = c->task;
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_class_task t = {.as = MG_CELL_TEXT};
	const struct mg_expr *label, *answer = NULL;
	MG_TRY(mg_class_label(pl, c, &label, err));
	const struct mg_expr *no_label = call1(pl, MG_FN_IS_NULL, label);
	t.missing = no_label;
	MG_TRY(mg_task_unlabelled(pl, c, t.missing, err));
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
		t.missing = call2(pl, MG_FN_OR, t.missing, call1(pl, MG_FN_IS_NULL, answer));
	}
	t.label = in_form(pl, label, &t);
	t.predicted = from_scores
		? mg_x_call(a, MG_FN_IF, 3, t.missing, mg_x_null(a), best_class(pl, c, &t))
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

static const char *count_text(struct mg_arena *a, double n)
{
	return mg_printf(a, "%s row%s", mg_human_double(a, n, 15), n == 1 ? "" : "s");
}

/* Rows without a label. */
static double unlabelled(const struct mg_check *c, const struct mg_measures *m)
{
	return c->task->type == MG_TASK_BINARY ? mg_classes_unlabelled(m) : mg_get(m, "unlabelled");
}

/* Are there enough labels and answers? */
static bool is_complete(const struct mg_check *c, const struct mg_measures *m, struct mg_value *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = mg_get(m, "rows"), missing = mg_get(m, "missing"), blank = unlabelled(c, m);
	double most = c->task->max_unlabelled;
	if (missing > 0 && c->spec->nulls == MG_NULLS_FAIL) {
		*out = mg_value_undefined(mg_printf(a,
			"%s without a label or a prediction, and `nulls: fail` allows none",
			count_text(a, missing)));
		return false;
	}
	if (blank / rows > most) {
		*out = mg_value_undefined(mg_printf(a,
			"%s of %s have no label, more than max_unlabelled (%s%%) allows",
			mg_human_double(a, blank, 15), count_text(a, rows),
			mg_human_double(a, 100 * most, 4)));
		return false;
	}
	if (missing > blank && c->task->unpredicted == MG_UNPREDICTED_ERROR) {
		*out = mg_value_undefined(mg_printf(a,
			"%s of %s with a label have no prediction; `unpredicted: ignore` in the task "
			"leaves them out%s",
			mg_human_double(a, missing - blank, 15), count_text(a, rows - blank),
			mg_kind_decides(c->kind) ? ", `wrong` counts them as wrong decisions"
						 : ""));
		return false;
	}
	return true;
}

double mg_task_rows(const struct mg_check *c, const struct mg_measures *m, bool scores,
	bool probability, struct mg_value *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = mg_get(m, "rows"), missing = mg_get(m, "missing");
	double bad = scores ? mg_get(m, "nan_scores") : 0;
	if (c->task->unpredicted == MG_UNPREDICTED_WRONG)
		missing = unlabelled(c, m);
	if (rows == 0) {
		*out = mg_value_empty("there are no rows");
		return 0;
	}
	if (!mg_classes_hold(c, m, out) || !is_complete(c, m, out))
		return 0;
	if (rows == missing) {
		*out = mg_value_empty(mg_printf(
			a, "none of the %s has a label and a prediction", count_text(a, rows)));
		return 0;
	}
	if (bad > 0) {
		*out = mg_value_undefined(
			mg_printf(a, "the score is NaN in %s", count_text(a, bad)));
		return 0;
	}
	bad = probability ? mg_get(m, "outside") : 0;
	if (bad > 0) {
		*out = mg_value_undefined(mg_printf(
			a, "the score is no probability (outside 0..1) in %s", count_text(a, bad)));
		return 0;
	}
	return rows - missing;
}

void mg_task_facts(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v)
{
	struct mg_arena *a = mg_measures_arena(m);
	double missing = mg_get(m, "missing"), blank = unlabelled(c, m);
	struct mg_text text;
	mg_fact_number(m, v, "rows", mg_get(m, "rows"));
	mg_fact_number(m, v, "missing", missing);
	mg_fact_number(m, v, "unlabelled", blank);
	mg_fact_number(m, v, "unpredicted", missing - blank);
	if (missing == 0 || v->state != MG_MEASURED)
		return;
	mg_text_init(&text, a);
	if (v->message)
		mg_text_add(&text, v->message);
	if (blank > 0)
		mg_text_addf(&text, "%s%s without a label left out", text.len ? "; " : "",
			count_text(a, blank));
	if (missing > blank)
		mg_text_addf(&text, "%s%s without a prediction %s", text.len ? "; " : "",
			count_text(a, missing - blank),
			c->task->unpredicted == MG_UNPREDICTED_WRONG ? "counted as wrong"
								     : "left out");
	v->message = text.data;
}

struct mg_value mg_task_one_class(const struct mg_measures *m, double positive, double negative)
{
	struct mg_arena *a = mg_measures_arena(m);
	return mg_value_undefined(mg_printf(a, "only one class: %s, all %s",
		count_text(a, positive + negative), positive > 0 ? "positive" : "negative"));
}
