/* run_node.c: see run_node.h. */
#include "report/run_node.h"

#include "base/escape.h"
#include "base/text.h"

static void add_path(struct mg_text *text, const struct mg_run_node *n)
{
	if (!n->up) {
		mg_text_add_char(text, '$');
		return;
	}
	add_path(text, n->up);
	if (n->key)
		mg_text_addf(text, ".%s", n->key);
	else
		mg_text_addf(text, "[%zu]", n->index);
}

bool mg_run_node_is(const struct mg_run_node *n, enum mg_json_node_kind kind)
{
	return n->value && n->value->kind == kind;
}

bool mg_run_node_is_number(const struct mg_run_node *n)
{
	return mg_run_node_is(n, MG_NODE_WHOLE) || mg_run_node_is(n, MG_NODE_REAL);
}

double mg_run_node_number(const struct mg_run_node *n)
{
	return mg_run_node_is(n, MG_NODE_WHOLE) ? (double)n->value->whole : n->value->real;
}

const char *mg_run_node_text(const struct mg_run_node *n)
{
	return n->value ? mg_json_node_text(n->arena, n->value) : NULL;
}

static const char *found(const struct mg_run_node *n)
{
	if (!n->value)
		return "nothing";
	switch (n->value->kind) {
	case MG_NODE_OBJECT:
		return "an object";
	case MG_NODE_ARRAY:
		return "a list";
	case MG_NODE_TEXT:
	case MG_NODE_ESCAPED:
		return mg_printf(n->arena, "the text '%s'",
			mg_log_safe_cut(n->arena, mg_run_node_text(n), 60));
	case MG_NODE_WHOLE:
	case MG_NODE_REAL:
		return mg_printf(
			n->arena, "the number %s", mg_double_text(n->arena, mg_run_node_number(n)));
	case MG_NODE_TRUE:
		return "true";
	case MG_NODE_FALSE:
		return "false";
	default:
		return "null";
	}
}

int mg_run_node_refuse(const struct mg_run_node *n, const char *wanted)
{
	struct mg_text path;
	mg_text_init(&path, n->arena);
	add_path(&path, n);
	return mg_fail(n->err, MG_EIO, "%s is %s, not %s", path.data, found(n), wanted);
}

struct mg_run_node mg_run_node_member(const struct mg_run_node *up, const char *key)
{
	return (struct mg_run_node){.up = up,
		.key = key,
		.value = up->value ? mg_json_member(up->value, key) : NULL,
		.arena = up->arena,
		.err = up->err};
}

struct mg_run_node mg_run_node_entry(
	const struct mg_run_node *up, size_t index, const struct mg_json_node *before)
{
	return (struct mg_run_node){.up = up,
		.index = index,
		.value = before ? mg_json_behind(before) : mg_json_first(up->value),
		.arena = up->arena,
		.err = up->err};
}

struct mg_run_node mg_run_node_entry_at(const struct mg_run_node *up, size_t index)
{
	struct mg_run_node n = mg_run_node_entry(up, 0, NULL);
	for (size_t i = 1; i <= index; i++)
		n = mg_run_node_entry(up, i, n.value);
	return n;
}
