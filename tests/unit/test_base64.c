/* test_base64.c: Base64 against the examples of RFC 4648, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int setup(void **state)
{
	*state = mg_arena_new();
	return 0;
}

static int teardown(void **state)
{
	mg_arena_free(*state);
	return 0;
}

/* RFC 4648, section 10. */
static const char *const examples[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
	{"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

static void test_examples(void **state)
{
	for (size_t i = 0; i < COUNT(examples); i++) {
		const char *plain = examples[i][0], *coded = examples[i][1];
		char *out = NULL;
		size_t len = 0;
		assert_string_equal(mg_base64(*state, plain, strlen(plain)), coded);
		assert_true(mg_base64_read(*state, coded, strlen(coded), &out, &len));
		assert_int_equal(len, strlen(plain));
		assert_memory_equal(out, plain, len);
	}
}

static void test_every_byte_comes_back(void **state)
{
	unsigned char bytes[256 * 3];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	for (size_t len = sizeof(bytes) - 3; len <= sizeof(bytes); len++) {
		char *coded = mg_base64(*state, bytes, len), *out = NULL;
		size_t out_len = 0;
		assert_true(mg_base64_read(*state, coded, strlen(coded), &out, &out_len));
		assert_int_equal(out_len, len);
		assert_memory_equal(out, bytes, len);
		for (char *p = coded; *p; p++)
			*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
		assert_true(mg_base64_read(*state, coded, strlen(coded), &out, &out_len));
		assert_memory_equal(out, bytes, len);
	}
}

static void test_what_is_none(void **state)
{
	static const char *const bad[] = {"Z", "Zg", "Zg=", "=", "====", "Z===", "Zm9v\n", "Zm 9",
		"Zm=v", "Zg==Zg==", "Zm9\xc3", "Zm9*"};
	for (size_t i = 0; i < COUNT(bad); i++) {
		char *out = NULL;
		size_t len = 0;
		if (mg_base64_read(*state, bad[i], strlen(bad[i]), &out, &len))
			fail_msg("'%s' was taken", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_examples, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_byte_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_none, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
