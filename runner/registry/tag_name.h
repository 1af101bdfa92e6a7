/* tag_name.h: the names of tags, in the grammar of GTO: reads all of it, writes a strict part. */
#ifndef MG_REGISTRY_TAG_NAME_H
#define MG_REGISTRY_TAG_NAME_H

#include <modelgate/error.h>
#include <modelgate/release.h>

/* Reads "models/churn=churn#PRD#3" and all else that the grammar allows (GTO: gto/constants.py):
 *   MODEL@vSEMVER[!][#N]  MODEL#STAGE[!][#N]  MODEL@deprecated[#N]  MODEL@created[#N]
 * false when it is no such name. */
bool mg_tag_name_read(struct mg_arena *arena, const char *tag, struct mg_tag_name *out);
/* The tag of an event. Written are: no counter on versions, a counter on everything else, no "/"
 * in NAME, no +build in versions. MG_EUSAGE says which part cannot be written and why. */
MG_MUST_USE int mg_tag_name_write(
	struct mg_arena *arena, const struct mg_tag_name *name, char **out, struct mg_error *err);
/* "dir:name" as in tags ("dir=name"); MG_EUSAGE when it is no model name. */
MG_MUST_USE int mg_tag_model(
	struct mg_arena *arena, const char *model, char **out, struct mg_error *err);

/* Versions: semver 2.0 with a v before it. */
struct mg_semver {
	int64_t major, minor, patch;
	const char *pre; /* "rc.1" or NULL; build metadata is read over */
};
bool mg_semver_read(struct mg_arena *arena, const char *text, struct mg_semver *out);
/* Precedence by semver 2.0 section 11: below, equal, above as -1, 0, 1. */
int mg_semver_compare(const struct mg_semver *a, const struct mg_semver *b);
enum mg_bump { MG_BUMP_PATCH, MG_BUMP_MINOR, MG_BUMP_MAJOR };
/* The version after the greatest registered one (v0.0.0 when there is none): v1.2.3 -> v1.2.4,
 * v1.3.0, v2.0.0; of a pre-release, patch gives the release itself. */
char *mg_semver_bump(struct mg_arena *arena, const struct mg_model *model, enum mg_bump bump);

#endif
