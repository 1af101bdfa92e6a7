/* test_spec_node.c: the tree under a spec: what scalars are, where things stand, anchors, merge
 * keys, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "spec/diag.h"
#include "spec/node.h"

static struct mg_arena *arena;
static struct mg_diags diags;

static struct mg_node *read_text(const char *text)
{
	diags = (struct mg_diags){.arena = arena};
	return mg_node_read(arena, text, strlen(text), &diags);
}

static int set_up(void **state)
{
	(void)state;
	arena = mg_arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mg_arena_free(arena);
	return 0;
}

enum {
	TEXT = MG_SCALAR_TEXT,
	NUMBER = MG_SCALAR_NUMBER,
	BOOL = MG_SCALAR_BOOL,
	EMPTY = MG_SCALAR_NULL,
	AMBIGUOUS = -1
};

/* YAML 1.2, chapter 10.3 (core schema); what it reads as octal, hexadecimal, infinite or with
 * leading zeros is refused here. */
static const struct {
	const char *text;
	int type;
	double number;
} scalars[] = {
	{"", EMPTY, 0},
	{"~", EMPTY, 0},
	{"null", EMPTY, 0},
	{"NULL", EMPTY, 0},
	{"nULL", TEXT, 0},
	{"true", BOOL, 0},
	{"False", BOOL, 0},
	{"yes", TEXT, 0},
	{"on", TEXT, 0},
	{"no", TEXT, 0},
	{"0", NUMBER, 0},
	{"-12", NUMBER, -12},
	{"+5", NUMBER, 5},
	{"1.50", NUMBER, 1.5},
	{".5", NUMBER, 0.5},
	{"5.", NUMBER, 5},
	{"1e3", NUMBER, 1000},
	{"1E-2", NUMBER, 0.01},
	{"1e999", TEXT, 0},
	{"1_000", TEXT, 0},
	{"1:30", TEXT, 0},
	{"2001-01-01", TEXT, 0},
	{"99.5%", TEXT, 0},
	{"36h", TEXT, 0},
	{"e5", TEXT, 0},
	{"-", TEXT, 0},
	{".", TEXT, 0},
	{"007", AMBIGUOUS, 0},
	{"-01", AMBIGUOUS, 0},
	{"00.5", AMBIGUOUS, 0},
	{"0x1F", AMBIGUOUS, 0},
	{"0o17", AMBIGUOUS, 0},
	{".inf", AMBIGUOUS, 0},
	{"-.INF", AMBIGUOUS, 0},
	{".nan", AMBIGUOUS, 0},
	{"0x", TEXT, 0},
	{"0o8", TEXT, 0},
	{"08-15", TEXT, 0},
	{"0.5", NUMBER, 0.5},
};

static void test_scalars(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		struct mg_scalar scalar;
		struct mg_node *node = mg_node_plain(arena, scalars[i].text, (struct mg_pos){1, 1});
		bool clear = mg_node_scalar(node, &scalar);
		int type = clear ? (int)scalar.type : AMBIGUOUS;
		if (type != scalars[i].type ||
			(type == NUMBER && scalar.number != scalars[i].number))
			fail_msg("'%s' is %d, not %d", scalars[i].text, type, scalars[i].type);
		/* In quotes everything is text. */
		node->plain = false;
		assert_true(mg_node_scalar(node, &scalar));
		assert_int_equal(scalar.type, TEXT);
		assert_string_equal(scalar.text, scalars[i].text);
	}
}

static void test_places(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int line, col, end_line, end_col; /* of the value of `k` */
	} places[] = {
		{"k: abc\n", 1, 4, 1, 7},
		{"k:  'a b'  # remark\n", 1, 5, 1, 10},
		{"\xef\xbb\xbfk: x\n", 1, 4, 1, 5}, /* a byte order mark is no character */
		{"a: 1\r\nk: x\r\n", 2, 4, 2, 5},   /* one line end */
		{"a: 1\rk: x\r", 2, 4, 2, 5},
		{"'\xc3\xa9\xe2\x82\xac': 1\nk: x\n", 2, 4, 2, 5},
		{"{a: '\xe6\x97\xa5\xe6\x9c\xac', k: x}\n", 1, 14, 1,
			15}, /* characters, not bytes */
		{"k: |\n  one\n  two\n", 1, 4, 4, 1},
		{"k: {a: 1}\n", 1, 4, 1, 10},
		{"k:\n  - a\n  - b\n", 2, 3, 4, 1},
	};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct mg_node *root = read_text(places[i].text);
		assert_non_null(root);
		const struct mg_node *node = mg_node_get(root, "k");
		if (!node || node->pos.line != places[i].line || node->pos.col != places[i].col ||
			node->end.line != places[i].end_line || node->end.col != places[i].end_col)
			fail_msg("case %zu: %d:%d to %d:%d", i, node ? node->pos.line : 0,
				node ? node->pos.col : 0, node ? node->end.line : 0,
				node ? node->end.col : 0);
	}
}

