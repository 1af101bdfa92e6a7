/* keys.h: every key of the spec in tables, which the parser reads by and the JSON Schema is made of.
 *
 * A key is said by the same struct mg_field as a kind's parameter. Where the value is a thing of
 * the spec's own (a task, limits, slices), `shape` names it: the parser keeps the node for its
 * own reader, and the schema refers to the definition of that name. */
#ifndef MG_SPEC_KEYS_H
#define MG_SPEC_KEYS_H

#include <stddef.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "spec/node.h"

struct mg_key {
	struct mg_field field;
	const char *shape; /* NULL: read by field.type, else a const struct mg_node * is kept */
	unsigned needs;    /* checks: flags of a kind, one of which must be set; 0: every kind */
	unsigned unless;   /* checks: flags of a kind, none of which may be set */
};

/* Keys accepted in one place, with where their values go. */
struct mg_keys {
	struct mg_arena *arena;
	struct mg_key_slot {
		const struct mg_key *key;
		void *base; /* the struct that key->field.offset counts in; NULL for a schema */
	} * list;
	size_t count, capacity;
	enum mg_better better; /* of a check: of the number that its limits are for */
};

void mg_keys_init(struct mg_keys *keys, struct mg_arena *arena);
/* Adds a table that ends with MG_KEYS_END; keys that are there already win. */
void mg_keys_add(struct mg_keys *keys, const struct mg_key *table, void *base);
const struct mg_key_slot *mg_keys_find(const struct mg_keys *keys, const char *name);

/* The dots are the help and what else MG_FIELD takes. */
#define MG_KEY(raw, member, kind_of, ...)                                                          \
	{                                                                                          \
		.field = MG_FIELD(raw, member, kind_of, __VA_ARGS__)                               \
	}
#define MG_KEY_SHAPE(raw, member, shape_name, ...)                                                 \
	{                                                                                          \
		.field = MG_FIELD(raw, member, TEXT, __VA_ARGS__), .shape = shape_name             \
	}
#define MG_KEYS_END                                                                                \
	{                                                                                          \
		.field = MG_FIELDS_END                                                             \
	}

/* What stands under each key before it is understood. */

struct mg_raw_spec {
	int on_empty;
	const struct mg_node *version, *model, *owner, *vars, *connections, *data, *suites, *stages;
};
struct mg_raw_stage {
	const struct mg_node *suites, *vars, *connections, *data, *limits;
	int estimates; /* 1: allowed */
};
struct mg_raw_data {
	const char *path, *sql, *table, *profile, *where;
	const struct mg_node *connection, *version, *as_of;
	int format;
	struct mg_selectors key, redact;
	const struct mg_node *missing, *csv, *types, *hive_partitioning;
	bool union_by_name;
	const char *filename;
};
struct mg_raw_csv {
	const struct mg_node *delimiter, *quote, *escape, *header, *comment;
	const char *null_text;
	int decimal, encoding;
	int64_t skip;
	struct mg_texts columns;
};
struct mg_raw_task {
	int type;
	const char *label, *prediction, *score;
	struct mg_scalar positive;
	double threshold, max_unlabelled;
	int unpredicted;
	struct mg_pairs scores;
	struct mg_values classes, ignore_labels;
};
struct mg_raw_slice {
	const struct mg_node *name;
	const char *column, *where;
};
struct mg_raw_baseline {
	const char *file;
	const struct mg_node *stage;
	int64_t previous;
	int same_hour_of;
	const struct mg_node *reference, *dummy;
};
struct mg_raw_selector {
	const char *name;
	int type;
	struct mg_texts except;
};
/* What a check says, or a suite for its checks. */
struct mg_raw_common {
	const struct mg_node *tags, *owner;
	int severity, on_empty, nulls, baseline_missing;
	int prove, same_data;
	double timeout, confidence;
	int interval;
	int64_t samples, min_rows;
	bool overall;
	const char *on;
	const struct mg_node *reference, *task, *slices, *baseline;
};
struct mg_raw_reference {
	const char *data, *profile, *where;
};
struct mg_raw_suite {
	const char *where;
	int correction;
	const struct mg_node *checks;
};
struct mg_raw_check {
	const struct mg_node *name, *skip, *column, *columns;
	const char *where;
	const struct mg_node *missing, *warn, *effect;
	int estimate;
};
struct mg_raw_limits {
	const struct mg_node *op[MG_LIMIT_OPS];
	const struct mg_node *tolerance;
};

extern const char *const mg_estimate_words[]; /* enum mg_estimation */
extern const struct mg_key mg_spec_keys[], mg_stage_keys[], mg_data_keys[], mg_csv_keys[],
	mg_task_keys[], mg_reference_keys[], mg_slice_keys[], mg_baseline_keys[],
	mg_selector_keys[], mg_common_keys[], mg_column_keys[], mg_check_keys[], mg_limit_keys[],
	mg_effect_keys[];

bool mg_is_key_of(const struct mg_key *keys, const char *name);
/* Is it a key that checks take whatever their kind, or suites for them? */
bool mg_is_check_key(const char *name);

/* Choices, in the order of their enums; the types of tasks begin with MG_TASK_BINARY. */
extern const char *const mg_decimal_words[],
	*const mg_task_words[], *const mg_nulls_words[], *const mg_column_type_words[];

/* Keys of a check of this kind: its own, the limits, and what all checks of its sort take. */
struct mg_check_raws {
	struct mg_raw_common common;
	struct mg_raw_check check;
	struct mg_raw_limits limits;
	void *params;
};
void mg_keys_of_check(
	struct mg_keys *keys, const struct mg_check_kind *kind, struct mg_check_raws *raws);
/* Keys of a suite: its own and defaults for its checks. */
void mg_keys_of_suite(
	struct mg_keys *keys, struct mg_raw_suite *suite, struct mg_raw_common *common);

/* Names: what they may hold, as people and as regular expressions say it. */
struct mg_name_rule {
	const char *what, *accepted, *pattern;
	size_t most; /* characters */
};
enum mg_name_type {
	MG_NAME_MODEL,
	MG_NAME_VAR,
	MG_NAME_CONNECTION,
	MG_NAME_DATA,
	MG_NAME_SUITE,
	MG_NAME_STAGE,
	MG_NAME_CHECK,
	MG_NAME_SLICE,
	MG_NAME_TAG,
	MG_NAME_OWNER,
	MG_NAME_REASON,
	MG_NAME_TYPES
};
extern const struct mg_name_rule mg_name_rules[MG_NAME_TYPES];
bool mg_name_valid(enum mg_name_type type, const char *name);

#endif
