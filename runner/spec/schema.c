/* schema.c: the JSON Schema of specs, made of the tables that the parser reads by. */
#include <modelgate/engine.h>
#include <modelgate/spec.h>

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "spec/keys.h"
#include "spec/read.h"

struct schema {
	struct mg_arena *arena;
	const struct mg_check_kind *const *kinds;
	const struct mg_engine_ops *const *engines;
	json_t *defs;
};

/* ---- JSON by pieces ---- */

/* A fragment that is written out; a mistake in it is ours. */
static json_t *literal(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
	assert(json);
	return json;
}

static json_t *ref(struct schema *s, const char *name)
{
	json_t *json = json_object();
	json_object_set_new(json, "$ref", json_string(mg_printf(s->arena, "#/$defs/%s", name)));
	return json;
}

/* anyOf of up to four forms; NULLs are left out. */
static json_t *any_of(json_t *a, json_t *b, json_t *c, json_t *d)
{
	json_t *list = json_array();
	json_t *const forms[] = {a, b, c, d};
	for (size_t i = 0; i < 4; i++)
		if (forms[i])
			json_array_append_new(list, forms[i]);
	json_t *json = json_object();
	json_object_set_new(json, "anyOf", list);
	return json;
}

static json_t *words(const char *const *list)
{
	json_t *array = json_array();
	for (; *list; list++)
		json_array_append_new(array, json_string(*list));
	json_t *json = json_object();
	json_object_set_new(json, "enum", array);
	return json;
}

static void set_number(json_t *json, const char *key, double x)
{
	if (isnan(x))
		return;
	json_object_set_new(json, key,
		x == floor(x) && fabs(x) < 1e15 ? json_integer((json_int_t)x) : json_real(x));
}

static json_t *number(const char *type, double least, double most)
{
	json_t *json = json_object();
	json_object_set_new(json, "type", json_string(type));
	set_number(json, "minimum", least);
	set_number(json, "maximum", most);
	return json;
}

static json_t *pattern(const char *regex)
{
	json_t *json = json_object();
	json_object_set_new(json, "type", json_string("string"));
	json_object_set_new(json, "pattern", json_string(regex));
	return json;
}

/* Percentages between two shares; exact for the usual ends 0, 1 and -1. */
static json_t *percent(double least, double most)
{
	static const char whole[] = "(0*100(\\.0*)?|0*[0-9]{1,2}(\\.[0-9]*)?|\\.[0-9]+)%$";
	char regex[128];
	if (most == 1 && (least == 0 || least == -1))
		snprintf(regex, sizeof(regex), "^%s%s", least < 0 ? "-?" : "", whole);
	else if (most < 1 && least == 0)
		snprintf(regex, sizeof(regex), "^(0*[0-9]{1,2}(\\.[0-9]*)?|\\.[0-9]+)%%$");
	else
		snprintf(regex, sizeof(regex), "^%s([0-9]+(\\.[0-9]*)?|\\.[0-9]+)%%$",
			least >= 0 ? "" : "-?");
	return pattern(regex);
}

static json_t *duration(void)
{
	return pattern("^[0-9]+(\\.[0-9]*)?(ms|s|m|h|d|w)$");
}

/* ---- fields ---- */

