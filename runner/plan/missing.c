/* missing.c: what the words of `missing:` mean in a column: values, by the column's type. */
#include <ctype.h>
#include <math.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "plan/number.h"
#include "plan/planner.h"

/* What a word may be in a column, as conditions. */
struct meaning {
	struct mg_arena *arena;
	const struct mg_column *column;
	const struct mg_expr *x;
	const struct mg_expr **values; /* IN these; [0] is left for what is compared */
	size_t count;
	bool nan;
};

static void add(struct meaning *m, const struct mg_expr *value)
{
	m->values[m->count++] = value;
}

/* "-999" is -999 in every type; a number that the column cannot hold is never there. */
static void add_number(struct meaning *m, const char *word)
{
	double number;
	if (!mg_parse_double(word, true, &number))
		return;
	if (isnan(number)) {
		m->nan = true;
		return;
	}
	const struct mg_expr *literal = mg_number_literal(m->arena, m->column, word);
	if (literal)
		add(m, literal);
}

static void add_word(struct meaning *m, const char *word)
{
	int64_t us;
	switch (m->column->type) {
	case MG_TYPE_INTEGER:
	case MG_TYPE_REAL:
	case MG_TYPE_NUMERIC:
		add_number(m, word);
		return;
	case MG_TYPE_TIME:
		if (mg_clock_parse(word, &us))
			add(m, mg_x_integer(m->arena, us));
		return;
	case MG_TYPE_BOOLEAN: {
		char *low = mg_strdup(m->arena, word);
		for (char *s = low; *s; s++)
			*s = (char)tolower((unsigned char)*s);
		add(m, mg_x_text(m->arena, low));
		return;
	}
	case MG_TYPE_ANY:
	case MG_TYPE_TEXT:
	case MG_TYPE_OTHER:
		add(m, mg_x_text(m->arena, word));
		return;
	}
}

/* What the values are compared with. */
static const struct mg_expr *compared(const struct meaning *m)
{
	switch (m->column->type) {
	case MG_TYPE_TIME:
		return mg_x_call(m->arena, MG_FN_EPOCH_US, 1, m->x);
	case MG_TYPE_INTEGER:
	case MG_TYPE_REAL:
	case MG_TYPE_NUMERIC:
		return m->x;
	default:
		return mg_as_text(m->arena, m->x);
	}
}

const struct mg_expr *mg_without_missing(struct mg_arena *arena, const struct mg_column *column,
	const struct mg_missing *of_data, const struct mg_missing *of_check)
{
	struct meaning m = {.arena = arena,
		.column = column,
		.x = mg_x_of_column(arena, column),
		.values = mg_alloc_array(
			arena, 1 + of_data->count + of_check->count, sizeof(*m.values)),
		.count = 1};
	for (size_t i = 0; i < of_data->count; i++)
		add_word(&m, of_data->values[i]);
	for (size_t i = 0; i < of_check->count; i++)
		add_word(&m, of_check->values[i]);
	const struct mg_expr *any[2];
	size_t count = 0;
	m.values[0] = compared(&m);
	if (m.count > 1)
		any[count++] = mg_x_list(arena, MG_FN_IN, m.values, m.count);
	if (m.nan)
		any[count++] = mg_is_nan(arena, m.x);
	if (count == 0)
		return m.x;
	return mg_if(arena, count == 1 ? any[0] : mg_x_list(arena, MG_FN_OR, any, count),
		mg_x_null(arena), m.x);
}
