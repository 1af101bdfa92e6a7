/* check.c: one check: its kind, its parameters, its limits, and what its suite adds. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "spec/meant.h"
#include "spec/peers.h"
#include "spec/read.h"

/* ---- what suites and checks have in common ---- */

static void read_tags(struct mg_reader *r, const struct mg_node *node, struct mg_common *out)
{
	struct mg_texts tags = {NULL, 0};
	if (!mg_read_texts(r, node, "tags", &tags)) {
		out->broken = true;
		return;
	}
	for (size_t i = 0; i < tags.count; i++) {
		const struct mg_node *tag = node->type == MG_NODE_LIST ? node->items[i] : node;
		const char *ignored;
		if (!mg_read_name(r, tag, MG_NAME_TAG, &ignored))
			out->broken = true;
	}
	out->tags = tags;
}

/* NAME, or {data: NAME, where: CONDITION}. */
static bool read_reference(
	struct mg_reader *r, const struct mg_node *node, struct mg_raw_reference *out)
{
	static const struct mg_field name = {
		.name = "reference", .type = MG_FIELD_DATASET, .least = NAN, .most = NAN};
	if (node->type != MG_NODE_MAPPING)
		return mg_read_field(r, node, &name, &out->data);
	if (!mg_read_table(r, node, "reference", mg_reference_keys, out))
		return false;
	if (!out->data == !out->profile) {
		mg_diag_at(r->diags, node, "reference has %s",
			out->data ? "both data and a profile" : "neither data nor a profile")
			->accepted = "data: NAME, or profile: FILE";
		return false;
	}
	if (out->profile && out->where) {
		mg_diag_at(r->diags, mg_node_get(node, "where"),
			"where has no effect on a profile, which has no rows")
			->accepted = "a profile that was made of these rows";
		return false;
	}
	return !out->profile || mg_read_profile_reference(r, node, out->profile, &out->data);
}

void mg_read_common(struct mg_reader *r, struct mg_common *out)
{
	const struct mg_raw_common *raw = &out->raw;
	if (raw->tags)
		read_tags(r, raw->tags, out);
	if (raw->owner && !mg_read_name(r, raw->owner, MG_NAME_OWNER, &out->owner))
		out->broken = true;
	if (raw->reference && !read_reference(r, raw->reference, &out->reference))
		out->broken = true;
	if (raw->task && !(out->task = mg_read_task(r, raw->task)))
		out->broken = true;
	if (raw->slices && !mg_read_slices(r, raw->slices, &out->slices, &out->slice_count))
		out->broken = true;
	if (raw->baseline && !mg_read_baseline(r, raw->baseline, &out->baseline))
		out->broken = true;
}

/* ---- inheritance ---- */

static size_t size_of(const struct mg_key *key)
{
	if (key->shape)
		return sizeof(const struct mg_node *);
	switch (key->field.type) {
	case MG_FIELD_INTEGER:
		return sizeof(int64_t);
	case MG_FIELD_BOOL:
		return sizeof(bool);
	case MG_FIELD_CHOICE:
		return sizeof(int);
	case MG_FIELD_SHARE:
	case MG_FIELD_DURATION:
		return sizeof(double);
	default:
		return sizeof(const char *);
	}
}

/* What the check does not say, its suite does. */
static void inherit(
	struct mg_common *own, const struct mg_common *suite, const struct mg_node *params)
{
	for (const struct mg_key *key = mg_common_keys; key->field.name; key++)
		if (!mg_node_get(params, key->field.name))
			memcpy((char *)&own->raw + key->field.offset,
				(const char *)&suite->raw + key->field.offset, size_of(key));
	if (!mg_node_get(params, "reference"))
		own->reference = suite->reference;
	if (!mg_node_get(params, "task"))
		own->task = suite->task;
	if (!mg_node_get(params, "slices")) {
		own->slices = suite->slices;
		own->slice_count = suite->slice_count;
	}
	if (!mg_node_get(params, "baseline"))
		own->baseline = suite->baseline;
	if (!own->owner)
		own->owner = suite->owner;
	own->broken = own->broken || suite->broken;
}

