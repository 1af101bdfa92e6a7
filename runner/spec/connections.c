/* connections.c: connections: which engine reads the tables of each, and where it finds them. */
#include <modelgate/engine.h>

#include <string.h>

#include "base/text.h"
#include "spec/read.h"

static const char accepted[] = "an engine with its keys, as {postgres: {service: SERVICE}}";

static const struct mg_engine_ops *find_engine(struct mg_reader *r, const struct mg_node *key)
{
	const struct mg_engine_ops *const *engines = r->options->engines;
	for (size_t i = 0; engines && engines[i]; i++)
		if (engines[i]->summary && mg_streq(engines[i]->name, key->text))
			return engines[i];
	struct mg_diag *diag = mg_diag_at(
		r->diags, key, "no engine is called '%s'", mg_diag_quote(r->arena, key->text));
	diag->accepted = mg_diag_words(r->arena, r->engine_names, r->engine_count);
	diag->nearest = mg_diag_nearest(key->text, r->engine_names, r->engine_count);
	return NULL;
}

/* The short form `name: engine` as the long one. */
static struct mg_node *long_form(struct mg_reader *r, struct mg_node *node)
{
	if (node->type != MG_NODE_SCALAR || mg_node_is_null(node) || node->broken)
		return node;
	struct mg_node *mapping = mg_alloc(r->arena, sizeof(*mapping));
	struct mg_node *none = mg_alloc(r->arena, sizeof(*none));
	*none = *node;
	none->type = MG_NODE_MAPPING;
	none->count = 0;
	*mapping = *none;
	mapping->pairs = mg_alloc(r->arena, sizeof(*mapping->pairs));
	mapping->pairs[0] = (struct mg_pair){node, none};
	mapping->count = 1;
	return mapping;
}

/* A stage's keys are laid over those of the same engine; another engine takes its place. */
static struct mg_node *lay_over(struct mg_reader *r, struct mg_node *base, struct mg_node *over)
{
	base = long_form(r, base);
	over = long_form(r, over);
	if (base->type != MG_NODE_MAPPING || over->type != MG_NODE_MAPPING || base->count != 1 ||
		over->count != 1 || !mg_streq(base->pairs[0].key->text, over->pairs[0].key->text))
		return over;
	struct mg_node *below = base->pairs[0].value, *above = over->pairs[0].value;
	if (below->type != MG_NODE_MAPPING || above->type != MG_NODE_MAPPING)
		return over;
	struct mg_node *merged = mg_alloc(r->arena, sizeof(*merged));
	*merged = *base;
	merged->pairs = mg_alloc(r->arena, sizeof(*merged->pairs));
	merged->pairs[0] = (struct mg_pair){
		base->pairs[0].key, mg_node_merge(r->arena, below, above)};
	return merged;
}

static void read_params(struct mg_reader *r, const struct mg_pair *pair, struct mg_connection *out)
{
	const struct mg_field *field = out->engine->fields;
	const char *what = mg_printf(
		r->arena, "connection '%s'", mg_diag_quote(r->arena, out->name));
	void *params = mg_alloc(r->arena, out->engine->params_size);
	struct mg_keys keys;
	size_t count = 0;
	while (field[count].name)
		count++;
	struct mg_key *table = mg_alloc_array(r->arena, count + 1, sizeof(*table));
	for (size_t i = 0; i < count; i++)
		table[i].field = field[i];
	mg_keys_init(&keys, r->arena);
	mg_keys_add(&keys, table, params);
	const struct mg_node *node = mg_node_is_null(pair->value) ? NULL : pair->value;
	mg_read_mapping(r, node, pair->key, what, &keys);
	out->params = params;
}

static void read_one(struct mg_reader *r, const struct mg_node *node, struct mg_connection *out)
{
	const char *what = mg_printf(
		r->arena, "connection '%s'", mg_diag_quote(r->arena, out->name));
	if (!mg_expect(r, node, MG_NODE_MAPPING, what, accepted))
		return;
	if (node->count != 1) {
		mg_diag_at(r->diags, node, "%s names %s", what,
			node->count ? "several engines" : "no engine")
			->accepted = accepted;
		return;
	}
	out->engine = find_engine(r, node->pairs[0].key);
	if (out->engine)
		read_params(r, &node->pairs[0], out);
}

void mg_read_connections(
	struct mg_reader *r, const struct mg_node *connections, const struct mg_node *overlay)
{
	if (!mg_expect(r, connections, MG_NODE_MAPPING, "connections",
		    "a mapping such as {NAME: {postgres: {service: SERVICE}}}"))
		return;
	r->spec->connections = mg_alloc_array(
		r->arena, connections->count, sizeof(*r->spec->connections));
	for (size_t i = 0; i < connections->count; i++) {
		const struct mg_node *key = connections->pairs[i].key;
		struct mg_node *over = mg_node_get(overlay, key->text);
		struct mg_node *node = connections->pairs[i].value;
		if (!mg_name_valid(MG_NAME_CONNECTION, key->text)) {
			mg_diag_at(r->diags, key, "a connection cannot be named '%s'",
				mg_diag_quote(r->arena, key->text))
				->accepted = mg_name_rules[MG_NAME_CONNECTION].accepted;
			continue;
		}
		struct mg_connection *out = &r->spec->connections[r->spec->connection_count++];
		*out = (struct mg_connection){.name = key->text, .pos = key->pos};
		read_one(r, over ? lay_over(r, node, over) : long_form(r, node), out);
	}
}

bool mg_read_connection(
	struct mg_reader *r, const struct mg_node *node, const struct mg_connection **out)
{
	const struct mg_spec *spec = r->spec;
	const char *name = NULL;
	if (!mg_read_filled_text(r, node, "connection", &name))
		return false;
	const char **names = mg_alloc_array(r->arena, spec->connection_count, sizeof(*names));
	for (size_t i = 0; i < spec->connection_count; i++) {
		names[i] = spec->connections[i].name;
		if (!mg_streq(names[i], name))
			continue;
		*out = &spec->connections[i];
		return spec->connections[i].engine != NULL; /* else it was reported */
	}
	struct mg_diag *diag = mg_diag_at(
		r->diags, node, "there is no connection '%s'", mg_diag_quote(r->arena, name));
	diag->accepted = spec->connection_count
		? mg_diag_words(r->arena, names, spec->connection_count)
		: "a name under connections, which has none";
	diag->nearest = mg_diag_nearest(name, names, spec->connection_count);
	return false;
}
