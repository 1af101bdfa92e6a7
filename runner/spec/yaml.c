/* yaml.c: libyaml's events become a tree of nodes, within bounds. */
#include "spec/node.h"

#include <string.h>
#include <yaml.h>

#include "base/map.h"
#include "base/text.h"
#include "spec/diag.h"

struct reader {
	struct mg_arena *arena;
	struct mg_diags *diags;
	const char *text;
	size_t len;
	yaml_parser_t parser;
	yaml_event_t event; /* the one being looked at */
	bool has_event;
	struct mg_map anchors; /* name -> node, or `open_anchor` while it is being read */
	size_t total;
};

static struct mg_node open_anchor; /* only its address matters */

static struct mg_pos place(yaml_mark_t mark)
{
	return (struct mg_pos){(int)mark.line + 1, (int)mark.column + 1};
}

/* ---- what is wrong with the text itself ---- */

static bool is_forbidden(uint32_t c)
{
	if (c < 0x20)
		return c != '\t' && c != '\n' && c != '\r';
	return c == 0x7f || (c >= 0x80 && c < 0xa0 && c != 0x85) || c == 0xfffe || c == 0xffff;
}

static bool check_characters(struct reader *r)
{
	struct mg_pos pos = {1, 1};
	if (r->len >= 2 &&
		(memcmp(r->text, "\xff\xfe", 2) == 0 || memcmp(r->text, "\xfe\xff", 2) == 0)) {
		mg_diag_add(r->diags, pos, "the file is UTF-16")->accepted = "UTF-8";
		return false;
	}
	for (size_t i = 0, n; i < r->len; i += n) {
		uint32_t c = 0;
		n = mg_utf8_next(r->text + i, r->len - i, &c);
		if (n == 0 || is_forbidden(c)) {
			struct mg_diag *diag = n == 0
				? mg_diag_add(r->diags, pos, "byte 0x%02x is not UTF-8",
					  (unsigned)(unsigned char)r->text[i])
				: mg_diag_add(
					  r->diags, pos, "control character U+%04X", (unsigned)c);
			diag->accepted = n == 0 ? "UTF-8" : "printable text, tabs and line ends";
			return false;
		}
		/* Lines end where libyaml ends them, so that places agree. */
		bool crlf = c == '\r' && i + 1 < r->len && r->text[i + 1] == '\n';
		if (!crlf && (c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029))
			pos = (struct mg_pos){pos.line + 1, 1};
		else
			pos.col++;
	}
	return true;
}

/* ---- what is wrong with the YAML ---- */

static const struct {
	const char *problem; /* libyaml's words */
	const char *message, *accepted;
} syntax[] = {
	{"mapping values are not allowed in this context", "a ': ' where no key can be",
		"text with ': ' in quotes, and keys of one mapping at one indentation"},
	{"could not find expected ':'", "a key without ': ' after it", "key: value"},
	{"did not find expected key", "the indentation does not fit, or a value ends too early",
		"keys of one mapping at one indentation, and text that begins with a quote ends "
		"with it"},
	{"did not find expected '-' indicator", "the list goes on without '-'",
		"entries of one list at one indentation, each after '- '"},
	{"did not find expected ',' or ']'", "a list in [ ] is not closed",
		"[a, b, c], with text that holds any of , [ ] { } in quotes"},
	{"did not find expected ',' or '}'", "a mapping in { } is not closed",
		"{key: value, key: value}, with text that holds any of , [ ] { } in quotes"},
	{"found unexpected end of stream", "text in quotes is not closed",
		"the same quote at the end"},
	{"found unknown escape character", "an unknown \\ escape in double quotes",
		"single quotes, in which \\ stands for itself, or \\\\"},
	{"found a tab character that violates indentation", "a tab in the indentation", "spaces"},
	{"found a tab character where an indentation space is expected", "a tab in the indentation",
		"spaces"},
	{"block sequence entries are not allowed in this context", "a '- ' where no list can be",
		"'- ' at the beginning of a line, under its key"},
	{"mapping keys are not allowed in this context", "a key where none can be",
		"keys of one mapping at one indentation"},
	{"did not find expected alphabetic or numeric character",
		"'*' and '&' begin an alias or an anchor", "quotes around text that begins so"},
	{"did not find expected <document start>", "text after the end of the mapping",
		"keys of one mapping at one indentation"},
	{"found undefined tag handle", "tags (!) are not read", "the value without a tag"},
	{"did not find expected node content", "a value is missing", "key: value"},
	{"found duplicate %YAML directive", "two %YAML lines", "one"},
	{"found incompatible YAML document", "an unknown YAML version", "%YAML 1.2"},
};