static json_t *field_form(struct schema *s, const struct mg_field *f)
{
	json_t *variable = ref(s, "variable");
	double least = f->least, most = f->most;
	switch (f->type) {
	case MG_FIELD_NUMBER:
		return any_of(number("number", least, most), variable, NULL, NULL);
	case MG_FIELD_INTEGER:
		return any_of(number("integer", least, most), variable, NULL, NULL);
	case MG_FIELD_SHARE:
		least = isnan(least) ? 0 : least;
		most = isnan(most) ? 1 : most;
		return any_of(number("number", least, most), percent(least, most), variable, NULL);
	case MG_FIELD_DURATION:
		return any_of(number("number", least, most), duration(), variable, NULL);
	case MG_FIELD_BOOL:
		return any_of(literal("{\"type\": \"boolean\"}"), variable, NULL, NULL);
	case MG_FIELD_CHOICE:
		return any_of(words(f->choices), variable, NULL, NULL);
	default:
		break;
	}
	json_decref(variable);
	switch (f->type) {
	case MG_FIELD_TEXT:
		return ref(s, "text");
	case MG_FIELD_COLUMNS:
		return ref(s, "selectors");
	case MG_FIELD_TEXTS:
		return ref(s, "texts");
	case MG_FIELD_VALUES:
		return ref(s, "values");
	case MG_FIELD_MAP:
		return ref(s, "map");
	case MG_FIELD_BY_COLUMN:
		return ref(s, "by-column");
	case MG_FIELD_TARGET:
		return ref(s, "target");
	case MG_FIELD_KIND:
		return ref(s, "kind");
	case MG_FIELD_SCALAR:
		return ref(s, "scalar");
	default:
		return ref(s, "filled-text");
	}
}

/* The default as the value that it is. */
static json_t *default_of(const struct mg_field *f)
{
	double x;
	if (f->type == MG_FIELD_BOOL)
		return json_boolean(strcmp(f->default_text, "true") == 0);
	bool numeric = f->type == MG_FIELD_NUMBER || f->type == MG_FIELD_INTEGER ||
		f->type == MG_FIELD_SHARE || f->type == MG_FIELD_DURATION;
	if (!numeric || !mg_parse_double(f->default_text, false, &x))
		return json_string(f->default_text);
	return x == floor(x) && fabs(x) < 1e15 ? json_integer((json_int_t)x) : json_real(x);
}

/* ---- limits ---- */

static json_t *limit_form(struct schema *s, const struct mg_limit_rule *rule, enum mg_limit_op op)
{
	if (op == MG_MAX_FAILING)
		return any_of(literal("{\"type\": \"integer\", \"minimum\": 0}"),
			ref(s, "variable"), NULL, NULL);
	if (op == MG_WITHIN)
		return any_of(pattern("^(?!0+([.]0*)? )([0-9]{1,2}([.][0-9]*)?|100) +(sigma|mad)$"),
			ref(s, "variable"), NULL, NULL);
	bool relative = mg_limit_relative(op);
	double least = relative ? 0 : rule->least, most = relative ? NAN : rule->most;
	json_t *plain = number("number", least, most);
	/* Strict limits at the end of the range could never hold. */
	if (op == MG_ABOVE && !isnan(most)) {
		json_object_del(plain, "maximum");
		set_number(plain, "exclusiveMaximum", most);
	}
	if (op == MG_BELOW && !isnan(least)) {
		json_object_del(plain, "minimum");
		set_number(plain, "exclusiveMinimum", least);
	}
	const char *moment = "{\"type\": \"string\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}\"}";
	bool shares = relative || rule->unit == MG_UNIT_NONE || rule->unit == MG_UNIT_SHARE;
	return any_of(plain, shares ? percent(least, most) : NULL,
		rule->unit == MG_UNIT_SECONDS       ? duration()
			: rule->moment && !relative ? literal(moment)
						    : NULL,
		ref(s, "variable"));
}

static json_t *tolerance_form(struct schema *s, const struct mg_limit_rule *rule)
{
	struct mg_limit_rule width = *rule;
	width.least = 0;
	width.most = NAN;
	if (rule->moment)
		return any_of(
			number("number", 0, NAN), percent(0, NAN), duration(), ref(s, "variable"));
	return limit_form(s, &width, MG_EQUALS);
}

/* The part of a definition's name that tells rules apart: "share-0-1". */
static const char *rule_id(struct mg_arena *arena, const struct mg_limit_rule *rule)
{
	static const char *const units[] = {"number", "share", "count", "seconds"};
	const char *least = isnan(rule->least) ? "open" : mg_double_text(arena, rule->least);
	const char *most = isnan(rule->most) ? "open" : mg_double_text(arena, rule->most);
	return mg_printf(arena, "%s-%s-%s%s%s", units[rule->unit], least, most,
		rule->failing ? "-of-rows" : "", rule->moment ? "-or-moment" : "");
}

