/* confine_files.c: which files a thread may open, by Linux's Landlock: a list, with git's own left out. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/confine.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"

enum { LOOKED_MAX = 500000 }; /* files and folders */

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FIRST_VERSION ((UINT64_C(1) << 13) - 1) /* all that the first version of Landlock knows */
#define TRUNCATES (UINT64_C(1) << 14)           /* since its third */

/* What the engine asks of the machine: how much memory and how many processors there are, and the time zones. */
static const char *const machine[] = {"/proc/meminfo", "/proc/cpuinfo", "/proc/self/cgroup",
	"/proc/self/mountinfo", "/sys/fs/cgroup", "/sys/devices/system", "/usr/share/zoneinfo",
	"/etc/localtime", "/dev/null", "/dev/urandom"};

struct listing {
	struct mg_arena *arena;
	int rules; /* descriptor of the ruleset */
	struct mg_map
		with_git; /* folders that hold something of git's, themselves or further down */
	size_t looked;
	bool failed; /* errno says why */
};

/* What is not there needs no right. */
static void allow(struct listing *l, const char *path, uint64_t rights)
{
	struct stat state;
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstat(fd, &state) == 0 && !S_ISDIR(state.st_mode))
		rights &= LANDLOCK_ACCESS_FS_READ_FILE;
	struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
	if (rights &&
		syscall(SYS_landlock_add_rule, l->rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
		l->failed = true;
	close(fd);
}

static bool is_folder(const char *path)
{
	struct stat state;
	return lstat(path, &state) == 0 && S_ISDIR(state.st_mode);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

typedef void visit(struct listing *l, const char *folder, const char *name);

static void each(struct listing *l, const char *folder, visit *one)
{
	DIR *dir = opendir(folder);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (is_dots(entry->d_name))
			continue;
		if (++l->looked > LOOKED_MAX) {
			errno = E2BIG;
			l->failed = true;
			break;
		}
		one(l, folder, entry->d_name);
	}
	if (dir)
		closedir(dir);
}

/* ---- where git keeps something ---- */

static void look(struct listing *l, const char *folder, const char *name)
{
	if (strcmp(name, MG_GIT_FOLDER) == 0) {
		mg_map_put(&l->with_git, mg_strdup(l->arena, folder), l);
		return;
	}
	char *path = mg_path_join(l->arena, folder, name);
	if (!is_folder(path))
		return;
	each(l, path, look);
	if (mg_map_has(&l->with_git, path))
		mg_map_put(&l->with_git, mg_strdup(l->arena, folder), l);
}

/* ---- what is left ---- */

static void allow_one(struct listing *l, const char *folder, const char *name);

/* A folder without any of it as a whole, else entry by entry; rights go down, so of the latter kind only the names in
 * it may be read. */
static void allow_folder(struct listing *l, const char *folder)
{
	if (!mg_map_has(&l->with_git, folder)) {
		allow(l, folder, READS);
		return;
	}
	allow(l, folder, LANDLOCK_ACCESS_FS_READ_DIR);
	each(l, folder, allow_one);
}

static void allow_one(struct listing *l, const char *folder, const char *name)
{
	if (strcmp(name, MG_GIT_FOLDER) == 0)
		return;
	char *path = mg_path_join(l->arena, folder, name);
	struct stat state;
	if (lstat(path, &state) != 0 || S_ISLNK(state.st_mode))
		return; /* what it leads to has rights of its own, or none */
	if (S_ISDIR(state.st_mode))
		allow_folder(l, path);
	else
		allow(l, path, LANDLOCK_ACCESS_FS_READ_FILE);
}

static void allow_path(struct listing *l, const char *path)
{
	struct mg_error ignored = {0};
	char *real = NULL;
	if (mg_path_real(l->arena, path, &real, &ignored) != MG_OK)
		return;
	if (is_folder(real)) {
		each(l, real, look);
		allow_folder(l, real);
	} else {
		allow(l, real, LANDLOCK_ACCESS_FS_READ_FILE);
	}
}

/* ---- all of it ---- */

int mg_confine_files(
	const char *const *paths, size_t count, const char **out_why, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct listing l = {.arena = arena};
	long version = syscall(
		SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	*out_why = version < 1 ? "its kernel has no Landlock" : NULL;
	if (*out_why)
		return MG_OK;
	const struct landlock_ruleset_attr handled = {
		.handled_access_fs = FIRST_VERSION | (version >= 3 ? TRUNCATES : 0)};
	mg_map_init(&l.with_git, arena);
	l.rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	l.failed = l.rules < 0;
	for (size_t i = 0; !l.failed && i < sizeof(machine) / sizeof(machine[0]); i++)
		allow(&l, machine[i], READS);
	for (size_t i = 0; !l.failed && i < count; i++)
		allow_path(&l, paths[i]);
	if (!l.failed)
		l.failed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
			syscall(SYS_landlock_restrict_self, l.rules, 0) != 0;
	int why = errno;
	if (l.rules >= 0)
		close(l.rules);
	if (!l.failed)
		return MG_OK;
	return mg_fail(err, why == E2BIG ? MG_ELIMIT : MG_EIO,
		"the kernel cannot be told which files the run may read: %s. Keep the data in "
		"folders of fewer than %d files, or leave out --untrusted if you trust the spec",
		strerror(why), LOOKED_MAX);
}
