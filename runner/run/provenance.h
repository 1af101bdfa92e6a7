/* provenance.h: where a run comes from: the commit, and the digest of every input file, read in the
 * background while the engine works. */
#ifndef MG_RUN_PROVENANCE_H
#define MG_RUN_PROVENANCE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>
#include <modelgate/run.h>

#include "base/arena.h"
#include "git/repo.h"
#include "input/source.h"

struct mg_provenance;

/* Starts to read the repository of the spec. Files are opened in `sources`. Digesting ends soon after
 * *stop is set. */
struct mg_provenance *mg_provenance_start(struct mg_arena *arena, const char *spec_path,
	struct mg_sources *sources, const volatile sig_atomic_t *stop);
/* Files (absolute, real paths; `shown` to people) that a dataset will probably turn out to be made of: digesting them may
 * begin while the engine starts. Only those that are added later become inputs. */
void mg_provenance_expect(struct mg_provenance *p, const char *file, const char *shown);
/* Adds the files behind a dataset (absolute paths); a file is digested once. */
void mg_provenance_add(struct mg_provenance *p, const char *data, const char *folder,
	const char *form, const char *const *files, size_t count);
/* Adds the table behind a dataset, which has no digest; all that state points to outlives the run. */
void mg_provenance_add_table(
	struct mg_provenance *p, const char *data, const struct mg_table_state *state);
/* No more files: digesting may go on to its end. */
void mg_provenance_seal(struct mg_provenance *p);
/* Waits, and fills commit, branch, dirty, spec_repo_path and inputs of the run. MG_EIO when an input
 * file could not be read. Inputs that were not digested because of a stop have an empty digest, and
 * *out_stopped is set. */
MG_MUST_USE int mg_provenance_finish(
	struct mg_provenance *p, struct mg_run *run, bool *out_stopped, struct mg_error *err);

#endif
