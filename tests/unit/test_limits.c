/* test_limits.c: the one judge of numbers: every operation at its border, with NaN, bounds,
 * intervals, baselines. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "judge/limits.h"

static const struct {
	const char *what;
	enum mg_limit_op op;
	double limit, tolerance, value;
	enum mg_limit_state want;
} plain[] = {
	{"min is inclusive", MG_MIN, 0.5, 0, 0.5, MG_HELD},
	{"just below min", MG_MIN, 0.5, 0, 0.49999999999999994, MG_BROKEN},
	{"max is inclusive", MG_MAX, 0.2, 0, 0.2, MG_HELD},
	{"just over max", MG_MAX, 0.2, 0, 0.20000000000000004, MG_BROKEN},
	{"above is strict", MG_ABOVE, 0, 0, 0, MG_BROKEN},
	{"above", MG_ABOVE, 0, 0, 5e-324, MG_HELD},
	{"below is strict", MG_BELOW, 1, 0, 1, MG_BROKEN},
	{"below", MG_BELOW, 1, 0, 0.9, MG_HELD},
	{"equals without tolerance", MG_EQUALS, 3, 0, 3, MG_HELD},
	{"equals misses", MG_EQUALS, 3, 0, 3.0000001, MG_BROKEN},
	{"not equals", MG_NOT_EQUALS, 3, 0, 4, MG_HELD},
	{"not equals is", MG_NOT_EQUALS, 3, 0, 3, MG_BROKEN},
	{"not equals within tolerance", MG_NOT_EQUALS, 3, 0.5, 3.5, MG_BROKEN},
	{"not equals beyond tolerance", MG_NOT_EQUALS, 3, 0.5, 3.6, MG_HELD},
	{"NaN never satisfies not equals", MG_NOT_EQUALS, 0, 0, NAN, MG_BROKEN},
	{"not equals infinity", MG_NOT_EQUALS, 0, 0, INFINITY, MG_HELD},
	{"infinity is itself", MG_NOT_EQUALS, INFINITY, 0, INFINITY, MG_BROKEN},
	{"equals within tolerance", MG_EQUALS, 3, 0.5, 3.5, MG_HELD},
	{"equals infinity", MG_EQUALS, INFINITY, 0, INFINITY, MG_HELD},
	{"NaN never satisfies min", MG_MIN, 0, 0, NAN, MG_BROKEN},
	{"NaN never satisfies max", MG_MAX, 0, 0, NAN, MG_BROKEN},
	{"NaN never satisfies equals", MG_EQUALS, 0, 9, NAN, MG_BROKEN},
	{"infinity breaks max", MG_MAX, 1e308, 0, INFINITY, MG_BROKEN},
};

/* Doubles of these are the same. */
static const struct {
	const char *what;
	enum mg_limit_op op;
	const char *limit;
	double tolerance;
	const char *value, *baseline;
	bool of_baseline;
	enum mg_limit_state want;
} exact[] = {
	{"one under min", MG_MIN, "1764400000000000130", 0, "1764400000000000129", NULL, false,
		MG_BROKEN},
	{"at min", MG_MIN, "1764400000000000129", 0, "1764400000000000129", NULL, false, MG_HELD},
	{"one over max", MG_MAX, "1764400000000000128", 0, "1764400000000000129", NULL, false,
		MG_BROKEN},
	{"above", MG_ABOVE, "9007199254740992", 0, "9007199254740993", NULL, false, MG_HELD},
	{"not below", MG_BELOW, "9007199254740993", 0, "9007199254740993", NULL, false, MG_BROKEN},
	{"equals", MG_EQUALS, "9007199254740992", 0, "9007199254740993", NULL, false, MG_BROKEN},
	{"not equals by the last digit", MG_NOT_EQUALS, "9007199254740992", 0, "9007199254740993",
		NULL, false, MG_HELD},
	{"not equals with all digits", MG_NOT_EQUALS, "9007199254740993", 0, "9007199254740993",
		NULL, false, MG_BROKEN},
	{"equals within tolerance", MG_EQUALS, "9007199254740992", 1, "9007199254740993", NULL,
		false, MG_HELD},
	{"decimals are what they say", MG_MAX, "0.4", 0, "0.4", NULL, false, MG_HELD},
	{"the last digit of 38", MG_MAX, "0.40000000000000000000000000000000000001", 0,
		"0.40000000000000000000000000000000000002", NULL, false, MG_BROKEN},
	{"drop by one", MG_MAX_DROP, "0", 0, "9007199254740992", "9007199254740993", false,
		MG_BROKEN},
	{"no drop", MG_MAX_DROP, "0", 0, "9007199254740993", "9007199254740992", false, MG_HELD},
	{"rise by one", MG_MAX_RISE, "0", 0, "9007199254740993", "9007199254740992", false,
		MG_BROKEN},
	{"change by ten percent", MG_MAX_CHANGE, "0.1", 0, "11000000000000000011",
		"10000000000000000010", true, MG_HELD},
	{"change by more", MG_MAX_CHANGE, "0.1", 0, "11000000000000000012", "10000000000000000010",
		true, MG_BROKEN},
};

