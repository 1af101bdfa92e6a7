/* freq_rounded.c: frequency tables hold DOUBLEs; numbers that differ must not become one. */
#include "engine/freq_rounded.h"

#include "base/arena.h"
#include "base/text.h"

/* The column that the value is made of. */
static const char *column_name(const struct mg_expr *x)
{
	if (x->type == MG_X_COLUMN)
		return x->text;
	const char *found = NULL;
	for (size_t i = 0; x->type == MG_X_CALL && i < x->arg_count && !found; i++)
		found = column_name(x->args[i]);
	return found;
}

const struct mg_query *mg_freq_rounded_query(struct mg_arena *arena, const struct mg_query *query)
{
	struct mg_term *term = mg_alloc(arena, sizeof(*term));
	struct mg_query *count = mg_alloc(arena, sizeof(*count));
	*term = (struct mg_term){
		mg_count_if(arena, mg_x_call(arena, MG_FN_ROUNDED, 1, query->value)),
		MG_CELL_INTEGER};
	*count = (struct mg_query){.kind = MG_QUERY_AGGREGATE,
		.source = query->source,
		.terms = term,
		.term_count = 1};
	return count;
}

int mg_freq_check_rounded(
	const struct mg_query *query, const struct mg_table *rounded, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	long long rows = rounded->rows ? (long long)rounded->cells[0].integer : 0;
	if (rows == 0)
		return MG_OK;
	return mg_fail(err, MG_ELIMIT,
		"%lld value%s of '%s' %s more digits than a DOUBLE holds, and this kind compares "
		"DOUBLEs. For identifiers use a kind for categories; round numbers in a dataset of "
		"`sql` (CAST(... AS DOUBLE))",
		rows, rows == 1 ? "" : "s", mg_text_short(arena, column_name(query->value), 100),
		rows == 1 ? "has" : "have");
}
