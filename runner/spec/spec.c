/* spec.c: the text of a spec becomes a mg_spec: nodes, variables, stage, data, suites, in order. */
#include <modelgate/engine.h>
#include <modelgate/spec.h>

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "spec/read.h"

const struct mg_data *mg_spec_data(const struct mg_spec *spec, const char *name)
{
	for (size_t i = 0; name && i < spec->data_count; i++)
		if (strcmp(spec->data[i].name, name) == 0)
			return &spec->data[i];
	return NULL;
}

const char **mg_spec_stages(struct mg_arena *arena, const char *text, size_t len, size_t *out_count)
{
	struct mg_diags diags = {.arena = arena};
	const struct mg_node *root = mg_node_read(arena, text, len, &diags);
	const struct mg_node *stages = mg_node_get(root, "stages");
	*out_count = stages && stages->type == MG_NODE_MAPPING ? stages->count : 0;
	if (*out_count > MG_SPEC_MAX_STAGES)
		*out_count = MG_SPEC_MAX_STAGES;
	const char **names = mg_alloc_array(arena, *out_count, sizeof(*names));
	for (size_t i = 0; i < *out_count; i++)
		names[i] = stages->pairs[i].key->text;
	return names;
}

static void list_kinds(struct mg_reader *r)
{
	while (r->options->kinds[r->kind_count])
		r->kind_count++;
	r->kind_names = mg_alloc_array(r->arena, r->kind_count, sizeof(*r->kind_names));
	for (size_t i = 0; i < r->kind_count; i++)
		r->kind_names[i] = r->options->kinds[i]->name;
}

static void list_engines(struct mg_reader *r)
{
	const struct mg_engine_ops *const *engines = r->options->engines;
	size_t count = 0;
	while (engines && engines[count])
		count++;
	r->engine_names = mg_alloc_array(r->arena, count, sizeof(*r->engine_names));
	for (size_t i = 0; i < count; i++)
		if (engines[i]->summary)
			r->engine_names[r->engine_count++] = engines[i]->name;
}

static void read_version(struct mg_reader *r, const struct mg_node *node)
{
	struct mg_scalar scalar;
	if (!mg_expect(r, node, MG_NODE_SCALAR, "version", "1"))
		return;
	if (mg_node_scalar(node, &scalar) && scalar.type == MG_SCALAR_NUMBER && scalar.number == 1)
		return;
	struct mg_diag *diag = node->plain
		? mg_diag_at(r->diags, node, "version is '%s'", mg_diag_quote(r->arena, node->text))
		: mg_diag_at(r->diags, node, "version is a text, since it is in quotes");
	diag->accepted = "1";
}

static void read_root(struct mg_reader *r, struct mg_node *root)
{
	struct mg_raw_spec raw = {.version = NULL};
	if (root->type != MG_NODE_MAPPING) {
		mg_diag_at(r->diags, root, "a spec is %s", mg_node_type_words(root))
			->accepted = "a mapping with version, model, data and suites";
		return;
	}
	mg_collect_names(r, root);
	mg_vars_apply(r, root);
	mg_read_table(r, root, "the spec", mg_spec_keys, &raw);
	if (raw.version)
		read_version(r, raw.version);
	if (raw.model)
		mg_read_name(r, raw.model, MG_NAME_MODEL, &r->spec->model);
	if (raw.owner)
		mg_read_name(r, raw.owner, MG_NAME_OWNER, &r->spec->owner);
	struct mg_stage_changes changes = {NULL, NULL};
	mg_read_stages(r, raw.stages, root, &changes);
	if (raw.connections)
		mg_read_connections(r, raw.connections, changes.connections);
	if (raw.data)
		mg_read_data(r, raw.data, changes.data);
	r->on_empty = raw.on_empty;
	if (raw.suites) {
		mg_read_suites(r, raw.suites);
		mg_check_overlays(r);
	}
	mg_check_crossings(r);
	mg_check_profiles(r);
}

int mg_spec_parse(struct mg_arena *arena, const char *path, const char *text, size_t len,
	const struct mg_spec_options *options, struct mg_diags *diags, struct mg_spec **out,
	struct mg_error *err)
{
	char digest[65];
	struct mg_spec *spec = mg_alloc(arena, sizeof(*spec));
	struct mg_reader r = {.arena = arena, .diags = diags, .options = options, .spec = spec};
	*diags = (struct mg_diags){.arena = arena};
	mg_sha256(text, len, digest);
	spec->path = mg_strdup(arena, path);
	spec->folder = mg_path_dir(arena, path);
	spec->digest = mg_strdup(arena, digest);
	list_kinds(&r);
	list_engines(&r);
	struct mg_node *root = mg_node_read(arena, text, len, diags);
	if (root)
		read_root(&r, root);
	mg_diags_sort(diags);
	if (diags->count)
		return mg_fail(err, MG_ESPEC, "%zu error%s in %s", diags->count,
			diags->count == 1 ? "" : "s", path);
	*out = spec;
	return MG_OK;
}
