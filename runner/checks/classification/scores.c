/* scores.c: needs and reads the frequency tables of a score by label. */
#include "checks/classification/scores.h"

#include "checks/chart.h"
#include "checks/detail.h"
#include "stats/refine.h"

enum { NEGATIVE, POSITIVE, CLASSES }; /* as an indicator of the positive says */

int mg_need_scores(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *score, const struct mg_expr *positive, const struct mg_expr *left_out,
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	/* An engine casts a condition quicker than it chooses between two numbers. */
	const struct mg_expr *label = mg_x_call(a, MG_FN_INDICATOR, 1, positive);
	return mg_need_freq(pl, c, MG_CURRENT, name, score, mg_if(a, left_out, mg_x_null(a), label),
		CLASSES, err);
}

struct mg_scores mg_get_scores(const struct mg_measures *m, const char *name)
{
	return (struct mg_scores){.negative = mg_get_freq(m, name, NEGATIVE),
		.positive = mg_get_freq(m, name, POSITIVE),
		.left_out = mg_get_dropped(m, name)};
}

struct mg_stat mg_scores_measure(
	const struct mg_measures *m, const char *name, mg_scores_statistic *of, const void *context)
{
	struct mg_detail of_negative, of_positive;
	mg_detail_init(&of_negative);
	mg_detail_init(&of_positive);
	struct mg_stat s = of(context, mg_get_freq(m, name, NEGATIVE),
		mg_get_freq(m, name, POSITIVE), &of_negative.ranges, &of_positive.ranges);
	mg_detail_refine(m, name, NEGATIVE, &of_negative);
	mg_detail_refine(m, name, POSITIVE, &of_positive);
	/* cppcheck-suppress returnDanglingLifetime ; a statistic keeps no address */
	return s;
}

/* Adds the rows of one table; an entry with scores on either side of 0 or 1 may have any number. */
static void add_outside(const struct mg_freq *f, struct mg_stat *sum, struct mg_ranges *ranges)
{
	struct mg_candidates candidates = {0};
	for (size_t i = 0; i < f->len; i++) {
		double n = (double)mg_freq_n(f, i), hi = mg_freq_hi(f, i);
		if (f->lo[i] >= 0 && hi <= 1) {
			/* so are all up to the last that starts below 1 */
			size_t from_one = mg_freq_first_from(f, i, 1);
			i = from_one > i + 1 ? from_one - 2 : i;
			continue;
		}
		sum->hi += n;
		if (hi < 0 || f->lo[i] > 1)
			sum->lo += n;
		else
			mg_candidates_offer(&candidates, f, i, n);
	}
	mg_candidates_choose(&candidates, ranges);
}

static struct mg_stat outside(const void *context, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	(void)context;
	struct mg_stat sum = {0};
	add_outside(negative, &sum, negative_ranges);
	add_outside(positive, &sum, positive_ranges);
	sum.value = sum.hi;
	return sum;
}

double mg_scores_outside(const struct mg_measures *m, const char *name)
{
	return mg_scores_measure(m, name, outside, NULL).value;
}

void mg_scores_chart(const struct mg_measures *m, struct mg_value *v,
	const struct mg_calibration_bin *bins, size_t count)
{
	static const char *columns[] = {"mean_score", "positive_share", "rows"};
	size_t filled = 0;
	for (size_t i = 0; i < count; i++)
		filled += bins[i].rows > 0;
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = "calibration",
			.x = "mean score",
			.y = "share of positives",
			.columns = columns,
			.column_count = 3,
			.row_count = filled,
			.quotes = true},
		false);
	double *number = chart->numbers;
	for (size_t i = 0; i < count; i++) {
		if (!(bins[i].rows > 0))
			continue;
		*number++ = bins[i].score_sum / bins[i].rows;
		*number++ = bins[i].positives / bins[i].rows;
		*number++ = bins[i].rows;
	}
}
