/* kind_text.c: check kinds explained to a person at a terminal. */
#include "cli/kinds.h"

#include <string.h>

#include "base/arena.h"
#include "report/columns.h"
#include "spec/keys.h"

enum { WIDTH = 80, INDENT = 2, LABEL = 18 };

static void heading(struct mg_text *out, const struct mg_style *style, const char *text)
{
	mg_text_addf(out, "\n%s%s:%s\n", mg_style_ink(style, MG_INK_BOLD), text,
		mg_style_ink(style, MG_INK_PLAIN));
}

/* "  label      words", the words wrapped beside the label. */
static void row(struct mg_text *out, const char *label, size_t column, const char *words)
{
	mg_add_spaces(out, INDENT);
	mg_add_padded(out, label, column - INDENT, false);
	if (mg_utf8_width(label) + INDENT + 1 > column) {
		mg_text_add_char(out, '\n');
		mg_add_spaces(out, column);
	}
	mg_add_wrapped(out, words, column, WIDTH);
}

void mg_kinds_text(struct mg_text *out, const char *family, const struct mg_style *style)
{
	size_t longest = 0;
	for (size_t i = 0; mg_check_kinds[i]; i++) {
		size_t len = strlen(mg_check_kinds[i]->name);
		if (len > longest)
			longest = len;
	}
	bool first = true;
	for (const struct mg_family *f = mg_families; f->name; f++) {
		bool some = false;
		if (family && !mg_streq(family, f->name))
			continue;
		for (size_t i = 0; mg_check_kinds[i]; i++) {
			const struct mg_check_kind *kind = mg_check_kinds[i];
			if (!mg_streq(kind->family, f->name))
				continue;
			if (!some)
				mg_text_addf(out, "%s%s%s%s: %s\n", first ? "" : "\n",
					mg_style_ink(style, MG_INK_BOLD), f->name,
					mg_style_ink(style, MG_INK_PLAIN), f->title);
			some = true;
			first = false;
			row(out, kind->name, INDENT + longest + 2, kind->summary);
		}
	}
	if (!family)
		mg_text_add(out, "\nSee 'modelgate kinds KIND' for one kind.\n");
}

/* "share, such as 0.3 or 30%; 0 to 1; required" */
static const char *field_words(struct mg_arena *a, const struct mg_field *field)
{
	struct mg_text t;
	mg_text_init(&t, a);
	mg_text_add(&t, mg_field_type_words(a, field));
	const char *range = mg_field_range_words(a, field);
	if (*range)
		mg_text_addf(&t, "; %s", range);
	if (field->required)
		mg_text_add(&t, "; required");
	if (field->default_text)
		mg_text_addf(&t, "; default %s", field->default_text);
	return t.data;
}

static void add_parameters(
	struct mg_text *out, const struct mg_check_kind *kind, const struct mg_style *style)
{
	if (!kind->fields || !kind->fields->name)
		return;
	heading(out, style, "Parameters");
	for (const struct mg_field *field = kind->fields; field->name; field++) {
		row(out, field->name, LABEL, field_words(out->arena, field));
		row(out, "", LABEL, field->help);
	}
}

/* The keys that are no parameters, limits first. */
static void add_keys(
	struct mg_text *out, const struct mg_check_kind *kind, const struct mg_style *style)
{
	struct mg_keys keys;
	mg_keys_init(&keys, out->arena);
	mg_keys_of_check(&keys, kind, NULL);
	size_t own = 0;
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		own++;
	heading(out, style, "Keys that it shares with other kinds");
	for (size_t i = own; i < keys.count; i++)
		row(out, keys.list[i].key->field.name, LABEL, keys.list[i].key->field.help);
}

static void add_example(
	struct mg_text *out, const struct mg_check_kind *kind, const struct mg_style *style)
{
	heading(out, style, "Example");
	const char *line = kind->example;
	while (*line) {
		size_t len = strcspn(line, "\n");
		mg_add_spaces(out, 4);
		mg_text_add_bytes(out, line, len);
		mg_text_add_char(out, '\n');
		line += len + (line[len] == '\n');
	}
}

void mg_kind_text(
	struct mg_text *out, const struct mg_check_kind *kind, const struct mg_style *style)
{
	struct mg_arena *a = out->arena;
	const char *limit = mg_kind_default_limit(kind);
	mg_text_addf(out, "%s%s%s: %s\n\n", mg_style_ink(style, MG_INK_BOLD), kind->name,
		mg_style_ink(style, MG_INK_PLAIN), kind->summary);
	mg_add_wrapped(out, kind->details, 0, WIDTH);
	mg_text_add_char(out, '\n');
	row(out, "family", LABEL, kind->family);
	row(out, "looks at", LABEL, mg_kind_subject_words(a, kind));
	row(out, "measures", LABEL,
		mg_printf(a, "%s; %s", mg_kind_number_words(a, kind), mg_kind_better_words(kind)));
	row(out, "without limits", LABEL, limit ? limit : "refused: give at least one");
	row(out, "definition", LABEL, kind->definition);
	row(out, "charts", LABEL, mg_kind_charts_words(a, kind));
	add_parameters(out, kind, style);
	add_keys(out, kind, style);
	add_example(out, kind, style);
}
