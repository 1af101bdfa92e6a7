/* chart.h: a small table that a picture is drawn from. Kinds make it of what they have measured anyway. */
#ifndef MODELGATE_CHART_H
#define MODELGATE_CHART_H

#include <stdbool.h>
#include <stddef.h>

/* Most rows of a chart: more points than a picture has pixels for, or more bars than anybody reads. */
enum { MG_CHART_POINTS = 200, MG_CHART_BARS = 50, MG_CHART_CLASSES = 20, MG_CHART_CURVES = 8 };

struct mg_chart {
	const char *name;     /* which picture: "bins", "distribution", "roc", ... */
	const char *x, *y;    /* what its axes are of; "" where that goes without saying */
	const char **columns; /* of the numbers */
	size_t column_count;
	const char **labels; /* one for each row, or none at all */
	size_t label_count;
	double *numbers; /* row after row */
	size_t row_count;
	bool quotes; /* its numbers are values of the data: not to be shown where those are redacted */
};

#endif
