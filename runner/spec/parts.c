/* parts.c: slices, selectors of columns, baselines, missing values. */
#include <string.h>

#include "base/text.h"
#include "spec/read.h"

bool mg_read_missing(struct mg_reader *r, const struct mg_node *node, struct mg_missing *out)
{
	struct mg_texts texts = {NULL, 0};
	if (node && !mg_read_texts(r, node, "missing", &texts))
		return false;
	*out = (struct mg_missing){texts.list, texts.count};
	return true;
}

bool mg_is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

/* ---- slices ---- */

static bool read_slice(struct mg_reader *r, const struct mg_node *node, struct mg_slice *out)
{
	struct mg_raw_slice raw = {0};
	out->pos = node->pos;
	if (node->type == MG_NODE_SCALAR) {
		if (!mg_read_text(r, node, "a slice", &out->column))
			return false;
		out->name = out->column;
		out->is_glob = mg_is_glob(out->column);
		if (out->column[0] == '\0')
			mg_diag_at(r->diags, node, "a slice is an empty text")
				->accepted = "a column";
		return out->column[0] != '\0';
	}
	if (!mg_read_table(r, node, "a slice", mg_slice_keys, &raw))
		return false;
	if (!raw.column == !raw.where) {
		mg_diag_at(r->diags, node,
			raw.column ? "a slice has both a column and a condition"
				   : "a slice has neither a column nor a condition")
			->accepted = "COLUMN, {column: COLUMN} or {name: NAME, where: CONDITION}";
		return false;
	}
	if (raw.where && !raw.name) {
		mg_diag_at(r->diags, node, "a slice with a condition has no name")
			->accepted = "{name: NAME, where: CONDITION}";
		return false;
	}
	out->column = raw.column;
	out->where = raw.where;
	out->name = raw.column;
	return !raw.name || mg_read_name(r, raw.name, MG_NAME_SLICE, &out->name);
}

bool mg_read_slices(struct mg_reader *r, const struct mg_node *node, const struct mg_slice **out,
	size_t *out_count)
{
	const struct mg_node *const *items = &node;
	size_t count = 1;
	if (node->type != MG_NODE_SCALAR || mg_node_is_null(node)) {
		if (!mg_expect(r, node, MG_NODE_LIST, "slices",
			    "a list such as [column, {name: NAME, where: CONDITION}]"))
			return false;
		items = (const struct mg_node *const *)node->items;
		count = node->count;
	}
	struct mg_slice *slices = mg_alloc_array(r->arena, count, sizeof(*slices));
	struct mg_map names;
	mg_map_init(&names, r->arena);
	bool good = true;
	for (size_t i = 0; i < count; i++) {
		if (!read_slice(r, items[i], &slices[i])) {
			good = false;
			continue;
		}
		if (mg_map_has(&names, slices[i].name)) {
			mg_diag_at(r->diags, items[i], "two slices are named '%s'",
				mg_diag_quote(r->arena, slices[i].name))
				->accepted = "another name: {name: NAME, ...}";
			good = false;
		}
		mg_map_put(&names, slices[i].name, NULL);
	}
	*out = slices;
	*out_count = good ? count : 0;
	return good;
}

/* ---- columns ---- */

struct selectors {
	const char *what; /* the key, for messages */
	struct mg_selector *list;
	size_t count, capacity;
	struct mg_map seen;
	bool any_chosen;
};

static bool add_selector(struct mg_reader *r, struct selectors *s, const struct mg_node *node,
	struct mg_selector selector)
{
	selector.pos = node->pos;
	/* A column stands for itself once, however often it is written. */
	const char *id = mg_printf(r->arena, "%d %d %d %s", selector.exclude, selector.is_glob,
		selector.type, selector.pattern ? selector.pattern : "");
	if (mg_map_has(&s->seen, id)) {
		mg_diag_at(r->diags, node, "%s has %s twice", s->what,
			selector.pattern ? mg_diag_quote(r->arena, selector.pattern)
					 : mg_column_type_words[selector.type]);
		return false;
	}
	mg_map_put(&s->seen, id, NULL);
	s->list = mg_grow(r->arena, s->list, s->count, &s->capacity, sizeof(*s->list));
	s->list[s->count++] = selector;
	s->any_chosen = s->any_chosen || !selector.exclude;
	return true;
}

static bool read_selector(struct mg_reader *r, struct selectors *s, const struct mg_node *node)
{
	static const char accepted[] =
		"a name, a pattern such as amount_*, {type: numeric} or {except: [name]}";
	if (node->type == MG_NODE_SCALAR) {
		if (!mg_expect(r, node, MG_NODE_SCALAR, "a column", accepted))
			return false;
		if (node->text[0] == '\0') {
			mg_diag_at(r->diags, node, "a column is an empty text")
				->accepted = accepted;
			return false;
		}
		return add_selector(r, s, node,
			(struct mg_selector){
				.pattern = node->text, .is_glob = mg_is_glob(node->text)});
	}
	if (!mg_expect(r, node, MG_NODE_MAPPING, "a column", accepted))
		return false;
	struct mg_raw_selector raw = {0};
	if (!mg_read_table(r, node, "a selection of columns", mg_selector_keys, &raw))
		return false;
	bool typed = mg_node_get(node, "type") != NULL;
	if (node->count == 0 || (raw.name && node->count > 1)) {
		mg_diag_at(r->diags, node,
			raw.name ? "a selection by name takes no other key"
				 : "a selection of columns is empty")
			->accepted = accepted;
		return false;
	}
	bool good = true;
	if (raw.name)
		good = add_selector(r, s, node, (struct mg_selector){.pattern = raw.name});
	else if (typed)
		good = add_selector(
			r, s, node, (struct mg_selector){.type = (enum mg_column_type)raw.type});
	for (size_t i = 0; i < raw.except.count; i++)
		good = add_selector(r, s, node,
			       (struct mg_selector){.pattern = raw.except.list[i],
				       .is_glob = mg_is_glob(raw.except.list[i]),
				       .exclude = true}) &&
			good;
	return good;
}

