/* cmd_site.c: `modelgate site`: builds the monitoring site of a history and its release tags. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "cli/stop.h"
#include "site/site.h"

enum { MOST_TOLD = 20 };

static bool was_asked(const void *context)
{
	return *(const volatile sig_atomic_t *)context != 0;
}

/* A store that lies in a repository, as git:origin does, needs one as well as the tags do; without --repo any other
 * store is read alone where there is none. */
static int open_registry(struct mg_cli *cli, const struct mg_args *args,
	struct mg_registry *registry, bool *out_there, struct mg_error *err)
{
	*out_there = false;
	int code = mg_registry_open(cli, args, NULL, NULL, registry, err);
	if (code == MG_ENOTFOUND && !mg_arg_given(args, "repo") && !registry->git.repo) {
		mg_cli_note(cli,
			"there is no git repository here, so the site has no versions, decisions "
			"and graphs; --repo names one");
		return MG_OK;
	}
	*out_there = code == MG_OK;
	return code;
}

static void tell(struct mg_cli *cli, const struct mg_site_built *built)
{
	mg_cli_note(cli, "%zu runs of %zu model%s%s; the site: file://%s/index.html", built->runs,
		built->models, built->models == 1 ? "" : "s",
		built->cached ? mg_printf(cli->arena, ", %zu of them from the cache", built->cached)
			      : "",
		built->place);
	for (size_t i = 0; i < built->problem_count && i < MOST_TOLD; i++)
		mg_cli_note(cli, "%s", built->problems[i]);
	if (built->problem_count > MOST_TOLD)
		mg_cli_note(cli,
			"and %zu more records that cannot be believed; the site names them",
			built->problem_count - MOST_TOLD);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_REGISTRY struct mg_registry registry = {0};
	struct mg_site_built built;
	bool has_registry = false;
	struct mg_site_wanted wanted = {.store = mg_arg_text(args, "from"),
		.repo = mg_arg_text(args, "repo"),
		.out = mg_arg_text(args, "out"),
		.cache = mg_arg_text(args, "cache"),
		.clock_us = mg_clock_now_us(),
		.is_fixed = mg_arg_given(args, "as-of"),
		.stop = {was_asked, (const void *)mg_stop_on_signals()}};
	if (mg_registry_clock(args, &wanted.now_us, &err) != MG_OK ||
		open_registry(cli, args, &registry, &has_registry, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	const struct mg_site_registry source = {
		&registry.git, &registry.authority, &registry.ledger};
	if (has_registry)
		wanted.registry = &source;
	if (mg_site_build(cli->arena, &wanted, &built, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	tell(cli, &built);
	return mg_exit_code(MG_OK, built.problem_count ? MG_ERROR : MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "from", .value = "STORE", .help = "the history to read", .required = true},
	{.name = "out",
		.value = "DIR",
		.help = "the folder to write: a new one, an empty one, or the site of before",
		.required = true},
	{.name = "cache",
		.value = "DIR",
		.help = "keep what was read of each month in this folder, and read only months that "
			"have other records than before"},
	MG_AS_OF_OPTION,
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate site --from git:origin --out site", "build it from the model's own repository"},
	{"modelgate site --from https://churnmodels.blob.core.windows.net/history --repo . --cache "
	 ".cache --out site",
		"build it from Azure Blob, and read only what is new"},
	{NULL, NULL},
};

const struct mg_command mg_command_site = {
	.name = "site",
	.summary = "build the monitoring site of all models",
	.description =
		"Reads the runs of a history and the release tags of a repository, and writes a "
		"site of static files: all models by stage, each model over time, its newest runs, "
		"the decisions, and where each model came from. It opens from disk, and any server "
		"can serve it. feed.atom tells readers of feeds what changed, metrics.prom tells "
		"Prometheus what the newest runs say.\n\n"
		"Each record is proven; one that cannot be believed is named, and counts for "
		"nothing. A run that is overdue, a model without runs, an override and evidence "
		"that is too old are shown as what they are. How often runs are expected is said by "
		"'monitor' in .modelgate.yaml, and else estimated.\n\n"
		"The site is written beside the old one, and takes its place when it is whole. A "
		"folder with anything else in it is left alone.\n\n"
		"Exit status: 0, whatever the verdicts; 3 when records are broken or the history "
		"cannot be read. With broken records the site is there all the same.",
	.options = options,
	.examples = examples,
	.run = run,
};
