/* safe.c: a copy of a run in which no text can harm a log. Reports for people are made from it, so
 * that none of them can forget a field. */
#include "report/words.h"

#include "base/escape.h"

static const char *line(struct mg_arena *arena, const char *s)
{
	return mg_log_safe(arena, s);
}

static const char *needed_line(struct mg_arena *arena, const char *s)
{
	return s ? mg_log_safe(arena, s) : "";
}

static const char **lines(struct mg_arena *arena, const char **list, size_t n)
{
	const char **copy = mg_alloc_array(arena, n, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = line(arena, list[i]);
	return copy;
}

static const char **needed_lines(struct mg_arena *arena, const char **list, size_t n)
{
	const char **copy = mg_alloc_array(arena, n, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = needed_line(arena, list[i]);
	return copy;
}

static struct mg_result safe_result(struct mg_arena *arena, const struct mg_result *r)
{
	struct mg_result s = *r;
	s.name = needed_line(arena, r->name);
	s.suite = needed_line(arena, r->suite);
	s.kind = needed_line(arena, r->kind);
	s.column = line(arena, r->column);
	s.slice = line(arena, r->slice);
	s.tags = needed_lines(arena, r->tags, r->tag_count);
	s.owner = line(arena, r->owner);
	s.data = needed_line(arena, r->data);
	s.reference = line(arena, r->reference);
	s.message = needed_line(arena, r->message);
	s.unit = needed_line(arena, r->unit);
	s.better = needed_line(arena, r->better);
	s.definition = needed_line(arena, r->definition);
	s.interval = line(arena, r->interval);
	s.baseline_source = line(arena, r->baseline_source);
	s.sql = r->sql ? mg_log_safe_lines(arena, r->sql) : NULL;
	s.sample_columns = needed_lines(arena, r->sample_columns, r->sample_column_count);
	s.samples = lines(arena, r->samples, r->sample_rows * r->sample_column_count);
	s.sample_note = line(arena, r->sample_note);
	s.limits = mg_alloc_array(arena, r->limit_count, sizeof(*s.limits));
	for (size_t i = 0; i < r->limit_count; i++) {
		s.limits[i] = r->limits[i];
		s.limits[i].role = needed_line(arena, r->limits[i].role);
		s.limits[i].op = needed_line(arena, r->limits[i].op);
	}
	s.facts = mg_alloc_array(arena, r->fact_count, sizeof(*s.facts));
	for (size_t i = 0; i < r->fact_count; i++) {
		s.facts[i] = r->facts[i];
		s.facts[i].name = needed_line(arena, r->facts[i].name);
		s.facts[i].text = line(arena, r->facts[i].text);
	}
	return s;
}

const struct mg_run *mg_run_safe(struct mg_arena *arena, const struct mg_run *run)
{
	struct mg_run *s = mg_alloc(arena, sizeof(*s));
	*s = *run;
	s->program_version = needed_line(arena, run->program_version);
	s->engine = needed_line(arena, run->engine);
	s->engine_version = needed_line(arena, run->engine_version);
	s->model = needed_line(arena, run->model);
	s->owner = line(arena, run->owner);
	s->stage = line(arena, run->stage);
	s->spec_path = needed_line(arena, run->spec_path);
	s->spec_repo_path = line(arena, run->spec_repo_path);
	s->spec_sha256 = needed_line(arena, run->spec_sha256);
	s->suites = needed_lines(arena, run->suites, run->suite_count);
	s->selection = line(arena, run->selection);
	s->part.suites = needed_lines(arena, run->part.suites, run->part.suite_count);
	s->parts = mg_alloc_array(arena, run->part_count, sizeof(*s->parts));
	for (size_t i = 0; i < run->part_count; i++) {
		s->parts[i] = run->parts[i];
		s->parts[i].seal = needed_line(arena, run->parts[i].seal);
		s->parts[i].host = needed_line(arena, run->parts[i].host);
	}
	s->host = needed_line(arena, run->host);
	s->pipeline.build = line(arena, run->pipeline.build);
	s->pipeline.job = line(arena, run->pipeline.job);
	s->commit = line(arena, run->commit);
	s->branch = line(arena, run->branch);
	s->stopped = line(arena, run->stopped);
	s->vars = mg_alloc_array(arena, run->var_count, sizeof(*s->vars));
	for (size_t i = 0; i < run->var_count; i++) {
		s->vars[i].name = needed_line(arena, run->vars[i].name);
		s->vars[i].value = needed_line(arena, run->vars[i].value);
	}
	s->inputs = mg_alloc_array(arena, run->input_count, sizeof(*s->inputs));
	for (size_t i = 0; i < run->input_count; i++) {
		s->inputs[i].data = needed_line(arena, run->inputs[i].data);
		s->inputs[i].path = needed_line(arena, run->inputs[i].path);
		s->inputs[i].repo_path = line(arena, run->inputs[i].repo_path);
		s->inputs[i].sha256 = needed_line(arena, run->inputs[i].sha256);
		s->inputs[i].form = line(arena, run->inputs[i].form);
		s->inputs[i].bytes = run->inputs[i].bytes;
	}
	s->gone = mg_alloc_array(arena, run->gone_count, sizeof(*s->gone));
	for (size_t i = 0; i < run->gone_count; i++) {
		s->gone[i].source = needed_line(arena, run->gone[i].source);
		s->gone[i].name = needed_line(arena, run->gone[i].name);
	}
	s->results = mg_alloc_array(arena, run->result_count, sizeof(*s->results));
	for (size_t i = 0; i < run->result_count; i++)
		s->results[i] = safe_result(arena, &run->results[i]);
	return s;
}
