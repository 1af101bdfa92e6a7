/* labelled.h: the rows of a task that a metric rests on: those with a label and a prediction. */
#ifndef MG_CHECKS_LABELLED_H
#define MG_CHECKS_LABELLED_H

#include <modelgate/check.h>

struct mg_labelled {
	double rows;       /* all */
	double missing;    /* without a label or a prediction */
	double unlabelled; /* without a label */
};

/* Rows that the number rests on: with a label and a prediction, or a missing one that counts as wrong. When
 * there are none, or rows without a prediction are an error, or more are unlabelled than may be, or
 * `nulls: fail` meets a missing one, *out says why and the result is 0. */
double mg_labelled_rows(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_labelled *of, struct mg_value *out);
/* Adds the facts rows, missing, unlabelled and unpredicted, and a message where rows were left out. */
void mg_labelled_facts(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_labelled *of, struct mg_value *v);

#endif
