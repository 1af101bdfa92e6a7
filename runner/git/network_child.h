/* network_child.h: runs a function in a forked child that is ended when its time is up. */
#ifndef MG_GIT_NETWORK_CHILD_H
#define MG_GIT_NETWORK_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>

#include "base/text.h"

/* Calls work(context, answer) in a child and hands back the bytes that it put into answer (empty at
 * first; the arena is the child's copy). The program must have no other thread. The child never
 * flushes the parent's stdio nor runs its atexit handlers. MG_ETIMEOUT when it took longer than
 * timeout_s: it is asked to stop, then killed. MG_EIO when it ended without an answer. It ends as
 * well when the parent does. */
int mg_child_run(struct mg_arena *arena, double timeout_s,
	void (*work)(void *context, struct mg_text *answer), void *context, char **out,
	size_t *out_len, struct mg_error *err);

/* In the child: true when it was asked to stop. Waiting system calls return with EINTR then. */
bool mg_child_stopping(void);

#endif
