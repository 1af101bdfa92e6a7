/* azure_cli.c: asks `az account get-access-token`. The token is never shown. */
#include "http/azure_cli.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/process.h"
#include "base/text.h"
#include "http/ask.h"
#include "http/secret.h"

static const double TIMEOUT_S = 60;
enum { SHOWN = 300 };

int mg_azure_cli_token(struct mg_arena *arena, const char *resource, int refused, const char **out,
	struct mg_error *err)
{
	const char *const arguments[] = {"az", "account", "get-access-token", "--resource",
		resource, "--output", "json", NULL};
	const struct mg_process az = {.arguments = arguments,
		.environment = environ,
		.until = mg_clock_ticks() + TIMEOUT_S,
		.out_max_bytes = 64 << 10,
		.more_max_bytes = 4 << 10};
	struct mg_process_done done;
	MG_TRY(mg_process_run(arena, &az, &done, err));
	MG_SCOPED_JSON said = json_loadb(done.out.data, done.out.len, 0, NULL);
	const char *token = mg_ask_text(said, "accessToken");
	if (done.status != 0 || !token || !*token)
		return mg_fail(err, refused, "az account get-access-token gives no token: %s",
			mg_log_safe_cut(arena, done.complaints.data, SHOWN));
	MG_TRY(mg_secret_check("the token", token, err));
	*out = mg_strdup(arena, token);
	return MG_OK;
}

int mg_azure_cli_instead_of(const char *variable, struct mg_arena *arena, const char *service,
	const char *resource, const char **out, struct mg_error *err)
{
	int code = mg_azure_cli_token(arena, resource, MG_EIO, out, err);
	if (code != MG_ENOTFOUND)
		return code;
	return mg_fail(err, MG_EUSAGE,
		"nothing says who asks %s: set %s, or sign in with the Azure CLI (az login, or the task "
		"AzureCLI@2)",
		service, variable);
}
