/* value.h: texts as values: the narrowest type that holds all texts of a column exactly, and the
 * value of a text in a type. Locale, clock and guesses play no part. The rules stand in docs/data.md. */
#ifndef MG_INPUT_VALUE_H
#define MG_INPUT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

enum mg_type_id {
	MG_TYPE_ID_TEXT,
	MG_TYPE_ID_BOOLEAN,
	MG_TYPE_ID_TINYINT,
	MG_TYPE_ID_SMALLINT,
	MG_TYPE_ID_INTEGER,
	MG_TYPE_ID_BIGINT,
	MG_TYPE_ID_UTINYINT,
	MG_TYPE_ID_USMALLINT,
	MG_TYPE_ID_UINTEGER,
	MG_TYPE_ID_UBIGINT,
	MG_TYPE_ID_HUGEINT, /* 128 bits */
	MG_TYPE_ID_DECIMAL, /* of at most 38 digits */
	MG_TYPE_ID_FLOAT,
	MG_TYPE_ID_DOUBLE,
	MG_TYPE_ID_DATE,
	MG_TYPE_ID_TIME,
	MG_TYPE_ID_TIMESTAMP,    /* microseconds, without a zone */
	MG_TYPE_ID_TIMESTAMP_NS, /* nanoseconds */
	MG_TYPE_ID_TIMESTAMP_TZ, /* microseconds, an instant */
	MG_TYPE_ID_JSON,         /* an object or array, as text */
};

/* A type with its parameters. */
struct mg_type {
	enum mg_type_id id;
	uint8_t width, scale; /* MG_TYPE_ID_DECIMAL */
	char decimal;         /* the sign between whole and part: '.' or ',' */
	const char *format;   /* DATE, TIMESTAMP: as strptime has it; NULL: ISO 8601 */
};

/* A type as people write it: SQL's words and their synonyms, any case ("int", "NUMERIC(18, 3)",
 * "timestamptz"). False for a word that is none of them. */
bool mg_type_parse(const char *text, struct mg_type *out);
/* "DECIMAL(18,3)"; as the engine names it. buffer of at least MG_TYPE_NAME. */
enum { MG_TYPE_NAME = 32 };
const char *mg_type_name(const struct mg_type *type, char buffer[MG_TYPE_NAME]);

/* ---- what the texts of a column have in common ---- */

/* Starts as {0}; texts are added in any order, fits are joined in any order, with the same end. */
struct mg_fit {
	uint32_t seen;    /* kinds of texts, see value.c */
	uint8_t whole;    /* most digits before the decimal sign */
	uint8_t part;     /* most digits behind it */
	uint8_t fraction; /* most digits of a second's fraction */
};
/* Adds one text that is not NULL. decimal: '.' or ','. */
void mg_fit_add(struct mg_fit *fit, const char *text, size_t len, char decimal);
void mg_fit_join(struct mg_fit *fit, const struct mg_fit *other);
/* The narrowest type that holds all texts exactly; TEXT where there were none. */
struct mg_type mg_fit_type(const struct mg_fit *fit);

/* ---- the value of a text ---- */

struct mg_hugeint {
	uint64_t lower;
	int64_t upper;
};

/* As an engine's column holds it: BOOLEAN `boolean`; TINYINT ... BIGINT, TIME (microseconds since
 * midnight), TIMESTAMP* (since 1970) and DATE (days since 1970) `integer`; UTINYINT ... UBIGINT
 * `natural`; HUGEINT and DECIMAL (times 10^scale) `huge`; FLOAT and DOUBLE `real`. */
union mg_parsed {
	bool boolean;
	int64_t integer;
	uint64_t natural;
	struct mg_hugeint huge;
	double real;
};

/* False when the type does not hold the text exactly (FLOAT and DOUBLE: to the nearest; declared
 * BOOLEAN also takes yes, no, t, f, y, n, 1, 0). Not for TEXT and JSON. */
bool mg_value_parse(const struct mg_type *type, const char *text, size_t len, union mg_parsed *out);

#endif
