/* process.h: runs another program without a shell, bounded in time and output. */
#ifndef MG_BASE_PROCESS_H
#define MG_BASE_PROCESS_H

#include <stddef.h>

#include <modelgate/error.h>

#include "base/text.h"

enum { MG_PROCESS_STREAMS = 3 };
/* The descriptor that a program may write traces to. */
#define MG_PROCESS_TRACE "3"

struct mg_process {
	const char *const *arguments; /* the first is the program, looked up in PATH; then NULL */
	char *const *environment;     /* then NULL */
	const char *folder;           /* that it starts in; NULL: where we are */
	const char *input;            /* that it reads; NULL: there is nothing to read */
	size_t input_len;
	double until;          /* when it must have ended, as mg_clock_ticks counts */
	size_t out_max_bytes;  /* more on standard output is MG_ELIMIT */
	size_t more_max_bytes; /* of what it complains and traces; the rest is passed over */
};

struct mg_process_done {
	int status; /* of its exit; 128 and the number of the signal that ended it */
	struct mg_text out, complaints, trace; /* descriptors 1, 2 and 3 */
};

/* Runs it to its end in a session of its own: there is no terminal to ask at. It and all that it
 * started end when the time is up, and when this program ends. MG_OK whatever its status;
 * MG_ENOTFOUND: there is no such program; MG_ETIMEOUT, MG_ELIMIT, MG_EIO. */
MG_MUST_USE int mg_process_run(struct mg_arena *arena, const struct mg_process *process,
	struct mg_process_done *out, struct mg_error *err);

#endif
