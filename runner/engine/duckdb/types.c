/* types.c: DuckDB's words for types, as the planner knows them. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/decimal.h"
#include "engine/duckdb/engine.h"

static const struct type {
	const char *word; /* a prefix where it ends in ( or names times */
	enum mg_column_type type;
	struct mg_number number;
} types[] = {
	{"TINYINT", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 3, 0, "-128", "127", false}},
	{"SMALLINT", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 5, 0, "-32768", "32767", false}},
	{"INTEGER", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 10, 0, "-2147483648", "2147483647", false}},
	{"BIGINT", MG_TYPE_INTEGER,
		{MG_NUMBER_WHOLE, 19, 0, "-9223372036854775808", "9223372036854775807", false}},
	{"HUGEINT", MG_TYPE_INTEGER,
		{MG_NUMBER_WHOLE, 39, 0, "-170141183460469231731687303715884105728",
			"170141183460469231731687303715884105727", false}},
	{"UTINYINT", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 3, 0, "0", "255", false}},
	{"USMALLINT", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 5, 0, "0", "65535", false}},
	{"UINTEGER", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 10, 0, "0", "4294967295", false}},
	{"UBIGINT", MG_TYPE_INTEGER, {MG_NUMBER_WHOLE, 20, 0, "0", "18446744073709551615", false}},
	{"UHUGEINT", MG_TYPE_INTEGER,
		{MG_NUMBER_WHOLE, 39, 0, "0", "340282366920938463463374607431768211455", false}},
	{"FLOAT", MG_TYPE_REAL, {.kind = MG_NUMBER_FLOAT}},
	{"DOUBLE", MG_TYPE_REAL, {.kind = MG_NUMBER_DOUBLE}},
	{"DECIMAL(", MG_TYPE_REAL, {.kind = MG_NUMBER_DECIMAL}},
	{"VARCHAR", MG_TYPE_TEXT, {0}},
	{"ENUM(", MG_TYPE_TEXT, {0}},
	{"UUID", MG_TYPE_TEXT, {0}},
	{"JSON", MG_TYPE_TEXT, {0}},
	{"BOOLEAN", MG_TYPE_BOOLEAN, {0}},
	/* "TIMESTAMP WITH TIME ZONE" and TIMESTAMP_NS are timestamps too. */
	{"DATE", MG_TYPE_TIME, {0}},
	{"TIMESTAMP", MG_TYPE_TIME, {0}},
};

void mg_duckdb_column_type(struct mg_arena *arena, const char *sql, struct mg_column *out)
{
	out->type = MG_TYPE_OTHER;
	out->number = (struct mg_number){0};
	if (mg_ends_with(sql, "]")) /* a list */
		return;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		const struct type *t = &types[i];
		bool prefix = t->type == MG_TYPE_TIME || mg_ends_with(t->word, "(");
		if (!(prefix ? mg_starts_with(sql, t->word) : mg_streq(sql, t->word)))
			continue;
		out->type = t->type;
		out->number = t->number;
		if (t->number.kind == MG_NUMBER_DECIMAL)
			mg_decimal_read_type(arena, sql, &out->number);
		return;
	}
}
