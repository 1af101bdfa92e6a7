/* missing.c: what the words of `missing:` mean in a column: values, by the column's type. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "gate/planner.h"

enum { MOST_DIGITS = 80 };

/* A number as it is written: digits d1 d2 ... and where the point is, so 0.d1d2... * 10^point. */
struct decimal {
	bool negative;
	char digits[MOST_DIGITS + 1]; /* without zeros at either end */
	int count, point;
};

static bool read_decimal(const char *s, struct decimal *out)
{
	*out = (struct decimal){.negative = *s == '-'};
	double ignored;
	if (!mg_parse_double(*s == '+' ? s + 1 : s, false, &ignored))
		return false;
	bool after_point = false;
	s += *s == '-' || *s == '+';
	for (; *s && *s != 'e' && *s != 'E'; s++) {
		if (*s == '.') {
			after_point = true;
		} else if (out->count == 0 && *s == '0') {
			out->point -= after_point;
		} else {
			if (out->count == MOST_DIGITS)
				return false;
			out->digits[out->count++] = *s;
			out->point += !after_point;
		}
	}
	int64_t exponent = 0;
	if (*s &&
		(!mg_parse_int(s[1] == '+' ? s + 2 : s + 1, &exponent) ||
			exponent < -10 * MOST_DIGITS || exponent > 10 * MOST_DIGITS))
		return false;
	while (out->count > 0 && out->digits[out->count - 1] == '0')
		out->count--;
	out->digits[out->count] = '\0';
	out->point = out->count ? out->point + (int)exponent : 0;
	return true;
}

/* As engines print a number with so many digits after the point; NULL when it has more than those. */
static const char *with_scale(struct mg_arena *arena, const struct decimal *x, int scale)
{
	if (x->count - x->point > scale || x->point > MOST_DIGITS)
		return NULL;
	struct mg_text out;
	mg_text_init(&out, arena);
	if (x->negative && x->count)
		mg_text_add_char(&out, '-');
	if (x->point <= 0)
		mg_text_add_char(&out, '0');
	for (int i = 0; i < x->point; i++)
		mg_text_add_char(&out, i < x->count ? x->digits[i] : '0');
	if (scale > 0)
		mg_text_add_char(&out, '.');
	for (int i = 0; i < scale; i++) {
		int at = x->point + i;
		mg_text_add_char(&out, at >= 0 && at < x->count ? x->digits[at] : '0');
	}
	return out.data;
}

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

/* "-999" in a DECIMAL(9,2) is -999.00. DuckDB leaves out a zero that stands alone before the point. */
static void add_exact(struct meaning *m, const char *word)
{
	struct decimal x;
	const char *comma = strchr(m->column->sql_type, ',');
	int scale = mg_starts_with(m->column->sql_type, "DECIMAL(") && comma
		? (int)strtol(comma + 1, NULL, 10)
		: 0;
	if (!read_decimal(word, &x))
		return;
	const char *text = with_scale(m->arena, &x, scale);
	if (!text)
		return;
	add(m, mg_x_text(m->arena, text));
	const char *zero = text + (*text == '-');
	if (mg_starts_with(zero, "0."))
		add(m,
			mg_x_text(m->arena,
				mg_printf(m->arena, "%s%s", *text == '-' ? "-" : "", zero + 1)));
}

static void add_real(struct meaning *m, const char *word)
{
	double x;
	if (!mg_parse_double(*word == '+' ? word + 1 : word, true, &x))
		return;
	if (mg_streq(m->column->sql_type, "FLOAT"))
		x = (double)(float)x;
	if (isnan(x))
		m->nan = true;
	else
		add(m, mg_x_real(m->arena, x));
}

static void add_word(struct meaning *m, const char *word)
{
	int64_t us;
	switch (m->column->type) {
	case MG_TYPE_INTEGER:
	case MG_TYPE_NUMERIC:
		add_exact(m, word);
		return;
	case MG_TYPE_REAL:
		if (mg_starts_with(m->column->sql_type, "DECIMAL"))
			add_exact(m, word);
		else
			add_real(m, word);
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
	if (m->column->type == MG_TYPE_TIME)
		return mg_x_call(m->arena, MG_FN_EPOCH_US, 1, m->x);
	if (m->column->type == MG_TYPE_REAL && !mg_starts_with(m->column->sql_type, "DECIMAL"))
		return m->x;
	return mg_x_call(m->arena, MG_FN_TEXT, 1, m->x);
}

const struct mg_expr *mg_without_missing(struct mg_arena *arena, const struct mg_column *column,
	const struct mg_missing *of_data, const struct mg_missing *of_check)
{
	struct meaning m = {.arena = arena,
		.column = column,
		.x = mg_x_column(arena, column->name, column->type),
		.values = mg_alloc_array(
			arena, 1 + 2 * (of_data->count + of_check->count), sizeof(*m.values)),
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
		any[count++] = mg_x_call(arena, MG_FN_IS_NAN, 1, m.x);
	if (count == 0)
		return m.x;
	return mg_x_call(arena, MG_FN_IF, 3,
		count == 1 ? any[0] : mg_x_list(arena, MG_FN_OR, any, count), mg_x_null(arena),
		m.x);
}
