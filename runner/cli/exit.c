/* exit.c: the one place where exit codes are chosen, and the one voice in which errors are told. */
#include "base/escape.h"
#include "cli/cli.h"

_Static_assert((int)MG_OUT_OF_MEMORY_STATUS == (int)MG_EXIT_UNMEASURED,
	"memory that is out is something that could not be measured");

static enum mg_exit of_code(enum mg_code code)
{
	switch (code) {
	case MG_OK:
		return MG_EXIT_PASSED;
	case MG_EUSAGE:
	case MG_ESPEC:
	case MG_ENOTFOUND: /* what was named on the command line or in the spec */
	case MG_ELIMIT:
		return MG_EXIT_USAGE;
	case MG_EIO:
	case MG_EENGINE:
	case MG_ECANCELLED:
	case MG_ETIMEOUT:
	case MG_EMEMORY:
		return MG_EXIT_UNMEASURED;
	}
	return MG_EXIT_BUG;
}

static enum mg_exit of_verdict(enum mg_verdict verdict, bool fail_on_warn)
{
	switch (verdict) {
	case MG_PASS:
		return MG_EXIT_PASSED;
	case MG_WARN:
		return fail_on_warn ? MG_EXIT_FAILED : MG_EXIT_PASSED;
	case MG_FAIL:
		return MG_EXIT_FAILED;
	case MG_SKIP: /* nothing was held to a limit */
	case MG_ERROR:
		return MG_EXIT_UNMEASURED;
	}
	return MG_EXIT_BUG;
}

int mg_exit_code(enum mg_code code, enum mg_verdict verdict, bool fail_on_warn)
{
	return code != MG_OK ? of_code(code) : of_verdict(verdict, fail_on_warn);
}

static void tell(struct mg_cli *cli, enum mg_ink ink, const char *text)
{
	fprintf(cli->err, "%smodelgate:%s %s\n", mg_style_ink(&cli->err_style, ink),
		mg_style_ink(&cli->err_style, MG_INK_PLAIN), mg_log_safe(cli->arena, text));
}

int mg_cli_fail(struct mg_cli *cli, const struct mg_error *err)
{
	/* What was printed so far comes first where both streams are one. */
	fflush(cli->out);
	tell(cli, MG_INK_RED, err->text);
	return mg_exit_code(err->code, MG_PASS, false);
}

void mg_cli_note(struct mg_cli *cli, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = mg_vprintf(cli->arena, format, args);
	va_end(args);
	fflush(cli->out);
	tell(cli, MG_INK_YELLOW, text);
}
