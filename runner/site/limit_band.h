/* limit_band.h: between which numbers a value passes, on its own scale: what a picture draws as a band. */
#ifndef MG_SITE_LIMIT_BAND_H
#define MG_SITE_LIMIT_BAND_H

#include <stdbool.h>

#include <modelgate/run.h>

/* NaN: no bound. */
struct mg_limit_band {
	double min, max, warn_min, warn_max;
};

struct mg_limit_band mg_limit_band(const struct mg_result *r);
bool mg_limit_band_same(const struct mg_limit_band *a, const struct mg_limit_band *b);
/* Are the limits written alike? */
bool mg_limits_same(const struct mg_judged_limit *a, size_t a_count,
	const struct mg_judged_limit *b, size_t b_count);

#endif
