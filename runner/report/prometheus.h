/* prometheus.h: what runs say now, as metrics of Prometheus. */
#ifndef MG_REPORT_PROMETHEUS_H
#define MG_REPORT_PROMETHEUS_H

#include <modelgate/run.h>

#include "base/text.h"

struct mg_prometheus_run {
	const struct mg_run *run;
	double every_seconds; /* the expected rhythm of runs; 0: not known */
};

/* Appends all metrics of the newest run of each model and stage, in the text format 0.0.4. MG_EUSAGE when two
 * runs are of the same model and stage: Prometheus refuses a file in which a series comes twice. */
MG_MUST_USE int mg_prometheus_runs(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_prometheus_run *runs, size_t count, struct mg_error *err);

#endif