static void add_tags(struct mg_reader *r, const struct mg_common *own,
	const struct mg_common *suite, struct mg_spec_check *out)
{
	out->tags = mg_alloc_array(r->arena, own->tags.count + suite->tags.count, sizeof(char *));
	for (size_t i = 0; i < own->tags.count; i++)
		out->tags[out->tag_count++] = own->tags.list[i];
	for (size_t i = 0; i < suite->tags.count; i++) {
		size_t k = 0;
		while (k < own->tags.count && strcmp(own->tags.list[k], suite->tags.list[i]) != 0)
			k++;
		if (k == own->tags.count)
			out->tags[out->tag_count++] = suite->tags.list[i];
	}
}

/* ---- limits, with the stage's laid over ---- */

static void lay_over(
	struct mg_reader *r, const char *name, struct mg_raw_limits *limits, struct mg_node **warn)
{
	mg_map_put(&r->check_names, name, NULL);
	struct mg_overlay *overlay = mg_map_get(&r->overlays, name);
	if (!overlay)
		return;
	overlay->used = true;
	const struct mg_node *over = overlay->pair->value;
	for (size_t op = 0; op < MG_LIMIT_OPS; op++) {
		const struct mg_node *node = mg_node_get(over, mg_limit_words[op]);
		if (node)
			limits->op[op] = node;
	}
	if (mg_node_get(over, "tolerance"))
		limits->tolerance = mg_node_get(over, "tolerance");
	struct mg_node *warn_over = mg_node_get(over, "warn");
	if (warn_over && warn_over->type == MG_NODE_MAPPING)
		*warn = mg_node_merge(r->arena,
			*warn && (*warn)->type == MG_NODE_MAPPING ? *warn : NULL, warn_over);
}

static bool read_all_limits(struct mg_reader *r, const struct mg_suite *suite,
	struct mg_check_raws *raws, struct mg_spec_check *out)
{
	struct mg_limit_rule rule = mg_limit_rule(out->kind), effect = mg_effect_rule(out->kind);
	const char *name = out->name ? out->name : out->kind->name;
	struct mg_node *warn = (struct mg_node *)(uintptr_t)raws->check.warn;
	lay_over(r, name, &raws->limits, &warn);
	lay_over(r, mg_printf(r->arena, "%s/%s", suite->name, name), &raws->limits, &warn);
	bool good = mg_read_limits(r, &rule, &raws->limits, &out->limits);
	rule.age = false; /* the future is a matter of the check's own limits */
	if (warn)
		good = mg_read_limits_mapping(r, &rule, warn, "warn", mg_limit_keys, &out->warn) &&
			good;
	if (raws->check.effect)
		good = mg_read_limits_mapping(r, &effect, raws->check.effect, "effect",
			       mg_effect_keys, &out->effect) &&
			good;
	return good;
}

/* What a kind is held to when nothing is written. */
static bool default_limits(struct mg_reader *r, const struct mg_node *at, struct mg_spec_check *out)
{
	const struct mg_check_kind *kind = out->kind;
	if (out->limits.count || out->warn.count)
		return true;
	struct mg_limit limit = {.pos = {0, 0}, .op = MG_MIN, .value = 1, .as_percent = true};
	if (kind->flags & MG_KIND_DEFAULT_NONE)
		limit = (struct mg_limit){.op = MG_MAX, .value = 0};
	if (kind->flags & (MG_KIND_DEFAULT_ALL | MG_KIND_DEFAULT_NONE)) {
		out->limits.list[out->limits.count++] = limit;
		return true;
	}
	mg_diag_at(r->diags, at, "check %s has no limit", kind->name)->accepted = kind->better ==
			MG_HIGHER
		? "min: NUMBER, or warn: {min: NUMBER}"
		: kind->better == MG_LOWER ? "max: NUMBER, or warn: {max: NUMBER}"
					   : "min: NUMBER, max: NUMBER, both, equals: NUMBER, or "
					     "warn: {...} with one of them";
	return false;
}