/* The byte where a mark stands. */
static char char_at(const struct reader *r, yaml_mark_t mark, int offset)
{
	size_t i = 0;
	for (size_t k = 0; k < mark.index && i < r->len; k++) {
		size_t n = mg_utf8_next(r->text + i, r->len - i, NULL);
		i += n ? n : 1;
	}
	if (offset < 0 && i == 0)
		return '\0';
	i = offset < 0 ? i - 1 : i;
	return i < r->len ? r->text[i] : '\0';
}

static void report_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem ? p->problem : "unknown";
	struct mg_pos pos = place(p->problem_mark);
	char here = char_at(r, p->problem_mark, 0), before = char_at(r, p->problem_mark, -1);
	if (here == '{' && before == '$') {
		pos.col--;
		mg_diag_add(r->diags, pos, "a variable inside { } or [ ] without quotes")
			->accepted = "\"${name}\"";
		return;
	}
	if (strcmp(problem, "found character that cannot start any token") == 0) {
		struct mg_diag *diag = here == '\t'
			? mg_diag_add(r->diags, pos, "a tab in the indentation")
			: mg_diag_add(r->diags, pos, "text cannot begin with '%c' here",
				  here > ' ' && here < 0x7f ? here : '?');
		diag->accepted = here == '\t' ? "spaces" : "quotes around the text";
		return;
	}
	for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++) {
		if (strcmp(problem, syntax[i].problem) != 0)
			continue;
		bool opened = p->context &&
			(strstr(p->context, "quoted") || strstr(p->context, "flow"));
		if (opened && p->context_mark.line != p->problem_mark.line)
			pos = place(p->context_mark); /* where the quote or bracket stands */
		mg_diag_add(r->diags, pos, "%s", syntax[i].message)->accepted = syntax[i].accepted;
		return;
	}
	mg_diag_add(r->diags, pos, "not YAML: %s", problem);
}

static bool next_event(struct reader *r)
{
	if (r->has_event)
		yaml_event_delete(&r->event);
	r->has_event = yaml_parser_parse(&r->parser, &r->event) == 1;
	if (!r->has_event)
		report_syntax(r);
	return r->has_event;
}

/* ---- events to nodes ---- */

static struct mg_node *read_node(struct reader *r, int depth);

static bool count_nodes(struct reader *r, size_t nodes)
{
	r->total += nodes;
	if (r->total <= MG_SPEC_MAX_NODES)
		return true;
	mg_diag_add(r->diags, place(r->event.start_mark),
		"more than %d values when aliases are followed", MG_SPEC_MAX_NODES);
	return false;
}

static struct mg_node *new_node(struct reader *r, enum mg_node_type type)
{
	struct mg_node *node = mg_alloc(r->arena, sizeof(*node));
	node->type = type;
	node->pos = place(r->event.start_mark);
	node->end = place(r->event.end_mark);
	node->total = 1;
	node->height = 1;
	return node;
}

static void refuse_tag(struct reader *r, struct mg_node *node, const yaml_char_t *tag)
{
	/* "!" alone says that a quoted text is a text. */
	if (!tag || strcmp((const char *)tag, "!") == 0)
		return;
	mg_diag_add(r->diags, node->pos, "tag '%s' is not read",
		mg_diag_quote(r->arena, (const char *)tag))
		->accepted = "the value without a tag; quotes make a text";
	node->broken = true;
}

static void set_anchor(struct reader *r, const yaml_char_t *anchor, struct mg_node *node)
{
	if (anchor)
		mg_map_put(&r->anchors, (const char *)anchor, node);
}

static struct mg_node *read_scalar(struct reader *r)
{
	struct mg_node *node = new_node(r, MG_NODE_SCALAR);
	const char *value = (const char *)r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;
	node->text = mg_strndup(r->arena, value, len);
	node->plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	refuse_tag(r, node, r->event.data.scalar.tag);
	set_anchor(r, r->event.data.scalar.anchor, node);
	if (memchr(value, '\0', len)) {
		mg_diag_add(r->diags, node->pos, "a NUL character inside a text");
		node->broken = true;
	}
	return count_nodes(r, 1) ? node : NULL;
}

