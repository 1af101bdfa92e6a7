/* schema.c: the JSON Schema of specs, made of the tables that the parser reads by. */
#include "spec/schema.h"

#include <modelgate/engine.h>
#include <modelgate/spec.h>

#include <stdlib.h>

#include "base/text.h"

/* ---- checks ---- */

static bool needs_parameters(const struct mg_check_kind *kind)
{
	bool column = (kind->flags & MG_KIND_COLUMN) && !(kind->flags & MG_KIND_COLUMN_OPTIONAL);
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		if (f->required)
			return true;
	return column;
}

static json_t *check_of(struct mg_schema_writer *s, const struct mg_check_kind *kind)
{
	struct mg_keys keys = {.arena = s->arena};
	mg_keys_of_check(&keys, kind, NULL);
	json_t *json = mg_schema_of_keys(s, &keys, kind);
	json_object_set_new(
		json, "description", json_string(kind->summary ? kind->summary : kind->name));
	if (!needs_parameters(kind))
		json_object_set_new(json, "type", mg_schema_literal("[\"object\", \"null\"]"));
	/* A kind may have a parameter named columns of its own. */
	const struct mg_key_slot *column = mg_keys_find(&keys, "column");
	const struct mg_key_slot *columns = mg_keys_find(&keys, "columns");
	if (!(kind->flags & MG_KIND_COLUMN) || !column->key->shape || !columns->key->shape)
		return json;
	if (kind->flags & MG_KIND_COLUMN_OPTIONAL)
		json_object_set_new(json, "not",
			mg_schema_literal("{\"required\": [\"column\", \"columns\"]}"));
	else
		json_object_set_new(json, "oneOf",
			mg_schema_literal(
				"[{\"required\": [\"column\"]}, {\"required\": [\"columns\"]}]"));
	return json;
}

static void define_checks(struct mg_schema_writer *s)
{
	json_t *checks = mg_schema_object(), *names = json_array(), *bare = json_array();
	json_object_set_new(checks, "minProperties", json_integer(1));
	json_object_set_new(checks, "maxProperties", json_integer(1));
	for (size_t i = 0; s->kinds[i]; i++) {
		const struct mg_check_kind *kind = s->kinds[i];
		const char *def = mg_printf(s->arena, "check.%s", kind->name);
		json_object_set_new(s->defs, def, check_of(s, kind));
		json_object_set_new(
			json_object_get(checks, "properties"), kind->name, mg_schema_ref(s, def));
		json_array_append_new(names, json_string(kind->name));
		if (!needs_parameters(kind))
			json_array_append_new(bare, json_string(kind->name));
	}
	json_t *name = json_object(), *alone = json_object();
	json_object_set_new(name, "enum", names);
	json_object_set_new(alone, "enum", bare);
	json_object_set_new(
		s->defs, "kind", mg_schema_any_of(name, mg_schema_ref(s, "variable"), NULL, NULL));
	json_object_set_new(s->defs, "check",
		mg_schema_any_of(checks, json_array_size(bare) ? alone : NULL, NULL, NULL));
	if (!json_array_size(bare))
		json_decref(alone);
	json_t *list = mg_schema_literal("{\"type\": \"array\", \"minItems\": 1}");
	json_object_set_new(list, "items", mg_schema_ref(s, "check"));
	json_object_set_new(s->defs, "checks", list);
}

/* ---- definitions ---- */

static json_t *name_form(enum mg_name_type type)
{
	json_t *json = mg_schema_pattern(mg_name_rules[type].pattern);
	json_object_set_new(json, "maxLength", json_integer((json_int_t)mg_name_rules[type].most));
	return json;
}

