/* network_git: libgit2 1.5 does not know that a shallow clone's history ends on purpose, looks for the
 * parents and gives up. git does know, and where there is a shallow clone, git has made it. */
#include "git/network_git.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "git/git.h"
#include "git/network_child.h"

struct environment {
	struct mg_arena *arena;
	char **list;
	size_t count, capacity;
	long settings; /* GIT_CONFIG_KEY_<n>, GIT_CONFIG_VALUE_<n> */
};

static void add(struct environment *e, char *entry)
{
	e->list = mg_grow(e->arena, e->list, e->count, &e->capacity, sizeof(*e->list));
	e->list[e->count++] = entry;
}

static void set_config(struct environment *e, const char *key, const char *value)
{
	add(e, mg_printf(e->arena, "GIT_CONFIG_KEY_%ld=%s", e->settings, key));
	add(e, mg_printf(e->arena, "GIT_CONFIG_VALUE_%ld=%s", e->settings, value));
	e->settings++;
}

/* ---- a repository of somebody else ---- */

/* Its configuration may have git start any program (core.sshCommand, remote.NAME.receivepack, credential helpers):
 * a folder of our own with its objects has none. */
struct own_folder {
	const char *path; /* NULL: the repository is ours */
};

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

static const char *const own_files[] = {"HEAD", "config", "shallow"};

static int fill(struct mg_arena *arena, const char *folder, const char *path, struct mg_error *err)
{
	char *shallow = NULL;
	size_t len = 0;
	struct mg_error whole = {0};
	const char *texts[] = {"ref: refs/heads/none\n", "", NULL};
	if (mg_file_read(arena, mg_path_join(arena, folder, "shallow"), MG_GIT_FILE_MAX_BYTES,
		    &shallow, &len, &whole) == MG_OK)
		texts[2] = shallow;
	for (size_t i = 0; i < 3; i++)
		if (texts[i])
			MG_TRY(mg_file_write(mg_path_join(arena, path, own_files[i]), texts[i],
				strlen(texts[i]), err));
	if (mkdir(mg_path_join(arena, path, "refs"), 0700) != 0)
		return mg_fail(
			err, MG_EIO, "cannot make a folder in %s: %s", path, strerror(errno));
	return MG_OK;
}

static int make_own(
	struct mg_arena *arena, const char *folder, struct own_folder *out, struct mg_error *err)
{
	const char *place = getenv("TMPDIR");
	if (is_ours(arena, folder))
		return MG_OK;
	char *path = mg_path_join(arena, place && *place ? place : "/tmp", "modelgate-git.XXXXXX");
	if (!mkdtemp(path))
		return mg_fail(err, MG_EIO, "cannot make the folder %s: %s", path, strerror(errno));
	out->path = path;
	return fill(arena, folder, path, err);
}

static void remove_own(struct mg_arena *arena, const struct own_folder *own)
{
	if (!own->path)
		return;
	for (size_t i = 0; i < sizeof(own_files) / sizeof(own_files[0]); i++)
		unlink(mg_path_join(arena, own->path, own_files[i]));
	rmdir(mg_path_join(arena, own->path, "refs"));
	rmdir(own->path);
}

/* ---- the program ---- */

/* Where git looks is said by us alone, where it says so. */
static bool names_folder(const char *entry)
{
	static const char *const names[] = {"GIT_DIR=", "GIT_WORK_TREE=", "GIT_COMMON_DIR=",
		"GIT_OBJECT_DIRECTORY=", "GIT_SHALLOW_FILE="};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (mg_starts_with(entry, names[i]))
			return true;
	return false;
}

