/* decimal.c: bounds of decimals by their digits. */
#include "engine/decimal.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

void mg_decimal_holds(struct mg_arena *arena, int digits, int scale, struct mg_number *out)
{
	struct mg_text most;
	mg_text_init(&most, arena);
	if (digits == scale)
		mg_text_add_char(&most, '0');
	for (int place = digits - 1; place >= 0; place--) {
		if (place == scale - 1)
			mg_text_add_char(&most, '.');
		mg_text_add_char(&most, '9');
	}
	out->digits = digits;
	out->scale = scale;
	out->most = most.data;
	out->least = mg_printf(arena, "-%s", most.data);
}

void mg_decimal_read_type(struct mg_arena *arena, const char *sql, struct mg_number *out)
{
	char *comma = NULL;
	int digits = (int)strtol(sql + strlen("DECIMAL("), &comma, 10);
	mg_decimal_holds(arena, digits, *comma == ',' ? (int)strtol(comma + 1, NULL, 10) : 0, out);
}
