/* cli.h: what a command is, what it is handed, and how it ends. The only room that prints errors
 * and picks exit codes.
 *
 * A command is one file cmd_<verb>.c with a `const struct mg_command mg_command_<verb>`, and one
 * line COMMAND(<verb>) in commands.def. Its option table feeds the parser, the help, the man page
 * and the completions.
 */
#ifndef MG_CLI_CLI_H
#define MG_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <modelgate/error.h>
#include <modelgate/run.h>

#include "base/arena.h"
#include "cli/style.h"

/* ---- what a command is ---- */

/* One option, written --name, --name=VALUE, --name VALUE, -x or -x VALUE. */
struct mg_option {
	const char *name;  /* without dashes */
	char letter;       /* 0: none */
	const char *value; /* "FILE", "NAME=VALUE", ...; NULL: a flag. FILE, DIR and SPEC are
	                    * completed as paths */
	const char *help;  /* one sentence, lower case, no full stop */
	bool repeat;       /* may be given more than once: mg_arg_list reads all of them; of
	                    * others the last one counts */
	bool required;
	const char *const *choices; /* NULL-terminated; other values are refused. NULL: any */
	const char *default_text;   /* shown in the help and returned by mg_arg_text; or NULL */
	const char *section; /* heading in the help from this option on; NULL: as the one before */
};
#define MG_OPTIONS_END                                                                             \
	{                                                                                          \
		.name = NULL                                                                       \
	}

struct mg_example {
	const char *line; /* what to type */
	const char *help; /* what it does: one sentence, lower case, no full stop */
};

struct mg_cli;
struct mg_args;

struct mg_command {
	const char *name;
	const char *summary;     /* one line, lower case, no full stop */
	const char *description; /* paragraphs separated by an empty line; wrapped when printed */
	const char *group;       /* heading in `modelgate --help`; NULL: as the one before */
	const struct mg_option *options; /* ends with MG_OPTIONS_END; NULL: none */
	/* Options that come from another table (one per report format); or NULL. Same end. */
	const struct mg_option *(*more_options)(struct mg_arena *arena);
	const char *operands; /* as in the usage line: "[SPEC]", "RUN..."; NULL: none */
	size_t least_operands, most_operands;
	const struct mg_example *examples; /* ends with {NULL, NULL}; at least one */
	bool hidden;                       /* not listed, still works */
	/* Returns an exit status, taken from mg_cli_fail or mg_exit_code and from nowhere else. */
	int (*run)(struct mg_cli *cli, const struct mg_args *args);
};

/* All commands in the order of commands.def, NULL-terminated. */
extern const struct mg_command *const mg_commands[];
const struct mg_command *mg_command_find(const char *name); /* NULL when there is none */
/* The command, or MG_EUSAGE that names the nearest one. */
MG_MUST_USE int mg_command_need(struct mg_arena *arena, const char *name,
	const struct mg_command **out, struct mg_error *err);

/* ---- what it is handed ---- */

struct mg_cli {
	struct mg_arena *arena; /* lives as long as the program */
	FILE *out, *err;
	struct mg_style out_style, err_style;
	const char *program;              /* argv[0] */
	const struct mg_command *command; /* the one that runs */
};

/* Names without dashes; a name that is not in the command's table is a bug (assert). */
bool mg_arg_flag(const struct mg_args *args, const char *name);
bool mg_arg_given(const struct mg_args *args, const char *name); /* on the command line */
/* The value, else the default_text of its table entry, else NULL. */
const char *mg_arg_text(const struct mg_args *args, const char *name);
/* Every value in the order given (no default). The array lives as long as args. */
const char *const *mg_arg_list(const struct mg_args *args, const char *name, size_t *out_count);
/* Numbers: *out keeps its value when there is neither a value nor a default. MG_EUSAGE names the
 * option, what was found and what would be accepted. */
MG_MUST_USE int mg_arg_int(const struct mg_args *args, const char *name, int64_t least,
	int64_t most, int64_t *out, struct mg_error *err);
/* "90s", "15m", "36h", ... in seconds, more than 0. */
MG_MUST_USE int mg_arg_duration(
	const struct mg_args *args, const char *name, double *out_seconds, struct mg_error *err);
/* "512MB", "2GiB", ... in bytes. */
MG_MUST_USE int mg_arg_size(
	const struct mg_args *args, const char *name, uint64_t *out_bytes, struct mg_error *err);
/* What is not an option, in order; operand i, or NULL when there are not that many. */
const char *mg_arg_operand(const struct mg_args *args, size_t i);
size_t mg_arg_operand_count(const struct mg_args *args);

/* ---- how it ends ---- */

enum mg_exit {
	MG_EXIT_PASSED = 0,
	MG_EXIT_FAILED = 1,     /* a check failed, a rule refused, a history is broken */
	MG_EXIT_USAGE = 2,      /* the command line or the spec was wrong */
	MG_EXIT_UNMEASURED = 3, /* could not measure, read or write */
	MG_EXIT_BUG = 70,       /* a bug of ours */
};

/* The one function that chooses exit codes. `code` other than MG_OK decides; else the verdict
 * does (MG_PASS for a command that judges nothing). */
int mg_exit_code(enum mg_code code, enum mg_verdict verdict, bool fail_on_warn);

/* Prints "modelgate: <text>" on cli->err, safe for any log, and returns the exit code of err. */
int mg_cli_fail(struct mg_cli *cli, const struct mg_error *err);
/* Prints "modelgate: <text>" on cli->err, safe for any log: for remarks and warnings. */
void mg_cli_note(struct mg_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
