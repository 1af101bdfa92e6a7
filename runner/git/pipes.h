/* pipes.h: named pipes where git's files are looked for. Opening one waits until somebody writes to it, and
 * neither libgit2 nor git looks before. */
#ifndef MG_GIT_PIPES_H
#define MG_GIT_PIPES_H

#include <git2.h>

#include <modelgate/error.h>

/* MG_EUSAGE, with its name, when one lies below the own folder (.git) of the repository that this folder is in, or
 * below the one that a work tree shares with it. MG_OK where there is no repository. */
MG_MUST_USE int mg_pipes_in_repository_of(const char *folder, struct mg_error *err);
/* MG_EUSAGE when one stands in the place of .gitignore and the like, in a folder that has a tracked file. */
MG_MUST_USE int mg_pipes_in_work_tree(git_repository *repo, struct mg_error *err);

#endif
