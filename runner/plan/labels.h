/* labels.h: the classes of a label of whole numbers are told by what is read for tables of scores anyway. */
#ifndef MG_PLAN_LABELS_H
#define MG_PLAN_LABELS_H

#include <stdbool.h>

#include <modelgate/plan.h>

/*
 * Is `labels` the query for the values of a label, with how many rows have each and whether it is the positive
 * one, and `scores` one for tables of a score, apart by whether that same label is the positive one? Both of the
 * same rows. Then the tables have the rows of each group, and two neighbours as the label's least and greatest
 * value leave room for no third.
 */
bool mg_labels_in_scores(const struct mg_query *labels, const struct mg_query *scores);
/* The positive one, as that query compares. */
int64_t mg_labels_positive(const struct mg_query *labels);

/* Has tables of scores on this machine come with the span of their label, when every check has planned. */
void mg_labels_span(struct mg_plan *plan);

#endif