static struct mg_node *read_alias(struct reader *r, int depth)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	struct mg_node *node = mg_map_get(&r->anchors, name);
	struct mg_pos pos = place(r->event.start_mark);
	if (node && node != &open_anchor) {
		if (depth + node->height > MG_SPEC_MAX_DEPTH) {
			mg_diag_add(r->diags, pos, "deeper than %d levels", MG_SPEC_MAX_DEPTH);
			return NULL;
		}
		return count_nodes(r, node->total) ? node : NULL;
	}
	const char *shown = mg_diag_quote(r->arena, name);
	struct mg_diag *diag;
	if (node) {
		diag = mg_diag_add(r->diags, pos, "alias *%s refers to what it is part of", shown);
	} else {
		diag = mg_diag_add(
			r->diags, pos, "there is no anchor &%s before this alias", shown);
		diag->accepted =
			"an anchor defined above, or quotes around text that begins with '*'";
	}
	diag->width = (int)strlen(name) + 1;
	node = new_node(r, MG_NODE_SCALAR);
	node->text = "";
	node->broken = true;
	return count_nodes(r, 1) ? node : NULL;
}

/* A child's size and height go into its parent. */
static void adopt(struct mg_node *parent, const struct mg_node *child)
{
	parent->total += child->total;
	if (parent->height <= child->height)
		parent->height = child->height + 1;
}

static struct mg_node *read_list(struct reader *r, int depth)
{
	struct mg_node *node = new_node(r, MG_NODE_LIST);
	const char *anchor = mg_strdup(r->arena, (const char *)r->event.data.sequence_start.anchor);
	refuse_tag(r, node, r->event.data.sequence_start.tag);
	set_anchor(r, (const yaml_char_t *)anchor, &open_anchor);
	if (!count_nodes(r, 1))
		return NULL;
	size_t capacity = 0;
	while (next_event(r)) {
		if (r->event.type == YAML_SEQUENCE_END_EVENT) {
			node->end = place(r->event.end_mark);
			set_anchor(r, (const yaml_char_t *)anchor, node);
			return node;
		}
		struct mg_node *item = read_node(r, depth + 1);
		if (!item)
			return NULL;
		node->items = mg_grow(
			r->arena, node->items, node->count, &capacity, sizeof(struct mg_node *));
		node->items[node->count++] = item;
		adopt(node, item);
	}
	return NULL;
}

struct mapping {
	struct mg_node *node;
	size_t capacity;
	struct mg_map seen;      /* key -> its node */
	struct mg_node **merged; /* values of << */
	size_t merged_count, merged_capacity;
};

static void add_pair(
	struct reader *r, struct mapping *m, const struct mg_node *key, struct mg_node *value)
{
	struct mg_node *node = m->node;
	node->pairs = mg_grow(
		r->arena, node->pairs, node->count, &m->capacity, sizeof(*node->pairs));
	node->pairs[node->count++] = (struct mg_pair){key, value};
	mg_map_put(&m->seen, key->text, (void *)(uintptr_t)key);
	node->total += 1;
	adopt(node, value);
}

/* Keys of a merged mapping that are not there yet. */
static bool merge_from(struct reader *r, struct mapping *m, const struct mg_node *from)
{
	if (from->type != MG_NODE_MAPPING) {
		mg_diag_at(
			r->diags, from, "<< takes a mapping, this is %s", mg_node_type_words(from))
			->accepted = "<<: *anchor, or <<: [*one, *two]";
		return true;
	}
	for (size_t i = 0; i < from->count; i++) {
		const struct mg_pair *pair = &from->pairs[i];
		if (mg_map_has(&m->seen, pair->key->text))
			continue;
		if (!count_nodes(r, 1 + pair->value->total))
			return false;
		add_pair(r, m, pair->key, pair->value);
	}
	return true;
}

static bool merge_all(struct reader *r, struct mapping *m)
{
	for (size_t i = 0; i < m->merged_count; i++) {
		const struct mg_node *value = m->merged[i];
		if (value->type != MG_NODE_LIST) {
			if (!merge_from(r, m, value))
				return false;
			continue;
		}
		for (size_t k = 0; k < value->count; k++)
			if (!merge_from(r, m, value->items[k]))
				return false;
	}
	return true;
}

