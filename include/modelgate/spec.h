/* spec.h: what a spec file says, typed and checked, with the place of every part. */
#ifndef MODELGATE_SPEC_H
#define MODELGATE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

struct mg_arena;
struct mg_check_kind;
struct mg_engine_ops;

/* Place in the spec file, 1-based; line 0 means "not written" (a default). */
struct mg_pos {
	int line, col;
};

/* ---- data ---- */

enum mg_format {
	MG_FORMAT_AUTO, /* by the file name */
	MG_FORMAT_CSV,
	MG_FORMAT_TSV,
	MG_FORMAT_JSON,
	MG_FORMAT_NDJSON,
	MG_FORMAT_PARQUET,
	MG_FORMAT_PROFILE, /* what a reference looks like, in the place of its rows */
};

/* Text that counts as NULL (`missing: ["", "N/A"]`). */
struct mg_missing {
	const char **values;
	size_t count;
};

/* Types of columns, as specs select them. */
enum mg_column_type {
	MG_TYPE_ANY,
	MG_TYPE_NUMERIC, /* integer or real */
	MG_TYPE_INTEGER,
	MG_TYPE_REAL, /* floating point or decimal */
	MG_TYPE_TEXT,
	MG_TYPE_BOOLEAN,
	MG_TYPE_TIME, /* date or timestamp */
	MG_TYPE_OTHER,
};
/* Selects columns: by name, by glob (has * ? or [), or by type. */
struct mg_selector {
	struct mg_pos pos;
	const char *pattern;      /* name or glob; NULL: by type only */
	enum mg_column_type type; /* MG_TYPE_ANY: any */
	bool is_glob;
	bool exclude; /* written `{except: name}` */
};
/* A list of columns as it is written; at least one of it is no exception. */
struct mg_selectors {
	const struct mg_selector *list;
	size_t count;
};

/* Where tables are: a service that an engine reads by SQL. */
struct mg_connection {
	struct mg_pos pos;
	const char *name;
	const struct mg_engine_ops *engine;
	const void *params; /* as engine->fields say */
};

/* What whoever asks is shown of a table. What a service leaves out, no number tells. */
enum mg_access {
	MG_ACCESS_NOT_SAID, /* by runs of early versions */
	MG_ACCESS_UNKNOWN,  /* the service does not tell it */
	MG_ACCESS_WHOLE,
	MG_ACCESS_FILTERED, /* a rule of the service decides which rows */
	MG_ACCESS_MASKED,   /* ... or which values */
	MG_ACCESS_FILTERED_AND_MASKED,
};

/* Which state of a table is read: said where files have digests. */
struct mg_table_state {
	const char *kind;     /* its engine; NULL: no table */
	const char *name;     /* as the service knows it: catalog, schema, table */
	const char *version;  /* that every statement reads; NULL: the table is not pinned */
	const char *snapshot; /* without a version: what all statements see, as the service says */
	int64_t at_us;        /* when the version was made, or the snapshot taken */
	int64_t rows;
	enum mg_access access;
};

/* One dataset. Exactly one of path, sql and table is set; a profile has a path. */
struct mg_data {
	struct mg_pos pos;
	const char *name;
	const struct mg_connection *connection; /* NULL: on this machine */
	const char *table;                      /* as the connection's service names it */
	struct mg_pos table_pos;
	const char *version; /* of a table that has versions: digits; or NULL */
	const char *as_of;   /* ... or the time whose version is meant; or NULL */
	const char *path;    /* as written, variables replaced; relative to the spec's folder */
	struct mg_pos path_pos;
	enum mg_format format; /* never AUTO after parsing when path is set */
	const char *sql;       /* one SELECT over other datasets, named as tables */
	struct mg_pos sql_pos;
	const char *where; /* SQL condition or NULL */
	struct mg_pos where_pos;
	struct mg_selectors key;    /* columns that name a row in samples */
	struct mg_selectors redact; /* columns whose values no report shows */
	struct mg_missing missing;
	bool union_by_name;    /* a column that a file lacks is NULL there, not an error */
	int hive_partitioning; /* folders `day=2026-11-29` as columns: -1 where all files have
	                        * them, 0 no, 1 yes */
	const char *filename;  /* name of a column for the file that a row is from, or NULL */
	struct {               /* csv and tsv */
		const char *delimiter, *quote, *escape, *null_text, *decimal; /* NULL: default */
		const char *comment;  /* lines that start with this character are none; or NULL */
		bool latin1;          /* else UTF-8 */
		int header;           /* -1 by the rule, 0 no, 1 yes */
		int skip;             /* lines before the header */
		const char **columns; /* names, also instead of those of a header; or NULL */
		size_t column_count;
	} csv;
	struct { /* column -> SQL type, for csv and json (`types: {id: VARCHAR}`) */
		const char **columns, **types;
		const char **formats; /* of dates and times, as strptime has it; NULL: ISO 8601 */
		size_t count;
	} types;
};

