/* labels.c: which query for tables of scores tells the classes of a label as well. */
#include "plan/labels.h"

#include "plan/wheres.h"

static bool is_call(const struct mg_expr *x, enum mg_fn fn)
{
	return x->type == MG_X_CALL && x->fn == fn;
}

/* Is it the indicator of x = a whole number? */
static bool tells_positive(const struct mg_expr *indicator, const struct mg_expr *x)
{
	if (!is_call(indicator, MG_FN_INDICATOR) || !is_call(indicator->args[0], MG_FN_EQ))
		return false;
	const struct mg_expr *equals = indicator->args[0];
	return mg_x_equal(equals->args[0], x) && equals->args[1]->type == MG_X_INTEGER;
}

/* A query that counts the rows by whether x is the positive number, and by x. */
static bool counts_labels(const struct mg_query *q)
{
	return q->kind == MG_QUERY_AGGREGATE && q->keys_repeat && q->key_count == 2 &&
		q->term_count == 1 && is_call(q->terms[0].expr, MG_FN_COUNT) &&
		q->keys[1].as == MG_CELL_INTEGER &&
		tells_positive(q->keys[0].expr, q->keys[1].expr);
}

bool mg_labels_in_scores(const struct mg_query *labels, const struct mg_query *scores)
{
	const struct mg_expr *group = scores->group;
	if (scores->kind != MG_QUERY_FREQ || scores->group_count != 2 || !group ||
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
	const struct mg_expr *equals = labels->keys[0].expr->args[0];
	return equals->args[1]->integer;
}

/* Tables of slices rather: those of all rows may be made of them. NULL: none. */
static struct mg_query *scores_of(const struct mg_plan *plan, const struct mg_query *labels)
{
	size_t found = plan->query_count;
	for (size_t i = 0; i < plan->query_count; i++) {
		if (!mg_labels_in_scores(labels, plan->queries[i]))
			continue;
		if (plan->queries[i]->slice)
			return plan->queries[i];
		found = i;
	}
	return found < plan->query_count ? plan->queries[found] : NULL;
}

void mg_labels_span(struct mg_plan *plan)
{
	for (size_t i = 0; i < plan->query_count; i++) {
		const struct mg_query *labels = plan->queries[i];
		if (!counts_labels(labels) || labels->source.data->connection)
			continue;
		struct mg_query *scores = scores_of(plan, labels);
		if (scores)
			scores->spanned = labels->keys[1].expr;
	}
}
