/* main.c: finds the command, hands it its arguments, and ends with the code it returns. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/options.h"

/* Can the process still get as much memory as a library takes at a time? */
enum { MEMORY_PROBE_BYTES = 64 << 20 };
static bool memory_is_out(void)
{
	const int access = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
	/* cppcheck-suppress invalidFunctionArg ; no file stands behind such memory */
	void *p = mmap(NULL, MEMORY_PROBE_BYTES, access, flags, -1, 0);
	return p == MAP_FAILED || munmap(p, MEMORY_PROBE_BYTES) != 0;
}

/* assert, abort and invalid memory end here: one plain line instead of a core's worth of noise.
 * Where memory is out, DuckDB at times throws while it handles the first failure, and the C++
 * runtime aborts: that is no bug to report. Only what is safe in a signal handler. */
static void die(int signal)
{
	static const char bug[] =
		"modelgate: internal error, please report it with the command line "
		"and the lines above\n";
	static const char memory[] = "modelgate: out of memory: the engine could not go on; no "
				     "reports were written; allow the process more memory\n";
	(void)signal;
	bool out = memory_is_out();
	ssize_t ignored = out ? write(STDERR_FILENO, memory, sizeof(memory) - 1)
			      : write(STDERR_FILENO, bug, sizeof(bug) - 1);
	(void)ignored;
	_exit(out ? MG_EXIT_UNMEASURED : MG_EXIT_BUG);
}

static void catch_bugs(void)
{
	/* A stack of its own, since an overflow of the usual one is among the reasons. */
	static char stack[16384];
	stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	sigaltstack(&alternative, NULL);
	struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK | SA_RESETHAND};
	sigaction(SIGABRT, &action, NULL);
#if !defined(__SANITIZE_ADDRESS__) /* which tells more about these than we can */
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
#endif
}

/* A closed standard stream would be the number of the next file that is opened. It is taken by one
 * that can't be used, so that output which goes nowhere is told. */
static void occupy_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
}

static void set_style(struct mg_cli *cli, const struct mg_args *args)
{
	const char *when = mg_arg_text(args, "color");
	enum mg_colour colour = mg_streq(when, "always") ? MG_COLOUR_ALWAYS
		: mg_streq(when, "never")                ? MG_COLOUR_NEVER
							 : MG_COLOUR_AUTO;
	cli->out_style = mg_style_of(cli->out, colour);
	cli->err_style = mg_style_of(cli->err, colour);
}

static int run_command(
	struct mg_cli *cli, const struct mg_command *command, const char *const *words, size_t n)
{
	struct mg_error err;
	struct mg_args *args;
	cli->command = command;
	if (mg_args_parse(cli->arena, command, words, n, NULL, &args, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	if (mg_arg_given(args, "color"))
		set_style(cli, args);
	if (!mg_arg_flag(args, "help"))
		return command->run(cli, args);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	mg_help_command(&text, command, &cli->out_style);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static int run(struct mg_cli *cli, const char *const *words, size_t n)
{
	struct mg_error err;
	struct mg_args *top;
	size_t used;
	int code = mg_args_parse(cli->arena, &mg_command_top, words, n, &used, &top, &err);
	if (code != MG_OK)
		return mg_cli_fail(cli, &err);
	set_style(cli, top);
	words += used;
	n -= used;
	if (mg_arg_flag(top, "help"))
		return run_command(cli, mg_command_find("help"), words, n);
	if (mg_arg_flag(top, "version"))
		return run_command(cli, mg_command_find("version"), words, n);
	if (n == 0) {
		struct mg_text text;
		mg_text_init(&text, cli->arena);
		mg_help_short(&text, &cli->err_style);
		fputs(text.data, cli->err);
		return mg_exit_code(MG_EUSAGE, MG_PASS, false);
	}
	const struct mg_command *command;
	if (mg_command_need(cli->arena, words[0], &command, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	return run_command(cli, command, words + 1, n - 1);
}

/* An earlier flush may have failed and taken its errno along. */
static bool lost_reader(int fd)
{
	struct pollfd pipe_end = {.fd = fd, .events = POLLOUT};
	int known = errno;
	bool lost = poll(&pipe_end, 1, 0) == 1 && (pipe_end.revents & POLLERR);
	errno = known;
	return lost;
}

/* What was printed may only now turn out not to fit on the disk. A reader that went away (a pipe
 * into `head`) has seen what it wanted. */
static int finish(struct mg_cli *cli, int exit_code)
{
	errno = 0;
	bool failed = ferror(cli->out) != 0;
	if (fflush(cli->out) != 0)
		failed = true;
	if (!failed || errno == EPIPE || (errno == 0 && lost_reader(fileno(cli->out))))
		return exit_code;
	struct mg_error err;
	mg_fail(&err, MG_EIO, "cannot write to standard output%s%s", errno ? ": " : "",
		errno ? strerror(errno) : "");
	int code = mg_cli_fail(cli, &err);
	return exit_code == MG_EXIT_PASSED ? code : exit_code;
}

int main(int argc, char **argv)
{
	catch_bugs();
	occupy_standard_streams();
	mg_memory_keep();
	/* A write to a closed pipe or socket is an error where it happens, not a silent death. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file at its allowed size, likewise */
	/* Whoever started us may ignore it, and then how our own children ended could not be asked. */
	signal(SIGCHLD, SIG_DFL);
	struct mg_cli cli = {.arena = mg_arena_new(),
		.out = stdout,
		.err = stderr,
		.program = argc > 0 ? argv[0] : ""};
	size_t n = argc > 1 ? (size_t)argc - 1 : 0;
	int code = run(&cli, (const char *const *)argv + 1, n);
	code = finish(&cli, code);
	mg_arena_free(cli.arena);
	return code;
}
