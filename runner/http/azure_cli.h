/* azure_cli.h: tokens of Entra ID from the Azure CLI, which knows every way to sign in: people, secrets, workload and
 * managed identities. */
#ifndef MG_HTTP_AZURE_CLI_H
#define MG_HTTP_AZURE_CLI_H

#include <modelgate/error.h>

struct mg_arena;

/* A token for the resource. MG_ENOTFOUND: there is no such program, and the caller says how else to sign in;
 * `refused`: it gives none, with its words. */
MG_MUST_USE int mg_azure_cli_token(struct mg_arena *arena, const char *resource, int refused,
	const char **out, struct mg_error *err);
/* The same for a service that `variable` of the environment would give a secret of: MG_EUSAGE, which names both, where
 * there is no such program. */
MG_MUST_USE int mg_azure_cli_instead_of(const char *variable, struct mg_arena *arena,
	const char *service, const char *resource, const char **out, struct mg_error *err);

#endif
