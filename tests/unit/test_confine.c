/* confine: what the kernel refuses afterwards, asked in a child by the very calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_network_and_no_programs)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
