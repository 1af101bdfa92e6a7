/* tag_write.h: makes tag objects and refs: objects are harmless, creating the ref is what counts. */
#ifndef MG_REGISTRY_TAG_WRITE_H
#define MG_REGISTRY_TAG_WRITE_H

#include <stdint.h>

#include <modelgate/error.h>

#include "git/tagger.h"

struct mg_tag_draft {
	const char *name; /* short: "churn#PPS#4" */
	git_oid commit;
	const char *message; /* ends with a line end */
	const struct mg_tagger *tagger;
	int64_t time_us;
	const char *signing_key; /* file of an SSH key, or NULL */
};
/* Writes the object, not the ref; signed as `git tag -v` reads it when there is a key. */
MG_MUST_USE int mg_tag_object(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_tag_draft *draft, git_oid *out, struct mg_error *err);

enum mg_created {
	MG_CREATED, /* the ref names the object now (or did already) */
	MG_TAKEN,   /* it names something else */
};
/* Creates refs/tags/NAME: compare-and-swap, never moves one. */
MG_MUST_USE int mg_ref_create(struct mg_arena *arena, const struct mg_git *git, const char *name,
	const git_oid *object, enum mg_created *out, struct mg_error *err);

#endif
