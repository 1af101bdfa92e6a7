/* table.c: a mapping read by its table of keys: nothing unknown, nothing missed, nothing ignored. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "spec/peers.h"
#include "spec/read.h"

static void *member(const struct mg_key_slot *slot)
{
	return (char *)slot->base + slot->key->field.offset;
}

static const char **words_of(struct mg_arena *arena, const struct mg_keys *keys)
{
	const char **words = mg_alloc_array(arena, keys->count, sizeof(*words));
	for (size_t i = 0; i < keys->count; i++)
		words[i] = keys->list[i].key->field.name;
	return words;
}

/* The key of the check's task that was meant, by our word for it or another tool's; NULL: none. */
static const char *task_key(struct mg_arena *arena, const struct mg_keys *keys, const char *word)
{
	if (!mg_keys_find(keys, "task"))
		return NULL;
	if (mg_is_key_of(mg_task_keys, word))
		return word;
	struct mg_keys task;
	mg_keys_init(&task, arena);
	mg_keys_add(&task, mg_task_keys, NULL);
	return mg_peer_key(word, MG_EITHER, words_of(arena, &task), task.count);
}

static void unknown_key(struct mg_reader *r, const struct mg_node *key, const char *what,
	const struct mg_keys *keys)
{
	if (r->diags->count > MG_DIAGS_MAX)
		return; /* looking for near words takes time, too */
	const char **words = words_of(r->arena, keys);
	struct mg_diag *diag = mg_diag_at(r->diags, key,
		mg_is_check_key(key->text) ? "%s does not take '%s'" : "%s has no key '%s'", what,
		mg_diag_quote(r->arena, key->text));
	diag->accepted = mg_diag_words(r->arena, words, keys->count);
	diag->nearest = mg_peer_key(key->text, keys->better, words, keys->count);
	const char *of_task = diag->nearest ? NULL : task_key(r->arena, keys, key->text);
	if (!diag->nearest && !of_task)
		diag->nearest = mg_diag_nearest(key->text, words, keys->count);
	if (!diag->nearest && !of_task)
		diag->nearest = mg_peer_key_near(key->text, keys->better, words, keys->count);
	if (mg_streq(key->text, "threshold") && mg_keys_find(keys, "task"))
		diag->accepted = mg_printf(r->arena,
			"%s: NUMBER for a limit, or task: {threshold: ...} in the check or its suite",
			diag->nearest ? diag->nearest : "min");
	else if (of_task)
		diag->accepted = mg_printf(
			r->arena, "task: {%s: ...} in the check or its suite", of_task);
	if (mg_is_key_of(mg_limit_keys, key->text) && !mg_keys_find(keys, "min"))
		diag->accepted = mg_printf(
			r->arena, "limits in a check, as in - row_count: {min: 1000}");
}

bool mg_is_misspelt(struct mg_reader *r, const struct mg_node *node, const struct mg_keys *keys,
	const char *name)
{
	const char **words = words_of(r->arena, keys);
	size_t count = node && node->type == MG_NODE_MAPPING ? node->count : 0;
	for (size_t i = 0; i < count && i < MG_DIAGS_MAX; i++) {
		const char *key = node->pairs[i].key->text;
		if (!mg_keys_find(keys, key) &&
			mg_streq(mg_diag_nearest(key, words, keys->count), name))
			return true;
	}
	return false;
}

/* Numbers that are absent are NAN; everything else was zeroed by its owner. */
static bool set_default(struct mg_reader *r, const struct mg_key_slot *slot)
{
	const struct mg_field *field = &slot->key->field;
	if (field->default_text)
		return mg_read_field(r,
			mg_node_plain(r->arena, field->default_text, (struct mg_pos){0, 0}), field,
			member(slot));
	if (field->type == MG_FIELD_NUMBER || field->type == MG_FIELD_SHARE ||
		field->type == MG_FIELD_DURATION)
		*(double *)member(slot) = NAN;
	return true;
}

static bool set_value(
	struct mg_reader *r, const struct mg_key_slot *slot, const struct mg_node *value)
{
	const struct mg_field *field = &slot->key->field;
	if (!slot->key->shape)
		return mg_read_field(r, value, field, member(slot));
	*(const struct mg_node **)member(slot) = value;
	return true;
}

static void miss_key(struct mg_reader *r, const struct mg_node *at, const char *what,
	const struct mg_key_slot *slot)
{
	const struct mg_field *field = &slot->key->field;
	mg_diag_at(r->diags, at, "%s needs '%s'", what, field->name)->accepted = mg_printf(
		r->arena, "%s: %s", field->name, field->help);
}

bool mg_read_mapping(struct mg_reader *r, const struct mg_node *node, const struct mg_node *at,
	const char *what, const struct mg_keys *keys)
{
	static const struct mg_node empty = {.type = MG_NODE_MAPPING};
	if (!node || mg_node_is_null(node))
		node = &empty;
	if (!mg_expect(r, node, MG_NODE_MAPPING, what, "a mapping such as {key: value}"))
		return false;
	bool good = true;
	for (size_t i = 0; i < node->count; i++) {
		const struct mg_pair *pair = &node->pairs[i];
		if (!mg_keys_find(keys, pair->key->text)) {
			unknown_key(r, pair->key, what, keys);
			good = false;
		}
	}
	for (size_t i = 0; i < keys->count; i++) {
		const struct mg_key_slot *slot = &keys->list[i];
		const struct mg_node *value = mg_node_get(node, slot->key->field.name);
		if (value) {
			good = set_value(r, slot, value) && good;
		} else if (slot->key->field.required) {
			if (!mg_is_misspelt(r, node, keys, slot->key->field.name))
				miss_key(r, at, what, slot);
			good = false;
		} else {
			good = set_default(r, slot) && good;
		}
	}
	return good;
}

bool mg_read_table(struct mg_reader *r, const struct mg_node *node, const char *what,
	const struct mg_key *table, void *out)
{
	if (!mg_expect(r, node, MG_NODE_MAPPING, what, "a mapping such as {key: value}"))
		return false;
	struct mg_keys keys;
	mg_keys_init(&keys, r->arena);
	mg_keys_add(&keys, table, out);
	return mg_read_mapping(r, node, node, what, &keys);
}
