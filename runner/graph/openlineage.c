/* openlineage.c: runs and decisions as events of OpenLineage 2-0-2, one a line.
 *
 *     data, model ─▶ evaluation ─▶ MODEL/run ─▶ decision ─▶ MODEL#STAGE
 *
 * Names follow from what is on record alone, so the same tags give the same events. */
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "graph/write.h"
#include "report/json_out.h"
#include "report/words.h"

#define PRODUCER "urn:modelgate:graph"
#define SPEC "https://openlineage.io/spec/"
#define NAMESPACE "modelgate"

/* ---- parts ---- */

/* A UUID of version 8 that follows from a name. */
static const char *uuid_of(struct mg_arena *arena, const char *name)
{
	char h[65];
	mg_sha256(name, strlen(name), h);
	return mg_printf(arena, "%.8s-%.4s-8%.3s-a%.3s-%.12s", h, h + 8, h + 13, h + 17, h + 20);
}

static void open_facet(struct mg_json *json, const char *name, const char *schema)
{
	mg_json_open(json, name, '{', true);
	mg_json_text(json, "_producer", PRODUCER);
	mg_json_text(json, "_schemaURL", mg_printf(json->out->arena, SPEC "facets/%s", schema));
}

static void add_text_facet(struct mg_json *json, const char *name, const char *schema,
	const char *key, const char *value)
{
	open_facet(json, name, schema);
	mg_json_text(json, key, value);
	mg_json_close(json, '}');
}

static void add_dataset_facets(
	struct mg_json *json, const char *type, const char *version, const char *lifecycle)
{
	mg_json_open(json, "facets", '{', true);
	add_text_facet(json, "datasetType",
		"1-0-1/DatasetTypeDatasetFacet.json#/$defs/DatasetTypeDatasetFacet", "datasetType",
		type);
	if (version)
		add_text_facet(json, "version",
			"1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet",
			"datasetVersion", version);
	if (lifecycle)
		add_text_facet(json, "lifecycleStateChange",
			"1-0-1/LifecycleStateChangeDatasetFacet.json#/$defs/"
			"LifecycleStateChangeDatasetFacet",
			"lifecycleStateChange", lifecycle);
	mg_json_close(json, '}');
}

static void add_dataset(struct mg_json *json, const char *name, const char *type,
	const char *version, const char *lifecycle)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "namespace", NAMESPACE);
	mg_json_text(json, "name", name);
	add_dataset_facets(json, type, version, lifecycle);
	mg_json_close(json, '}');
}

/* The commit by its intrinsic identifier (SWHID): where else it can be had is not on record. */
static void add_job(struct mg_json *json, const char *name, const char *commit, const char *path,
	const char *branch)
{
	mg_json_open(json, "job", '{', true);
	mg_json_text(json, "namespace", NAMESPACE);
	mg_json_text(json, "name", name);
	mg_json_open(json, "facets", '{', true);
	open_facet(json, "jobType", "2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet");
	mg_json_text(json, "processingType", "BATCH");
	mg_json_text(json, "integration", "MODELGATE");
	mg_json_close(json, '}');
	if (commit) {
		open_facet(json, "sourceCodeLocation",
			"1-1-0/SourceCodeLocationJobFacet.json#/$defs/SourceCodeLocationJobFacet");
		mg_json_text(json, "type", "git");
		mg_json_text(json, "url", mg_printf(json->out->arena, "swh:1:rev:%s", commit));
		mg_json_text(json, "version", commit);
		if (path)
			mg_json_text(json, "path", path);
		if (branch)
			mg_json_text(json, "branch", branch);
		mg_json_close(json, '}');
	}
	mg_json_close(json, '}');
	mg_json_close(json, '}');
}

static void open_event(struct mg_json *json, const char *type, int64_t time_us)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "eventType", type);
	mg_json_text(json, "eventTime", mg_clock_text(json->out->arena, time_us));
	mg_json_text(json, "producer", PRODUCER);
	mg_json_text(json, "schemaURL", SPEC "2-0-2/OpenLineage.json#/$defs/RunEvent");
}

static void close_event(struct mg_json *json)
{
	mg_json_close(json, '}');
	mg_text_add_char(json->out, '\n');
	*json = (struct mg_json){.out = json->out}; /* the next line is a document of its own */
}

/* ---- evaluations ---- */

/* A warning is a test that failed and did not stop the run; what could not be measured has failed. */
static void add_verdict(struct mg_json *json, const struct mg_result *r)
{
	static const char *const statuses[] = {[MG_PASS] = "pass",
		[MG_WARN] = "fail",
		[MG_FAIL] = "fail",
		[MG_SKIP] = "skip",
		[MG_ERROR] = "fail"};
	mg_json_text(json, "status", statuses[r->verdict]);
}

