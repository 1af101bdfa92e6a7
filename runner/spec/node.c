/* node.c: looking at nodes: keys, and what a scalar says. */
#include "spec/node.h"

#include <string.h>

#include "base/map.h"
#include "base/text.h"

const struct mg_pair *mg_node_pair(const struct mg_node *mapping, const char *key)
{
	if (!mapping || mapping->type != MG_NODE_MAPPING)
		return NULL;
	for (size_t i = 0; i < mapping->count; i++)
		if (strcmp(mapping->pairs[i].key->text, key) == 0)
			return &mapping->pairs[i];
	return NULL;
}

struct mg_node *mg_node_get(const struct mg_node *mapping, const char *key)
{
	const struct mg_pair *pair = mg_node_pair(mapping, key);
	return pair ? pair->value : NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

static const char *const null_words[] = {"", "~", "null", "Null", "NULL", NULL};
static const char *const true_words[] = {"true", "True", "TRUE", NULL};
static const char *const false_words[] = {"false", "False", "FALSE", NULL};

bool mg_node_is_null(const struct mg_node *node)
{
	return node->type == MG_NODE_SCALAR && node->plain && !node->replaced &&
		is_one_of(node->text, null_words);
}

/* Numbers that some readers take for something else: octal, hexadecimal, infinite. */
static bool is_ambiguous(const char *s)
{
	static const char *const special[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL};
	bool sign = *s == '-' || *s == '+';
	if (sign)
		s++;
	if (is_one_of(s, special))
		return true;
	if (s[0] != '0' || s[1] == '\0')
		return false;
	if (s[1] == 'x')
		return s[2] != '\0' && s[2 + strspn(s + 2, "0123456789abcdefABCDEF")] == '\0';
	if (s[1] == 'o')
		return s[2] != '\0' && s[2 + strspn(s + 2, "01234567")] == '\0';
	if (s[1] < '0' || s[1] > '9')
		return false;
	double ignored;
	return mg_parse_double(s, false, &ignored);
}

bool mg_node_scalar(const struct mg_node *node, struct mg_scalar *out)
{
	*out = (struct mg_scalar){.type = MG_SCALAR_TEXT, .text = node->text};
	if (!node->plain)
		return true;
	if (is_ambiguous(node->text))
		return false;
	if (is_one_of(node->text, null_words) && !node->replaced) {
		out->type = MG_SCALAR_NULL;
	} else if (is_one_of(node->text, true_words) || is_one_of(node->text, false_words)) {
		out->type = MG_SCALAR_BOOL;
		out->boolean = is_one_of(node->text, true_words);
	} else if (mg_parse_double(node->text, false, &out->number)) {
		out->type = MG_SCALAR_NUMBER;
	}
	return true;
}

const char *mg_node_type_words(const struct mg_node *node)
{
	if (node->type == MG_NODE_LIST)
		return "a list";
	if (node->type == MG_NODE_MAPPING)
		return "a mapping";
	struct mg_scalar scalar;
	if (!mg_node_scalar(node, &scalar))
		return "a number that is read in different ways";
	switch (scalar.type) {
	case MG_SCALAR_NULL:
		return "empty";
	case MG_SCALAR_BOOL:
		return "true or false";
	case MG_SCALAR_NUMBER:
		return "a number";
	case MG_SCALAR_TEXT:
		break;
	}
	return "a text";
}

static void index_pairs(struct mg_map *map, struct mg_arena *arena, const struct mg_node *mapping)
{
	mg_map_init(map, arena);
	for (size_t i = 0; i < mapping->count; i++)
		mg_map_put(map, mapping->pairs[i].key->text, &mapping->pairs[i]);
}

struct mg_node *mg_node_merge(struct mg_arena *arena, struct mg_node *base, struct mg_node *over)
{
	if (!base || !over)
		return base ? base : over;
	struct mg_map in_base, in_over;
	index_pairs(&in_base, arena, base);
	index_pairs(&in_over, arena, over);
	struct mg_node *merged = mg_alloc(arena, sizeof(*merged));
	*merged = *base;
	merged->pairs = mg_alloc_array(arena, base->count + over->count, sizeof(*merged->pairs));
	for (size_t i = 0; i < base->count; i++) {
		const struct mg_pair *pair = mg_map_get(&in_over, base->pairs[i].key->text);
		merged->pairs[i] = pair ? *pair : base->pairs[i];
	}
	for (size_t i = 0; i < over->count; i++)
		if (!mg_map_has(&in_base, over->pairs[i].key->text))
			merged->pairs[merged->count++] = over->pairs[i];
	return merged;
}

struct mg_node *mg_node_plain(struct mg_arena *arena, const char *text, struct mg_pos pos)
{
	struct mg_node *node = mg_alloc(arena, sizeof(*node));
	*node = (struct mg_node){.type = MG_NODE_SCALAR,
		.pos = pos,
		.end = pos,
		.text = text,
		.plain = true,
		.total = 1,
		.height = 1};
	return node;
}
