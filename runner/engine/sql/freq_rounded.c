/* freq_rounded.c: numbers that a frequency table cannot hold. */
#include "engine/sql/freq_rounded.h"

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

struct mg_query mg_freq_count_rounded(
	struct mg_arena *arena, const struct mg_query *freq, struct mg_term *term)
{
	*term = (struct mg_term){
		mg_count_if(arena, mg_x_call(arena, MG_FN_ROUNDED, 1, freq->value)), MG_CELL_INTEGER};
	return (struct mg_query){.kind = MG_QUERY_AGGREGATE,
		.source = freq->source,
		.terms = term,
		.term_count = 1};
}

int mg_freq_refuse_rounded(
	struct mg_arena *arena, const struct mg_query *freq, int64_t rows, struct mg_error *err)
{
	if (rows == 0)
		return MG_OK;
	return mg_fail(err, MG_ELIMIT,
		"%lld value%s of '%s' %s more digits than a DOUBLE holds, and this kind compares "
		"DOUBLEs; if they are names rather than numbers, use a kind for categories, else "
		"round them in a dataset of `sql` (CAST(... AS DOUBLE))",
		(long long)rows, rows == 1 ? "" : "s",
		mg_text_short(arena, column_name(freq->value), 100), rows == 1 ? "has" : "have");
}
