/* cmd_record.c: puts saved runs into a history, each once. */
#include <modelgate/report.h>

#include "base/escape.h"
#include "base/file.h"
#include "cli/cli.h"
#include "history/record.h"

static int record_one(
	struct mg_cli *cli, struct mg_store *store, const char *path, struct mg_error *err)
{
	char *text = NULL;
	size_t len = 0;
	const char *name = NULL;
	bool made = false;
	MG_TRY(mg_file_read(cli->arena, path, MG_RUN_MAX_BYTES, &text, &len, err));
	if (mg_record_put(store, text, len, &name, &made, err) != MG_OK)
		return mg_fail_in(err, "%s cannot be recorded", path);
	fprintf(cli->out, "%s %s\n",
		made ? "recorded" : "already there:", mg_log_safe(cli->arena, name));
	return MG_OK;
}

/* All are tried; the first failure decides. */
static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_STORE struct mg_store store = {0};
	enum mg_code first = MG_OK;
	if (mg_store_open(cli->arena, mg_arg_text(args, "to"), MG_STORE_WRITE,
		    mg_arg_text(args, "repo"), &store, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	for (size_t i = 0; i < mg_arg_operand_count(args); i++) {
		if (record_one(cli, &store, mg_arg_operand(args, i), &err) == MG_OK)
			continue;
		mg_cli_fail(cli, &err);
		first = first ? first : err.code;
	}
	return mg_exit_code(first, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "to",
		.value = "STORE",
		.help = "the history: a folder, git:REMOTE, a container's address, or /Volumes/...",
		.required = true},
	{.name = "repo",
		.value = "DIR",
		.default_text = ".",
		.help = "folder inside the git repository, for git:REMOTE"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate record run.json --to history", "keep a saved run in the folder history"},
	{"modelgate record run.json --to git:origin",
		"keep it in the repository that the model's code comes from"},
	{"modelgate record run.json --to https://churn.blob.core.windows.net/history",
		"keep it in a container of Azure Blob storage"},
	{NULL, NULL},
};

const struct mg_command mg_command_record = {
	.name = "record",
	.summary = "keep saved runs in a history",
	.description =
		"Puts runs that 'modelgate run --json FILE' saved (- is standard input) into a "
		"history, byte for byte and packed by gzip. A record is written once, under a name "
		"that follows from what it says: its model, its stage, its time (--as-of), and "
		"the first digits of its seal. Nothing is ever changed or removed, so any number "
		"of pipelines may write at once, and the same command again finds the record and "
		"does nothing.\n\nA store is a folder. Or it is git:REMOTE: the ref "
		"refs/modelgate/history/MODEL of a remote of this repository, or of an address. Or it "
		"is https://ACCOUNT.blob.core.windows.net/CONTAINER[/PREFIX]: a container of Azure "
		"Blob storage, with the SAS in AZURE_STORAGE_SAS_TOKEN, else as the Azure CLI is "
		"signed in. Or it is cosmos://ACCOUNT/DATABASE/CONTAINER: a container of Cosmos DB, "
		"with the account's key in AZURE_COSMOS_KEY, else as the Azure CLI is signed in. Or it "
		"is /Volumes/CATALOG/SCHEMA/VOLUME[/FOLDER]: a volume of Unity "
		"Catalog in the workspace of DATABRICKS_HOST, with the environment's credentials "
		"for Databricks.\n\n"
		"A run without a seal, or one that is a part of several (--part), is not a record. "
		"'modelgate run --record STORE' does both at once.\n\n"
		"Exit status: 0 all are in the history, 2 a run that is not a record, 3 a file that "
		"cannot be read, or a store that cannot be written.",
	.options = options,
	.operands = "RUN.json...",
	.least_operands = 1,
	.most_operands = 10000,
	.examples = examples,
	.run = run,
};
