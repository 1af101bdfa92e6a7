/* schema_objects.c: JSON Schemas of mappings, by their tables of keys. */
#include "spec/schema.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

json_t *mg_schema_object(void)
{
	return mg_schema_literal(
		"{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}");
}

static json_t *described(json_t *form, const struct mg_field *field)
{
	json_object_set_new(form, "description", json_string(field->help));
	if (field->default_text)
		json_object_set_new(form, "default", mg_schema_default(field));
	return form;
}

static void add_property(json_t *json, const struct mg_field *field, json_t *form)
{
	json_object_set_new(json_object_get(json, "properties"), field->name, form);
	if (!field->required)
		return;
	json_t *required = json_object_get(json, "required");
	if (!required) {
		required = json_array();
		json_object_set_new(json, "required", required);
	}
	json_array_append_new(required, json_string(field->name));
}

/* ---- limits ---- */

/* The part of a definition's name that tells rules apart: "share-0-1". */
static const char *rule_id(struct mg_arena *arena, const struct mg_limit_rule *rule)
{
	static const char *const units[] = {"number", "share", "count", "seconds"};
	const char *least = isnan(rule->least) ? "open" : mg_double_text(arena, rule->least);
	const char *most = isnan(rule->most) ? "open" : mg_double_text(arena, rule->most);
	return mg_printf(arena, "%s-%s-%s%s%s", units[rule->unit], least, most,
		rule->failing ? "-of-rows" : "", rule->moment ? "-or-moment" : "");
}

/* One limit key under this rule; `rule` NULL: of any kind. Kinds of one rule share it. */
static json_t *limit_ref(
	struct mg_schema_writer *s, const struct mg_key *key, const struct mg_limit_rule *rule)
{
	if (!rule)
		return described(mg_schema_ref(s, "limit"), &key->field);
	const char *def = mg_printf(s->arena, "%s.%s", key->field.name, rule_id(s->arena, rule));
	if (!json_object_get(s->defs, def)) {
		size_t op = (key->field.offset - offsetof(struct mg_raw_limits, op)) /
			sizeof(struct mg_node *);
		json_t *form = strcmp(key->shape, "tolerance") == 0
			? mg_schema_of_tolerance(s, rule)
			: mg_schema_of_limit(s, rule, (enum mg_limit_op)op);
		json_object_set_new(s->defs, def, described(form, &key->field));
	}
	return mg_schema_ref(s, def);
}

/* `warn:` and `effect:`. */
static json_t *limits_ref(struct mg_schema_writer *s, const struct mg_key *key,
	const struct mg_key *table, const struct mg_limit_rule *rule)
{
	const char *def = mg_printf(
		s->arena, "%s.%s", key->field.name, rule ? rule_id(s->arena, rule) : "any");
	if (!json_object_get(s->defs, def)) {
		json_t *json = mg_schema_object();
		json_object_set_new(json, "minProperties", json_integer(1));
		for (; table->field.name; table++)
			if (!table->needs || !rule || rule->failing)
				add_property(json, &table->field, limit_ref(s, table, rule));
		json_object_set_new(s->defs, def, described(json, &key->field));
	}
	return mg_schema_ref(s, def);
}

/* ---- objects by their tables ---- */

/* A key that checks of many kinds have is written out once. */
static json_t *shared_ref(struct mg_schema_writer *s, const struct mg_key *key)
{
	const char *def = mg_printf(s->arena, "key.%s", key->field.name);
	if (!json_object_get(s->defs, def)) {
		json_t *form = key->shape ? mg_schema_ref(s, key->shape)
					  : mg_schema_of_field(s, &key->field);
		json_object_set_new(s->defs, def, described(form, &key->field));
	}
	return mg_schema_ref(s, def);
}

static bool is_shared(const struct mg_key *key)
{
	const struct mg_key *const shared[] = {mg_common_keys, mg_column_keys, mg_check_keys};
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		for (const struct mg_key *k = shared[i]; k->field.name; k++)
			if (k == key)
				return true;
	return false;
}

static json_t *key_form(
	struct mg_schema_writer *s, const struct mg_key *key, const struct mg_check_kind *kind)
{
	struct mg_limit_rule rule = {.unit = MG_UNIT_NONE, .least = NAN, .most = NAN};
	struct mg_limit_rule effect = rule;
	if (kind) {
		rule = mg_limit_rule(kind);
		effect = mg_effect_rule(kind);
	}
	const char *shape = key->shape ? key->shape : "";
	if (strcmp(shape, "limit") == 0 || strcmp(shape, "tolerance") == 0)
		return limit_ref(s, key, kind ? &rule : NULL);
	if (strcmp(shape, "warn") == 0)
		return limits_ref(s, key, mg_limit_keys, kind ? &rule : NULL);
	if (strcmp(shape, "effect") == 0)
		return limits_ref(s, key, mg_effect_keys, &effect);
	if (is_shared(key))
		return shared_ref(s, key);
	return described(key->shape ? mg_schema_ref(s, shape) : mg_schema_of_field(s, &key->field),
		&key->field);
}

json_t *mg_schema_of_keys(
	struct mg_schema_writer *s, const struct mg_keys *keys, const struct mg_check_kind *kind)
{
	json_t *json = mg_schema_object();
	for (size_t i = 0; i < keys->count; i++)
		add_property(json, &keys->list[i].key->field, key_form(s, keys->list[i].key, kind));
	return json;
}

json_t *mg_schema_of_table(struct mg_schema_writer *s, const struct mg_key *table)
{
	struct mg_keys keys;
	mg_keys_init(&keys, s->arena);
	mg_keys_add(&keys, table, NULL);
	return mg_schema_of_keys(s, &keys, NULL);
}