static inline bool mg_data_is_profile(const struct mg_data *data)
{
	return data->format == MG_FORMAT_PROFILE;
}
/* Can one statement read both? */
static inline bool mg_data_together(const struct mg_data *a, const struct mg_data *b)
{
	return a->connection == b->connection && mg_data_is_profile(a) == mg_data_is_profile(b);
}

/* ---- limits ---- */

enum mg_limit_op {
	MG_MIN,         /* value >= limit */
	MG_MAX,         /* value <= limit */
	MG_ABOVE,       /* value >  limit */
	MG_BELOW,       /* value <  limit */
	MG_EQUALS,      /* |value - limit| <= tolerance */
	MG_NOT_EQUALS,  /* |value - limit| > tolerance */
	MG_MAX_FAILING, /* rows that fail <= limit, of a share of rows that hold */
	MG_MAX_DROP,    /* baseline - value <= limit */
	MG_MAX_RISE,    /* value - baseline <= limit */
	MG_MAX_CHANGE,  /* |value - baseline| <= limit */
	MG_WITHIN,      /* |value - center of earlier runs| <= limit times their spread */
	MG_LIMIT_OPS,
};
extern const char
	*const mg_limit_words[]; /* "min" ... as in specs, by enum mg_limit_op, NULL-terminated */
bool mg_limit_relative(enum mg_limit_op op); /* needs a baseline */

/* How far earlier runs lie apart: what `within` counts in. */
enum mg_spread {
	MG_SPREAD_SIGMA, /* their standard deviation, around their mean */
	MG_SPREAD_MAD, /* their median absolute deviation, scaled to a sigma, around their median */
	MG_SPREADS,
};
extern const char *const mg_spread_words[]; /* "sigma", "mad", NULL */

struct mg_limit {
	struct mg_pos pos;
	enum mg_limit_op op;
	double value;      /* `99.5%` on min/max/above/below/equals is 0.995 */
	const char *exact; /* the same as decimal digits, where value is rounded; else NULL */
	bool of_baseline;  /* max_drop/max_rise/max_change written with %: a share of |baseline| */
	bool is_moment;    /* a date or time: value is seconds since 1970, UTC */
	bool as_percent;   /* written with %: reports print it so */
	enum mg_spread spread; /* of within: what value counts */
};

struct mg_limits {
	struct mg_limit list[MG_LIMIT_OPS]; /* one per operation at most */
	size_t count;
	double tolerance; /* of equals and not_equals; 0 by default */
};

enum mg_baseline_kind {
	MG_BASELINE_NONE,
	MG_BASELINE_FILE,      /* a run.json of an earlier run */
	MG_BASELINE_REFERENCE, /* the same measure on the reference data */
	MG_BASELINE_STAGE,     /* the champion: measures recorded with its tag */
	MG_BASELINE_PREVIOUS,  /* earlier runs that passed, from a history: their mean */
	MG_BASELINE_DUMMY,     /* what guessing would reach */
};
enum mg_baseline_missing { MG_MISSING_ERROR, MG_MISSING_PASS, MG_MISSING_SKIP };

#define MG_PREVIOUS_MOST 366

struct mg_baseline {
	struct mg_pos pos;
	enum mg_baseline_kind kind;
	const char *name;  /* file path, stage, or how many runs and which */
	size_t previous;   /* how many runs at most */
	const char *which; /* of these, for people: "" or " at the same hour of the day" */
	int64_t every_us;  /* of these only such as are whole periods of this earlier; 0: all */
	enum mg_baseline_missing missing;
};

/* ---- suites ---- */

enum mg_task_type { MG_TASK_NONE, MG_TASK_BINARY, MG_TASK_MULTICLASS, MG_TASK_REGRESSION };