static void test_anchors(void **state)
{
	(void)state;
	const struct mg_node *root = read_text("a: &x {p: 1, q: [2, 3]}\nb: *x\nc: &x 5\nd: *x\n");
	assert_int_equal(diags.count, 0);
	assert_ptr_equal(mg_node_get(root, "a"), mg_node_get(root, "b"));
	assert_string_equal(mg_node_get(root, "d")->text, "5");
	/* 1 mapping of 7 nodes, twice, 2 scalars, 4 keys, and the root. */
	assert_int_equal(mg_node_get(root, "a")->total, 7);
	assert_int_equal(root->total, 7 * 2 + 2 + 4 + 1);
	assert_int_equal(root->height, 4);
}

static void test_merge_keys(void **state)
{
	(void)state;
	const struct mg_node *root = read_text("a: &a {p: 1, q: 2}\nb: &b {q: 3, r: 4}\n"
					       "c: {r: 5, <<: [*a, *b], s: 6}\nd: {'<<': 7}\n");
	assert_int_equal(diags.count, 0);
	static const struct {
		const char *key, *value;
	} want[] = {{"r", "5"}, {"s", "6"}, {"p", "1"}, {"q", "2"}};
	const struct mg_node *c = mg_node_get(root, "c");
	assert_int_equal(c->count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(c->pairs[i].key->text, want[i].key);
		assert_string_equal(c->pairs[i].value->text, want[i].value);
	}
	/* In quotes it is a key like any other. */
	assert_string_equal(mg_node_get(mg_node_get(root, "d"), "<<")->text, "7");
}

static void test_merge(void **state)
{
	(void)state;
	struct mg_node *root = read_text("a: {p: 1, q: 2}\nb: {q: 3, r: 4}\n");
	struct mg_node *a = mg_node_get(root, "a"), *b = mg_node_get(root, "b");
	struct mg_node *merged = mg_node_merge(arena, a, b);
	assert_int_equal(merged->count, 3);
	assert_string_equal(mg_node_get(merged, "p")->text, "1");
	assert_string_equal(mg_node_get(merged, "q")->text, "3");
	assert_string_equal(mg_node_get(merged, "r")->text, "4");
	assert_int_equal(a->count, 2);
	assert_ptr_equal(mg_node_merge(arena, NULL, b), b);
	assert_ptr_equal(mg_node_merge(arena, a, NULL), a);
}

static char *repeat(const char *piece, int times)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (int i = 0; i < times; i++)
		mg_text_add(&text, piece);
	return text.data;
}

static void test_bounds(void **state)
{
	(void)state;
	assert_non_null(read_text(mg_printf(arena, "%s%s", repeat("[", 64), repeat("]", 64))));
	assert_null(read_text(mg_printf(arena, "%s%s", repeat("[", 65), repeat("]", 65))));
	assert_string_equal(diags.list[0].message, "deeper than 64 levels");
	/* Depth by aliases: 40 levels under 40 levels. */
	assert_null(read_text(mg_printf(arena, "a: &a %s%s\nb: %s*a%s\n", repeat("[", 40),
		repeat("]", 40), repeat("[", 40), repeat("]", 40))));
	assert_string_equal(diags.list[0].message, "deeper than 64 levels");
	/* By merge keys, which do not add levels of their own. */
	assert_null(read_text(mg_printf(arena, "a: &a {x: %s%s}\nb: %s{<<: *a}%s\n",
		repeat("[", 40), repeat("]", 40), repeat("[", 40), repeat("]", 40))));
	assert_string_equal(diags.list[0].message, "deeper than 64 levels");
	assert_non_null(read_text(mg_printf(arena, "[%s]", repeat("a, ", 199999))));
	assert_null(read_text(mg_printf(arena, "[%s]", repeat("a, ", 200000))));
	assert_string_equal(
		diags.list[0].message, "more than 200000 values when aliases are followed");
	assert_null(
		read_text(mg_printf(arena, "- &a {k: [%s]}\n- {<<: *a}\n", repeat("x, ", 100000))));
	assert_string_equal(
		diags.list[0].message, "more than 200000 values when aliases are followed");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {TEST(test_scalars), TEST(test_places),
		TEST(test_anchors), TEST(test_merge_keys), TEST(test_merge), TEST(test_bounds)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
