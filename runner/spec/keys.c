/* keys.c: the tables of keys, in the order in which they are explained and read. */
#include "spec/keys.h"

#include <string.h>

#include "base/text.h"

static const char *const format_words[] = {"auto", "csv", "tsv", "json", "ndjson", "parquet", NULL};
const char *const mg_decimal_words[] = {".", ",", NULL};
static const char *const encoding_words[] = {"utf-8", "latin-1", NULL};
const char *const mg_task_words[] = {"binary", "multiclass", "regression", NULL};
static const char *const severity_words[] = {"fail", "warn", NULL};
static const char *const correction_words[] = {
	"none", "bonferroni", "holm", "benjamini_hochberg", NULL};
static const char *const on_empty_words[] = {"error", "fail", "pass", NULL};
static const char *const estimates_words[] = {"refused", "allowed", NULL};
const char *const mg_estimate_words[] = {"none", "cbpe", NULL};
static const char *const interval_words[] = {"formula", "bootstrap", NULL};
static const char *const unpredicted_words[] = {"error", "wrong", "ignore", NULL};
const char *const mg_nulls_words[] = {"auto", "ignore", "fail", "pass", "equal", "distinct", NULL};
static const char *const prove_words[] = {"not_worse", "worse", NULL};
static const char *const same_data_words[] = {"error", "allowed", NULL};
static const char *const baseline_missing_words[] = {"error", "pass", "skip", NULL};
const char *const mg_column_type_words[] = {
	"any", "numeric", "integer", "real", "text", "boolean", "time", "other", NULL};

/* ---- the file ---- */

