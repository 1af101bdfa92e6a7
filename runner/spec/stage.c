/* stage.c: stages: what each demands, and what the asked one changes. */
#include <string.h>

#include "base/text.h"
#include "spec/read.h"

/* ---- names that others refer to ---- */

static const char **keys_of(
	struct mg_arena *arena, const struct mg_node *mapping, size_t *out_count)
{
	*out_count = mapping && mapping->type == MG_NODE_MAPPING ? mapping->count : 0;
	const char **names = mg_alloc_array(arena, *out_count, sizeof(*names));
	for (size_t i = 0; i < *out_count; i++)
		names[i] = mapping->pairs[i].key->text;
	return names;
}

void mg_collect_names(struct mg_reader *r, const struct mg_node *root)
{
	r->data_names = keys_of(r->arena, mg_node_get(root, "data"), &r->data_count);
	r->stage_names = keys_of(r->arena, mg_node_get(root, "stages"), &r->stage_count);
	mg_map_init(&r->datasets, r->arena);
	mg_map_init(&r->overlays, r->arena);
	mg_map_init(&r->check_names, r->arena);
	for (size_t i = 0; i < r->data_count; i++)
		mg_map_put(&r->datasets, r->data_names[i], NULL);
}

/* ---- one stage ---- */

static bool unknown_name(struct mg_reader *r, const struct mg_node *at, const char *thing,
	const char *const *names, size_t count)
{
	struct mg_diag *diag = mg_diag_at(
		r->diags, at, "there is no %s '%s'", thing, mg_diag_quote(r->arena, at->text));
	diag->accepted = count ? mg_diag_words(r->arena, names, count) : NULL;
	diag->nearest = mg_diag_nearest(at->text, names, count);
	return false;
}

static void read_suites(struct mg_reader *r, const struct mg_node *node, const struct mg_node *root,
	struct mg_texts *out)
{
	size_t count;
	const char **names = keys_of(r->arena, mg_node_get(root, "suites"), &count);
	if (!node) {
		*out = (struct mg_texts){names, count};
		return;
	}
	if (!mg_read_texts(r, node, "suites", out))
		return;
	if (out->count == 0)
		mg_diag_at(r->diags, node, "suites is an empty list")->accepted = mg_diag_words(
			r->arena, names, count);
	for (size_t i = 0; i < out->count; i++) {
		const struct mg_node *item = node->type == MG_NODE_LIST ? node->items[i] : node;
		if (!mg_node_get(mg_node_get(root, "suites"), item->text) && !item->broken)
			unknown_name(r, item, "suite", names, count);
	}
}

static void check_data(struct mg_reader *r, const struct mg_node *node)
{
	if (!mg_expect(r, node, MG_NODE_MAPPING, "data", "a mapping such as {NAME: {path: FILE}}"))
		return;
	for (size_t i = 0; i < node->count; i++) {
		const struct mg_pair *pair = &node->pairs[i];
		if (!mg_map_has(&r->datasets, pair->key->text))
			unknown_name(r, pair->key, "dataset", r->data_names, r->data_count);
		/* Keys are checked when they are laid over; an odd shape would be lost there. */
		if (pair->value->type != MG_NODE_SCALAR || mg_node_is_null(pair->value))
			mg_expect(r, pair->value, MG_NODE_MAPPING,
				mg_printf(r->arena, "dataset '%s'",
					mg_diag_quote(r->arena, pair->key->text)),
				"a path, or a mapping such as {path: FILE}");
	}
}

static void check_connections(
	struct mg_reader *r, const struct mg_node *node, const struct mg_node *root)
{
	size_t count;
	const char **names = keys_of(r->arena, mg_node_get(root, "connections"), &count);
	if (!mg_expect(r, node, MG_NODE_MAPPING, "connections",
		    "a mapping such as {NAME: {postgres: {service: SERVICE}}}"))
		return;
	for (size_t i = 0; i < node->count; i++) {
		const struct mg_node *key = node->pairs[i].key;
		if (!mg_node_get(mg_node_get(root, "connections"), key->text))
			unknown_name(r, key, "connection", names, count);
	}
}

struct raw_overlay {
	struct mg_raw_limits limits;
	const struct mg_node *warn;
};

