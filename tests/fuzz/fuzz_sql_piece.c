/* fuzz_sql_piece.c: SQL from a spec that was found to be one piece stays inside its parentheses, also with the as-of
 * time in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "engine/sql/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct mg_dialect *dialect, const char *sql, struct mg_arena *arena)
{
	struct mg_text inside;
	struct mg_error err;
	size_t len = 0;
	mg_text_init(&inside, arena);
	if (mg_dialect_piece(dialect, &inside, "it", sql, &err) == MG_OK) {
		/* In its parentheses it is one piece again, as long as it was; only the bound on
		 * nesting may refuse it now. */
		int code = mg_sql_piece(&dialect->lexis, "it", inside.data, &len, &err);
		if (code == MG_OK ? len != inside.len : !strstr(err.text, "too deeply"))
			abort();
	} else if (err.code != MG_ESPEC) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mg_sql_rules rules; /* any table */
	const struct mg_dialect *const services[] = {&mg_dialect_postgres, &mg_dialect_databricks};
	struct mg_arena *arena = mg_arena_new();
	const char *sql = mg_strndup(arena, (const char *)data, size);
	check(&mg_dialect_duckdb, sql, arena);
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++) {
		struct mg_dialect dialect = *services[i];
		dialect.rules = &rules;
		check(&dialect, sql, arena);
	}
	mg_arena_free(arena);
	return 0;
}
