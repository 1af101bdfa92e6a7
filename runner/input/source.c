/* source.c: opens files once and proves at the end that nobody touched them.
 *
 * What was read through a descriptor is of one file, whatever its path leads to meanwhile. That the
 * file's bytes stayed the same shows in its size and times: each write sets ctime, which no program
 * can set back. A file system's clock ticks, though, every 4 or 10 ms; so a file is taken only when its
 * last write lies a few ticks back, and a later one must show. */
#include "input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)
/* More than two ticks of any clock; and what a file system takes that keeps whole seconds. */
#define TICKS (20 * MILLISECOND)
#define COARSE_TICKS (2 * SECOND + TICKS)
enum { MOST_WAITS = 10 };

struct opened {
	struct mg_source_file file;
	struct stat stat; /* when it was opened */
};

struct mg_sources {
	struct mg_arena *arena;
	pthread_mutex_t lock;
	struct mg_map files; /* path -> struct opened */
	struct mg_source_lookup *lookups;
	size_t lookup_count, lookup_capacity;
};

struct mg_sources *mg_sources_new(void)
{
	struct mg_arena *arena = mg_arena_new();
	struct mg_sources *sources = mg_alloc(arena, sizeof(*sources));
	sources->arena = arena;
	pthread_mutex_init(&sources->lock, NULL);
	mg_map_init(&sources->files, arena);
	return sources;
}

void mg_sources_free(struct mg_sources *sources)
{
	if (!sources)
		return;
	for (size_t i = 0; i < sources->files.count; i++) {
		const struct opened *opened = sources->files.entries[i].value;
		close(opened->file.fd);
	}
	pthread_mutex_destroy(&sources->lock);
	mg_arena_free(sources->arena); /* `sources` itself lives in it */
}

static int fail_errno(struct mg_error *err, const char *path, int error)
{
	return mg_fail(err, error == ENOENT || error == ENOTDIR ? MG_ENOTFOUND : MG_EIO,
		"cannot read %s: %s", path, strerror(error));
}

/* Does nothing but raise what the process may have open to what it may raise it to. */
static bool raise_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* O_NONBLOCK: a named pipe is refused, not waited for. */
static int open_file(const struct mg_source_file *file, int *out, struct mg_error *err)
{
	static const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(file->path, flags);
	if (fd < 0 && errno == EMFILE && raise_limit())
		fd = open(file->path, flags);
	if (fd < 0 && errno == EMFILE)
		return mg_fail(err, MG_EIO,
			"cannot read %s: this process may not open that many files; raise its "
			"limit (ulimit -n)",
			file->shown);
	if (fd < 0)
		return fail_errno(err, file->shown, errno);
	*out = fd;
	return MG_OK;
}

/* ---- sameness ---- */

static int64_t nanoseconds(struct timespec t)
{
	return t.tv_sec * SECOND + t.tv_nsec;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
		same_time(a->st_mtim, b->st_mtim) && same_time(a->st_ctim, b->st_ctim);
}

/* Waits until a write from now on must show in the file's times. */
static int settle(int fd, const char *path, struct stat *out, struct mg_error *err)
{
	struct stat now;
	if (fstat(fd, out) != 0)
		return fail_errno(err, path, errno);
	for (int i = 0; i < MOST_WAITS; i++) {
		struct timespec clock;
		clock_gettime(CLOCK_REALTIME_COARSE, &clock);
		int64_t ticks = out->st_ctim.tv_nsec == 0 ? COARSE_TICKS : TICKS;
		int64_t age = nanoseconds(clock) - nanoseconds(out->st_ctim);
		if (age >= ticks)
			return MG_OK;
		/* One from the future, of a server or before the clock was set, is as old as the wait. */
		int64_t wait = age > 0 ? ticks - age : ticks;
		nanosleep(&(struct timespec){wait / SECOND, wait % SECOND}, NULL);
		if (fstat(fd, &now) != 0)
			return fail_errno(err, path, errno);
		if (same(out, &now))
			return MG_OK;
		*out = now;
	}
	return mg_fail(
		err, MG_EIO, "data changed while it was read: %s (it is being written)", path);
}