static bool has_limit(const struct mg_limits *limits, enum mg_limit_op op)
{
	for (size_t i = 0; i < limits->count; i++)
		if (limits->list[i].op == op)
			return true;
	return false;
}

/* An age in the future is a fault unless the spec says otherwise, by limits of its own on that side. */
static bool limit_future(
	struct mg_reader *r, const struct mg_node *tolerance, struct mg_spec_check *out)
{
	static const enum mg_limit_op own[] = {MG_MIN, MG_ABOVE};
	struct mg_limits *limits = &out->limits;
	bool limited = has_limit(limits, MG_EQUALS);
	if (!(out->kind->flags & MG_KIND_AGE) || limited)
		return true;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		limited = limited || has_limit(limits, own[i]) || has_limit(&out->warn, own[i]);
	for (size_t i = 0; i < limits->count; i++)
		limited = limited ||
			((limits->list[i].op == MG_MAX || limits->list[i].op == MG_BELOW) &&
				limits->list[i].value < -limits->tolerance);
	if (!limited) {
		limits->list[limits->count++] = (struct mg_limit){
			.op = MG_MIN, .value = -limits->tolerance};
		return true;
	}
	if (!tolerance)
		return true;
	mg_diag_at(r->diags, tolerance,
		"tolerance has no effect next to a limit that says how far in the future is too "
		"far")
		->accepted = "one of both";
	return false;
}

/* ---- what a kind needs ---- */

static bool fits_task(const struct mg_check_kind *kind, enum mg_task_type type)
{
	return (type == MG_TASK_BINARY && (kind->flags & MG_KIND_BINARY)) ||
		(type == MG_TASK_MULTICLASS && (kind->flags & MG_KIND_MULTICLASS)) ||
		(type == MG_TASK_REGRESSION && (kind->flags & MG_KIND_REGRESSION));
}

static const char *task_words(struct mg_arena *arena, const struct mg_check_kind *kind)
{
	const char *words[3];
	size_t count = 0;
	for (int type = MG_TASK_BINARY; type <= MG_TASK_REGRESSION; type++)
		if (fits_task(kind, (enum mg_task_type)type))
			words[count++] = mg_task_words[type - MG_TASK_BINARY];
	return mg_diag_words(arena, words, count);
}

static bool check_task(struct mg_reader *r, const struct mg_node *at, struct mg_spec_check *out)
{
	const struct mg_check_kind *kind = out->kind;
	const struct mg_task *task = out->task;
	if (!(kind->flags & (MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_REGRESSION))) {
		out->task = NULL;
		return true;
	}
	if (!task) {
		mg_diag_at(r->diags, at, "check %s needs a task", kind->name)->accepted = mg_printf(
			r->arena,
			"task: {type: ..., label: COLUMN, ...} in the check or its suite; type: %s",
			task_words(r->arena, kind));
		return false;
	}
	const char *type = mg_task_words[task->type - MG_TASK_BINARY];
	if (!fits_task(kind, task->type)) {
		mg_diag_at(r->diags, at, "check %s cannot measure a %s task", kind->name, type)
			->accepted = mg_printf(
			r->arena, "a task of type %s", task_words(r->arena, kind));
		return false;
	}
	bool scored = task->type == MG_TASK_BINARY ? task->score != NULL : task->class_count > 0;
	if ((kind->flags & MG_KIND_SCORE) && task->type != MG_TASK_REGRESSION && !scored) {
		mg_diag_at(r->diags, at, "check %s needs the model's probabilities", kind->name)
			->accepted = task->type == MG_TASK_BINARY
			? "score: COLUMN in the task"
			: "scores: {CLASS: COLUMN, ...} in the task";
		return false;
	}
	if (task->unpredicted == MG_UNPREDICTED_WRONG && !mg_kind_decides(kind)) {
		mg_diag_at(r->diags, at,
			"check %s does not judge decisions, and `unpredicted: wrong` is about them",
			kind->name)
			->accepted = "unpredicted: error or ignore in a task of its own";
		return false;
	}
	return true;
}

