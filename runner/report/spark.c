/* spark.c: numbers as bars of text. */
#include "report/spark.h"

#include <math.h>

#include "base/text.h"

const char *mg_spark(double share)
{
	static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	enum { BARS = sizeof(bars) / sizeof(*bars) };
	return bars[(size_t)fmax(0, fmin(share * BARS, BARS - 1))];
}

/* How many of its columns are sparks; 0: it is no such chart. */
static size_t lines_of(const struct mg_chart *chart)
{
	enum { MOST = 24 };
	if (chart->row_count < 2 || chart->row_count > MOST)
		return 0;
	if (mg_streq(chart->name, "bins"))
		return chart->column_count;
	return mg_streq(chart->name, "slices") && chart->column_count > 0 ? 1 : 0;
}

static char *lines(struct mg_arena *arena, const struct mg_chart *chart, size_t count)
{
	double most = 0;
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < chart->row_count; i++)
		for (size_t k = 0; k < count; k++)
			most = fmax(most, chart->numbers[i * chart->column_count + k]);
	for (size_t k = 0; k < count; k++) {
		mg_text_addf(&text, "%s%s ", k ? ", " : "", chart->columns[k]);
		for (size_t i = 0; i < chart->row_count; i++) {
			double x = chart->numbers[i * chart->column_count + k];
			mg_text_add(&text, isfinite(x) && most > 0 ? mg_spark(x / most) : "·");
		}
	}
	return text.data;
}

char *mg_spark_chart(struct mg_arena *arena, const struct mg_result *r)
{
	for (size_t i = 0; i < r->chart_count; i++) {
		size_t count = lines_of(&r->charts[i]);
		if (count)
			return lines(arena, &r->charts[i], count);
	}
	return NULL;
}
