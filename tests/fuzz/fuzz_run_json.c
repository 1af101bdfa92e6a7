/* fuzz_run_json.c: the reader of run.json takes any bytes; what it reads, it writes so that reading
 * it again gives the same, and every report can be made of it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <modelgate/report.h>

#include "report/formats.h"
#include "report/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static struct mg_text written(struct mg_arena *arena, const struct mg_run *run,
	const struct mg_report_format *format, int width)
{
	struct mg_report_style style = {.width = width, .verbose = width != 0};
	struct mg_error err;
	struct mg_text text;
	mg_text_init(&text, arena);
	must(mg_report_text(&text, format, run, &style, &err) == MG_OK);
	must(mg_utf8_valid(text.data, text.len));
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_run *run, *again;
	struct mg_error err = {0};
	if (mg_run_read(arena, (const char *)data, size, &run, &err) != MG_OK) {
		must(err.code != MG_OK && *err.text);
		return 0;
	}
	struct mg_text text = written(arena, run, &mg_report_json, 0);
	must(mg_run_read(arena, text.data, text.len, &again, &err) == MG_OK);
	must(strcmp(written(arena, again, &mg_report_json, 0).data, text.data) == 0);
	for (size_t i = 0; mg_report_formats[i]; i++)
		must(strcmp(written(arena, run, mg_report_formats[i], 0).data,
			     written(arena, again, mg_report_formats[i], 0).data) == 0);
	written(arena, run, &mg_report_console, 80);
	return 0;
}
