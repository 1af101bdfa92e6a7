/* cmd_completion.c: scripts that let bash, zsh and fish complete commands, options and their
 * values. */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/options.h"

/* Text inside single quotes of a shell. fish takes a backslash there for an escape, others not. */
static char *in_quotes(struct mg_arena *arena, const char *s, bool fish)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (; *s; s++) {
		if (*s == '\'')
			mg_text_add(&text, fish ? "\\'" : "'\\''");
		else if (*s == '\\' && fish)
			mg_text_add(&text, "\\\\");
		else
			mg_text_add_char(&text, *s);
	}
	return text.data;
}

static bool takes_path(const char *value)
{
	static const char *const words[] = {"FILE", "DIR", "SPEC", "RUN"};
	for (size_t i = 0; value && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(value, words[i]))
			return true;
	}
	return false;
}

static char *choice_list(struct mg_arena *arena, const struct mg_option *option)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; option->choices[i]; i++)
		mg_text_addf(&text, "%s%s", i ? " " : "", option->choices[i]);
	return text.data;
}

/* `help` is followed by the name of a command, `completion` by that of a shell. */
static bool takes_command(const struct mg_command *command)
{
	return command->operands && strstr(command->operands, "COMMAND");
}

static char *operand_words(struct mg_arena *arena, const struct mg_command *command)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	if (takes_command(command)) {
		for (size_t i = 0; mg_commands[i]; i++) {
			if (!mg_commands[i]->hidden)
				mg_text_addf(
					&text, "%s%s", text.len ? " " : "", mg_commands[i]->name);
		}
	} else if (command->operands && strchr(command->operands, '|')) {
		for (const char *c = command->operands; *c; c++)
			mg_text_add_char(&text, *c == '|' ? ' ' : *c);
	}
	return text.data;
}

/* ---- bash ---- */

static void bash_values(struct mg_text *out, const struct mg_command *command)
{
	const char *verb = command->name ? command->name : "";
	const struct mg_option *const *options = mg_command_options(out->arena, command);
	for (size_t i = 0; options[i]; i++) {
		const struct mg_option *option = options[i];
		if (!option->value)
			continue;
		mg_text_addf(out, "\t%s,--%s", verb, option->name);
		if (option->letter)
			mg_text_addf(out, "|%s,-%c", verb, option->letter);
		if (option->choices)
			mg_text_addf(out, ") _modelgate_words '%s' ;;\n",
				choice_list(out->arena, option));
		else
			mg_text_addf(out, ") %s ;;\n",
				takes_path(option->value) ? "_modelgate_files" : ":");
	}
}

static void bash_words(struct mg_text *out, const struct mg_command *command)
{
	mg_text_addf(out, "\t%s,-*) _modelgate_words '", command->name ? command->name : "");
	const struct mg_option *const *options = mg_command_options(out->arena, command);
	for (size_t i = 0; options[i]; i++)
		mg_text_addf(out, "%s--%s", i ? " " : "", options[i]->name);
	mg_text_add(out, "' ;;\n");
	if (!command->name)
		return;
	const char *words = operand_words(out->arena, command);
	if (*words)
		mg_text_addf(out, "\t%s,*) _modelgate_words '%s' ;;\n", command->name, words);
	else if (takes_path(command->operands))
		mg_text_addf(out, "\t%s,*) _modelgate_files ;;\n", command->name);
}