static void test_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
		double value = strtod(exact[i].value, NULL);
		struct mg_limit limit = {.op = exact[i].op,
			.value = strtod(exact[i].limit, NULL),
			.exact = exact[i].limit,
			.of_baseline = exact[i].of_baseline};
		struct mg_measure m = {.lo = value,
			.hi = value,
			.baseline = exact[i].baseline ? strtod(exact[i].baseline, NULL) : NAN,
			.exact = exact[i].value,
			.exact_baseline = exact[i].baseline};
		if (mg_limit_hold(&limit, exact[i].tolerance, &m) != exact[i].want)
			fail_msg("%s", exact[i].what);
	}
}

static void test_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		struct mg_limit limit = {.op = plain[i].op, .value = plain[i].limit};
		struct mg_measure m = {.lo = plain[i].value,
			.hi = plain[i].value,
			.interval_lo = NAN,
			.interval_hi = NAN,
			.baseline = NAN};
		if (mg_limit_hold(&limit, plain[i].tolerance, &m) != plain[i].want)
			fail_msg("%s", plain[i].what);
	}
}

static const struct {
	const char *what;
	enum mg_limit_op op;
	double limit;
	bool share;
	enum mg_better better;
	double value, baseline;
	enum mg_limit_state want;
} relative[] = {
	{"a drop within the room", MG_MAX_DROP, 0.02, false, MG_HIGHER, 0.68, 0.70, MG_HELD},
	{"a drop beyond it", MG_MAX_DROP, 0.02, false, MG_HIGHER, 0.67, 0.70, MG_BROKEN},
	{"an improvement never breaks", MG_MAX_CHANGE, 0.01, false, MG_HIGHER, 0.9, 0.7, MG_HELD},
	{"a lower loss never breaks", MG_MAX_CHANGE, 0.01, false, MG_LOWER, 0.1, 0.7, MG_HELD},
	{"a rise of a loss", MG_MAX_RISE, 0.1, true, MG_LOWER, 0.78, 0.7, MG_BROKEN},
	{"change both ways when neither is better", MG_MAX_CHANGE, 0.1, true, MG_EITHER, 89, 100,
		MG_BROKEN},
	{"a share of a negative baseline keeps its sign", MG_MAX_DROP, 0.1, true, MG_EITHER, -10.5,
		-10, MG_HELD},
	{"a share of a zero baseline leaves no room", MG_MAX_CHANGE, 0.1, true, MG_EITHER, 0.1, 0,
		MG_BROKEN},
	{"no change from zero", MG_MAX_CHANGE, 0.1, true, MG_EITHER, 0, 0, MG_HELD},
	{"no baseline", MG_MAX_DROP, 0.1, false, MG_HIGHER, 1, NAN, MG_LACKING},
	{"a NaN value", MG_MAX_DROP, 0.1, false, MG_HIGHER, NAN, 1, MG_BROKEN},
};

static void test_relative(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
		struct mg_limit limit = {.op = relative[i].op,
			.value = relative[i].limit,
			.of_baseline = relative[i].share};
		struct mg_measure m = {.lo = relative[i].value,
			.hi = relative[i].value,
			.interval_lo = NAN,
			.interval_hi = NAN,
			.baseline = relative[i].baseline,
			.better = relative[i].better};
		if (mg_limit_hold(&limit, 0, &m) != relative[i].want)
			fail_msg("%s", relative[i].what);
	}
}