static void add_measured(struct mg_json *json, const struct mg_result *r)
{
	struct mg_arena *arena = json->out->arena;
	const char *limits = mg_words_limits(arena, r), *value = mg_words_value(arena, r);
	mg_json_text(json, "name", r->name);
	mg_json_text(json, "severity", r->verdict == MG_WARN ? "warn" : "error");
	if (r->message)
		mg_json_text(json, "description", r->message);
	if (*limits)
		mg_json_text(json, "expected", limits);
	if (*value)
		mg_json_text(json, "actual", value);
}

static void add_tests(struct mg_json *json, const struct mg_run *run)
{
	open_facet(json, "test", "1-0-1/TestRunFacet.json#/$defs/TestRunFacet");
	mg_json_open(json, "tests", '[', true);
	for (size_t i = 0; i < run->result_count; i++) {
		mg_json_open(json, NULL, '{', true);
		add_verdict(json, &run->results[i]);
		mg_json_text(json, "type", run->results[i].kind);
		add_measured(json, &run->results[i]);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_close(json, '}');
}

/* Of what was measured: a check that was skipped asserts nothing. */
static void add_assertions(struct mg_json *json, const struct mg_run *run, const char *data)
{
	open_facet(json, "dataQualityAssertions",
		"1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/"
		"DataQualityAssertionsDatasetFacet");
	mg_json_open(json, "assertions", '[', true);
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i];
		if (!mg_streq(r->data, data) || r->verdict == MG_SKIP)
			continue;
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "assertion", r->kind);
		mg_json_bool(json, "success", r->verdict == MG_PASS);
		if (r->column)
			mg_json_text(json, "column", r->column);
		add_measured(json, r);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_close(json, '}');
}

static void add_input(struct mg_json *json, const struct mg_run *run, const struct mg_input *input)
{
	struct mg_arena *arena = json->out->arena;
	bool is_table = input->table.kind != NULL;
	const char *path = input->repo_path ? input->repo_path : input->path;
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "namespace", is_table ? input->table.kind : "file");
	mg_json_text(json, "name", is_table ? input->path : path);
	add_dataset_facets(json, is_table ? "TABLE" : "FILE",
		is_table ? mg_input_state_words(arena, input)
			 : mg_printf(arena, "sha256:%s", input->sha256),
		NULL);
	mg_json_open(json, "inputFacets", '{', true);
	add_assertions(json, run, input->data);
	open_facet(json, "dataQualityMetrics",
		"1-0-3/DataQualityMetricsInputDatasetFacet.json#/$defs/"
		"DataQualityMetricsInputDatasetFacet");
	if (is_table && input->table.rows >= 0)
		mg_json_int(json, "rowCount", input->table.rows);
	if (!is_table)
		mg_json_int(json, "bytes", (int64_t)input->bytes);
	mg_json_open(json, "columnMetrics", '{', true);
	mg_json_close(json, '}');
	mg_json_close(json, '}');
	mg_json_close(json, '}');
	mg_json_close(json, '}');
}

static void add_parent(struct mg_json *json, const struct mg_pipeline *pipeline)
{
	struct mg_arena *arena = json->out->arena;
	if (!pipeline->build)
		return;
	open_facet(json, "parent", "1-2-0/ParentRunFacet.json#/$defs/ParentRunFacet");
	mg_json_open(json, "run", '{', true);
	mg_json_text(json, "runId", uuid_of(arena, mg_printf(arena, "build:%s", pipeline->build)));
	mg_json_close(json, '}');
	mg_json_open(json, "job", '{', true);
	mg_json_text(json, "namespace", "pipeline");
	mg_json_text(json, "name", pipeline->job ? pipeline->job : "build");
	mg_json_close(json, '}');
	mg_json_close(json, '}');
}

static const struct mg_graph_node *version_of(
	const struct mg_graph *graph, const struct mg_graph_node *run)
{
	struct mg_graph_ends ends = mg_graph_ends(graph, run, MG_GRAPH_TO);
	for (size_t i = 0; i < ends.count; i++)
		if (ends.list[i]->from->kind == MG_GRAPH_VERSION)
			return ends.list[i]->from;
	return NULL;
}

/* A run.json may hold any number; one that is no duration moves no time. */
static int64_t end_of(const struct mg_run *run)
{
	static const double most_seconds = 366 * 86400.0;
	bool is_duration = run->seconds >= 0 && run->seconds < most_seconds;
	return run->started_us + (is_duration ? (int64_t)(run->seconds * 1e6) : 0);
}

