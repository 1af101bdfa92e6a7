/* json_out.h: writes JSON: indented, in the order given, numbers in their shortest exact form. */
#ifndef MG_REPORT_JSON_OUT_H
#define MG_REPORT_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { MG_JSON_DEPTH = 16 };

/* Start with {.out = text}. Keys are NULL inside lists. */
struct mg_json {
	struct mg_text *out;
	int depth;
	bool some[MG_JSON_DEPTH];     /* something was written at this depth */
	bool one_line[MG_JSON_DEPTH]; /* so is everything inside */
	double last;                  /* number that was written, and where its text is; 0: none */
	size_t last_at, last_len;
	size_t left_out; /* bytes that entries did not repeat */
};

/* open is '{' or '['. one_line: no newlines inside. */
void mg_json_open(struct mg_json *json, const char *key, char open, bool one_line);
void mg_json_close(struct mg_json *json, char close);
/* NULL becomes null. Bytes that are not UTF-8 become \xNN, as in every report. What a log could obey
 * or a person could not see is written as \uNNNN, which reads back as itself. */
void mg_json_text(struct mg_json *json, const char *key, const char *value);
/* NaN becomes null, infinities the texts "Infinity" and "-Infinity". */
void mg_json_double(struct mg_json *json, const char *key, double value);
void mg_json_int(struct mg_json *json, const char *key, int64_t value);
void mg_json_bool(struct mg_json *json, const char *key, bool value);
void mg_json_null(struct mg_json *json, const char *key);
/* Members of an object, written out: "\"a\": 1, \"b\": 2". */
void mg_json_members(struct mg_json *json, const char *members);

#endif
