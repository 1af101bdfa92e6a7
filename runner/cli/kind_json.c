/* kind_json.c: check kinds for programs. */
#include "cli/kinds.h"

#include "base/arena.h"
#include "report/json_out.h"
#include "spec/keys.h"

static const char *const type_words[] = {
	[MG_FIELD_TEXT] = "text",
	[MG_FIELD_SQL] = "sql",
	[MG_FIELD_REGEX] = "regex",
	[MG_FIELD_NUMBER] = "number",
	[MG_FIELD_SHARE] = "share",
	[MG_FIELD_INTEGER] = "integer",
	[MG_FIELD_BOOL] = "bool",
	[MG_FIELD_CHOICE] = "choice",
	[MG_FIELD_DURATION] = "duration",
	[MG_FIELD_COLUMN] = "column",
	[MG_FIELD_COLUMNS] = "columns",
	[MG_FIELD_TEXTS] = "texts",
	[MG_FIELD_DATASET] = "dataset",
	[MG_FIELD_VALUES] = "values",
	[MG_FIELD_MAP] = "map",
	[MG_FIELD_BY_COLUMN] = "by_column",
	[MG_FIELD_TARGET] = "target",
	[MG_FIELD_KIND] = "kind",
	[MG_FIELD_SCALAR] = "scalar",
};

static void add_field(struct mg_json *json, const struct mg_field *field)
{
	mg_json_open(json, NULL, '{', false);
	mg_json_text(json, "name", field->name);
	mg_json_text(json, "type", type_words[field->type]);
	mg_json_bool(json, "required", field->required);
	mg_json_double(json, "least", field->least);
	mg_json_double(json, "most", field->most);
	mg_json_text(json, "default", field->default_text);
	if (field->type == MG_FIELD_CHOICE) {
		mg_json_open(json, "choices", '[', true);
		for (size_t i = 0; field->choices[i]; i++)
			mg_json_text(json, NULL, field->choices[i]);
		mg_json_close(json, ']');
	}
	mg_json_text(json, "help", field->help);
	mg_json_close(json, '}');
}

static void add_takes(struct mg_json *json, unsigned flags)
{
	static const struct {
		unsigned flag;
		const char *name;
	} words[] = {
		{MG_KIND_COLUMN, "column"},
		{MG_KIND_COLUMN_OPTIONAL, "optional_column"},
		{MG_KIND_NUMERIC, "numeric_column"},
		{MG_KIND_BOOLEAN, "boolean_column"},
		{MG_KIND_MOMENT, "time_column"},
		{MG_KIND_REFERENCE, "reference"},
		{MG_KIND_PROFILE, "profile"},
		{MG_KIND_BINARY, "binary"},
		{MG_KIND_MULTICLASS, "multiclass"},
		{MG_KIND_REGRESSION, "regression"},
		{MG_KIND_SCORE, "score"},
		{MG_KIND_INTERVAL, "confidence"},
		{MG_KIND_BOOTSTRAP, "bootstrap"},
		{MG_KIND_EFFECT, "effect"},
		{MG_KIND_NULLS, "nulls"},
		{MG_KIND_OTHERS, "other_checks"},
		{MG_KIND_DUMMY, "dummy"},
	};
	mg_json_open(json, "takes", '[', true);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (flags & words[i].flag)
			mg_json_text(json, NULL, words[i].name);
	mg_json_close(json, ']');
}

/* "when" is null where a chart comes whenever something was measured. */
static void add_charts(struct mg_json *json, const struct mg_kind_chart *chart)
{
	mg_json_open(json, "charts", '[', false);
	for (; chart && chart->name; chart++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "name", chart->name);
		mg_json_text(json, "when", chart->when);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void add_kind(struct mg_json *json, struct mg_arena *arena, const struct mg_check_kind *kind)
{
	static const char *const better[] = {
		[MG_EITHER] = "either", [MG_HIGHER] = "higher", [MG_LOWER] = "lower"};
	static const char *const unit[] = {[MG_UNIT_NONE] = "",
		[MG_UNIT_SHARE] = "share",
		[MG_UNIT_COUNT] = "count",
		[MG_UNIT_SECONDS] = "seconds"};
	mg_json_open(json, NULL, '{', false);
	mg_json_text(json, "name", kind->name);
	mg_json_text(json, "family", kind->family);
	mg_json_text(json, "summary", kind->summary);
	mg_json_text(json, "details", kind->details);
	mg_json_text(json, "definition", kind->definition);
	mg_json_text(json, "better", better[kind->better]);
	mg_json_text(json, "unit", unit[kind->unit]);
	mg_json_double(json, "value_least", kind->value_least);
	mg_json_double(json, "value_most", kind->value_most);
	mg_json_text(json, "default_limit", mg_kind_default_limit(kind));
	add_takes(json, kind->flags);
	add_charts(json, kind->charts);

	mg_json_open(json, "parameters", '[', false);
	size_t own = 0;
	for (const struct mg_field *f = kind->fields; f && f->name; f++, own++)
		add_field(json, f);
	mg_json_close(json, ']');

	struct mg_keys keys;
	mg_keys_init(&keys, arena);
	mg_keys_of_check(&keys, kind, NULL);
	mg_json_open(json, "keys", '[', true);
	for (size_t i = own; i < keys.count; i++)
		mg_json_text(json, NULL, keys.list[i].key->field.name);
	mg_json_close(json, ']');
	mg_json_text(json, "example", kind->example);
	mg_json_close(json, '}');
}

void mg_kind_json(struct mg_text *out, const struct mg_check_kind *kind)
{
	struct mg_json json = {.out = out};
	add_kind(&json, out->arena, kind);
	mg_text_add_char(out, '\n');
}

void mg_kinds_json(struct mg_text *out, const char *family)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_json_open(&json, "kinds", '[', false);
	for (size_t i = 0; mg_check_kinds[i]; i++)
		if (!family || mg_streq(family, mg_check_kinds[i]->family))
			add_kind(&json, out->arena, mg_check_kinds[i]);
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}
