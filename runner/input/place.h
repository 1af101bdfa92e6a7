/* place.h: how an error names the place in a dataset's file that it is about. */
#ifndef MG_INPUT_PLACE_H
#define MG_INPUT_PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "input/rows.h"

/* A file as the spec writes it: "in/d.csv"; one of a pattern "in/year=????/d.csv" with as many
 * folders as the pattern has: "in/year=2026/d.csv". Points into one of the two paths. */
const char *mg_place_path(const struct mg_rows *rows, const struct mg_source_file *file);

/* Fails with "in/d.csv:17: " before the sentence; line 0: without it. The path is made safe to print,
 * the arguments are the caller's to escape. */
int mg_place_fail(struct mg_error *err, enum mg_code code, const struct mg_rows *rows,
	const struct mg_source_file *file, uint64_t line, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

#endif
