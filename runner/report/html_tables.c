/* html_tables.c: what a run says across its checks: slices beside one another, the candidate beside its
 * baseline, and where all of it comes from. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "report/html.h"
#include "report/words.h"

/* ---- slices: a heat map of slices by checks ---- */

enum { MOST_COLUMNS = 12, MOST_SLICES = 500, SHADES = 6 };

/* One way to cut the data, by the column or by names, and the checks that were cut so. */
struct cut {
	const char *title;
	const char **slices;
	const char **checks;
	size_t slice_count, slice_capacity, check_count, check_capacity;
	struct mg_map cells; /* slice LF check -> result */
	double least[MOST_COLUMNS], greatest[MOST_COLUMNS];
};

/* "carrier" of "carrier=AA"; what a spec names a slice is a cut with the others of that suite. */
static const char *cut_of(struct mg_arena *a, const struct mg_result *r)
{
	const char *equals = strchr(r->slice, '=');
	return equals ? mg_strndup(a, r->slice, (size_t)(equals - r->slice)) : r->suite;
}

/* The name of the check without its slice. */
static const char *check_of(struct mg_arena *a, const struct mg_result *r)
{
	size_t len = strlen(r->name), slice = strlen(r->slice) + 2;
	return len > slice ? mg_strndup(a, r->name, len - slice) : r->name;
}

static size_t place_of(
	struct mg_arena *a, const char ***list, size_t *count, size_t *capacity, const char *text)
{
	for (size_t i = *count; i-- > 0;) /* mostly the last one */
		if (mg_streq((*list)[i], text))
			return i;
	*list = mg_grow(a, *list, *count, capacity, sizeof(**list));
	(*list)[*count] = text;
	return (*count)++;
}

static const char *key_of(struct mg_arena *a, const char *slice, const char *check)
{
	return mg_printf(a, "%s\n%s", slice, check);
}

static void add_result(struct mg_arena *a, struct cut *cut, const struct mg_result *r)
{
	const char *check = check_of(a, r);
	if (cut->slice_count == MOST_SLICES || cut->check_count == MOST_COLUMNS)
		return; /* all of them are listed among the checks */
	size_t column = place_of(a, &cut->checks, &cut->check_count, &cut->check_capacity, check);
	place_of(a, &cut->slices, &cut->slice_count, &cut->slice_capacity, r->slice);
	mg_map_put(&cut->cells, key_of(a, r->slice, check), (void *)r);
	if (!r->measured || !isfinite(r->value))
		return;
	cut->least[column] = fmin(cut->least[column], r->value);
	cut->greatest[column] = fmax(cut->greatest[column], r->value);
}

static struct cut *new_cut(struct mg_arena *a, const char *title)
{
	struct cut *cut = mg_alloc(a, sizeof(*cut));
	cut->title = title;
	mg_map_init(&cut->cells, a);
	for (size_t i = 0; i < MOST_COLUMNS; i++) {
		cut->least[i] = INFINITY;
		cut->greatest[i] = -INFINITY;
	}
	return cut;
}

static void slice_cell(
	const struct mg_page *p, const struct cut *cut, size_t column, const struct mg_result *r)
{
	double span = cut->greatest[column] - cut->least[column];
	if (!r) {
		mg_html(p, "<td></td>");
		return;
	}
	int shade = r->measured && isfinite(r->value) && span > 0
		? (int)(SHADES * (r->value - cut->least[column]) / span)
		: 0;
	mg_text_addf(p->out, "<td class=\"shade-%d\" data-result=\"%zu\">",
		shade < SHADES ? shade : SHADES - 1, (size_t)(r - p->run->results));
	mg_html_verdict(p, r->verdict);
	mg_html(p, " ");
	mg_html_text(p, mg_words_value(p->scratch, r));
	mg_html(p, "</td>");
}

static void cut_table(const struct mg_page *p, const struct cut *cut)
{
	mg_html(p, "<h3>");
	mg_html_text(p, cut->title);
	mg_html(p, "</h3>\n");
	mg_html_open_table(p, "Slices by checks", "Slice");
	for (size_t i = 0; i < cut->check_count; i++)
		mg_html_element(p, "th scope=\"col\"", cut->checks[i]);
	mg_html_open_rows(p);
	for (size_t row = 0; row < cut->slice_count; row++) {
		mg_html(p, "<tr>");
		mg_html_element(p, "th scope=\"row\"", cut->slices[row]);
		for (size_t i = 0; i < cut->check_count; i++)
			slice_cell(p, cut, i,
				mg_map_get(&cut->cells,
					key_of(p->scratch, cut->slices[row], cut->checks[i])));
		mg_html(p, "</tr>\n");
	}
	mg_html_close_table(p);
}

void mg_html_slices(const struct mg_page *p)
{
	struct mg_map cuts;
	mg_map_init(&cuts, p->scratch);
	for (size_t i = 0; i < p->run->result_count; i++) {
		const struct mg_result *r = &p->run->results[i];
		if (!r->slice)
			continue;
		const char *title = cut_of(p->scratch, r);
		struct cut *cut = mg_map_get(&cuts, title);
		if (!cut) {
			cut = new_cut(p->scratch, title);
			mg_map_put(&cuts, title, cut);
		}
		add_result(p->scratch, cut, r);
	}
	if (cuts.count == 0)
		return;
	mg_html(p,
		"<section id=\"slices\" aria-labelledby=\"slices-title\">\n"
		"<h2 id=\"slices-title\">Slices</h2>\n");
	for (size_t i = 0; i < cuts.count; i++)
		cut_table(p, cuts.entries[i].value);
	mg_html(p, "</section>\n");
}