static const struct {
	const char *what;
	enum mg_limit_op op;
	double limit, tolerance, lo, hi;
	enum mg_limit_state want;
} bounded[] = {
	{"the whole bound holds", MG_MAX, 0.2, 0, 0.18, 0.19, MG_HELD},
	{"the whole bound breaks", MG_MAX, 0.2, 0, 0.21, 0.22, MG_BROKEN},
	{"a limit inside the bound is not decided", MG_MAX, 0.2, 0, 0.19, 0.21, MG_OPEN},
	{"not equals inside the bound is not decided", MG_NOT_EQUALS, 0.2, 0, 0.19, 0.21, MG_OPEN},
	{"not equals outside the bound", MG_NOT_EQUALS, 0.3, 0, 0.19, 0.21, MG_HELD},
	{"equals inside the bound is not decided", MG_EQUALS, 0.2, 0, 0.19, 0.21, MG_OPEN},
	{"equals outside the bound", MG_EQUALS, 0.3, 0, 0.19, 0.21, MG_BROKEN},
	{"a bound with NaN decides nothing good", MG_MIN, 0, 0, NAN, 1, MG_BROKEN},
};

static void test_bounds_never_decide_by_chance(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bounded) / sizeof(bounded[0]); i++) {
		struct mg_limit limit = {.op = bounded[i].op, .value = bounded[i].limit};
		struct mg_measure m = {.lo = bounded[i].lo,
			.hi = bounded[i].hi,
			.interval_lo = NAN,
			.interval_hi = NAN,
			.baseline = NAN};
		if (mg_limit_hold(&limit, bounded[i].tolerance, &m) != bounded[i].want)
			fail_msg("%s", bounded[i].what);
	}
}

static const struct {
	const char *what;
	enum mg_limit_op op;
	double limit, lo, hi, baseline;
	enum mg_better better;
	enum mg_limit_state want;
	double judged;
} intervals[] = {
	{"min looks at the lower end", MG_MIN, 0.65, 0.64, 0.70, NAN, MG_HIGHER, MG_BROKEN, 0.64},
	{"max looks at the upper end", MG_MAX, 0.65, 0.60, 0.66, NAN, MG_LOWER, MG_BROKEN, 0.66},
	{"min holds at the lower end", MG_MIN, 0.64, 0.64, 0.70, NAN, MG_HIGHER, MG_HELD, 0.64},
	{"max_drop looks at the lower end", MG_MAX_DROP, 0.02, 0.64, 0.70, 0.67, MG_HIGHER,
		MG_BROKEN, 0.67},
	{"max_change looks at both ends", MG_MAX_CHANGE, 0.02, 0.64, 0.70, 0.66, MG_EITHER,
		MG_BROKEN, 0.67},
	{"not equals inside the interval", MG_NOT_EQUALS, 0.67, 0.64, 0.71, NAN, MG_EITHER,
		MG_BROKEN, 0.71},
	{"not equals beside the interval", MG_NOT_EQUALS, 0.5, 0.64, 0.71, NAN, MG_EITHER, MG_HELD,
		0.71},
	{"equals wants both ends", MG_EQUALS, 0.67, 0.64, 0.71, NAN, MG_EITHER, MG_BROKEN, 0.71},
	{"no interval, no verdict", MG_MIN, 0.1, NAN, NAN, NAN, MG_HIGHER, MG_OPEN, NAN},
};

static void test_confidence_judges_the_pessimistic_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		struct mg_limit limit = {.op = intervals[i].op, .value = intervals[i].limit};
		struct mg_measure m = {.lo = 0.67,
			.hi = 0.67,
			.interval_lo = intervals[i].lo,
			.interval_hi = intervals[i].hi,
			.confidence = 0.95,
			.value = 0.67,
			.baseline = intervals[i].baseline,
			.baseline_lo = intervals[i].baseline,
			.baseline_hi = intervals[i].baseline,
			.better = intervals[i].better};
		if (mg_limit_hold(&limit, 0, &m) != intervals[i].want)
			fail_msg("%s", intervals[i].what);
		double judged = mg_limit_judged(&limit, &m, 0.67);
		if (judged != intervals[i].judged && !(isnan(judged) && isnan(intervals[i].judged)))
			fail_msg("%s: judged %g", intervals[i].what, judged);
	}
}