enum mg_unpredicted { MG_UNPREDICTED_ERROR, MG_UNPREDICTED_WRONG, MG_UNPREDICTED_IGNORE };

/* Which columns hold the truth and the model's answer. */
struct mg_task {
	struct mg_pos pos;
	enum mg_task_type type;
	const char *label;      /* column of the truth */
	const char *prediction; /* column of the predicted class or number; NULL: from score. Kinds
	                             * that judge decisions look at it, others at the score */
	const char *score;      /* binary: column of the probability of `positive` */
	const char *positive;   /* binary: the label value that counts as positive; default "1"
	                         * (true for a BOOLEAN label) */
	double threshold;       /* binary: predicted positive when score >= threshold; 0.5 */
	bool probability;       /* binary: the threshold is the default, so scores are 0..1 */
	enum mg_unpredicted unpredicted; /* rows with a label and no answer */
	double max_unlabelled;           /* share of rows without a label; NAN: any */
	const char **known;   /* `classes`: what label and prediction may be, else those of */
	size_t known_count;   /* `scores`; 0: a binary task's two, any of a multiclass one */
	const char **ignored; /* `ignore_labels`: rows with them have no label */
	size_t ignored_count;
	const char **classes;       /* multiclass `scores: {class: column}` */
	const char **class_columns; /* same length */
	size_t class_count;
};

/* One way to cut the data. Exactly one of column and where is set. */
struct mg_slice {
	struct mg_pos pos;
	const char *name;
	const char *column;
	bool is_glob; /* column is a pattern: a slice by each column that it finds */
	const char *where;
};

/* With an interval, when a limit of a baseline is broken. */
enum mg_prove {
	MG_PROVE_NOT_WORSE, /* unless it is surely held */
	MG_PROVE_WORSE,     /* only when it is surely broken */
};
/* What data are that are their own reference: files of one content under two names. */
enum mg_same_data { MG_SAME_DATA_ERROR, MG_SAME_DATA_ALLOWED };
enum mg_severity { MG_SEVERITY_FAIL, MG_SEVERITY_WARN };
enum mg_interval_method { MG_INTERVAL_FORMULA, MG_INTERVAL_BOOTSTRAP };
/* How performance is estimated while labels are not there: not at all, or by what calibrated scores expect. */
enum mg_estimation { MG_ESTIMATE_NONE, MG_ESTIMATE_CBPE };
enum mg_on_empty { MG_EMPTY_ERROR, MG_EMPTY_FAIL, MG_EMPTY_PASS };
/* AUTO is never a check's: it becomes IGNORE, or EQUAL for a key of several columns. The last two are for such
 * keys: is one with a NULL the same as another that is written alike? */
enum mg_nulls {
	MG_NULLS_AUTO,
	MG_NULLS_IGNORE,
	MG_NULLS_FAIL,
	MG_NULLS_PASS,
	MG_NULLS_EQUAL,
	MG_NULLS_DISTINCT,
};

/* One written check. columns and slices expand it into test cases later. */
struct mg_spec_check {
	struct mg_pos pos; /* of the kind's key: what editors and logs point at */
	const struct mg_check_kind *kind;
	const char *name; /* as written, or NULL */
	const char **tags;
	size_t tag_count;
	const char *owner;
	enum mg_severity severity;
	double timeout_seconds; /* 0: none */
	const char *skip;       /* reason, or NULL */
	enum mg_on_empty on_empty;
	enum mg_nulls nulls;
	int samples;           /* failing rows to show; 5 */
	const char *on;        /* dataset: of the check, else of the suite */
	const char *reference; /* dataset, or NULL */
	const char
		*reference_where; /* the reference's own condition, instead of the suite's and the
	                              * check's; or NULL */
	const char *where;        /* the check's own condition, or NULL */
	struct mg_pos where_pos;
	struct mg_missing missing;
	const struct mg_task *task;    /* of the check, else of the suite, or NULL */
	struct mg_selectors columns;   /* count 0 when the kind takes none */
	const struct mg_slice *slices; /* of the check, else of the suite */
	size_t slice_count;
	bool slices_only; /* no case of all rows together */
	int64_t min_rows; /* that the number must rest on, else an ERROR, of a slice a skip; 0 */
	struct mg_limits limits;
	struct mg_limits warn;
	struct mg_limits effect; /* p-value kinds: the effect size must break this too */
	struct mg_baseline baseline;
	enum mg_prove prove;
	enum mg_same_data same_data;
	double confidence; /* 0: judge the value itself; 0.95: the pessimistic end */
	enum mg_interval_method interval;
	enum mg_estimation estimate;
	const void *params; /* kind->params_size bytes */
};

