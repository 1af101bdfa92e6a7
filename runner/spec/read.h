/* read.h: values of the spec's basic types, and mappings by their table of keys. */
#ifndef MG_SPEC_READ_H
#define MG_SPEC_READ_H

#include <stdbool.h>
#include <stdint.h>

#include <modelgate/check.h>
#include <modelgate/spec.h>

#include "base/arena.h"
#include "base/map.h"
#include "spec/diag.h"
#include "spec/keys.h"
#include "spec/node.h"

/* One parse: what everything in this room is handed. */
struct mg_reader {
	struct mg_arena *arena;
	struct mg_diags *diags;
	const struct mg_spec_options *options;
	struct mg_spec *spec;
	const char **kind_names;
	size_t kind_count;
	const char **engine_names; /* of options->engines that connections may name */
	size_t engine_count;
	const char **data_names; /* in written order, known before the first check is read */
	size_t data_count;
	int on_empty;           /* of suites that do not say it */
	struct mg_map datasets; /* every name of data_names */
	const char **stage_names;
	size_t stage_count;
	struct mg_map overlays; /* limits of the asked stage: check or suite/check -> mg_overlay */
	struct mg_map check_names; /* every name and suite/name that limits of a stage may bear */
};

/* Limits that a stage lays over those of a check. */
struct mg_overlay {
	const struct mg_pair *pair;
	bool used; /* a check of that name was found */
};

/* Readers take the value and what it is called in messages. They report what is wrong and return
 * false, leaving *out alone; a broken node is passed over. The allowed range includes its ends;
 * NAN is open. */
bool mg_read_text(
	struct mg_reader *r, const struct mg_node *node, const char *what, const char **out);
/* A text that is more than blanks. */
bool mg_read_filled_text(
	struct mg_reader *r, const struct mg_node *node, const char *what, const char **out);
bool mg_read_name(
	struct mg_reader *r, const struct mg_node *node, enum mg_name_type type, const char **out);
bool mg_read_number(struct mg_reader *r, const struct mg_node *node, const char *what, double least,
	double most, double *out);
/* Between 0 and 1 where an end is NAN. */
bool mg_read_share(struct mg_reader *r, const struct mg_node *node, const char *what, double least,
	double most, double *out);
bool mg_read_integer(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, int64_t *out);
bool mg_read_duration(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, double *out);
bool mg_read_bool(struct mg_reader *r, const struct mg_node *node, const char *what, bool *out);
bool mg_read_choice(struct mg_reader *r, const struct mg_node *node, const char *what,
	const char *const *choices, int *out);
/* A list of texts without repetition, or one text. */
bool mg_read_texts(
	struct mg_reader *r, const struct mg_node *node, const char *what, struct mg_texts *out);

/* read_field.c: the value of one key or parameter, by its type. */
bool mg_read_field(
	struct mg_reader *r, const struct mg_node *node, const struct mg_field *field, void *out);

/* A number that may be written with %: *out_percent says so. Quoted numbers are refused. False
 * without a message when it is neither. */
bool mg_node_number(const struct mg_node *node, double *out, bool *out_percent);

/* Reads a mapping by its keys: unknown ones are reported, absent ones get their default, required
 * ones are missed. `node` may be NULL (an empty mapping at `at`). False when anything was wrong. */
bool mg_read_mapping(struct mg_reader *r, const struct mg_node *node, const struct mg_node *at,
	const char *what, const struct mg_keys *keys);
/* The same for a single table. */
bool mg_read_table(struct mg_reader *r, const struct mg_node *node, const char *what,
	const struct mg_key *table, void *out);

/* Is there an unknown key that is nearest to this one? Then its absence is not worth an error. */
bool mg_is_misspelt(struct mg_reader *r, const struct mg_node *node, const struct mg_keys *keys,
	const char *name);

/* Checks that it is a list or a mapping; reports with what would be accepted. */
bool mg_expect(struct mg_reader *r, const struct mg_node *node, enum mg_node_type type,
	const char *what, const char *accepted);

/* vars.c: collects variables (file, stage, command line) into r->spec->vars and puts them into
 * every text of the tree below root, but for those of other stages. */
void mg_vars_apply(struct mg_reader *r, struct mg_node *root);

/* connections.c: the connections, with the stage's changes laid over. */
void mg_read_connections(
	struct mg_reader *r, const struct mg_node *connections, const struct mg_node *overlay);
/* The connection that a dataset names; false when it is unknown (reported). */
bool mg_read_connection(
	struct mg_reader *r, const struct mg_node *node, const struct mg_connection **out);
/* crossing.c: reports what would need one statement over tables of several connections. */
void mg_check_crossings(struct mg_reader *r);
/* The dataset of a profile that stands in the place of one, under the file's own name. */
bool mg_read_profile_reference(
	struct mg_reader *r, const struct mg_node *node, const char *path, const char **out);
