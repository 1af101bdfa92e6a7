/* help.h: usage text, made from the commands' tables. */
#ifndef MG_CLI_HELP_H
#define MG_CLI_HELP_H

#include "base/text.h"
#include "cli/cli.h"

/* `modelgate --help`. */
void mg_help_overview(struct mg_text *out, const struct mg_style *style);
/* What `modelgate` alone prints: the usage line and the commands. */
void mg_help_short(struct mg_text *out, const struct mg_style *style);
/* `modelgate COMMAND --help`. */
void mg_help_command(
	struct mg_text *out, const struct mg_command *command, const struct mg_style *style);

/* What an option's value is called: "FILE", or its choices "auto|always|never". */
const char *mg_help_value(struct mg_arena *arena, const struct mg_option *option);
/* Its help with what the table says besides: default, repeatable, required. */
const char *mg_help_option(struct mg_arena *arena, const struct mg_option *option);

/* The exit codes and what they mean; ends with a NULL text. */
struct mg_exit_text {
	enum mg_exit code;
	const char *text;
};
extern const struct mg_exit_text mg_exit_texts[];
extern const char mg_help_purpose[];

#endif
