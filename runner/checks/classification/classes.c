/* classes.c: label and prediction hold nothing but the task's classes. */
#include "checks/classification/classes.h"

#include "base/arena.h"
#include "base/text.h"
#include "checks/classification/task.h"
#include "plan/number.h"
#include "plan/redact.h"

#define LABELS "label classes"
#define PREDICTIONS "predicted classes"

static enum mg_column_type type_of(const struct mg_check *c, const char *column)
{
	const struct mg_column *found = mg_schema_column(c->schema, column);
	return found ? found->type : MG_TYPE_OTHER;
}

int mg_class_column(struct mg_planner *pl, const struct mg_check *c, const char *column,
	const struct mg_expr **out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, column, out, err));
	if (type_of(c, column) == MG_TYPE_REAL)
		*out = mg_if(a, mg_is_nan(a, *out), mg_x_null(a), *out);
	return MG_OK;
}

/* As YAML and text files write them. */
static bool boolean_word(const char *text, bool *out)
{
	static const char *const words[] = {
		"true", "True", "TRUE", "1", "false", "False", "FALSE", "0"};
	for (size_t i = 0; i < 8; i++) {
		*out = i < 4;
		if (mg_streq(text, words[i]))
			return true;
	}
	return false;
}

const char *mg_class_text(const struct mg_check *c, const char *column, const char *class_name)
{
	bool truth;
	if (type_of(c, column) != MG_TYPE_BOOLEAN || !boolean_word(class_name, &truth))
		return class_name;
	return truth ? "true" : "false";
}

int mg_class_equals(struct mg_planner *pl, const struct mg_check *c, const char *column,
	const struct mg_expr *x, const char *class_name, const struct mg_expr **out,
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	enum mg_column_type type = type_of(c, column);
	double real;
	bool truth;
	if (type == MG_TYPE_BOOLEAN) {
		if (!boolean_word(class_name, &truth))
			return mg_fail(err, MG_ESPEC,
				"column '%s' is BOOLEAN: its classes are true and false, not '%s'",
				column, class_name);
		*out = mg_eq(a, x, mg_x_bool(a, truth));
		return MG_OK;
	}
	if (!mg_type_is_number(type)) {
		*out = mg_eq(
			a, type == MG_TYPE_TEXT ? x : mg_as_text(a, x), mg_x_text(a, class_name));
		return MG_OK;
	}
	if (!mg_parse_double(class_name, false, &real) && boolean_word(class_name, &truth))
		class_name = truth ? "1" : "0";
	if (mg_parse_double(class_name, false, &real)) {
		*out = mg_number_equals(a, mg_schema_column(c->schema, column), x, class_name);
		return MG_OK;
	}
	return mg_fail(err, MG_ESPEC,
		"column '%s' is numeric, and the class '%s' is not a number; name the class as "
		"the column holds it (`positive: 1`)",
		column, class_name);
}

/* Condition: x is one of these classes. */
static int equals_any(struct mg_planner *pl, const struct mg_check *c, const char *column,
	const struct mg_expr *x, const char *const *names, size_t count, const struct mg_expr **out,
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr **each = mg_alloc_array(a, count, sizeof *each);
	for (size_t i = 0; i < count; i++)
		MG_TRY(mg_class_equals(pl, c, column, x, names[i], &each[i], err));
	*out = count == 1 ? each[0] : mg_x_list(a, MG_FN_OR, each, count);
	return MG_OK;
}

int mg_class_label(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr **out,
	struct mg_error *err)
{
	const struct mg_task *task = c->task;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *ignored;
	MG_TRY(mg_class_column(pl, c, task->label, out, err));
	if (task->ignored_count == 0)
		return MG_OK;
	MG_TRY(equals_any(
		pl, c, task->label, *out, task->ignored, task->ignored_count, &ignored, err));
	*out = mg_if(a, ignored, mg_x_null(a), *out);
	return MG_OK;
}

/* ---- values that are no class ---- */

/* The values of a column with their rows, apart by whether they are known to be right: of all slices, since
 * three classes are no binary label, however they are shared out among slices. */
static int need_values(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const char *column, const struct mg_expr *x, const struct mg_expr *known,
	struct mg_error *err)
{
	const struct mg_task *task = c->task;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_column *of = mg_schema_column(c->schema, column);
	bool number = mg_type_is_number(of->type);
	enum mg_cell_type as = number ? mg_number_form(of, of) : MG_CELL_TEXT;
	/* the plan keeps the terms: they must live in its arena */
	struct mg_term *keys = mg_alloc_array(a, 2, sizeof *keys),
		       *count = mg_alloc(a, sizeof *count);
	if (task->known_count > 0)
		MG_TRY(equals_any(pl, c, column, x, task->known, task->known_count, &known, err));
	keys[0] = (struct mg_term){mg_x_call(a, MG_FN_INDICATOR, 1, known), MG_CELL_INTEGER};
	keys[1] = (struct mg_term){number ? mg_number_in_form(a, x, as) : mg_as_text(a, x), as};
	*count = (struct mg_term){mg_count_all(a), MG_CELL_INTEGER};
	return mg_need_groups_of_all(pl, c, name, keys, 2, count, 1, err);
}