static void write_bash(struct mg_text *out)
{
	mg_text_add(out,
		"# bash completion for modelgate; made by 'modelgate completion bash'.\n"
		"_modelgate_words()\n"
		"{\n"
		"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
		"}\n"
		"_modelgate_files()\n"
		"{\n"
		"\tcompopt -o filenames 2>/dev/null\n"
		"\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
		"}\n"
		"_modelgate()\n"
		"{\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= i\n"
		"\tCOMPREPLY=()\n"
		"\t# '--name=value' comes as three words.\n"
		"\tif [[ $cur == = ]]; then\n"
		"\t\tcur=\n"
		"\telif [[ $prev == = ]]; then\n"
		"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
		"\tfi\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		"\t\tcase ${COMP_WORDS[i]} in\n"
		"\t\t--color) [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++)); ((i++)) ;;\n"
		"\t\t-*) ;;\n"
		"\t\t*) command=${COMP_WORDS[i]}; break ;;\n"
		"\t\tesac\n"
		"\tdone\n"
		"\tcase $command,$prev in\n");
	bash_values(out, &mg_command_top);
	for (size_t i = 0; mg_commands[i]; i++)
		bash_values(out, mg_commands[i]);
	mg_text_add(out,
		"\t*) _modelgate_any ;;\n\tesac\n}\n_modelgate_any()\n{\n"
		"\tcase $command,$cur in\n");
	bash_words(out, &mg_command_top);
	mg_text_add(out, "\t,*) _modelgate_words '");
	bool first = true;
	for (size_t i = 0; mg_commands[i]; i++) {
		if (mg_commands[i]->hidden)
			continue;
		mg_text_addf(out, "%s%s", first ? "" : " ", mg_commands[i]->name);
		first = false;
	}
	mg_text_add(out, "' ;;\n");
	for (size_t i = 0; mg_commands[i]; i++)
		bash_words(out, mg_commands[i]);
	mg_text_add(out, "\tesac\n}\ncomplete -F _modelgate modelgate\n");
}

/* ---- zsh ---- */

/* Help inside the brackets of an _arguments specification, inside single quotes. */
static char *zsh_help(struct mg_arena *arena, const char *s)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (; *s; s++) {
		if (strchr("[]:\\", *s))
			mg_text_add_char(&text, '\\');
		mg_text_add_char(&text, *s);
	}
	return in_quotes(arena, text.data, false);
}

static void zsh_option(struct mg_text *out, const struct mg_option *option)
{
	struct mg_arena *arena = out->arena;
	const char *action = "";
	if (option->choices)
		action = mg_printf(arena, ":%s:(%s)", option->value, choice_list(arena, option));
	else if (option->value)
		action = mg_printf(arena, ":%s:%s", zsh_help(arena, option->value),
			takes_path(option->value) ? "_files" : "");
	const char *star = option->repeat ? "*" : "";
	const char *equals = option->value ? "=" : "";
	const char *help = zsh_help(arena, option->help);
	mg_text_addf(out, " \\\n\t\t\t'%s--%s%s[%s]%s'", star, option->name, equals, help, action);
	if (option->letter)
		mg_text_addf(out, " \\\n\t\t\t'%s-%c[%s]%s'", star, option->letter, help, action);
}

static void zsh_options(struct mg_text *out, const struct mg_command *command)
{
	const struct mg_option *const *options = mg_command_options(out->arena, command);
	for (size_t i = 0; options[i]; i++)
		zsh_option(out, options[i]);
}

static void zsh_operands(struct mg_text *out, const struct mg_command *command)
{
	const char *words = operand_words(out->arena, command);
	if (*words)
		mg_text_addf(out, " \\\n\t\t\t'*:operand:(%s)'", words);
	else if (takes_path(command->operands))
		mg_text_addf(
			out, " \\\n\t\t\t'*:%s:_files'", zsh_help(out->arena, command->operands));
}

static void write_zsh(struct mg_text *out)
{
	mg_text_add(out,
		"#compdef modelgate\n"
		"# zsh completion for modelgate; made by 'modelgate completion zsh'.\n"
		"_modelgate()\n"
		"{\n"
		"\tlocal curcontext=$curcontext state line\n"
		"\t_arguments -C");
	zsh_options(out, &mg_command_top);
	mg_text_add(out,
		" \\\n\t\t\t'1:command:->command' '*::operand:->operand'\n"
		"\tcase $state in\n"
		"\tcommand)\n"
		"\t\tlocal -a commands=(\n");
	for (size_t i = 0; mg_commands[i]; i++) {
		if (!mg_commands[i]->hidden)
			mg_text_addf(out, "\t\t\t'%s:%s'\n", mg_commands[i]->name,
				in_quotes(out->arena, mg_commands[i]->summary, false));
	}
	mg_text_add(out,
		"\t\t)\n"
		"\t\t_describe command commands ;;\n"
		"\toperand)\n"
		"\t\tcase $words[1] in\n");
	for (size_t i = 0; mg_commands[i]; i++) {
		mg_text_addf(out, "\t\t%s)\n\t\t\t_arguments", mg_commands[i]->name);
		zsh_options(out, mg_commands[i]);
		zsh_operands(out, mg_commands[i]);
		mg_text_add(out, " ;;\n");
	}
	mg_text_add(out,
		"\t\tesac ;;\n"
		"\tesac\n"
		"}\n"
		"if [[ $funcstack[1] == _modelgate ]]; then\n"
		"\t_modelgate \"$@\"\n"
		"else\n"
		"\tcompdef _modelgate modelgate\n"
		"fi\n");
}

