/* release.h: where models stand: the events that git tags record, and what they add up to. */
#ifndef MODELGATE_RELEASE_H
#define MODELGATE_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

struct mg_arena;

/* ---- one tag, by its name: the GTO grammar ---- */

enum mg_event_type {
	MG_EVENT_REGISTER,   /* MODEL@v1.2.3  */
	MG_EVENT_DEREGISTER, /* MODEL@v1.2.3! */
	MG_EVENT_ASSIGN,     /* MODEL#STAGE#N */
	MG_EVENT_UNASSIGN,   /* MODEL#STAGE!#N */
	MG_EVENT_DEPRECATE,  /* MODEL@deprecated */
	MG_EVENT_CREATE,     /* MODEL@created */
};
/* "registration", "assignment", ...: the words that gto uses in its JSON. */
const char *mg_event_word(enum mg_event_type type);

struct mg_tag_name {
	enum mg_event_type type;
	const char *model;   /* as people write it: "churn", "models/churn:churn" ("=" in tags) */
	const char *version; /* "v1.2.3": REGISTER, DEREGISTER; else NULL */
	const char *stage;   /* ASSIGN, UNASSIGN; else NULL */
	int64_t counter;     /* -1: none written */
};

/* ---- what a tag's message says, below its sentence ---- */

enum mg_decision { MG_DECISION_NONE, MG_DECISION_PASSED, MG_DECISION_OVERRIDDEN };
/* "PASSED", "OVERRIDDEN"; NULL for none. */
const char *mg_decision_word(enum mg_decision decision);

/* The trailers of a tag that modelgate wrote. NULL: not written. */
struct mg_trailers {
	int format;                /* Modelgate: 1; 0 when the message is not of modelgate */
	enum mg_decision decision; /* Decision: PASSED | OVERRIDDEN */
	const char *model;         /* Model: */
	const char *version;       /* Version: */
	const char *from;          /* From: the tag of the stage before, by name */
	const char *from_id;       /* ... and its object id */
	const char *previous;      /* Previous: the model's event before this one, by name */
	const char *previous_id;   /* ... and its object id; NULL in a model's first event */
	const char *spec;          /* Spec: path in the repository */
	const char *spec_sha256;
	const char *run_sha256;      /* Run: digest of the run file that was judged */
	const char *evidence;        /* Evidence: the ref below refs/tags/ that keeps the bundle */
	const char *evidence_sha256; /* ... and the digest of evidence.intoto.jsonl */
	const char *branch;        /* Branch: the protected branch by whose policy it was decided */
	const char *branch_id;     /* ... and the commit that it was at */
	const char *policy_sha256; /* Policy: digest of .modelgate.yaml there */
	const char *vars;          /* Vars: those that --var set, as "month=2001-02" */
	const char *
		attempt; /* Attempt: the pipeline's job that ran it, and which try, as "PPS/test 2" */
	const char
		*earlier; /* Earlier: what the attempts before it came to, as "1 fail sha256:..." */
	const char *deployed; /* Deployed: "yes" when that was done before the tag was made */
	const char *mlflow_run, *mlflow_version; /* Mlflow-Run, Mlflow-Model-Version */
	const char *build;                       /* Build: id and address of the pipeline run */
	const char **approvers; /* Approved-by: one each, and who says so: approver.h */
	size_t approver_count;
	const char *reason; /* Reason: of an override, a rollback, a withdrawal */
};

/* A file that a version is made of, as evidence names it. */
struct mg_artifact {
	const char *name; /* as given */
	const char *sha256;
};

/* ---- events ---- */

/* One annotated tag of a model. */
struct mg_event {
	struct mg_tag_name name;
	const char *tag;            /* short name: "churn#PPS#4" */
	const char *id;             /* the tag object, 40 hex */
	const char *commit;         /* what it marks, 40 hex */
	const char *author, *email; /* tagger */
	int64_t time_us;            /* tagger's time, whole seconds; UTC */
	int offset_minutes;         /* of the tagger's clock from UTC */
	const char *message;        /* without a signature */
	const char *signature;      /* armoured block at the end of the message, or NULL */
	struct mg_trailers trailers;
};

