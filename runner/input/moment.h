/* moment.h: dates and times as they are written: ISO 8601, or by a format of strptime's. */
#ifndef MG_INPUT_MOMENT_H
#define MG_INPUT_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which parts a text has. */
enum mg_moment_parts { MG_MOMENT_DATE = 1, MG_MOMENT_TIME = 2, MG_MOMENT_ZONE = 4 };

struct mg_moment {
	unsigned parts;
	int64_t days; /* since 1970-01-01, of the Gregorian calendar */
	int64_t ns;   /* since midnight */
	int zone_s;   /* seconds east of UTC */
	int fraction; /* digits of the second's fraction that are written; 0 to 9 */
};

/* `2026-11-29`, `23:59:59[.f]`, or both with a blank or T between them, where seconds may be left out
 * and Z or +hh[[:]mm] may follow. Years 0001 to 9999; days that there were. */
bool mg_moment_read(const char *text, size_t len, struct mg_moment *out);

/* Is it a format: only directives that are known, with a day (%d, or %j), a month and a year? */
bool mg_moment_format_valid(const char *format);
/* The whole text by the format. %Y %y (69 to 99: 19xx) %m %d %j %b %B %H %I %p %M %S %f %z %% and other
 * characters as they are; numbers may lack their zeros in front, names are English, any case. */
bool mg_moment_read_as(const char *format, const char *text, size_t len, struct mg_moment *out);

#endif