static const struct {
	const char *what;
	double times;
	struct mg_center center; /* its bounds are it where they are 0 */
	enum mg_better better;
	double value;
	enum mg_limit_state want;
} apart[] = {
	{"within", 3, {.value = 10, .spread = 2}, MG_EITHER, 16, MG_HELD},
	{"just outside", 3, {.value = 10, .spread = 2}, MG_EITHER, 16.000001, MG_BROKEN},
	{"below", 3, {.value = 10, .spread = 2}, MG_EITHER, 3.9, MG_BROKEN},
	{"an improvement", 3, {.value = 10, .spread = 2}, MG_HIGHER, 99, MG_HELD},
	{"a decline", 3, {.value = 10, .spread = 2}, MG_HIGHER, 3.9, MG_BROKEN},
	{"no center", 3, {.value = NAN}, MG_EITHER, 10, MG_LACKING},
	{"a NaN value", 3, {.value = 10, .spread = 2}, MG_EITHER, NAN, MG_BROKEN},
	{"no spread, and the same", 3, {.value = 10}, MG_EITHER, 10, MG_HELD},
	{"no spread, and another", 3, {.value = 10}, MG_EITHER, 10.00001, MG_BROKEN},
	{"no spread, and noise of a sum", 3, {.value = 10}, MG_EITHER, 10.0000000001, MG_HELD},
	{"a spread that may be smaller", 1, {.value = 10, .spread = 2, .spread_off = 0.5},
		MG_EITHER, 11.8, MG_OPEN},
	{"a spread that is surely enough", 1, {.value = 10, .spread = 2, .spread_off = 0.5},
		MG_EITHER, 11.4, MG_HELD},
	{"a spread that surely is not", 1, {.value = 10, .spread = 2, .spread_off = 0.5}, MG_EITHER,
		12.6, MG_BROKEN},
	{"a center that may be elsewhere", 1, {.value = 10, .least = 9, .most = 11, .spread = 2},
		MG_EITHER, 12.5, MG_OPEN},
};

static void test_how_far_runs_lie_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++) {
		struct mg_center centers[MG_SPREADS];
		centers[MG_SPREAD_SIGMA].value = NAN;
		centers[MG_SPREAD_MAD] = apart[i].center;
		if (apart[i].center.least == 0)
			centers[MG_SPREAD_MAD].least = centers[MG_SPREAD_MAD].most = apart[i].center
											     .value;
		struct mg_limit limit = {
			.op = MG_WITHIN, .value = apart[i].times, .spread = MG_SPREAD_MAD};
		struct mg_measure m = {.lo = apart[i].value,
			.hi = apart[i].value,
			.value = apart[i].value,
			.baseline = NAN,
			.better = apart[i].better,
			.centers = centers};
		if (mg_limit_hold(&limit, 0, &m) != apart[i].want)
			fail_msg("%s", apart[i].what);
		limit.spread = MG_SPREAD_SIGMA;
		if (mg_limit_hold(&limit, 0, &m) != MG_LACKING)
			fail_msg("%s: of another spread", apart[i].what);
	}
}

static void test_counts_have_no_noise(void **state)
{
	(void)state;
	struct mg_center centers[MG_SPREADS] = {
		{.value = 0x1p60, .least = 0x1p60, .most = 0x1p60, .exact = "1152921504606846977"}};
	struct mg_limit limit = {.op = MG_WITHIN, .value = 3};
	struct mg_measure m = {.lo = 0x1p60,
		.hi = 0x1p60,
		.value = 0x1p60,
		.baseline = NAN,
		.exact = "1152921504606846977",
		.better = MG_EITHER,
		.centers = centers};
	assert_int_equal(mg_limit_hold(&limit, 0, &m), MG_HELD);
	m.exact = "1152921504606846978";
	assert_int_equal(mg_limit_hold(&limit, 0, &m), MG_BROKEN);
}

static void test_bounds_of_the_baseline(void **state)
{
	(void)state;
	static const struct {
		enum mg_limit_op op;
		double room, least, most;
		enum mg_limit_state want;
	} cases[] = {
		{MG_MAX_DROP, 0.1, 0.6, 0.7, MG_HELD},
		{MG_MAX_DROP, 0.1, 0.7, 0.9, MG_OPEN},
		{MG_MAX_DROP, 0.1, 0.8, 0.9, MG_BROKEN},
		{MG_MAX_CHANGE, 0.01, 0.6, 0.7, MG_OPEN}, /* 0.65 itself would hold */
		{MG_MAX_CHANGE, 0.01, 0.7, 0.8, MG_BROKEN},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mg_limit limit = {.op = cases[i].op, .value = cases[i].room};
		struct mg_measure m = {.lo = 0.65,
			.hi = 0.65,
			.value = 0.65,
			.baseline = (cases[i].least + cases[i].most) / 2,
			.baseline_least = cases[i].least,
			.baseline_most = cases[i].most,
			.better = MG_EITHER};
		assert_int_equal(mg_limit_hold(&limit, 0, &m), cases[i].want);
	}
}

