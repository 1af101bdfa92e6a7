/* stop.c: a library to preload: ends the process, as kill -9 does, at the n-th call that could change a
 * file (STOP_AT=n); counts them into the file STOP_COUNT otherwise. Only below the folder STOP_BELOW. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls;

static int watched(const char *path)
{
	const char *below = getenv("STOP_BELOW");
	return below && path && strncmp(path, below, strlen(below)) == 0;
}

static void step(const char *path)
{
	if (!watched(path))
		return;
	const char *at = getenv("STOP_AT");
	calls++;
	if (at && calls == strtol(at, NULL, 10))
		raise(SIGKILL);
}

__attribute__((destructor)) static void tell(void)
{
	const char *file = getenv("STOP_COUNT");
	FILE *out = file ? fopen(file, "w") : NULL;
	if (!out)
		return;
	fprintf(out, "%ld\n", calls);
	fclose(out);
}

#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

int open(const char *file, int oflag, ...)
{
	va_list args;
	va_start(args, oflag);
	mode_t mode = oflag & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (oflag & (O_WRONLY | O_RDWR | O_CREAT))
		step(file);
	return NEXT(open)(file, oflag, mode);
}

ssize_t write(int fd, const void *buf, size_t n)
{
	char link[64], path[4096];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, sizeof(path) - 1);
	if (len > 0) {
		path[len] = '\0';
		step(path);
	}
	return NEXT(write)(fd, buf, n);
}

int rename(const char *old, const char *new)
{
	step(new);
	return NEXT(rename)(old, new);
}

int link(const char *from, const char *to)
{
	step(to);
	return NEXT(link)(from, to);
}

int unlink(const char *name)
{
	step(name);
	return NEXT(unlink)(name);
}

int mkdir(const char *path, mode_t mode)
{
	step(path);
	return NEXT(mkdir)(path, mode);
}
