/* classes.h: which values of a task's label and prediction are classes, and which are not. */
#ifndef MG_CHECKS_CLASSIFICATION_CLASSES_H
#define MG_CHECKS_CLASSIFICATION_CLASSES_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* A column of classes: NaN, which is none, is NULL. */
MG_MUST_USE int mg_class_column(struct mg_planner *pl, const struct mg_check *c, const char *column,
	const struct mg_expr **out, struct mg_error *err);
/* The label's column; what `ignore_labels` names is NULL, too. */
MG_MUST_USE int mg_class_label(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr **out, struct mg_error *err);
/* Condition: x, of that column, is a class as the spec writes it. MG_ESPEC where the column can hold no
 * such value. */
MG_MUST_USE int mg_class_equals(struct mg_planner *pl, const struct mg_check *c, const char *column,
	const struct mg_expr *x, const char *class_name, const struct mg_expr **out,
	struct mg_error *err);

/* The class as the column, made a text, has it: `1` is "true" in a BOOLEAN one. */
const char *mg_class_text(const struct mg_check *c, const char *column, const char *class_name);

/* Needs what mg_classes_hold looks at: the values of label (and of a prediction; NULL: it comes from
 * scores). `positive` is the condition of a binary label, `predicted` of its prediction. */
MG_MUST_USE int mg_classes_need(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *label, const struct mg_expr *positive,
	const struct mg_expr *prediction, const struct mg_expr *predicted, struct mg_error *err);
/* Is every value a class of the task? Those are the ones that it names; a binary task that names none
 * has one beside the positive, and a multiclass one takes all. Else *out names the others and their rows. */
bool mg_classes_hold(const struct mg_check *c, const struct mg_measures *m, struct mg_value *out);

#endif
