/* run_fields.h: every field of a finished run, in tables. The writer and the reader of run.json, its
 * JSON Schema, the safe copy and join go by them, so a new field is one new line in run_fields.c. */
#ifndef MG_REPORT_RUN_FIELDS_H
#define MG_REPORT_RUN_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/run.h>

struct mg_json;
struct mg_text;

enum mg_run_type {
	/* const char * */
	MG_RUN_TEXT,
	MG_RUN_TEXT_OR_NULL,
	MG_RUN_LINES,  /* text of several lines, or null */
	MG_RUN_DIGITS, /* what the number of the field before is rounded from */
	MG_RUN_SEAL,   /* the last member; report/seal.h writes it */
	/* numbers and words */
	MG_RUN_FIXED, /* words[0], whatever the run */
	MG_RUN_WORD,  /* an enum: words[value] */
	MG_RUN_BOOL,
	MG_RUN_HELD,     /* of the limit's state that stands before it: is it MG_HELD? */
	MG_RUN_NUMBER,   /* double; NaN is null */
	MG_RUN_MEASURED, /* of a result: NUMBER, null where nothing was measured */
	MG_RUN_WHOLE,    /* int, int64_t, size_t or uint64_t from least to most */
	MG_RUN_ROWS,     /* int64_t; -1 is null */
	MG_RUN_SEED,     /* uint64_t, as text: readers of JSON round whole numbers over 2^53 */
	MG_RUN_TIME,     /* int64_t: microseconds since 1970, UTC */
	/* more than one */
	MG_RUN_TEXTS,   /* const char **, and how many */
	MG_RUN_CELLS,   /* const char **: rows of texts, NULL where a cell has none */
	MG_RUN_NUMBERS, /* double *: rows of numbers */
	MG_RUN_OBJECT,  /* fields of the same struct, under a key of their own */
	MG_RUN_LIST,    /* an array of structs, and how many */
	MG_RUN_TYPES
};

enum mg_run_when {
	MG_RUN_ALWAYS,
	MG_RUN_SINCE, /* always, but files of early versions lack it */
	MG_RUN_IF_ANY, /* absent where there is none: NULL, NaN, no entries, all fields absent or 0 */
	MG_RUN_ELSE,   /* where the field before it is absent, and only there */
};

/* What the joined run of several parts has. */
enum mg_run_join {
	MG_JOIN_INSIDE, /* its fields or its holder say so */
	MG_JOIN_OWN,    /* each part has its own; report/join.c makes the whole's */
	MG_JOIN_SAME,   /* all parts must have the same */
	MG_JOIN_SUM,
	MG_JOIN_LEAST,
	MG_JOIN_MOST,
};

/* How entries of a list may be like an earlier one: what is the same there is left out. */
enum mg_run_share {
	MG_SHARE_NEVER, /* written in every entry */
	MG_SHARE_APART, /* so is that text; an entry without one is like none */
	MG_SHARE_EQUAL, /* left out where it is the same */
	MG_SHARE_ALL,   /* the same in all that are like one another */
};

struct mg_run_field {
	const char *name; /* NULL ends a table */
	enum mg_run_type type;
	enum mg_run_when when;
	size_t offset; /* in the struct that the table is of */
	size_t size;   /* WHOLE, WORD: of the member; LIST: of an entry */
	size_t count; /* TEXTS, CELLS, NUMBERS, LIST: offset of the size_t that counts entries or rows */
	size_t across; /* CELLS, NUMBERS: offset of the size_t that counts columns */
	bool one_line; /* OBJECT, LIST: it, or each of its entries, is written in one line */
	bool likes;    /* LIST: an entry may be like an earlier one, and says which */
	enum mg_run_share share;  /* of such entries */
	int64_t least, most;      /* WHOLE; most 0: no bound */
	const char *const *words; /* FIXED, WORD: NULL-terminated; BOOL: for join's messages */
	const struct mg_run_field *fields; /* OBJECT, LIST */
	enum mg_run_join join;
	const char *same; /* JOIN_SAME: what it is called where parts differ */
	const char *help; /* for the schema; NULL: the name says it. FIXED: it follows the word */
};

/* Of struct mg_run, in the order of the file. */
extern const struct mg_run_field mg_run_fields[];
/* Of struct mg_input: which file, or which state of a table. */
extern const struct mg_run_field mg_run_source_fields[];

/* The key of an entry that is like an earlier one: the index of that one. What it leaves out is as it is there,
 * so to put its own members over those makes it whole. */
#define MG_RUN_LIKE "like"

/* ---- JSON by a table ---- */

/* The members of an object that is open. */
void mg_fields_write(struct mg_json *json, const struct mg_run_field *fields, const void *base);
/* Text that is one object, into `base`, which is zeros; *out_sealed: it ends with a seal that holds. What is
 * wrong, or lacking, is MG_EIO with its JSON path. */
MG_MUST_USE int mg_fields_read(struct mg_arena *arena, const char *text, size_t len,
	const struct mg_run_field *fields, void *base, bool *out_sealed, struct mg_error *err);
/* A JSON Schema of the whole object. */
void mg_fields_schema(struct mg_text *out, const char *id, const char *title,
	const char *description, const struct mg_run_field *fields);

/* ---- run_values.c ---- */

/* Is there a value, so that the key is written? `base` is the struct that the table is of. */
bool mg_run_has(const struct mg_run_field *field, const void *base);
/* Values by their field. */
const char *mg_run_text(const struct mg_run_field *field, const void *base); /* all of char * */
double mg_run_number(const struct mg_run_field *field, const void *base);    /* NUMBER, MEASURED */
void mg_run_set_number(const struct mg_run_field *field, void *base, double value);
int64_t mg_run_whole(const struct mg_run_field *field, const void *base); /* WORD to TIME */
void mg_run_set_whole(const struct mg_run_field *field, void *base, int64_t value);
/* The array of TEXTS, CELLS, NUMBERS or LIST, and how many entries it has (CELLS, NUMBERS: of all rows). */
void *mg_run_entries(const struct mg_run_field *field, const void *base, size_t *out_count);
/* How many columns CELLS or NUMBERS have. */
size_t mg_run_across(const struct mg_run_field *field, const void *base);
/* Entry i of such an array of a LIST. */
static inline void *mg_run_entry(const struct mg_run_field *field, void *entries, size_t i)
{
	return (char *)entries + i * field->size;
}
/* Puts a pointer at the field's place. */
void mg_run_set_pointer(const struct mg_run_field *field, void *base, const void *pointer);
/* Makes it absent: NULL, NaN, 0, no entries. */
void mg_run_clear(const struct mg_run_field *field, void *base);
/* Do two structs have the same there, so that it would be written alike? */
bool mg_run_same(const struct mg_run_field *field, const void *a, const void *b);

#endif
