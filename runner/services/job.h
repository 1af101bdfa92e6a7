/* job.h: where the service is, and what this job may call itself there, as Azure Pipelines sets its variables. */
#ifndef MG_SERVICES_JOB_H
#define MG_SERVICES_JOB_H

#include <stdbool.h>

#include <modelgate/error.h>

struct mg_arena;

/* A part of an address that needs no coding, such as a GUID. */
bool mg_job_is_part(const char *text);
bool mg_job_is_number(const char *text);
/* A variable's value that fits. MG_EUSAGE: it is not set (`what` says who sets it), or does not fit. */
MG_MUST_USE int mg_job_variable(struct mg_arena *arena, const char *name,
	bool (*fits)(const char *text), const char *what, const char **out, struct mg_error *err);
/* The address of the collection, without a slash at the end. Nobody on the way may see the token: https, or this
 * machine, where there is no way. */
MG_MUST_USE int mg_job_collection(
	struct mg_arena *arena, const char *what, const char **out, struct mg_error *err);
/* SYSTEM_ACCESSTOKEN. */
MG_MUST_USE int mg_job_token(struct mg_arena *arena, const char **out, struct mg_error *err);

#endif
