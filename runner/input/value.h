/* value.h: texts as values: the narrowest type that holds all texts of a column exactly, and the
 * value of a text in a type. Locale, clock and guesses play no part. docs/data.md has the rules. */
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
	MG_TYPE_ID_HUGEINT, /* 128 bits; at most 38 digits are read */
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
	const char *format;   /* DATE, TIMESTAMP*: as strptime has it; NULL: ISO 8601 */
};

/* A type as people write it: SQL's words and their synonyms, any case, blanks as one likes ("int",
 * "NUMERIC(18, 3)", "timestamp with time zone"). False for what is none of them. */
bool mg_type_parse(const char *text, struct mg_type *out);
/* As the engine names it: "DECIMAL(18,3)". buffer has MG_TYPE_NAME bytes. */
enum { MG_TYPE_NAME = 32 };
const char *mg_type_name(const struct mg_type *type, char *buffer);

/* ---- what the texts of a column have in common ---- */

/* Starts as {0}. Texts may be added, and fits joined, in any order: the end is the same. */
struct mg_fit {
	uint32_t seen;        /* kinds of texts, see fit.c */
	uint32_t whole, part; /* most digits before and behind the decimal sign */
};
enum { MG_FIT_TEXT = 1 }; /* in `seen`: nothing but TEXT holds them */

/* Adds a text that is not NULL. decimal: '.' or ',', the sign before a number's part. */
void mg_fit_add(struct mg_fit *fit, const char *text, size_t len, char decimal);
void mg_fit_join(struct mg_fit *fit, const struct mg_fit *other);
/* The narrowest type that holds all texts exactly; TEXT where there were none. */
struct mg_type mg_fit_type(const struct mg_fit *fit);

/* ---- the value of a text ---- */

struct mg_hugeint {
	uint64_t lower;
	int64_t upper;
};

/* As an engine's column holds it. */
union mg_parsed {
	bool boolean;
	int64_t integer;        /* TINYINT to BIGINT; DATE: days, TIME: microseconds since midnight,
	                         * TIMESTAMP and _TZ: microseconds, _NS: nanoseconds since 1970 */
	uint64_t natural;       /* UTINYINT to UBIGINT */
	struct mg_hugeint huge; /* HUGEINT; DECIMAL times 10^scale */
	double real;            /* FLOAT, DOUBLE */
};

/* False when the type does not hold the text's value exactly; FLOAT and DOUBLE take the nearest. A
 * BOOLEAN may be true, t, yes, y, 1 and the like, in any case. Not for TEXT and JSON. */
bool mg_value_parse(const struct mg_type *type, const char *text, size_t len, char decimal,
	union mg_parsed *out);

/* Is it a value of the type, which none that is rounded is? FLOAT and DOUBLE have those that they print to as
 * many digits. */
bool mg_value_holds(const struct mg_type *type, const char *text, size_t len, char decimal);

/* Are the two texts one value, as `missing` means it: the same text, or numbers of one size? */
bool mg_value_same(const char *a, size_t a_len, const char *b, size_t b_len, char decimal);

#endif
