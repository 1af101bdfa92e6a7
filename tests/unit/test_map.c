/* test_map.c: finds what was put, keeps the order, replaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/map.h"

static void is_empty_at_first(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_map map;
	mg_map_init(&map, arena);
	assert_int_equal(map.count, 0);
	assert_null(mg_map_get(&map, "x"));
	assert_false(mg_map_has(&map, ""));
}

static void finds_and_replaces(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_map map;
	mg_map_init(&map, arena);
	int a, b;
	char key[] = "key";
	mg_map_put(&map, key, &a);
	key[0] = 'K'; /* the key was copied */
	assert_ptr_equal(mg_map_get(&map, "key"), &a);
	assert_false(mg_map_has(&map, "Key"));
	mg_map_put(&map, "key", &b);
	assert_int_equal(map.count, 1);
	assert_ptr_equal(mg_map_get(&map, "key"), &b);
	mg_map_put(&map, "", NULL);
	assert_true(mg_map_has(&map, ""));
	assert_null(mg_map_get(&map, ""));
}

static void keeps_the_order_of_many(void **state)
{
	(void)state;
	enum { MANY = 20000 };
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_map map;
	mg_map_init(&map, arena);
	char key[32];
	for (intptr_t i = 1; i <= MANY; i++) {
		snprintf(key, sizeof(key), "column_%d", (int)(i * 7919 % MANY));
		mg_map_put(&map, key, (void *)i);
	}
	assert_int_equal(map.count, MANY);
	for (intptr_t i = 1; i <= MANY; i++) {
		snprintf(key, sizeof(key), "column_%d", (int)(i * 7919 % MANY));
		assert_string_equal(map.entries[i - 1].key, key);
		assert_int_equal((intptr_t)mg_map_get(&map, key), i);
	}
	assert_false(mg_map_has(&map, "column_20000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_empty_at_first),
		cmocka_unit_test(finds_and_replaces),
		cmocka_unit_test(keeps_the_order_of_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
