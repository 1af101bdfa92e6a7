/* network_git: libgit2 1.5 does not know that a shallow clone's history ends on purpose, looks for the
 * parents and gives up. git does know, and where there is a shallow clone, git has made it. */
#include "release/network_git.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "release/network_child.h"

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

/* Ours, with settings as on git's command line, where other users would see a token. */
static char **make_environment(struct mg_arena *arena, const struct mg_git_push *push)
{
	static const char count[] = "GIT_CONFIG_COUNT=";
	struct environment e = {.arena = arena};
	for (char **entry = environ; *entry; entry++)
		if (mg_starts_with(*entry, count))
			e.settings = strtol(*entry + strlen(count), NULL, 10);
		else if (!mg_starts_with(*entry, "LC_ALL=") &&
			!mg_starts_with(*entry, "GIT_TERMINAL_PROMPT="))
			add(&e, *entry);
	if (push->header) {
		const char *key = mg_printf(arena, "http.%s.extraHeader", push->url);
		set_config(&e, key, ""); /* forgets what checkout left: twice is an error 400 */
		set_config(&e, key, push->header);
		set_config(&e, "http.followRedirects", "false");
	}
	set_config(&e, "safe.directory", "*"); /* of a container job; no hooks are run */
	add(&e, mg_printf(arena, "%s%ld", count, e.settings));
	add(&e, mg_strdup(arena, "LC_ALL=C"));
	add(&e, mg_strdup(arena, "GIT_TERMINAL_PROMPT=0"));
	add(&e, NULL);
	return e.list;
}

static int start(struct mg_arena *arena, const struct mg_git_push *push, int to, pid_t *out)
{
	char hex[GIT_OID_HEXSZ + 1];
	git_oid_tostr(hex, sizeof(hex), push->object);
	/* An empty lease: the remote must not have the ref. */
	const char *arguments[] = {"git", "push", "--porcelain", "--no-verify",
		"--recurse-submodules=no", mg_printf(arena, "--force-with-lease=%s:", push->ref),
		"--", push->remote, mg_printf(arena, "%s:%s", hex, push->ref), NULL};
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
		make_environment(arena, push));
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

int mg_git_push_by_program(
	const struct mg_git_push *push, struct mg_text *said, size_t said_max, struct mg_error *err)
{
	int ends[2], status = 0;
	pid_t git = 0;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return mg_fail(err, MG_EIO, "cannot make a pipe: %s", strerror(errno));
	int failed = start(said->arena, push, ends[1], &git);
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
