/* cmd_man.c: the manual page, from the same tables as the help. Run when modelgate is installed. */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/options.h"

/* Text for roff: backslashes and minus signs are escaped, and so is a leading point or quote. */
static void add_roff(struct mg_text *out, const char *s)
{
	bool line_start = out->len == 0 || out->data[out->len - 1] == '\n';
	for (; *s; s++) {
		if (line_start && (*s == '.' || *s == '\''))
			mg_text_add(out, "\\&");
		line_start = *s == '\n';
		if (*s == '\\')
			mg_text_add(out, "\\e");
		else if (*s == '-')
			mg_text_add(out, "\\-");
		else
			mg_text_add_char(out, *s);
	}
}

/* Paragraphs, which are separated by empty lines. */
static void add_paragraphs(struct mg_text *out, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);
		add_roff(out, mg_strndup(out->arena, text, len));
		mg_text_add(out, end ? "\n.PP\n" : "\n");
		text += len + (end ? 2 : 0);
	}
}

static void add_option(struct mg_text *out, const struct mg_option *option)
{
	mg_text_add(out, ".TP\n");
	if (option->letter)
		mg_text_addf(out, "\\fB\\-%c\\fR, ", option->letter);
	mg_text_add(out, "\\fB\\-\\-");
	add_roff(out, option->name);
	mg_text_add(out, "\\fR");
	if (option->value) {
		mg_text_add(out, " \\fI");
		add_roff(out, mg_help_value(out->arena, option));
		mg_text_add(out, "\\fR");
	}
	mg_text_add_char(out, '\n');
	add_roff(out, mg_help_option(out->arena, option));
	mg_text_add_char(out, '\n');
}

static void add_example(struct mg_text *out, const struct mg_example *example)
{
	mg_text_add(out, ".TP\n\\fB");
	add_roff(out, example->line);
	mg_text_add(out, "\\fR\n");
	add_roff(out, example->help);
	mg_text_add_char(out, '\n');
}

/* Options that every command has are told once, with those of the program. */
static bool is_common(const struct mg_option *option, const struct mg_option *const *top)
{
	for (size_t i = 0; top[i]; i++) {
		if (top[i] == option)
			return true;
	}
	return false;
}

static void add_command(
	struct mg_text *out, const struct mg_command *command, const struct mg_option *const *top)
{
	mg_text_add(out, ".SS modelgate ");
	add_roff(out, command->name);
	mg_text_add(out, " [OPTIONS]");
	if (command->operands) {
		mg_text_add_char(out, ' ');
		add_roff(out, command->operands);
	}
	mg_text_add_char(out, '\n');
	add_paragraphs(out, command->description);
	const struct mg_option *const *options = mg_command_options(out->arena, command);
	for (size_t i = 0; options[i]; i++) {
		if (!is_common(options[i], top))
			add_option(out, options[i]);
	}
}

static void add_page(struct mg_text *out)
{
	const struct mg_option *const *top = mg_command_options(out->arena, &mg_command_top);
	mg_text_addf(out,
		".TH MODELGATE 1 \"\" \"modelgate %s\" \"User Commands\"\n"
		".SH NAME\nmodelgate \\- release gates for machine-learning models\n"
		".SH SYNOPSIS\n.B modelgate\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIOPERANDS\\fR]\n"
		".SH DESCRIPTION\n",
		MG_VERSION);
	add_paragraphs(out, mg_help_purpose);
	mg_text_add(out, ".SH OPTIONS\n");
	for (size_t i = 0; top[i]; i++)
		add_option(out, top[i]);
	mg_text_add(out, ".SH COMMANDS\n");
	for (size_t i = 0; mg_commands[i]; i++) {
		if (!mg_commands[i]->hidden)
			add_command(out, mg_commands[i], top);
	}
	mg_text_add(out, ".SH EXIT STATUS\n");
	for (const struct mg_exit_text *exit = mg_exit_texts; exit->text; exit++) {
		mg_text_addf(out, ".TP\n.B %d\n", exit->code);
		add_roff(out, exit->text);
		mg_text_add_char(out, '\n');
	}
	mg_text_add(out,
		".SH ENVIRONMENT\n.TP\n.B NO_COLOR\n"
		"when set and not empty, output is not coloured unless \\fB\\-\\-color "
		"always\\fR asks for it\n"
		".SH EXAMPLES\n");
	for (size_t i = 0; mg_commands[i]; i++) {
		for (const struct mg_example *e = mg_commands[i]->examples; e->line; e++) {
			if (!mg_commands[i]->hidden)
				add_example(out, e);
		}
	}
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	(void)args;
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	add_page(&text);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_example examples[] = {
	{"modelgate man | man -l -", "read the manual page"},
	{NULL, NULL},
};

const struct mg_command mg_command_man = {
	.name = "man",
	.summary = "print the manual page",
	.description = "Prints the manual page as roff, for the installation.",
	.examples = examples,
	.hidden = true,
	.run = run,
};
