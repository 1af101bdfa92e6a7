/* cmd_kinds.c: which checks there are, and what one of them takes and measures. */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/kinds.h"
#include "spec/peers.h"

static int unknown_kind(struct mg_cli *cli, const char *name)
{
	struct mg_error err;
	const struct mg_peer *peer = mg_peer_find(name);
	if (peer) {
		mg_fail(&err, MG_EUSAGE, "there is no check kind '%s'; here it is '%s'%s%s", name,
			peer->kind, peer->check ? ": " : "", peer->check ? peer->check : "");
		return mg_cli_fail(cli, &err);
	}
	const char *key = mg_peer_check_key(name);
	if (key) {
		mg_fail(&err, MG_EUSAGE,
			"there is no check kind '%s'; a check takes %s under its kind: - KIND: {%s: ...}",
			name, key, key);
		return mg_cli_fail(cli, &err);
	}
	size_t count = 0;
	while (mg_check_kinds[count])
		count++;
	const char **names = mg_alloc_array(cli->arena, count, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = mg_check_kinds[i]->name;
	const char *nearest = mg_nearest_word(name, names, count);
	if (nearest)
		mg_fail(&err, MG_EUSAGE, "there is no check kind '%s'; did you mean '%s'?", name,
			nearest);
	else
		mg_fail(&err, MG_EUSAGE,
			"there is no check kind '%s'; 'modelgate kinds' lists them", name);
	return mg_cli_fail(cli, &err);
}

static int unknown_family(struct mg_cli *cli, const char *name)
{
	struct mg_error err;
	struct mg_text list;
	mg_text_init(&list, cli->arena);
	for (const struct mg_family *f = mg_families; f->name; f++)
		mg_text_addf(&list, "%s%s", list.len ? ", " : "", f->name);
	mg_fail(&err, MG_EUSAGE, "there is no family '%s'; families are: %s", name, list.data);
	return mg_cli_fail(cli, &err);
}

static bool mentions(const char *text, const char *word)
{
	return text && strcasestr(text, word) != NULL;
}

/* Kinds by a word of their name, summary or details, or of another tool's name for them. */
static int search(struct mg_cli *cli, const char *word)
{
	struct mg_error err;
	size_t found = 0;
	for (size_t i = 0; mg_check_kinds[i]; i++) {
		const struct mg_check_kind *kind = mg_check_kinds[i];
		const struct mg_peer *known = NULL;
		for (const struct mg_peer *peer = mg_peers; peer->word && !known; peer++)
			if (mg_streq(peer->kind, kind->name) && mg_peer_has(peer, word))
				known = peer;
		if (!known && !mentions(kind->name, word) && !mentions(kind->summary, word) &&
			!mentions(kind->details, word))
			continue;
		found++;
		fprintf(cli->out, "%s: %s%s%s%s\n", kind->name, kind->summary, known ? " (" : "",
			known ? known->word : "", known ? ")" : "");
	}
	if (found)
		return mg_exit_code(MG_OK, MG_PASS, false);
	mg_fail(&err, MG_EUSAGE, "no check kind mentions '%s'; 'modelgate kinds' lists them all",
		word);
	return mg_cli_fail(cli, &err);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	const char *name = mg_arg_operand(args, 0);
	const char *family = mg_arg_text(args, "family");
	const struct mg_check_kind *kind = name ? mg_check_kind_find(name) : NULL;
	if (name && !kind)
		return unknown_kind(cli, name);
	if (mg_arg_text(args, "search"))
		return search(cli, mg_arg_text(args, "search"));
	if (family && !mg_family_find(family))
		return unknown_family(cli, family);

	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		kind ? mg_kind_json(&text, kind) : mg_kinds_json(&text, family);
	else if (mg_arg_flag(args, "markdown"))
		kind ? mg_kind_markdown(&text, kind) : mg_kinds_markdown(&text, family);
	else
		kind ? mg_kind_text(&text, kind, &cli->out_style)
		     : mg_kinds_text(&text, family, &cli->out_style);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "family", .value = "NAME", .help = "list only the kinds of this family"},
	{.name = "search",
		.value = "WORD",
		.help = "list kinds that mention a word, or that another tool calls so"},
	{.name = "json", .help = "print JSON"},
	{.name = "markdown", .help = "print Markdown, as docs/checks holds it"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate kinds", "list all kinds by family"},
	{"modelgate kinds range", "explain what range takes and measures, with an example"},
	{"modelgate kinds --search calibration", "find kinds by a word, ours or another tool's"},
	{"modelgate kinds --family values --json", "print a family as JSON"},
	{NULL, NULL},
};

const struct mg_command mg_command_kinds = {
	.name = "kinds",
	.summary = "list the kinds of checks, or explain one",
	.description =
		"Lists the kinds of checks that a spec may name, by family. With a KIND it prints "
		"its parameters, the number that it measures and by which definition, the keys that "
		"it shares with others, and an example.",
	.options = options,
	.operands = "[KIND]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
