/* specfile.c: reads a spec as commands do. */
#include "cli/specfile.h"

#include <modelgate/check.h>
#include <modelgate/engine.h>

#include <string.h>

#include "base/file.h"
#include "base/text.h"

static int read_vars(struct mg_cli *cli, const struct mg_args *args, struct mg_spec_options *out,
	struct mg_error *err)
{
	size_t count = 0;
	const char *const *given = mg_arg_list(args, "var", &count);
	struct mg_var *vars = mg_alloc_array(cli->arena, count, sizeof(*vars));
	for (size_t i = 0; i < count; i++) {
		const char *equals = strchr(given[i], '=');
		if (!equals || equals == given[i])
			return mg_fail(err, MG_EUSAGE,
				"--var '%s' sets nothing; write it as NAME=VALUE", given[i]);
		vars[i].name = mg_strndup(cli->arena, given[i], (size_t)(equals - given[i]));
		vars[i].value = mg_strdup(cli->arena, equals + 1);
	}
	out->vars = vars;
	out->var_count = count;
	return MG_OK;
}

static int read_text(struct mg_cli *cli, struct mg_sources *sources, const char *path,
	char **out_text, size_t *out_len, struct mg_error *err)
{
	const struct mg_source_file *file = NULL;
	char *real = NULL;
	if (!sources || mg_streq(path, "-"))
		return mg_file_read(cli->arena, path, MG_SPEC_MAX_BYTES, out_text, out_len, err);
	MG_TRY(mg_path_real(cli->arena, path, &real, err));
	MG_TRY(mg_source_open(sources, real, path, &file, err));
	return mg_source_text(cli->arena, file, MG_SPEC_MAX_BYTES, out_text, out_len, err);
}

int mg_specfile_load(struct mg_cli *cli, struct mg_sources *sources, const char *path,
	const struct mg_args *args, char **out_text, size_t *out_len,
	struct mg_spec_options *out_options, struct mg_error *err)
{
	*out_options = (struct mg_spec_options){.kinds = mg_check_kinds, .engines = mg_engines};
	MG_TRY(read_vars(cli, args, out_options, err));
	int code = read_text(cli, sources, path, out_text, out_len, err);
	if (code == MG_ENOTFOUND)
		return mg_fail(err, MG_EUSAGE,
			"there is no spec %s; name one, or write it (modelgate help run)", path);
	return code;
}

static const char *one_line(struct mg_arena *arena, const struct mg_diag *diag)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	if (diag->pos.line)
		mg_text_addf(&text, "line %d: ", diag->pos.line);
	mg_text_add(&text, diag->message);
	if (diag->nearest)
		mg_text_addf(&text, "; did you mean '%s'?", diag->nearest);
	return text.data;
}

int mg_specfile_read(struct mg_cli *cli, struct mg_sources *sources, const char *path,
	const char *stage, const struct mg_args *args, struct mg_spec **out, const char **out_first,
	struct mg_error *err)
{
	struct mg_spec_options options;
	char *text = NULL;
	size_t len = 0;
	MG_TRY(mg_specfile_load(cli, sources, path, args, &text, &len, &options, err));
	options.stage = stage;
	struct mg_diags diags = {.arena = cli->arena};
	int code = mg_spec_parse(cli->arena, path, text, len, &options, &diags, out, err);
	if (diags.count) {
		fputs(mg_diags_text(cli->arena, &diags, path, text, len), cli->err);
		*out_first = one_line(cli->arena, &diags.list[0]);
	}
	return code;
}
