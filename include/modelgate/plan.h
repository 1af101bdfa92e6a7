/* plan.h: what will be measured: expressions, queries, and the test cases that need them. */
#ifndef MODELGATE_PLAN_H
#define MODELGATE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/spec.h>

struct mg_arena;
struct mg_column;

/* ---- numbers ---- */

enum mg_number_kind {
	MG_NUMBER_NONE, /* no number, or not known */
	MG_NUMBER_WHOLE,
	MG_NUMBER_DECIMAL,
	MG_NUMBER_FLOAT, /* 32 bits */
	MG_NUMBER_DOUBLE,
};

/* How a column holds numbers. */
struct mg_number {
	enum mg_number_kind kind;
	int digits, scale; /* WHOLE, DECIMAL: the most it has, and how many behind the point */
	const char *least, *most; /* WHOLE, DECIMAL: as text */
	bool wild;                /* DECIMAL: may be NaN or infinite all the same */
};
/* Whole numbers and decimals: what they say is what they are. */
static inline bool mg_number_is_exact(const struct mg_number *n)
{
	return n->kind == MG_NUMBER_WHOLE || n->kind == MG_NUMBER_DECIMAL;
}
/* Are DOUBLEs of two of its numbers, that differ, sure to differ too, in the same order? */
static inline bool mg_number_fits_double(const struct mg_number *n)
{
	return !mg_number_is_exact(n) || n->digits <= 15;
}

/* ---- expressions: checks build them, an engine's dialect prints them ---- */

enum mg_fn {
	MG_FN_NOT,
	MG_FN_AND,
	MG_FN_OR, /* AND, OR: any number of arguments */
	MG_FN_EQ,
	MG_FN_NE,
	MG_FN_LT, /* LT, LE, GT, GE: false when a side is NaN */
	MG_FN_LE,
	MG_FN_GT,
	MG_FN_GE,
	MG_FN_IS_NULL,
	MG_FN_COALESCE,
	MG_FN_IN,        /* (x, v1, v2, ...) */
	MG_FN_IF,        /* (condition, then, else); else may be MG_X_NULL */
	MG_FN_INDICATOR, /* (condition): 1 where it holds, 0 where it does not, NULL where NULL */
	MG_FN_ADD,
	MG_FN_SUB,
	MG_FN_MUL,
	MG_FN_DIV, /* NULL on a zero divisor */
	MG_FN_ABS,
	MG_FN_LN,   /* NULL unless the argument is above 0 */
	MG_FN_SQRT, /* NULL when the argument is below 0 */
	MG_FN_FLOOR,
	MG_FN_LEAST,
	MG_FN_GREATEST,
	MG_FN_IS_NAN,     /* false for NULL and for types without NaN */
	MG_FN_IS_FINITE,  /* not NULL, NaN or infinite */
	MG_FN_REAL,       /* as DOUBLE; NULL stays NULL; text that is no number raises */
	MG_FN_AS_WRITTEN, /* as DOUBLE; one that a FLOAT holds becomes what the FLOAT's text says */
	MG_FN_FINITE,     /* as DOUBLE, NULL unless finite: what sums and moments may eat */
	MG_FN_ROUNDED,    /* is REAL another number than the argument is? never NULL */
	MG_FN_TEXT,       /* as VARCHAR */
	MG_FN_EXACT,      /* a number as VARCHAR; equal numbers of any type give the same text */
	MG_FN_DIGEST, /* of a text: SHA-256 of its UTF-8 as hexadecimal digits, the same on every engine */
	MG_FN_LENGTH,      /* characters */
	MG_FN_MATCHES,     /* (text, pattern): somewhere in the text */
	MG_FN_MATCHES_ALL, /* (text, pattern): the whole text */
	MG_FN_EPOCH_US,    /* timestamp or date -> microseconds since 1970, UTC when naive */
	MG_FN_STARTS_WITH,
	MG_FN_LIKE,
	MG_FN_KEY_SEEN, /* (integer, keys...): shows a key to the engine's own count of that number */
	/* aggregates, only as the outermost of an aggregate */
	MG_FN_COUNT,    /* () rows */
	MG_FN_COUNT_IF, /* (condition): 0 on no rows; NULL conditions do not count */
	MG_FN_SUM,      /* exact for whole numbers and decimals; else as DOUBLE, compensated where
	                 * the engine can; NULL on no values */
	MG_FN_MIN,
	MG_FN_MAX,
	MG_FN_AVG,
	MG_FN_STDDEV_SAMP,
	MG_FN_VAR_POP,
	MG_FN_COUNT_DISTINCT,
	MG_FN_COVAR_POP, /* (x, y) */
};

