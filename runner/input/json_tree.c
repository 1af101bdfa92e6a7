/* json_tree.c: reads a JSON text into one array of nodes. Texts stay in the copy that is read, where each gets its
 * zero in the place of the closing quote. */
#include "input/json_tree.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "input/json_value.h"
#include "input/numeral.h"

enum {
	PADDING = 16, /* zeros behind the text, see json_text.h */
	MOST_BYTES = 1 << 30,
	MOST_KINDS = 256,
};

/* An object or array that is open. */
struct level {
	size_t node;
	struct mg_json_key first; /* its follower begins the objects of this depth */
	struct mg_json_key *last; /* of the members so far */
	size_t kind; /* of an object or of a list's entries: its key's index + 1; 0: it has none */
};

/* The keys of the last object of a kind, in order. Objects of one kind are mostly alike, also where keys of other
 * objects have the same names. */
struct keys_of_kind {
	struct mg_json_key **list;
	size_t count, capacity;
};

struct reader {
	struct mg_arena *arena;
	struct mg_json_text text;
	struct mg_json_keys keys;
	struct mg_json_node *nodes;
	size_t count, capacity;
	struct level levels[MG_JSON_MOST_DEPTH];
	size_t depth;
	uint32_t *seen; /* by a key's index: the last object that has it, as its place behind 1 */
	size_t seen_capacity;
	struct keys_of_kind kinds[MOST_KINDS]; /* for the others there are followers */
};

static struct mg_json_node *add_node(
	struct reader *r, const struct mg_json_key *key, enum mg_json_node_kind kind)
{
	r->nodes = mg_grow(r->arena, r->nodes, r->count, &r->capacity, sizeof(*r->nodes));
	struct mg_json_node *node = &r->nodes[r->count++];
	*node = (struct mg_json_node){.key = key, .size = 1, .kind = kind};
	return node;
}

/* ---- scalars ---- */

static bool read_whole(const char *s, const char *end, int64_t *out)
{
	bool negative = *s == '-';
	uint64_t size = 0;
	for (s += negative; s < end; s++)
		if (__builtin_mul_overflow(size, 10, &size) ||
			__builtin_add_overflow(size, (uint64_t)(*s - '0'), &size))
			return false;
	if (size > (uint64_t)INT64_MAX + negative)
		return false;
	*out = (int64_t)(negative ? 0 - size : size);
	return true;
}

static enum mg_json_outcome add_number(
	struct reader *r, const struct mg_json_key *key, const struct mg_json_value *value)
{
	struct mg_numeral numeral;
	const char *end = value->at + value->len, *digits = value->at + (*value->at == '-');
	while (digits < end && *digits >= '0' && *digits <= '9')
		digits++;
	if (digits == end) {
		struct mg_json_node *whole = add_node(r, key, MG_NODE_WHOLE);
		return read_whole(value->at, end, &whole->whole)
			? MG_JSON_OK
			: mg_json_wrong(
				  &r->text, value->at, "a whole number has more than 64 bits");
	}
	struct mg_json_node *real = add_node(r, key, MG_NODE_REAL);
	mg_numeral_read(value->at, value->len, '.', &numeral);
	real->real = mg_numeral_double(&numeral, value->at, value->len, '.');
	return isfinite(real->real)
		? MG_JSON_OK
		: mg_json_wrong(&r->text, value->at, "a number is beyond what a double holds");
}

static void add_text(
	struct reader *r, const struct mg_json_key *key, const struct mg_json_value *value)
{
	struct mg_json_node *text = add_node(
		r, key, value->escaped ? MG_NODE_ESCAPED : MG_NODE_TEXT);
	((char *)value->at)[value->len] = '\0';
	text->text = value->at;
	text->count = (uint32_t)value->len;
}