static json_t *described(json_t *form, const struct mg_field *field);

/* One limit key under this rule; `rule` NULL: of any kind. Kinds of one rule share it. */
static json_t *limit_ref(
	struct schema *s, const struct mg_key *key, const struct mg_limit_rule *rule)
{
	if (!rule)
		return described(ref(s, "limit"), &key->field);
	const char *def = mg_printf(s->arena, "%s.%s", key->field.name, rule_id(s->arena, rule));
	if (!json_object_get(s->defs, def)) {
		size_t op = (key->field.offset - offsetof(struct mg_raw_limits, op)) /
			sizeof(struct mg_node *);
		json_t *form = strcmp(key->shape, "tolerance") == 0
			? tolerance_form(s, rule)
			: limit_form(s, rule, (enum mg_limit_op)op);
		json_object_set_new(s->defs, def, described(form, &key->field));
	}
	return ref(s, def);
}

/* ---- objects by their tables ---- */

static json_t *object(void)
{
	return literal(
		"{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}");
}

static json_t *described(json_t *form, const struct mg_field *field)
{
	json_object_set_new(form, "description", json_string(field->help));
	if (field->default_text)
		json_object_set_new(form, "default", default_of(field));
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

/* `warn:` and `effect:`. */
static json_t *limits_ref(struct schema *s, const struct mg_key *key, const struct mg_key *table,
	const struct mg_limit_rule *rule)
{
	const char *def = mg_printf(
		s->arena, "%s.%s", key->field.name, rule ? rule_id(s->arena, rule) : "any");
	if (!json_object_get(s->defs, def)) {
		json_t *json = object();
		json_object_set_new(json, "minProperties", json_integer(1));
		for (; table->field.name; table++)
			if (!table->needs || !rule || rule->failing)
				add_property(json, &table->field, limit_ref(s, table, rule));
		json_object_set_new(s->defs, def, described(json, &key->field));
	}
	return ref(s, def);
}

/* A key that checks of many kinds have is written out once. */
static json_t *shared_ref(struct schema *s, const struct mg_key *key)
{
	const char *def = mg_printf(s->arena, "key.%s", key->field.name);
	if (!json_object_get(s->defs, def)) {
		json_t *form = key->shape ? ref(s, key->shape) : field_form(s, &key->field);
		json_object_set_new(s->defs, def, described(form, &key->field));
	}
	return ref(s, def);
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
	struct schema *s, const struct mg_key *key, const struct mg_check_kind *kind)
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
	return described(key->shape ? ref(s, shape) : field_form(s, &key->field), &key->field);
}

static json_t *object_of(
	struct schema *s, const struct mg_keys *keys, const struct mg_check_kind *kind)
{
	json_t *json = object();
	for (size_t i = 0; i < keys->count; i++)
		add_property(json, &keys->list[i].key->field, key_form(s, keys->list[i].key, kind));
	return json;
}

static json_t *object_of_table(struct schema *s, const struct mg_key *table)
{
	struct mg_keys keys;
	mg_keys_init(&keys, s->arena);
	mg_keys_add(&keys, table, NULL);
	return object_of(s, &keys, NULL);
}

/* ---- checks ---- */

static bool needs_parameters(const struct mg_check_kind *kind)
{
	bool column = (kind->flags & MG_KIND_COLUMN) && !(kind->flags & MG_KIND_COLUMN_OPTIONAL);
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		if (f->required)
			return true;
	return column;
}

