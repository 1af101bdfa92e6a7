/* build.c: strings the site together: which models there are, then each model by itself on a few threads, then what
 * all of them add up to. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "graph/build.h"
#include "history/record.h"
#include "registry/ledger.h"
#include "registry/policy.h"
#include "report/prometheus.h"
#include "report/web_files.h"
#include "site/changes.h"
#include "site/feed.h"
#include "site/findings.h"
#include "site/folder.h"
#include "site/json.h"
#include "site/models.h"
#include "site/pages.h"
#include "site/runs.h"
#include "site/site.h"
#include "site/state.h"

enum { MOST_THREADS = 8, NEWEST_MONTHS = 4, GRAPH_NODES = 300 };

/* What all threads share. */
struct build {
	const struct mg_site_wanted *wanted;
	const struct mg_policy *policy;
	const struct mg_site_folder *folder;
	struct mg_store store;
	struct mg_store_names names; /* of all files of the store */
	const struct mg_site_model *models;
	struct mg_site_entry **entries; /* by model; each is written by one thread */
	size_t count;
	pthread_mutex_t lock; /* of what follows */
	size_t next, runs, cached;
	struct mg_error err; /* of the first that failed; code 0: none */
};

struct worker {
	struct build *build;
	pthread_t thread;
	struct mg_arena *kept; /* entries, until all is written */
};

static size_t processor_count(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors < 1 ? 1 : (size_t)processors;
}

/* ---- one model ---- */

static int put_text(
	const struct build *b, const char *path, const struct mg_text *text, struct mg_error *err)
{
	return mg_site_folder_put(b->folder, path, text->data, text->len, err);
}

/* The newest are kept: they are in the model's page as well. */
static int write_months(const struct build *b, struct mg_arena *arena,
	const struct mg_site_entry *entry, const struct mg_site_records *records,
	const char **newest, struct mg_error *err)
{
	size_t first_kept = entry->month_count > NEWEST_MONTHS ? entry->month_count - NEWEST_MONTHS
							       : 0;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	for (size_t i = 0; i < entry->month_count; i++) {
		struct mg_text text;
		mg_arena_reset(scratch);
		mg_text_init(&text, i < first_kept ? scratch : arena);
		mg_site_json_month(&text, entry->model, records, entry->months[i]);
		MG_TRY(put_text(b,
			mg_printf(scratch, "data/%s/%s.json", entry->model->file, entry->months[i]),
			&text, err));
		if (i >= first_kept)
			newest[i - first_kept] = text.data;
	}
	return MG_OK;
}

/* Months of runs need much memory, and nobody asks for them when the model's files are written. */
static int build_model(struct build *b, struct mg_arena *arena, const struct mg_site_model *model,
	struct mg_site_entry **out, struct mg_error *err)
{
	const struct mg_site_wanted *wanted = b->wanted;
	const struct mg_site_reader reader = {.store = &b->store,
		.names = &b->names,
		.cache = wanted->cache,
		.stop = &wanted->stop,
		.among_many = b->count >= processor_count(),
		.arena = arena};
	struct mg_site_records records;
	struct mg_text checks, json, page;
	const char *newest[NEWEST_MONTHS];
	MG_TRY(mg_site_records(&reader, model, &records, err));
	struct mg_site_entry *entry = mg_site_state(
		arena, model, b->policy, &records, wanted->now_us, wanted->clock_us);
	mg_text_init(&checks, arena);
	MG_TRY(mg_site_runs(&reader, b->folder, &records, wanted->now_us, entry, &checks, err));
	mg_site_findings_sort(entry->findings, entry->finding_count);
	mg_site_changes(arena, b->policy, wanted->now_us, entry);
	MG_TRY(write_months(b, arena, entry, &records, newest, err));
	mg_text_init(&json, arena);
	mg_site_json_model(&json, entry, wanted->now_us, wanted->is_fixed, newest,
		entry->month_count < NEWEST_MONTHS ? entry->month_count : NEWEST_MONTHS);
	mg_text_init(&page, arena);
	mg_site_page_model(&page, arena, entry, &records, checks.data, json.data);
	MG_TRY(put_text(b, entry->page, &page, err));
	pthread_mutex_lock(&b->lock);
	b->runs += records.runs;
	b->cached += records.cached;
	pthread_mutex_unlock(&b->lock);
	*out = entry;
	return MG_OK;
}

