/* help.c: lays out the tables of the commands for a person at a terminal. */
#include "cli/help.h"

#include <string.h>

#include "cli/options.h"

/* Everything fits a terminal of this width; text for people is hard to read when it is wider. */
enum { WIDTH = 80, INDENT = 2, COLUMN = 26 };

const char mg_help_purpose[] =
	"modelgate decides whether a machine-learning model may move on to the next stage. "
	"It measures data and model by the checks of a spec, compares every number with "
	"its limits, and reports each check.";

const struct mg_exit_text mg_exit_texts[] = {
	{MG_EXIT_PASSED, "passed (warnings too, unless --fail-on warn)"},
	{MG_EXIT_FAILED, "a check failed, or a rule refused a promotion"},
	{MG_EXIT_USAGE, "the command line or the spec was wrong"},
	{MG_EXIT_UNMEASURED, "something could not be measured, read or written"},
	{MG_EXIT_BUG, "a bug in modelgate"},
	{0, NULL},
};

static void add_spaces(struct mg_text *out, size_t n)
{
	while (n-- > 0)
		mg_text_add_char(out, ' ');
}

/* Adds words from column `at`; further lines start at column `indent`. */
static void wrap(struct mg_text *out, const char *words, size_t at, size_t indent)
{
	bool first = true;
	while (*words) {
		size_t len = strcspn(words, " ");
		if (!first && at + 1 + len > WIDTH) {
			mg_text_add_char(out, '\n');
			add_spaces(out, indent);
			at = indent;
		} else if (!first) {
			mg_text_add_char(out, ' ');
			at++;
		}
		mg_text_add_bytes(out, words, len);
		at += len;
		first = false;
		words += len + (words[len] == ' ');
	}
	mg_text_add_char(out, '\n');
}

/* Paragraphs are separated by empty lines. */
static void wrap_paragraphs(struct mg_text *out, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);
		wrap(out, mg_strndup(out->arena, text, len), 0, 0);
		text += len;
		if (end) {
			mg_text_add_char(out, '\n');
			text += 2;
		}
	}
}

static void heading(struct mg_text *out, const struct mg_style *style, const char *text)
{
	mg_text_addf(out, "\n%s%s:%s\n", mg_style_ink(style, MG_INK_BOLD), text,
		mg_style_ink(style, MG_INK_PLAIN));
}

/* "  label      what it is", the label on a line of its own when it is too long. */
static void row(struct mg_text *out, const char *label, size_t column, const char *help)
{
	size_t at = INDENT + strlen(label);
	add_spaces(out, INDENT);
	mg_text_add(out, label);
	if (at + 2 > column) {
		mg_text_add_char(out, '\n');
		at = 0;
	}
	add_spaces(out, column - at);
	wrap(out, help, column, column);
}

const char *mg_help_value(struct mg_arena *arena, const struct mg_option *option)
{
	if (!option->choices)
		return option->value;
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; option->choices[i]; i++)
		mg_text_addf(&text, "%s%s", i ? "|" : "", option->choices[i]);
	return text.data;
}

const char *mg_help_option(struct mg_arena *arena, const struct mg_option *option)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, option->help);
	if (option->required)
		mg_text_add(&text, " (required)");
	if (option->repeat)
		mg_text_add(&text, " (may be repeated)");
	if (option->default_text)
		mg_text_addf(&text, " (default: %s)", option->default_text);
	return text.data;
}

static void add_options(
	struct mg_text *out, const struct mg_command *command, const struct mg_style *style)
{
	const struct mg_option *const *options = mg_command_options(out->arena, command);
	for (size_t i = 0; options[i]; i++) {
		const struct mg_option *option = options[i];
		if (option->section || i == 0)
			heading(out, style, option->section ? option->section : "Options");
		struct mg_text label;
		mg_text_init(&label, out->arena);
		if (option->letter)
			mg_text_addf(&label, "-%c, ", option->letter);
		else
			mg_text_add(&label, "    ");
		mg_text_addf(&label, "--%s", option->name);
		if (option->value)
			mg_text_addf(&label, " %s", mg_help_value(out->arena, option));
		row(out, label.data, COLUMN, mg_help_option(out->arena, option));
	}
}

static void add_commands(struct mg_text *out, const struct mg_style *style)
{
	size_t longest = 0;
	for (size_t i = 0; mg_commands[i]; i++) {
		size_t len = strlen(mg_commands[i]->name);
		if (!mg_commands[i]->hidden && len > longest)
			longest = len;
	}
	bool first = true;
	for (size_t i = 0; mg_commands[i]; i++) {
		const struct mg_command *command = mg_commands[i];
		if (command->hidden)
			continue;
		if (command->group || first)
			heading(out, style, command->group ? command->group : "Commands");
		row(out, command->name, INDENT + longest + 2, command->summary);
		first = false;
	}
}

static void add_example(
	struct mg_text *out, const struct mg_example *example, const struct mg_style *style)
{
	mg_text_addf(out, "  %s$ %s%s\n", mg_style_ink(style, MG_INK_DIM),
		mg_style_ink(style, MG_INK_PLAIN), example->line);
	add_spaces(out, 6);
	wrap(out, example->help, 6, 6);
}

static void add_usage(
	struct mg_text *out, const struct mg_command *command, const struct mg_style *style)
{
	mg_text_addf(out, "%sUsage:%s %s", mg_style_ink(style, MG_INK_BOLD),
		mg_style_ink(style, MG_INK_PLAIN), mg_command_line(out->arena, command));
	if (command->name)
		mg_text_add(out, " [OPTIONS]");
	if (command->operands)
		mg_text_addf(out, " %s", command->operands);
	mg_text_add_char(out, '\n');
}

void mg_help_command(
	struct mg_text *out, const struct mg_command *command, const struct mg_style *style)
{
	add_usage(out, command, style);
	mg_text_add_char(out, '\n');
	wrap_paragraphs(out, command->description);
	add_options(out, command, style);
	heading(out, style, "Examples");
	for (const struct mg_example *example = command->examples; example->line; example++)
		add_example(out, example, style);
}

void mg_help_short(struct mg_text *out, const struct mg_style *style)
{
	add_usage(out, &mg_command_top, style);
	add_commands(out, style);
	mg_text_add(out, "\nSee 'modelgate help COMMAND' for one command.\n");
}

void mg_help_overview(struct mg_text *out, const struct mg_style *style)
{
	add_usage(out, &mg_command_top, style);
	mg_text_add_char(out, '\n');
	wrap_paragraphs(out, mg_help_purpose);
	add_commands(out, style);
	add_options(out, &mg_command_top, style);
	heading(out, style, "Exit status");
	for (const struct mg_exit_text *exit = mg_exit_texts; exit->text; exit++)
		row(out, mg_printf(out->arena, "%2d", exit->code), 6, exit->text);
	heading(out, style, "Examples");
	enum { SHOWN = 3 };
	for (size_t i = 0, shown = 0; mg_commands[i] && shown < SHOWN; i++) {
		if (mg_commands[i]->hidden)
			continue;
		add_example(out, &mg_commands[i]->examples[0], style);
		shown++;
	}
	mg_text_add(out, "\nSee 'modelgate help COMMAND' for one command.\n");
}
