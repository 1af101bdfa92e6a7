/* stop.h: Ctrl-C and SIGTERM ask a command to come to its end. */
#ifndef MG_CLI_STOP_H
#define MG_CLI_STOP_H

#include <signal.h>

/* From now on they set what this points to; asked twice, the program ends at once. */
volatile sig_atomic_t *mg_stop_on_signals(void);

#endif