enum mg_expr_type {
	MG_X_NULL,
	MG_X_COLUMN,
	MG_X_REAL,
	MG_X_INTEGER,
	MG_X_TEXT,
	MG_X_BOOL,
	MG_X_NUMBER,
	MG_X_SQL,
	MG_X_CALL
};

struct mg_expr {
	enum mg_expr_type type;
	enum mg_fn fn;    /* MG_X_CALL */
	const char *text; /* COLUMN name, TEXT value, NUMBER's digits, SQL of the spec */
	double real;      /* MG_X_REAL */
	int64_t integer;  /* MG_X_INTEGER, MG_X_BOOL */
	enum mg_column_type column_type; /* MG_X_COLUMN: what the engine said it is */
	struct mg_number number;         /* MG_X_COLUMN, MG_X_NUMBER: how it is held */
	const char *sql_type;            /* MG_X_COLUMN, MG_X_NUMBER: the engine's word, or NULL */
	const struct mg_expr *const *args;
	size_t arg_count;
};

/* Constructors. mg_x_call takes arg_count expressions. */
const struct mg_expr *mg_x_null(struct mg_arena *a);
const struct mg_expr *mg_x_column(struct mg_arena *a, const char *name, enum mg_column_type type);
const struct mg_expr *mg_x_real(struct mg_arena *a, double v);
const struct mg_expr *mg_x_integer(struct mg_arena *a, int64_t v);
const struct mg_expr *mg_x_bool(struct mg_arena *a, bool v);
const struct mg_expr *mg_x_text(struct mg_arena *a, const char *v);
/* A column with all that the engine said about it. */
const struct mg_expr *mg_x_of_column(struct mg_arena *a, const struct mg_column *column);
/* A number, written as decimal digits, in the type of a column that holds it exactly. */
const struct mg_expr *mg_x_number(
	struct mg_arena *a, const char *digits, const struct mg_column *column);
/* A piece of SQL from the spec; the dialect puts it in parentheses and never edits it. */
const struct mg_expr *mg_x_sql(struct mg_arena *a, const char *sql);
const struct mg_expr *mg_x_call(struct mg_arena *a, enum mg_fn fn, size_t arg_count, ...);
const struct mg_expr *mg_x_list(
	struct mg_arena *a, enum mg_fn fn, const struct mg_expr *const *args, size_t arg_count);
bool mg_x_equal(const struct mg_expr *a, const struct mg_expr *b);

