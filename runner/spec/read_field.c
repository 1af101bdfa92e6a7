/* read_field.c: the value of a key or parameter, by the type of its field. */
#include <string.h>

#include "base/text.h"
#include "spec/read.h"

/* The items of a list, or the one value that stands for a list of one. */
static bool items_of(struct mg_reader *r, const struct mg_node *const *node, const char *what,
	const struct mg_node *const **out, size_t *out_count)
{
	if ((*node)->broken)
		return false;
	if ((*node)->type == MG_NODE_SCALAR && !mg_node_is_null(*node)) {
		*out = node;
		*out_count = 1;
		return true;
	}
	if (!mg_expect(r, *node, MG_NODE_LIST, what, "a list such as [a, b]"))
		return false;
	*out = (const struct mg_node *const *)(*node)->items;
	*out_count = (*node)->count;
	return true;
}

bool mg_read_texts(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_texts *out)
{
	const struct mg_node *const *items;
	size_t count;
	if (!items_of(r, &node, what, &items, &count))
		return false;
	struct mg_texts texts = {mg_alloc_array(r->arena, count, sizeof(char *)), 0};
	const char *one = mg_printf(r->arena, "an entry of %s", what);
	struct mg_map seen;
	mg_map_init(&seen, r->arena);
	bool good = true;
	for (size_t i = 0; i < count; i++) {
		const char *text = NULL;
		if (!mg_read_text(r, items[i], one, &text)) {
			good = false;
		} else if (mg_map_has(&seen, text)) {
			mg_diag_at(r->diags, items[i], "'%s' occurs twice in %s",
				mg_diag_quote(r->arena, items[i]->text), what);
			good = false;
		} else {
			mg_map_put(&seen, text, NULL);
			texts.list[texts.count++] = text;
		}
	}
	if (good)
		*out = texts;
	return good;
}

static bool read_filled_texts(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_texts *out)
{
	struct mg_texts texts = {NULL, 0};
	if (!mg_read_texts(r, node, what, &texts))
		return false;
	if (texts.count == 0) {
		mg_diag_at(r->diags, node, "%s is an empty list", what)->accepted = "names";
		return false;
	}
	for (size_t i = 0; i < texts.count; i++) {
		if (texts.list[i][0] != '\0')
			continue;
		mg_diag_at(r->diags, node, "%s has an empty name", what);
		return false;
	}
	*out = texts;
	return true;
}

static bool read_scalar(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_scalar *out)
{
	if (node->broken)
		return false;
	if (node->type != MG_NODE_SCALAR)
		return mg_expect(r, node, MG_NODE_SCALAR, what, "a text, a number, true or false");
	if (!mg_node_scalar(node, out)) {
		mg_diag_at(r->diags, node, "%s: '%s' is read in different ways", what,
			mg_diag_quote(r->arena, node->text))
			->accepted = "a text in quotes, or a decimal number without leading zeros";
		return false;
	}
	return true;
}

static bool read_values(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_values *out)
{
	const struct mg_node *const *items;
	size_t count;
	if (!items_of(r, &node, what, &items, &count))
		return false;
	if (count == 0) {
		mg_diag_at(r->diags, node, "%s is an empty list", what)->accepted = "values";
		return false;
	}
	struct mg_values values = {
		mg_alloc_array(r->arena, count, sizeof(struct mg_scalar)), count};
	const char *one = mg_printf(r->arena, "an entry of %s", what);
	bool good = true;
	for (size_t i = 0; i < count; i++)
		good = read_scalar(r, items[i], one, &values.list[i]) && good;
	if (good)
		*out = values;
	return good;
}

static bool read_pairs(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_pairs *out)
{
	if (!mg_expect(r, node, MG_NODE_MAPPING, what, "a mapping such as {a: x, b: y}"))
		return false;
	if (node->count == 0) {
		mg_diag_at(r->diags, node, "%s is an empty mapping", what)
			->accepted = "a mapping such as {a: x, b: y}";
		return false;
	}
	struct mg_pairs pairs = {mg_alloc_array(r->arena, node->count, sizeof(char *)),
		mg_alloc_array(r->arena, node->count, sizeof(char *)), node->count};
	bool good = true;
	for (size_t i = 0; i < node->count; i++) {
		const struct mg_pair *pair = &node->pairs[i];
		const char *one = mg_printf(
			r->arena, "'%s' in %s", mg_diag_quote(r->arena, pair->key->text), what);
		pairs.keys[i] = pair->key->text;
		good = mg_read_filled_text(r, pair->value, one, &pairs.values[i]) && good;
	}
	if (good)
		*out = pairs;
	return good;
}

