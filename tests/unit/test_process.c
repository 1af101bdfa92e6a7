/* process: what a program writes, how it ends, and that nothing of it outlives its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"

enum { MAX_BYTES = 4096 };

static int run(struct mg_arena *arena, const char *script, double timeout_s, const char *input,
	struct mg_process_done *done, struct mg_error *err)
{
	const char *const arguments[] = {"sh", "-c", script, NULL};
	const struct mg_process process = {.arguments = arguments,
		.environment = environ,
		.input = input,
		.input_len = input ? strlen(input) : 0,
		.until = mg_clock_ticks() + timeout_s,
		.out_max_bytes = MAX_BYTES,
		.more_max_bytes = 10};
	return mg_process_run(arena, &process, done, err);
}

static void test_streams(void **state)
{
	(void)state;
	static const struct {
		const char *script, *input, *out, *complaints, *trace;
		int status;
	} cases[] = {
		{"echo out; echo err >&2; echo trace >&3; exit 3", NULL, "out\n", "err\n",
			"trace\n", 3},
		{"cat", "what it reads", "what it reads", "", "", 0},
		{"cat", NULL, "", "", "", 0},
		{"kill -9 $$", NULL, "", "", "", 128 + 9},
		{"exit 127", NULL, NULL, "", "", 127}, /* as if there were no such program */
		{"echo 12345678901234567890 >&2", NULL, "", "1234567890", "", 0},
		/* What it leaves behind holds the pipes open. */
		{"sleep 30 & echo begun", NULL, "begun\n", "", "", 0},
		/* It goes on without them. */
		{"exec >&- 2>&- 3>&-; sleep 0.2; exit 5", NULL, "", "", "", 5},
		{"tty || true", NULL, "not a tty\n", "", "", 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_process_done done;
		struct mg_error err = {0};
		double began = mg_clock_ticks();
		int code = run(arena, cases[i].script, 20, cases[i].input, &done, &err);
		assert_true(mg_clock_ticks() - began < 15);
		assert_int_equal(code, cases[i].out ? MG_OK : MG_ENOTFOUND);
		if (code != MG_OK)
			continue;
		assert_string_equal(done.out.data, cases[i].out);
		assert_string_equal(done.complaints.data, cases[i].complaints);
		assert_string_equal(done.trace.data, cases[i].trace);
		assert_int_equal(done.status, cases[i].status);
	}
}

static void test_refused(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *const missing[] = {"modelgate-has-no-such-program", NULL};
	const char *const folder[] = {"true", NULL};
	struct mg_process process = {.arguments = missing,
		.environment = environ,
		.until = mg_clock_ticks() + 20,
		.out_max_bytes = MAX_BYTES,
		.more_max_bytes = MAX_BYTES};
	struct mg_process_done done;
	struct mg_error err = {0};
	assert_int_equal(mg_process_run(arena, &process, &done, &err), MG_ENOTFOUND);
	assert_non_null(strstr(err.text, "modelgate-has-no-such-program"));
	process.arguments = folder;
	process.folder = "/nowhere";
	assert_int_equal(mg_process_run(arena, &process, &done, &err), MG_EIO);
	assert_int_equal(run(arena, "yes", 20, NULL, &done, &err), MG_ELIMIT);
}

/* The first line of a file; "" when there is none. */
static const char *first_line(const char *path, char line[64])
{
	FILE *file = fopen(path, "r");
	line[0] = '\0';
	if (file && !fgets(line, 64, file))
		line[0] = '\0';
	if (file)
		fclose(file);
	return line;
}

/* Does the process that wrote its number into the file end? */
static bool is_gone(struct mg_arena *arena, const char *path)
{
	char line[64];
	long pid = 0;
	for (int i = 0; i < 500 && pid == 0; i++, poll(NULL, 0, 20))
		pid = strtol(first_line(path, line), NULL, 10);
	assert_true(pid > 0);
	/* One that nobody has asked for its status yet has no command line any more. */
	for (int i = 0; i < 500; i++, poll(NULL, 0, 20))
		if (!*first_line(mg_printf(arena, "/proc/%ld/cmdline", pid), line))
			return true;
	return false;
}

/* What it started goes as well, even what does not listen. */
static const char STUBBORN[] =
	"trap '' TERM; (trap '' TERM; sh -c 'echo $PPID' >%s; sleep 60) & sleep 60";

static void test_deadline(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char path[] = "/tmp/modelgate-process.XXXXXX";
	close(mkstemp(path));
	struct mg_process_done done;
	struct mg_error err = {0};
	double began = mg_clock_ticks();
	assert_int_equal(
		run(arena, mg_printf(arena, STUBBORN, path), 0.5, NULL, &done, &err), MG_ETIMEOUT);
	assert_true(mg_clock_ticks() - began < 20);
	assert_true(is_gone(arena, path));
	unlink(path);
}

static void test_our_end(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char path[] = "/tmp/modelgate-process.XXXXXX";
	close(mkstemp(path));
	pid_t child = fork();
	if (child == 0) {
		struct mg_process_done done;
		run(arena, mg_printf(arena, STUBBORN, path), 60, NULL, &done, NULL);
		_exit(0);
	}
	char line[64];
	for (int i = 0; i < 500 && !*first_line(path, line); i++)
		poll(NULL, 0, 20);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_true(is_gone(arena, path));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_our_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
