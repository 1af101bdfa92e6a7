/* commands.c: the registry, made from commands.def. */
#include "base/text.h"
#include "cli/cli.h"

#define COMMAND(verb) extern const struct mg_command mg_command_##verb;
#include "cli/commands.def"
#undef COMMAND

const struct mg_command *const mg_commands[] = {
#define COMMAND(verb) &mg_command_##verb,
#include "cli/commands.def"
#undef COMMAND
	NULL};

const struct mg_command *mg_command_find(const char *name)
{
	for (size_t i = 0; mg_commands[i]; i++) {
		if (mg_streq(mg_commands[i]->name, name))
			return mg_commands[i];
	}
	return NULL;
}

static const char *nearest_command(const char *name)
{
	const char *names[sizeof(mg_commands) / sizeof(mg_commands[0])];
	size_t count = 0;
	for (size_t i = 0; mg_commands[i]; i++) {
		if (!mg_commands[i]->hidden)
			names[count++] = mg_commands[i]->name;
	}
	return mg_nearest_word(name, names, count);
}

int mg_command_need(struct mg_arena *arena, const char *name, const struct mg_command **out,
	struct mg_error *err)
{
	const struct mg_command *command = mg_command_find(name);
	if (command) {
		*out = command;
		return MG_OK;
	}
	const char *nearest = nearest_command(name);
	const char *hint = nearest ? mg_printf(arena, " (did you mean '%s'?)", nearest) : "";
	return mg_fail(
		err, MG_EUSAGE, "'%s' is not a command%s; see 'modelgate --help'", name, hint);
}
