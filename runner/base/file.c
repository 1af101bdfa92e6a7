/* file.c: whole files read with a bound and replaced in one step. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_scoped(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define SCOPED_FD __attribute__((cleanup(close_scoped)))

static int fail_errno(struct mg_error *err, const char *verb, const char *path, int error)
{
	enum mg_code code = error == ENOENT || error == ENOTDIR ? MG_ENOTFOUND : MG_EIO;
	return mg_fail(err, code, "cannot %s %s: %s", verb, path, strerror(error));
}

/* Why the last call failed; never 0, so that a failure is never taken for a success. */
static int last_error(void)
{
	int error = errno;
	return error ? error : EIO;
}

/* Opens a regular file for reading; O_NONBLOCK so that a named pipe is refused, not waited for. */
static int open_regular(const char *path, int *out_fd, off_t *out_size, struct mg_error *err)
{
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fail_errno(err, "read", path, errno);
	struct stat st;
	if (fstat(fd, &st) != 0)
		return fail_errno(err, "read", path, errno);
	if (!S_ISREG(st.st_mode))
		return mg_fail(err, MG_EIO, "cannot read %s: it is %s, not a file", path,
			S_ISDIR(st.st_mode) ? "a folder" : "a device or pipe");
	*out_size = st.st_size;
	*out_fd = fd;
	fd = -1;
	return MG_OK;
}