static json_t *check_of(struct schema *s, const struct mg_check_kind *kind)
{
	struct mg_keys keys = {.arena = s->arena};
	mg_keys_of_check(&keys, kind, NULL);
	json_t *json = object_of(s, &keys, kind);
	json_object_set_new(
		json, "description", json_string(kind->summary ? kind->summary : kind->name));
	if (!needs_parameters(kind))
		json_object_set_new(json, "type", literal("[\"object\", \"null\"]"));
	/* A kind may have a parameter named columns of its own. */
	const struct mg_key_slot *column = mg_keys_find(&keys, "column");
	const struct mg_key_slot *columns = mg_keys_find(&keys, "columns");
	if (!(kind->flags & MG_KIND_COLUMN) || !column->key->shape || !columns->key->shape)
		return json;
	if (kind->flags & MG_KIND_COLUMN_OPTIONAL)
		json_object_set_new(
			json, "not", literal("{\"required\": [\"column\", \"columns\"]}"));
	else
		json_object_set_new(json, "oneOf",
			literal("[{\"required\": [\"column\"]}, {\"required\": [\"columns\"]}]"));
	return json;
}

static void define_checks(struct schema *s)
{
	json_t *checks = object(), *names = json_array(), *bare = json_array();
	json_object_set_new(checks, "minProperties", json_integer(1));
	json_object_set_new(checks, "maxProperties", json_integer(1));
	for (size_t i = 0; s->kinds[i]; i++) {
		const struct mg_check_kind *kind = s->kinds[i];
		const char *def = mg_printf(s->arena, "check.%s", kind->name);
		json_object_set_new(s->defs, def, check_of(s, kind));
		json_object_set_new(json_object_get(checks, "properties"), kind->name, ref(s, def));
		json_array_append_new(names, json_string(kind->name));
		if (!needs_parameters(kind))
			json_array_append_new(bare, json_string(kind->name));
	}
	json_t *name = json_object(), *alone = json_object();
	json_object_set_new(name, "enum", names);
	json_object_set_new(alone, "enum", bare);
	json_object_set_new(s->defs, "kind", any_of(name, ref(s, "variable"), NULL, NULL));
	json_object_set_new(
		s->defs, "check", any_of(checks, json_array_size(bare) ? alone : NULL, NULL, NULL));
	if (!json_array_size(bare))
		json_decref(alone);
	json_t *list = literal("{\"type\": \"array\", \"minItems\": 1}");
	json_object_set_new(list, "items", ref(s, "check"));
	json_object_set_new(s->defs, "checks", list);
}

/* ---- definitions ---- */

static json_t *name_form(enum mg_name_type type)
{
	json_t *json = pattern(mg_name_rules[type].pattern);
	json_object_set_new(json, "maxLength", json_integer((json_int_t)mg_name_rules[type].most));
	return json;
}

static void define_names(struct schema *s)
{
	static const struct {
		const char *shape;
		enum mg_name_type type;
	} names[] = {{"model-name", MG_NAME_MODEL}, {"owner", MG_NAME_OWNER},
		{"check-name", MG_NAME_CHECK}, {"slice-name", MG_NAME_SLICE},
		{"stage-name", MG_NAME_STAGE}, {"tag", MG_NAME_TAG}, {"reason", MG_NAME_REASON}};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_set_new(s->defs, names[i].shape,
			any_of(name_form(names[i].type), ref(s, "variable"), NULL, NULL));
}

