/* task.h: the columns of a suite's task, as expressions that metrics are made of. */
#ifndef MG_CHECKS_CLASSIFICATION_TASK_H
#define MG_CHECKS_CLASSIFICATION_TASK_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* A two-class task. Conditions are NULL where the row has no label or no answer. */
struct mg_binary_task {
	const struct mg_expr *positive;  /* condition: the label is the positive class */
	const struct mg_expr *predicted; /* condition: so is the prediction */
	const struct mg_expr *score;     /* REAL; NULL when the task has none */
	const struct mg_expr *missing;   /* condition, never NULL: no label, or no answer; with
	                                  * `unpredicted: wrong` only the former */
};

/*
 * Reads the task and needs what mg_task_rows looks at. The answer of kinds that judge decisions is the
 * prediction where the task has one, of all others the score. A NaN label counts as missing. Fails
 * where `positive` cannot be a value of the label column.
 */
MG_MUST_USE int mg_task_binary(struct mg_planner *pl, const struct mg_check *c,
	struct mg_binary_task *out, struct mg_error *err);
/* Needs "outside", scores that are no probability (below 0 or above 1), counted as well. */
MG_MUST_USE int mg_task_probability(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_binary_task *task, struct mg_error *err);

/* A multiclass task: label and answer, in the form that tells numbers apart (checks/number.h) when both
 * columns are numeric, else TEXT. */
struct mg_class_task {
	const struct mg_expr *label, *predicted; /* NULL where the row has none */
	enum mg_cell_type as;
	bool numeric;
	const struct mg_expr **scores; /* per class of the task, REAL */
	const struct mg_expr *missing;
};
/* Needs what mg_task_rows looks at. The answer is the prediction column where
 * the task has one and scores are not wanted, else the class with the greatest score (of equal ones
 * the class written first). */
MG_MUST_USE int mg_task_classes(struct mg_planner *pl, const struct mg_check *c, bool want_scores,
	struct mg_class_task *out, struct mg_error *err);
/* Condition: the label is class k of the task. */
MG_MUST_USE int mg_task_is_class(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr **out, struct mg_error *err);

/* Condition counted as "unlabelled", for tasks other than binary ones. */
MG_MUST_USE int mg_task_unlabelled(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *label_is_null, struct mg_error *err);
/* Do decisions come from the prediction column, not from a score? */
bool mg_task_decided(const struct mg_check *c);
/* Is the label, or the prediction that decides, of FLOATs (checks/number.h)? */
bool mg_task_beside_float(const struct mg_check *c);

/* Rows that the number rests on: with a label and an answer, or a missing one that counts as wrong. When
 * there are none, or rows without an answer are an error, or more are unlabelled than may be, or
 * label or prediction have what is no class, or `nulls: fail` meets a missing one, or a score
 * is NaN (or, where "outside" was needed, no probability), *out says why and the result is 0. */
double mg_task_rows(const struct mg_check *c, const struct mg_measures *m, bool scores,
	bool probability, struct mg_value *out);
/* Adds the facts rows, missing, unlabelled and unpredicted, and a message where rows were left out. */
void mg_task_facts(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v);

/* UNDEFINED: "only one class: 120 rows, all positive". */
struct mg_value mg_task_one_class(const struct mg_measures *m, double positive, double negative);

#endif
