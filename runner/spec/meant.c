/* meant.c: what a value in place of a check's parameters was most likely meant to be. */
#include "spec/meant.h"

#include "base/text.h"

/* The parameter that SQL or a text without a key was meant for, or NULL. */
static const char *only_text(const struct mg_check_kind *kind)
{
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		if (f->required && (f->type == MG_FIELD_SQL || f->type == MG_FIELD_REGEX))
			return f->name;
	return NULL;
}

static const char *listed_texts(struct mg_reader *r, const struct mg_node *list)
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

const char *mg_meant_check(
	struct mg_reader *r, const struct mg_check_kind *kind, const struct mg_node *value)
{
	double number;
	bool percent, column = kind->flags & MG_KIND_COLUMN;
	const char *text = value->type == MG_NODE_SCALAR ? mg_diag_quote(r->arena, value->text)
							 : "";
	if (value->type == MG_NODE_LIST && column)
		return mg_printf(
			r->arena, "%s: {columns: [%s]}", kind->name, listed_texts(r, value));
	if (value->type != MG_NODE_SCALAR)
		return "a mapping such as {key: value}";
	if (mg_node_number(value, &number, &percent) || mg_parse_duration(value->text, &number))
		return mg_printf(r->arena, "%s: {%s%s: %s}", kind->name,
			column && !(kind->flags & MG_KIND_COLUMN_OPTIONAL) ? "column: NAME, " : "",
			kind->better == MG_LOWER ? "max" : "min", text);
	if (only_text(kind))
		return mg_printf(r->arena, "%s: {%s: \"...\"}", kind->name, only_text(kind));
	if (column)
		return mg_printf(r->arena, "%s: {column: %s}", kind->name, text);
	return "a mapping such as {key: value}";
}