static void read_limits(struct mg_reader *r, const struct mg_node *node, bool asked)
{
	static const struct mg_key warn_key[] = {
		MG_KEY_SHAPE(struct raw_overlay, warn, "warn", "limits that only warn when broken"),
		MG_KEYS_END,
	};
	if (!mg_expect(
		    r, node, MG_NODE_MAPPING, "limits", "a mapping such as {CHECK: {min: NUMBER}}"))
		return;
	for (size_t i = 0; i < node->count; i++) {
		const struct mg_pair *pair = &node->pairs[i];
		struct raw_overlay raw = {.warn = NULL};
		struct mg_raw_limits warn = {.tolerance = NULL};
		struct mg_keys keys;
		mg_keys_init(&keys, r->arena);
		mg_keys_add(&keys, mg_limit_keys, &raw.limits);
		mg_keys_add(&keys, warn_key, &raw);
		const char *what = mg_printf(
			r->arena, "limits of '%s'", mg_diag_quote(r->arena, pair->key->text));
		if (mg_node_is_null(pair->value)) {
			mg_expect(r, pair->value, MG_NODE_MAPPING, what, "{min: NUMBER}");
			continue;
		}
		if (!mg_read_mapping(r, pair->value, pair->key, what, &keys))
			continue;
		if (raw.warn && !mg_read_table(r, raw.warn, "warn", mg_limit_keys, &warn))
			continue;
		if (!asked)
			continue;
		struct mg_overlay *overlay = mg_alloc(r->arena, sizeof(*overlay));
		overlay->pair = pair;
		mg_map_put(&r->overlays, pair->key->text, overlay);
	}
}

static void read_stage(struct mg_reader *r, const struct mg_pair *pair, const struct mg_node *root,
	struct mg_stage_changes *out)
{
	bool asked = mg_streq(r->options->stage, pair->key->text);
	const char *what = mg_printf(
		r->arena, "stage '%s'", mg_diag_quote(r->arena, pair->key->text));
	struct mg_raw_stage raw = {.suites = NULL};
	struct mg_texts suites = {NULL, 0};
	if (!mg_name_valid(MG_NAME_STAGE, pair->key->text)) {
		mg_diag_at(r->diags, pair->key, "a stage cannot be named '%s'",
			mg_diag_quote(r->arena, pair->key->text))
			->accepted = mg_name_rules[MG_NAME_STAGE].accepted;
		return;
	}
	if (!mg_read_table(r, pair->value, what, mg_stage_keys, &raw) &&
		pair->value->type != MG_NODE_MAPPING)
		return;
	read_suites(r, raw.suites, root, &suites);
	if (raw.connections)
		check_connections(r, raw.connections, root);
	if (raw.data)
		check_data(r, raw.data);
	if (raw.limits)
		read_limits(r, raw.limits, asked);
	if (!asked)
		return;
	*out = (struct mg_stage_changes){raw.connections, raw.data};
	r->spec->stage_suites = suites.list;
	r->spec->stage_suite_count = suites.count;
	r->spec->stage_estimates = raw.estimates != 0;
}

void mg_read_stages(struct mg_reader *r, const struct mg_node *stages, const struct mg_node *root,
	struct mg_stage_changes *out)
{
	r->spec->stage = r->options->stage;
	r->spec->stage_names = r->stage_names;
	r->spec->stage_count = r->stage_count;
	if (stages &&
		mg_expect(r, stages, MG_NODE_MAPPING, "stages",
			"a mapping such as {PPD: {suites: [NAME]}}"))
		for (size_t i = 0; i < stages->count; i++)
			read_stage(r, &stages->pairs[i], root, out);
	if (stages && r->stage_count > MG_SPEC_MAX_STAGES)
		mg_diag_at(r->diags, stages->pairs[MG_SPEC_MAX_STAGES].key, "more than %d stages",
			MG_SPEC_MAX_STAGES);
	if (!r->options->stage)
		return;
	for (size_t i = 0; i < r->stage_count; i++)
		if (strcmp(r->stage_names[i], r->options->stage) == 0)
			return;
	struct mg_diag *diag = mg_diag_add(r->diags, (struct mg_pos){0, 0},
		"--stage %s: the spec has no such stage",
		mg_diag_quote(r->arena, r->options->stage));
	diag->accepted = r->stage_count ? mg_diag_words(r->arena, r->stage_names, r->stage_count)
					: "a spec with stages";
	diag->nearest = mg_diag_nearest(r->options->stage, r->stage_names, r->stage_count);
}

void mg_check_overlays(struct mg_reader *r)
{
	size_t count = r->check_names.count;
	const char **names = mg_alloc_array(r->arena, count, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = r->check_names.entries[i].key;
	for (size_t i = 0; i < r->overlays.count; i++) {
		const struct mg_overlay *overlay = r->overlays.entries[i].value;
		if (!overlay->used)
			unknown_name(r, overlay->pair->key, "check", names, count);
	}
}
