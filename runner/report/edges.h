/* edges.h: where on a value's own scale its limits lie. */
#ifndef MG_REPORT_EDGES_H
#define MG_REPORT_EDGES_H

#include <modelgate/run.h>

/* The least and the greatest number that keep to all limits, and that keep to all warnings; NaN where
 * nothing bounds it on that side. A limit on a change from a baseline lies where the baseline puts it.
 * max_failing counts rows, not_equals bounds no side, and what lacks its baseline lies nowhere. */
struct mg_edges {
	double min, max, warn_min, warn_max;
};
struct mg_edges mg_edges_of(const struct mg_result *r);

#endif
