/* network_child: a deadline for calls that have none. */
#include "git/network_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* More than a million refs; what a hostile server sends beyond that is not kept. */
enum { ANSWER_MAX_BYTES = 256 * 1024 * 1024 };
/* How long a child that was asked to stop may clean up (lock files, half a pack), and how often it
 * is asked: a signal that comes just before a system call does not wake that call. */
enum { GRACE_MS = 1000, ASK_EVERY_MS = 50 };

static volatile sig_atomic_t stopping;

static void on_stop(int number)
{
	(void)number;
	stopping = 1;
}

bool mg_child_stopping(void)
{
	return stopping != 0;
}

static void set_signals(double timeout_s)
{
	struct sigaction action = {.sa_handler = on_stop}; /* no SA_RESTART: calls must wake */
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	action.sa_handler = SIG_IGN; /* a server that hangs up is an error, no reason to die */
	sigaction(SIGPIPE, &action, NULL);
	/* Should the parent be gone and its one signal be missed. */
	action.sa_handler = SIG_DFL;
	sigaction(SIGALRM, &action, NULL);
	alarm((unsigned)fmin(timeout_s + 5, UINT_MAX));
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static _Noreturn void be_child(struct mg_arena *arena, pid_t parent, int fd, double timeout_s,
	void (*work)(void *context, struct mg_text *answer), void *context)
{
	set_signals(timeout_s);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	struct mg_text answer;
	mg_text_init(&answer, arena);
	work(context, &answer);
	/* _exit: exit would write the parent's buffered output a second time. */
	_exit(write_all(fd, answer.data, answer.len) ? 0 : 1);
}

/* Reads until the child closes its end. MG_ETIMEOUT, MG_ELIMIT, MG_EIO. */
static int read_answer(int fd, double until, struct mg_text *answer, struct mg_error *err)
{
	char bytes[65536];
	for (;;) {
		double left = until - mg_clock_ticks();
		if (left <= 0)
			return mg_fail(err, MG_ETIMEOUT, "no answer in time");
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		int ready = poll(&wait, 1, (int)fmin(ceil(left * 1000), INT_MAX));
		if (ready < 0 && errno != EINTR)
			return mg_fail(
				err, MG_EIO, "cannot wait for the network: %s", strerror(errno));
		if (ready <= 0)
			continue;
		ssize_t n = read(fd, bytes, sizeof(bytes));
		if (n == 0)
			return MG_OK;
		if (n < 0 && errno != EINTR)
			return mg_fail(err, MG_EIO, "cannot read from the network process: %s",
				strerror(errno));
		if (n > 0 && answer->len + (size_t)n > ANSWER_MAX_BYTES)
			return mg_fail(err, MG_ELIMIT, "the server lists more than 256 MB of refs");
		if (n > 0)
			mg_text_add_bytes(answer, bytes, (size_t)n);
	}
}

static void end_child(pid_t child)
{
	for (int asked_ms = 0; asked_ms < GRACE_MS; asked_ms += ASK_EVERY_MS) {
		kill(child, SIGTERM);
		poll(NULL, 0, ASK_EVERY_MS);
		if (waitpid(child, NULL, WNOHANG) == child)
			return;
	}
	kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

/* How the child ended; it has closed its pipe, so it does so now. */
static int reap(pid_t child, struct mg_error *err)
{
	int status = 0;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return mg_fail(
				err, MG_EIO, "lost the network process: %s", strerror(errno));
	if (WIFSIGNALED(status))
		return mg_fail(err, MG_EIO, "the network process was ended by signal %d",
			WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return mg_fail(err, MG_EIO, "the network process ended with status %d",
			WEXITSTATUS(status));
	return MG_OK;
}

int mg_child_run(struct mg_arena *arena, double timeout_s,
	void (*work)(void *context, struct mg_text *answer), void *context, char **out,
	size_t *out_len, struct mg_error *err)
{
	double until = mg_clock_ticks() + timeout_s;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return mg_fail(err, MG_EIO, "cannot make a pipe: %s", strerror(errno));
	pid_t parent = getpid();
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		be_child(arena, parent, ends[1], timeout_s, work, context);
	}
	int why = errno;
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return mg_fail(err, MG_EIO, "cannot start a process: %s", strerror(why));
	}
	struct mg_text answer;
	mg_text_init(&answer, arena);
	int code = read_answer(ends[0], until, &answer, err);
	close(ends[0]);
	if (code != MG_OK) {
		end_child(child);
		return code;
	}
	MG_TRY(reap(child, err));
	*out = answer.data;
	*out_len = answer.len;
	return MG_OK;
}
