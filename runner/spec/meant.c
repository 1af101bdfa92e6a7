/* meant.c: what a value in place of a check's parameters was most likely meant to be. */
#include "spec/meant.h"

#include <string.h>

#include "base/text.h"

/* What is to be replaced where a line to type needs one more parameter. */
static const char *placeholder(const struct mg_field *f)
{
	switch (f->type) {
	case MG_FIELD_SQL:
	case MG_FIELD_REGEX:
	case MG_FIELD_TEXT:
		return "\"...\"";
	case MG_FIELD_VALUES:
		return "[a, b]";
	case MG_FIELD_TARGET:
		return "{data: NAME, column: NAME}";
	case MG_FIELD_SHARE:
		return "50%";
	case MG_FIELD_NUMBER:
	case MG_FIELD_INTEGER:
		return "2";
	default:
		return "NAME";
	}
}

static bool takes_text(const struct mg_field *f)
{
	return f->type == MG_FIELD_SQL || f->type == MG_FIELD_REGEX || f->type == MG_FIELD_KIND;
}

static bool takes_values(const struct mg_field *f)
{
	return f->type == MG_FIELD_VALUES && f->required;
}

static bool takes_columns(const struct mg_field *f)
{
	return f->type == MG_FIELD_COLUMNS;
}

static bool is_lower_bound(const struct mg_field *f)
{
	return strcmp(f->name, "from") == 0;
}

/* The first parameter of this sort, or NULL. */
static const struct mg_field *find(
	const struct mg_check_kind *kind, bool (*sort)(const struct mg_field *f))
{
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		if (sort(f))
			return f;
	return NULL;
}

static const char *listed(struct mg_reader *r, const struct mg_node *list)
{
	enum { MOST_SHOWN = 4 };
	struct mg_text t;
	mg_text_init(&t, r->arena);
	for (size_t i = 0; i < list->count && i < MOST_SHOWN; i++) {
		const struct mg_node *item = list->items[i];
		mg_text_addf(&t, "%s%s", i ? ", " : "",
			item->type == MG_NODE_SCALAR ? mg_diag_quote(r->arena, item->text) : "...");
	}
	if (list->count > MOST_SHOWN)
		mg_text_add(&t, ", ...");
	return t.data;
}

static bool is_number(const struct mg_node *node)
{
	double number;
	bool percent;
	return mg_node_number(node, &number, &percent);
}

/* "kind: {column: NAME, values: [a, b], given}": what is required, and what was written as what it was meant for.
 * column: is its column among what was written? */
static const char *line(struct mg_reader *r, const struct mg_check_kind *kind, bool column,
	const struct mg_field *given_as, const char *given)
{
	const char *written = given_as ? given_as->name : "";
	struct mg_text t;
	mg_text_init(&t, r->arena);
	if (!column && (kind->flags & MG_KIND_COLUMN) && !(kind->flags & MG_KIND_COLUMN_OPTIONAL))
		mg_text_add(&t, "column: NAME, ");
	if (column || given_as)
		mg_text_add(&t, given);
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		if (f->required && strcmp(f->name, written) != 0)
			mg_text_addf(&t, "%s%s: %s",
				t.len && !mg_ends_with(t.data, " ") ? ", " : "", f->name,
				placeholder(f));
	if (!column && !given_as)
		mg_text_addf(&t, "%s%s", t.len && !mg_ends_with(t.data, " ") ? ", " : "", given);
	return mg_printf(r->arena, "%s: {%s}", kind->name, t.data);
}

static const char *of_list(
	struct mg_reader *r, const struct mg_check_kind *kind, const struct mg_node *list)
{
	const char *texts = listed(r, list);
	const struct mg_field *values = find(kind, takes_values),
			      *columns = find(kind, takes_columns);
	if (values)
		return line(r, kind, false, values,
			mg_printf(r->arena, "%s: [%s]", values->name, texts));
	if (find(kind, is_lower_bound) && list->count == 2 && is_number(list->items[0]) &&
		is_number(list->items[1]))
		return line(r, kind, false, NULL,
			mg_printf(r->arena, "from: %s, to: %s", list->items[0]->text,
				list->items[1]->text));
	if (kind->flags & MG_KIND_COLUMN)
		return line(r, kind, true, NULL, mg_printf(r->arena, "columns: [%s]", texts));
	if (columns)
		return line(r, kind, false, columns,
			mg_printf(r->arena, "%s: [%s]", columns->name, texts));
	return NULL;
}

static const char *of_number(struct mg_reader *r, const struct mg_check_kind *kind,
	const struct mg_node *node, double number)
{
	/* A limit of a share of rows ends at 1. */
	bool bound = find(kind, is_lower_bound) && number > kind->value_most &&
		!mg_ends_with(node->text, "%");
	const char *key = bound ? "from" : kind->better == MG_LOWER ? "max" : "min";
	return line(r, kind, false, NULL,
		mg_printf(r->arena, "%s: %s", key, mg_diag_quote(r->arena, node->text)));
}

static const char *of_text(
	struct mg_reader *r, const struct mg_check_kind *kind, const struct mg_node *node)
{
	const char *text = mg_diag_quote(r->arena, node->text);
	const struct mg_field *f = find(kind, takes_text);
	if (f && f->type == MG_FIELD_KIND)
		return line(r, kind, false, f, mg_printf(r->arena, "%s: %s", f->name, text));
	if (f) /* its quotes and backslashes would have to be escaped */
		return line(r, kind, false, f,
			mg_printf(r->arena, "%s: \"%s\"", f->name,
				strpbrk(node->text, "\"\\\n") ? "..." : text));
	if (kind->flags & MG_KIND_COLUMN)
		return line(r, kind, true, NULL, mg_printf(r->arena, "column: %s", text));
	return NULL;
}

const char *mg_meant_check(
	struct mg_reader *r, const struct mg_check_kind *kind, const struct mg_node *value)
{
	double number;
	bool percent;
	const char *meant = NULL;
	if (value->type == MG_NODE_LIST)
		meant = of_list(r, kind, value);
	else if (value->type == MG_NODE_SCALAR &&
		(mg_node_number(value, &number, &percent) ||
			mg_parse_duration(value->text, &number)))
		meant = of_number(r, kind, value, number);
	else if (value->type == MG_NODE_SCALAR)
		meant = of_text(r, kind, value);
	return meant ? meant : "a mapping such as {key: value}";
}
