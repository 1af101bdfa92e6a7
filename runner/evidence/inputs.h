/* inputs.h: are the files that a run read those of its commit? Git may have been told not to look, or have
 * moved on while the run read; so each file's digest is compared with what the commit holds. */
#ifndef MG_EVIDENCE_INPUTS_H
#define MG_EVIDENCE_INPUTS_H

#include <modelgate/run.h>
#include <modelgate/spec.h>

#include "git/git.h"

enum mg_input_place {
	MG_INPUT_COMMIT,    /* the commit holds this very file */
	MG_INPUT_LFS,       /* the commit holds its pointer, by git-lfs */
	MG_INPUT_SUBMODULE, /* the commit names the commit of a submodule that holds it */
	MG_INPUT_OUTSIDE,   /* git does not track it */
	MG_INPUT_OTHER,     /* the commit holds another file there */
	MG_INPUT_UNKNOWN,   /* this clone cannot say */
};
/* "commit", "git-lfs", "submodule", "outside of git", "another file", "not known". */
const char *mg_input_place_word(enum mg_input_place place);

struct mg_inputs {
	const enum mg_input_place *places; /* of each of the run's inputs */
	/* A sentence about the first file that is not the commit's, or that the run did not read though
	 * the commit holds it where the data is; NULL: there is none. */
	const char *problem;
};
/* The spec, as it is in the commit, says where each dataset's files are; NULL: that is not looked at.
 * Text files may have git's other line ends. */
void mg_inputs_compare(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const struct mg_run *run, const struct mg_spec *spec, struct mg_inputs *out);

#endif
