/* auth.h: tokens for a workspace, from what the environment has for Databricks' own tools; renewed in time. */
#ifndef MG_ENGINE_DATABRICKS_AUTH_H
#define MG_ENGINE_DATABRICKS_AUTH_H

#include <pthread.h>
#include <stdbool.h>

#include <modelgate/error.h>

#include "http/http.h"

struct mg_arena;

struct mg_databricks_auth {
	pthread_mutex_t lock;
	struct mg_arena
		*arena;   /* all tokens of the run, since a call may still use an earlier one */
	const char *host; /* "https://adb-1.azuredatabricks.net" */
	const struct mg_databricks_way *way;
	const char *token; /* NULL: none yet */
	double renew_at;   /* as mg_clock_ticks counts */
};

/* "adb-1.azuredatabricks.net", with https:// before it or not, as Databricks' tools take it; *out always has it. MG_EUSAGE:
 * it is no address of a workspace, or tokens would be seen on their way to it. */
MG_MUST_USE int mg_databricks_host(
	struct mg_arena *arena, const char *written, const char **out, struct mg_error *err);

/* Chooses how to get tokens: the first way whose variables are all set, or that which DATABRICKS_AUTH_TYPE
 * names. Asks nobody yet. MG_EUSAGE says which variables are needed. Done with mg_databricks_auth_done. */
MG_MUST_USE int mg_databricks_auth_init(struct mg_databricks_auth *out, struct mg_arena *arena,
	const char *host, struct mg_error *err);
void mg_databricks_auth_done(struct mg_databricks_auth *auth);

/* The token to use now, which lives as long as `auth`; one that ends soon is renewed first. `http` may stop.
 * *out_again: it failed, but another try may help. */
MG_MUST_USE int mg_databricks_auth_token(struct mg_databricks_auth *auth,
	const struct mg_http *http, const char **out, bool *out_again, struct mg_error *err);
/* The service did not take this token. False: no other can be had. */
bool mg_databricks_auth_refused(struct mg_databricks_auth *auth, const char *token);
/* "oauth-m2m", as DATABRICKS_AUTH_TYPE names it. */
const char *mg_databricks_auth_type(const struct mg_databricks_auth *auth);

#endif