static void add_evaluation(struct mg_json *json, const struct mg_graph *graph,
	const struct mg_graph_node *node, bool is_end)
{
	struct mg_arena *arena = json->out->arena;
	const struct mg_run *run = mg_run_safe(arena, node->run);
	const struct mg_graph_node *version = version_of(graph, node);
	enum mg_verdict taken = mg_words_taken(run);
	bool passed = taken == MG_PASS || taken == MG_WARN;
	open_event(json,
		!is_end          ? "START"
			: passed ? "COMPLETE"
				 : "FAIL",
		is_end ? end_of(run) : run->started_us);
	mg_json_open(json, "run", '{', true);
	mg_json_text(json, "runId", uuid_of(arena, node->id));
	mg_json_open(json, "facets", '{', true);
	add_parent(json, &run->pipeline);
	if (is_end)
		add_tests(json, run);
	mg_json_close(json, '}');
	mg_json_close(json, '}');
	add_job(json, mg_printf(arena, "%s/evaluation", node->model), run->commit,
		run->spec_repo_path, run->branch);
	mg_json_open(json, "inputs", '[', true);
	for (size_t i = 0; is_end && i < run->input_count; i++)
		add_input(json, run, &run->inputs[i]);
	if (version)
		add_dataset(json, node->model, "MODEL", mg_graph_fact(version, "version"), NULL);
	mg_json_close(json, ']');
	mg_json_open(json, "outputs", '[', true);
	if (is_end)
		add_dataset(json, mg_printf(arena, "%s/run", node->model), "JOB_OUTPUT",
			strchr(node->id, ':') + 1, NULL);
	mg_json_close(json, ']');
	close_event(json);
}

/* ---- decisions ---- */

/* The runs that the tag's decision judged. */
static void add_judged(
	struct mg_json *json, const struct mg_graph *graph, const struct mg_graph_node *node)
{
	const char *name = mg_printf(json->out->arena, "%s/run", node->model);
	const struct mg_graph_node *last = NULL;
	struct mg_graph_ends ends = mg_graph_ends(graph, node, MG_GRAPH_TO);
	for (size_t i = 0; i < ends.count; i++) {
		const struct mg_graph_edge *e = ends.list[i];
		if (e->from->kind == MG_GRAPH_RUN)
			add_dataset(json, name, "JOB_OUTPUT", strchr(e->from->id, ':') + 1, NULL);
		else if (e->from->kind == MG_GRAPH_SUITE && !last)
			add_judged(json, graph, last = e->from);
		else if (e->from->kind == MG_GRAPH_DECISION)
			add_judged(json, graph, e->from);
	}
}

static void add_decision(struct mg_json *json, const struct mg_graph *graph,
	const struct mg_graph_node *tag, bool is_end)
{
	struct mg_arena *arena = json->out->arena;
	const char *stage = mg_graph_fact(tag, "stage"), *version = mg_graph_fact(tag, "version");
	bool leaves = mg_streq(mg_graph_fact(tag, "event"), "unassignment");
	open_event(json, is_end ? "COMPLETE" : "START", tag->time_us);
	mg_json_open(json, "run", '{', true);
	mg_json_text(json, "runId", uuid_of(arena, tag->id));
	mg_json_open(json, "facets", '{', true);
	open_facet(json, "tags", "1-0-0/TagsRunFacet.json#/$defs/TagsRunFacet");
	mg_json_open(json, "tags", '[', true);
	for (size_t i = 0; i < tag->fact_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "key", tag->facts[i].name);
		mg_json_text(json, "value", tag->facts[i].value);
		mg_json_text(json, "source", "MODELGATE");
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_close(json, '}');
	mg_json_close(json, '}');
	mg_json_close(json, '}');
	add_job(json, mg_printf(arena, "%s#%s", tag->model, stage), mg_graph_fact(tag, "commit"),
		NULL, NULL);
	mg_json_open(json, "inputs", '[', true);
	add_judged(json, graph, tag);
	add_dataset(json, tag->model, "MODEL", version, NULL);
	mg_json_close(json, ']');
	mg_json_open(json, "outputs", '[', true);
	add_dataset(json, mg_printf(arena, "%s#%s", tag->model, stage), "MODEL", version,
		leaves ? "DROP" : "OVERWRITE");
	mg_json_close(json, ']');
	close_event(json);
}

/* ---- the whole ---- */

static bool is_told(const struct mg_graph_node *node)
{
	return node->proof == MG_PROVEN || node->proof == MG_ON_RECORD;
}

size_t mg_graph_openlineage(struct mg_text *out, const struct mg_graph *graph)
{
	struct mg_json json = {.out = out};
	size_t left_out = 0;
	for (size_t i = 0; i < graph->node_count; i++) {
		const struct mg_graph_node *node = graph->nodes[i];
		bool is_run = node->kind == MG_GRAPH_RUN;
		bool is_move = node->kind == MG_GRAPH_TAG && mg_graph_fact(node, "stage");
		if ((is_run || is_move) && !is_told(node)) {
			left_out++;
			continue;
		}
		for (int is_end = 0; is_end < 2; is_end++) {
			if (is_run && node->run)
				add_evaluation(&json, graph, node, is_end);
			else if (is_move)
				add_decision(&json, graph, node, is_end);
		}
	}
	return left_out;
}