/* ---- threads ---- */

static bool take(struct build *b, size_t *out)
{
	pthread_mutex_lock(&b->lock);
	bool more = b->err.code == MG_OK && b->next < b->count;
	if (more)
		*out = b->next++;
	pthread_mutex_unlock(&b->lock);
	return more;
}

static void fail(struct build *b, const struct mg_error *err)
{
	pthread_mutex_lock(&b->lock);
	if (b->err.code == MG_OK)
		b->err = *err;
	pthread_mutex_unlock(&b->lock);
}

static int work(struct worker *w, struct mg_error *err)
{
	struct build *b = w->build;
	MG_SCOPED_ARENA struct mg_arena *of_model = mg_arena_new();
	size_t i = 0;
	while (take(b, &i)) {
		struct mg_site_entry *entry = NULL;
		mg_arena_reset(of_model);
		MG_TRY(build_model(b, of_model, &b->models[i], &entry, err));
		b->entries[i] = mg_site_entry_copy(w->kept, entry);
	}
	return MG_OK;
}

static void *run_worker(void *context)
{
	struct worker *w = context;
	struct mg_error err = {0};
	if (work(w, &err) != MG_OK)
		fail(w->build, &err);
	return NULL;
}

static int build_models(struct build *b, struct worker *workers, size_t count, struct mg_error *err)
{
	size_t started = 1;
	for (; started < count; started++)
		if (pthread_create(&workers[started].thread, NULL, run_worker, &workers[started]) !=
			0)
			break; /* the others do its work */
	run_worker(&workers[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	if (b->err.code != MG_OK)
		return mg_fail(err, b->err.code, "%s", b->err.text);
	return MG_OK;
}

/* ---- the whole ---- */

static int write_assets(const struct mg_site_folder *folder, struct mg_error *err)
{
	MG_TRY(mg_site_folder_put(
		folder, "assets/site.js", mg_web_site_script, mg_web_site_script_len, err));
	MG_TRY(mg_site_folder_put(
		folder, "assets/site.css", mg_web_site_style, mg_web_site_style_len, err));
	MG_TRY(mg_site_folder_put(
		folder, "assets/report.js", mg_web_script, mg_web_script_len, err));
	return mg_site_folder_put(folder, "assets/report.css", mg_web_style, mg_web_style_len, err);
}

static int newest_first(const void *a, const void *b)
{
	const struct mg_site_event *x = *(const struct mg_site_event *const *)a;
	const struct mg_site_event *y = *(const struct mg_site_event *const *)b;
	if (x->time_us != y->time_us)
		return x->time_us > y->time_us ? -1 : 1;
	return strcmp(x->tag, y->tag);
}

static int write_decisions(
	const struct build *b, const struct mg_site_fleet *fleet, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text json, page;
	size_t most = 0, n = 0;
	for (size_t i = 0; i < b->count; i++)
		most += b->models[i].event_count;
	const struct mg_site_event **events = mg_alloc_array(scratch, most, sizeof(*events));
	for (size_t i = 0; i < b->count; i++)
		for (size_t k = 0; k < b->models[i].event_count; k++)
			events[n++] = &b->models[i].events[k];
	if (n > 0)
		qsort(events, n, sizeof(*events), newest_first);
	mg_text_init(&json, scratch);
	mg_text_init(&page, scratch);
	mg_site_json_decisions(&json, fleet, events, n);
	mg_site_page_decisions(&page, scratch, fleet, events, n, json.data);
	return put_text(b, "decisions.html", &page, err);
}

static int write_feed(
	const struct build *b, const struct mg_site_fleet *fleet, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text feed;
	mg_text_init(&feed, scratch);
	MG_TRY(mg_site_feed(&feed, scratch, fleet, err));
	return put_text(b, "feed.atom", &feed, err);
}

static int write_metrics(
	const struct build *b, const struct mg_site_fleet *fleet, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_prometheus **list = mg_alloc_array(scratch, fleet->count, sizeof(*list));
	struct mg_text metrics;
	for (size_t i = 0; i < fleet->count; i++)
		list[i] = fleet->entries[i]->metrics;
	mg_text_init(&metrics, scratch);
	mg_prometheus_write(&metrics, list, fleet->count);
	return put_text(b, "metrics.prom", &metrics, err);
}

static int write_fleet(
	const struct build *b, const struct mg_site_fleet *fleet, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text json, page;
	mg_text_init(&json, scratch);
	mg_text_init(&page, scratch);
	mg_site_json_fleet(&json, fleet);
	mg_site_page_fleet(&page, scratch, fleet, json.data);
	MG_TRY(put_text(b, "fleet.json", &json, err));
	return put_text(b, "index.html", &page, err);
}

/* Of tags alone: they say what each stage rests on. */
static int write_graph(
	const struct build *b, const struct mg_site_model *model, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_site_registry *registry = b->wanted->registry;
	const struct mg_graph_source source = {
		registry->git, registry->authority, registry->ledger};
	struct mg_graph graph;
	struct mg_text page;
	mg_graph_init(&graph, scratch);
	MG_TRY(mg_graph_add_model(
		&graph, &source, mg_ledger_model(registry->ledger, model->name), err));
	mg_graph_finish(&graph);
	mg_graph_group(&graph, GRAPH_NODES);
	mg_text_init(&page, scratch);
	mg_site_page_graph(&page, scratch, model->name,
		mg_printf(scratch, "models/%s.html", model->file), &graph);
	return put_text(b, mg_printf(scratch, "graphs/%s.html", model->file), &page, err);
}

/* Those of all models, and of files that are of none. */
static void add_findings(struct mg_arena *arena, struct mg_site_fleet *fleet,
	const struct mg_site_finding *strange, size_t strange_count)
{
	size_t n = strange_count;
	for (size_t i = 0; i < fleet->count; i++)
		n += fleet->entries[i]->finding_count;
	fleet->findings = mg_alloc_array(arena, n, sizeof(*fleet->findings));
	for (size_t i = 0; i < strange_count; i++)
		fleet->findings[fleet->finding_count++] = strange[i];
	for (size_t i = 0; i < fleet->count; i++)
		for (size_t k = 0; k < fleet->entries[i]->finding_count; k++)
			fleet->findings[fleet->finding_count++] = fleet->entries[i]->findings[k];
	mg_site_findings_sort(fleet->findings, fleet->finding_count);
}

static int write_whole(
	const struct build *b, const struct mg_site_fleet *fleet, struct mg_error *err)
{
	MG_TRY(write_assets(b->folder, err));
	MG_TRY(write_decisions(b, fleet, err));
	for (size_t i = 0; i < b->count; i++)
		if (b->models[i].has_tags)
			MG_TRY(write_graph(b, &b->models[i], err));
	MG_TRY(write_feed(b, fleet, err));
	MG_TRY(write_metrics(b, fleet, err));
	return write_fleet(b, fleet, err);
}

static void find_problems(
	struct mg_arena *arena, const struct mg_site_fleet *fleet, struct mg_site_built *out)
{
	out->problems = mg_alloc_array(arena, fleet->finding_count, sizeof(*out->problems));
	for (size_t i = 0; i < fleet->finding_count; i++)
		if (mg_streq(fleet->findings[i].kind, "broken-record"))
			out->problems[out->problem_count++] = fleet->findings[i].text;
}

static size_t thread_count(size_t models)
{
	size_t count = processor_count();
	count = count > MOST_THREADS ? MOST_THREADS : count;
	return count > models && models > 0 ? models : count;
}

/* Models, and files that look like records and are of none. */
static int find_models(struct build *b, struct mg_site_model **out,
	struct mg_site_finding **out_strange, size_t *out_strange_count, struct mg_error *err)
{
	struct mg_store *store = &b->store;
	struct mg_store_names folders, strange;
	struct mg_error wrong = {0};
	MG_TRY(mg_records_models(store, &b->names, &folders, &strange, err));
	mg_site_models(store->arena, b->wanted->registry, &folders, out, &b->count);
	*out_strange = mg_alloc_array(store->arena, strange.count, sizeof(**out_strange));
	*out_strange_count = strange.count;
	for (size_t i = 0; i < strange.count; i++) {
		mg_ignore(mg_record_fail_misnamed(store, strange.list[i], &wrong));
		(*out_strange)[i] = (struct mg_site_finding){.kind = "broken-record",
			.look = "error",
			.time_us = MG_SITE_NEVER,
			.text = mg_strdup(store->arena, wrong.text)};
	}
	return MG_OK;
}

/* Without a repository the defaults hold. */
static const struct mg_policy *policy_of(
	struct mg_arena *arena, const struct mg_site_wanted *wanted)
{
	if (wanted->registry)
		return &wanted->registry->authority->policy;
	struct mg_policy *policy = mg_alloc(arena, sizeof(*policy));
	mg_policy_defaults(policy);
	return policy;
}

static int build_in(
	struct mg_arena *arena, struct build *b, struct mg_site_built *out, struct mg_error *err)
{
	const struct mg_site_wanted *wanted = b->wanted;
	struct worker workers[MOST_THREADS];
	struct mg_site_model *models = NULL;
	struct mg_site_finding *strange = NULL;
	size_t strange_count = 0;
	MG_TRY(mg_store_open(arena, wanted->store, MG_STORE_READ, wanted->repo, &b->store, err));
	MG_TRY(find_models(b, &models, &strange, &strange_count, err));
	b->models = models;
	b->entries = mg_alloc_array(arena, b->count, sizeof(struct mg_site_entry *));
	size_t threads = thread_count(b->count);
	for (size_t i = 0; i < threads; i++)
		workers[i] = (struct worker){.build = b, .kept = mg_arena_new()};
	struct mg_site_fleet fleet = {.from = b->store.described,
		.now_us = wanted->now_us,
		.is_fixed = wanted->is_fixed,
		.has_repository = wanted->registry != NULL,
		.entries = b->entries,
		.count = b->count};
	int code = build_models(b, workers, threads, err);
	if (code == MG_OK) {
		add_findings(arena, &fleet, strange, strange_count);
		find_problems(arena, &fleet, out);
		code = write_whole(b, &fleet, err);
	}
	for (size_t i = 0; i < out->problem_count; i++)
		out->problems[i] = mg_strdup(arena, out->problems[i]);
	for (size_t i = 0; i < threads; i++)
		mg_arena_free(workers[i].kept);
	return code;
}

int mg_site_build(struct mg_arena *arena, const struct mg_site_wanted *wanted,
	struct mg_site_built *out, struct mg_error *err)
{
	MG_SCOPED_SITE_FOLDER struct mg_site_folder folder = {0};
	*out = (struct mg_site_built){0};
	MG_TRY(mg_site_folder_open(arena, wanted->out, &folder, err));
	struct build b = {.wanted = wanted, .policy = policy_of(arena, wanted), .folder = &folder};
	pthread_mutex_init(&b.lock, NULL);
	int code = build_in(arena, &b, out, err);
	mg_store_close(&b.store);
	pthread_mutex_destroy(&b.lock);
	MG_TRY(code);
	MG_TRY(mg_site_folder_commit(&folder, err));
	out->place = folder.place;
	out->models = b.count;
	out->runs = b.runs;
	out->cached = b.cached;
	return MG_OK;
}