/* What a suite's p-values are judged as, when there are several. */
enum mg_correction {
	MG_CORRECTION_NONE,
	MG_CORRECTION_BONFERRONI,
	MG_CORRECTION_HOLM,
	MG_CORRECTION_BENJAMINI_HOCHBERG,
};

struct mg_suite {
	struct mg_pos pos;
	const char *name;
	const char *where; /* condition for all checks, or NULL */
	struct mg_pos where_pos;
	enum mg_correction correction;
	struct mg_spec_check *checks;
	size_t check_count;
};

struct mg_var {
	const char *name, *value;
};

/* The spec as one stage sees it: overlays applied, variables replaced. */
struct mg_spec {
	const char *path;   /* as given */
	const char *folder; /* data paths are relative to it */
	const char *digest; /* hex SHA-256 of the file's bytes */
	const char *model;
	const char *owner; /* or NULL */
	const char *stage; /* or NULL: no stage asked for */
	struct mg_var *vars;
	size_t var_count;
	struct mg_connection *connections;
	size_t connection_count;
	struct mg_data *data;
	size_t data_count;
	struct mg_suite *suites; /* all of them; the plan selects */
	size_t suite_count;
	const char **stage_names; /* stages that the file defines, in order */
	size_t stage_count;
	const char **stage_suites; /* suites that the asked stage demands */
	size_t stage_suite_count;
	bool stage_estimates; /* the asked stage takes estimates for measures */
};

/* One thing wrong with a spec. */
struct mg_diag {
	struct mg_pos pos;
	int width;            /* characters to underline, at least 1 */
	const char *message;  /* what was found */
	const char *accepted; /* what would be accepted, or NULL */
	const char *nearest;  /* the nearest known word, or NULL */
};
struct mg_diags {
	struct mg_arena *arena;
	struct mg_diag *list; /* in order of place */
	size_t count, capacity;
};

struct mg_spec_options {
	const char *stage;         /* NULL: none */
	const struct mg_var *vars; /* --var: win over the file and the stage */
	size_t var_count;
	const struct mg_check_kind *const *kinds; /* NULL-terminated registry */
	const struct mg_engine_ops *const
		*engines; /* likewise: what connections may name; or NULL */
};

/* Bounds of a spec file. */
#define MG_SPEC_MAX_BYTES (4u << 20)
#define MG_SPEC_MAX_DEPTH 64
#define MG_SPEC_MAX_NODES 200000 /* after aliases are followed */
#define MG_SPEC_MAX_STAGES 50

/* Parses and checks text (len bytes; path is for messages and for `folder`). Finds ALL errors:
 * MG_ESPEC when diags->count > 0 afterwards (err says "<n> errors in <path>"), MG_OK and *out
 * otherwise. Everything lives in arena. */
MG_MUST_USE int mg_spec_parse(struct mg_arena *arena, const char *path, const char *text,
	size_t len, const struct mg_spec_options *options, struct mg_diags *diags,
	struct mg_spec **out, struct mg_error *err);

/* Names of the (at most MG_SPEC_MAX_STAGES) stages that a text defines, in order, as far as it can
 * be read at all. */
const char **mg_spec_stages(
	struct mg_arena *arena, const char *text, size_t len, size_t *out_count);

/* All diagnostics as text: "path:line:col: message", the line, a caret, accepted, nearest. Equal ones are
 * told where the first is, with the lines of the others. */
char *mg_diags_text(struct mg_arena *arena, const struct mg_diags *diags, const char *path,
	const char *text, size_t len);

/* The JSON Schema (draft 2020-12) of the spec, generated from the tables of kinds and engines. */
char *mg_spec_schema(struct mg_arena *arena, const struct mg_check_kind *const *kinds,
	const struct mg_engine_ops *const *engines);

const struct mg_data *mg_spec_data(const struct mg_spec *spec, const char *name); /* or NULL */

#endif