#define RAW struct mg_raw_spec
const struct mg_key mg_spec_keys[] = {
	MG_KEY_SHAPE(RAW, version, "version", "version of this grammar: 1", .required = true),
	MG_KEY_SHAPE(RAW, model, "model-name", "name of the model, as in its release tags",
		.required = true),
	MG_KEY_SHAPE(RAW, owner, "owner", "who is responsible for the model"),
	MG_KEY(RAW, on_empty, CHOICE,
		"verdict when there are no rows to measure; the default of suites and checks",
		.choices = on_empty_words, .default_text = "error"),
	MG_KEY_SHAPE(
		RAW, vars, "vars", "variables: ${name} stands for the value in any text below"),
	MG_KEY_SHAPE(RAW, connections, "connections",
		"services that hold tables, by name: an engine and where to find them"),
	MG_KEY_SHAPE(RAW, data, "data", "datasets by name: a path, or a mapping"),
	MG_KEY_SHAPE(RAW, suites, "suites", "suites of checks by name", .required = true),
	MG_KEY_SHAPE(RAW, stages, "stages",
		"stages by name, in order: which suites each requires and what it changes"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_stage
const struct mg_key mg_stage_keys[] = {
	MG_KEY_SHAPE(RAW, suites, "suite-names", "suites that the stage requires; all by default"),
	MG_KEY(RAW, estimates, CHOICE,
		"whether checks that are estimated without labels will do for a promotion",
		.choices = estimates_words, .default_text = "refused"),
	MG_KEY_SHAPE(RAW, vars, "vars", "variables that have another value in this stage"),
	MG_KEY_SHAPE(RAW, connections, "connections-overlay",
		"keys of connections that differ in this stage"),
	MG_KEY_SHAPE(RAW, data, "data-overlay", "keys of datasets that differ in this stage"),
	MG_KEY_SHAPE(RAW, limits, "limits-overlay",
		"limits that differ in this stage, by name of the check or suite/check"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_data
const struct mg_key mg_data_keys[] = {
	MG_KEY(RAW, path, TEXT,
		"file or pattern (data/*.parquet), relative to the folder of the spec"),
	MG_KEY(RAW, format, CHOICE, "format of the files; auto goes by their name",
		.choices = format_words, .default_text = "auto"),
	MG_KEY(RAW, sql, SQL, "one SELECT over other datasets, instead of a path"),
	MG_KEY(RAW, profile, TEXT,
		"file that 'modelgate profile' made, instead of a path: a reference without its rows"),
	MG_KEY(RAW, table, TEXT, "table or view of a connection, instead of a path"),
	MG_KEY_SHAPE(RAW, connection, "filled-text", "connection that the table is of"),
	MG_KEY_SHAPE(RAW, version, "version-of-table",
		"version of the table, where tables have versions; the newest by default"),
	MG_KEY_SHAPE(RAW, as_of, "filled-text", "time whose version of the table is meant"),
	MG_KEY(RAW, where, SQL, "SQL condition: other rows are as if they were not there"),
	MG_KEY(RAW, key, COLUMNS, "columns that name a row when failing rows are shown"),
	MG_KEY(RAW, redact, COLUMNS, "columns whose values no report shows"),
	MG_KEY_SHAPE(RAW, missing, "missing", "values that count as NULL"),
	MG_KEY_SHAPE(RAW, csv, "csv", "how csv and tsv files are written"),
	MG_KEY_SHAPE(RAW, types, "types", "types that columns of csv and json files must have"),
	MG_KEY(RAW, union_by_name, BOOL, "a column that one of several files lacks is NULL there",
		.default_text = "false"),
	MG_KEY_SHAPE(RAW, hive_partitioning, "bool",
		"whether folders such as day=2026-11-29 are columns; by default where a pattern's "
		"folders are"),
	MG_KEY(RAW, filename, TEXT, "name of a column that tells which file a row is from"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_csv
const struct mg_key mg_csv_keys[] = {
	MG_KEY_SHAPE(RAW, delimiter, "delimiter", "separator between values, 1 to 4 characters"),
	MG_KEY_SHAPE(RAW, quote, "quote", "character around text; empty for none"),
	MG_KEY_SHAPE(RAW, escape, "quote", "character before a quote inside text; empty for none"),
	MG_KEY(RAW, null_text, TEXT, "text that stands for NULL"),
	MG_KEY(RAW, decimal, CHOICE, "decimal point", .choices = mg_decimal_words,
		.default_text = "."),
	MG_KEY_SHAPE(
		RAW, header, "bool", "whether the first record holds names; it does by default"),
	MG_KEY(RAW, skip, INTEGER, "lines before the header", .least = 0, .most = 1000000,
		.default_text = "0"),
	MG_KEY(RAW, columns, TEXTS,
		"names of the columns, of files without a header or instead of it"),
	MG_KEY_SHAPE(RAW, comment, "comment", "character that starts a comment line"),
	MG_KEY(RAW, encoding, CHOICE, "character encoding", .choices = encoding_words,
		.default_text = "utf-8"),
	MG_KEYS_END,
};
#undef RAW

/* ---- parts of suites and checks ---- */

#define RAW struct mg_raw_task
const struct mg_key mg_task_keys[] = {
	MG_KEY(RAW, type, CHOICE, "what the model predicts", .choices = mg_task_words,
		.required = true),
	MG_KEY(RAW, label, COLUMN, "column of the truth", .required = true),
	MG_KEY(RAW, prediction, COLUMN, "column of the predicted class or number"),
	MG_KEY(RAW, score, COLUMN, "binary: column of the probability of the positive class"),
	MG_KEY(RAW, positive, SCALAR,
		"binary: label that counts as positive; 1 (or true) by default"),
	MG_KEY(RAW, threshold, SHARE,
		"binary: scores from here on are predicted positive; 0.5 by default"),
	MG_KEY(RAW, scores, MAP, "multiclass: column of the probability of each class"),
	MG_KEY(RAW, classes, VALUES,
		"classes that label and prediction may have, others are an error; those of scores "
		"by default, and positive and one more of a binary task"),
	MG_KEY(RAW, ignore_labels, VALUES,
		"labels that say nothing, such as unknown or -1: their rows count as unlabelled"),
	MG_KEY(RAW, unpredicted, CHOICE,
		"what a row with a label and without a prediction or score is: an error, a wrong "
		"decision, or left out",
		.choices = unpredicted_words, .default_text = "error"),
	MG_KEY(RAW, max_unlabelled, SHARE,
		"share of rows that may have no label; more are an error, any by default",
		.least = 0, .most = 1),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_reference
const struct mg_key mg_reference_keys[] = {
	MG_KEY(RAW, data, DATASET, "dataset to compare with"),
	MG_KEY(RAW, profile, TEXT, "file that 'modelgate profile' made, instead of a dataset"),
	MG_KEY(RAW, where, SQL,
		"SQL condition for its rows, instead of the check's and the suite's"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_slice
const struct mg_key mg_slice_keys[] = {
	MG_KEY_SHAPE(RAW, name, "slice-name", "name of the slice in results"),
	MG_KEY(RAW, column, COLUMN, "one slice for each value of this column"),
	MG_KEY(RAW, where, SQL, "SQL condition: one slice of the rows that hold it"),
	MG_KEYS_END,
};
#undef RAW

static const char *const same_hour_words[] = {"day", "week", NULL};
#define RAW struct mg_raw_baseline
const struct mg_key mg_baseline_keys[] = {
	MG_KEY(RAW, file, TEXT, "a saved run (run.json)"),
	MG_KEY_SHAPE(RAW, stage, "stage-name", "measures of the model that is in this stage now"),
	MG_KEY(RAW, previous, INTEGER,
		"the mean of so many earlier runs that passed, from the history of --history",
		.least = 1, .most = MG_PREVIOUS_MOST),
	MG_KEY(RAW, same_hour_of, CHOICE,
		"of the earlier runs only those at this hour of the day (UTC), or of the week",
		.choices = same_hour_words),
	MG_KEY_SHAPE(RAW, reference, "true", "the same measure on the reference data"),
	MG_KEY_SHAPE(RAW, dummy, "true", "what guessing would reach"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_selector
const struct mg_key mg_selector_keys[] = {
	MG_KEY(RAW, name, COLUMN, "a column by its exact name, also when it holds * ? ["),
	MG_KEY(RAW, type, CHOICE, "all columns of a type", .choices = mg_column_type_words,
		.default_text = "any"),
	MG_KEY(RAW, except, TEXTS, "names or patterns of columns that are left out"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_common
#define TASK_KINDS (MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_REGRESSION)
/* Accepted by suites (for all their checks) and by checks. */
const struct mg_key mg_common_keys[] = {
	{.field = MG_FIELD(RAW, on, DATASET, "dataset that is checked"), .unless = MG_KIND_OTHERS},
	{.field = MG_FIELD(RAW, reference, TEXT, "dataset to compare with"),
		.shape = "reference",
		.unless = MG_KIND_OTHERS},
	{.field = MG_FIELD(RAW, task, TEXT, "columns of truth and prediction"),
		.shape = "task",
		.needs = TASK_KINDS},
	{.field = MG_FIELD(RAW, slices, TEXT, "parts of the data, each checked by itself"),
		.shape = "slices",
		.unless = MG_KIND_NO_SLICES | MG_KIND_OTHERS},
	{.field = MG_FIELD(RAW, overall, BOOL,
		 "whether all rows together are checked as well as the slices",
		 .default_text = "true"),
		.unless = MG_KIND_NO_SLICES | MG_KIND_OTHERS},
	{.field = MG_FIELD(RAW, min_rows, INTEGER,
		 "rows that the number needs; fewer are an ERROR, for a slice a visible skip",
		 .least = 0, .default_text = "0"),
		.unless = MG_KIND_SHAPE | MG_KIND_OWN_SQL | MG_KIND_OTHERS},
	MG_KEY_SHAPE(RAW, tags, "tags", "words to select checks by"),
	MG_KEY_SHAPE(RAW, owner, "owner", "who is responsible for it"),
	MG_KEY(RAW, severity, CHOICE, "what a broken limit means", .choices = severity_words,
		.default_text = "fail"),
	{.field = MG_FIELD(RAW, on_empty, CHOICE, "verdict when there are no rows to measure",
		 .choices = on_empty_words, .default_text = "error"),
		.unless = MG_KIND_SHAPE | MG_KIND_NO_EMPTY | MG_KIND_OTHERS},
	{.field = MG_FIELD(RAW, nulls, CHOICE, "what a NULL means", .choices = mg_nulls_words,
		 .default_text = "auto"),
		.needs = MG_KIND_NULLS},
	{.field = MG_FIELD(RAW, samples, INTEGER, "failing rows to show", .least = 0, .most = 1000,
		 .default_text = "5"),
		.needs = MG_KIND_SAMPLES},
	{.field = MG_FIELD(RAW, timeout, DURATION, "longest time to measure it", .least = 0.001,
		 .most = 604800),
		.unless = MG_KIND_SHAPE | MG_KIND_OTHERS},
	{.field = MG_FIELD(RAW, confidence, SHARE,
		 "judge the pessimistic end of the interval at this confidence", .least = 0,
		 .most = 0.9999, .default_text = "0"),
		.needs = MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP},
	{.field = MG_FIELD(RAW, interval, CHOICE,
		 "where the confidence interval comes from: the kind's formula, or 2,000 resamples",
		 .choices = interval_words, .default_text = "formula"),
		.needs = MG_KIND_BOOTSTRAP},
	{.field = MG_FIELD(RAW, prove, CHOICE,
		 "with confidence, what a limit of a baseline takes: that it is surely not worse "
		 "(not_worse), or only not surely worse (worse)",
		 .choices = prove_words, .default_text = "not_worse"),
		.needs = MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP},
	{.field = MG_FIELD(RAW, same_data, CHOICE,
		 "whether data and what they are compared with may be the same file",
		 .choices = same_data_words, .default_text = "error"),
		.unless = MG_KIND_SHAPE | MG_KIND_OTHERS},
	MG_KEY_SHAPE(RAW, baseline, "baseline",
		"what max_drop, max_rise, max_change and within compare with"),
	MG_KEY(RAW, baseline_missing, CHOICE, "what it means when there is no baseline",
		.choices = baseline_missing_words, .default_text = "error"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_suite
static const struct mg_key suite_keys[] = {
	MG_KEY(RAW, where, SQL, "SQL condition: the checks see only rows that hold it"),
	MG_KEY(RAW, correction, CHOICE,
		"how its p-values are adjusted before they are judged, since one of many is small "
		"by chance",
		.choices = correction_words, .default_text = "none"),
	MG_KEY_SHAPE(RAW, checks, "checks", "the checks", .required = true),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_check
const struct mg_key mg_column_keys[] = {
	{.field = MG_FIELD(RAW, column, TEXT, "the column that is checked"),
		.shape = "selectors",
		.needs = MG_KIND_COLUMN},
	{.field = MG_FIELD(RAW, columns, TEXT,
		 "columns that are checked, each by itself: names, patterns, types"),
		.shape = "selectors",
		.needs = MG_KIND_COLUMN},
	MG_KEYS_END,
};
const struct mg_key mg_check_keys[] = {
	MG_KEY_SHAPE(RAW, name, "check-name", "name in results, instead of the kind's"),
	{.field = MG_FIELD(RAW, where, SQL, "SQL condition: only rows that hold it are checked"),
		.unless = MG_KIND_SHAPE | MG_KIND_OWN_SQL | MG_KIND_OTHERS},
	{.field = MG_FIELD(RAW, missing, TEXT, "values that count as NULL here"),
		.shape = "missing",
		.unless = MG_KIND_SHAPE | MG_KIND_OWN_SQL | MG_KIND_NO_MISSING | MG_KIND_OTHERS},
	MG_KEY_SHAPE(RAW, warn, "warn", "limits that only warn when broken"),
	{.field = MG_FIELD(RAW, effect, TEXT,
		 "limits of the effect size: a p-value counts only when these are broken, too"),
		.shape = "effect",
		.needs = MG_KIND_EFFECT},
	{.field = MG_FIELD(RAW, estimate, CHOICE,
		 "estimate it while there are no labels, from scores that are calibrated on the "
		 "labelled reference (cbpe)",
		 .choices = mg_estimate_words, .default_text = "none"),
		.needs = MG_KIND_ESTIMATE},
	MG_KEY_SHAPE(RAW, skip, "reason", "do not measure it; the reason is shown"),
	MG_KEYS_END,
};
#undef RAW

#define RAW struct mg_raw_limits
#define LIMIT(word, op_index, help_text)                                                           \
	{                                                                                          \
		.field = {.name = (word),                                                          \
			.offset = offsetof(RAW, op) + (op_index) * sizeof(struct mg_node *),       \
			.least = NAN,                                                              \
			.most = NAN,                                                               \
			.help = (help_text)},                                                      \
		.shape = "limit"                                                                   \
	}
#define ABSOLUTE_LIMITS                                                                            \
	LIMIT("min", MG_MIN, "the number must be this or more"),                                   \
		LIMIT("max", MG_MAX, "the number must be this or less"),                           \
		LIMIT("above", MG_ABOVE, "the number must be more than this"),                     \
		LIMIT("below", MG_BELOW, "the number must be less than this"),                     \
		LIMIT("equals", MG_EQUALS, "the number must be this, within the tolerance"),       \
		LIMIT("not_equals", MG_NOT_EQUALS,                                                 \
			"the number must not be this, within the tolerance"),                      \
		MG_KEY_SHAPE(RAW, tolerance, "tolerance", "how near is equal; 0 by default")
const struct mg_key mg_limit_keys[] = {
	ABSOLUTE_LIMITS,
	{.field = {.name = "max_failing",
		 .type = MG_FIELD_INTEGER,
		 .offset = offsetof(RAW, op) + MG_MAX_FAILING * sizeof(struct mg_node *),
		 .least = 0,
		 .most = NAN,
		 .help = "number of rows that may fail, whatever the total"},
		.shape = "limit",
		.needs = MG_KIND_DEFAULT_ALL},
	LIMIT("max_drop", MG_MAX_DROP,
		"how far it may fall below the baseline; with %, relative to the baseline"),
	LIMIT("max_rise", MG_MAX_RISE,
		"how far it may rise above the baseline; with %, relative to the baseline"),
	LIMIT("max_change", MG_MAX_CHANGE,
		"how far it may move from the baseline; with %, relative to the baseline"),
	LIMIT("within", MG_WITHIN,
		"how far it may be from earlier runs, by how far these lie apart: 3 sigma from their "
		"mean, or 3 mad from their median"),
	MG_KEYS_END,
};
const struct mg_key mg_effect_keys[] = {ABSOLUTE_LIMITS, MG_KEYS_END};
#undef RAW

bool mg_is_key_of(const struct mg_key *keys, const char *name)
{
	for (const struct mg_key *key = keys; key->field.name; key++)
		if (mg_streq(key->field.name, name))
			return true;
	return false;
}

bool mg_is_check_key(const char *name)
{
	return mg_is_key_of(mg_column_keys, name) || mg_is_key_of(mg_limit_keys, name) ||
		mg_is_key_of(mg_check_keys, name) || mg_is_key_of(mg_common_keys, name);
}

/* ---- sets of keys ---- */

void mg_keys_init(struct mg_keys *keys, struct mg_arena *arena)
{
	*keys = (struct mg_keys){.arena = arena};
}

const struct mg_key_slot *mg_keys_find(const struct mg_keys *keys, const char *name)
{
	for (size_t i = 0; i < keys->count; i++)
		if (strcmp(keys->list[i].key->field.name, name) == 0)
			return &keys->list[i];
	return NULL;
}

static void add_key(struct mg_keys *keys, const struct mg_key *key, void *base)
{
	if (mg_keys_find(keys, key->field.name))
		return;
	keys->list = mg_grow(
		keys->arena, keys->list, keys->count, &keys->capacity, sizeof(*keys->list));
	keys->list[keys->count++] = (struct mg_key_slot){key, base};
}

void mg_keys_add(struct mg_keys *keys, const struct mg_key *table, void *base)
{
	for (; table->field.name; table++)
		add_key(keys, table, base);
}

static void add_for_kind(
	struct mg_keys *keys, const struct mg_key *table, unsigned flags, void *base)
{
	for (; table->field.name; table++)
		if ((table->needs == 0 || (flags & table->needs)) && !(flags & table->unless))
			add_key(keys, table, base);
}

void mg_keys_of_check(
	struct mg_keys *keys, const struct mg_check_kind *kind, struct mg_check_raws *raws)
{
	mg_keys_init(keys, keys->arena);
	keys->better = kind->better;
	for (const struct mg_field *field = kind->fields; field && field->name; field++) {
		struct mg_key *key = mg_alloc(keys->arena, sizeof(*key));
		key->field = *field;
		add_key(keys, key, raws ? raws->params : NULL);
	}
	/* The column first, then what it is held to: so people write it. */
	add_for_kind(keys, mg_column_keys, kind->flags, raws ? &raws->check : NULL);
	add_for_kind(keys, mg_limit_keys, kind->flags, raws ? &raws->limits : NULL);
	add_for_kind(keys, mg_check_keys, kind->flags, raws ? &raws->check : NULL);
	add_for_kind(keys, mg_common_keys, kind->flags, raws ? &raws->common : NULL);
}

void mg_keys_of_suite(
	struct mg_keys *keys, struct mg_raw_suite *suite, struct mg_raw_common *common)
{
	mg_keys_add(keys, suite_keys, suite);
	mg_keys_add(keys, mg_common_keys, common);
}

/* ---- names ---- */

/* What may stand in a release tag, in a table name, in the name of a test case. */
const struct mg_name_rule mg_name_rules[MG_NAME_TYPES] = {
	[MG_NAME_MODEL] = {"model", "letters, digits, - and _, at most 128", "^[A-Za-z0-9_-]+$",
		128},
	[MG_NAME_VAR] = {"a variable's name", "letters, digits and _, not first a digit",
		"^[A-Za-z_][A-Za-z0-9_]*$", 64},
	[MG_NAME_CONNECTION] = {"a connection's name",
		"letters, digits, - and _, first a letter or _", "^[A-Za-z_][A-Za-z0-9_-]*$", 64},
	[MG_NAME_DATA] = {"a dataset's name", "letters, digits, - and _, first a letter or _",
		"^[A-Za-z_][A-Za-z0-9_-]*$", 64},
	[MG_NAME_SUITE] = {"a suite's name", "letters, digits, - _ and .", "^[A-Za-z0-9_.-]+$",
		128},
	[MG_NAME_STAGE] = {"a stage's name", "letters, digits, - and _", "^[A-Za-z0-9_-]+$", 64},
	[MG_NAME_CHECK] = {"name", "text without / [ ], at most 128 characters",
		"^[^/\\[\\]\\u0000-\\u001f\\u007f]+$", 128},
	[MG_NAME_SLICE] = {"a slice's name", "text without / [ ], at most 128 characters",
		"^[^/\\[\\]\\u0000-\\u001f\\u007f]+$", 128},
	[MG_NAME_TAG] = {"a tag", "letters, digits, - _ . and :", "^[A-Za-z0-9_.:-]+$", 64},
	[MG_NAME_OWNER] = {"owner", "text in one line, at most 128 characters",
		"^[^\\u0000-\\u001f\\u007f]+$", 128},
	[MG_NAME_REASON] = {"skip", "the reason, as text in one line",
		"^[^\\u0000-\\u001f\\u007f]+$", 500},
};

/* The same rules as the patterns above, character by character. */
static bool character_fits(enum mg_name_type type, char c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
	bool digit = c >= '0' && c <= '9';
	switch (type) {
	case MG_NAME_MODEL:
	case MG_NAME_STAGE:
		return letter || digit || c == '-';
	case MG_NAME_VAR:
		return letter || (digit && !first);
	case MG_NAME_DATA:
	case MG_NAME_CONNECTION:
		return letter || ((digit || c == '-') && !first);
	case MG_NAME_SUITE:
		return letter || digit || c == '-' || c == '.';
	case MG_NAME_TAG:
		return letter || digit || c == '-' || c == '.' || c == ':';
	case MG_NAME_CHECK:
	case MG_NAME_SLICE:
		if (c == '/' || c == '[' || c == ']')
			return false;
		break;
	case MG_NAME_OWNER:
	case MG_NAME_REASON:
	case MG_NAME_TYPES:
		break;
	}
	return (unsigned char)c >= 0x20 && c != 0x7f;
}

bool mg_name_valid(enum mg_name_type type, const char *name)
{
	size_t characters = 0;
	for (const char *c = name; *c; c++) {
		if (!character_fits(type, *c, c == name))
			return false;
		characters += ((unsigned char)*c & 0xc0) != 0x80;
	}
	return characters > 0 && characters <= mg_name_rules[type].most;
}
