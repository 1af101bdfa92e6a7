/* data.c: opens and describes a run's data, and names the files behind them to the provenance. */
#include "run/data.h"

#include "base/clock.h"
#include "base/file.h"
#include "run/describe.h"

int mg_run_data_expect(struct mg_runner *r, struct mg_error *err)
{
	const struct mg_spec *spec = r->spec;
	const struct mg_engine_options *o = &r->request.engine;
	if (!r->used) { /* else the caller knows */
		r->used = mg_alloc_array(r->arena, spec->data_count, sizeof(*r->used));
		MG_TRY(mg_plan_datasets(spec, &r->request.selection, r->used, err));
	}
	for (size_t i = 0; i < spec->data_count; i++) {
		struct mg_error ignored = {0};
		char *real = NULL;
		const char *path = spec->data[i].path;
		if (r->used[i] && path && !spec->data[i].connection &&
			mg_path_real(r->arena, mg_path_join(r->arena, spec->folder, path), &real,
				&ignored) == MG_OK &&
			mg_path_allowed(
				r->arena, real, spec->folder, o->allow_paths, o->allow_path_count))
			mg_provenance_expect(r->provenance, real, path);
	}
	return MG_OK;
}

int mg_run_data_describe(struct mg_runner *r, struct mg_error *err)
{
	const struct mg_spec *spec = r->spec;
	struct mg_execute_options *execute = &r->request.execute;
	struct mg_described described;
	char *folder = NULL;
	MG_TRY(mg_path_real(r->arena, spec->folder, &folder, err));
	execute->began = mg_clock_ticks();
	MG_TRY(mg_describe(r->arena, spec, r->used, r->ops, r->engine, execute, &described, err));
	r->schemas = described.schemas;
	r->engine_left = described.engine_left;
	execute->stopped = described.stopped;
	for (size_t i = 0; i < spec->data_count; i++) {
		const struct mg_schema *schema = &described.schemas[i];
		mg_provenance_add(r->provenance, spec->data[i].name, folder, schema->form,
			described.files[i].paths, described.files[i].count);
		if (schema->table.kind)
			mg_provenance_add_table(r->provenance, spec->data[i].name, &schema->table);
	}
	return MG_OK;
}

void mg_run_data_add_baselines(struct mg_runner *r)
{
	const char *top = r->spec->folder;
	struct mg_error ignored = {0};
	char *folder = NULL, *real = NULL;
	for (size_t i = 0; i < r->baselines.count; i++) {
		const struct mg_baseline_run *b = &r->baselines.list[i];
		if (b->kind != MG_BASELINE_FILE || !b->run ||
			mg_path_real(r->arena, top, &folder, &ignored) != MG_OK ||
			mg_path_real(r->arena, mg_path_join(r->arena, top, b->name), &real,
				&ignored) != MG_OK)
			continue;
		const char *const files[] = {real};
		mg_provenance_add(r->provenance, "baseline", folder, NULL, files, 1);
	}
}
