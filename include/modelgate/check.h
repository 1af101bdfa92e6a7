/* check.h: the extension point for check kinds: what one says of itself, needs, and measures. */
#ifndef MODELGATE_CHECK_H
#define MODELGATE_CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/chart.h>
#include <modelgate/error.h>
#include <modelgate/plan.h>

struct mg_arena;
struct mg_freq;
struct mg_range;
struct mg_planner;
struct mg_measures;

/* ---- parameters: one table feeds the parser, the JSON Schema, `modelgate kinds` and the docs ---- */

enum mg_field_type {
	MG_FIELD_TEXT,      /* const char * */
	MG_FIELD_SQL,       /* const char *: an SQL expression or SELECT */
	MG_FIELD_REGEX,     /* const char * */
	MG_FIELD_NUMBER,    /* double; NAN when absent without default */
	MG_FIELD_SHARE,     /* double 0..1, may be written 30% */
	MG_FIELD_INTEGER,   /* int64_t */
	MG_FIELD_BOOL,      /* bool */
	MG_FIELD_CHOICE,    /* int: index into choices */
	MG_FIELD_DURATION,  /* double, seconds; written 36h, 2d, 90s */
	MG_FIELD_COLUMN,    /* const char *: a further column (not the checked one) */
	MG_FIELD_COLUMNS,   /* struct mg_selectors: names, patterns and types of columns */
	MG_FIELD_TEXTS,     /* struct mg_texts: at least one, none of them empty */
	MG_FIELD_DATASET,   /* const char *: a name under `data` */
	MG_FIELD_VALUES,    /* struct mg_values: scalars of any type, as written */
	MG_FIELD_MAP,       /* struct mg_pairs: text -> text */
	MG_FIELD_BY_COLUMN, /* struct mg_by_column: names and patterns of columns -> texts */
	MG_FIELD_TARGET,    /* struct mg_target: {data: NAME, column: NAME} */
	MG_FIELD_KIND,      /* const struct mg_check_kind *: the name of another kind */
	MG_FIELD_SCALAR, /* struct mg_scalar: one scalar of any type, as written; text NULL: absent */
};

struct mg_texts {
	const char **list;
	size_t count;
};
/* A scalar of the spec: text is always set; quoted scalars are never numbers. */
struct mg_scalar {
	enum { MG_SCALAR_TEXT, MG_SCALAR_NUMBER, MG_SCALAR_BOOL, MG_SCALAR_NULL } type;
	const char *text;
	double number;
	bool boolean;
};
struct mg_values {
	struct mg_scalar *list;
	size_t count;
};
struct mg_pairs {
	const char **keys, **values;
	size_t count;
};
struct mg_by_column {
	struct mg_selectors columns;
	struct mg_texts *texts; /* one for each of columns, none of them empty */
};
struct mg_target {
	const char *data, *column;
};

struct mg_field {
	const char *name;
	enum mg_field_type type;
	size_t offset; /* in the kind's params */
	bool required;
	double least, most;         /* NUMBER, INTEGER, SHARE, DURATION; NAN: open */
	const char *default_text;   /* written as in a spec; NULL: none (NULL, NAN, 0 entries) */
	const char *const *choices; /* CHOICE: NULL-terminated */
	const char *help;           /* one plain sentence without a full stop */
};

/* Entries of a table: MG_FIELD(params, member, TYPE, help, .required = true, ...). */
#define MG_FIELD(params, member, kind_of, ...)                                                     \
	{                                                                                          \
		.name = #member, .type = MG_FIELD_##kind_of, .offset = offsetof(params, member),   \
		.least = NAN, .most = NAN, .help = __VA_ARGS__                                     \
	}
#define MG_FIELDS_END                                                                              \
	{                                                                                          \
		.name = NULL                                                                       \
	}

/* ---- what a kind measures ---- */

enum mg_better { MG_EITHER, MG_HIGHER, MG_LOWER };
enum mg_unit { MG_UNIT_NONE, MG_UNIT_SHARE, MG_UNIT_COUNT, MG_UNIT_SECONDS };

/* An extra number or text that explains a result ("p_value", "edges"). */
struct mg_fact {
	const char *name;
	double number; /* used when text is NULL */
	const char *text;
};

