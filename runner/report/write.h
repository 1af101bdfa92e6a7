/* write.h: a report as text or as a file, read back and checked where its format can be. */
#ifndef MG_REPORT_WRITE_H
#define MG_REPORT_WRITE_H

#include <modelgate/error.h>
#include <modelgate/report.h>

#include "base/text.h"

/* Appends the report to out and verifies it. style may be NULL: plain. */
MG_MUST_USE int mg_report_text(struct mg_text *out, const struct mg_report_format *format,
	const struct mg_run *run, const struct mg_report_style *style, struct mg_error *err);

/* Replaces the file at path by the report, as mg_file_write does: all of it or nothing. Then reads
 * it back: MG_EIO when the disk does not give what was written. */
MG_MUST_USE int mg_report_file(const struct mg_report_format *format, const char *path,
	const struct mg_run *run, struct mg_error *err);

#endif
