/* task.h: the columns of a suite's task, as expressions that metrics are made of. */
#ifndef MG_CHECKS_CLASSIFICATION_TASK_H
#define MG_CHECKS_CLASSIFICATION_TASK_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* A row of a binary task, as expressions. Conditions are NULL where it has no label or no answer. */
struct mg_binary_row {
	const struct mg_expr
		*counts; /* condition: it has both, or lacks an answer, which is wrong */
	const struct mg_expr *positive, *predicted; /* condition: the label is, the answer is */
	const struct mg_expr *score;                /* REAL; NULL where a prediction decides */
};

#define MG_SCORES "scores" /* the name of what mg_task_scores needs */

/*
 * Needs the scores of a binary task by its label (scores.h), and what mg_task_rows looks at. A
 * NaN label counts as missing. `rounded`: scores of more digits than DOUBLEs hold may be rounded; else
 * they are an error. Fails where `positive` cannot be a value of the label column.
 */
MG_MUST_USE int mg_task_scores(struct mg_planner *pl, const struct mg_check *c, bool rounded,
	struct mg_binary_row *out, struct mg_error *err);
/* Are decisions of this binary task made from its scores when it is measured (mg_task_scores)? Not where
 * they are a column, nor where DOUBLEs cannot hold the scores: then mg_task_decisions counts them. */
bool mg_task_from_scores(const struct mg_check *c);
/* The threshold as the score's column holds it: in a FLOAT column 0.7 is the FLOAT nearest to 0.7. */
double mg_task_threshold(const struct mg_check *c);
/* Needs "tp", "positives" and "predicted", the decisions of a binary task counted against its label,
 * and what mg_task_rows looks at. */
MG_MUST_USE int mg_task_decisions(struct mg_planner *pl, const struct mg_check *c,
	struct mg_binary_row *out, struct mg_error *err);

/* A multiclass task: label and answer, in the form that tells numbers apart (plan/number.h) when both
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

/* Needs "outside", rows whose score is no probability (below 0 or above 1). */
MG_MUST_USE int mg_task_probability(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *score, const struct mg_expr *missing, struct mg_error *err);

/* Do decisions come from the prediction column, not from a score? */
bool mg_task_decided(const struct mg_check *c);
/* Is the label, or the prediction that decides, of FLOATs (plan/number.h)? */
bool mg_task_beside_float(const struct mg_check *c);

/* Rows that the number rests on (checks/labelled.h). When there are none, or label or prediction have what is no
 * class, or a score is NaN (or, with `probability`, no probability), *out says why and the result is 0. */
double mg_task_rows(const struct mg_check *c, const struct mg_measures *m, bool probability,
	struct mg_value *out);
/* Adds the facts about them (mg_labelled_facts). */
void mg_task_facts(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v);

/* UNDEFINED: "only one class: 120 rows, all positive". */
struct mg_value mg_task_one_class(const struct mg_measures *m, double positive, double negative);

#endif