/* One measurement. Start from one of the makers below. */
struct mg_value {
	enum { MG_MEASURED, MG_EMPTY, MG_UNDEFINED } state;
	double value;
	bool is_moment;    /* value is a date or time: seconds since 1970, UTC */
	const char *exact; /* what value is rounded from, as decimal digits; NULL: nothing */
	const char *why;   /* EMPTY, UNDEFINED: one plain sentence */
	int64_t rows;      /* rows that the number rests on */
	double lo, hi;     /* bound of the value; lo == hi == value when exact */
	double interval_lo, interval_hi; /* confidence interval at spec->confidence, or NAN */
	const char *interval;            /* its method's id ("wilson", "delong"), or NULL */
	double effect;                   /* p-value kinds: the effect size; NAN else */
	double failing;                  /* shares of rows that hold: rows that do not; NAN else */
	double dummy;                    /* what guessing would reach (baseline: dummy), or NAN */
	const char *definition;          /* overrides kind->definition when parameters choose one */
	const char *message;             /* explains the number in words, or NULL */
	struct mg_fact *facts;
	size_t fact_count;
	struct mg_chart *charts; /* what a picture shows beside the number */
	size_t chart_count;
};

struct mg_value mg_value_of(double value, int64_t rows);   /* NaN becomes UNDEFINED */
struct mg_value mg_value_share(double part, double whole); /* EMPTY when whole is 0 */
struct mg_value mg_value_empty(const char *why);           /* on_empty decides */
struct mg_value mg_value_undefined(const char *why);       /* always an ERROR */

/* ---- the descriptor ---- */

enum mg_kind_flags {
	MG_KIND_COLUMN = 1 << 0,    /* takes column: / columns: and expands */
	MG_KIND_NUMERIC = 1 << 1,   /* ... which must be numeric */
	MG_KIND_BOOLEAN = 1 << 17,  /* ... or BOOLEAN: true is 1, false 0 */
	MG_KIND_MOMENT = 1 << 18,   /* ... or of dates and times: limits are such, too */
	MG_KIND_REFERENCE = 1 << 2, /* needs reference data */
	MG_KIND_BINARY = 1 << 3,    /* task types it can measure; none set: needs no task */
	MG_KIND_MULTICLASS = 1 << 4,
	MG_KIND_REGRESSION = 1 << 5,
	MG_KIND_SCORE = 1 << 6,        /* needs the task's score(s) */
	MG_KIND_INTERVAL = 1 << 7,     /* can give a confidence interval by a formula */
	MG_KIND_DEFAULT_ALL = 1 << 8,  /* a share of rows that hold: without limits min 100%, takes
	                                * max_failing */
	MG_KIND_DEFAULT_NONE = 1 << 9, /* without limits: max 0 */
	MG_KIND_EFFECT = 1 << 10,      /* measures a p-value (or can): takes `effect:` limits */
	MG_KIND_NULLS = 1 << 11,       /* `nulls:` matters */
	MG_KIND_OTHERS = 1 << 12,      /* measured from the verdicts of other cases of its suite */
	MG_KIND_NO_SLICES = 1 << 13,
	MG_KIND_DUMMY = 1 << 14,           /* gives value.dummy */
	MG_KIND_COLUMN_OPTIONAL = 1 << 15, /* with MG_KIND_COLUMN: column may be left out; check()
	                                    * says what is wanted instead */
	MG_KIND_AGE = 1
		<< 16, /* measures an age: one in the future beyond `tolerance` (1h) is a broken
	                        * limit unless the spec limits that side itself */
	/* What a kind has no use for, and a check of it does not take. */
	MG_KIND_SHAPE = 1 << 20, /* looks at no rows: where, missing, on_empty, timeout */
	MG_KIND_OWN_SQL = 1
		<< 21, /* its SQL says which rows: where (its suite's is refused), missing */
	MG_KIND_NO_MISSING = 1 << 22, /* looks at no column of its own */
	MG_KIND_NO_EMPTY = 1 << 23,   /* measures no rows too: on_empty */
	MG_KIND_SAMPLES = 1 << 24,    /* shows failing rows: takes samples */
	MG_KIND_BOOTSTRAP = 1 << 25,  /* can give a confidence interval by resampling */
	MG_KIND_PROFILE = 1 << 26,    /* its reference may be a profile */
	MG_KIND_ESTIMATE = 1 << 27,   /* can be estimated without labels: takes estimate */
};

/* A chart that comes with the number. */
struct mg_kind_chart {
	const char *name; /* chart.h: "bins", "roc", ...; NULL ends a list */
	const char *when; /* "with `interval: bootstrap`"; NULL: whenever something was measured */
};
#define MG_CHARTS(...)                                                                             \
	(const struct mg_kind_chart[])                                                             \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.name = NULL                                                               \
		}                                                                                  \
	}

/* Conditions that several kinds have. */
#define MG_CHART_BOOTSTRAP "with `interval: bootstrap`"

