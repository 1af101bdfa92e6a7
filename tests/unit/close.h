/* close.h: compares numbers with expected ones up to a stated tolerance. */
#ifndef MG_TEST_CLOSE_H
#define MG_TEST_CLOSE_H

#include <math.h>
#include <stdbool.h>

/* Equal, both NaN, or within `relative` of the expected value or `absolute` of it. */
static inline bool is_close(double actual, double expected, double relative, double absolute)
{
	if (actual == expected || (isnan(actual) && isnan(expected)))
		return true;
	double gap = fabs(actual - expected);
	return gap <= relative * fabs(expected) || gap <= absolute;
}

/* Fails naming the case; what is any text. */
#define assert_close(what, name, actual, expected, relative, absolute)                             \
	do {                                                                                       \
		double close_a = (actual), close_e = (expected);                                   \
		if (!is_close(close_a, close_e, relative, absolute))                               \
			fail_msg("%s of '%s' is %.17g, expected %.17g", what, name, close_a,       \
				close_e);                                                          \
	} while (0)

#endif