bool mg_read_selectors(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_selectors *out)
{
	struct selectors s = {.what = what};
	mg_map_init(&s.seen, r->arena);
	bool good = !node->broken;
	if (good && node->type == MG_NODE_LIST) {
		for (size_t i = 0; i < node->count; i++)
			good = read_selector(r, &s, node->items[i]) && good;
	} else if (good) {
		good = read_selector(r, &s, node);
	}
	if (!good)
		return false;
	if (s.count == 0) {
		mg_diag_at(r->diags, node, "%s is an empty list", what)
			->accepted = "names, patterns or types of columns";
		return false;
	}
	/* Only exceptions: from all columns. */
	if (!s.any_chosen)
		add_selector(r, &s, node, (struct mg_selector){.pattern = "*", .is_glob = true});
	*out = (struct mg_selectors){s.list, s.count};
	return true;
}

/* ---- baseline ---- */

static const char baseline_accepted[] =
	"reference, dummy, {file: run.json}, {stage: PRD} or {previous: 7}";

static bool read_baseline_word(
	struct mg_reader *r, const struct mg_node *node, struct mg_baseline *out)
{
	static const char *const words[] = {"reference", "dummy", NULL};
	if (!mg_expect(r, node, MG_NODE_SCALAR, "baseline", baseline_accepted))
		return false;
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(node->text, words[i]) != 0)
			continue;
		out->kind = i == 0 ? MG_BASELINE_REFERENCE : MG_BASELINE_DUMMY;
		return true;
	}
	struct mg_diag *diag = mg_diag_at(
		r->diags, node, "baseline cannot be '%s'", mg_diag_quote(r->arena, node->text));
	diag->accepted = baseline_accepted;
	diag->nearest = mg_diag_nearest(node->text, words, 2);
	return false;
}

static bool is_true(struct mg_reader *r, const struct mg_node *node, const char *what)
{
	bool value = false;
	if (!mg_read_bool(r, node, what, &value))
		return false;
	if (!value)
		mg_diag_at(r->diags, node, "%s is false", what)->accepted = "true";
	return value;
}

static bool read_stage(struct mg_reader *r, const struct mg_node *node, struct mg_baseline *out)
{
	out->kind = MG_BASELINE_STAGE;
	if (!mg_read_name(r, node, MG_NAME_STAGE, &out->name))
		return false;
	for (size_t i = 0; i < r->stage_count; i++)
		if (strcmp(out->name, r->stage_names[i]) == 0)
			return true;
	if (r->stage_count == 0)
		return true;
	struct mg_diag *diag = mg_diag_at(
		r->diags, node, "there is no stage '%s'", mg_diag_quote(r->arena, out->name));
	diag->accepted = mg_diag_words(r->arena, r->stage_names, r->stage_count);
	diag->nearest = mg_diag_nearest(out->name, r->stage_names, r->stage_count);
	return false;
}

/* In the order of the words of same_hour_of. */
static const struct {
	int64_t every_us;
	const char *words;
} same_hour[] = {{INT64_C(86400000000), " at the same hour of the day"},
	{INT64_C(7) * 86400000000, " at the same hour of the week"}};

bool mg_read_baseline(struct mg_reader *r, const struct mg_node *node, struct mg_baseline *out)
{
	*out = (struct mg_baseline){.pos = node->pos};
	if (node->type == MG_NODE_SCALAR)
		return read_baseline_word(r, node, out);
	if (!mg_expect(r, node, MG_NODE_MAPPING, "baseline", baseline_accepted))
		return false;
	struct mg_raw_baseline raw = {0};
	if (!mg_read_table(r, node, "baseline", mg_baseline_keys, &raw))
		return false;
	bool hourly = mg_node_get(node, "same_hour_of") != NULL;
	if (node->count != 1 && !(hourly && raw.previous && node->count == 2)) {
		mg_diag_at(r->diags, node, "a baseline is %s",
			node->count ? "several things" : "empty")
			->accepted = baseline_accepted;
		return false;
	}
	if (raw.stage)
		return read_stage(r, raw.stage, out);
	if (raw.previous) {
		out->kind = MG_BASELINE_PREVIOUS;
		out->previous = (size_t)raw.previous;
		out->every_us = hourly ? same_hour[raw.same_hour_of].every_us : 0;
		out->which = hourly ? same_hour[raw.same_hour_of].words : "";
		out->name = mg_printf(r->arena, "%zu%s", out->previous, out->which);
		return true;
	}
	if (hourly) {
		mg_diag_at(r->diags, node,
			"same_hour_of chooses among earlier runs, and says not how many")
			->accepted = "{previous: 8, same_hour_of: week}";
		return false;
	}
	if (raw.reference) {
		out->kind = MG_BASELINE_REFERENCE;
		return is_true(r, raw.reference, "reference");
	}
	if (raw.dummy) {
		out->kind = MG_BASELINE_DUMMY;
		return is_true(r, raw.dummy, "dummy");
	}
	out->kind = MG_BASELINE_FILE;
	out->name = raw.file;
	if (raw.file[0] == '\0')
		mg_diag_at(r->diags, node, "file is an empty text");
	return raw.file[0] != '\0';
}