static enum mg_json_outcome add_scalar(struct reader *r, const struct mg_json_key *key)
{
	struct mg_json_value value;
	enum mg_json_outcome outcome = mg_json_take_scalar(&r->text, &value);
	if (outcome != MG_JSON_OK)
		return outcome;
	switch (value.kind) {
	case MG_JSON_STRING:
		add_text(r, key, &value);
		break;
	case MG_JSON_NUMBER:
		return add_number(r, key, &value);
	case MG_JSON_WORD:
		return mg_json_wrong(&r->text, value.at, "NaN and infinite numbers are not JSON");
	case MG_JSON_BOOLEAN:
		add_node(r, key, *value.at == 't' ? MG_NODE_TRUE : MG_NODE_FALSE);
		break;
	default:
		add_node(r, key, MG_NODE_NULL);
	}
	return MG_JSON_OK;
}

/* ---- objects and arrays ---- */

static enum mg_json_outcome open_level(struct reader *r, const struct mg_json_key *key)
{
	if (r->depth == MG_JSON_MOST_DEPTH)
		return mg_json_wrong(&r->text, r->text.at, "a value is nested more than 500 deep");
	struct level *level = &r->levels[r->depth++];
	level->node = r->count;
	level->last = &level->first;
	level->kind = key ? key->index + 1 : r->depth > 1 ? level[-1].kind : 0;
	add_node(r, key, *r->text.at == '{' ? MG_NODE_OBJECT : MG_NODE_ARRAY);
	r->text.at++;
	return MG_JSON_OK;
}

static void make_room(struct reader *r)
{
	if (r->keys.count <= r->seen_capacity)
		return;
	uint32_t *old = r->seen;
	size_t had = r->seen_capacity;
	r->seen_capacity = r->keys.count * 2 + 64;
	r->seen = mg_alloc_array(r->arena, r->seen_capacity, sizeof(*r->seen));
	if (had > 0)
		memcpy(r->seen, old, had * sizeof(*old));
}

static enum mg_json_outcome close_level(struct reader *r)
{
	size_t place = r->levels[--r->depth].node;
	struct mg_json_node *node = &r->nodes[place];
	node->size = (uint32_t)(r->count - place);
	r->text.at++;
	if (node->kind != MG_NODE_OBJECT)
		return MG_JSON_OK;
	make_room(r);
	const struct mg_json_node *member = mg_json_first(node);
	for (uint32_t i = 0; i < node->count; i++, member = mg_json_behind(member)) {
		uint32_t *seen = &r->seen[member->key->index];
		if (*seen == place + 1)
			return mg_json_twice(&r->text, member->key->name, member->key->len);
		*seen = (uint32_t)(place + 1);
	}
	return MG_JSON_OK;
}

static enum mg_json_outcome read_value(struct reader *r, const struct mg_json_key *key)
{
	return *r->text.at == '{' || *r->text.at == '[' ? open_level(r, key) : add_scalar(r, key);
}

static void keep_key(
	struct reader *r, struct keys_of_kind *kind, size_t place, struct mg_json_key *key)
{
	if (place < kind->count) {
		kind->list[place] = key;
		return;
	}
	kind->list = mg_grow(
		r->arena, kind->list, kind->count, &kind->capacity, sizeof(*kind->list));
	kind->list[kind->count++] = key; /* places come one after the other */
}

/* The key at that place of its object, and what stands up to its value. */
static enum mg_json_outcome read_key(
	struct reader *r, struct level *level, size_t place, const struct mg_json_key **out)
{
	struct keys_of_kind *known = level->kind < MOST_KINDS ? &r->kinds[level->kind] : NULL;
	struct mg_json_key *guess = known && place < known->count ? known->list[place] : NULL;
	if (guess && mg_json_take_guess(&r->text, guess)) {
		level->last = guess;
	} else {
		enum mg_json_outcome outcome = mg_json_take_key(
			&r->text, &r->keys, level->last, &level->last);
		if (outcome != MG_JSON_OK)
			return outcome;
		if (known)
			keep_key(r, known, place, level->last);
	}
	*out = level->last;
	mg_json_blanks(&r->text);
	if (*r->text.at != ':')
		return mg_json_unexpected(&r->text, "a ':' after a key");
	r->text.at++;
	mg_json_blanks(&r->text);
	return MG_JSON_OK;
}

