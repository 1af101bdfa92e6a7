/* console.h: the report that a person watches, and its parts for other logs. */
#ifndef MG_REPORT_CONSOLE_H
#define MG_REPORT_CONSOLE_H

#include <stddef.h>

#include <modelgate/report.h>

#include "base/text.h"
#include "report/words.h"

/* The whole report is mg_report_console of formats.def; these are its parts, for a run from mg_run_safe. */
struct mg_console {
	struct mg_text *out;
	struct mg_arena *scratch;
	const struct mg_run *run;
	const struct mg_report_style *style;
	size_t name_width, value_width, limit_width; /* of the tables; filled by mg_console_start */
};
struct mg_console mg_console_start(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_run *safe, const struct mg_report_style *style);
/* "flight-delay PPS" and where it comes from. */
void mg_console_title(const struct mg_console *c);
/* One line a result. */
void mg_console_rows(const struct mg_console *c, const struct mg_group *group);
/* Everything about what did not pass (verbose: about all), the worst last. */
void mg_console_details(const struct mg_console *c);
/* "FAILED  flight-delay PPS: 24 checks: ..." */
void mg_console_closing(const struct mg_console *c);

#endif
