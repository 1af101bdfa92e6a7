/* foreign: a repository's configuration may have git start any program (core.sshCommand, credential
 * helpers, hooks), so git reads one of our own only. */
#include "git/foreign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

/* What git knows of a repository besides its configuration. */
static const char *const links[] = {"objects", "refs", "packed-refs", "shallow"};
static const char *const files[] = {"HEAD", "config"};
static const char *const contents[] = {
	"ref: refs/heads/none\n", "[core]\n\tlogAllRefUpdates = false\n"};
enum { LINKS = sizeof(links) / sizeof(links[0]), FILES = sizeof(files) / sizeof(files[0]) };

static bool is_ours(struct mg_arena *arena, const char *folder)
{
	static const char *const names[] = {"", "config", "config.worktree", "objects"};
	struct stat state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (stat(mg_path_join(arena, folder, names[i]), &state) == 0 &&
			state.st_uid != geteuid())
			return false;
	return true;
}

static int fill(struct mg_arena *arena, const char *folder, const char *path, struct mg_error *err)
{
	for (size_t i = 0; i < FILES; i++)
		MG_TRY(mg_file_write(mg_path_join(arena, path, files[i]), contents[i],
			strlen(contents[i]), err));
	for (size_t i = 0; i < LINKS; i++) {
		const char *there = mg_path_join(arena, folder, links[i]);
		if (mg_file_exists(there) &&
			symlink(there, mg_path_join(arena, path, links[i])) != 0)
			return mg_fail(
				err, MG_EIO, "cannot make a link in %s: %s", path, strerror(errno));
	}
	return MG_OK;
}

int mg_git_folder_open(
	struct mg_arena *arena, const char *folder, struct mg_git_folder *out, struct mg_error *err)
{
	const char *place = getenv("TMPDIR");
	*out = (struct mg_git_folder){.path = folder};
	if (is_ours(arena, folder))
		return MG_OK;
	char *path = mg_path_join(arena, place && *place ? place : "/tmp", "modelgate-git.XXXXXX");
	if (!mkdtemp(path))
		return mg_fail(err, MG_EIO, "cannot make the folder %s: %s", path, strerror(errno));
	*out = (struct mg_git_folder){.path = path, .made = true};
	return fill(arena, folder, path, err);
}

static void remove_named(const char *folder, const char *const *names, size_t count)
{
	char path[4096];
	for (size_t i = 0; i < count; i++)
		if (snprintf(path, sizeof(path), "%s/%s", folder, names[i]) < (int)sizeof(path))
			unlink(path);
}

void mg_git_folder_close(struct mg_git_folder *folder)
{
	if (!folder->made)
		return;
	remove_named(folder->path, links, LINKS);
	remove_named(folder->path, files, FILES);
	rmdir(folder->path);
	folder->made = false;
}
