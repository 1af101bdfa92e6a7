/* stop.c: Ctrl-C and SIGTERM ask a command to come to its end. */
#include "cli/stop.h"

#include <unistd.h>

#include "cli/cli.h"

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
	(void)number;
	if (asked)
		_exit(MG_EXIT_UNMEASURED); /* asked twice: at once */
	asked = 1;
}

volatile sig_atomic_t *mg_stop_on_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return &asked;
}
