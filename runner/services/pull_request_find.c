/* pull_request_find.c: where the pull request is, by the variables of the job. */
#include <stdlib.h>

#include "base/text.h"
#include "services/job.h"
#include "services/pull_request.h"

static const char what[] =
	"a comment is written by a job of Azure Pipelines that builds a pull request of Azure Repos";

int mg_pull_request_find(struct mg_arena *arena, struct mg_pull_request *out, struct mg_error *err)
{
	struct mg_pull_request found = {0};
	MG_TRY(mg_job_collection(arena, what, &found.collection, err));
	MG_TRY(mg_job_variable(
		arena, "SYSTEM_TEAMPROJECTID", mg_job_is_part, what, &found.project, err));
	MG_TRY(mg_job_variable(
		arena, "BUILD_REPOSITORY_ID", mg_job_is_part, what, &found.repository, err));
	MG_TRY(mg_job_variable(
		arena, "SYSTEM_PULLREQUEST_PULLREQUESTID", mg_job_is_number, what, &found.id, err));
	MG_TRY(mg_job_token(arena, &found.token, err));
	const char *build = getenv("BUILD_BUILDID");
	if (build && mg_job_is_number(build)) {
		found.run_id = mg_strdup(arena, build);
		found.run_url = mg_printf(arena, "%s/%s/_build/results?buildId=%s",
			found.collection, found.project, build);
	}
	*out = found;
	return MG_OK;
}
