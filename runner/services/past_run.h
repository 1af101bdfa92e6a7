/* past_run: the newest run of a model that builds of a branch left in Azure Pipelines. */
#ifndef MG_SERVICES_PAST_RUN_H
#define MG_SERVICES_PAST_RUN_H

#include <stddef.h>

#include <modelgate/error.h>

struct mg_arena;

struct mg_past_run {
	const char *branch; /* "main" */
	const char *build;  /* "812" */
	const char *text; /* the file run.json, as the artifact has it: to be read like any other */
	size_t len;
};

/* Of the pull request's target branch: the artifact run-MODEL-STAGE-attemptN, as templates/steps/publish.yml names it, of
 * the newest build of this repository that has one. Needs SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECTID,
 * BUILD_REPOSITORY_ID, SYSTEM_PULLREQUEST_TARGETBRANCH and SYSTEM_ACCESSTOKEN, else MG_EUSAGE. MG_ENOTFOUND: no such
 * artifact. MG_EIO, MG_ETIMEOUT: it cannot be read. The token goes to the collection, and to the hosts where the service
 * keeps artifacts. */
MG_MUST_USE int mg_past_run_of_target(struct mg_arena *arena, const char *model, const char *stage,
	double timeout_s, struct mg_past_run *out, struct mg_error *err);

#endif
