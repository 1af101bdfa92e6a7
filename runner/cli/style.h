/* style.h: colour for people who look at a terminal, plain text for everything else. */
#ifndef MG_CLI_STYLE_H
#define MG_CLI_STYLE_H

#include <stdbool.h>
#include <stdio.h>

enum mg_colour { MG_COLOUR_AUTO, MG_COLOUR_ALWAYS, MG_COLOUR_NEVER };

struct mg_style {
	bool colour;
	bool cursor; /* it can go back and erase: a terminal whose TERM is not "dumb" */
	int width;   /* columns of the terminal; 0 when the stream is not one */
};

enum mg_ink { MG_INK_PLAIN, MG_INK_BOLD, MG_INK_DIM, MG_INK_RED, MG_INK_GREEN, MG_INK_YELLOW };

/* AUTO: colour when the stream is a terminal, NO_COLOR is unset or empty, and TERM is set and not
 * "dumb". */
struct mg_style mg_style_of(FILE *stream, enum mg_colour colour);

/* The escape sequence that starts the ink (MG_INK_PLAIN ends it), or "" without colour. */
const char *mg_style_ink(const struct mg_style *style, enum mg_ink ink);

#endif