/* ---- candidate beside baseline ---- */

static bool has_baseline(const struct mg_result *r)
{
	return r->measured && !isnan(r->baseline);
}

void mg_html_baselines(const struct mg_page *p)
{
	struct mg_arena *a = p->scratch;
	size_t count = 0;
	for (size_t i = 0; i < p->run->result_count; i++)
		count += has_baseline(&p->run->results[i]);
	if (count == 0)
		return;
	mg_html(p,
		"<section id=\"baselines\" aria-labelledby=\"baselines-title\">\n"
		"<h2 id=\"baselines-title\">Beside the baseline</h2>\n");
	mg_html_open_table(p, "Beside the baseline",
		"Verdict|Check|This run|Baseline|Change|Interval of the difference|From");
	mg_html_open_rows(p);
	for (size_t i = 0; i < p->run->result_count; i++) {
		const struct mg_result *r = &p->run->results[i];
		if (!has_baseline(r))
			continue;
		double change = r->value - r->baseline, size = fabs(r->baseline);
		mg_text_addf(p->out, "<tr data-result=\"%zu\"><td>", i);
		mg_html_verdict(p, r->verdict);
		mg_html(p, "</td>");
		mg_html_element(p, "th scope=\"row\"", r->name);
		mg_html_element(p, "td class=\"number\"", mg_words_value(a, r));
		mg_html_element(p, "td class=\"number\"", mg_words_baseline(a, r));
		mg_html_element(p, "td class=\"number\"",
			size > 0 ? mg_printf(a, "%s%s%%", change > 0 ? "+" : "",
					   mg_human_double(a, 100 * change / size, 3))
				 : mg_human_double(a, change, 4));
		mg_html_element(p, "td class=\"number\"", mg_words_difference(a, r));
		mg_html_element(p, "td", r->baseline_source);
		mg_html(p, "</tr>\n");
	}
	mg_html_close_table(p);
	mg_html(p, "</section>\n");
}

/* ---- origin ---- */

static void fact(const struct mg_page *p, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	mg_html_element(p, "dt", label);
	mg_html_element(p, "dd", text);
	mg_html(p, "\n");
}

static void inputs(const struct mg_page *p)
{
	struct mg_arena *a = p->scratch;
	mg_html(p, "<h3>Inputs</h3>\n");
	mg_html_open_table(p, "Inputs", "Data|File or table|Bytes|SHA-256, or state of the table");
	mg_html_open_rows(p);
	for (size_t i = 0; i < p->run->input_count; i++) {
		const struct mg_input *input = &p->run->inputs[i];
		bool table = input->table.kind;
		mg_html(p, "<tr>");
		mg_html_element(p, "td", input->data);
		mg_html_element(p, "th scope=\"row\"", input->path);
		mg_html_element(p, "td class=\"number\"",
			table ? "" : mg_human_double(a, (double)input->bytes, 1));
		mg_html_element(p, table ? "td" : "td class=\"digest\"",
			table ? mg_input_state_words(a, input) : input->sha256);
		mg_html(p, "</tr>\n");
	}
	mg_html_close_table(p);
}

/* What each number is, exactly: tools disagree. */
static void definitions(const struct mg_page *p)
{
	struct mg_map seen;
	mg_map_init(&seen, p->scratch);
	mg_html(p, "<h3>Definitions</h3>\n");
	mg_html_open_table(p, "Definitions", "Kind|Definition");
	mg_html_open_rows(p);
	for (size_t i = 0; i < p->run->result_count; i++) {
		const struct mg_result *r = &p->run->results[i];
		const char *key = key_of(p->scratch, r->kind, r->definition);
		if (!*r->definition || mg_map_has(&seen, key))
			continue;
		mg_map_put(&seen, key, NULL);
		mg_html(p, "<tr>");
		mg_html_element(p, "th scope=\"row\"", r->kind);
		mg_html_element(p, "td", r->definition);
		mg_html(p, "</tr>\n");
	}
	mg_html_close_table(p);
}

void mg_html_origin(const struct mg_page *p)
{
	const struct mg_run *run = p->run;
	struct mg_arena *a = p->scratch;
	mg_html(p,
		"<section id=\"origin\" aria-labelledby=\"origin-title\">\n"
		"<h2 id=\"origin-title\">Inputs and versions</h2>\n<dl>\n");
	fact(p, "spec", run->spec_repo_path ? run->spec_repo_path : run->spec_path);
	fact(p, "spec SHA-256", run->spec_sha256);
	for (size_t i = 0; i < run->var_count; i++)
		fact(p, "variable", mg_printf(a, "%s = %s", run->vars[i].name, run->vars[i].value));
	fact(p, "selection", run->selection);
	for (size_t i = 0; i < run->part_count; i++)
		fact(p, "joined from",
			mg_printf(a, "part %zu, %s", run->parts[i].number, run->parts[i].seal));
	fact(p, "started", mg_clock_text(a, run->started_us));
	fact(p, "as of", mg_clock_text(a, run->as_of_us));
	fact(p, "commit", run->commit);
	fact(p, "branch", run->branch);
	fact(p, "working tree", run->dirty ? "with changes that are not committed" : NULL);
	fact(p, "build", run->pipeline.build);
	fact(p, "job", run->pipeline.job);
	fact(p, "program", mg_printf(a, "modelgate %s", run->program_version));
	fact(p, "engine", mg_printf(a, "%s %s", run->engine, run->engine_version));
	fact(p, "host", run->host);
	mg_html(p, "</dl>\n");
	if (run->input_count)
		inputs(p);
	if (run->result_count)
		definitions(p);
	mg_html(p, "</section>\n");
}
