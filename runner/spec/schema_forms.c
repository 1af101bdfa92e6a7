/* schema_forms.c: JSON Schemas of single values: of fields by their type, of limits by their rule. */
#include "spec/schema.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- JSON by pieces ---- */

/* A fragment that is written out; a mistake in it is ours. */
json_t *mg_schema_literal(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
	assert(json);
	return json;
}

json_t *mg_schema_ref(struct mg_schema_writer *s, const char *name)
{
	json_t *json = json_object();
	json_object_set_new(json, "$ref", json_string(mg_printf(s->arena, "#/$defs/%s", name)));
	return json;
}

/* anyOf of up to four forms; NULLs are left out. */
json_t *mg_schema_any_of(json_t *a, json_t *b, json_t *c, json_t *d)
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

json_t *mg_schema_pattern(const char *regex)
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
	return mg_schema_pattern(regex);
}

static json_t *duration(void)
{
	return mg_schema_pattern("^[0-9]+(\\.[0-9]*)?(ms|s|m|h|d|w)$");
}

/* ---- fields ---- */

json_t *mg_schema_of_field(struct mg_schema_writer *s, const struct mg_field *f)
{
	json_t *variable = mg_schema_ref(s, "variable");
	double least = f->least, most = f->most;
	switch (f->type) {
	case MG_FIELD_NUMBER:
		return mg_schema_any_of(number("number", least, most), variable, NULL, NULL);
	case MG_FIELD_INTEGER:
		return mg_schema_any_of(number("integer", least, most), variable, NULL, NULL);
	case MG_FIELD_SHARE:
		least = isnan(least) ? 0 : least;
		most = isnan(most) ? 1 : most;
		return mg_schema_any_of(
			number("number", least, most), percent(least, most), variable, NULL);
	case MG_FIELD_DURATION:
		return mg_schema_any_of(number("number", least, most), duration(), variable, NULL);
	case MG_FIELD_BOOL:
		return mg_schema_any_of(
			mg_schema_literal("{\"type\": \"boolean\"}"), variable, NULL, NULL);
	case MG_FIELD_CHOICE:
		return mg_schema_any_of(words(f->choices), variable, NULL, NULL);
	default:
		break;
	}
	json_decref(variable);
	switch (f->type) {
	case MG_FIELD_TEXT:
		return mg_schema_ref(s, "text");
	case MG_FIELD_COLUMNS:
		return mg_schema_ref(s, "selectors");
	case MG_FIELD_TEXTS:
		return mg_schema_ref(s, "texts");
	case MG_FIELD_VALUES:
		return mg_schema_ref(s, "values");
	case MG_FIELD_MAP:
		return mg_schema_ref(s, "map");
	case MG_FIELD_BY_COLUMN:
		return mg_schema_ref(s, "by-column");
	case MG_FIELD_TARGET:
		return mg_schema_ref(s, "target");
	case MG_FIELD_KIND:
		return mg_schema_ref(s, "kind");
	case MG_FIELD_SCALAR:
		return mg_schema_ref(s, "scalar");
	default:
		return mg_schema_ref(s, "filled-text");
	}
}

/* The default as the value that it is. */
json_t *mg_schema_default(const struct mg_field *f)
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

json_t *mg_schema_of_limit(
	struct mg_schema_writer *s, const struct mg_limit_rule *rule, enum mg_limit_op op)
{
	if (op == MG_MAX_FAILING)
		return mg_schema_any_of(
			mg_schema_literal("{\"type\": \"integer\", \"minimum\": 0}"),
			mg_schema_ref(s, "variable"), NULL, NULL);
	if (op == MG_WITHIN)
		return mg_schema_any_of(
			mg_schema_pattern(
				"^(?!0+([.]0*)? )([0-9]{1,2}([.][0-9]*)?|100) +(sigma|mad)$"),
			mg_schema_ref(s, "variable"), NULL, NULL);
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
	return mg_schema_any_of(plain, shares ? percent(least, most) : NULL,
		rule->unit == MG_UNIT_SECONDS       ? duration()
			: rule->moment && !relative ? mg_schema_literal(moment)
						    : NULL,
		mg_schema_ref(s, "variable"));
}

json_t *mg_schema_of_tolerance(struct mg_schema_writer *s, const struct mg_limit_rule *rule)
{
	struct mg_limit_rule width = *rule;
	width.least = 0;
	width.most = NAN;
	if (rule->moment)
		return mg_schema_any_of(number("number", 0, NAN), percent(0, NAN), duration(),
			mg_schema_ref(s, "variable"));
	return mg_schema_of_limit(s, &width, MG_EQUALS);
}
