/* charts.c: copies charts into a result, without what no report may show. */
#include "judge/charts.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"
#include "plan/redact.h"

/* To six digits, as printf does; false where it is too near to the middle of two to tell. */
static bool round_plainly(double x, double *out)
{
	double size = fabs(x), power = 1;
	if (!(size >= 1e-4 && size < 1e6))
		return size == 0;
	while (size * power < 1e5)
		power *= 10;
	double whole = floor(size * power), rest = size * power - whole;
	if (fabs(rest - 0.5) < 1e-6)
		return false;
	/* both are exact, and division rounds as reading the decimals does */
	*out = copysign((whole + (rest > 0.5)) / power, x);
	return true;
}

static double rounded(double x)
{
	char text[32];
	double short_x = x;
	if (round_plainly(x, &short_x))
		return short_x;
	snprintf(text, sizeof(text), "%.6g", x);
	return isfinite(x) && mg_parse_double(text, false, &short_x) ? short_x : x;
}

static const char **copy_texts(struct mg_arena *arena, const char *const *texts, size_t count)
{
	const char **copy = mg_alloc_array(arena, count, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = mg_strdup(arena, texts[i]);
	return copy;
}

static struct mg_chart copy_chart(struct mg_arena *arena, const struct mg_chart *from)
{
	size_t count = from->row_count * from->column_count;
	struct mg_chart to = *from;
	to.x = mg_strdup(arena, from->x);
	to.y = mg_strdup(arena, from->y);
	to.columns = copy_texts(arena, from->columns, from->column_count);
	to.labels = copy_texts(arena, from->labels, from->label_count);
	to.numbers = mg_alloc_array(arena, count, sizeof(*to.numbers));
	for (size_t i = 0; i < count; i++)
		to.numbers[i] = rounded(from->numbers[i]);
	return to;
}

/* Does the kind say that it makes this chart? */
static bool is_said(const struct mg_check_kind *kind, const char *name)
{
	const struct mg_kind_chart *chart = kind->charts;
	while (chart && chart->name && !mg_streq(chart->name, name))
		chart++;
	return chart && chart->name;
}

void mg_judge_charts(struct mg_arena *arena, const struct mg_check *c, const struct mg_value *v,
	struct mg_result *r)
{
	r->charts = mg_alloc_array(arena, v->chart_count, sizeof(*r->charts));
	for (size_t i = 0; i < v->chart_count; i++) {
		assert(is_said(c->kind, v->charts[i].name));
		if (v->charts[i].row_count && !(v->charts[i].quotes && mg_check_redacts_any(c)))
			r->charts[r->chart_count++] = copy_chart(arena, &v->charts[i]);
	}
}
