/* kind_words.c: what a kind's table says, in words. */
#include "cli/kinds.h"

#include "base/arena.h"

const struct mg_family mg_families[] = {
	{"table", "the dataset as a whole"},
	{"values", "what single values must look like"},
	{"relations", "between columns, between datasets, and by SQL of one's own"},
	{"statistics", "one number of a column"},
	{"classification", "how good predicted classes and probabilities are"},
	{"regression", "how far predicted numbers are off"},
	{"ranking", "how good an order is"},
	{"fairness", "whether groups are treated alike"},
	{"drift", "how far data have moved from the reference"},
	{"experiment", "whether one of two variants is better"},
	{"probes", "what something outside answers"},
	{NULL, NULL},
};

const struct mg_family *mg_family_find(const char *name)
{
	for (const struct mg_family *f = mg_families; f->name; f++)
		if (mg_streq(f->name, name))
			return f;
	return NULL;
}

const char *mg_field_type_words(struct mg_arena *arena, const struct mg_field *field)
{
	static const char *const words[] = {
		[MG_FIELD_TEXT] = "text",
		[MG_FIELD_SQL] = "SQL",
		[MG_FIELD_REGEX] = "regular expression",
		[MG_FIELD_NUMBER] = "number",
		[MG_FIELD_SHARE] = "share, such as 0.3 or 30%",
		[MG_FIELD_INTEGER] = "whole number",
		[MG_FIELD_BOOL] = "true or false",
		[MG_FIELD_DURATION] = "duration, such as 90s, 36h or 2d",
		[MG_FIELD_COLUMN] = "column",
		[MG_FIELD_COLUMNS] = "list of columns: names, patterns, types",
		[MG_FIELD_TEXTS] = "list of texts",
		[MG_FIELD_DATASET] = "dataset",
		[MG_FIELD_VALUES] = "list of values",
		[MG_FIELD_MAP] = "mapping of text to text",
		[MG_FIELD_BY_COLUMN] = "mapping of columns to text, or lists of texts",
		[MG_FIELD_TARGET] = "{data: NAME, column: NAME}",
		[MG_FIELD_KIND] = "name of a check kind",
		[MG_FIELD_SCALAR] = "value",
	};
	if (field->type != MG_FIELD_CHOICE)
		return words[field->type];
	struct mg_text t;
	mg_text_init(&t, arena);
	for (size_t i = 0; field->choices[i]; i++)
		mg_text_addf(&t, "%s%s",
			i == 0                          ? ""
				: field->choices[i + 1] ? ", "
							: " or ",
			field->choices[i]);
	return t.data;
}

static const char *range_words(struct mg_arena *arena, double least, double most)
{
	if (!isnan(least) && !isnan(most))
		return mg_printf(arena, "%s to %s", mg_double_text(arena, least),
			mg_double_text(arena, most));
	if (!isnan(least))
		return mg_printf(arena, "%s or more", mg_double_text(arena, least));
	if (!isnan(most))
		return mg_printf(arena, "%s or less", mg_double_text(arena, most));
	return "";
}

const char *mg_field_range_words(struct mg_arena *arena, const struct mg_field *field)
{
	return range_words(arena, field->least, field->most);
}

const char *mg_kind_number_words(struct mg_arena *arena, const struct mg_check_kind *kind)
{
	static const char *const units[] = {
		[MG_UNIT_NONE] = "a number",
		[MG_UNIT_SHARE] = "a share",
		[MG_UNIT_COUNT] = "a count",
		[MG_UNIT_SECONDS] = "seconds",
	};
	const char *unit = units[kind->unit];
	const char *range = range_words(arena, kind->value_least, kind->value_most);
	if (kind->unit == MG_UNIT_SHARE && kind->value_least == 0 && kind->value_most == 1)
		range = "0% to 100%";
	return *range ? mg_printf(arena, "%s, %s", unit, range) : unit;
}

const char *mg_kind_better_words(const struct mg_check_kind *kind)
{
	static const char *const words[] = {
		[MG_EITHER] = "neither higher nor lower is better",
		[MG_HIGHER] = "higher is better",
		[MG_LOWER] = "lower is better",
	};
	return words[kind->better];
}

const char *mg_kind_default_limit(const struct mg_check_kind *kind)
{
	if (kind->flags & MG_KIND_DEFAULT_ALL)
		return "min 100%";
	if (kind->flags & MG_KIND_DEFAULT_NONE)
		return "max 0";
	return NULL;
}

static void add_part(struct mg_text *t, const char *part)
{
	mg_text_addf(t, "%s%s", t->len ? "; " : "", part);
}

const char *mg_kind_subject_words(struct mg_arena *arena, const struct mg_check_kind *kind)
{
	static const struct {
		unsigned flag;
		const char *word;
	} tasks[] = {
		{MG_KIND_BINARY, "binary"},
		{MG_KIND_MULTICLASS, "multiclass"},
		{MG_KIND_REGRESSION, "regression"},
	};
	struct mg_text t, types;
	mg_text_init(&t, arena);
	mg_text_init(&types, arena);
	for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++)
		if (kind->flags & tasks[i].flag)
			mg_text_addf(&types, "%s%s", types.len ? " or " : "", tasks[i].word);
	if (types.len)
		add_part(&t,
			mg_printf(arena, "a %s task%s", types.data,
				kind->flags & MG_KIND_SCORE ? " with scores" : ""));
	if (kind->flags & MG_KIND_COLUMN)
		add_part(&t,
			kind->flags & MG_KIND_MOMENT ? "a column of numbers, dates or times"
				: kind->flags & MG_KIND_BOOLEAN ? "a numeric or BOOLEAN column"
				: kind->flags & MG_KIND_NUMERIC ? "a numeric column"
								: "a column");
	if (kind->flags & MG_KIND_REFERENCE)
		add_part(&t,
			kind->flags & MG_KIND_PROFILE ? "reference data, or a profile of them"
						      : "reference data");
	if (kind->flags & MG_KIND_OTHERS)
		add_part(&t, "the other checks of its suite");
	if (!t.len)
		add_part(&t, "the dataset");
	return t.data;
}

const char *mg_kind_charts_words(struct mg_arena *arena, const struct mg_check_kind *kind)
{
	struct mg_text t;
	mg_text_init(&t, arena);
	for (const struct mg_kind_chart *chart = kind->charts; chart && chart->name; chart++)
		add_part(&t,
			chart->when ? mg_printf(arena, "%s, %s", chart->name, chart->when)
				    : chart->name);
	return t.len ? t.data : "none";
}
