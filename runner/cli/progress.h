/* progress.h: shows long work: a bar on a terminal, setprogress commands in a pipeline. */
#ifndef MG_CLI_PROGRESS_H
#define MG_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/style.h"

struct mg_progress {
	FILE *stream;
	struct mg_style style;
	bool bar; /* the stream is a terminal and nobody asked for quiet */
	bool quiet;
	bool azure; /* write task.setprogress commands to stdout */
	bool shown;
	int last_percent;
	double since;     /* ticks at the start; a bar appears only when work takes a while */
	double wait_told; /* ticks when a wait was told in a line of its own; 0: never */
};

void mg_progress_init(struct mg_progress *progress, FILE *stream, const struct mg_style *style,
	bool quiet, bool azure);
/* As mg_execute_options.progress; context is a struct mg_progress. */
void mg_progress_show(void *context, double share, const char *label);
/* As mg_execute_options.waits: in the bar's place, else a line now and then, since a log that stands still for
 * minutes looks like a hang. */
void mg_progress_wait(void *context, const char *words);
/* Takes the bar away again. */
void mg_progress_clear(struct mg_progress *progress);

#endif
