/* folder.c: a site is made beside its place, and exchanged for what is there. */
#include "site/folder.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define BUILDING ".building-"
#define MARK "fleet.json"
static const char MARK_BEGINS[] = "{\"format\": \"modelgate.site/";
enum { OPEN_AT_ONCE = 16 };

static int fail_errno(struct mg_error *err, const char *what, const char *path)
{
	return mg_fail(err, MG_EIO, "cannot %s %s: %s", what, path, strerror(errno));
}

/* ---- removing ---- */

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Follows no link. What cannot be removed is found the next time. */
static void remove_tree(const char *path)
{
	mg_ignore(nftw(path, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS));
}

/* Folders of builds that were killed: nobody holds their lock. */
static void remove_left_behind(struct mg_arena *arena, const char *place)
{
	char *parent = mg_path_dir(arena, place);
	const char *head = mg_printf(arena, "%s" BUILDING, mg_path_base(place));
	DIR *dir = opendir(parent);
	const struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		if (!mg_starts_with(entry->d_name, head) ||
			strlen(entry->d_name) != strlen(head) + strlen("XXXXXX"))
			continue;
		const char *path = mg_path_join(arena, parent, entry->d_name);
		int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			remove_tree(path);
		if (fd >= 0)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

/* ---- what is there ---- */

static bool is_ours(struct mg_arena *arena, const char *place)
{
	char head[sizeof(MARK_BEGINS)] = "";
	int fd = open(mg_path_join(arena, place, MARK), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, head, strlen(MARK_BEGINS));
	close(fd);
	return n == (ssize_t)strlen(MARK_BEGINS) && mg_streq(head, MARK_BEGINS);
}

/* The first name in the folder that a site has not; NULL: there is none. *out_empty: there is nothing. */
static int find_foreign(struct mg_arena *arena, const char *place, const char **out,
	bool *out_empty, struct mg_error *err)
{
	static const char *const ours[] = {"index.html", MARK, "decisions.html", "models", "data",
		"runs", "graphs", "assets", "feed.atom", "metrics.prom"};
	DIR *dir = opendir(place);
	if (!dir)
		return fail_errno(err, "list", place);
	*out = NULL;
	*out_empty = true;
	const struct dirent *entry;
	while ((entry = readdir(dir))) {
		if (mg_streq(entry->d_name, ".") || mg_streq(entry->d_name, ".."))
			continue;
		*out_empty = false;
		if (!*out && !mg_among(entry->d_name, ours, sizeof(ours) / sizeof(ours[0])))
			*out = mg_strdup(arena, entry->d_name);
	}
	closedir(dir);
	return MG_OK;
}

static int look_at_place(struct mg_arena *arena, struct mg_site_folder *out, struct mg_error *err)
{
	struct stat info;
	const char *foreign = NULL;
	bool is_empty = false;
	assert(out->place);
	if (stat(out->place, &info) != 0)
		return errno == ENOENT ? MG_OK : fail_errno(err, "look at", out->place);
	out->replaces = true;
	if (!S_ISDIR(info.st_mode))
		return mg_fail(
			err, MG_EUSAGE, "%s is no folder; name one for the site alone", out->place);
	MG_TRY(find_foreign(arena, out->place, &foreign, &is_empty, err));
	if (is_empty)
		return MG_OK;
	if (!is_ours(arena, out->place))
		return mg_fail(err, MG_EUSAGE,
			"%s is no site of modelgate: nothing was written; name a folder for the "
			"site alone, or an empty one",
			out->place);
	if (foreign)
		return mg_fail(err, MG_EUSAGE,
			"%s has %s in it, which is not of the site and would be lost: nothing was "
			"written; keep it elsewhere, and add it where the site is published",
			out->place, foreign);
	return MG_OK;
}

/* ---- making ---- */

/* The real place, without a slash at its end; its parent folder must be there. */
static int find_place(
	struct mg_arena *arena, const char *place, const char **out, struct mg_error *err)
{
	char *path = mg_strdup(arena, place), *real = NULL;
	for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		path[n - 1] = '\0';
	if (mg_file_exists(path)) {
		MG_TRY(mg_path_real(arena, path, &real, err));
		*out = real;
		return MG_OK;
	}
	if (mg_path_real(arena, mg_path_dir(arena, path), &real, err) != MG_OK)
		return mg_fail(err, MG_EUSAGE, "%s cannot be made: there is no folder %s", place,
			mg_path_dir(arena, path));
	*out = mg_path_join(arena, real, mg_path_base(path));
	return MG_OK;
}

int mg_site_folder_open(
	struct mg_arena *arena, const char *place, struct mg_site_folder *out, struct mg_error *err)
{
	struct mg_site_folder folder = {.lock = -1};
	MG_TRY(find_place(arena, place, &folder.place, err));
	MG_TRY(look_at_place(arena, &folder, err));
	remove_left_behind(arena, folder.place);
	char *building = mg_printf(arena, "%s" BUILDING "XXXXXX", folder.place);
	if (!mkdtemp(building))
		return fail_errno(err, "make a folder", building);
	mode_t mask = umask(0);
	umask(mask);
	folder.lock = open(building, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder.lock < 0 || flock(folder.lock, LOCK_EX | LOCK_NB) != 0 ||
		chmod(building, 0777 & ~mask) != 0) {
		fail_errno(err, "use", building);
		remove_tree(building);
		if (folder.lock >= 0)
			close(folder.lock);
		return MG_EIO;
	}
	folder.building = building;
	*out = folder;
	return MG_OK;
}

/* Makes the folders on the way to the file. Others may make them at the same time. */
static int make_parents(char *path, size_t from, struct mg_error *err)
{
	for (char *slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
		if (!made)
			fail_errno(err, "make", path);
		*slash = '/';
		if (!made)
			return MG_EIO;
	}
	return MG_OK;
}

int mg_site_write(char *path, size_t from, const char *bytes, size_t len, struct mg_error *err)
{
	MG_TRY(make_parents(path, from + 1, err));
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		return fail_errno(err, "write", path);
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fail_errno(err, "write", path);
			close(fd);
			return MG_EIO;
		}
		bytes += n;
		len -= (size_t)n;
	}
	return close(fd) == 0 ? MG_OK : fail_errno(err, "write", path);
}

