/* options.c: one parser for every command, driven by the commands' tables. */
#include "cli/options.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

static const char *const colours[] = {"auto", "always", "never", NULL};

/* What every command has. */
static const struct mg_option common[] = {
	{.name = "color",
		.value = "WHEN",
		.choices = colours,
		.default_text = "auto",
		.section = "Common options",
		.help = "colour the output; auto is on for a terminal unless NO_COLOR is set"},
	{.name = "help", .letter = 'h', .help = "print this help"},
	MG_OPTIONS_END,
};

static const struct mg_option top_options[] = {
	{.name = "version", .help = "print the version"},
	MG_OPTIONS_END,
};

const struct mg_command mg_command_top = {
	.name = NULL,
	.options = top_options,
	.operands = "COMMAND [OPTIONS] [OPERANDS]",
	.most_operands = SIZE_MAX,
};

static void append(struct mg_arena *arena, const struct mg_option ***list, size_t *count,
	size_t *capacity, const struct mg_option *options)
{
	for (; options && options->name; options++) {
		*list = mg_grow(arena, *list, *count, capacity, sizeof(**list));
		(*list)[(*count)++] = options;
	}
}

const struct mg_option *const *mg_command_options(
	struct mg_arena *arena, const struct mg_command *command)
{
	const struct mg_option **list = NULL;
	size_t count = 0, capacity = 0;
	append(arena, &list, &count, &capacity, command->options);
	if (command->more_options)
		append(arena, &list, &count, &capacity, command->more_options(arena));
	append(arena, &list, &count, &capacity, common);
	list = mg_grow(arena, list, count, &capacity, sizeof(*list));
	list[count] = NULL;
	return list;
}

const char *mg_command_line(struct mg_arena *arena, const struct mg_command *command)
{
	return command->name ? mg_printf(arena, "modelgate %s", command->name) : "modelgate";
}

static const struct mg_option *find_long(const struct mg_args *args, const char *name, size_t len)
{
	for (size_t i = 0; args->options[i]; i++) {
		const char *known = args->options[i]->name;
		if (strlen(known) == len && memcmp(known, name, len) == 0)
			return args->options[i];
	}
	return NULL;
}

static const struct mg_option *find_letter(const struct mg_args *args, char letter)
{
	for (size_t i = 0; args->options[i]; i++) {
		if (letter && args->options[i]->letter == letter)
			return args->options[i];
	}
	return NULL;
}

