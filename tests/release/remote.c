/* remote.c: calls release/network.h from the command line, for the tests that need a real server.
 * remote FOLDER REMOTE list             one ref of the remote a line, after a fetch remote FOLDER
 * REMOTE push REF OBJECT  "pushed" or "taken" Exit 0, else enum mg_code as it is and the error on
 * standard error. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "git/remote.h"

static int list(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	struct mg_error *err)
{
	struct mg_remote_refs refs = {0};
	MG_TRY(mg_remote_fetch(arena, git, remote, &refs, err));
	for (size_t i = 0; i < refs.count; i++)
		printf("%s %s\n", refs.list[i].id, refs.list[i].name);
	return MG_OK;
}

static int push(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	const char *ref, const char *object, struct mg_error *err)
{
	git_oid id;
	enum mg_pushed pushed;
	if (git_oid_fromstr(&id, object) != 0)
		return mg_fail(err, MG_EUSAGE, "no object id: %s", object);
	MG_TRY(mg_remote_push(arena, git, remote, ref, NULL, &id, &pushed, err));
	printf("%s\n", pushed == MG_PUSHED ? "pushed" : "taken");
	return MG_OK;
}

static int work(struct mg_arena *arena, int argc, char **argv, struct mg_error *err)
{
	MG_SCOPED_GIT struct mg_git git = {0};
	struct mg_remote remote;
	MG_TRY(mg_git_open(arena, argv[1], &git, err));
	MG_TRY(mg_remote_find(arena, &git, argv[2], &remote, err));
	if (argc == 4 && strcmp(argv[3], "list") == 0)
		return list(arena, &git, &remote, err);
	if (argc == 6 && strcmp(argv[3], "push") == 0)
		return push(arena, &git, &remote, argv[4], argv[5], err);
	return mg_fail(err, MG_EUSAGE, "usage: remote FOLDER REMOTE list | push REF OBJECT");
}

int main(int argc, char **argv)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_error err = {0};
	if (argc < 4)
		return MG_EUSAGE;
	/* Left in the buffer on purpose: a child that flushed it would show it twice. */
	printf("# once\n");
	int code = work(arena, argc, argv, &err);
	if (code != MG_OK)
		fprintf(stderr, "%s\n", err.text);
	return code;
}
