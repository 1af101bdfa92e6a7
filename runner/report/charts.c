/* charts.c: drops charts where a run has too many to be a file that is read in one go. */
#include "report/charts.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "report/formats.h"
#include "report/write.h"

/* More than its JSON takes: a number has at most six digits. */
static size_t bytes_of(const struct mg_chart *chart)
{
	enum { NUMBER = 16, TEXT = 16, REST = 160 };
	size_t bytes = REST + NUMBER * chart->row_count * (chart->column_count + 1);
	for (size_t i = 0; i < chart->label_count; i++)
		bytes += TEXT + 6 * strlen(chart->labels[i]);
	for (size_t i = 0; i < chart->column_count; i++)
		bytes += TEXT + 6 * strlen(chart->columns[i]);
	return bytes + 6 * (strlen(chart->x) + strlen(chart->y));
}

static size_t bytes_of_all(const struct mg_result *r)
{
	size_t bytes = 0;
	for (size_t i = 0; i < r->chart_count; i++)
		bytes += bytes_of(&r->charts[i]);
	return bytes;
}

/* How many bytes charts may take beside what run.json takes without them. */
static size_t room_for(const struct mg_run *run)
{
	enum { MARGIN = 1 << 16 };
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_run bare = *run;
	struct mg_error ignored = {0};
	struct mg_text text;
	mg_text_init(&text, scratch);
	bare.results = mg_alloc_array(scratch, run->result_count, sizeof(*bare.results));
	for (size_t i = 0; i < run->result_count; i++) {
		bare.results[i] = run->results[i];
		bare.results[i].chart_count = 0;
	}
	if (mg_report_text(&text, &mg_report_json, &bare, NULL, &ignored) != MG_OK ||
		text.len + MARGIN > MG_RUN_MAX_BYTES)
		return 0;
	size_t left = MG_RUN_MAX_BYTES - MARGIN - text.len;
	return left < MG_CHARTS_MAX_BYTES ? left : MG_CHARTS_MAX_BYTES;
}

/* A run as large as that has so many checks, or so long texts, that their size is worth measuring. */
static bool may_be_large(const struct mg_run *run, size_t chart_bytes)
{
	enum { BYTES = 1 << 20, CHECKS = 500 };
	return chart_bytes > BYTES || run->result_count > CHECKS;
}

void mg_charts_fit(struct mg_run *run)
{
	static const enum mg_verdict order[] = {MG_PASS, MG_SKIP, MG_WARN, MG_ERROR, MG_FAIL};
	size_t bytes = 0;
	for (size_t i = 0; i < run->result_count; i++)
		bytes += bytes_of_all(&run->results[i]);
	if (bytes == 0 || !may_be_large(run, bytes))
		return;
	size_t room = room_for(run);
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		for (size_t i = run->result_count; i-- > 0 && bytes > room;) {
			struct mg_result *r = &run->results[i];
			if (r->verdict != order[k] || r->chart_count == 0)
				continue;
			bytes -= bytes_of_all(r);
			r->chart_count = 0;
			run->charts_left_out++;
		}
	}
}

char *mg_charts_words(struct mg_arena *arena, const struct mg_run *run)
{
	if (!run->charts_left_out)
		return NULL;
	return mg_printf(arena,
		"the charts of %s check%s are left out to keep the file small, those that passed first",
		mg_human_double(arena, (double)run->charts_left_out, 15),
		run->charts_left_out == 1 ? "" : "s");
}