/* Ours, with settings as on git's command line, where other users would see a token. */
static char **make_environment(
	struct mg_arena *arena, const struct mg_git_push *push, const struct own_folder *own)
{
	static const char count[] = "GIT_CONFIG_COUNT=";
	struct environment e = {.arena = arena};
	for (char **entry = environ; *entry; entry++)
		if (mg_starts_with(*entry, count))
			e.settings = strtol(*entry + strlen(count), NULL, 10);
		else if (!mg_starts_with(*entry, "LC_ALL=") &&
			!mg_starts_with(*entry, "GIT_TERMINAL_PROMPT=") &&
			!(own->path && names_folder(*entry)))
			add(&e, *entry);
	if (push->header) {
		const char *key = mg_printf(arena, "http.%s.extraHeader", push->url);
		set_config(&e, key, ""); /* forgets what checkout left: twice is an error 400 */
		set_config(&e, key, push->header);
		set_config(&e, "http.followRedirects", "false");
	}
	if (own->path) {
		add(&e, mg_printf(arena, "GIT_DIR=%s", own->path));
		add(&e,
			mg_printf(arena, "GIT_OBJECT_DIRECTORY=%s",
				mg_path_join(arena, push->folder, "objects")));
	}
	add(&e, mg_printf(arena, "%s%ld", count, e.settings));
	add(&e, mg_strdup(arena, "LC_ALL=C"));
	add(&e, mg_strdup(arena, "GIT_TERMINAL_PROMPT=0"));
	add(&e, NULL);
	return e.list;
}

static int start(struct mg_arena *arena, const struct mg_git_push *push,
	const struct own_folder *own, int to, pid_t *out)
{
	char hex[GIT_OID_HEXSZ + 1];
	git_oid_tostr(hex, sizeof(hex), push->object);
	/* An empty lease: the remote must not have the ref. */
	const char *arguments[] = {"git", "push", "--porcelain", "--no-verify",
		"--recurse-submodules=no", mg_printf(arena, "--force-with-lease=%s:", push->ref),
		"--", own->path ? push->address : push->remote,
		mg_printf(arena, "%s:%s", hex, push->ref), NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSID); /* no terminal for ssh to ask at */
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, to, STDERR_FILENO);
	int failed = posix_spawnp(out, "git", &actions, &attributes, (char *const *)arguments,
		make_environment(arena, push, own));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

/* Until git and all that it started have closed their end; past the bound nothing is kept. */
static void read_words(int from, pid_t git, struct mg_text *said, size_t said_max)
{
	char bytes[4096];
	for (;;) {
		ssize_t n = read(from, bytes, sizeof(bytes));
		if (mg_child_stopping()) {
			kill(git, SIGTERM);
			return;
		}
		if (n == 0 || (n < 0 && errno != EINTR))
			return;
		size_t room = said->len < said_max ? said_max - said->len : 0;
		if (n > 0)
			mg_text_add_bytes(said, bytes, (size_t)n < room ? (size_t)n : room);
	}
}

static int push_by_program(const struct mg_git_push *push, const struct own_folder *own,
	struct mg_text *said, size_t said_max, struct mg_error *err)
{
	int ends[2], status = 0;
	pid_t git = 0;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return mg_fail(err, MG_EIO, "cannot make a pipe: %s", strerror(errno));
	int failed = start(said->arena, push, own, ends[1], &git);
	close(ends[1]);
	if (!failed)
		read_words(ends[0], git, said, said_max);
	close(ends[0]);
	if (failed)
		return mg_fail(err, failed == ENOENT ? MG_ENOTFOUND : MG_EIO,
			"cannot start git: %s", strerror(failed));
	while (waitpid(git, &status, 0) < 0)
		if (errno != EINTR)
			return mg_fail(err, MG_EIO, "lost git: %s", strerror(errno));
	return status == 0 ? MG_OK : mg_fail(err, MG_EIO, "git push failed");
}

int mg_git_push_by_program(
	const struct mg_git_push *push, struct mg_text *said, size_t said_max, struct mg_error *err)
{
	struct own_folder own = {NULL};
	int code = make_own(said->arena, push->folder, &own, err);
	if (code == MG_OK)
		code = push_by_program(push, &own, said, said_max, err);
	remove_own(said->arena, &own);
	return code;
}