static bool check_data(struct mg_reader *r, const struct mg_node *at, const struct mg_node *params,
	const struct mg_common *common, struct mg_spec_check *out)
{
	const struct mg_check_kind *kind = out->kind;
	bool needs_reference = (kind->flags & MG_KIND_REFERENCE) ||
		out->baseline.kind == MG_BASELINE_REFERENCE;
	if (kind->flags & MG_KIND_OTHERS)
		return true;
	out->on = common->raw.on;
	if (!out->on && r->data_count == 1)
		out->on = r->data_names[0];
	if (!out->on) {
		mg_diag_at(
			r->diags, at, "check %s does not say which dataset it checks", kind->name)
			->accepted = r->data_count
			? mg_printf(r->arena, "on: NAME in the check or its suite; datasets: %s",
				  mg_diag_words(r->arena, r->data_names, r->data_count))
			: "a dataset under data";
		return false;
	}
	const struct mg_pair *overall = mg_node_pair(params, "overall");
	if (overall && !out->slice_count) {
		mg_diag_at(r->diags, overall->key, "overall has no effect without slices");
		return false;
	}
	const struct mg_pair *given = mg_node_pair(params, "reference");
	if (!needs_reference) {
		if (given)
			mg_diag_at(r->diags, given->key, "check %s does not use reference data",
				kind->name);
		return !given;
	}
	out->reference = common->reference.data;
	out->reference_where = common->reference.where;
	if (!out->reference) {
		mg_diag_at(r->diags, at, "check %s needs reference data", kind->name)
			->accepted = "reference: NAME in the check or its suite";
		return false;
	}
	if (strcmp(out->reference, out->on) == 0 && !out->reference_where) {
		mg_diag_at(r->diags, at, "check %s compares '%s' with itself", kind->name,
			mg_diag_quote(r->arena, out->on))
			->accepted =
			"another dataset as reference, or other rows of it: {data: NAME, where: "
			"CONDITION}";
		return false;
	}
	return true;
}

/* Another dataset that it looks at beside its own. */
static bool looks_elsewhere(const struct mg_spec_check *check)
{
	for (const struct mg_field *f = check->kind->fields; f && f->name; f++)
		if (f->type == MG_FIELD_DATASET || f->type == MG_FIELD_TARGET)
			return true;
	return (check->kind->flags & MG_KIND_REFERENCE) ||
		check->baseline.kind == MG_BASELINE_REFERENCE;
}

/* What says how to compare has something to compare. */
static bool check_comparison(
	struct mg_reader *r, const struct mg_node *params, const struct mg_spec_check *out)
{
	const struct mg_pair *prove = mg_node_pair(params, "prove");
	const struct mg_pair *same = mg_node_pair(params, "same_data");
	bool relative = out->baseline.kind != MG_BASELINE_NONE;
	if (prove && (!relative || !(out->confidence > 0))) {
		mg_diag_at(r->diags, prove->key,
			"prove has no effect without confidence and a limit of a baseline")
			->accepted =
			"confidence: 95%, and max_drop, max_rise, max_change or within";
		return false;
	}
	if (same && !looks_elsewhere(out)) {
		mg_diag_at(r->diags, same->key,
			"same_data has no effect: check %s compares with no other data",
			out->kind->name);
		return false;
	}
	return true;
}

