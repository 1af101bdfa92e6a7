/* clock.h: time. Only the command line reads the wall clock; everything else is handed it. */
#ifndef MG_BASE_CLOCK_H
#define MG_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct mg_arena;

/* Microseconds since 1970-01-01T00:00:00Z. */
int64_t mg_clock_now_us(void);
/* Monotonic seconds, for durations. */
double mg_clock_ticks(void);
/* "2026-11-23T04:05:06Z" (".123456" only when there is a fraction); out has 32 bytes. */
void mg_clock_format(int64_t us, char out[32]);
char *mg_clock_text(struct mg_arena *arena, int64_t us); /* the same in the arena */
/* ISO 8601 date or date-time, with Z or +hh:mm or none (UTC); false when not. */
bool mg_clock_parse(const char *s, int64_t *out_us);

#endif