/* The calls that checks build most, by name; each is the function of its name above. */
const struct mg_expr *mg_not(struct mg_arena *a, const struct mg_expr *x);
const struct mg_expr *mg_and(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_or(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_eq(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_ne(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_is_null(struct mg_arena *a, const struct mg_expr *x);
const struct mg_expr *mg_is_nan(struct mg_arena *a, const struct mg_expr *x);
const struct mg_expr *mg_is_finite(struct mg_arena *a, const struct mg_expr *x);
const struct mg_expr *mg_coalesce(
	struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_if(struct mg_arena *a, const struct mg_expr *condition,
	const struct mg_expr *then, const struct mg_expr *otherwise);
const struct mg_expr *mg_sub(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_mul(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_div(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y);
const struct mg_expr *mg_abs(struct mg_arena *a, const struct mg_expr *x);
const struct mg_expr *mg_as_real(struct mg_arena *a, const struct mg_expr *x);
const struct mg_expr *mg_as_text(struct mg_arena *a, const struct mg_expr *x);
const struct mg_expr *mg_count_all(struct mg_arena *a); /* rows */
const struct mg_expr *mg_count_if(struct mg_arena *a, const struct mg_expr *condition);
const struct mg_expr *mg_sum(struct mg_arena *a, const struct mg_expr *x);

/* ---- queries ---- */

/* What a result column is in C. Every engine returns only these. */
enum mg_cell_type { MG_CELL_NULL, MG_CELL_INTEGER, MG_CELL_REAL, MG_CELL_TEXT };

struct mg_term { /* one output column */
	const struct mg_expr *expr;
	enum mg_cell_type as; /* INTEGER, REAL or TEXT: the dialect casts */
};

/* Rows of a dataset that pass all the conditions. */
struct mg_source {
	const struct mg_data *data;
	const struct mg_expr *const
		*where; /* ANDed; dataset's own `where` is added by the engine, unless whole */
	size_t where_count;
	bool whole;
};

enum { MG_SLICES_MAX = 10000 }; /* values of one slice column */

#define MG_MASK "***" /* in place of a redacted value: in a cell, or in the name of a slice */

enum mg_query_kind {
	MG_QUERY_AGGREGATE, /* keys..., aggregates... [GROUP BY keys]; no keys: exactly one row */
	MG_QUERY_KEYS,      /* keys: one row of INTEGERs: rows, rows with a NULL key, distinct keys,
	                     * rows whose key occurs more than once (NULL keys left out of the last two
	                     * unless nulls_equal) */
	MG_QUERY_ORPHANS, /* keys[0] against other_key: one row: rows, NULL rows, rows not found */
	MG_QUERY_PAIRS,   /* value by keys against that of `with`: one row, see mg_pairs_column */
	MG_QUERY_FREQ,    /* value, optional class and slice: frequency tables, see engine.h */
	MG_QUERY_SQL,     /* sql: the first column of its only row, REAL */
	MG_QUERY_SQL_COUNT, /* number of rows that sql returns, INTEGER */
	/* failing rows for a report, at most `limit`, in a repeatable order; all columns TEXT */
	MG_QUERY_SAMPLE,      /* `columns` of rows that pass `where`, in the order of these columns,
	                          * NULLs last */
	MG_QUERY_SAMPLES,     /* several SAMPLEs in one pass: INTEGERs part and position, then the
	                          * part's columns; first a row of part -1, whose position is the number
	                          * of rows that the parts picked from */
	MG_QUERY_SAMPLE_KEYS, /* repeated keys and their count */
	MG_QUERY_SAMPLE_ORPHANS, /* values not found and their count */
	MG_QUERY_SAMPLE_SQL,     /* the rows of sql */
};

struct mg_query {
	enum mg_query_kind kind;
	double timeout_seconds; /* 0: only the run's own */
	struct mg_source source;
	const struct mg_term *keys; /* a slice comes first */
	size_t key_count;
	bool sliced; /* AGGREGATE: the first key is a slice */
	/* AGGREGATE: equal keys may come in several rows, so that rows are grouped by a column as it is. */
	bool keys_repeat;
	bool nulls_equal;            /* KEYS, SAMPLE_KEYS: a NULL in a key is a value like others */
	const struct mg_term *terms; /* aggregates (AGGREGATE) */
	size_t term_count, term_capacity;
	bool fused; /* AGGREGATE: gathers terms of many checks; else its rows are one check's table */
	/* ORPHANS, SAMPLE_ORPHANS */
	struct mg_source other;
	const struct mg_expr *other_key;
	/* SQL, SQL_COUNT, SAMPLE_SQL */
	const char *sql; /* one SELECT over the datasets by name */
	/* PAIRS: the other rows, by keys, value and slice of their own */
	const struct mg_query *with;
	/* FREQ, PAIRS */
	const struct mg_expr *value; /* made REAL */
	const struct mg_expr
		*group;  /* NULL, or an INTEGER expression 0..classes-1 (else dropped) */
	int group_count; /* 1 when group is NULL */
	/* FREQ: NULL, or an INTEGER expression whose least and greatest value are wanted as well */
	const struct mg_expr *spanned;
	/* FREQ, KEYS, ORPHANS, PAIRS: NULL, or a TEXT expression. All but FREQ then have one row per
	 * slice, with its value as the first column, and look at the rows of each by themselves. */
	const struct mg_expr *slice;
	/* SAMPLE, SAMPLE_SQL with `masked`: output columns, in SAMPLE key columns first */
	const char *const *columns;
	size_t column_count;
	/* Failing rows, by output column (of SAMPLE_KEYS and SAMPLE_ORPHANS: by key): its values do not leave the
	 * engine. NULL stays NULL, MG_MASK stands for all else. NULL: none is hidden. */
	const bool *masked;
	int limit;
	int skip; /* SAMPLE: rows that are left out before the first */
	/* SAMPLE: only rows that come before the one with these values in its first columns. Equal ones
	 * are left out if there is a value for each column, else they stay. SAMPLES: the same of all
	 * rows that the parts pick from; its columns are only told for that. */
	const struct mg_expr *const *before;
	size_t before_count;
	/* SAMPLES: of the same dataset; they pick from the first `limit` rows that fail any of them.
	 * AGGREGATE: of the same dataset under other conditions; the only key tells whose a row meets
	 * (plan/wheres.h) */
	const struct mg_query *const *parts;
	size_t part_count;
	/* SAMPLES: few rows fail any part, or are looked at. Then an engine may look for those of each
	 * part by itself, which reads little where it knows what its files hold. */
	bool few;
};

/* The columns of PAIRS, after the slice. Rows without a value (NULL) count nowhere. */
enum mg_pairs_column {
	MG_PAIRS_ROWS,       /* INTEGER: keys with a value, of the one and of the other rows */
	MG_PAIRS_OTHER_ROWS, /* INTEGER */
	MG_PAIRS_BOTH,       /* INTEGER: keys with a value on both sides */
	MG_PAIRS_AMBIGUOUS,  /* INTEGER: keys that have a NULL, or several values on one side */
	MG_PAIRS_MEAN,       /* REAL, this and all that follow: of either side's values, ... */
	MG_PAIRS_OTHER_MEAN,
	MG_PAIRS_VARIANCE, /* ... with n as the divisor */
	MG_PAIRS_OTHER_VARIANCE,
	MG_PAIRS_BOTH_MEAN, /* of the values that have another one */
	MG_PAIRS_BOTH_OTHER_MEAN,
	MG_PAIRS_COVARIANCE, /* of these */
	MG_PAIRS_COLUMNS
};

/* A column of a dataset, as the engine described it. */
struct mg_column {
	const char *name;
	const char *sql_type; /* the engine's word */
	enum mg_column_type type;
	struct mg_number number;
	/* Another column has this name, or one that differs in case only. No SQL can name it: to the
	 * engine it has another name, and to ask for it is an error. */
	bool ambiguous;
	bool redacted; /* no report may show its values */
};
struct mg_schema {
	const struct mg_data *data;
	struct mg_table_state table;
	struct mg_column *columns;
	size_t count;
	const char **key; /* names of the columns that name a row */
	size_t key_count;
	const char *form;  /* how the text of its files was read, for people; NULL for others */
	const char *error; /* why the dataset cannot be used, or NULL */
};
/* The column of this name, else the one whose name differs in case only; NULL when there is none, or
 * when it is ambiguous. What a spec asks for is looked up by mg_column_find, which says why. */
const struct mg_column *mg_schema_column(const struct mg_schema *schema, const char *name);

/* ---- the plan ---- */

enum mg_side { MG_CURRENT, MG_REFERENCE };

/* Where a check finds a number: columns first.. of a query's result. */
struct mg_need {
	const char *name;
	size_t query;  /* index into the plan's queries */
	size_t first;  /* AGGREGATE without keys of its own: its column; else 0 */
	bool tells;    /* the kind did not ask for it: it tells how many rows conditions left out */
	bool unsliced; /* of the rows of all slices */
};

/* One test case to be (or, with a slice column, one per value of it). Read-only for kinds. */
struct mg_check {
	const struct mg_spec_check *spec;
	const struct mg_suite *suite;
	const struct mg_check_kind *kind;
	const void *params;
	const char *name;   /* "suite/name[column=...]"; a slice's part is added when it is known */
	const char *column; /* or NULL */
	enum mg_column_type column_type;
	const struct mg_schema *schema;    /* of `on` */
	const struct mg_schema *reference; /* or NULL */
	const struct mg_task *task;        /* or NULL */
	const struct mg_slice *slice;      /* or NULL: all rows */
	const char *problem;               /* why it cannot be measured (ERROR at once), or NULL */
	bool skipped;                      /* spec->skip says why */
	struct mg_need *needs;
	size_t need_count, need_capacity;
	const struct mg_query *failing_rows; /* shows some of them, or NULL */
	/* The same check on the reference data (baseline: reference), or NULL. */
	struct mg_check *reference_check;
	bool is_reference_check; /* gives a baseline only; no test case of its own */
	const struct mg_schema
		*compared; /* is_reference_check: the data that it is a baseline of; else NULL */
	const struct mg_expr *row_value; /* mg_row_value's, or NULL */
	const char *unpaired; /* with a reference_check: why its rows are not paired, or NULL */
	const struct mg_check *view_of; /* mg_on_reference's: the check whose needs these are */
};

struct mg_plan {
	const struct mg_spec *spec;
	const struct mg_schema *schemas; /* in order of spec->data */
	struct mg_check **checks; /* in order of the spec, each followed by its reference check */
	size_t check_count, check_capacity;
	struct mg_query **queries; /* equal needs merged */
	size_t query_count, query_capacity;
	const char **suites; /* that it runs, in order */
	size_t suite_count;
	bool whole_suites; /* no check of them was left out by a selection */
	int64_t as_of_us;
	uint64_t seed;
};

#endif