/* ---- fish ---- */

static void fish_options(struct mg_text *out, const struct mg_command *command)
{
	const struct mg_option *const *options = mg_command_options(out->arena, command);
	for (size_t i = 0; options[i]; i++) {
		const struct mg_option *option = options[i];
		if (command->name)
			mg_text_addf(out, "complete -c modelgate -n '__modelgate_in %s' -l %s",
				command->name, option->name);
		else
			mg_text_addf(out,
				"complete -c modelgate -n 'not __modelgate_command >/dev/null' -l %s",
				option->name);
		if (option->letter)
			mg_text_addf(out, " -s %c", option->letter);
		if (option->choices)
			mg_text_addf(out, " -x -a '%s'", choice_list(out->arena, option));
		else if (option->value)
			mg_text_add(out, takes_path(option->value) ? " -r -F" : " -x");
		mg_text_addf(out, " -d '%s'\n", in_quotes(out->arena, option->help, true));
	}
}

/* The command that is being completed: the first word that is no option nor the value of one. */
static const char fish_functions[] =
	"# fish completion for modelgate; made by 'modelgate completion fish'.\n"
	"function __modelgate_command\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -l value\n"
	"\tfor word in $words[2..-1]\n"
	"\t\tif set -q value[1]\n"
	"\t\t\tset value\n"
	"\t\telse if test $word = --color\n"
	"\t\t\tset value next\n"
	"\t\telse if not string match -q -- '-*' $word\n"
	"\t\t\techo $word\n"
	"\t\t\treturn 0\n"
	"\t\tend\n"
	"\tend\n"
	"\treturn 1\n"
	"end\n"
	"function __modelgate_in\n"
	"\ttest \"$argv[1]\" = (__modelgate_command || echo)\n"
	"end\n"
	"complete -c modelgate -f\n";

static void write_fish(struct mg_text *out)
{
	mg_text_add(out, fish_functions);
	fish_options(out, &mg_command_top);
	for (size_t i = 0; mg_commands[i]; i++) {
		const struct mg_command *command = mg_commands[i];
		if (!command->hidden)
			mg_text_addf(out,
				"complete -c modelgate -n 'not __modelgate_command >/dev/null' -a %s -d '%s'\n",
				command->name, in_quotes(out->arena, command->summary, true));
		fish_options(out, command);
		const char *words = operand_words(out->arena, command);
		if (*words)
			mg_text_addf(out, "complete -c modelgate -n '__modelgate_in %s' -a '%s'\n",
				command->name, words);
		else if (takes_path(command->operands))
			mg_text_addf(out, "complete -c modelgate -n '__modelgate_in %s' -F\n",
				command->name);
	}
}

/* ---- the command ---- */

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	static const struct {
		const char *name;
		void (*write)(struct mg_text *out);
	} shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
	const char *name = mg_arg_operand(args, 0);
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].name, name) != 0)
			continue;
		struct mg_text text;
		mg_text_init(&text, cli->arena);
		shells[i].write(&text);
		fputs(text.data, cli->out);
		return mg_exit_code(MG_OK, MG_PASS, false);
	}
	struct mg_error err;
	mg_fail(&err, MG_EUSAGE, "'%s' is not a shell with completion, only bash, zsh and fish are",
		name);
	return mg_cli_fail(cli, &err);
}

static const struct mg_example examples[] = {
	{"source <(modelgate completion bash)", "complete in this bash"},
	{"modelgate completion zsh > ~/.zfunc/_modelgate",
		"complete in every new zsh that has ~/.zfunc in its fpath"},
	{"modelgate completion fish > ~/.config/fish/completions/modelgate.fish",
		"complete in every new fish"},
	{NULL, NULL},
};

const struct mg_command mg_command_completion = {
	.name = "completion",
	.summary = "print a completion script for bash, zsh or fish",
	.description =
		"Prints a script that makes the shell complete modelgate's commands, options and "
		"their values. An installed modelgate has these scripts where the shells look "
		"for them.",
	.operands = "bash|zsh|fish",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
