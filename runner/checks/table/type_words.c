/* type_words.c: compares what people call a type with what the engine says that a column is. */
#include "checks/table/type_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "input/value.h"

/* Words for several types. INT and BOOL are what people write for integer and boolean. */
static const struct {
	const char *word;
	enum mg_column_type type;
} families[] = {
	{"numeric", MG_TYPE_NUMERIC},
	{"number", MG_TYPE_NUMERIC},
	{"integer", MG_TYPE_INTEGER},
	{"int", MG_TYPE_INTEGER},
	{"real", MG_TYPE_REAL},
	{"text", MG_TYPE_TEXT},
	{"string", MG_TYPE_TEXT},
	{"boolean", MG_TYPE_BOOLEAN},
	{"bool", MG_TYPE_BOOLEAN},
	{"time", MG_TYPE_TIME},
};

/* Types that no text file has, by the engine's name and others. */
static const char *const engine_types[][3] = {
	{"UUID", "GUID"},
	{"BLOB", "BYTEA", "BINARY"},
	{"INTERVAL"},
	{"ENUM"},
	{"BIT", "BITSTRING"},
	{"UHUGEINT", "UINT128"},
	{"TIMESTAMP_S"},
	{"TIMESTAMP_MS"},
	{"TIME WITH TIME ZONE", "TIMETZ"},
	{"TIME_NS"},
	{"STRUCT"},
	{"MAP"},
	{"LIST"},
	{"UNION"},
	{"NULL"},
};

/* Without blanks at the ends, one where there are several. */
static const char *trimmed(struct mg_arena *arena, const char *word)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (const char *s = word; *s; s++) {
		if (!isspace((unsigned char)*s))
			mg_text_add_char(&out, *s);
		else if (out.len && !isspace((unsigned char)s[1]) && s[1])
			mg_text_add_char(&out, ' ');
	}
	return out.data;
}

static bool family_of(const char *word, enum mg_column_type *out)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (strcasecmp(word, families[i].word) != 0)
			continue;
		*out = families[i].type;
		return true;
	}
	return false;
}

/* The engine's name of a type of the table above; NULL when it is none. */
static const char *engine_type(const char *word)
{
	for (size_t i = 0; i < sizeof(engine_types) / sizeof(*engine_types); i++)
		for (size_t k = 0; k < 3 && engine_types[i][k]; k++)
			if (strcasecmp(word, engine_types[i][k]) == 0)
				return engine_types[i][0];
	return NULL;
}

static bool is_any_decimal(const char *word)
{
	return strcasecmp(word, "decimal") == 0 || strcasecmp(word, "dec") == 0;
}

/* A list's type is that of its items and []; a nested one has its parts in brackets. */
static bool is_nested(struct mg_arena *arena, const char *word)
{
	size_t len = strlen(word);
	if (mg_ends_with(word, "[]"))
		return mg_type_word_known(mg_strndup(arena, word, len - 2));
	size_t head = strcspn(word, "( ");
	return head < len && word[len - 1] == ')' &&
		(strncasecmp(word, "STRUCT", head) == 0 || strncasecmp(word, "MAP", head) == 0 ||
			strncasecmp(word, "UNION", head) == 0 ||
			strncasecmp(word, "ENUM", head) == 0) &&
		head >= 3;
}

bool mg_type_word_known(const char *word)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	enum mg_column_type family;
	struct mg_type type;
	const char *plain = trimmed(scratch, word);
	return family_of(plain, &family) || is_any_decimal(plain) || mg_type_parse(plain, &type) ||
		engine_type(plain) || is_nested(scratch, plain);
}

static bool is_of_family(enum mg_column_type family, const struct mg_column *column)
{
	if (family == MG_TYPE_NUMERIC)
		return column->type == MG_TYPE_INTEGER || column->type == MG_TYPE_REAL;
	/* SQL's TIME is the time of a day. */
	return column->type == family ||
		(family == MG_TYPE_TIME && strcasecmp(column->sql_type, "TIME") == 0);
}

/* Blanks and case make no difference. */
static bool same_words(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (isspace((unsigned char)*a))
			a++;
		while (isspace((unsigned char)*b))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

/* Is the engine's type the one that SQL calls so? */
static bool is_sql_type(struct mg_arena *arena, const char *word, const char *sql_type)
{
	struct mg_type type;
	char name[MG_TYPE_NAME];
	bool list = mg_ends_with(sql_type, "[]");
	if (mg_ends_with(word, "[]"))
		return list &&
			is_sql_type(arena, mg_strndup(arena, word, strlen(word) - 2),
				mg_strndup(arena, sql_type, strlen(sql_type) - 2));
	if (is_any_decimal(word))
		return !list && mg_starts_with(sql_type, "DECIMAL(");
	if (mg_type_parse(word, &type))
		return same_words(mg_type_name(&type, name), sql_type);
	const char *own = engine_type(word);
	if (!own || list)
		return own ? mg_streq(own, "LIST") : same_words(word, sql_type);
	return same_words(own, sql_type) ||
		(mg_starts_with(sql_type, own) && sql_type[strlen(own)] == '(');
}

bool mg_type_word_fits(const char *word, const struct mg_column *column)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	enum mg_column_type family;
	const char *plain = trimmed(scratch, word);
	return family_of(plain, &family) ? is_of_family(family, column)
					 : is_sql_type(scratch, plain, column->sql_type);
}
