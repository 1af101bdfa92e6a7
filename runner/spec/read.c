/* read.c: values of the basic types. */
#include "spec/read.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

bool mg_expect(struct mg_reader *r, const struct mg_node *node, enum mg_node_type type,
	const char *what, const char *accepted)
{
	if (node->broken)
		return false;
	if (node->type == type && !(type == MG_NODE_SCALAR && mg_node_is_null(node)))
		return true;
	struct mg_diag *diag = mg_node_is_null(node)
		? mg_diag_at(r->diags, node, "%s has no value", what)
		: mg_diag_at(r->diags, node, "%s is %s", what, mg_node_type_words(node));
	diag->accepted = accepted;
	return false;
}

/* The quoted value for "found 'x'". */
static const char *found(struct mg_reader *r, const struct mg_node *node)
{
	return mg_diag_quote(r->arena, node->text);
}

bool mg_read_text(
	struct mg_reader *r, const struct mg_node *node, const char *what, const char **out)
{
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a text"))
		return false;
	*out = node->text;
	return true;
}

/* SQL, patterns, names of columns: an empty one is a slip. */
bool mg_read_filled_text(
	struct mg_reader *r, const struct mg_node *node, const char *what, const char **out)
{
	const char *text = NULL;
	if (!mg_read_text(r, node, what, &text))
		return false;
	if (text[strspn(text, " \t\r\n")] == '\0') {
		mg_diag_at(r->diags, node, "%s is an empty text", what);
		return false;
	}
	*out = text;
	return true;
}

bool mg_read_name(
	struct mg_reader *r, const struct mg_node *node, enum mg_name_type type, const char **out)
{
	const struct mg_name_rule *rule = &mg_name_rules[type];
	struct mg_scalar scalar;
	if (!mg_expect(r, node, MG_NODE_SCALAR, rule->what, rule->accepted))
		return false;
	if (!node->replaced && (!mg_node_scalar(node, &scalar) || scalar.type != MG_SCALAR_TEXT)) {
		mg_diag_at(r->diags, node, "%s is %s", rule->what, mg_node_type_words(node))
			->accepted = "a text; a number or true and false in quotes";
		return false;
	}
	if (!mg_name_valid(type, node->text)) {
		mg_diag_at(r->diags, node, "%s cannot be '%s'", rule->what, found(r, node))
			->accepted = rule->accepted;
		return false;
	}
	*out = node->text;
	return true;
}

/* ---- numbers ---- */

/* "0 to 1", "1 or more", "100% or less"; NULL when all are accepted. */
static const char *range_words(struct mg_arena *arena, double least, double most)
{
	if (isnan(least) && isnan(most))
		return NULL;
	if (isnan(most))
		return mg_printf(arena, "%s or more", mg_double_text(arena, least));
	if (isnan(least))
		return mg_printf(arena, "%s or less", mg_double_text(arena, most));
	return mg_printf(
		arena, "%s to %s", mg_double_text(arena, least), mg_double_text(arena, most));
}

static bool check_range(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, double value, const char *form)
{
	if (!(value < least) && !(value > most))
		return true;
	mg_diag_at(r->diags, node, "%s is %s", what, found(r, node))->accepted = mg_printf(
		r->arena, "%s%s", form, range_words(r->arena, least, most));
	return false;
}

bool mg_node_number(const struct mg_node *node, double *out, bool *out_percent)
{
	struct mg_scalar scalar;
	*out_percent = false;
	if (node->type != MG_NODE_SCALAR)
		return false;
	if (mg_ends_with(node->text, "%")) {
		*out_percent = true;
		return !strpbrk(node->text, "+eE") && mg_parse_share(node->text, out);
	}
	struct mg_node plain = *node;
	plain.plain = node->plain || node->replaced;
	if (!mg_node_scalar(&plain, &scalar) || scalar.type != MG_SCALAR_NUMBER)
		return false;
	*out = scalar.number;
	return isfinite(*out);
}

static bool not_a(struct mg_reader *r, const struct mg_node *node, const char *what,
	const char *thing, const char *accepted)
{
	struct mg_scalar scalar;
	bool number = !node->plain && mg_parse_double(node->text, false, &scalar.number);
	if (number)
		mg_diag_at(r->diags, node, "%s is a text, since '%s' is in quotes", what,
			found(r, node))
			->accepted = accepted;
	else
		mg_diag_at(r->diags, node, "%s is not %s: '%s'", what, thing, found(r, node))
			->accepted = accepted;
	return false;
}

