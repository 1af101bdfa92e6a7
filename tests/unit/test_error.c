/* test_error.c: one sentence, cut at a character, and prefixes that never replace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <modelgate/error.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static void writes_code_and_text(void **state)
{
	(void)state;
	struct mg_error err;
	assert_int_equal(mg_fail(&err, MG_ESPEC, "%s:%d: bad", "a.yaml", 3), MG_ESPEC);
	assert_int_equal(err.code, MG_ESPEC);
	assert_string_equal(err.text, "a.yaml:3: bad");
	assert_int_equal(mg_fail(NULL, MG_EIO, "unheard"), MG_EIO);
}

static void may_quote_itself(void **state)
{
	(void)state;
	struct mg_error err;
	mg_fail(&err, MG_EIO, "inner");
	mg_fail(&err, MG_EENGINE, "outer (%s)", err.text);
	assert_string_equal(err.text, "outer (inner)");
	assert_int_equal(mg_fail_in(&err, "in check '%s'", err.text), MG_EENGINE);
	assert_string_equal(err.text, "in check 'outer (inner)': outer (inner)");
	assert_int_equal(mg_fail_in(NULL, "x"), MG_OK);
}

/* Text of 1-, 2-, 3- and 4-byte characters around the end of the buffer. */
static void cuts_at_a_character(void **state)
{
	(void)state;
	static const char *const characters[] = {"a", "é", "€", "😀"};
	struct mg_error err;
	const size_t room = sizeof(err.text) - 1;
	for (size_t c = 0; c < LEN(characters); c++) {
		size_t size = strlen(characters[c]);
		for (size_t lead = 0; lead < 5; lead++) {
			char *long_text = calloc(1, 8192);
			memset(long_text, '.', lead);
			for (size_t n = lead; n < 4096; n += size)
				memcpy(long_text + n, characters[c], size);

			mg_fail(&err, MG_EIO, "%s", long_text);
			size_t len = strlen(err.text);
			assert_true(len <= room && len + size > room);
			assert_true(mg_utf8_valid(err.text, len));

			mg_fail_in(&err, "prefix");
			len = strlen(err.text);
			assert_true(len <= room && len + size > room);
			assert_true(mg_utf8_valid(err.text, len));
			assert_memory_equal(err.text, "prefix: ", 8);
			free(long_text);
		}
	}
}

static void keeps_the_text_when_a_prefix_does_not_fit(void **state)
{
	(void)state;
	char long_text[3000];
	memset(long_text, 'p', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	struct mg_error err;
	mg_fail(&err, MG_EIO, "the fact");
	mg_fail_in(&err, "%s", long_text);
	assert_string_equal(err.text, "the fact");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_code_and_text),
		cmocka_unit_test(may_quote_itself),
		cmocka_unit_test(cuts_at_a_character),
		cmocka_unit_test(keeps_the_text_when_a_prefix_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
