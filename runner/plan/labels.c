/* labels.c: which query for tables of scores tells the classes of a label as well. */
#include "plan/labels.h"

#include "plan/wheres.h"

static bool is_call(const struct mg_expr *x, enum mg_fn fn)
{
	return x && x->type == MG_X_CALL && x->fn == fn;
}

/* The number that x is compared with in the indicator of x = number, or NULL. */
static const struct mg_expr *positive_of(const struct mg_expr *indicator, const struct mg_expr *x)
{
	const struct mg_expr *equals = is_call(indicator, MG_FN_INDICATOR) ? indicator->args[0]
									   : NULL;
	return is_call(equals, MG_FN_EQ) && mg_x_equal(equals->args[0], x) &&
			equals->args[1]->type == MG_X_INTEGER
		? equals->args[1]
		: NULL;
}

/* A query that counts the rows by whether x is the positive number, and by x. */
static bool counts_labels(const struct mg_query *q)
{
	return q->kind == MG_QUERY_AGGREGATE && q->keys_repeat && q->key_count == 2 &&
		q->term_count == 1 && is_call(q->terms[0].expr, MG_FN_COUNT) &&
		q->keys[1].as == MG_CELL_INTEGER && positive_of(q->keys[0].expr, q->keys[1].expr);
}

bool mg_labels_in_scores(const struct mg_query *labels, const struct mg_query *scores)
{
	const struct mg_expr *group = scores->group;
	if (scores->kind != MG_QUERY_FREQ || scores->group_count != 2 ||
		!is_call(group, MG_FN_IF) || !counts_labels(labels))
		return false;
	/* only rows without a label are in neither group */
	return is_call(group->args[0], MG_FN_IS_NULL) &&
		mg_x_equal(group->args[0]->args[0], labels->keys[1].expr) &&
		group->args[1]->type == MG_X_NULL &&
		mg_x_equal(group->args[2], labels->keys[0].expr) &&
		labels->timeout_seconds == scores->timeout_seconds &&
		mg_source_same(&labels->source, &scores->source);
}

int64_t mg_labels_positive(const struct mg_query *labels)
{
	return positive_of(labels->keys[0].expr, labels->keys[1].expr)->integer;
}

void mg_labels_span(struct mg_plan *plan)
{
	for (size_t i = 0; i < plan->query_count; i++) {
		if (!counts_labels(plan->queries[i]) || plan->queries[i]->source.data->connection)
			continue;
		struct mg_query *scores = NULL;
		for (size_t k = 0; k < plan->query_count; k++)
			if (mg_labels_in_scores(plan->queries[i], plan->queries[k]) &&
				(!scores ||
					!scores->slice)) /* tables of slices are read, those of all rows may be derived */
				scores = plan->queries[k];
		if (scores)
			scores->spanned = plan->queries[i]->keys[1].expr;
	}
}
