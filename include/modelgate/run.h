/* run.h: a finished run: every verdict with what it rests on. Reports read this and nothing else. */
#ifndef MODELGATE_RUN_H
#define MODELGATE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/chart.h>
#include <modelgate/error.h>
#include <modelgate/spec.h>

struct mg_arena;

enum mg_verdict { MG_PASS, MG_WARN, MG_FAIL, MG_SKIP, MG_ERROR };
/* "pass", "warn", "fail", "skip", "error", NULL. */
extern const char *const mg_verdict_words[];
const char *mg_verdict_word(enum mg_verdict verdict);

/* Where a limit stands. */
enum mg_limit_state {
	MG_HELD,
	MG_BROKEN,
	MG_OPEN,   /* not decided: it lies inside the value's bounds, or the interval is missing */
	MG_LACKING /* there is no baseline to hold the value against */
};
/* "held", "broken", "open", "lacking", NULL. */
extern const char *const mg_limit_state_words[];

/* A limit as it was judged. */
struct mg_judged_limit {
	const char *role; /* "limit", "warn", "effect" */
	const char *
		op; /* "min", "max", "above", "below", "equals", "not_equals", "max_failing", ... */
	double value;       /* as written (a share for %) */
	const char *spread; /* of within: what the value counts, "sigma" or "mad"; else NULL */
	const char *exact;  /* its digits where value is rounded; else NULL */
	bool as_percent;
	bool of_baseline; /* value is a share of |baseline| */
	double tolerance; /* equals and not_equals; 0 else */
	enum mg_limit_state state;
	struct {                        /* of within, when there are enough of them */
		const char *definition; /* or NULL */
		const char *of;         /* "12 previous runs" */
		double center, spread;
	} runs;
};

/* A test case of a baseline that a run no longer has. */
struct mg_gone {
	const char *source; /* "file baseline.json" */
	const char *name;
};

struct mg_run_fact {
	const char *name;
	double number; /* when text is NULL */
	const char *text;
};

struct mg_result {
	const char *name; /* unique and stable: suite/check[column=x][slice] */
	const char *suite, *kind;
	const char *column; /* or NULL */
	const char *slice;  /* "carrier=AA" or the slice's name, or NULL */
	const char **tags;
	size_t tag_count;
	const char *owner; /* or NULL */
	enum mg_severity severity;
	const char *data, *reference; /* datasets; reference may be NULL */
	struct mg_pos pos;            /* in the spec */
	enum mg_verdict verdict;
	const char *message; /* one line: the reason of the verdict, in plain words */
	bool measured;
	double value;       /* when measured */
	const char *exact;  /* its digits where value is rounded; else NULL */
	double lo, hi;      /* bound of the value */
	double judged;      /* the number held to the limits: value, or an interval's end */
	const char *unit;   /* "", "share", "count", "seconds", "time": seconds since 1970 */
	const char *better; /* "higher", "lower", "either" */
	const char *definition;
	const char *estimate;   /* "cbpe": no labels were looked at; NULL: it is measured */
	struct mg_var *measure; /* what the number is of, in parts: conditions, parameters, task */
	size_t measure_count;
	const char
		*measure_digest; /* of the parts in full: "sha256:..."; NULL: of an early version */
	double confidence, interval_lo, interval_hi; /* 0 and NAN without */
	const char *interval;                        /* method or NULL */
	double effect;                               /* NAN without */
	double baseline;                             /* NAN without */
	double difference_lo, difference_hi;         /* interval of value - baseline, or NAN */
	const char *baseline_exact;                  /* its digits where it is rounded; else NULL */
	const char *baseline_source; /* "file baseline.json", "reference train", or NULL */
	int64_t rows;                /* that the number rests on; -1 unknown */
	int64_t rows_read;           /* that its queries looked at; -1 unknown */
	double seconds;              /* its share of the queries' time, and its own */
	struct mg_judged_limit *limits;
	size_t limit_count;
	struct mg_run_fact *facts;
	size_t fact_count;
	struct mg_chart *charts;
	size_t chart_count;
	const char *sql; /* the queries behind it, separated by ";\n", or NULL */
	const char **sample_columns;
	size_t sample_column_count;
	const char **samples; /* rows * columns; NULL cells are NULL */
	size_t sample_rows;
	const char *sample_note; /* why there are none, or NULL */
};