static bool read_number(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, double *out)
{
	double value;
	bool percent;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a number"))
		return false;
	if (!mg_node_number(node, &value, &percent) || percent)
		return not_a(r, node, what, "a number", "a number such as 12 or 0.5");
	if (!check_range(r, node, what, least, most, value, "a number, "))
		return false;
	*out = value;
	return true;
}

static bool read_share(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, double *out)
{
	double value;
	bool percent;
	least = isnan(least) ? 0 : least;
	most = isnan(most) ? 1 : most;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a share such as 0.95 or 95%"))
		return false;
	if (!mg_node_number(node, &value, &percent))
		return not_a(r, node, what, "a share", "a share such as 0.95 or 95%");
	if (!check_range(r, node, what, least, most, value, "a share such as 0.95 or 95%, "))
		return false;
	*out = value;
	return true;
}

static bool read_integer(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, int64_t *out)
{
	double value;
	bool percent;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a whole number"))
		return false;
	if (!mg_node_number(node, &value, &percent) || percent || value != floor(value) ||
		fabs(value) > 9007199254740992.0)
		return not_a(r, node, what, "a whole number", "a whole number such as 12");
	if (!check_range(r, node, what, least, most, value, "a whole number, "))
		return false;
	*out = (int64_t)value;
	return true;
}

bool mg_read_duration(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, double *out)
{
	double value;
	bool percent;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a duration such as 90s, 15m, 36h or 2d"))
		return false;
	/* A number of seconds, or a text with a unit (in quotes or not). */
	double ignored;
	bool bare = mg_parse_double(node->text, false, &ignored);
	if (bare ? !mg_node_number(node, &value, &percent) : !mg_parse_duration(node->text, &value))
		return not_a(r, node, what, "a duration",
			"a duration such as 90s, 15m, 36h or 2d, or a number of seconds");
	if (!check_range(r, node, what, least, most, value, "a duration in seconds, "))
		return false;
	*out = value;
	return true;
}

bool mg_read_bool(struct mg_reader *r, const struct mg_node *node, const char *what, bool *out)
{
	struct mg_scalar scalar;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "true or false"))
		return false;
	struct mg_node plain = *node;
	plain.plain = node->plain || node->replaced;
	if (!mg_node_scalar(&plain, &scalar) || scalar.type != MG_SCALAR_BOOL) {
		mg_diag_at(r->diags, node, "%s is '%s'", what, found(r, node))
			->accepted = "true or false";
		return false;
	}
	*out = scalar.boolean;
	return true;
}

/* ---- words and lists ---- */

static size_t words_count(const char *const *words)
{
	size_t count = 0;
	while (words[count])
		count++;
	return count;
}

bool mg_read_choice(struct mg_reader *r, const struct mg_node *node, const char *what,
	const char *const *choices, int *out)
{
	size_t count = words_count(choices);
	const char *accepted = mg_diag_words(r->arena, choices, count);
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, accepted))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(node->text, choices[i]) == 0) {
			*out = (int)i;
			return true;
		}
	}
	struct mg_diag *diag = mg_diag_at(
		r->diags, node, "%s cannot be '%s'", what, found(r, node));
	diag->accepted = accepted;
	diag->nearest = mg_diag_nearest(node->text, choices, count);
	return false;
}

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
				found(r, items[i]), what);
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
		mg_diag_at(
			r->diags, node, "%s: '%s' is read in different ways", what, found(r, node))
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
		struct mg_diag *diag = mg_diag_at(
			r->diags, node, "%s: there is no dataset '%s'", what, found(r, node));
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
		if (strcmp(name, r->kind_names[i]) == 0) {
			*out = r->options->kinds[i];
			return true;
		}
	}
	struct mg_diag *diag = mg_diag_at(
		r->diags, node, "%s: there is no kind '%s'", what, found(r, node));
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
		return read_number(r, node, what, field->least, field->most, out);
	case MG_FIELD_SHARE:
		return read_share(r, node, what, field->least, field->most, out);
	case MG_FIELD_INTEGER:
		return read_integer(r, node, what, field->least, field->most, out);
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
