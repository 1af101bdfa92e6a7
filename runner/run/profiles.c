/* profiles.c: the profiles that a spec names in the place of reference data. */
#include "run/profiles.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "input/source.h"

static int read_one(struct mg_arena *arena, const struct mg_engine_options *o,
	const struct mg_data *data, struct mg_profile_file *out, struct mg_error *err)
{
	const struct mg_source_file *file = NULL;
	struct mg_profile *profile = NULL;
	const char *folder = o->spec->folder;
	char *text = NULL, *real = NULL;
	size_t len = 0;
	int code = mg_path_real(arena, mg_path_join(arena, folder, data->path), &real, err);
	if (code == MG_ENOTFOUND)
		return mg_fail(err, code,
			"there is no profile %s; 'modelgate profile --data NAME --out FILE' makes one",
			data->path);
	MG_TRY(code);
	if (!mg_path_allowed(arena, real, folder, o->allow_paths, o->allow_path_count))
		return mg_fail(err, MG_EUSAGE,
			"the profile %s lies outside the spec's folder; pass --allow-path DIR with its "
			"folder to allow it",
			data->path);
	MG_TRY(mg_source_open(o->sources, real, data->path, &file, err));
	MG_TRY(mg_source_text(arena, file, MG_PROFILE_MAX_BYTES, &text, &len, err));
	if (mg_profile_read(arena, text, len, &profile, err) != MG_OK)
		return mg_fail_in(err, "%s", data->path);
	*out = (struct mg_profile_file){.profile = profile, .path = real};
	return MG_OK;
}

const struct mg_profile_file *mg_profiles_read(
	struct mg_arena *arena, const struct mg_engine_options *options)
{
	const struct mg_spec *spec = options->spec;
	struct mg_profile_file *files = NULL;
	for (size_t i = 0; i < spec->data_count; i++) {
		struct mg_error err = {0};
		if (!mg_data_is_profile(&spec->data[i]) || (options->used && !options->used[i]))
			continue;
		if (!files)
			files = mg_alloc_array(arena, spec->data_count, sizeof(*files));
		if (read_one(arena, options, &spec->data[i], &files[i], &err) != MG_OK)
			files[i] = (struct mg_profile_file){.problem = mg_strdup(arena, err.text)};
	}
	return files;
}

void mg_profiles_note(
	const struct mg_spec *spec, const struct mg_profile_file *files, struct mg_run *run)
{
	for (size_t i = 0; files && i < run->input_count; i++) {
		struct mg_input *input = &run->inputs[i];
		const struct mg_data *data = mg_spec_data(spec, input->data);
		const struct mg_profile *p = data ? files[data - spec->data].profile : NULL;
		if (!p)
			continue;
		input->profile.made_us = p->made_us;
		input->profile.where = p->where;
		input->profile.sql = p->sql;
		input->profile.sources = p->sources;
		input->profile.source_count = p->source_count;
	}
}
