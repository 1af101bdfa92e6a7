/* approvals.h: who approved this job's stage, as Azure Pipelines keeps it: no name that somebody typed. */
#ifndef MG_SERVICES_APPROVALS_H
#define MG_SERVICES_APPROVALS_H

#include <stddef.h>

#include <modelgate/error.h>

struct mg_arena;

struct mg_approval {
	const char *name;    /* for people, who choose it themselves */
	const char *account; /* as the directory has it, mostly an e-mail address */
};
struct mg_approvals {
	const struct mg_approval *list;
	size_t count;
};

/* By build and stage: the stage's approvals stand in the build's timeline, and who decided in the approvals. Needs
 * SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECTID, BUILD_BUILDID, SYSTEM_STAGENAME and SYSTEM_ACCESSTOKEN, else
 * MG_EUSAGE. A stage without approvals has none. MG_EIO, MG_ETIMEOUT: they cannot be read. */
MG_MUST_USE int mg_approvals_read(
	struct mg_arena *arena, double timeout_s, struct mg_approvals *out, struct mg_error *err);

#endif
