/* values.h: what a site shows, as docs/contract/site.schema.json has it. Texts are as records and tags have them, not
 * safe to print. */
#ifndef MG_SITE_VALUES_H
#define MG_SITE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/run.h>

/* No time is known. */
#define MG_SITE_NEVER INT64_MIN
#define MG_SITE_DAY_US (INT64_C(86400) * 1000000)
enum { MG_SITE_DAYS = 30 };

/* ---- runs ---- */

struct mg_site_run {
	const char *record, *stage; /* NULL: of no stage */
	const char *seal, *commit, *branch, *selection, *build, *summary;
	const char *page; /* or NULL */
	int64_t as_of_us, started_us;
	double seconds;
	enum mg_verdict verdict; /* as the gate takes it: with --fail-on warn a warning fails */
	bool dirty;
	const struct mg_site_run *replaces; /* of the same as_of, and started before; or NULL */
};

/* A model's runs in one stage and month, in order of as_of, then of start. */
struct mg_site_month {
	char month[8];     /* "2026-11" */
	const char *stage; /* NULL: none */
	struct mg_site_run *runs;
	size_t count;
	const char *checks; /* the test cases, as a member of JSON: "checks": [...] */
};

/* ---- what tags say ---- */

struct mg_site_event {
	int64_t time_us;
	const char *kind; /* "promotion", "rollback", ... */
	const char *what; /* "v1.2.1 into PRD" */
	const char *model, *stage, *version, *decision, *by, *email, *why, *commit, *tag, *build;
	const char *problem; /* why it does not hold, as 'modelgate verify' finds; or NULL */
	const char **approvers;
	size_t approver_count;
};

/* What stands in a stage. */
struct mg_site_standing {
	const char *stage, *version, *tag, *commit, *reason;
	const char *decision; /* "passed", "overridden" or NULL */
	const char *evidence; /* "whole", "missing", "broken" or NULL */
	const char *problem;  /* what is wrong with it, or NULL */
	int64_t since_us;
};

/* How often runs are expected in a stage. */
struct mg_site_expected {
	const char *stage;
	int64_t every_us;
};

/* A model as the site finds it, before its records are read. */
struct mg_site_model {
	const char *name;     /* as tags call it, or the folder of its records */
	const char *file;     /* the same for names of files */
	const char **folders; /* of its records, in the store */
	size_t folder_count;
	bool in_policy, has_tags, is_deprecated;
	const char **breaks; /* what 'modelgate verify' finds */
	size_t break_count, break_capacity;
	const char *ambiguous;        /* a folder that another model may have as well; or NULL */
	struct mg_site_event *events; /* oldest first */
	size_t event_count;
	struct mg_site_standing *standings; /* where something stands */
	size_t standing_count;
	const struct mg_site_expected *expected;
	size_t expected_count;
};

/* ---- what is shown ---- */

struct mg_site_finding {
	const char *kind, *look; /* as the schema has them */
	const char *model, *stage, *text, *page;
	int64_t time_us;
};

struct mg_site_worst {
	const char *check, *shown, *limit, *message;
	double value; /* NaN: not measured */
	enum mg_verdict verdict;
};

/* What happened to a model in a stage: its verdict became another one, a run did not come, a tag was set. */
struct mg_site_change {
	int64_t time_us;
	const char *kind; /* "opened", "changed", "resolved", "missed"; or that of an event */
	const char *id;   /* the same in each build */
	const char *title, *text, *page;
	size_t place; /* among those of the model: of two of one time the later one has a greater */
};

struct mg_site_stage {
	const char *stage; /* NULL: none */
	const char *state, *why;
	const struct mg_site_standing *standing; /* or NULL */
	struct mg_site_run *last;                /* that counts, or NULL */
	const struct mg_site_worst *worst;       /* or NULL */
	int64_t every_us;                        /* 0: not known */
	const char *every_from;                  /* "policy", "estimated" or NULL */
	int64_t next_us;
	bool late;
	size_t missed, runs;
	struct mg_moment *moments; /* in order: rhythm.h */
	size_t moment_count;
	char days[MG_SITE_DAYS + 1];
};

struct mg_site_entry {
	const struct mg_site_model *model;
	const char *owner, *page, *graph; /* or NULL, but for page */
	const char **tags;
	size_t tag_count, tag_capacity;
	const char **months;
	size_t month_count;
	struct mg_site_stage *stages;
	size_t stage_count;
	struct mg_site_finding *findings;
	size_t finding_count, finding_capacity;
	struct mg_site_change *changes; /* newest first */
	size_t change_count;
	const struct mg_prometheus *metrics; /* of the newest runs */
};

struct mg_site_fleet {
	const char *from; /* the history, for people */
	int64_t now_us;
	bool is_fixed, has_repository;
	struct mg_site_entry **entries;
	size_t count;
	struct mg_site_finding *findings; /* the worst first */
	size_t finding_count;
};

#endif
