/* repeatable.h: SQL of a spec answers the same each time, and reads nothing but the spec's datasets. */
#ifndef MG_ENGINE_SQL_REPEATABLE_H
#define MG_ENGINE_SQL_REPEATABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/spec.h>

#include "base/text.h"
#include "spec/sql_piece.h"

/* What is wrong, for every engine. Of a word: a function, or how rows are kept. */
#define MG_SQL_SAMPLED                                                                             \
	"the SQL takes a sample, which differs in each run; take a hash of columns that name a "   \
	"row, as in WHERE hash(id) %% 100 = 0"
#define MG_SQL_UNORDERED                                                                           \
	"the SQL keeps some rows by %s without an ORDER BY, which may be other rows in each run; " \
	"add an ORDER BY"
#define MG_SQL_QUALIFIED_CLOCK                                                                     \
	"the SQL calls %s with its schema, which bypasses the as-of time; leave the schema out"

/* MG_ESPEC for a function whose answer hangs on chance, on the machine, on the moment, or, unless `ordered`, on the
 * order of the rows. name: in lower case. */
MG_MUST_USE int mg_sql_check_function(const char *name, bool ordered, struct mg_error *err);

/* A word for the time of the statement, which becomes the run's as-of time. */
struct mg_sql_clock {
	const char *word;
	bool bare; /* it may stand without parentheses */
	const char *
		form; /* NULL: it is refused, but with two arguments; else SQL with $t (2026-11-23T04:05:06Z), $d (its day), $c (its time of
			   * day), $s (seconds since 1970) */
};

/* What SQL of a spec may say to a service, whose parser we cannot ask. */
struct mg_sql_rules {
	const struct mg_spec *spec; /* whose datasets it may read; NULL: any table */
	const struct mg_connection *connection;
	int64_t as_of_us;
	/* MG_ESPEC for functions that the server itself knows to answer differently; NULL: it is not asked.
	 * name: as the server has it; qualified: a schema stands before it. */
	int (*check_function)(
		void *context, const char *name, bool qualified, struct mg_error *err);
	void *context;
};

/* Adds the SQL with the as-of time in it. MG_ESPEC where it takes a sample, keeps rows by LIMIT without ORDER BY,
 * calls a function of chance, or reads from what is no dataset of the connection. */
MG_MUST_USE int mg_sql_add_repeatable(const struct mg_sql_lexis *lexis,
	const struct mg_sql_clock *clocks, const struct mg_sql_rules *rules, struct mg_text *out,
	const char *sql, size_t len, struct mg_error *err);

#endif