struct mg_check_kind {
	const char *name;
	const char *family;     /* "table", "values", ... one of DESIGN's families */
	const char *summary;    /* one line, no full stop */
	const char *details;    /* a short paragraph for docs: formula, edge cases, source */
	const char *definition; /* definition id of the default parameters */
	const char *example; /* a check as written in a spec: one or more YAML list items over the
	                      * columns of examples (see docs test) */
	enum mg_better better;
	enum mg_unit unit;
	unsigned flags;
	double value_least,
		value_most; /* range of possible values; NAN: open. Limits outside are spec errors */
	const struct mg_kind_chart *charts; /* all that measure() can add; NULL: none */
	const struct mg_field *fields;      /* NULL: none */
	size_t params_size;
	/* Combinations that a table cannot say; writes one sentence. May be NULL. */
	MG_MUST_USE int (*check)(
		const void *params, const struct mg_spec_check *spec, struct mg_error *err);
	/* MG_KIND_NULLS: what `nulls:` is when the spec does not say. NULL: MG_NULLS_IGNORE. */
	enum mg_nulls (*nulls)(const void *params);
	/* Says what it needs. MG_ENOTFOUND and friends make the case an ERROR with err's text.
	 * MG_KIND_OTHERS: NULL. */
	MG_MUST_USE int (*plan)(
		struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);
	/* MG_KIND_EFFECT: do these parameters measure a p-value? */
	bool (*p_value)(const void *params);
	/* From numbers to the number. No I/O; may be called once per slice. */
	struct mg_value (*measure)(const struct mg_check *c, const struct mg_measures *m);
};

/* The registry: every kind, by family, NULL-terminated. */
extern const struct mg_check_kind *const mg_check_kinds[];
const struct mg_check_kind *mg_check_kind_find(const char *name);
/* Does it judge decisions about classes, not scores or numbers? */
static inline bool mg_kind_decides(const struct mg_check_kind *kind)
{
	return (kind->flags & (MG_KIND_BINARY | MG_KIND_MULTICLASS)) &&
		!(kind->flags & MG_KIND_SCORE);
}

/* Is it measured from its data and from reference data? */
static inline bool mg_check_compares(const struct mg_spec_check *check)
{
	return (check->kind->flags & MG_KIND_REFERENCE) || check->estimate != MG_ESTIMATE_NONE;
}

/* ---- columns ---- */

/* The column that a spec means by a name: the exact one, else the only one whose name differs in case
 * alone. MG_ENOTFOUND names the nearest; MG_ESPEC when several could be meant. */
MG_MUST_USE int mg_column_find(const struct mg_schema *schema, const char *name,
	const struct mg_column **out, struct mg_error *err);
/* The columns that a list of a spec means, each once, in the list's order. An entry that finds nothing
 * is MG_ENOTFOUND, one that finds an ambiguous column MG_ESPEC. `what` names the list in messages. */
MG_MUST_USE int mg_columns_find(struct mg_arena *arena, const struct mg_schema *schema,
	const struct mg_selectors *selectors, const char *what, const struct mg_column ***out,
	size_t *out_count, struct mg_error *err);
/* Does the list's entry i mean this column? Exceptions of the list are heeded, ambiguity is not. */
bool mg_selector_means(
	const struct mg_selectors *selectors, size_t i, const struct mg_column *column);
/* As it is written: "amount_*", "type: numeric". */
const char *mg_selector_text(struct mg_arena *arena, const struct mg_selector *selector);

/* ---- for plan() ---- */

struct mg_arena *mg_planner_arena(struct mg_planner *pl);
int64_t mg_planner_as_of_us(const struct mg_planner *pl);
/* A dataset of the spec by name, as the engine described it; NULL when there is none. */
const struct mg_schema *mg_planner_schema(const struct mg_planner *pl, const char *data);
/* A column of the side's data as an expression, with `missing:` values made NULL; fails as
 * mg_column_find does. */
MG_MUST_USE int mg_need_column(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const char *column, const struct mg_expr **out, struct mg_error *err);
/* The same of a column that was found in another dataset; only that one's `missing:` counts. */
const struct mg_expr *mg_other_column(
	struct mg_planner *pl, const struct mg_schema *schema, const struct mg_column *column);
/* The check as if its reference were its data: what is planned with it is a need of the check itself, and what
 * reads them takes it, too. Its names must be others than those of the check's own needs. */
const struct mg_check *mg_on_reference(struct mg_arena *arena, const struct mg_check *c);
/* One aggregate over the check's rows (its dataset, conditions and slice), fused with others. */
MG_MUST_USE int mg_need(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const char *name, enum mg_cell_type as, const struct mg_expr *aggregate,
	struct mg_error *err);
/* The same over the check's own side, as INTEGER or REAL. */
MG_MUST_USE int mg_need_integer(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *aggregate, struct mg_error *err);
MG_MUST_USE int mg_need_real(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *aggregate, struct mg_error *err);
/* Aggregates per group of keys. */
MG_MUST_USE int mg_need_groups(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const char *name, const struct mg_term *keys, size_t key_count, const struct mg_term *terms,
	size_t term_count, struct mg_error *err);
/* The same of the check's own side, over the rows of all slices: for what is true of a column, not of a
 * slice. Equal keys may come in several rows. */
