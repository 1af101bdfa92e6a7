/* prometheus.h: what runs say now, as metrics of Prometheus. */
#ifndef MG_REPORT_PROMETHEUS_H
#define MG_REPORT_PROMETHEUS_H

#include <modelgate/run.h>

#include "base/map.h"
#include "base/text.h"

enum { MG_PROMETHEUS_METRICS = 13 };

/* The samples of runs, metric by metric: in a file those of one metric must stand together. */
struct mg_prometheus {
	struct mg_text samples[MG_PROMETHEUS_METRICS];
	struct mg_map seen; /* labels of the runs */
};

void mg_prometheus_init(struct mg_prometheus *p, struct mg_arena *arena);
/* Adds the newest run of a model and stage. every_seconds: the expected rhythm of runs; 0: not known. MG_EUSAGE when
 * there is one of this model and stage: Prometheus refuses a file in which a series comes twice. */
MG_MUST_USE int mg_prometheus_add(struct mg_prometheus *p, struct mg_arena *scratch,
	const struct mg_run *run, double every_seconds, struct mg_error *err);
/* Appends them all, in the text format 0.0.4. */
void mg_prometheus_write(
	struct mg_text *out, const struct mg_prometheus *const *list, size_t count);

#endif
