/* changed.h: which models of a repository a range of commits touches. */
#ifndef MG_REGISTRY_CHANGED_H
#define MG_REGISTRY_CHANGED_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "git/git.h"

struct mg_changed_model {
	const char *name;   /* as in tags */
	const char *folder; /* without a slash at the end; "" is the top */
	const char *spec;   /* path in the repository */
	const char *path;   /* the first changed file that touches it; NULL: all are asked for */
};
struct mg_changed {
	struct mg_changed_model *list; /* in the order of the policy, else of their folders */
	size_t count;
	size_t models; /* that there are */
};

/* range: BASE..HEAD (what differs between the two) or BASE...HEAD (what HEAD changed since they
 * parted); HEAD may be left out. A BASE of zeros (a new branch) means all models. Models are those of
 * the policy in HEAD, else every modelgate.yaml in HEAD; each is touched by files of its folder that
 * are in no inner model's folder, its spec, its policy's inputs and files that its spec's data names. Models,
 * folders and inputs that the protected branch's policy names (NULL: not known) count as well.
 * MG_EUSAGE: no range, or BASE is not in the clone (says which checkout settings bring it). MG_ELIMIT: more
 * than 10000 specs. MG_EIO: a spec is not in the clone. */
MG_MUST_USE int mg_changed_read(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_policy *of_branch, const char *range, struct mg_changed *out,
	struct mg_error *err);

#endif