int mg_site_folder_put(const struct mg_site_folder *folder, const char *path, const char *bytes,
	size_t len, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return mg_site_write(mg_printf(scratch, "%s/%s", folder->building, path),
		strlen(folder->building), bytes, len, err);
}

/* Old and new trade places. Where the file system cannot do that in one step there are two, and for a moment
 * nothing is there. */
static int exchange(struct mg_site_folder *folder, struct mg_error *err)
{
	if (renameat2(AT_FDCWD, folder->building, AT_FDCWD, folder->place, RENAME_EXCHANGE) == 0)
		return MG_OK;
	if (errno != EINVAL && errno != ENOSYS)
		return fail_errno(err, "replace", folder->place);
	char *aside = NULL;
	if (asprintf(&aside, "%s-old", folder->building) < 0)
		mg_out_of_memory();
	int code = rename(folder->place, aside) == 0 ? MG_OK
						     : fail_errno(err, "replace", folder->place);
	if (code == MG_OK && rename(folder->building, folder->place) != 0) {
		code = fail_errno(err, "replace", folder->place);
		mg_ignore(rename(aside, folder->place));
	} else if (code == MG_OK) {
		mg_ignore(rename(aside, folder->building));
	}
	free(aside);
	return code;
}

int mg_site_folder_commit(struct mg_site_folder *folder, struct mg_error *err)
{
	if (!folder->replaces) {
		if (renameat2(AT_FDCWD, folder->building, AT_FDCWD, folder->place,
			    RENAME_NOREPLACE) != 0 &&
			rename(folder->building, folder->place) != 0)
			return fail_errno(err, "make", folder->place);
		close(folder->lock);
		folder->building = NULL;
		return MG_OK;
	}
	return exchange(folder, err); /* closing removes the old site */
}

void mg_site_folder_close(struct mg_site_folder *folder)
{
	if (!folder->building)
		return;
	remove_tree(folder->building);
	close(folder->lock);
	folder->building = NULL;
}
