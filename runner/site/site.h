/* site.h: the monitoring site: what a history and the release tags say, as files that any server can serve. */
#ifndef MG_SITE_SITE_H
#define MG_SITE_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "base/file.h"
#include "git/git.h"
#include "history/store.h"
#include "registry/authority.h"

/* An open repository, its rules and its tags. */
struct mg_site_registry {
	const struct mg_git *git;
	const struct mg_authority *authority;
	const struct mg_ledger *ledger;
};

struct mg_site_wanted {
	const char *store; /* address of the history */
	const char *repo;  /* folder inside the repository, for stores that need one */
	const struct mg_site_registry *registry; /* NULL: there is none */
	const char *out;                         /* the folder to write */
	const char *cache;                       /* folder of what was read before; or NULL */
	int64_t now_us;                          /* ages count to it */
	int64_t clock_us;                        /* of this machine: no run starts later */
	bool is_fixed;                           /* by --as-of: time does not go on */
	struct mg_stop stop;
};

/* What was built. */
struct mg_site_built {
	const char *place; /* absolute */
	size_t models, runs, cached;
	const char **problems; /* a sentence for each file of the history that cannot be believed */
	size_t problem_count;
};

/* Builds it whole, or leaves what is there. Broken records are problems, and named on the site; a history that cannot
 * be listed is an error. */
MG_MUST_USE int mg_site_build(struct mg_arena *arena, const struct mg_site_wanted *wanted,
	struct mg_site_built *out, struct mg_error *err);

#endif
