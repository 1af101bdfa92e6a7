/* markdown */
#include "report/formats.h"
static int write_markdown(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)out, (void)scratch, (void)run, (void)style, (void)err;
	return MG_OK;
}
const struct mg_report_format mg_report_markdown = {
	.name = "markdown", .help = "write a Markdown summary to FILE", .write = write_markdown};
