/* type.c: the names of types. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "input/numeral.h"
#include "input/value.h"

/* The first name of a type is the engine's. */
static const struct {
	const char *name;
	enum mg_type_id id;
} names[] = {
	{"VARCHAR", MG_TYPE_ID_TEXT},
	{"TEXT", MG_TYPE_ID_TEXT},
	{"STRING", MG_TYPE_ID_TEXT},
	{"CHAR", MG_TYPE_ID_TEXT},
	{"BPCHAR", MG_TYPE_ID_TEXT},
	{"CHARACTER", MG_TYPE_ID_TEXT},
	{"CHARACTER VARYING", MG_TYPE_ID_TEXT},
	{"NVARCHAR", MG_TYPE_ID_TEXT},
	{"BOOLEAN", MG_TYPE_ID_BOOLEAN},
	{"BOOL", MG_TYPE_ID_BOOLEAN},
	{"LOGICAL", MG_TYPE_ID_BOOLEAN},
	{"TINYINT", MG_TYPE_ID_TINYINT},
	{"INT1", MG_TYPE_ID_TINYINT},
	{"BYTE", MG_TYPE_ID_TINYINT},
	{"SMALLINT", MG_TYPE_ID_SMALLINT},
	{"INT2", MG_TYPE_ID_SMALLINT},
	{"INT16", MG_TYPE_ID_SMALLINT},
	{"SHORT", MG_TYPE_ID_SMALLINT},
	{"INTEGER", MG_TYPE_ID_INTEGER},
	{"INT", MG_TYPE_ID_INTEGER},
	{"INT4", MG_TYPE_ID_INTEGER},
	{"INT32", MG_TYPE_ID_INTEGER},
	{"SIGNED", MG_TYPE_ID_INTEGER},
	{"BIGINT", MG_TYPE_ID_BIGINT},
	{"INT8", MG_TYPE_ID_BIGINT},
	{"INT64", MG_TYPE_ID_BIGINT},
	{"LONG", MG_TYPE_ID_BIGINT},
	{"UTINYINT", MG_TYPE_ID_UTINYINT},
	{"UINT8", MG_TYPE_ID_UTINYINT},
	{"USMALLINT", MG_TYPE_ID_USMALLINT},
	{"UINT16", MG_TYPE_ID_USMALLINT},
	{"UINTEGER", MG_TYPE_ID_UINTEGER},
	{"UINT32", MG_TYPE_ID_UINTEGER},
	{"UBIGINT", MG_TYPE_ID_UBIGINT},
	{"UINT64", MG_TYPE_ID_UBIGINT},
	{"HUGEINT", MG_TYPE_ID_HUGEINT},
	{"INT128", MG_TYPE_ID_HUGEINT},
	{"DECIMAL", MG_TYPE_ID_DECIMAL},
	{"NUMERIC", MG_TYPE_ID_DECIMAL},
	{"DEC", MG_TYPE_ID_DECIMAL},
	{"FLOAT", MG_TYPE_ID_FLOAT},
	{"FLOAT4", MG_TYPE_ID_FLOAT},
	{"FLOAT32", MG_TYPE_ID_FLOAT},
	{"REAL", MG_TYPE_ID_FLOAT},
	{"DOUBLE", MG_TYPE_ID_DOUBLE},
	{"DOUBLE PRECISION", MG_TYPE_ID_DOUBLE},
	{"FLOAT8", MG_TYPE_ID_DOUBLE},
	{"FLOAT64", MG_TYPE_ID_DOUBLE},
	{"DATE", MG_TYPE_ID_DATE},
	{"TIME", MG_TYPE_ID_TIME},
	{"TIMESTAMP", MG_TYPE_ID_TIMESTAMP},
	{"DATETIME", MG_TYPE_ID_TIMESTAMP},
	{"TIMESTAMP_NTZ", MG_TYPE_ID_TIMESTAMP},
	{"TIMESTAMP WITHOUT TIME ZONE", MG_TYPE_ID_TIMESTAMP},
	{"TIMESTAMP_NS", MG_TYPE_ID_TIMESTAMP_NS},
	{"TIMESTAMP WITH TIME ZONE", MG_TYPE_ID_TIMESTAMP_TZ},
	{"TIMESTAMPTZ", MG_TYPE_ID_TIMESTAMP_TZ},
	{"TIMESTAMP_TZ", MG_TYPE_ID_TIMESTAMP_TZ},
	{"JSON", MG_TYPE_ID_JSON},
};

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* One to four digits with blanks around; moves behind them. */
static bool read_size(const char **at, int *out)
{
	const char *s = skip_blanks(*at);
	size_t digits = strspn(s, "0123456789");
	*out = 0;
	for (size_t i = 0; i < digits && digits <= 4; i++)
		*out = *out * 10 + (s[i] - '0');
	*at = skip_blanks(s + digits);
	return digits >= 1 && digits <= 4;
}

/* One or two numbers in brackets, to the end. */
static bool parse_sizes(const char *s, int sizes[2], int *out_count)
{
	*out_count = 0;
	if (*s == '\0')
		return true;
	do {
		s++;
		if (*out_count == 2 || !read_size(&s, &sizes[(*out_count)++]))
			return false;
	} while (*s == ',');
	return *s == ')' && *skip_blanks(s + 1) == '\0';
}

/* SQL's own default is DECIMAL(18, 3). */
static bool set_decimal(struct mg_type *out, const int sizes[2], int count)
{
	int width = count ? sizes[0] : 18, scale = count == 2 ? sizes[1] : count ? 0 : 3;
	if (width < 1 || width > MG_NUMERAL_DIGITS || scale < 0 || scale > width)
		return false;
	out->width = (uint8_t)width;
	out->scale = (uint8_t)scale;
	return true;
}

bool mg_type_parse(const char *text, struct mg_type *out)
{
	enum { WORDS = 40 };
	char words[WORDS] = "";
	size_t len = 0;
	int sizes[2] = {0, 0}, count = 0;
	const char *s = text;
	/* The words before a bracket, in capitals, one blank between two of them. */
	for (; *s && *s != '('; s++) {
		bool blank = *s == ' ' || *s == '\t';
		if (blank && (len == 0 || words[len - 1] == ' '))
			continue;
		if (len + 1 >= WORDS)
			return false;
		words[len++] = blank ? ' ' : (char)toupper((unsigned char)*s);
	}
	while (len && words[len - 1] == ' ')
		len--;
	words[len] = '\0';
	if (!parse_sizes(s, sizes, &count))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(words, names[i].name) != 0)
			continue;
		*out = (struct mg_type){.id = names[i].id};
		if (out->id == MG_TYPE_ID_DECIMAL)
			return set_decimal(out, sizes, count);
		return count == 0 || (out->id == MG_TYPE_ID_TEXT && count == 1);
	}
	return false;
}

const char *mg_type_name(const struct mg_type *type, char *buffer)
{
	const char *name = "";
	for (size_t i = 0; !*name; i++)
		if (names[i].id == type->id)
			name = names[i].name;
	if (type->id == MG_TYPE_ID_DECIMAL)
		snprintf(buffer, MG_TYPE_NAME, "%s(%d,%d)", name, type->width, type->scale);
	else
		snprintf(buffer, MG_TYPE_NAME, "%s", name);
	return buffer;
}
