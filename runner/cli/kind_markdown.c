/* kind_markdown.c: the pages of docs/checks/, one a kind and the list of all. */
#include "cli/kinds.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "spec/keys.h"

/* A table cell: a bar would end it. Everything else is text of our own. */
static void add_cell(struct mg_text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			mg_text_add_char(out, '\\');
		mg_text_add_char(out, *s);
	}
}

static void add_row(struct mg_text *out, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mg_text_add(out, i ? " | " : "| ");
		add_cell(out, cells[i]);
	}
	mg_text_add(out, " |\n");
}

void mg_kinds_markdown(struct mg_text *out, const char *family)
{
	mg_text_add(out,
		"# Check kinds\n\nMade by `script/docs` from the kinds' own tables, as "
		"`modelgate kinds` prints them.\n");
	for (const struct mg_family *f = mg_families; f->name; f++) {
		bool some = false;
		if (family && !mg_streq(family, f->name))
			continue;
		for (size_t i = 0; mg_check_kinds[i]; i++) {
			const struct mg_check_kind *kind = mg_check_kinds[i];
			if (!mg_streq(kind->family, f->name))
				continue;
			if (!some)
				mg_text_addf(out,
					"\n## %s: %s\n\n| kind | what it measures |\n|---|---|\n",
					f->name, f->title);
			some = true;
			const char *link = mg_printf(
				out->arena, "[%s](%s.md)", kind->name, kind->name);
			add_row(out, (const char *const[]){link, kind->summary}, 2);
		}
	}
}

static void add_parameters(struct mg_text *out, const struct mg_check_kind *kind)
{
	struct mg_arena *a = out->arena;
	mg_text_add(out, "\n## Parameters\n\n");
	if (!kind->fields || !kind->fields->name) {
		mg_text_add(out, "None.\n");
		return;
	}
	mg_text_add(out, "| name | what it takes | range | default | |\n|---|---|---|---|---|\n");
	for (const struct mg_field *f = kind->fields; f->name; f++) {
		const char *value = f->required ? "required"
			: f->default_text       ? mg_printf(a, "`%s`", f->default_text)
						: "none";
		add_row(out,
			(const char *const[]){mg_printf(a, "`%s`", f->name),
				mg_field_type_words(a, f), mg_field_range_words(a, f), value,
				f->help},
			5);
	}
}

/* Keys that are no parameters, by where they may stand; [spec.md](../spec.md) explains them. */
static void add_keys(struct mg_text *out, const struct mg_check_kind *kind)
{
	static const struct {
		const char *title;
		const struct mg_key *of[3];
	} groups[] = {
		{"limits", {mg_limit_keys}},
		{"the check itself", {mg_column_keys, mg_check_keys}},
		{"the check, or its suite for all", {mg_common_keys}},
	};
	struct mg_keys keys;
	mg_keys_init(&keys, out->arena);
	mg_keys_of_check(&keys, kind, NULL);
	size_t own = 0;
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		own++;
	mg_text_add(out,
		"\nIt shares these keys with other kinds; [the spec](../spec.md) explains them.\n\n");
	for (size_t g = 0; g < sizeof(groups) / sizeof(*groups); g++) {
		const char *before = mg_printf(out->arena, "- %s: ", groups[g].title);
		for (size_t i = own; i < keys.count; i++) {
			const char *name = keys.list[i].key->field.name;
			for (size_t t = 0; t < 3 && groups[g].of[t]; t++) {
				if (!mg_is_key_of(groups[g].of[t], name))
					continue;
				mg_text_addf(out, "%s`%s`", before, name);
				before = ", ";
			}
		}
		if (mg_streq(before, ", "))
			mg_text_add_char(out, '\n');
	}
}

static void add_example(struct mg_text *out, const struct mg_check_kind *kind)
{
	mg_text_add(out, "\n## Example\n\n```yaml\nchecks:\n");
	const char *line = kind->example;
	while (*line) {
		size_t len = strcspn(line, "\n");
		mg_text_add(out, "  ");
		mg_text_add_bytes(out, line, len);
		mg_text_add_char(out, '\n');
		line += len + (line[len] == '\n');
	}
	mg_text_add(out, "```\n");
}

/* A page that the text names ("docs/few-rows.md") becomes a link to it. */
static void add_details(struct mg_text *out, const char *text)
{
	static const char folder[] = "docs/";
	for (const char *at; (at = strstr(text, folder)); text = at) {
		const char *page = at + sizeof(folder) - 1;
		size_t len = strspn(page, "abcdefghijklmnopqrstuvwxyz-");
		mg_text_add_bytes(out, text, (size_t)(at - text));
		at = page + len;
		if (mg_starts_with(at, ".md")) {
			at += 3;
			mg_text_addf(out, "[%.*s](../%.*s)", (int)(at - page), page,
				(int)(at - page), page);
		} else {
			mg_text_add(out, folder);
			at = page;
		}
	}
	mg_text_add(out, text);
}

void mg_kind_markdown(struct mg_text *out, const struct mg_check_kind *kind)
{
	struct mg_arena *a = out->arena;
	const char *limit = mg_kind_default_limit(kind);
	char *sentence = mg_strdup(a, kind->summary);
	if (sentence[0] >= 'a' && sentence[0] <= 'z')
		sentence[0] = (char)(sentence[0] - 'a' + 'A');
	mg_text_addf(out, "# %s\n\n%s.\n\n", kind->name, sentence);
	add_details(out, kind->details);
	mg_text_add(out, "\n\n");
	mg_text_add(out, "| | |\n|---|---|\n");
	add_row(out, (const char *const[]){"family", mg_printf(a, "[%s](README.md)", kind->family)},
		2);
	add_row(out, (const char *const[]){"looks at", mg_kind_subject_words(a, kind)}, 2);
	add_row(out,
		(const char *const[]){"measures",
			mg_printf(a, "%s; %s", mg_kind_number_words(a, kind),
				mg_kind_better_words(kind))},
		2);
	add_row(out,
		(const char *const[]){
			"without limits", limit ? limit : "refused: give at least one"},
		2);
	add_row(out, (const char *const[]){"definition", mg_printf(a, "`%s`", kind->definition)},
		2);
	add_row(out,
		(const char *const[]){
			"[charts](../reports.md#charts)", mg_kind_charts_words(a, kind)},
		2);
	add_parameters(out, kind);
	add_keys(out, kind);
	add_example(out, kind);
}