static bool read_by_column(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_by_column *out)
{
	static const char accepted[] = "a mapping such as {a: x, b_*: [x, y]}";
	if (!mg_expect(r, node, MG_NODE_MAPPING, what, accepted))
		return false;
	if (node->count == 0) {
		mg_diag_at(r->diags, node, "%s is an empty mapping", what)->accepted = accepted;
		return false;
	}
	struct mg_selector *list = mg_alloc_array(r->arena, node->count, sizeof(*list));
	struct mg_texts *texts = mg_alloc_array(r->arena, node->count, sizeof(*texts));
	bool good = true;
	for (size_t i = 0; i < node->count; i++) {
		const struct mg_node *key = node->pairs[i].key;
		const char *one = mg_printf(
			r->arena, "'%s' in %s", mg_diag_quote(r->arena, key->text), what);
		list[i] = (struct mg_selector){
			.pos = key->pos, .pattern = key->text, .is_glob = mg_is_glob(key->text)};
		good = read_filled_texts(r, node->pairs[i].value, one, &texts[i]) && good;
	}
	if (good)
		*out = (struct mg_by_column){{list, node->count}, texts};
	return good;
}

/* ---- names of things in the spec ---- */

static bool read_dataset(
	struct mg_reader *r, const struct mg_node *node, const char *what, const char **out)
{
	const char *name = NULL;
	if (!mg_read_filled_text(r, node, what, &name))
		return false;
	if (!mg_map_has(&r->datasets, name)) {
		struct mg_diag *diag = mg_diag_at(r->diags, node, "%s: there is no dataset '%s'",
			what, mg_diag_quote(r->arena, node->text));
		if (r->data_count)
			diag->accepted = mg_diag_words(r->arena, r->data_names, r->data_count);
		else
			diag->accepted = "a name under data, which has none";
		diag->nearest = mg_diag_nearest(name, r->data_names, r->data_count);
		return false;
	}
	*out = name;
	return true;
}

static bool read_target(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_target *out)
{
	static const struct mg_key table[] = {
		MG_KEY(struct mg_target, data, DATASET, "dataset", .required = true),
		MG_KEY(struct mg_target, column, COLUMN, "column", .required = true),
		MG_KEYS_END,
	};
	struct mg_target target = {NULL, NULL};
	if (!mg_read_table(r, node, what, table, &target))
		return false;
	*out = target;
	return true;
}

static bool read_kind(struct mg_reader *r, const struct mg_node *node, const char *what,
	const struct mg_check_kind **out)
{
	const char *name = NULL;
	if (!mg_read_filled_text(r, node, what, &name))
		return false;
	for (size_t i = 0; i < r->kind_count; i++) {
		if (strcmp(name, r->kind_names[i]) != 0)
			continue;
		*out = r->options->kinds[i];
		if (!((*out)->flags & MG_KIND_OTHERS))
			return true;
		mg_diag_at(
			r->diags, node, "%s: %s is itself measured from other checks", what, name)
			->accepted = "a kind that looks at data";
		return false;
	}
	struct mg_diag *diag = mg_diag_at(r->diags, node, "%s: there is no kind '%s'", what,
		mg_diag_quote(r->arena, node->text));
	diag->accepted = "a kind that 'modelgate kinds' lists";
	diag->nearest = mg_diag_nearest(name, r->kind_names, r->kind_count);
	return false;
}

bool mg_read_field(
	struct mg_reader *r, const struct mg_node *node, const struct mg_field *field, void *out)
{
	const char *what = field->name;
	switch (field->type) {
	case MG_FIELD_TEXT:
		return mg_read_text(r, node, what, out);
	case MG_FIELD_SQL:
	case MG_FIELD_REGEX:
	case MG_FIELD_COLUMN:
		return mg_read_filled_text(r, node, what, out);
	case MG_FIELD_NUMBER:
		return mg_read_number(r, node, what, field->least, field->most, out);
	case MG_FIELD_SHARE:
		return mg_read_share(r, node, what, field->least, field->most, out);
	case MG_FIELD_INTEGER:
		return mg_read_integer(r, node, what, field->least, field->most, out);
	case MG_FIELD_BOOL:
		return mg_read_bool(r, node, what, out);
	case MG_FIELD_CHOICE:
		return mg_read_choice(r, node, what, field->choices, out);
	case MG_FIELD_DURATION:
		return mg_read_duration(r, node, what, field->least, field->most, out);
	case MG_FIELD_COLUMNS:
		return mg_read_selectors(r, node, what, out);
	case MG_FIELD_TEXTS:
		return read_filled_texts(r, node, what, out);
	case MG_FIELD_DATASET:
		return read_dataset(r, node, what, out);
	case MG_FIELD_VALUES:
		return read_values(r, node, what, out);
	case MG_FIELD_MAP:
		return read_pairs(r, node, what, out);
	case MG_FIELD_BY_COLUMN:
		return read_by_column(r, node, what, out);
	case MG_FIELD_TARGET:
		return read_target(r, node, what, out);
	case MG_FIELD_KIND:
		return read_kind(r, node, what, out);
	case MG_FIELD_SCALAR:
		return read_scalar(r, node, what, out);
	}
	return false;
}