struct mg_input { /* one file behind a dataset, or its table */
	const char *data,
		*path;      /* relative to the spec's folder where it lies inside; or the table */
	const char *sha256; /* "" of a table */
	uint64_t bytes;
	const char *repo_path;       /* from the repository's top; NULL: it lies outside of any */
	const char *form;            /* how the text of the dataset's files was read, or NULL */
	struct mg_table_state table; /* kind NULL: a file; name is the path */
	struct {                     /* of a profile (profile.h): what it was made of */
		int64_t made_us;
		const char *where, *sql; /* of the dataset, or NULL */
		struct mg_input *sources;
		size_t source_count;
	} profile;
};
/* By mg_access: "unknown", "whole", "filtered", ...; NULL-terminated. */
extern const char *const mg_access_words[];
/* What says which state of a table was read: "version 42", "not pinned, snapshot 00000003-1, filtered". */
const char *mg_input_state_words(struct mg_arena *arena, const struct mg_input *input);
/* A sentence for people when more than the whole table may be out of sight; else NULL. */
const char *mg_input_access_sentence(struct mg_arena *arena, const struct mg_input *input);
/* Of a profile: "made 2026-11-30T10:00:00Z of train.csv sha256:..."; else NULL. */
const char *mg_input_profile_words(struct mg_arena *arena, const struct mg_input *input);
/* Are both surely the same, by their digests or by the state of one table? */
bool mg_input_same(const struct mg_input *a, const struct mg_input *b);

/* One statement that a service ran. */
struct mg_statement_costs {
	const char *id;     /* the service's own */
	double seconds;     /* from its submission to its end */
	int64_t rows;       /* that came back; -1: not known */
	int64_t bytes_read; /* by the service; -1: not known */
};

/* What one engine was asked in a run, and what that took. */
struct mg_engine_costs {
	const char *connection; /* NULL: this machine */
	const char *engine;
	int64_t queries;     /* of the plan, and for failing rows */
	int64_t refinements; /* of these: frequency tables asked for again in more detail */
	double seconds;      /* of all queries together, some of which ran at once */
	/* As the service was asked; -1: not known. */
	int64_t statement_count;
	int64_t sent_again; /* of these: again, since the answer to the first was lost */
	int64_t rows;       /* that came back */
	int64_t bytes_read;
	struct mg_statement_costs *statements; /* those that a service has a name for */
	size_t listed_count;
};

#define MG_PARTS_MOST 999

/* Which part of a run this is, when its suites were shared out: every `of`th suite. */
struct mg_part {
	size_t number, of;   /* from 1; of 0: the run is whole */
	const char **suites; /* that all parts together run, in order */
	size_t suite_count;
};

/* What a joined run was made of. */
struct mg_joined_part {
	size_t number;
	const char *seal; /* of the part's run.json: "sha256:..." */
	const char *host;
	int64_t started_us, as_of_us;
	double seconds;
};

/* The job of a pipeline that ran it. */
struct mg_pipeline {
	const char *build; /* id; NULL: no pipeline */
	const char *job;   /* "stage/job" */
	int64_t attempt;   /* from 1; above it somebody ran the job or its stage again */
};

struct mg_counts {
	size_t pass, warn, fail, skip, error;
};

enum { MG_SEED_DEFAULT = 1 };

struct mg_run {
	const char *program_version, *engine, *engine_version;
	const char *model;
	const char *owner, *stage;  /* or NULL */
	const char *spec_path;      /* as given */
	const char *spec_repo_path; /* relative to the repository's top, for logs; or NULL */
	const char *spec_sha256;
	struct mg_var *vars;
	size_t var_count;
	const char **suites; /* that were run, in order */
	size_t suite_count;
	const char *selection; /* --select as given, or NULL */
	int64_t started_us, as_of_us;
	uint64_t seed; /* MG_SEED_DEFAULT unless the caller chose another */
	double seconds;
	const char *host; /* machine name or "" */
	struct mg_pipeline pipeline;
	const char *commit; /* 40 hex or NULL */
	const char *branch; /* or NULL */
	bool dirty;
	const char *stopped; /* why it ended early ("interrupted", "timeout after 30 s"), or NULL */
	bool fail_on_warn;
	bool unsealed;    /* read from a file without a seal: written again, it gets none */
	const char *seal; /* of the file that it was read from, or NULL */
	struct mg_part part;
	struct mg_joined_part *parts; /* in order; none unless it was joined (report/join.h) */
	size_t part_count;
	struct mg_input *inputs;
	size_t input_count;
	struct mg_engine_costs *costs; /* one for each engine, this machine's first */
	size_t cost_count;
	struct mg_result *results;
	size_t result_count;
	struct mg_gone *gone; /* what the baselines have and this run has not */
	size_t gone_count;
	size_t charts_left_out; /* checks whose charts were dropped, see report/charts.h */
	struct mg_counts counts;
	enum mg_verdict verdict; /* ERROR when there are no results */
};

/* The part, from 1, that the index-th of all suites belongs to when there are `of` parts. */
size_t mg_part_of(size_t index, size_t of);

/* Was it held to anything? Not when it was skipped or not measured, nor when all its limits lack their
 * baseline. Where the spec says what no rows mean, that is what it was held to. */
bool mg_result_held(const struct mg_result *r);

/* The first suite all of whose test cases were skipped, or NULL. */
const char *mg_run_skipped_suite(const struct mg_run *run);

/* Fills counts and verdict from the results: ERROR over FAIL over WARN over PASS. A run that was stopped,
 * in which nothing was held to a limit, or in which a whole suite was skipped, is an ERROR. */
void mg_run_close(struct mg_run *run);

#endif