static const struct {
	const char *what;
	enum mg_limit_op op;
	double limit;
	bool share;
	double baseline, half; /* the baseline and half the width of its interval */
	bool identical;
	enum mg_prove prove;
	enum mg_limit_state want;
	double correlation;
} differences[] = {
	/* of 0.67, 0.64 to 0.70 */
	{"the same number of other rows is not surely as good", MG_MAX_DROP, 0.02, false, 0.67,
		0.03, false, MG_PROVE_NOT_WORSE, MG_BROKEN, 0},
	{"... nor surely worse", MG_MAX_DROP, 0.02, false, 0.67, 0.03, false, MG_PROVE_WORSE,
		MG_HELD, 0},
	{"the same data differ by nothing", MG_MAX_DROP, 0, false, 0.67, 0.03, true,
		MG_PROVE_NOT_WORSE, MG_HELD, 0},
	/* sqrt(0.03^2 + 0.04^2) is 0.05 */
	{"widths are added in squares", MG_MAX_DROP, 0.0501, false, 0.67, 0.04, false,
		MG_PROVE_NOT_WORSE, MG_HELD, 0},
	{"... and no more", MG_MAX_DROP, 0.0499, false, 0.67, 0.04, false, MG_PROVE_NOT_WORSE,
		MG_BROKEN, 0},
	{"surely worse", MG_MAX_DROP, 0.02, false, 0.75, 0.03, false, MG_PROVE_WORSE, MG_BROKEN, 0},
	{"a part of the baseline moves with it", MG_MAX_DROP, 0.1, true, 0.75, 0.0, false,
		MG_PROVE_NOT_WORSE, MG_BROKEN, 0},
	{"a part of the baseline that is enough", MG_MAX_DROP, 0.2, true, 0.75, 0.03, false,
		MG_PROVE_NOT_WORSE, MG_HELD, 0},
	{"a rise", MG_MAX_RISE, 0.02, false, 0.60, 0.03, false, MG_PROVE_WORSE, MG_BROKEN, 0},
	{"what is correlated is wider than nothing, and narrower than sqrt(2) * 0.03", MG_MAX_DROP,
		0.0301, false, 0.67, 0.03, false, MG_PROVE_NOT_WORSE, MG_HELD, 0.5},
	{"... and no less", MG_MAX_DROP, 0.0299, false, 0.67, 0.03, false, MG_PROVE_NOT_WORSE,
		MG_BROKEN, 0.5},
	{"a correlation counts with its sign", MG_MAX_DROP, 0.0519, false, 0.67, 0.03, false,
		MG_PROVE_NOT_WORSE, MG_BROKEN, -0.5},
	{"... sqrt(3) * 0.03", MG_MAX_DROP, 0.0521, false, 0.67, 0.03, false, MG_PROVE_NOT_WORSE,
		MG_HELD, -0.5},
	{"a correlated baseline without an interval", MG_MAX_DROP, 0.5, false, 0.67, NAN, false,
		MG_PROVE_WORSE, MG_OPEN, 0.5},
	{"a baseline without an interval", MG_MAX_DROP, 0.5, false, 0.67, NAN, false,
		MG_PROVE_WORSE, MG_OPEN, 0},
};

static void test_the_difference_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]); i++) {
		struct mg_limit limit = {.op = differences[i].op,
			.value = differences[i].limit,
			.of_baseline = differences[i].share};
		struct mg_measure m = {.lo = 0.67,
			.hi = 0.67,
			.value = 0.67,
			.interval_lo = 0.64,
			.interval_hi = 0.70,
			.confidence = 0.95,
			.baseline = differences[i].baseline,
			.baseline_lo = differences[i].baseline - differences[i].half,
			.baseline_hi = differences[i].baseline + differences[i].half,
			.identical = differences[i].identical,
			.correlation = differences[i].correlation,
			.prove = differences[i].prove,
			.better = MG_EITHER};
		if (mg_limit_hold(&limit, 0, &m) != differences[i].want)
			fail_msg("%s", differences[i].what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_relative),
		cmocka_unit_test(test_bounds_never_decide_by_chance),
		cmocka_unit_test(test_confidence_judges_the_pessimistic_end),
		cmocka_unit_test(test_the_difference_is_judged),
		cmocka_unit_test(test_bounds_of_the_baseline),
		cmocka_unit_test(test_how_far_runs_lie_apart),
		cmocka_unit_test(test_counts_have_no_noise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
