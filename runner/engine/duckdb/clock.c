/* clock.c: the time that SQL of a spec sees is the run's as-of time, by every name it has. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"

/* $t: the as-of time as TIMESTAMPTZ, $d: its day, $c: its time of day, all of them UTC. A macro hides
 * the function of its name. localtime and localtimestamp become the two that begin with current_. */
static const char *const clocks[][2] = {
	{"now()", "$t"},
	{"transaction_timestamp()", "$t"},
	{"current_timestamp()", "$t"},
	{"get_current_timestamp()", "$t"},
	{"current_localtimestamp()", "CAST($t AS TIMESTAMP)"},
	{"today()", "$d"},
	{"current_date()", "$d"},
	{"current_time()", "CAST($c AS TIMETZ)"},
	{"get_current_time()", "CAST($c AS TIMETZ)"},
	{"current_localtime()", "$c"},
	{"ago(i)", "($t - CAST(i AS INTERVAL))"},
	{"age(x)", "system.main.age(CAST($d AS TIMESTAMP), x), (a, b) AS system.main.age(a, b)"},
};

bool mg_duckdb_is_clock(const char *function)
{
	for (size_t i = 0; i < sizeof(clocks) / sizeof(*clocks); i++) {
		size_t len = strcspn(clocks[i][0], "(");
		if (strncmp(clocks[i][0], function, len) == 0 && !function[len])
			return true;
	}
	return false;
}

int mg_duckdb_set_clock(struct mg_engine *engine, int64_t as_of_us, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char at[32];
	mg_clock_format(as_of_us, at);
	const char *day = mg_strndup(arena, at, strcspn(at, "T"));
	const char *time = at + strlen(day) + 1;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(*clocks); i++) {
		struct mg_text sql;
		mg_text_init(&sql, arena);
		mg_text_addf(&sql, "CREATE MACRO %s AS ", clocks[i][0]);
		for (const char *s = clocks[i][1]; *s; s++) {
			if (*s != '$')
				mg_text_add_char(&sql, *s);
			else if (*++s == 't')
				mg_text_addf(&sql, "TIMESTAMPTZ '%s'", at);
			else if (*s == 'd')
				mg_text_addf(&sql, "DATE '%s'", day);
			else
				mg_text_addf(&sql, "TIME '%.*s'", (int)strcspn(time, "Z"), time);
		}
		MG_TRY(mg_duckdb_run(engine, engine->con, sql.data, NULL, NULL, err));
	}
	return MG_OK;
}
