/* process: a program with a deadline. A child of ours, the keeper, leads the session that the program
 * and all that it starts run in, and ends them all: when it is told to, and when we are gone. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* What the keeper ends with when the program could not be started. */
enum { NOT_FOUND = 127, NOT_STARTED = 126 };
/* How long whoever was asked to end may clean up. */
enum { GRACE_S = 1 };
/* How often the keeper is looked after while somebody holds the pipes open: a daemon that the program
 * left behind may do so for ever. */
enum { LOOK_EVERY_MS = 100 };

/* ---- in the keeper ---- */

static volatile sig_atomic_t stopping;

static void kill_all(int number)
{
	(void)number;
	kill(0, SIGKILL); /* the keeper as well */
}

static void stop_all(int number)
{
	(void)number;
	if (stopping)
		return; /* our own signal, which goes to the whole session */
	stopping = 1;
	kill(0, SIGTERM);
	alarm(GRACE_S);
}

static void set_signals(void)
{
	struct sigaction action = {.sa_handler = stop_all};
	sigset_t none;
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = kill_all;
	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The descriptors that a program starts with: standard input, and what it writes to. */
enum { ENDS = 1 + MG_PROCESS_STREAMS, BEYOND_ENDS = 10 };

static _Noreturn void become(const struct mg_process *process, const int ends[ENDS])
{
	int copies[ENDS];
	for (int i = 0; i < ENDS; i++) /* out of the way of each other */
		if ((copies[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, BEYOND_ENDS)) < 0)
			_exit(NOT_STARTED);
	for (int i = 0; i < ENDS; i++)
		dup2(copies[i], i);
	if (process->folder && chdir(process->folder) != 0)
		_exit(NOT_STARTED);
	execvpe(process->arguments[0], (char *const *)process->arguments, process->environment);
	_exit(errno == ENOENT ? NOT_FOUND : NOT_STARTED);
}

static _Noreturn void keep(const struct mg_process *process, pid_t parent, const int ends[ENDS])
{
	int status = 0;
	setsid();
	set_signals();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(NOT_STARTED);
	pid_t program = fork();
	if (program == 0)
		become(process, ends);
	for (int i = 0; i < ENDS; i++)
		close(ends[i]);
	if (program < 0)
		_exit(NOT_STARTED);
	while (waitpid(program, &status, 0) < 0 && errno == EINTR)
		;
	if (stopping)
		kill(0, SIGKILL);
	/* _exit: exit would write the parent's buffered output a second time. */
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* ---- in this program ---- */

struct running {
	pid_t keeper; /* 0: it has ended, with this status */
	int status;
	int from[MG_PROCESS_STREAMS]; /* -1: closed */
};

static void close_all(const int *fds, int count)
{
	for (int i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int open_input(const struct mg_process *process)
{
	if (!process->input)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, process->input, process->input_len) == (ssize_t)process->input_len &&
		lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The program's ends are -1 where they could not be made. */
static int start_keeper(
	const struct mg_process *process, int ends[ENDS], struct running *out, struct mg_error *err)
{
	pid_t parent = getpid();
	ends[0] = open_input(process);
	if (ends[0] < 0)
		return mg_fail(
			err, MG_EIO, "cannot write for a process to read: %s", strerror(errno));
	for (int i = 0; i < MG_PROCESS_STREAMS; i++) {
		int pair[2];
		if (pipe2(pair, O_CLOEXEC) != 0)
			return mg_fail(err, MG_EIO, "cannot make a pipe: %s", strerror(errno));
		out->from[i] = pair[0];
		ends[i + 1] = pair[1];
	}
	pid_t keeper = fork();
	if (keeper == 0)
		keep(process, parent, ends);
	if (keeper < 0)
		return mg_fail(err, MG_EIO, "cannot start a process: %s", strerror(errno));
	out->keeper = keeper;
	return MG_OK;
}

static int start(const struct mg_process *process, struct running *out, struct mg_error *err)
{
	int ends[ENDS] = {-1, -1, -1, -1};
	int code = start_keeper(process, ends, out, err);
	close_all(ends, ENDS);
	return code;
}

/* Has the keeper ended? */
static bool has_ended(struct running *r, int options)
{
	int status = 0;
	pid_t ended;
	if (r->keeper == 0)
		return true;
	while ((ended = waitpid(r->keeper, &status, options)) < 0 && errno == EINTR)
		;
	if (ended == 0)
		return false;
	r->keeper = 0;
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return true;
}

static void end(struct running *r)
{
	if (r->keeper)
		kill(r->keeper, SIGTERM);
	has_ended(r, 0);
	close_all(r->from, MG_PROCESS_STREAMS);
}
#define SCOPED_RUNNING __attribute__((cleanup(end)))

static int read_some(
	struct running *r, int stream, size_t max, struct mg_text *text, struct mg_error *err)
{
	char bytes[65536];
	ssize_t n = read(r->from[stream], bytes, sizeof(bytes));
	if (n < 0)
		return errno == EINTR
			? MG_OK
			: mg_fail(err, MG_EIO, "cannot read from a pipe: %s", strerror(errno));
	if (n == 0) {
		close(r->from[stream]);
		r->from[stream] = -1;
	}
	size_t room = max - text->len;
	if (stream == 0 && (size_t)n > room)
		return mg_fail(err, MG_ELIMIT, "it writes more than %zu bytes", max);
	mg_text_add_bytes(text, bytes, (size_t)n < room ? (size_t)n : room);
	return MG_OK;
}

/* Until all ends are closed, or the keeper has ended and nothing is left to read. */
static int read_all(const struct mg_process *process, struct running *r,
	struct mg_process_done *out, struct mg_error *err)
{
	struct mg_text *const texts[] = {&out->out, &out->complaints, &out->trace};
	for (;;) {
		struct pollfd wait[MG_PROCESS_STREAMS];
		double left = process->until - mg_clock_ticks();
		int open = 0;
		for (int i = 0; i < MG_PROCESS_STREAMS; i++) {
			wait[i] = (struct pollfd){.fd = r->from[i], .events = POLLIN};
			open += r->from[i] >= 0;
		}
		if (open == 0)
			return MG_OK;
		if (left <= 0)
			return mg_fail(err, MG_ETIMEOUT, "it did not end in time");
		int ms = r->keeper ? (int)fmin(ceil(left * 1000), LOOK_EVERY_MS) : 0;
		int ready = poll(wait, MG_PROCESS_STREAMS, ms);
		if (ready < 0 && errno != EINTR)
			return mg_fail(
				err, MG_EIO, "cannot wait for a process: %s", strerror(errno));
		if (ready == 0 && r->keeper == 0)
			return MG_OK;
		if (ready == 0)
			has_ended(r, WNOHANG);
		for (int i = 0; ready > 0 && i < MG_PROCESS_STREAMS; i++)
			if (wait[i].revents)
				MG_TRY(read_some(r, i,
					i == 0 ? process->out_max_bytes : process->more_max_bytes,
					texts[i], err));
	}
}

int mg_process_run(struct mg_arena *arena, const struct mg_process *process,
	struct mg_process_done *out, struct mg_error *err)
{
	SCOPED_RUNNING struct running r = {.from = {-1, -1, -1}};
	*out = (struct mg_process_done){0};
	mg_text_init(&out->out, arena);
	mg_text_init(&out->complaints, arena);
	mg_text_init(&out->trace, arena);
	MG_TRY(start(process, &r, err));
	MG_TRY(read_all(process, &r, out, err));
	/* It may have closed its ends before its end. */
	while (!has_ended(&r, WNOHANG)) {
		if (mg_clock_ticks() >= process->until)
			return mg_fail(err, MG_ETIMEOUT, "it did not end in time");
		poll(NULL, 0, 1);
	}
	out->status = r.status;
	bool silent = out->out.len == 0 && out->complaints.len == 0;
	if (silent && r.status == NOT_FOUND)
		return mg_fail(err, MG_ENOTFOUND, "there is no program %s", process->arguments[0]);
	if (silent && r.status == NOT_STARTED)
		return mg_fail(err, MG_EIO, "cannot start %s", process->arguments[0]);
	return MG_OK;
}
