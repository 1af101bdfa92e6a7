/* run_schema.c: the JSON Schema of run.json, made of the tables that it is written and read by; and of other files that have such tables. */
#include <modelgate/report.h>

#include <assert.h>

#include "report/json_out.h"
#include "report/run_fields.h"

static const char run_description[] =
	"Written by 'modelgate run --json FILE', read by 'modelgate report'. Later versions of the "
	"program may add keys; readers pass over keys that they do not know. A change of meaning "
	"changes the number in `format`.";

/* What a type is, as the members of a schema; NULL: add_form makes them from the field. */
static const char *const forms[MG_RUN_TYPES] = {
	[MG_RUN_TEXT] = "\"type\": \"string\"",
	[MG_RUN_TEXT_OR_NULL] = "\"type\": [\"string\", \"null\"]",
	[MG_RUN_LINES] = "\"type\": [\"string\", \"null\"]",
	[MG_RUN_DIGITS] = "\"type\": \"string\", \"pattern\": \"^-?[0-9]+([.][0-9]+)?$\"",
	[MG_RUN_SEAL] = "\"type\": \"string\", \"pattern\": \"^sha256:[0-9a-f]{64}$\"",
	[MG_RUN_BOOL] = "\"type\": \"boolean\"",
	[MG_RUN_HELD] = "\"type\": \"boolean\"",
	[MG_RUN_NUMBER] = "\"$ref\": \"#/$defs/number\"",
	[MG_RUN_MEASURED] = "\"$ref\": \"#/$defs/number\"",
	[MG_RUN_ROWS] = ("\"type\": [\"integer\", \"null\"], \"minimum\": 0, "
			 "\"maximum\": 9223372036854775807"),
	[MG_RUN_SEED] = "\"type\": \"string\", \"pattern\": \"^(0|[1-9][0-9]{0,19})$\"",
	[MG_RUN_TIME] = "\"$ref\": \"#/$defs/time\"",
	[MG_RUN_TEXTS] = "\"type\": \"array\", \"items\": {\"type\": \"string\"}",
	[MG_RUN_CELLS] = ("\"type\": \"array\", \"items\": {\"type\": \"array\", "
			  "\"items\": {\"type\": [\"string\", \"null\"]}}"),
	[MG_RUN_NUMBERS] = ("\"type\": \"array\", \"items\": {\"type\": \"array\", "
			    "\"items\": {\"$ref\": \"#/$defs/number\"}}"),
};

static const char number_form[] =
	"\"description\": \"null: not a number, or none. Infinities are texts, since JSON has "
	"none.\", \"anyOf\": [{\"type\": \"number\"}, {\"type\": \"null\"}, "
	"{\"enum\": [\"Infinity\", \"-Infinity\"]}]";
static const char time_form[] =
	"\"type\": \"string\", \"description\": \"UTC, with microseconds where there are any.\", "
	"\"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\\\.[0-9]{1,9})?Z$\"";
static const char like_form[] =
	"\"description\": \"Index of an earlier entry, one without `like`: members that are absent here "
	"are as they are there. So the slices of a check repeat nothing.\", "
	"\"type\": \"integer\", \"minimum\": 0";
/* Only where there is a state: files of early versions have none. */
static const char held_form[] =
	"\"dependentSchemas\": {\"state\": {\"anyOf\": ["
	"{\"properties\": {\"state\": {\"const\": \"held\"}, \"held\": {\"const\": true}}}, "
	"{\"properties\": {\"state\": {\"not\": {\"const\": \"held\"}}, "
	"\"held\": {\"const\": false}}}]}}";

static void add_object(struct mg_json *json, const struct mg_run_field *fields, bool likes);