static bool check_baseline(
	struct mg_reader *r, const struct mg_node *params, struct mg_spec_check *out)
{
	const struct mg_check_kind *kind = out->kind;
	const struct mg_pair *given = mg_node_pair(params, "baseline");
	const struct mg_pair *missing = mg_node_pair(params, "baseline_missing");
	bool relative = mg_limits_relative(&out->limits) || mg_limits_relative(&out->warn);
	if (!relative) {
		out->baseline = (struct mg_baseline){.kind = MG_BASELINE_NONE};
		const struct mg_pair *vain = given ? given : missing;
		if (vain)
			mg_diag_at(r->diags, vain->key, "%s has no effect without a relative limit",
				vain->key->text)
				->accepted = "max_drop, max_rise, max_change or within as well";
		return !vain;
	}
	if (out->baseline.kind == MG_BASELINE_DUMMY && !(kind->flags & MG_KIND_DUMMY)) {
		mg_diag_add(r->diags, out->baseline.pos,
			"check %s does not know what guessing would reach", kind->name);
		return false;
	}
	if (out->baseline.kind == MG_BASELINE_REFERENCE &&
		(kind->flags & (MG_KIND_REFERENCE | MG_KIND_OTHERS))) {
		mg_diag_add(r->diags, out->baseline.pos,
			"check %s cannot be measured on the reference data alone", kind->name);
		return false;
	}
	return true;
}

static bool read_columns(struct mg_reader *r, const struct mg_node *at,
	const struct mg_node *params, const struct mg_keys *keys, const struct mg_raw_check *raw,
	struct mg_spec_check *out)
{
	if (!(out->kind->flags & MG_KIND_COLUMN))
		return true;
	if (raw->column && raw->columns) {
		mg_diag_at(r->diags, raw->columns, "check %s has both column and columns",
			out->kind->name)
			->accepted = "one of them";
		return false;
	}
	const struct mg_node *node = raw->column ? raw->column : raw->columns;
	if (node)
		return mg_read_selectors(
			r, node, raw->column ? "column" : "columns", &out->columns);
	if (out->kind->flags & MG_KIND_COLUMN_OPTIONAL)
		return true;
	if (mg_is_misspelt(r, params, keys, "column") || mg_is_misspelt(r, params, keys, "columns"))
		return false;
	mg_diag_at(r->diags, at, "check %s does not say which column it checks", out->kind->name)
		->accepted = "column: NAME, or columns: [NAME, ...]";
	return false;
}

/* ---- the check ---- */

/* Another tool's word is no slip of the finger: it is looked for first. */
static void unknown_kind(struct mg_reader *r, const struct mg_node *at)
{
	const struct mg_peer *peer = mg_peer_find(at->text);
	struct mg_diag *diag = mg_diag_at(
		r->diags, at, "there is no kind of check '%s'", mg_diag_quote(r->arena, at->text));
	const char *key = peer ? NULL : mg_peer_check_key(at->text);
	if (key) {
		diag->accepted = mg_printf(
			r->arena, "%s under the check's kind: - KIND: {%s: ...}", key, key);
		return;
	}
	diag->accepted = peer && peer->check ? peer->check : "a kind that 'modelgate kinds' lists";
	diag->nearest = peer ? peer->kind : mg_diag_nearest(at->text, r->kind_names, r->kind_count);
}

/* {kind: parameters}, or the kind alone. */
static bool find_kind(struct mg_reader *r, const struct mg_node *node,
	const struct mg_node **out_at, const struct mg_node **out_params,
	const struct mg_check_kind **out_kind)
{
	static const char form[] = "- kind: {parameters}, for example - row_count: {min: 1000}";
	if (node->broken)
		return false;
	if (node->type == MG_NODE_SCALAR && !mg_node_is_null(node)) {
		*out_at = node;
	} else if (!mg_expect(r, node, MG_NODE_MAPPING, "a check", form)) {
		return false;
	} else if (node->count == 0) {
		mg_diag_at(r->diags, node, "a check is empty")->accepted = form;
		return false;
	} else {
		*out_at = node->pairs[0].key;
		*out_params = node->pairs[0].value;
	}
	const char *name = (*out_at)->text;
	for (size_t i = 0; i < r->kind_count; i++)
		if (strcmp(name, r->kind_names[i]) == 0)
			*out_kind = r->options->kinds[i];
	if (!*out_kind) {
		unknown_kind(r, *out_at);
		return false;
	}
	if (*out_params && node->count > 1) {
		const struct mg_node *second = node->pairs[1].key;
		struct mg_diag *diag = mg_diag_at(r->diags, second,
			"'%s' is next to %s, not under it", mg_diag_quote(r->arena, second->text),
			name);
		if (mg_node_is_null(*out_params))
			diag->accepted = "parameters indented deeper than the kind";
		else if (mg_is_check_key(second->text))
			diag->accepted = mg_printf(
				r->arena, "- %s: {..., %s: ...}", name, second->text);
		else
			diag->accepted = "one kind in each item of checks";
		return false;
	}
	return true;
}

