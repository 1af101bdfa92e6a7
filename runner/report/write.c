/* write.c: the one way for a report to become a file. */
#include "report/write.h"

#include <string.h>

#include "base/file.h"

int mg_report_text(struct mg_text *out, const struct mg_report_format *format,
	const struct mg_run *run, const struct mg_report_style *style, struct mg_error *err)
{
	static const struct mg_report_style plain = {0};
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	size_t before = out->len;
	MG_TRY(format->write(out, scratch, run, style ? style : &plain, err));
	if (format->verify)
		return format->verify(out->data + before, out->len - before, run, err);
	return MG_OK;
}

int mg_report_file(const struct mg_report_format *format, const char *path,
	const struct mg_run *run, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text text;
	mg_text_init(&text, scratch);
	if (mg_report_text(&text, format, run, NULL, err) != MG_OK)
		return mg_fail_in(err, "%s report for %s", format->name, path);
	MG_TRY(mg_file_write(path, text.data, text.len, err));
	char *back;
	size_t len;
	MG_TRY(mg_file_read(scratch, path, text.len, &back, &len, err));
	if (len != text.len || memcmp(back, text.data, len) != 0)
		return mg_fail(err, MG_EIO, "%s does not read back as it was written", path);
	return MG_OK;
}
