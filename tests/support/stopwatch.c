/* stopwatch.c: runs a program once, and tells what it and the programs that it started cost.
 *
 *   stopwatch OUTPUT PROGRAM [ARGUMENT...]
 *       prints the cost as one line of JSON; the program's standard output goes to the file OUTPUT.
 *   stopwatch --note FILE NAME PROGRAM [ARGUMENT...]
 *       appends a line to FILE (CPU seconds, wall seconds, NAME), and ends as the program ends.
 *
 * A server that a test starts and stops is seldom waited for by who started it: the Java of Spark, a cluster of
 * PostgreSQL. For --note such orphans become children of the stopwatch, so that they are counted.
 *
 * The program is started from here, and not from a script's interpreter, because the kernel counts the
 * memory of who starts a program as that program's own peak, and because a few milliseconds are to be
 * measured. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* That what a test stopped gets for its end; a process that is still there then is not counted. */
#define ORPHAN_SECONDS 2

struct cost {
	int status; /* as wait gives it */
	double wall, cpu;
	long peak_bytes;
};

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

/* Waits for the program, and meanwhile for orphans. */
static int wait_for(pid_t program)
{
	int status;
	pid_t ended;
	do {
		ended = wait(&status);
		if (ended < 0) {
			perror("stopwatch: wait");
			exit(1);
		}
	} while (ended != program);
	return status;
}

static void wait_for_orphans(void)
{
	const struct timespec moment = {.tv_nsec = 20000000};
	double until = ticks() + ORPHAN_SECONDS;
	pid_t ended;
	while ((ended = waitpid(-1, NULL, WNOHANG)) >= 0 && ticks() < until)
		if (ended == 0)
			nanosleep(&moment, NULL);
}

/* output: a file for its standard output, or NULL for ours. Ends with 1 where it cannot be started. */
static struct cost run(const char *output, char **command)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	struct cost cost;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	if (output)
		posix_spawn_file_actions_addopen(
			&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	double began = ticks();
	int failed = posix_spawn(&pid, command[0], &actions, NULL, command, environ);
	if (failed) {
		fprintf(stderr, "stopwatch: %s into %s: %s\n", command[0],
			output ? output : "standard output", strerror(failed));
		exit(1);
	}
	cost.status = wait_for(pid);
	cost.wall = ticks() - began;
	wait_for_orphans();
	getrusage(RUSAGE_CHILDREN, &usage);
	cost.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	cost.peak_bytes = usage.ru_maxrss * 1024;
	return cost;
}

static int code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int print(const char *output, char **command)
{
	struct cost cost = run(output, command);
	printf("{\"exit\": %d, \"wall\": %.6f, \"cpu\": %.6f, \"peak_bytes\": %ld}\n",
		code(cost.status), cost.wall, cost.cpu, cost.peak_bytes);
	return 0;
}

/* Several do so at once: a line is one write. */
static int note(const char *file, const char *name, char **command)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	struct cost cost = run(NULL, command);
	char line[512];
	int length = snprintf(line, sizeof(line), "%.2f %.2f %s\n", cost.cpu, cost.wall, name);
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (fd < 0 || write(fd, line, (size_t)length) != length) {
		perror(file);
		return 1;
	}
	close(fd);
	if (WIFSIGNALED(cost.status)) {
		signal(WTERMSIG(cost.status), SIG_DFL);
		raise(WTERMSIG(cost.status));
	}
	return code(cost.status);
}

int main(int argc, char **argv)
{
	bool noted = argc > 1 && strcmp(argv[1], "--note") == 0;
	if (noted && argc > 4)
		return note(argv[2], argv[3], argv + 4);
	if (!noted && argc > 2)
		return print(argv[1], argv + 2);
	fputs("usage: stopwatch OUTPUT PROGRAM [ARGUMENT...]\n"
	      "       stopwatch --note FILE NAME PROGRAM [ARGUMENT...]\n",
		stderr);
	return 2;
}
