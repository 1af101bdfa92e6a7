/* types.c: Spark's words for types, as the planner knows them. */
#include <string.h>

#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/decimal.h"

#define WHOLE(count, from, to)                                                                     \
	{                                                                                          \
		.kind = MG_NUMBER_WHOLE, .digits = (count), .least = (from), .most = (to)          \
	}

static const struct type {
	const char *word; /* a prefix where it ends in ( */
	enum mg_column_type type;
	struct mg_number number;
} types[] = {
	{"TINYINT", MG_TYPE_INTEGER, WHOLE(3, "-128", "127")},
	{"SMALLINT", MG_TYPE_INTEGER, WHOLE(5, "-32768", "32767")},
	{"INT", MG_TYPE_INTEGER, WHOLE(10, "-2147483648", "2147483647")},
	{"BIGINT", MG_TYPE_INTEGER, WHOLE(19, "-9223372036854775808", "9223372036854775807")},
	{"FLOAT", MG_TYPE_REAL, {.kind = MG_NUMBER_FLOAT}},
	{"DOUBLE", MG_TYPE_REAL, {.kind = MG_NUMBER_DOUBLE}},
	{"DECIMAL(", MG_TYPE_REAL, {.kind = MG_NUMBER_DECIMAL}},
	{"STRING", MG_TYPE_TEXT, {0}},
	{"VARCHAR(", MG_TYPE_TEXT, {0}},
	{"CHAR(", MG_TYPE_TEXT, {0}},
	{"BOOLEAN", MG_TYPE_BOOLEAN, {0}},
	{"DATE", MG_TYPE_TIME, {0}},
	{"TIMESTAMP", MG_TYPE_TIME, {0}},
	{"TIMESTAMP_NTZ", MG_TYPE_TIME, {0}},
};

struct mg_column mg_databricks_column_of(
	struct mg_arena *arena, const struct mg_databricks_column *column)
{
	struct mg_column out = {.name = mg_strdup(arena, column->name),
		.sql_type = mg_strdup(arena, column->type),
		.type = MG_TYPE_OTHER};
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		const struct type *t = &types[i];
		bool prefix = mg_ends_with(t->word, "(");
		if (!(prefix ? mg_starts_with(column->type, t->word)
			     : mg_streq(column->type, t->word)))
			continue;
		out.type = t->type;
		out.number = t->number;
		if (t->number.kind == MG_NUMBER_DECIMAL)
			mg_decimal_read_type(arena, column->type, &out.number);
	}
	return out;
}