static void define_names(struct mg_schema_writer *s)
{
	static const struct {
		const char *shape;
		enum mg_name_type type;
	} names[] = {{"model-name", MG_NAME_MODEL}, {"owner", MG_NAME_OWNER},
		{"check-name", MG_NAME_CHECK}, {"slice-name", MG_NAME_SLICE},
		{"stage-name", MG_NAME_STAGE}, {"tag", MG_NAME_TAG}, {"reason", MG_NAME_REASON}};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_set_new(s->defs, names[i].shape,
			mg_schema_any_of(name_form(names[i].type), mg_schema_ref(s, "variable"),
				NULL, NULL));
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
static void define_by_name(struct mg_schema_writer *s, const char *def, enum mg_name_type type,
	const char *value, int least)
{
	json_t *json = mg_schema_literal("{\"type\": \"object\"}");
	if (least)
		json_object_set_new(json, "minProperties", json_integer(least));
	json_object_set_new(json, "propertyNames", name_form(type));
	json_object_set_new(json, "additionalProperties", mg_schema_ref(s, value));
	json_object_set_new(s->defs, def, json);
}

static void define_overlay(struct mg_schema_writer *s)
{
	static const struct mg_key warn[] = {
		{.field = {.name = "warn", .help = "limits that only warn when broken"},
			.shape = "warn"},
		MG_KEYS_END};
	struct mg_keys keys;
	mg_keys_init(&keys, s->arena);
	mg_keys_add(&keys, mg_limit_keys, NULL);
	mg_keys_add(&keys, warn, NULL);
	json_t *json = mg_schema_literal("{\"type\": \"object\"}");
	json_object_set_new(json, "additionalProperties", mg_schema_of_keys(s, &keys, NULL));
	json_object_set_new(s->defs, "limits-overlay", json);
}

/* One engine with its keys, or its name alone. */
static void define_connections(struct mg_schema_writer *s)
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
		json_t *one = mg_schema_of_keys(s, &keys, NULL);
		json_object_set_new(one, "description", json_string(engine->summary));
		json_object_set_new(engines, engine->name, one);
		json_array_append_new(names, json_string(engine->name));
	}
	json_t *mapping = mg_schema_literal(
		"{\"type\": \"object\", \"minProperties\": 1, "
		"\"maxProperties\": 1, \"additionalProperties\": false}");
	json_object_set_new(mapping, "properties", engines);
	json_t *word = json_object(), *any = json_array(), *out = json_object();
	json_object_set_new(word, "enum", names);
	json_array_append_new(any, word);
	json_array_append_new(any, mapping);
	json_object_set_new(out, "anyOf", any);
	json_object_set_new(s->defs, "connection", out);
	json_object_set_new(s->defs, "connections-overlay",
		mg_schema_literal("{\"type\": \"object\", \"additionalProperties\": {\"$ref\": "
				  "\"#/$defs/connection\"}}"));
}

static void define_all(struct mg_schema_writer *s)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		json_object_set_new(s->defs, shapes[i].name, mg_schema_literal(shapes[i].json));
	define_names(s);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		json_t *json = mg_schema_of_table(s, tables[i].table);
		if (tables[i].also) {
			json_t *also = mg_schema_literal(tables[i].also);
			json_object_update(json, also);
			json_decref(also);
		}
		json_object_set_new(s->defs, tables[i].name, json);
	}
	struct mg_keys suite;
	mg_keys_init(&suite, s->arena);
	mg_keys_of_suite(&suite, NULL, NULL);
	json_object_set_new(s->defs, "suite", mg_schema_of_keys(s, &suite, NULL));
	/* Values of variables are not replaced themselves. */
	json_object_set_new(s->defs, "value",
		mg_schema_literal("{\"type\": [\"string\", \"number\", \"boolean\"], \"pattern\": "
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
	struct mg_schema_writer s = {
		.arena = arena, .kinds = kinds, .engines = engines, .defs = json_object()};
	json_t *root = json_object();
	json_object_set_new(
		root, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(root, "title", json_string("modelgate spec"));
	json_object_set_new(root, "description",
		json_string("What a model is checked for before it may move on"));
	define_all(&s);
	json_t *top = mg_schema_of_table(&s, mg_spec_keys);
	json_object_update(root, top);
	json_decref(top);
	json_object_set_new(root, "$defs", s.defs);
	/* jansson prints 17 digits by default: 0.9999 shall stay 0.9999. */
	char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	json_decref(root);
	return text ? mg_arena_own(arena, text) : NULL;
}