int mg_classes_need(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *label,
	const struct mg_expr *positive, const struct mg_expr *prediction,
	const struct mg_expr *predicted, struct mg_error *err)
{
	const struct mg_task *task = c->task;
	if (task->type != MG_TASK_BINARY && task->known_count == 0)
		return MG_OK;
	MG_TRY(need_values(pl, c, LABELS, task->label, label, positive, err));
	return prediction
		? need_values(pl, c, PREDICTIONS, task->prediction, prediction, predicted, err)
		: MG_OK;
}

enum { SHOWN = 5 };
/* Values that are none of the known classes. */
struct others {
	struct {
		const char *name;
		double rows;
	} list[SHOWN];
	size_t count;
};

static const char *class_name(const struct mg_check *c, struct mg_arena *a, const char *column,
	const struct mg_cell *cell)
{
	/* as a number it would be called 0 or 1 */
	if (type_of(c, column) == MG_TYPE_BOOLEAN)
		return mg_redact_is(c, cell->text, "true") ? "1" : "0";
	const char *name = mg_number_name(a, cell, mg_task_beside_float(c));
	return name ? name : "NaN";
}

static void add_others(const struct mg_check *c, const struct mg_measures *m, const char *need,
	const char *column, struct others *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_table table = mg_get_groups(m, need);
	for (size_t row = 0; row < table.rows; row++) {
		const struct mg_cell *cells = &table.cells[row * table.columns];
		if (cells[1].type == MG_CELL_NULL || cells[0].integer == 1)
			continue;
		const char *name = class_name(c, a, column, &cells[1]);
		size_t at = 0;
		while (at < out->count && at < SHOWN && !mg_streq(out->list[at].name, name))
			at++;
		if (at < SHOWN) {
			out->list[at].name = name;
			out->list[at].rows += mg_cell_number(&cells[2]);
		}
		out->count += at == out->count || at == SHOWN;
	}
}

/* "'0' (50 rows), '2' (1 row)" */
static const char *others_text(
	const struct mg_check *c, struct mg_arena *a, const struct others *others)
{
	struct mg_text text;
	mg_text_init(&text, a);
	for (size_t i = 0; i < others->count && i < SHOWN; i++)
		mg_text_addf(&text, "%s%s (%s)", i ? ", " : "",
			mg_redact_quoted(c, a, others->list[i].name),
			mg_rows_text(a, others->list[i].rows));
	if (others->count > SHOWN)
		mg_text_add(&text, ", ...");
	return text.data;
}

/* A value outside of the classes that the task names. */
static struct mg_value no_class(const struct mg_check *c, const struct mg_measures *m,
	const char *column, const struct others *others)
{
	const struct mg_task *task = c->task;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_text classes;
	mg_text_init(&classes, a);
	for (size_t i = 0; i < task->known_count && i < SHOWN; i++)
		mg_text_addf(&classes, "%s%s", i ? ", " : "", task->known[i]);
	if (task->known_count > SHOWN)
		mg_text_addf(&classes, " and %zu more", task->known_count - SHOWN);
	bool of_label = column == task->label;
	return mg_value_undefined(mg_printf(a,
		"the %s has what is not a class of the task: %s; the task's classes are %s "
		"(`classes` in the task names them%s)",
		of_label ? "label" : "prediction", others_text(c, a, others), classes.data,
		of_label ? ", `ignore_labels` leaves rows out" : ""));
}

/* A third class of a binary task is a misspelt `positive`, a word for "unknown", or a blank. */
static struct mg_value third_class(const struct mg_check *c, const struct mg_measures *m,
	const char *where, const struct others *others)
{
	struct mg_arena *a = mg_measures_arena(m);
	return mg_value_undefined(mg_printf(a,
		"%s more than one class beside the positive '%s': %s; a binary task has two (is "
		"`positive` spelt as in the data? in the task, `ignore_labels` leaves rows out, and "
		"`classes` names more than two)",
		where, c->task->positive, others_text(c, a, others)));
}

bool mg_classes_hold(const struct mg_check *c, const struct mg_measures *m, struct mg_value *out)
{
	const struct mg_task *task = c->task;
	bool named = task->known_count > 0;
	if (task->type == MG_TASK_REGRESSION || (!named && task->type != MG_TASK_BINARY))
		return true;
	struct others others = {.count = 0};
	add_others(c, m, LABELS, task->label, &others);
	if (named && others.count > 0)
		*out = no_class(c, m, task->label, &others);
	else if (others.count > 1)
		*out = third_class(c, m, "the label has", &others);
	if (others.count > !named)
		return false;
	if (!mg_task_decided(c))
		return true;
	add_others(c, m, PREDICTIONS, task->prediction, &others);
	if (named && others.count > 0)
		*out = no_class(c, m, task->prediction, &others);
	else if (others.count > 1)
		*out = third_class(c, m, "label and prediction together have", &others);
	return others.count <= !named;
}