static void add_form(struct mg_json *json, const struct mg_run_field *f)
{
	switch (f->type) {
	case MG_RUN_FIXED:
		mg_json_text(json, "const", f->words[0]);
		break;
	case MG_RUN_WORD:
		mg_json_open(json, "enum", '[', true);
		for (size_t i = 0; f->words[i]; i++)
			mg_json_text(json, NULL, f->words[i]);
		mg_json_close(json, ']');
		break;
	case MG_RUN_WHOLE:
		mg_json_text(json, "type", "integer");
		mg_json_int(json, "minimum", f->least);
		mg_json_int(json, "maximum", f->most ? f->most : INT64_MAX);
		break;
	case MG_RUN_OBJECT:
		add_object(json, f->fields, false);
		break;
	case MG_RUN_LIST:
		mg_json_text(json, "type", "array");
		mg_json_open(json, "items", '{', false);
		add_object(json, f->fields, f->likes);
		mg_json_close(json, '}');
		break;
	default:
		mg_json_members(json, forms[f->type]);
	}
}

/* Either of two fields, when there are such. */
static void add_either(struct mg_json *json, const struct mg_run_field *f)
{
	mg_json_open(json, "oneOf", '[', true);
	for (const struct mg_run_field *one = f - 1; one <= f; one++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_open(json, "required", '[', true);
		mg_json_text(json, NULL, one->name);
		mg_json_close(json, ']');
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void add_required(struct mg_json *json, const struct mg_run_field *fields, bool shared_too)
{
	mg_json_open(json, "required", '[', true);
	for (const struct mg_run_field *f = fields; f->name; f++)
		if (f->when == MG_RUN_ALWAYS && (shared_too || f->share <= MG_SHARE_APART))
			mg_json_text(json, NULL, f->name);
	mg_json_close(json, ']');
}

/* An entry that is like none has all members. */
static void add_whole(struct mg_json *json, const struct mg_run_field *fields)
{
	mg_json_open(json, "if", '{', true);
	mg_json_open(json, "required", '[', true);
	mg_json_text(json, NULL, MG_RUN_LIKE);
	mg_json_close(json, ']');
	mg_json_close(json, '}');
	mg_json_open(json, "else", '{', true);
	add_required(json, fields, true);
	mg_json_close(json, '}');
}

static void add_object(struct mg_json *json, const struct mg_run_field *fields, bool likes)
{
	assert(fields);
	mg_json_text(json, "type", "object");
	add_required(json, fields, !likes);
	if (likes)
		add_whole(json, fields);
	mg_json_open(json, "properties", '{', false);
	if (likes) {
		mg_json_open(json, MG_RUN_LIKE, '{', true);
		mg_json_members(json, like_form);
		mg_json_close(json, '}');
	}
	for (const struct mg_run_field *f = fields; f->name; f++) {
		mg_json_open(json, f->name, '{', !f->fields);
		if (f->help)
			mg_json_text(json, "description", f->help);
		add_form(json, f);
		mg_json_close(json, '}');
	}
	mg_json_close(json, '}');
	for (const struct mg_run_field *f = fields; f->name; f++) {
		if (f->when == MG_RUN_ELSE)
			add_either(json, f);
		if (f->type == MG_RUN_HELD)
			mg_json_members(json, held_form);
	}
}

static void add_definition(struct mg_json *json, const char *name, const char *form)
{
	mg_json_open(json, name, '{', true);
	mg_json_members(json, form);
	mg_json_close(json, '}');
}

void mg_fields_schema(struct mg_text *out, const char *id, const char *title,
	const char *description, const struct mg_run_field *fields)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_json_text(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
	mg_json_text(&json, "$id", id);
	mg_json_text(&json, "title", title);
	mg_json_text(&json, "description", description);
	add_object(&json, fields, false);
	mg_json_open(&json, "$defs", '{', false);
	add_definition(&json, "number", number_form);
	add_definition(&json, "time", time_form);
	mg_json_close(&json, '}');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

void mg_run_schema(struct mg_text *out)
{
	mg_fields_schema(out, "urn:modelgate:run:1", "A finished run of modelgate (run.json)",
		run_description, mg_run_fields);
}