/* `equal` and `distinct` are for keys alone; as a suite's default they pass over other kinds. */
static void fill_nulls(int written, struct mg_spec_check *out)
{
	enum mg_nulls own = out->kind->nulls ? out->kind->nulls(out->params) : MG_NULLS_IGNORE;
	bool for_keys = written == MG_NULLS_EQUAL || written == MG_NULLS_DISTINCT;
	out->nulls = own;
	if ((out->kind->flags & MG_KIND_NULLS) && written != MG_NULLS_AUTO &&
		(!for_keys || own == MG_NULLS_EQUAL))
		out->nulls = (enum mg_nulls)written;
}

static bool check_nulls(
	struct mg_reader *r, const struct mg_node *params, const struct mg_spec_check *out)
{
	const struct mg_node *node = mg_node_get(params, "nulls");
	if (!node || node->type != MG_NODE_SCALAR ||
		mg_streq(node->text, mg_nulls_words[MG_NULLS_AUTO]) ||
		mg_streq(node->text, mg_nulls_words[out->nulls]))
		return true;
	mg_diag_at(r->diags, node, "nulls: %s is for keys of several columns",
		mg_diag_quote(r->arena, node->text))
		->accepted = "ignore, fail or pass";
	return false;
}

static void fill(struct mg_reader *r, const struct mg_common *common, struct mg_spec_check *out)
{
	const struct mg_raw_common *raw = &common->raw;
	const unsigned flags = out->kind->flags;
	out->owner = common->owner ? common->owner : r->spec->owner;
	out->severity = (enum mg_severity)raw->severity;
	out->timeout_seconds = isnan(raw->timeout) ? 0 : raw->timeout;
	out->on_empty = flags & (MG_KIND_SHAPE | MG_KIND_NO_EMPTY)
		? MG_EMPTY_ERROR
		: (enum mg_on_empty)raw->on_empty;
	fill_nulls(raw->nulls, out);
	out->samples = flags & MG_KIND_SAMPLES ? (int)raw->samples : 0;
	out->task = common->task;
	if (!(flags & (MG_KIND_NO_SLICES | MG_KIND_OTHERS))) {
		out->slices = common->slices;
		out->slice_count = common->slice_count;
		out->slices_only = out->slice_count > 0 && !raw->overall;
	}
	if (!(flags & (MG_KIND_SHAPE | MG_KIND_OWN_SQL | MG_KIND_OTHERS)))
		out->min_rows = raw->min_rows;
	out->baseline = common->baseline;
	out->baseline.missing = (enum mg_baseline_missing)raw->baseline_missing;
	out->interval = flags & MG_KIND_BOOTSTRAP ? (enum mg_interval_method)raw->interval
						  : MG_INTERVAL_FORMULA;
	bool has = flags & MG_KIND_INTERVAL || out->interval == MG_INTERVAL_BOOTSTRAP;
	out->confidence = has ? raw->confidence : 0;
	out->prove = (enum mg_prove)raw->prove;
	out->same_data = (enum mg_same_data)raw->same_data;
}

