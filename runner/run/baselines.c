/* baselines.c: reads the earlier runs that a spec compares with. */
#include "run/baselines.h"

#include <modelgate/report.h>

#include "base/file.h"
#include "base/text.h"
#include "release/champion.h"

static int read_file(struct mg_arena *arena, const char *folder, const char *name,
	const struct mg_engine_options *options, struct mg_run **out, struct mg_error *err)
{
	const struct mg_source_file *file = NULL;
	char *text = NULL;
	size_t len = 0;
	const char *path = mg_path_join(arena, folder, name);
	char *real = NULL;
	MG_TRY(mg_path_real(arena, path, &real, err));
	if (!mg_path_allowed(arena, real, folder, options->allow_paths, options->allow_path_count))
		return mg_fail(err, MG_EUSAGE,
			strstr(real, "/" MG_GIT_FOLDER "/")
				? "it is git's own, never a baseline"
				: "it lies outside the spec's folder; pass --allow-path DIR with its folder to "
				  "allow it");
	MG_TRY(mg_source_open(options->sources, real, name, &file, err));
	MG_TRY(mg_source_text(arena, file, MG_RUN_MAX_BYTES, &text, &len, err));
	return mg_run_read(arena, text, len, out, err);
}

static void read_one(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_baseline *baseline, const struct mg_engine_options *options,
	struct mg_baseline_run *out)
{
	*out = (struct mg_baseline_run){.kind = baseline->kind, .name = baseline->name};
	struct mg_run *run = NULL;
	struct mg_error err = {0};
	bool stage = baseline->kind == MG_BASELINE_STAGE;
	int code = stage ? mg_champion_read(arena, spec, baseline->name, &run, &err)
			 : read_file(arena, spec->folder, baseline->name, options, &run, &err);
	if (code == MG_OK && run && !mg_streq(run->model, spec->model))
		code = mg_fail(&err, MG_EUSAGE, "it is a run of model '%s', not of '%s'",
			run->model, spec->model);
	out->unfit = code != MG_OK && code != MG_ENOTFOUND;
	if (code == MG_OK)
		out->run = run;
	else if (code == MG_ENOTFOUND && !stage)
		out->problem = "there is no such file; a run with --json writes one";
	else
		out->problem = mg_strdup(arena, err.text);
}

static bool is_read(const struct mg_baseline *b)
{
	return b->kind == MG_BASELINE_FILE || b->kind == MG_BASELINE_STAGE;
}

void mg_baselines_read(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_selection *selection, const struct mg_engine_options *options,
	struct mg_baselines *out)
{
	struct mg_baseline_run *list = NULL;
	size_t count = 0, capacity = 0, suite_count = 0;
	const char **suites = mg_plan_suites(arena, spec, selection, &suite_count);
	for (size_t i = 0, s = 0; i < spec->suite_count && s < suite_count; i++) {
		if (!mg_streq(spec->suites[i].name, suites[s]))
			continue;
		s++;
		for (size_t c = 0; c < spec->suites[i].check_count; c++) {
			const struct mg_spec_check *check = &spec->suites[i].checks[c];
			const struct mg_baseline *b = &check->baseline;
			bool known = check->skip || !is_read(b);
			for (size_t k = 0; k < count && !known; k++)
				known = list[k].kind == b->kind && mg_streq(list[k].name, b->name);
			if (known)
				continue;
			list = mg_grow(arena, list, count, &capacity, sizeof(*list));
			read_one(arena, spec, b, options, &list[count++]);
		}
	}
	out->list = list;
	out->count = count;
}
