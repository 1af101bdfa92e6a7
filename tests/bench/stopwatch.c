/* stopwatch.c: runs a program once and prints what it cost, as one line of JSON.
 *
 *   stopwatch OUTPUT PROGRAM [ARGUMENT...]
 *
 * The program's standard output goes to the file OUTPUT. It is started from here, and not from a
 * script's interpreter, because the kernel counts the memory of who starts a program as that
 * program's own peak, and because a few milliseconds are to be measured. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double ticks(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	pid_t pid;
	int status;

	if (argc < 3) {
		fputs("usage: stopwatch OUTPUT PROGRAM [ARGUMENT...]\n", stderr);
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	double began = ticks();
	int failed = posix_spawn(&pid, argv[2], &actions, NULL, argv + 2, environ);
	if (failed) {
		fprintf(stderr, "stopwatch: %s into %s: %s\n", argv[2], argv[1], strerror(failed));
		return 1;
	}
	if (wait4(pid, &status, 0, &usage) != pid) {
		perror("stopwatch: wait4");
		return 1;
	}
	double wall = ticks() - began;
	printf("{\"exit\": %d, \"wall\": %.6f, \"cpu\": %.6f, \"peak_bytes\": %ld}\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), wall,
		seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss * 1024);
	return 0;
}
