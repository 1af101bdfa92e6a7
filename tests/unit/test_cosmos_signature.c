/* test_cosmos_signature.c: what a key of Cosmos DB signs, against the example of the service's documentation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <strings.h>

#include <cmocka.h>

#include "base/arena.h"
#include "history/cosmos_call.h"

/* "Access control in the Azure Cosmos DB SQL API", example of a GET of a database. */
static void test_example(void **state)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *made = mg_cosmos_signature(arena,
		"dsZQi3KtZmCv1ljt3VNWNm7sQUF1y5rJfC6kv5JiwvW0EndXdDku/dkKBp8/"
		"ufDToSxLzR4y+O/0H/t4bQtVNw==",
		"GET", "dbs", "dbs/ToDoList", "Thu, 27 Apr 2017 00:51:12 GMT");
	(void)state;
	assert_non_null(made);
	/* Codes of percent signs have no case. */
	assert_int_equal(strcasecmp(made,
				 "type%3dmaster%26ver%3d1.0%26sig%3d"
				 "c09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu%2bc%2bc%3d"),
		0);
}

static void test_no_key(void **state)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	(void)state;
	assert_null(mg_cosmos_signature(arena, "no key", "GET", "dbs", "dbs/x", "date"));
	assert_null(mg_cosmos_signature(arena, "", "GET", "dbs", "dbs/x", "date"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_no_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