/* In what was opened last: its next value, or its end. */
static enum mg_json_outcome step(struct reader *r)
{
	struct level *level = &r->levels[r->depth - 1];
	struct mg_json_node *node = &r->nodes[level->node];
	const struct mg_json_key *key = NULL;
	bool is_object = node->kind == MG_NODE_OBJECT;
	mg_json_blanks(&r->text);
	if (*r->text.at == (is_object ? '}' : ']'))
		return close_level(r);
	if (node->count > 0) {
		if (*r->text.at != ',')
			return mg_json_unexpected(
				&r->text, is_object ? "a ',' or '}'" : "a ',' or ']'");
		r->text.at++;
		mg_json_blanks(&r->text);
	}
	node->count++;
	enum mg_json_outcome outcome = is_object ? read_key(r, level, node->count - 1, &key)
						 : MG_JSON_OK;
	return outcome == MG_JSON_OK ? read_value(r, key) : outcome;
}

static enum mg_json_outcome read_all(struct reader *r)
{
	mg_json_blanks(&r->text);
	enum mg_json_outcome outcome = read_value(r, NULL);
	while (outcome == MG_JSON_OK && r->depth > 0)
		outcome = step(r);
	if (outcome != MG_JSON_OK)
		return outcome;
	mg_json_blanks(&r->text);
	return r->text.at == r->text.end ? MG_JSON_OK
					 : mg_json_unexpected(&r->text, "nothing more");
}

/* Lines are counted in what was given: the copy has lost some bytes. */
static int fail_at(const char *text, size_t at, const char *what, struct mg_error *err)
{
	size_t line = 1, start = 0;
	for (size_t i = 0; i < at; i++)
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	return mg_fail(err, MG_EIO, "line %zu, column %zu: %s", line, at - start + 1, what);
}

int mg_json_tree_read(struct mg_arena *arena, const char *text, size_t len,
	const struct mg_json_node **out, struct mg_error *err)
{
	enum { BYTES_A_NODE = 14 }; /* of a run.json there are as many */
	if (len > MOST_BYTES)
		return mg_fail(
			err, MG_ELIMIT, "it is larger than %s", mg_human_bytes(arena, MOST_BYTES));
	char *copy = memcpy(mg_alloc_unset(arena, len + PADDING), text, len);
	memset(copy + len, 0, PADDING);
	struct reader r = {.arena = arena,
		.text = {.at = copy, .end = copy + len, .scratch = arena},
		.capacity = len / BYTES_A_NODE + 8};
	r.nodes = mg_alloc_unset(arena, r.capacity * sizeof(*r.nodes)); /* at most 1 GB / 14 */
	mg_json_keys_init(&r.keys, arena);
	enum mg_json_outcome outcome = read_all(&r);
	if (outcome != MG_JSON_OK)
		return fail_at(text, (size_t)(r.text.at - copy),
			outcome == MG_JSON_MORE ? "it ends in the middle of a value" : r.text.wrong,
			err);
	*out = r.nodes;
	return MG_OK;
}

/* ---- what is in it ---- */

const struct mg_json_node *mg_json_member(const struct mg_json_node *object, const char *name)
{
	if (object->kind != MG_NODE_OBJECT)
		return NULL;
	size_t len = strlen(name);
	const struct mg_json_node *member = mg_json_first(object);
	for (uint32_t i = 0; i < object->count; i++, member = mg_json_behind(member))
		if (member->key->len == len && memcmp(member->key->name, name, len) == 0)
			return member;
	return NULL;
}

const char *mg_json_node_text(struct mg_arena *arena, const struct mg_json_node *node)
{
	if (node->kind == MG_NODE_TEXT)
		return node->text;
	if (node->kind != MG_NODE_ESCAPED)
		return NULL;
	const struct mg_json_value value = {
		.kind = MG_JSON_STRING, .escaped = true, .at = node->text, .len = node->count};
	size_t len;
	return mg_json_plain(arena, &value, &len);
}