/* The path is opened anew: that is when a network's file system asks its server. */
static int unchanged(const struct opened *opened, struct mg_error *err)
{
	const char *path = opened->file.shown, *how = NULL;
	struct stat kept, found;
	int fd = -1, code = open_file(&opened->file, &fd, err);
	if (code != MG_OK && code != MG_ENOTFOUND)
		return code;
	if (code == MG_ENOTFOUND)
		how = "it is gone";
	else if (fstat(opened->file.fd, &kept) != 0 || fstat(fd, &found) != 0)
		code = fail_errno(err, path, errno);
	else if (found.st_dev != opened->stat.st_dev || found.st_ino != opened->stat.st_ino)
		how = "another file is in its place";
	else if (!same(&opened->stat, &kept) || !same(&opened->stat, &found))
		how = kept.st_size != opened->stat.st_size ? "its size changed"
							   : "it was written to";
	if (fd >= 0)
		close(fd);
	if (how)
		return mg_fail(err, MG_EIO, "data changed while it was read: %s (%s)", path, how);
	return code;
}

static const char *const *copied(struct mg_arena *arena, const char *const *list, size_t count)
{
	const char **copy = mg_alloc_array(arena, count, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = mg_strdup(arena, list[i]);
	return copy;
}

void mg_source_remember(struct mg_sources *sources, const struct mg_source_lookup *lookup)
{
	struct mg_arena *arena = sources->arena;
	pthread_mutex_lock(&sources->lock);
	sources->lookups = mg_grow(arena, sources->lookups, sources->lookup_count,
		&sources->lookup_capacity, sizeof(*sources->lookups));
	sources->lookups[sources->lookup_count++] = (struct mg_source_lookup){
		.shown = mg_strdup(arena, lookup->shown),
		.pattern = mg_strdup(arena, lookup->pattern),
		.paths = copied(arena, lookup->paths, lookup->count),
		.reals = copied(arena, lookup->reals, lookup->count),
		.count = lookup->count};
	pthread_mutex_unlock(&sources->lock);
}

/* The first path of a list that the other lacks; both are sorted. NULL when there is none. */
static const char *first_only(
	const char *const *list, size_t count, const char *const *other, size_t other_count)
{
	for (size_t i = 0; i < count; i++)
		if (i >= other_count || !mg_streq(list[i], other[i]))
			return list[i];
	return NULL;
}

/* Does the path lead where it did? A file that came is not among those that were opened. */
static int leads_on(const struct mg_source_lookup *l, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const char *const *now = l->paths;
	char **found = NULL, *real = NULL;
	size_t count = l->count;
	if (l->pattern) {
		MG_TRY(mg_path_glob(scratch, l->pattern, SIZE_MAX, &found, &count, err));
		now = (const char *const *)found;
	}
	bool more = count > l->count;
	const char *other = more ? first_only(now, count, l->paths, l->count)
				 : first_only(l->paths, l->count, now, count);
	if (other)
		return mg_fail(err, MG_EIO, "data changed while it was read: %s (%s %s)", l->shown,
			other, more ? "has come" : "is gone");
	for (size_t i = 0; i < count; i++)
		if (mg_path_real(scratch, now[i], &real, NULL) == MG_OK &&
			!mg_streq(real, l->reals[i]))
			return mg_fail(err, MG_EIO,
				"data changed while it was read: %s (another file is in its place)",
				l->shown);
	return MG_OK;
}

int mg_sources_unchanged(struct mg_sources *sources, struct mg_error *err)
{
	int code = MG_OK;
	pthread_mutex_lock(&sources->lock);
	for (size_t i = 0; i < sources->lookup_count && code == MG_OK; i++)
		code = leads_on(&sources->lookups[i], err);
	for (size_t i = 0; i < sources->files.count && code == MG_OK; i++)
		code = unchanged(sources->files.entries[i].value, err);
	pthread_mutex_unlock(&sources->lock);
	return code;
}

/* ---- reading ---- */

int mg_source_read(const struct mg_source_file *file, uint64_t offset, void *buffer, size_t most,
	size_t *out_len, struct mg_error *err)
{
	uint64_t left = offset < file->bytes ? file->bytes - offset : 0;
	size_t wanted = left < most ? (size_t)left : most;
	*out_len = 0;
	while (wanted > 0 && *out_len == 0) {
		ssize_t n = pread(file->fd, buffer, wanted, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(err, file->shown, errno);
		if (n == 0)
			return mg_fail(err, MG_EIO,
				"data changed while it was read: %s (it became shorter)",
				file->shown);
		*out_len = (size_t)n;
	}
	return MG_OK;
}

int mg_source_text(struct mg_arena *arena, const struct mg_source_file *file, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	if (file->bytes > max_bytes)
		return mg_fail(err, MG_ELIMIT, "cannot read %s: it is larger than %zu bytes",
			file->shown, max_bytes);
	char *text = mg_alloc(arena, (size_t)file->bytes + 1);
	size_t len = 0;
	for (size_t n = 1; n > 0; len += n)
		MG_TRY(mg_source_read(file, len, text + len, (size_t)file->bytes - len, &n, err));
	*out = text;
	*out_len = len;
	return MG_OK;
}

/* ---- opening ---- */

/* What Git LFS leaves in place of a file that was not fetched. */
static int refuse_pointer(const struct mg_source_file *file, struct mg_error *err)
{
	static const char first[] = "version https://git-lfs.github.com/spec/v1";
	char start[sizeof(first) - 1];
	size_t len = 0;
	MG_TRY(mg_source_read(file, 0, start, sizeof(start), &len, err));
	if (len < sizeof(start) || memcmp(start, first, sizeof(start)) != 0)
		return MG_OK;
	return mg_fail(err, MG_EIO,
		"%s is a Git LFS pointer, not the data: fetch it (git lfs pull; in Azure Pipelines "
		"`lfs: true` at the checkout step)",
		file->shown);
}

static enum mg_packing packing_of(const char *path)
{
	return mg_ends_with(path, ".gz")     ? MG_PACKING_GZIP
		: mg_ends_with(path, ".zst") ? MG_PACKING_ZSTD
					     : MG_PACKING_NONE;
}

static int look_at(struct opened *opened, struct mg_error *err)
{
	struct mg_source_file *file = &opened->file;
	struct stat at_path;
	if (fstat(file->fd, &opened->stat) != 0)
		return fail_errno(err, file->shown, errno);
	if (!S_ISREG(opened->stat.st_mode))
		return mg_fail(err, MG_EIO, "cannot read %s: it is %s, not a file", file->shown,
			S_ISDIR(opened->stat.st_mode) ? "a folder" : "a device or pipe");
	MG_TRY(settle(file->fd, file->shown, &opened->stat, err));
	if (stat(file->path, &at_path) != 0 || at_path.st_ino != opened->stat.st_ino ||
		at_path.st_dev != opened->stat.st_dev)
		return mg_fail(err, MG_EIO,
			"data changed while it was read: %s (another file is in its place)",
			file->shown);
	file->bytes = (uint64_t)opened->stat.st_size;
	(void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return refuse_pointer(file, err);
}

static int open_new(struct opened *opened, struct mg_error *err)
{
	MG_TRY(open_file(&opened->file, &opened->file.fd, err));
	int code = look_at(opened, err);
	if (code != MG_OK)
		close(opened->file.fd);
	return code;
}

/* The lock is not held while a file is opened: it may wait. Whoever comes first is kept. */
int mg_source_open(struct mg_sources *sources, const char *path, const char *shown,
	const struct mg_source_file **out, struct mg_error *err)
{
	struct opened fresh = {
		.file = {.path = path, .shown = shown ? shown : path, .packing = packing_of(path)}};
	pthread_mutex_lock(&sources->lock);
	struct opened *known = mg_map_get(&sources->files, path);
	pthread_mutex_unlock(&sources->lock);
	if (!known)
		MG_TRY(open_new(&fresh, err));
	pthread_mutex_lock(&sources->lock);
	struct opened *kept = known ? known : mg_map_get(&sources->files, path);
	if (!kept) {
		kept = mg_alloc(sources->arena, sizeof(*kept));
		*kept = fresh;
		kept->file.path = mg_strdup(sources->arena, path);
		kept->file.shown = mg_strdup(sources->arena, fresh.file.shown);
		mg_map_put(&sources->files, path, kept);
	} else if (!known) {
		close(fresh.file.fd);
	}
	pthread_mutex_unlock(&sources->lock);
	*out = &kept->file;
	return MG_OK;
}