/* Adds where help is found to every complaint about the command line. */
static int refuse(const struct mg_args *args, struct mg_error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(const struct mg_args *args, struct mg_error *err, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	const char *text = mg_vprintf(args->arena, format, list);
	va_end(list);
	return mg_fail(err, MG_EUSAGE, "%s; see '%s --help'", text,
		mg_command_line(args->arena, args->command));
}

static int refuse_unknown(
	const struct mg_args *args, const char *word, size_t len, struct mg_error *err)
{
	size_t count = 0;
	while (args->options[count])
		count++;
	const char **names = mg_alloc_array(args->arena, count + 1, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = args->options[i]->name;
	const char *shown = mg_strndup(args->arena, word, len);
	const char *nearest = mg_nearest_word(shown + strspn(shown, "-"), names, count);
	if (nearest)
		return refuse(
			args, err, "unknown option '%s' (did you mean '--%s'?)", shown, nearest);
	return refuse(args, err, "unknown option '%s'", shown);
}

static int check_choice(const struct mg_args *args, const struct mg_option *option,
	const char *value, struct mg_error *err)
{
	if (!option->choices)
		return MG_OK;
	struct mg_text all;
	mg_text_init(&all, args->arena);
	size_t count = 0;
	for (; option->choices[count]; count++) {
		if (strcmp(option->choices[count], value) == 0)
			return MG_OK;
		mg_text_addf(&all, "%s%s", count ? ", " : "", option->choices[count]);
	}
	const char *nearest = mg_nearest_word(value, option->choices, count);
	if (nearest)
		return refuse(args, err, "option '--%s' can't be '%s' (did you mean '%s'?)",
			option->name, value, nearest);
	return refuse(args, err, "option '--%s' can't be '%s', only one of %s", option->name, value,
		all.data);
}

/* Is the word an option of this command? Then it is hardly meant as the value of another one. */
static bool is_known_option(const struct mg_args *args, const char *word)
{
	if (mg_starts_with(word, "--"))
		return word[2] && find_long(args, word + 2, strcspn(word + 2, "="));
	return word[0] == '-' && word[1] && !word[2] && find_letter(args, word[1]);
}

/* One option at words[*i], with its value; moves *i on to the last word it took. */
static int parse_option(
	struct mg_args *args, const char *const *words, size_t n, size_t *i, struct mg_error *err)
{
	const char *word = words[*i];
	const struct mg_option *option;
	const char *value = NULL;
	bool is_long = word[1] == '-';
	size_t len = is_long ? strcspn(word, "=") : 2;
	if (is_long) {
		option = find_long(args, word + 2, len - 2);
		if (word[len] == '=')
			value = word + len + 1;
	} else {
		option = find_letter(args, word[1]);
		if (option && word[2])
			value = word + 2;
		/* Flags are not bundled: -qv is one unknown word. */
		if (!option || (value && !option->value)) {
			option = NULL;
			len = strlen(word);
		}
	}
	if (!option)
		return refuse_unknown(args, word, len, err);
	if (value && !option->value)
		return refuse(args, err, "option '--%s' takes no value", option->name);
	if (option->value && !value) {
		const char *next = *i + 1 < n ? words[*i + 1] : NULL;
		if (!next)
			return refuse(args, err, "option '--%s' needs a value: --%s=%s",
				option->name, option->name, option->value);
		if (is_known_option(args, next))
			return refuse(args, err,
				"option '--%s' needs a value and '%s' is an option itself (write --%s=%s to mean it)",
				option->name, next, option->name, next);
		value = next;
		++*i;
	}
	if (value)
		MG_TRY(check_choice(args, option, value, err));
	args->given = mg_grow(args->arena, args->given, args->given_count, &args->given_capacity,
		sizeof(*args->given));
	args->given[args->given_count++] = (struct mg_given){option, value};
	return MG_OK;
}

static int check_complete(const struct mg_args *args, struct mg_error *err)
{
	const struct mg_command *command = args->command;
	for (size_t i = 0; args->options[i]; i++) {
		const struct mg_option *option = args->options[i];
		if (option->required && !mg_arg_given(args, option->name))
			return refuse(args, err, "option '--%s %s' is missing", option->name,
				option->value);
	}
	if (args->operand_count < command->least_operands)
		return refuse(args, err, "%s is missing", command->operands);
	size_t most = command->operands ? command->most_operands : 0;
	if (args->operand_count > most)
		return refuse(args, err,
			most ? "'%s' is one too many" : "'%s' is not expected here",
			args->operands[most]);
	return MG_OK;
}

int mg_args_parse(struct mg_arena *arena, const struct mg_command *command,
	const char *const *words, size_t n, size_t *out_used, struct mg_args **out,
	struct mg_error *err)
{
	struct mg_args *args = mg_alloc(arena, sizeof(*args));
	args->arena = arena;
	args->command = command;
	args->options = mg_command_options(arena, command);
	bool only_operands = false;
	size_t i = 0;
	for (; i < n; i++) {
		const char *word = words[i];
		if (!only_operands && word[0] == '-' && word[1]) {
			if (strcmp(word, "--") == 0) {
				only_operands = true;
				continue;
			}
			MG_TRY(parse_option(args, words, n, &i, err));
			const char *name = args->given[args->given_count - 1].option->name;
			if (strcmp(name, "help") == 0 ||
				(out_used && strcmp(name, "version") == 0)) {
				i++;
				goto done;
			}
			continue;
		}
		if (out_used)
			goto done;
		args->operands = mg_grow(arena, args->operands, args->operand_count,
			&args->operand_capacity, sizeof(*args->operands));
		args->operands[args->operand_count++] = word;
	}
	MG_TRY(check_complete(args, err));
done:
	if (out_used)
		*out_used = i;
	*out = args;
	return MG_OK;
}

/* ---- reading the arguments ---- */

static const struct mg_option *find_option(const struct mg_args *args, const char *name)
{
	const struct mg_option *option = find_long(args, name, strlen(name));
	assert(option && "the command's table has no such option");
	return option;
}

/* The last value given, or NULL. */
static const struct mg_given *find_given(const struct mg_args *args, const char *name)
{
	const struct mg_option *option = find_option(args, name);
	for (size_t i = args->given_count; i > 0; i--) {
		if (args->given[i - 1].option == option)
			return &args->given[i - 1];
	}
	return NULL;
}

bool mg_arg_given(const struct mg_args *args, const char *name)
{
	return find_given(args, name) != NULL;
}

bool mg_arg_flag(const struct mg_args *args, const char *name)
{
	assert(!find_option(args, name)->value);
	return find_given(args, name) != NULL;
}

const char *mg_arg_text(const struct mg_args *args, const char *name)
{
	assert(find_option(args, name)->value);
	const struct mg_given *given = find_given(args, name);
	return given ? given->value : find_option(args, name)->default_text;
}

const char *const *mg_arg_list(const struct mg_args *args, const char *name, size_t *out_count)
{
	const struct mg_option *option = find_option(args, name);
	assert(option->value && option->repeat);
	const char **list = mg_alloc_array(args->arena, args->given_count + 1, sizeof(*list));
	size_t count = 0;
	for (size_t i = 0; i < args->given_count; i++) {
		if (args->given[i].option == option)
			list[count++] = args->given[i].value;
	}
	*out_count = count;
	return list;
}

int mg_arg_int(const struct mg_args *args, const char *name, int64_t least, int64_t most,
	int64_t *out, struct mg_error *err)
{
	const char *text = mg_arg_text(args, name);
	int64_t x;
	if (!text)
		return MG_OK;
	if (mg_parse_int(text, &x) && x >= least && x <= most) {
		*out = x;
		return MG_OK;
	}
	if (most == INT64_MAX)
		return refuse(args, err,
			"option '--%s' can't be '%s', only a whole number from %lld", name, text,
			(long long)least);
	return refuse(args, err,
		"option '--%s' can't be '%s', only a whole number from %lld to %lld", name, text,
		(long long)least, (long long)most);
}

int mg_arg_duration(
	const struct mg_args *args, const char *name, double *out_seconds, struct mg_error *err)
{
	const char *text = mg_arg_text(args, name);
	double x;
	if (!text)
		return MG_OK;
	if (mg_parse_duration(text, &x) && x > 0) {
		*out_seconds = x;
		return MG_OK;
	}
	return refuse(args, err,
		"option '--%s' can't be '%s', only a time above zero such as 500ms, 90s, 15m, 36h, 2d or 1w",
		name, text);
}

int mg_arg_size(
	const struct mg_args *args, const char *name, uint64_t *out_bytes, struct mg_error *err)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = {{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"TiB", 0x1p40},
		{"GiB", 0x1p30}, {"MiB", 0x1p20}, {"KiB", 0x1p10}};
	const char *text = mg_arg_text(args, name);
	if (!text)
		return MG_OK;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		double number = 0;
		if (!mg_ends_with(text, units[i].unit))
			continue;
		const char *digits = mg_strndup(
			args->arena, text, strlen(text) - strlen(units[i].unit));
		if (mg_parse_double(digits, false, &number) && number > 0 && number < 1e6) {
			*out_bytes = (uint64_t)(number * units[i].factor);
			return MG_OK;
		}
	}
	return mg_fail(
		err, MG_EUSAGE, "--%s '%s' is not a size; write it as 512MB or 2GiB", name, text);
}

const char *mg_arg_operand(const struct mg_args *args, size_t i)
{
	return i < args->operand_count ? args->operands[i] : NULL;
}

size_t mg_arg_operand_count(const struct mg_args *args)
{
	return args->operand_count;
}