/* Reads to the end or to `size` bytes, whichever is first. */
static int read_up_to(int fd, char *buffer, size_t size, size_t *out_len)
{
	size_t len = 0;
	while (len < size) {
		ssize_t n = read(fd, buffer + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return last_error();
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*out_len = len;
	return 0;
}

int mg_file_read(struct mg_arena *arena, const char *path, size_t max_bytes, char **out,
	size_t *out_len, struct mg_error *err)
{
	bool from_stdin = strcmp(path, "-") == 0;
	const char *name = from_stdin ? "standard input" : path;
	SCOPED_FD int opened = -1;
	off_t size = 0;
	if (!from_stdin)
		MG_TRY(open_regular(path, &opened, &size, err));
	int fd = from_stdin ? STDIN_FILENO : opened;
	if (max_bytes > SIZE_MAX / 4)
		max_bytes = SIZE_MAX / 4;
	if ((uintmax_t)size > max_bytes)
		goto too_large;

	/* The size is a hint only: /proc files say 0, and a file may grow while it is read. One
	 * byte more than the bound is asked for, to see whether there is one. */
	size_t capacity = size ? (size_t)size + 2 : 65536;
	size_t len = 0;
	char *buffer = NULL;
	for (;;) {
		if (capacity > max_bytes + 2)
			capacity = max_bytes + 2;
		char *grown = realloc(buffer, capacity);
		if (!grown) {
			free(buffer);
			return mg_fail(err, MG_EIO, "cannot read %s: out of memory", name);
		}
		buffer = grown;
		size_t n = 0;
		int error = read_up_to(fd, buffer + len, capacity - 1 - len, &n);
		if (error) {
			free(buffer);
			return fail_errno(err, "read", name, error);
		}
		len += n;
		if (len < capacity - 1)
			break;
		if (len > max_bytes) {
			free(buffer);
			goto too_large;
		}
		capacity *= 2;
	}
	buffer[len] = '\0';
	*out = mg_arena_own(arena, buffer);
	*out_len = len;
	return MG_OK;

too_large:
	return mg_fail(
		err, MG_ELIMIT, "cannot read %s: it is larger than %zu bytes", name, max_bytes);
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? last_error() : EIO;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Some file systems can't sync and say EINVAL; that is theirs to answer for. */
static int sync_fd(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : last_error();
}

/* Closes whatever happens; the first error counts. */
static int close_after(int fd, int error)
{
	if (close(fd) != 0 && !error && errno != EINTR)
		return last_error();
	return error;
}

static int write_and_close(int fd, const char *bytes, size_t len, const mode_t *mode)
{
	int error = write_all(fd, bytes, len);
	if (!error && mode && fchmod(fd, *mode & 07777) != 0)
		error = last_error();
	if (!error)
		error = sync_fd(fd);
	return close_after(fd, error);
}

/* Makes the folders above path. */
static int make_parents(struct mg_arena *arena, const char *path)
{
	char *dir = mg_path_dir(arena, path);
	for (char *p = dir + 1; *dir; p++) {
		if (*p != '/' && *p)
			continue;
		char was = *p;
		*p = '\0';
		if (mkdir(dir, 0777) != 0 && errno != EEXIST) {
			/* EROFS and EACCES come before EEXIST on some systems. */
			int error = last_error();
			struct stat st;
			if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
				return error;
		}
		*p = was;
		if (!was)
			break;
	}
	return 0;
}

static int create_temporary(struct mg_arena *arena, const char *path, char **out_name, int *out_fd)
{
	for (int attempt = 0; attempt < 100; attempt++) {
		uint64_t random;
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return EIO;
		char *name = mg_printf(arena, "%s.%016" PRIx64 ".tmp", path, random);
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (fd >= 0) {
			*out_name = name;
			*out_fd = fd;
			return 0;
		}
		if (errno != EEXIST)
			return last_error();
	}
	return EEXIST;
}

/* Makes the new name of a file survive a crash. */
static int sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES
			? 0
			: last_error(); /* writable but not readable: nothing to do */
	return close_after(fd, sync_fd(fd));
}

/* Gives a finished file its name, unless something has it: EEXIST. */
static int name_new(const char *temporary, const char *path)
{
	if (link(temporary, path) == 0) {
		unlink(temporary);
		return 0;
	}
	/* Shares without hard links (SMB) know this instead; others know the link alone. */
	int error = last_error();
	if (error == EEXIST ||
		renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) != 0)
		return errno == EEXIST ? EEXIST : error;
	return 0;
}

static int name_over(const char *temporary, const char *path)
{
	return rename(temporary, path) == 0 ? 0 : last_error();
}

/* Writes a temporary file in the same folder, whole, then has it named. */
static int write_beside(struct mg_arena *arena, const char *path, const char *bytes, size_t len,
	const mode_t *mode, int (*name)(const char *temporary, const char *path))
{
	char *temporary;
	int fd;
	int error = create_temporary(arena, path, &temporary, &fd);
	if (error == ENOENT) {
		error = make_parents(arena, path);
		if (!error)
			error = create_temporary(arena, path, &temporary, &fd);
	}
	if (error)
		return error;
	error = write_and_close(fd, bytes, len, mode);
	if (!error)
		error = name(temporary, path);
	if (error) {
		unlink(temporary);
		return error;
	}
	return sync_folder(mg_path_dir(arena, path));
}

static int write_file(struct mg_arena *arena, const char *path, const char *bytes, size_t len)
{
	if (!*path)
		return ENOENT;
	struct stat st;
	if (stat(path, &st) != 0)
		return errno == ENOENT ? write_beside(arena, path, bytes, len, NULL, name_over)
				       : last_error();
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (!S_ISREG(st.st_mode)) {
		/* A device or pipe (/dev/stdout, >(command)) is written to, never replaced. */
		int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return fd < 0 ? last_error() : close_after(fd, write_all(fd, bytes, len));
	}
	/* A symbolic link stays one: what it leads to is replaced. */
	char *target = mg_arena_own(arena, realpath(path, NULL));
	return target ? write_beside(arena, target, bytes, len, &st.st_mode, name_over)
		      : last_error();
}

int mg_file_write(const char *path, const char *bytes, size_t len, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	int error = write_file(scratch, path, bytes, len);
	if (error)
		return mg_fail(err, MG_EIO, "cannot write %s: %s", path, strerror(error));
	return MG_OK;
}

int mg_file_create(
	const char *path, const char *bytes, size_t len, bool *out_made, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct stat st;
	int error = lstat(path, &st) == 0 ? EEXIST
					  : write_beside(scratch, path, bytes, len, NULL, name_new);
	if (error && error != EEXIST)
		return mg_fail(err, MG_EIO, "cannot write %s: %s", path, strerror(error));
	*out_made = !error;
	return MG_OK;
}

bool mg_file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}