/* A profile is a reference, of kinds that need no more than distributions. */
void mg_check_profiles(struct mg_reader *r);
/* data.c: the datasets, with the stage's changes laid over. */
void mg_read_data(struct mg_reader *r, const struct mg_node *data, const struct mg_node *overlay);
/* parts.c: parts of suites and checks. NULL or count 0 when something was wrong. */
const struct mg_task *mg_read_task(struct mg_reader *r, const struct mg_node *node);
bool mg_read_slices(struct mg_reader *r, const struct mg_node *node, const struct mg_slice **out,
	size_t *out_count);
/* A pattern of names rather than a name. */
bool mg_is_glob(const char *name);
bool mg_read_selectors(struct mg_reader *r, const struct mg_node *node, const char *what,
	struct mg_selectors *out);
/* node NULL: none. */
bool mg_read_missing(struct mg_reader *r, const struct mg_node *node, struct mg_missing *out);
bool mg_read_baseline(struct mg_reader *r, const struct mg_node *node, struct mg_baseline *out);

/* ---- limits.c, limits_sense.c ---- */

/* What limits of a kind may say; also what the schema says of them. */
struct mg_limit_rule {
	const char *kind;
	enum mg_unit unit;
	double least, most; /* of the number that is limited; NAN: open */
	enum mg_better better;
	bool age;     /* `tolerance` is for the future too */
	bool failing; /* a share of rows: those that fail can be counted */
	bool moment;  /* may be a date or a time */
	bool bounds;  /* the kind takes `from` and `to`, which people write as min and max */
};
struct mg_limit_rule mg_limit_rule(const struct mg_check_kind *kind);
/* Of the effect size of a p-value kind. */
struct mg_limit_rule mg_effect_rule(const struct mg_check_kind *kind);

bool mg_read_limits(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_raw_limits *raw, struct mg_limits *out);
/* `warn:` or `effect:`, by its table of keys. */
bool mg_read_limits_mapping(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_node *node, const char *what, const struct mg_key *table,
	struct mg_limits *out);
/* Reports contradictions, warnings that can never fire, and relative limits that have no baseline
 * or can never be broken. */
bool mg_check_limits(
	struct mg_reader *r, const struct mg_limit_rule *rule, const struct mg_spec_check *check);
bool mg_limits_relative(const struct mg_limits *limits);

/* ---- common.c ---- */

/* What mg_common_keys say, understood. */
struct mg_common {
	struct mg_raw_common raw;
	struct mg_texts tags;
	const char *owner;
	struct mg_raw_reference reference;
	const struct mg_task *task;
	const struct mg_slice *slices;
	size_t slice_count;
	struct mg_baseline baseline;
	bool broken; /* part of it was reported: what rests on it is not judged */
};
/* out->raw is filled already. */
void mg_read_common(struct mg_reader *r, struct mg_common *out);

/* What the check does not say, its suite does. params: the check's mapping, or NULL. */
void mg_inherit_common(
	struct mg_common *own, const struct mg_common *suite, const struct mg_node *params);
/* The check's tags, then those of its suite that it does not have itself. */
void mg_add_tags(struct mg_reader *r, const struct mg_common *own, const struct mg_common *suite,
	struct mg_spec_check *out);

/* ---- check_limits.c, check_fit.c: parts of a check that has its kind and parameters ---- */

/* Its limits, with those that the stage lays over them. */
bool mg_read_check_limits(struct mg_reader *r, const struct mg_suite *suite,
	struct mg_check_raws *raws, struct mg_spec_check *out);
/* Adds those that its kind has by itself; reports when it has none at all. */
bool mg_complete_limits(struct mg_reader *r, const struct mg_node *at,
	const struct mg_node *tolerance, struct mg_spec_check *out);
/* Reports what says how to compare where nothing is compared, and baselines that its kind cannot have. */
bool mg_check_compared(
	struct mg_reader *r, const struct mg_node *params, struct mg_spec_check *out);
/* Reports what its kind lacks or cannot do; settles the dataset, the reference and the task. */
bool mg_check_fit(struct mg_reader *r, const struct mg_node *at, const struct mg_node *params,
	const struct mg_common *common, struct mg_spec_check *out);

/* ---- check.c, suite.c ---- */

/* One item of `checks`. False when it has errors. */
bool mg_read_check(struct mg_reader *r, const struct mg_suite *suite,
	const struct mg_common *defaults, const struct mg_node *node, struct mg_spec_check *out);
void mg_read_suites(struct mg_reader *r, const struct mg_node *suites);

/* ---- stage.c ---- */

/* Names of stages and datasets, which other parts refer to. */
void mg_collect_names(struct mg_reader *r, const struct mg_node *root);
/* What the asked stage changes; NULL: nothing. */
struct mg_stage_changes {
	const struct mg_node *connections, *data;
};
/* Shapes of all stages; the asked one's suites, and its limits into r->overlays. */
void mg_read_stages(struct mg_reader *r, const struct mg_node *stages, const struct mg_node *root,
	struct mg_stage_changes *out);
/* Limits of the asked stage that no check has. */
void mg_check_overlays(struct mg_reader *r);

#endif
