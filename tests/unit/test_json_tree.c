/* test_json_tree.c: values of a whole JSON text, and which texts are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "input/json_tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct mg_json_node *read(struct mg_arena *arena, const char *text)
{
	const struct mg_json_node *tree = NULL;
	struct mg_error err = {0};
	if (mg_json_tree_read(arena, text, strlen(text), &tree, &err) != MG_OK)
		fail_msg("%s: %s", text, err.text);
	return tree;
}

/* The tree as JSON again, without blanks. */
static void write(struct mg_text *out, const struct mg_json_node *node)
{
	static const char *const words[] = {
		[MG_NODE_NULL] = "null", [MG_NODE_FALSE] = "false", [MG_NODE_TRUE] = "true"};
	if (node->key)
		mg_text_addf(out, "%s:", node->key->name);
	if (node->kind <= MG_NODE_TRUE) {
		mg_text_add(out, words[node->kind]);
	} else if (node->kind == MG_NODE_WHOLE) {
		mg_text_addf(out, "%lld", (long long)node->whole);
	} else if (node->kind == MG_NODE_REAL) {
		mg_text_addf(out, "%.17g", node->real);
	} else if (node->kind < MG_NODE_ARRAY) {
		mg_text_addf(out, "<%s>", mg_json_node_text(out->arena, node));
	} else {
		bool is_object = node->kind == MG_NODE_OBJECT;
		const struct mg_json_node *in = mg_json_first(node);
		mg_text_add(out, is_object ? "{" : "[");
		for (uint32_t i = 0; i < node->count; i++, in = mg_json_behind(in)) {
			mg_text_add(out, i ? "," : "");
			write(out, in);
		}
		mg_text_add(out, is_object ? "}" : "]");
		assert_ptr_equal(in, mg_json_behind(node));
	}
}

static const struct {
	const char *text, *is;
} good[] = {
	{"{}", "{}"},
	{" [ ] ", "[]"},
	{"[1,-2,9223372036854775807,-9223372036854775808,-0]",
		"[1,-2,9223372036854775807,-9223372036854775808,0]"},
	{"[0.1,1e3,-2.5E-3,1e308]", "[0.10000000000000001,1000,-0.0025000000000000001,1e+308]"},
	{"[true,false,null]", "[true,false,null]"},
	{"{\"a\": [{\"a\": 1}, {\"b\": {\"a\": 2}}], \"b\": \"\"}", "{a:[{a:1},{b:{a:2}}],b:<>}"},
	{"[\"a\\n\\u00e9\\ud83d\\ude00\\\"\", \"\xc3\xa9\"]",
		"[<a\n\xc3\xa9\xf0\x9f\x98\x80\">,<\xc3\xa9>]"},
	{"{\"a\\u0062\": 1, \"ab \": 2}", "{ab:1,ab :2}"},
	/* objects of one kind, whose keys are guessed by those of the one before */
	{"[{\"a\": 1, \"b\": 2}, {\"b\": 3, \"a\": 4}, {\"ab\": 5}, {}, {\"a\": 6, \"ab\": 7, \"b\": 8}]",
		"[{a:1,b:2},{b:3,a:4},{ab:5},{},{a:6,ab:7,b:8}]"},
	{"{\"x\": [{\"a\": {\"a\": 1}}, {\"a\": {\"b\": 2, \"a\": 3}}], \"a\": {\"x\": 4}}",
		"{x:[{a:{a:1}},{a:{b:2,a:3}}],a:{x:4}}"},
};

static void test_values_are_read(void **state)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct mg_text out;
		mg_text_init(&out, *state);
		write(&out, read(*state, good[i].text));
		assert_string_equal(out.data, good[i].is);
	}
}

