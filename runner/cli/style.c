/* style.c: decides once per stream whether colour is wanted. */
#include "cli/style.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool knows_sequences(bool terminal)
{
	const char *term = getenv("TERM");
	return terminal && term && *term && strcmp(term, "dumb") != 0;
}

static bool wants_colour(bool terminal)
{
	const char *no_color = getenv("NO_COLOR");
	return knows_sequences(terminal) && !(no_color && *no_color);
}

struct mg_style mg_style_of(FILE *stream, enum mg_colour colour)
{
	bool terminal = isatty(fileno(stream)) == 1;
	struct mg_style style = {
		.colour = colour == MG_COLOUR_ALWAYS, .cursor = knows_sequences(terminal)};
	if (colour == MG_COLOUR_AUTO)
		style.colour = wants_colour(terminal);
	if (terminal) {
		struct winsize size;
		bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
		style.width = known ? size.ws_col : 80;
	}
	return style;
}

const char *mg_style_ink(const struct mg_style *style, enum mg_ink ink)
{
	static const char *const sequences[] = {
		[MG_INK_PLAIN] = "\x1b[0m",
		[MG_INK_BOLD] = "\x1b[1m",
		[MG_INK_DIM] = "\x1b[2m",
		[MG_INK_RED] = "\x1b[31m",
		[MG_INK_GREEN] = "\x1b[32m",
		[MG_INK_YELLOW] = "\x1b[33m",
	};
	return style->colour ? sequences[ink] : "";
}
