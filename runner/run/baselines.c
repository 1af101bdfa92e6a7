/* baselines.c: reads the earlier runs that a spec compares with. */
#include "run/baselines.h"

#include <modelgate/report.h>

#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "history/passed.h"
#include "release/champion.h"

struct reading {
	struct mg_arena *arena;
	const struct mg_spec *spec;
	const struct mg_run_request *request;
};

static int read_file(const struct reading *r, const struct mg_baseline *b,
	struct mg_baseline_run *out, struct mg_error *err)
{
	const struct mg_engine_options *options = &r->request->engine;
	const char *name = b->name;
	const char *folder = r->spec->folder;
	const struct mg_source_file *file = NULL;
	struct mg_run *run = NULL;
	char *text = NULL, *real = NULL;
	size_t len = 0;
	const char *path = mg_path_join(r->arena, folder, name);
	/* Only a folder that is there can lack a file that nobody has written yet. */
	if (!mg_file_exists(mg_path_dir(r->arena, path)))
		return mg_fail(err, MG_EUSAGE,
			"there is no folder %s, where it would be; is the path right? The first "
			"run needs the folder too",
			mg_path_dir(r->arena, name));
	MG_TRY(mg_path_real(r->arena, path, &real, err));
	if (!mg_path_allowed(
		    r->arena, real, folder, options->allow_paths, options->allow_path_count))
		return mg_fail(err, MG_EUSAGE,
			strstr(real, "/" MG_GIT_FOLDER "/")
				? "it belongs to git and is never a baseline"
				: "it lies outside the spec's folder; pass --allow-path DIR with its folder to "
				  "allow it");
	MG_TRY(mg_source_open(options->sources, real, name, &file, err));
	MG_TRY(mg_source_text(r->arena, file, MG_RUN_MAX_BYTES, &text, &len, err));
	MG_TRY(mg_run_read(r->arena, text, len, &run, err));
	out->run = run;
	return MG_OK;
}

static int read_stage(const struct reading *r, const struct mg_baseline *b,
	struct mg_baseline_run *out, struct mg_error *err)
{
	struct mg_run *run = NULL;
	MG_TRY(mg_champion_read(r->arena, r->spec, b->name, &run, err));
	out->run = run;
	return MG_OK;
}

/* Where runs are kept is for who starts the run to say: a spec that chose its own history could bring one along. */
static int read_previous(const struct reading *r, const struct mg_baseline *b,
	struct mg_baseline_run *out, struct mg_error *err)
{
	const struct mg_run_request *request = r->request;
	struct mg_past_run *runs = NULL;
	size_t count = 0;
	if (!request->history)
		return mg_fail(err, MG_EUSAGE,
			"it needs earlier runs; pass --history STORE, where they are on record");
	const struct mg_passed_wanted wanted = {.model = r->spec->model,
		.stage = request->stage,
		.before_us = request->as_of_us,
		.every_us = b->every_us,
		.most = b->previous};
	MG_TRY(mg_records_passed(request->history, &wanted, &runs, &count, err));
	out->run = runs[0].run;
	out->previous = runs;
	out->previous_count = count;
	return MG_OK;
}

/* Kinds that an earlier run has the numbers of; the others have no reader. */
static const struct {
	int (*read)(const struct reading *r, const struct mg_baseline *b,
		struct mg_baseline_run *out, struct mg_error *err);
	const char *missing; /* what MG_ENOTFOUND means; NULL: as the reader says it */
} kinds[] = {
	[MG_BASELINE_FILE] = {read_file, "there is no such file; a run with --json writes one"},
	[MG_BASELINE_STAGE] = {read_stage, NULL},
	[MG_BASELINE_PREVIOUS] = {read_previous, NULL},
	[MG_BASELINE_DUMMY] = {NULL, NULL},
};

static struct mg_baseline_run read_one(const struct reading *r, const struct mg_baseline *b)
{
	struct mg_baseline_run out = {.kind = b->kind, .name = b->name};
	struct mg_error err = {0};
	int code = kinds[b->kind].read(r, b, &out, &err);
	if (code == MG_OK && !mg_streq(out.run->model, r->spec->model))
		code = mg_fail(&err, MG_EUSAGE, "it is a run of model '%s', not of '%s'",
			out.run->model, r->spec->model);
	if (code == MG_OK)
		return out;
	out.run = NULL;
	out.unfit = code != MG_ENOTFOUND;
	out.problem = code == MG_ENOTFOUND && kinds[b->kind].missing
		? kinds[b->kind].missing
		: mg_strdup(r->arena, err.text);
	return out;
}

void mg_baselines_read(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_run_request *request, struct mg_baselines *out)
{
	const struct reading reading = {arena, spec, request};
	struct mg_baseline_run *list = NULL;
	size_t count = 0, capacity = 0, suite_count = 0;
	const char **suites = mg_plan_suites(arena, spec, &request->selection, &suite_count);
	for (size_t i = 0, s = 0; i < spec->suite_count && s < suite_count; i++) {
		if (!mg_streq(spec->suites[i].name, suites[s]))
			continue;
		s++;
		for (size_t c = 0; c < spec->suites[i].check_count; c++) {
			const struct mg_spec_check *check = &spec->suites[i].checks[c];
			const struct mg_baseline *b = &check->baseline;
			bool known = check->skip || !kinds[b->kind].read;
			for (size_t k = 0; k < count && !known; k++)
				known = list[k].kind == b->kind && mg_streq(list[k].name, b->name);
			if (known)
				continue;
			list = mg_grow(arena, list, count, &capacity, sizeof(*list));
			list[count++] = read_one(&reading, b);
		}
	}
	out->list = list;
	out->count = count;
}

void mg_baselines_note(
	struct mg_arena *arena, const struct mg_baselines *baselines, struct mg_run *run)
{
	struct mg_map known;
	size_t capacity = run->input_count;
	mg_map_init(&known, arena);
	for (size_t i = 0; i < baselines->count; i++)
		for (size_t k = 0; k < baselines->list[i].previous_count; k++) {
			const struct mg_past_run *past = &baselines->list[i].previous[k];
			if (mg_map_has(&known, past->record))
				continue;
			mg_map_put(&known, past->record, NULL);
			run->inputs = mg_grow(arena, run->inputs, run->input_count, &capacity,
				sizeof(*run->inputs));
			/* No path, which could be that of a file of the commit. */
			run->inputs[run->input_count++] = (struct mg_input){.data = "baseline",
				.path = mg_printf(arena, "history://%s", past->record),
				.sha256 = past->sha256,
				.bytes = past->bytes};
		}
}