static const struct {
	const char *text, *says;
} bad[] = {
	{"", "line 1, column 1: it ends in the middle of a value"},
	{"{\"a\": 1", "line 1, column 8: it ends in the middle of a value"},
	{"{\"a\":\n \"b", "line 2, column 4: it ends in the middle of a value"},
	{"[1,\n2,]", "line 2, column 3: a value was expected, not ']'"},
	{"{\"a\": 1,}", "a key in double quotes was expected, not '}'"},
	{"{,}", "a key in double quotes was expected, not ','"},
	{"[1 2]", "a ',' or ']' was expected, not '2'"},
	{"{\"a\" 1}", "a ':' after a key was expected, not '1'"},
	{"{} {}", "nothing more was expected, not '{'"},
	{"[1}", "a ',' or ']' was expected, not '}'"},
	{"[NaN]", "NaN and infinite numbers are not JSON"},
	{"[-Infinity]", "NaN and infinite numbers are not JSON"},
	{"[1e309]", "a number is beyond what a double holds"},
	{"[9223372036854775808]", "a whole number has more than 64 bits"},
	{"[-9223372036854775809]", "a whole number has more than 64 bits"},
	{"[01]", "a number has a leading zero"},
	{"{\"a\": {\"b\": 1, \"c\": 2, \"b\": 3}}", "the key 'b' occurs twice in one object"},
	{"{\"a\": {\"a\": 1}, \"\\u0061\": 2}", "the key 'a' occurs twice in one object"},
	{"[{\"a\": 1, \"b\": 2}, {\"a\": 1, \"a\": 2}]", "the key 'a' occurs twice in one object"},
	{"[{\"a\": 1}, {\"a", "line 1, column 15: it ends in the middle of a value"},
	{"[{\"a\": 1}, {\"a\"", "line 1, column 16: it ends in the middle of a value"},
	{"[\"a\\u0000\"]", "\\u0000"},
	{"[\"\xff\x20\x20\x20\"]", "not UTF-8"},
};

static void test_what_is_no_json_is_named(void **state)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		const struct mg_json_node *tree = NULL;
		struct mg_error err = {0};
		assert_int_equal(
			mg_json_tree_read(*state, bad[i].text, strlen(bad[i].text), &tree, &err),
			MG_EIO);
		assert_null(tree);
		if (!strstr(err.text, bad[i].says))
			fail_msg("expected \"%s\" in: %s", bad[i].says, err.text);
	}
}

/* More kinds of objects than those whose keys are kept. */
static void test_many_kinds_of_objects(void **state)
{
	struct mg_text text, is, out;
	mg_text_init(&text, *state);
	mg_text_init(&is, *state);
	mg_text_init(&out, *state);
	for (int i = 0; i < 1000; i++) {
		mg_text_addf(&text, "%s\"k%d\": {\"a\": 1, \"b%d\": 2}", i ? ", " : "{", i, i % 3);
		mg_text_addf(&is, "%sk%d:{a:1,b%d:2}", i ? "," : "{", i, i % 3);
	}
	mg_text_add(&text, "}");
	mg_text_add(&is, "}");
	write(&out, read(*state, text.data));
	assert_string_equal(out.data, is.data);
}

static void test_depth_is_bounded(void **state)
{
	char text[2 * (MG_JSON_MOST_DEPTH + 1) + 1] = "";
	const struct mg_json_node *tree = NULL;
	struct mg_error err = {0};
	for (size_t depth = MG_JSON_MOST_DEPTH; depth <= MG_JSON_MOST_DEPTH + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		int code = mg_json_tree_read(*state, text, 2 * depth, &tree, &err);
		assert_int_equal(code, depth > MG_JSON_MOST_DEPTH ? MG_EIO : MG_OK);
	}
	assert_non_null(strstr(err.text, "500 deep"));
}

static void test_members_are_found_by_name(void **state)
{
	const struct mg_json_node *tree = read(*state, "{\"a\": [1, {\"b\": 2}], \"b\": \"x\"}");
	assert_string_equal(mg_json_node_text(*state, mg_json_member(tree, "b")), "x");
	assert_int_equal(mg_json_member(tree, "a")->count, 2);
	assert_null(mg_json_member(tree, "c"));
	assert_null(mg_json_member(mg_json_member(tree, "a"), "b"));
	assert_null(mg_json_node_text(*state, tree));
}

static int start(void **state)
{
	*state = mg_arena_new();
	return 0;
}

static int stop(void **state)
{
	mg_arena_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_values_are_read, start, stop),
		cmocka_unit_test_setup_teardown(test_what_is_no_json_is_named, start, stop),
		cmocka_unit_test_setup_teardown(test_many_kinds_of_objects, start, stop),
		cmocka_unit_test_setup_teardown(test_depth_is_bounded, start, stop),
		cmocka_unit_test_setup_teardown(test_members_are_found_by_name, start, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