/* ---- models, as the replay of their events says ---- */

struct mg_version {
	const char *version; /* "v1.2.3", or 40 hex when the commit has none */
	const char *commit;
	bool registered, active;
	const struct mg_event *event; /* that registered it; NULL: only a stage mentions it */
	const char **stages;          /* in which it is active now */
	size_t stage_count;
};

/* What is in a stage now. */
struct mg_standing {
	const char *stage;
	const struct mg_event *event; /* the assignment; NULL: nothing stands there */
	const struct mg_version *version;
};

struct mg_model {
	const char *name;
	struct mg_event *events; /* oldest first: by counter where both have one, else by time */
	size_t event_count;
	struct mg_version *versions; /* in order of registration */
	size_t version_count;
	struct mg_standing *standings; /* one per stage: the policy's order, then others met */
	size_t standing_count;
	bool deprecated;
	int64_t next_counter; /* for the next counted tag: the greatest so far and one */
};

/* A tag that matches the grammar but is no event. */
struct mg_stray {
	const char *tag;
	const char *why; /* "it is a lightweight tag", ... */
};
/* All models of a repository, by name. */
struct mg_ledger {
	struct mg_model *models;
	size_t model_count;
	struct mg_stray *strays; /* not counted, but their counters are taken */
	size_t stray_count;
};

/* ---- policy: .modelgate.yaml at the top of the repository ---- */

struct mg_policy_stage {
	const char *name;
	const char **suites; /* that a run must hold besides those the spec's stage demands */
	size_t suite_count;
	const char **approvers; /* at least one of them must approve; count 0: nobody needs to */
	size_t approver_count;
	bool signed_tags; /* a tag without a signature is refused and found by verify */
};
/* A run is expected there so often. */
struct mg_policy_monitor {
	const char *stage;
	int64_t every_us;
};
struct mg_policy_model {
	const char *name;    /* as in tags: "churn" or "models/churn:churn" */
	const char *folder;  /* in the repository, without a slash at the end; "" is the top */
	const char *spec;    /* path in the repository; NULL: folder/modelgate.yaml */
	const char **inputs; /* further paths or globs that `changed` looks at */
	size_t input_count;
	struct mg_policy_monitor
		*monitors; /* of its stages, in place of what the policy says of them */
	size_t monitor_count;
};
struct mg_policy {
	const char *path;               /* ".modelgate.yaml", ".gto", or NULL: defaults */
	const char *sha256;             /* of that file; NULL without */
	struct mg_policy_stage *stages; /* in order; PPD, PPS, PRD by default */
	size_t stage_count;
	const char *protected_branch;   /* NULL: the remote's default branch, else main or master */
	struct mg_policy_model *models; /* as written; commands find others by their specs */
	size_t model_count;
	struct mg_policy_monitor *monitors; /* of all models */
	size_t monitor_count;
	bool signer_is_tagger;  /* whoever signed a tag must be the one that it names */
	int64_t max_age_us;     /* of a run when it is promoted; 30 days by default */
	bool fail_on_warn;      /* a run that warned has not passed */
	bool service_approvals; /* only who the service says approved did */
	bool pinned_tables;     /* every table that a run read must have a version */
	bool whole_tables;      /* ... and hide nothing from whoever ran */
	bool fixed_vars;        /* variables must have the values that the spec gives them */
	const char *
		*overriders; /* who may override (name or e-mail); count 0: nobody is excluded */
	size_t overrider_count;
	const char *
		allowed_signers; /* file in the repository, as ssh-keygen -Y verify reads; or NULL */
};

/* One rule that is broken. All are reported at once. */
struct mg_refusal {
	const char *rule;  /* short id, as in docs/release.md: "stage-order", "run-passed", ... */
	const char *found; /* one sentence: what was found */
	const char *fix;   /* one sentence: what to do */
	bool overridable;  /* --override "reason" passes it, recorded in the tag */
};
struct mg_refusals {
	struct mg_refusal *list;
	size_t count;
};

#endif