/* The value of a key has been read: keep it, or say why not. */
static void keep_pair(
	struct reader *r, struct mapping *m, struct mg_node *key, struct mg_node *value)
{
	if (key->type != MG_NODE_SCALAR) {
		mg_diag_at(r->diags, key, "a key is %s", mg_node_type_words(key))
			->accepted = "a text";
		return;
	}
	if (key->plain && strcmp(key->text, "<<") == 0) {
		m->merged = mg_grow(r->arena, m->merged, m->merged_count, &m->merged_capacity,
			sizeof(struct mg_node *));
		m->merged[m->merged_count++] = value;
		return;
	}
	const struct mg_node *first = mg_map_get(&m->seen, key->text);
	if (first) {
		mg_diag_at(r->diags, key, "key '%s' occurs twice; first in line %d",
			mg_diag_quote(r->arena, key->text), first->pos.line);
		return;
	}
	add_pair(r, m, key, value);
}

static struct mg_node *read_mapping(struct reader *r, int depth)
{
	struct mapping m = {.node = new_node(r, MG_NODE_MAPPING)};
	mg_map_init(&m.seen, r->arena);
	const char *anchor = mg_strdup(r->arena, (const char *)r->event.data.mapping_start.anchor);
	refuse_tag(r, m.node, r->event.data.mapping_start.tag);
	set_anchor(r, (const yaml_char_t *)anchor, &open_anchor);
	if (!count_nodes(r, 1))
		return NULL;
	while (next_event(r)) {
		if (r->event.type == YAML_MAPPING_END_EVENT) {
			m.node->end = place(r->event.end_mark);
			if (!merge_all(r, &m))
				return NULL;
			if (m.node->height + depth > MG_SPEC_MAX_DEPTH) {
				mg_diag_at(r->diags, m.node, "deeper than %d levels",
					MG_SPEC_MAX_DEPTH);
				return NULL;
			}
			set_anchor(r, (const yaml_char_t *)anchor, m.node);
			return m.node;
		}
		struct mg_node *key = read_node(r, depth + 1);
		if (!key || !next_event(r))
			return NULL;
		struct mg_node *value = read_node(r, depth + 1);
		if (!value)
			return NULL;
		keep_pair(r, &m, key, value);
	}
	return NULL;
}

/* The node that begins with the event at hand; NULL when reading cannot go on. */
static struct mg_node *read_node(struct reader *r, int depth)
{
	if (depth > MG_SPEC_MAX_DEPTH) {
		mg_diag_add(r->diags, place(r->event.start_mark), "deeper than %d levels",
			MG_SPEC_MAX_DEPTH);
		return NULL;
	}
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		return read_scalar(r);
	case YAML_ALIAS_EVENT:
		return read_alias(r, depth);
	case YAML_SEQUENCE_START_EVENT:
		return read_list(r, depth);
	default:
		return read_mapping(r, depth);
	}
}

static bool next_events(struct reader *r, int count)
{
	while (count-- > 0)
		if (!next_event(r))
			return false;
	return true;
}

static struct mg_node *read_document(struct reader *r)
{
	if (!next_events(r, 2)) /* stream start, document start */
		return NULL;
	if (r->event.type == YAML_STREAM_END_EVENT) {
		mg_diag_add(r->diags, (struct mg_pos){1, 1}, "the file is empty")
			->accepted = "version: 1, model: NAME, data, suites";
		return NULL;
	}
	if (!next_event(r))
		return NULL;
	struct mg_node *root = read_node(r, 1);
	if (!root || !next_events(r, 2)) /* document end, and what follows */
		return NULL;
	if (r->event.type != YAML_STREAM_END_EVENT)
		mg_diag_add(r->diags, place(r->event.start_mark), "a second document begins here")
			->accepted = "one spec in a file";
	return root;
}

struct mg_node *mg_node_read(
	struct mg_arena *arena, const char *text, size_t len, struct mg_diags *diags)
{
	struct reader r = {.arena = arena, .diags = diags, .text = text, .len = len};
	if (len > MG_SPEC_MAX_BYTES) {
		mg_diag_add(diags, (struct mg_pos){1, 1}, "the file has more than %u MiB",
			MG_SPEC_MAX_BYTES >> 20);
		return NULL;
	}
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		r.text += 3;
		r.len -= 3;
	}
	if (!check_characters(&r))
		return NULL;
	mg_map_init(&r.anchors, arena);
	if (!yaml_parser_initialize(&r.parser)) {
		mg_diag_add(diags, (struct mg_pos){1, 1}, "no memory for the YAML reader");
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)r.text, r.len);
	struct mg_node *root = read_document(&r);
	if (r.has_event)
		yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	return root;
}
