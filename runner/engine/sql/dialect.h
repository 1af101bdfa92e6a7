/* dialect.h: writes queries as SQL. The only place that quotes names and text for an engine. */
#ifndef MG_ENGINE_SQL_DIALECT_H
#define MG_ENGINE_SQL_DIALECT_H

#include <stdbool.h>

#include <modelgate/error.h>
#include <modelgate/plan.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/sql/repeatable.h"
#include "spec/sql_piece.h"

struct mg_table;

/*
 * How one engine writes things. A form is SQL with $1, $2 ... for the arguments, $* for all of them
 * and $+ for all but the first, both with ", " between. A NULL form is the common one.
 */
struct mg_dialect {
	const char *name;
	struct mg_sql_lexis lexis;
	const char *types[4];  /* by mg_cell_type: what outputs are cast to; [NULL] is unused */
	const char *timestamp; /* a point in time, for text that holds one */
	const char *infinity;  /* the DOUBLE */
	const char *nan;
	const char *negative_infinity;
	const char *widest_integer; /* type */
	const char *sum_exact;      /* form: sum of whole numbers or decimals, without rounding */
	const char *
		sum_whole; /* form: the same of whole numbers of more than 32 bits; NULL: sum_exact */
	const char
		*moment; /* form: the point in time with the text $1, in UTC, as a column without a
			       zone holds it; NULL: times are compared as microseconds */
	const char *avg_integer;
	const char *exact_decimal; /* form: decimal $1 as text, without zeros at its end */
	const char *exact_real;    /* form: DOUBLE $1 as text, as a decimal would be */
	const char *try_cast;      /* form: $1 as type $2, NULL when it does not fit */
	const char
		*exact_text; /* form: $1 as text when it is a whole number or decimal, else NULL */
	const char *in_literals; /* form: $1 is one of the literals $+; NULL: that of IN */
	/* form: DOUBLE $1 is at least $2 and at most $3, and no NaN; may be false for NULL. NULL: none */
	const char *within;
	const char *whole;  /* before the name of a dataset whose own `where` is not to count ... */
	bool whole_in_name; /* ... inside of its quotes, as part of the name */
	bool where_names;   /* FROM t WHERE (x) would call t "where", and its column x */
	/* What follows are forms that take the place of the common way; NULL: none. */
	const char *real_of_boolean;
	const char *real_of_decimal; /* to the nearest DOUBLE */
	const char *text_of_real;    /* as other engines write it: 1.0, not 1 */
	const char *few_digits;      /* condition: decimal $1 has at most 15 digits that count */
	const char *rounded;         /* condition: number $1 is another than its DOUBLE $2 */
	const char *table;           /* of a dataset's rows: between its name and (SELECT */
	/* The same pattern in the engine's words, of the whole text or somewhere in it; MG_ESPEC says
	 * what it has no words for. NULL: the engine takes it as it is written. */
	int (*regex)(const char *pattern, bool whole, struct mg_arena *arena, const char **out,
		struct mg_error *err);
	const char *small_integer; /* form: $1 as a 32-bit integer, NULL when it is none */
	/* SAMPLES only gather rows (mg_dialect_sampled): the engine picks from them itself. */
	bool gathers_samples;
	int most_groups;          /* of one check that come as a row each */
	const char *sample_any;   /* form: all columns of the SELECT $1 as text, at most $2 rows */
	const char *const *forms; /* by mg_fn; MG_FN_COUNT_OF_FNS entries */
	const struct mg_sql_clock *clocks; /* until a NULL word */
	/* Of the engine whose copy of the dialect it is: what SQL of the spec is held to. NULL: by the
	 * engine's own parser, or not at all. */
	const struct mg_sql_rules *rules;
};
enum { MG_DIALECT_FNS = MG_FN_COVAR_POP + 1 };

extern const struct mg_dialect mg_dialect_databricks, mg_dialect_duckdb, mg_dialect_postgres;

/* At most so many groups of all slices; the SQL asks for one more to see that there are. */
#define MG_DIALECT_MAX_GROUPS 200000
/* The same of one check, where rows come from a service. */
#define MG_DIALECT_SERVICE_GROUPS 5000

/* The query as one SELECT. Datasets are named as tables. Output columns are k0, k1, ... (keys),
 * a0, a1, ... (the rest); v, g, s, r, w (value, group, slice, may be rounded, spanned) for FREQ, the columns' own names for
 * samples. MG_ESPEC: SQL from the spec is not one piece. */
MG_MUST_USE int mg_dialect_sql(const struct mg_dialect *dialect, const struct mg_query *query,
	struct mg_arena *arena, char **out, struct mg_error *err);
/* What gathered SAMPLES have of each row: c0, c1, ..., which are the columns of all parts, each once; and which
 * parts it fails, f0, f1, ... *out has each column with its number + 1, in that order. */
void mg_dialect_sampled(const struct mg_query *query, struct mg_arena *arena, struct mg_map *out);
/* What stands for a redacted value: the SQL of MG_MASK, or of NULL where `sql` is NULL. */
const char *mg_dialect_masked(struct mg_arena *arena, const char *sql);
/* What the SQL could only ask for: MG_ELIMIT for too many groups, MG_EENGINE where SQL of the spec gives no single
 * row. */
MG_MUST_USE int mg_dialect_check_rows(const struct mg_dialect *dialect,
	const struct mg_query *query, const struct mg_table *table, struct mg_error *err);
/* The query for people: its SQL, or as a comment why there is none. */
char *mg_dialect_shown(
	const struct mg_dialect *dialect, const struct mg_query *query, struct mg_arena *arena);
/* One expression. */
MG_MUST_USE int mg_dialect_expr(const struct mg_dialect *dialect, const struct mg_expr *x,
	struct mg_arena *arena, char **out, struct mg_error *err);
/* SQL from the spec, checked, on lines of its own between parentheses, with the as-of time in it where the dialect
 * has rules. `what` names it in errors. */
MG_MUST_USE int mg_dialect_piece(const struct mg_dialect *dialect, struct mg_text *out,
	const char *what, const char *sql, struct mg_error *err);
/* "name" with quotes doubled; 'text' likewise. */
void mg_dialect_name(const struct mg_dialect *dialect, struct mg_text *out, const char *name);
void mg_dialect_text(const struct mg_dialect *dialect, struct mg_text *out, const char *text);

/* May its REAL be another number than it is? FREQ then has a column r that says where it might. */
bool mg_dialect_may_round(const struct mg_expr *x);

#endif
