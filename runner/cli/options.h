/* options.h: turns the words of a command line into a command's arguments, by its tables. */
#ifndef MG_CLI_OPTIONS_H
#define MG_CLI_OPTIONS_H

#include <modelgate/error.h>

#include "cli/cli.h"

struct mg_given {
	const struct mg_option *option;
	const char *value; /* NULL for a flag */
};

/* Read it with the mg_arg_ functions of cli.h. */
struct mg_args {
	struct mg_arena *arena;
	const struct mg_command *command;
	const struct mg_option *const *options; /* NULL-terminated */
	struct mg_given *given;                 /* in order */
	size_t given_count, given_capacity;
	const char **operands;
	size_t operand_count, operand_capacity;
};

/* The program itself, before a command is named: --help, --version, --color. */
extern const struct mg_command mg_command_top;

/* All options of a command, NULL-terminated: its own, the ones from another table, then those that
 * every command has (--color, --help). */
const struct mg_option *const *mg_command_options(
	struct mg_arena *arena, const struct mg_command *command);

/* How a command is typed: "modelgate run", "modelgate". */
const char *mg_command_line(struct mg_arena *arena, const struct mg_command *command);

/* Parses words[0..n). MG_EUSAGE says what was wrong, the nearest known word, and where help is.
 * Stops at --help, which is then the last one given. With out_used (for mg_command_top) it
 * also stops at --version and before the first operand, and tells how many words were used. */
MG_MUST_USE int mg_args_parse(struct mg_arena *arena, const struct mg_command *command,
	const char *const *words, size_t n, size_t *out_used, struct mg_args **out,
	struct mg_error *err);

#endif
