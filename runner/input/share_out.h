/* share_out.h: work on many things by a few threads. */
#ifndef MG_INPUT_SHARE_OUT_H
#define MG_INPUT_SHARE_OUT_H

#include <stddef.h>

/* Calls work(context, i) for each i below count, on at most `threads` threads, of which the caller's is
 * one; they take what is next. Returns when all is done. */
void mg_share_out(int threads, size_t count, void (*work)(void *context, size_t i), void *context);

#endif
