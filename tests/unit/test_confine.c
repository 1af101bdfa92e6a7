/* test_confine.c: what the kernel refuses afterwards, asked in a child by the very calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/file.h"

enum { FREE, CONFINED };

static bool refused(long result)
{
	return result == -1 && errno == EPERM;
}

/* Of a call that goes wrong by itself, EPERM tells that it was not even tried. */
static int count_refused(void)
{
	char *const none[] = {NULL};
	int pair[2];
	return refused(socket(AF_INET, SOCK_STREAM, 0)) + refused(socket(AF_INET6, SOCK_DGRAM, 0)) +
		refused(socket(AF_UNIX, SOCK_STREAM, 0)) +
		refused(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) +
		refused(execve("/no/such/program", none, none)) +
		refused(syscall(SYS_execveat, -1, "no", none, none, 0)) +
		refused(syscall(SYS_io_uring_setup, 1, NULL));
}

static void *nothing(void *argument)
{
	return argument;
}

/* Files and threads are as before, and there is no core file. */
static bool works_on(void)
{
	struct rlimit core;
	pthread_t thread;
	int file = open("/dev/null", O_WRONLY);
	bool good = file >= 0 && write(file, "x", 1) == 1 &&
		pthread_create(&thread, NULL, nothing, NULL) == 0 &&
		pthread_join(thread, NULL) == 0 && getrlimit(RLIMIT_CORE, &core) == 0 &&
		core.rlim_max == 0;
	close(file);
	return good;
}

/* The child's answer: how many calls were refused; 100 when something else is wrong. */
static int ask(int how)
{
	pid_t child = fork();
	if (child == 0) {
		if (how == CONFINED &&
			(mg_confine(UINT64_C(1) << 40, NULL) != MG_OK || !works_on()))
			_exit(100);
		_exit(count_refused());
	}
	int status = 0;
	assert_true(child > 0 && waitpid(child, &status, 0) == child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void no_network_and_no_programs(void **state)
{
	(void)state;
	assert_int_equal(ask(CONFINED), 7);
	assert_true(ask(FREE) <= 1); /* io_uring is shut off on some machines */
}

/* ---- files ---- */

static const char *const readable[] = {
	"tree/rows.csv", "tree/sub/rows.csv", "tree/sub/deep/x", "tree/other/x", "single"};
static const char *const secret[] = {"tree/.git/config", "tree/sub/.git/config",
	"tree/sub/deep/.git/a/b", "beside", "tree/link", "single2", "/etc/passwd",
	"/proc/self/environ"};
enum { READABLE = sizeof(readable) / sizeof(*readable), SECRET = sizeof(secret) / sizeof(*secret) };

static bool opens(const char *path, int flags)
{
	int file = open(path, flags, 0600);
	if (file >= 0)
		close(file);
	return file >= 0;
}

static void *count_open(void *argument)
{
	size_t *count = argument;
	for (size_t i = 0; i < SECRET; i++)
		*count += opens(secret[i], O_RDONLY);
	return NULL;
}

static int look_from_inside(void)
{
	static const char *const paths[] = {"tree", "single", "not-there"};
	const char *why = NULL;
	size_t in = 0, out = 0, of_thread = 0;
	pthread_t thread;
	if (mg_confine_files(paths, 3, &why, NULL) != MG_OK)
		return 100;
	if (why)
		return 77;
	for (size_t i = 0; i < READABLE; i++)
		in += opens(readable[i], O_RDONLY);
	count_open(&out);
	if (pthread_create(&thread, NULL, count_open, &of_thread) != 0 ||
		pthread_join(thread, NULL) != 0)
		return 101;
	if (opens("tree/new", O_WRONLY | O_CREAT) || opens("tree/rows.csv", O_WRONLY) ||
		unlink("tree/rows.csv") == 0 || truncate("tree/rows.csv", 0) == 0)
		return 102;
	return in == READABLE && out == 0 && of_thread == 0 ? 0 : 1;
}

static void put(const char *path)
{
	struct mg_error err = {0};
	assert_int_equal(mg_file_write(path, "x", 1, &err), MG_OK);
}

static void only_listed_files(void **state)
{
	(void)state;
	char folder[] = "/tmp/modelgate-confine.XXXXXX";
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	for (size_t i = 0; i < READABLE; i++)
		put(readable[i]);
	for (size_t i = 0; i < SECRET; i++)
		if (*secret[i] != '/' && strcmp(secret[i], "tree/link") != 0)
			put(secret[i]);
	assert_int_equal(symlink("sub/.git/config", "tree/link"), 0);
	pid_t child = fork();
	if (child == 0)
		_exit(look_from_inside());
	int status = 0;
	assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		print_message("SKIPPED: this kernel has no Landlock\n");
	else
		assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_network_and_no_programs), cmocka_unit_test(only_listed_files)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
