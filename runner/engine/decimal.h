/* decimal.h: what a type DECIMAL(digits, scale) can hold. */
#ifndef MG_ENGINE_DECIMAL_H
#define MG_ENGINE_DECIMAL_H

#include <modelgate/plan.h>

struct mg_arena;

/* Sets digits, scale and bounds: (4, 1) is -999.9 to 999.9. */
void mg_decimal_holds(struct mg_arena *arena, int digits, int scale, struct mg_number *out);
/* The same of a type in words, "DECIMAL(4,1)". */
void mg_decimal_read_type(struct mg_arena *arena, const char *sql, struct mg_number *out);

#endif