MG_MUST_USE int mg_need_groups_of_all(struct mg_planner *pl, const struct mg_check *c,
	const char *name, const struct mg_term *keys, size_t key_count, const struct mg_term *terms,
	size_t term_count, struct mg_error *err);
/* Frequency table(s) of a numeric value, one per group 0..group_count-1 (group NULL: one). */
MG_MUST_USE int mg_need_freq(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const char *name, const struct mg_expr *value, const struct mg_expr *group, int group_count,
	struct mg_error *err);
/* Any other query (KEYS, ORPHANS, SQL, SQL_COUNT): the source and the slice are filled in. */
MG_MUST_USE int mg_need_query(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_query *query, struct mg_error *err);
/* For numbers that are a mean over rows, or follow from one: what each row adds, NULL where it does not
 * count. With it the rows of two datasets that share a key are compared as pairs. */
void mg_row_value(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *value);
/* The same of a share: rows of `counted` that hold `hit`, which may be NULL there for no. */
void mg_row_hit(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *counted,
	const struct mg_expr *hit);
/* Rows to show when the check fails: `failing` as a condition over its rows ... */
MG_MUST_USE int mg_failing_rows(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *failing, struct mg_error *err);
/* ... or a SAMPLE_* query of another kind. */
MG_MUST_USE int mg_failing_query(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_query *query, struct mg_error *err);

/* ---- for measure() ---- */

struct mg_arena *mg_measures_arena(const struct mg_measures *m); /* lives as long as the run */
uint64_t mg_measures_seed(const struct mg_measures *m);          /* for what is drawn at random */
/* A number by the name that plan() gave; NULL reads as NaN. In an aggregate or one-row query of
 * several columns, mg_get_at reads column i. */
double mg_get(const struct mg_measures *m, const char *name);
double mg_get_at(const struct mg_measures *m, const char *name, size_t i);
/* The digits of an INTEGER, or a TEXT as it is; NULL for NULL. */
const char *mg_get_digits(const struct mg_measures *m, const char *name, size_t i);

struct mg_cell {
	enum mg_cell_type type;
	int64_t integer;
	double real;
	const char *text; /* NUL-terminated; embedded NULs are replaced by U+FFFD */
};
/* Rows of a groups need: cells row after row (keys, then terms), the slice key already taken off. */
struct mg_table {
	const struct mg_cell *cells;
	size_t rows, columns;
};
struct mg_table mg_get_groups(const struct mg_measures *m, const char *name);
static inline double mg_cell_number(const struct mg_cell *c)
{
	return c->type == MG_CELL_INTEGER ? (double)c->integer
		: c->type == MG_CELL_REAL ? c->real
					  : NAN;
}
/* Frequency table of one group; never NULL (an empty table when there were no rows). */
const struct mg_freq *mg_get_freq(const struct mg_measures *m, const char *name, int group);
/* Rows of a frequency need whose group was none of its own. */
double mg_get_dropped(const struct mg_measures *m, const char *name);

/* When tables were bucketed and the value's bounds are too wide: asks for more detail of a group's
 * table within these ranges. The gate refines the tables and calls measure() again, a bounded
 * number of times; without a call, or when nothing is left to refine, the bounds stand. */
void mg_refine(const struct mg_measures *m, const char *name, int group,
	const struct mg_range *ranges, size_t count);

/* Kinds with MG_KIND_OTHERS: how the suite's other cases of `kind` stand. */
struct mg_others {
	size_t cases, held, broken, unmeasured, skipped;
};
struct mg_others mg_get_others(const struct mg_measures *m, const struct mg_check_kind *kind);

/* ... and what their slices measured. */
struct mg_sliced {
	const struct mg_check *check; /* tells the column, and which slices belong together */
	const char *slice; /* "carrier=AA", or the name of a slice; as reports may show it */
	enum { MG_SLICE_MEASURED, MG_SLICE_SKIPPED, MG_SLICE_UNMEASURED } state;
	double value, lo, hi; /* MEASURED */
	int64_t rows;
	const char *definition;
	const char *message; /* SKIPPED, UNMEASURED: why */
};
/* In the order of the suite. check: the name of the checks, or NULL: any of the kind. */
const struct mg_sliced *mg_get_slices(const struct mg_measures *m, const struct mg_check_kind *kind,
	const char *check, size_t *out_count);

/* Is the checked column, or its task's label, redacted, on either side? Then nothing may quote its values. */
bool mg_check_redacted(const struct mg_check *c);

/* "1 row", "3 rows": for messages. */
const char *mg_rows_text(struct mg_arena *arena, double n);
/* Adds a fact to a value. */
void mg_fact_number(const struct mg_measures *m, struct mg_value *v, const char *name, double x);
void mg_fact_text(const struct mg_measures *m, struct mg_value *v, const char *name, const char *x);

#endif