/* Is there an interval as it is asked for? Defaults of a suite that do not concern the kind are passed over. */
static bool check_interval(
	struct mg_reader *r, const struct mg_node *params, const struct mg_spec_check *out)
{
	const struct mg_node *confidence = mg_node_get(params, "confidence");
	const struct mg_node *interval = mg_node_get(params, "interval");
	const char *name = out->kind->name;
	const double most = 0.99; /* ten resamples beyond either end */
	if (confidence && !(out->kind->flags & MG_KIND_INTERVAL) &&
		out->interval != MG_INTERVAL_BOOTSTRAP) {
		mg_diag_at(r->diags, confidence,
			"check %s has no formula for a confidence interval", name)
			->accepted = "interval: bootstrap as well";
		return false;
	}
	if (out->interval != MG_INTERVAL_BOOTSTRAP)
		return true;
	if (interval && out->confidence <= 0) {
		mg_diag_at(
			r->diags, interval, "interval: bootstrap does nothing without confidence")
			->accepted = "confidence: 95% as well";
		return false;
	}
	if (out->confidence > most) {
		mg_diag_at(r->diags,
			confidence         ? confidence
				: interval ? interval
					   : params,
			"check %s: 2,000 resamples do not reach this confidence", name)
			->accepted = "99% or less with interval: bootstrap";
		return false;
	}
	return true;
}

static bool judge_by_kind(struct mg_reader *r, const struct mg_node *at, struct mg_spec_check *out)
{
	struct mg_error why = {0};
	if (!out->kind->check || out->kind->check(out->params, out, &why) == MG_OK)
		return true;
	mg_diag_at(r->diags, at, "check %s: %s", out->kind->name, why.text);
	return false;
}

static bool check_form(struct mg_reader *r, const struct mg_check_kind *kind,
	const struct mg_node *params, const char *what)
{
	if (!params || params->type == MG_NODE_MAPPING || mg_node_is_null(params))
		return true;
	mg_diag_at(r->diags, params, "%s is %s", what, mg_node_type_words(params))
		->accepted = mg_meant_check(r, kind, params);
	return false;
}

bool mg_read_check(struct mg_reader *r, const struct mg_suite *suite,
	const struct mg_common *defaults, const struct mg_node *node, struct mg_spec_check *out)
{
	const struct mg_node *at = NULL, *params = NULL;
	*out = (struct mg_spec_check){.pos = node->pos};
	if (!find_kind(r, node, &at, &params, &out->kind))
		return false;
	out->pos = at->pos;

	struct mg_check_raws raws = {.params = mg_alloc(r->arena, out->kind->params_size)};
	struct mg_keys keys = {.arena = r->arena};
	mg_keys_of_check(&keys, out->kind, &raws);
	const char *what = mg_printf(r->arena, "check %s", out->kind->name);
	if (!check_form(r, out->kind, params, what))
		return false;
	bool good = mg_read_mapping(r, params, at, what, &keys);
	out->params = raws.params;

	struct mg_common common = {.raw = raws.common, .broken = !good};
	mg_read_common(r, &common);
	inherit(&common, defaults, params);
	add_tags(r, &common, defaults, out);
	fill(r, &common, out);
	if (raws.check.name)
		good = mg_read_name(r, raws.check.name, MG_NAME_CHECK, &out->name) && good;
	if (raws.check.skip)
		good = mg_read_name(r, raws.check.skip, MG_NAME_REASON, &out->skip) && good;
	out->where = raws.check.where;
	if (out->where)
		out->where_pos = mg_node_get(params, "where")->pos;
	good = mg_read_missing(r, raws.check.missing, &out->missing) && good;
	good = read_columns(r, at, params, &keys, &raws.check, out) && good;
	good = read_all_limits(r, suite, &raws, out) && good;
	/* What rests on something broken would only be blamed for it. */
	if (common.broken)
		return false;
	if (good) {
		struct mg_limit_rule rule = mg_limit_rule(out->kind);
		good = default_limits(r, at, out) && limit_future(r, raws.limits.tolerance, out);
		good = check_baseline(r, params, out) && check_comparison(r, params, out) &&
			mg_check_limits(r, &rule, out) && good;
	}
	good = check_nulls(r, params, out) && good;
	good = check_interval(r, params, out) && good;
	good = check_task(r, at, out) && good;
	good = check_data(r, at, params, &common, out) && good;
	return good && judge_by_kind(r, at, out);
}
