/* test_regex.c: patterns of specs in PostgreSQL's words, and what it would read in another way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/arena.h"
#include "engine/sql/regex.h"

#include <cmocka.h>

static const struct {
	const char *pattern;
	bool whole;
	const char *own; /* NULL: refused */
} cases[] = {
	{"abc", false, "(?:abc)"},
	{"abc", true, "^(?:abc)$"},
	{"a|b", true, "^(?:a|b)$"},
	{"^a.c$", false, "(?:^a[^\\n]c$)"},
	{"\\Aa\\z", false, "(?:^a$)"},
	{"\\d+\\.\\w?", false, "(?:[0-9]+\\.[0-9A-Za-z_]?)"},
	{"[^\\d\\s-]*?", false, "(?:[^0-9\\t\\n\\f\\r -]*)"},
	{"[]a]", false, "(?:[\\]a])"},
	{"[[:alpha:]_[]", false, "(?:[[:alpha:]_\\[])"},
	{"\\ba\\B", false, "(?:\\ya\\Y)"},
	{"(a)(?:b)(?P<name>c)(?<d>d)", false, "(?:(?:a)(?:b)(?:c)(?:d))"},
	{"(ab){2,5}c{3}d{4,}", false, "(?:(?:ab){2,5}c{3}d{4,})"},
	{"a}]", false, "(?:a\\}\\])"},
	{"\xC3\xA4+", false, "(?:\xC3\xA4+)"},
	{"(?i)^ab1$", false, "(?:^[a-aA-A][b-bB-B]1$)"},
	{"(?i)k", false, "(?:[k-kK-K\xE2\x84\xAA])"},
	{"(?i)[a-c_]", false, "(?:[a-cA-C_])"},
	/* what the two do not share */
	{"(?=a)b", false, NULL},
	{"(?!a)b", false, NULL},
	{"(?m)^a", false, NULL},
	{"a(?i)b", false, NULL},
	{"(?i)\xC3\xA4", false, NULL},
	{"(?i)[A-z]", false, NULL},
	{"(a)\\1", false, NULL},
	{"\\p{Lu}", false, NULL},
	{"\\pL", false, NULL},
	{"\\Qa\\E", false, NULL},
	{"\\C", false, NULL},
	{"\\x41", false, NULL},
	{"[\\D]", false, NULL},
	{"[[:^alpha:]]", false, NULL},
	{"[[:word:]]", false, NULL},
	{"a**", false, NULL},
	{"a{2}{3}", false, NULL},
	{"a{256}", false, NULL},
	{"a{,5}", false, NULL},
	{"a{b", false, NULL},
	{"*a", false, NULL},
	{"^*a", false, NULL},
	{"(*a)", false, NULL},
	{"(a", false, NULL},
	{"a)", false, NULL},
	{"a)|(b", true, NULL},
	{"[a", false, NULL},
	{"a\\", false, NULL},
};

static void test_patterns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_error err = {0};
		const char *own = NULL;
		int code = mg_regex_postgres(cases[i].pattern, cases[i].whole, arena, &own, &err);
		if (!cases[i].own && code == MG_OK)
			fail_msg("%s is read as %s", cases[i].pattern, own);
		if (cases[i].own && code != MG_OK)
			fail_msg("%s: %s", cases[i].pattern, err.text);
		if (cases[i].own)
			assert_string_equal(own, cases[i].own);
		else
			assert_int_equal(code, MG_ESPEC);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_patterns)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