/* Shapes that no table says. */
static const struct {
	const char *name, *json;
} shapes[] = {
	{"variable",
		"{\"type\": \"string\", \"pattern\": \"\\\\$\\\\{\", \"description\": \"a text with a variable: ${name}\"}"},
	{"version", "{\"const\": 1}"},
	{"text", "{\"type\": [\"string\", \"number\", \"boolean\"]}"},
	{"filled-text",
		"{\"type\": [\"string\", \"number\", \"boolean\"], \"pattern\": \"[^ \\\\t\\\\r\\\\n]\"}"},
	{"name-of-column", "{\"type\": [\"string\", \"number\", \"boolean\"], \"minLength\": 1}"},
	{"scalar", "{\"type\": [\"string\", \"number\", \"boolean\", \"null\"]}"},
	{"true", "{\"anyOf\": [{\"const\": true}, {\"$ref\": \"#/$defs/variable\"}]}"},
	{"bool", "{\"anyOf\": [{\"type\": \"boolean\"}, {\"$ref\": \"#/$defs/variable\"}]}"},
	{"limit",
		"{\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"string\", \"pattern\": "
		"\"^-?([0-9]+(\\\\.[0-9]*)?|\\\\.[0-9]+)(%|ms|s|m|h|d|w)$|^[0-9]{4}-[0-9]{2}-[0-9]{2}\"}, {\"$ref\": "
		"\"#/$defs/variable\"}]}"},
	{"delimiter",
		"{\"type\": [\"string\", \"number\", \"boolean\"], \"minLength\": 1, \"maxLength\": 4}"},
	{"quote", "{\"type\": [\"string\", \"number\", \"boolean\"], \"maxLength\": 1}"},
	{"missing",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/text\"}, {\"type\": \"array\", \"uniqueItems\": true, "
		"\"items\": {\"$ref\": \"#/$defs/text\"}}]}"},
	{"tags",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/tag\"}, {\"type\": \"array\", \"uniqueItems\": true, "
		"\"items\": {\"$ref\": \"#/$defs/tag\"}}]}"},
	{"texts",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/name-of-column\"}, {\"type\": \"array\", \"minItems\": 1, "
		"\"uniqueItems\": true, \"items\": {\"$ref\": \"#/$defs/name-of-column\"}}]}"},
	{"suite-names",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/filled-text\"}, {\"type\": \"array\", \"minItems\": 1, "
		"\"uniqueItems\": true, \"items\": {\"$ref\": \"#/$defs/filled-text\"}}]}"},
	{"values",
		"{\"anyOf\": [{\"type\": [\"string\", \"number\", \"boolean\"]}, {\"type\": \"array\", "
		"\"minItems\": 1, \"items\": {\"$ref\": \"#/$defs/scalar\"}}]}"},
	{"map",
		"{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"$ref\": "
		"\"#/$defs/filled-text\"}}"},
	{"comment", "{\"type\": \"string\", \"minLength\": 1, \"maxLength\": 1}"},
	{"by-column",
		"{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"$ref\": "
		"\"#/$defs/texts\"}}"},
	{"types",
		"{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"anyOf\": "
		"[{\"type\": \"string\", \"pattern\": \"^[ \\t]*[A-Za-z][A-Za-z0-9_ (),\\t]*$\"}, {\"$ref\": "
		"\"#/$defs/variable\"}, {\"type\": \"object\", \"minProperties\": 1, \"maxProperties\": 1, "
		"\"additionalProperties\": false, \"properties\": {\"date\": {\"$ref\": "
		"\"#/$defs/filled-text\"}, \"timestamp\": {\"$ref\": \"#/$defs/filled-text\"}, "
		"\"timestamptz\": {\"$ref\": \"#/$defs/filled-text\"}}}]}}"},
	{"target",
		"{\"type\": \"object\", \"required\": [\"data\", \"column\"], \"properties\": {\"data\": {\"$ref\": "
		"\"#/$defs/filled-text\", \"description\": \"dataset\"}, \"column\": {\"$ref\": "
		"\"#/$defs/filled-text\", \"description\": \"column\"}}, \"additionalProperties\": false}"},
	{"slices",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/name-of-column\"}, {\"type\": \"array\", \"items\": "
		"{\"anyOf\": [{\"$ref\": \"#/$defs/name-of-column\"}, {\"$ref\": \"#/$defs/slice\"}]}}]}"},
	{"selectors",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/name-of-column\"}, {\"$ref\": \"#/$defs/selector\"}, "
		"{\"type\": \"array\", \"minItems\": 1, \"items\": {\"anyOf\": [{\"$ref\": "
		"\"#/$defs/name-of-column\"}, {\"$ref\": \"#/$defs/selector\"}]}}]}"},
	{"baseline",
		"{\"anyOf\": [{\"enum\": [\"reference\", \"dummy\"]}, {\"$ref\": \"#/$defs/baseline-source\"}, "
		"{\"$ref\": \"#/$defs/variable\"}]}"},
	{"reference",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/filled-text\"}, {\"$ref\": \"#/$defs/reference-rows\"}]}"},
	{"dataset-or-path",
		"{\"anyOf\": [{\"$ref\": \"#/$defs/filled-text\"}, {\"$ref\": \"#/$defs/dataset\"}]}"},
	{"version-of-table",
		"{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0}, {\"type\": \"string\", "
		"\"pattern\": \"^[0-9]{1,18}$\"}, {\"$ref\": \"#/$defs/variable\"}]}"},
	{"data-overlay",
		"{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"#/$defs/dataset-or-path\"}}"},
};

/* Shapes that are objects by a table, with what the table cannot say. */
static const struct {
	const char *name;
	const struct mg_key *table;
	const char *also; /* more keywords, or NULL */
} tables[] = {
	{"dataset", mg_data_keys,
		"{\"dependentSchemas\": {\"sql\": {\"properties\": {\"path\": false, \"table\": false, "
		"\"profile\": false, \"format\": false, \"csv\": false, \"types\": false}}, \"table\": "
		"{\"properties\": {\"path\": false, \"profile\": false, \"format\": false, \"csv\": false, "
		"\"types\": false}}, \"profile\": {\"properties\": {\"path\": false, \"format\": false, "
		"\"csv\": false, \"types\": false, \"where\": false, \"key\": false, \"missing\": false, "
		"\"connection\": false}}}}"},
	{"csv", mg_csv_keys, NULL},
	{"task", mg_task_keys, NULL},
	{"reference-rows", mg_reference_keys,
		"{\"oneOf\": [{\"required\": [\"data\"]}, {\"required\": [\"profile\"], \"properties\": "
		"{\"where\": false}}]}"},
	{"slice", mg_slice_keys,
		"{\"oneOf\": [{\"required\": [\"column\"], \"properties\": {\"where\": false}}, "
		"{\"required\": [\"name\", \"where\"], \"properties\": {\"column\": false}}]}"},
	{"selector", mg_selector_keys,
		"{\"minProperties\": 1, \"dependentSchemas\": {\"name\": {\"maxProperties\": 1}}}"},
	{"baseline-source", mg_baseline_keys,
		"{\"minProperties\": 1, \"maxProperties\": 2, \"if\": {\"required\": [\"same_hour_of\"]}, "
		"\"then\": {\"required\": [\"previous\"]}, \"else\": {\"maxProperties\": 1}}"},
	{"stage", mg_stage_keys, NULL},
};

/* Objects whose keys are names. */
static void define_by_name(
	struct schema *s, const char *def, enum mg_name_type type, const char *value, int least)
{
	json_t *json = literal("{\"type\": \"object\"}");
	if (least)
		json_object_set_new(json, "minProperties", json_integer(least));
	json_object_set_new(json, "propertyNames", name_form(type));
	json_object_set_new(json, "additionalProperties", ref(s, value));
	json_object_set_new(s->defs, def, json);
}

static void define_overlay(struct schema *s)
{
	static const struct mg_key warn[] = {
		{.field = {.name = "warn", .help = "limits that only warn when broken"},
			.shape = "warn"},
		MG_KEYS_END};
	struct mg_keys keys;
	mg_keys_init(&keys, s->arena);
	mg_keys_add(&keys, mg_limit_keys, NULL);
	mg_keys_add(&keys, warn, NULL);
	json_t *json = literal("{\"type\": \"object\"}");
	json_object_set_new(json, "additionalProperties", object_of(s, &keys, NULL));
	json_object_set_new(s->defs, "limits-overlay", json);
}

/* One engine with its keys, or its name alone. */
static void define_connections(struct schema *s)
{
	json_t *engines = json_object(), *names = json_array();
	for (size_t i = 0; s->engines && s->engines[i]; i++) {
		const struct mg_engine_ops *engine = s->engines[i];
		struct mg_keys keys;
		if (!engine->summary)
			continue;
		mg_keys_init(&keys, s->arena);
		for (const struct mg_field *f = engine->fields; f->name; f++) {
			struct mg_key *key = mg_alloc(s->arena, 2 * sizeof(*key));
			key->field = *f;
			mg_keys_add(&keys, key, NULL);
		}
		json_t *one = object_of(s, &keys, NULL);
		json_object_set_new(one, "description", json_string(engine->summary));
		json_object_set_new(engines, engine->name, one);
		json_array_append_new(names, json_string(engine->name));
	}
	json_t *mapping = literal("{\"type\": \"object\", \"minProperties\": 1, "
				  "\"maxProperties\": 1, \"additionalProperties\": false}");
	json_object_set_new(mapping, "properties", engines);
	json_t *word = json_object(), *any = json_array(), *out = json_object();
	json_object_set_new(word, "enum", names);
	json_array_append_new(any, word);
	json_array_append_new(any, mapping);
	json_object_set_new(out, "anyOf", any);
	json_object_set_new(s->defs, "connection", out);
	json_object_set_new(s->defs, "connections-overlay",
		literal("{\"type\": \"object\", \"additionalProperties\": {\"$ref\": "
			"\"#/$defs/connection\"}}"));
}

static void define_all(struct schema *s)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		json_object_set_new(s->defs, shapes[i].name, literal(shapes[i].json));
	define_names(s);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		json_t *json = object_of_table(s, tables[i].table);
		if (tables[i].also) {
			json_t *also = literal(tables[i].also);
			json_object_update(json, also);
			json_decref(also);
		}
		json_object_set_new(s->defs, tables[i].name, json);
	}
	struct mg_keys suite;
	mg_keys_init(&suite, s->arena);
	mg_keys_of_suite(&suite, NULL, NULL);
	json_object_set_new(s->defs, "suite", object_of(s, &suite, NULL));
	/* Values of variables are not replaced themselves. */
	json_object_set_new(s->defs, "value",
		literal("{\"type\": [\"string\", \"number\", \"boolean\"], \"pattern\": "
			"\"^((?!\\\\$\\\\{)[\\\\s\\\\S])*$\"}"));
	define_by_name(s, "vars", MG_NAME_VAR, "value", 0);
	define_connections(s);
	define_by_name(s, "connections", MG_NAME_CONNECTION, "connection", 0);
	define_by_name(s, "data", MG_NAME_DATA, "dataset-or-path", 0);
	define_by_name(s, "suites", MG_NAME_SUITE, "suite", 1);
	define_by_name(s, "stages", MG_NAME_STAGE, "stage", 0);
	json_object_set_new(json_object_get(s->defs, "stages"), "maxProperties",
		json_integer(MG_SPEC_MAX_STAGES));
	define_overlay(s);
	define_checks(s);
}

char *mg_spec_schema(struct mg_arena *arena, const struct mg_check_kind *const *kinds,
	const struct mg_engine_ops *const *engines)
{
	struct schema s = {
		.arena = arena, .kinds = kinds, .engines = engines, .defs = json_object()};
	json_t *root = json_object();
	json_object_set_new(
		root, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(root, "title", json_string("modelgate spec"));
	json_object_set_new(root, "description",
		json_string("What a model is checked for before it may move on"));
	define_all(&s);
	json_t *top = object_of_table(&s, mg_spec_keys);
	json_object_update(root, top);
	json_decref(top);
	json_object_set_new(root, "$defs", s.defs);
	/* jansson prints 17 digits by default: 0.9999 shall stay 0.9999. */
	char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	json_decref(root);
	return text ? mg_arena_own(arena, text) : NULL;
}
