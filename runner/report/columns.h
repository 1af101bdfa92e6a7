/* columns.h: text laid out by its width on a terminal: padded, cut, wrapped, in colour. */
#ifndef MG_REPORT_COLUMNS_H
#define MG_REPORT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

/* s, or its beginning and "…", in at most `width` columns (at least 1). */
const char *mg_cut_end(struct mg_arena *arena, const char *s, size_t width);
/* s, or its beginning, "…" and its end: for names, which often differ at the end. */
const char *mg_cut_middle(struct mg_arena *arena, const char *s, size_t width);
void mg_add_spaces(struct mg_text *out, size_t n);
/* s padded with spaces to `width` columns, on the left when `right`. */
void mg_add_padded(struct mg_text *out, const char *s, size_t width, bool right);
/* s between an ANSI colour ("31", "1;32") and its end; plain when colour is NULL. */
void mg_add_coloured(struct mg_text *out, const char *colour, const char *s);
/* s broken at blanks into lines of at most `width` columns (0: not broken); lines after the first
 * start with `indent` spaces; ends with a newline. Newlines in s stay. */
void mg_add_wrapped(struct mg_text *out, const char *s, size_t indent, size_t width);

/* A small table with a heading, every line indented. Columns of numbers are set to the right. NULL
 * cells show as NULL. Cells are cut to fit `width` columns (0: 120 a cell); columns that find no
 * place at all are counted in a last line. Texts must be safe. */
struct mg_grid {
	const char **heading;
	size_t columns;
	const char **cells; /* rows * columns */
	size_t rows;
};
void mg_add_grid(struct mg_text *out, struct mg_arena *scratch, const struct mg_grid *grid,
	size_t indent, size_t width, const char *heading_colour);

#endif
