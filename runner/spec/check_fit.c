/* check_fit.c: does what a check says fit its kind, its task and its data? */
#include <string.h>

#include "base/text.h"
#include "spec/read.h"

/* ---- what it is compared with ---- */

/* Another dataset that it looks at beside its own. */
static bool looks_elsewhere(const struct mg_spec_check *check)
{
	for (const struct mg_field *f = check->kind->fields; f && f->name; f++)
		if (f->type == MG_FIELD_DATASET || f->type == MG_FIELD_TARGET)
			return true;
	return mg_check_compares(check) || check->baseline.kind == MG_BASELINE_REFERENCE;
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

bool mg_check_compared(struct mg_reader *r, const struct mg_node *params, struct mg_spec_check *out)
{
	return check_baseline(r, params, out) && check_comparison(r, params, out);
}

/* ---- what a kind needs ---- */

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

/* An estimate rests on scores of two classes; what needs labels of the data themselves has none. */
static bool check_estimate(
	struct mg_reader *r, const struct mg_node *params, struct mg_spec_check *out)
{
	const struct mg_node *node = mg_node_get(params, "estimate");
	const char *problem = NULL, *accepted = NULL;
	if (out->estimate == MG_ESTIMATE_NONE)
		return true;
	const struct mg_task *task = out->task;
	if (!mg_node_get(params, "confidence"))
		out->confidence = 0; /* the suite's is of its other checks */
	if (task && task->type != MG_TASK_BINARY) {
		problem = "estimate: cbpe is for binary tasks";
		accepted = "the check without estimate, once there are labels";
	} else if (task && !task->score) {
		problem = "estimate: cbpe needs the task's score";
		accepted = "score: COLUMN in the task, a probability of the positive class";
	} else if (task && task->unpredicted == MG_UNPREDICTED_WRONG) {
		problem = "unpredicted: wrong needs labels, and an estimate has none";
		accepted = "unpredicted: error or ignore in a task of its own";
	} else if (out->confidence > 0) {
		problem = "an estimate has no confidence interval";
		accepted = "confidence: 0";
	} else if (out->baseline.kind == MG_BASELINE_REFERENCE ||
		out->baseline.kind == MG_BASELINE_DUMMY) {
		problem = "an estimate has no baseline that is measured from labels";
		accepted = "a baseline of a file, a stage or earlier runs, which are estimates too";
	}
	if (problem)
		mg_diag_at(r->diags, node, "%s", problem)->accepted = accepted;
	return !problem;
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
	bool needs_reference = mg_check_compares(out) ||
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

bool mg_check_fit(struct mg_reader *r, const struct mg_node *at, const struct mg_node *params,
	const struct mg_common *common, struct mg_spec_check *out)
{
	bool good = check_nulls(r, params, out);
	good = check_estimate(r, params, out) && good;
	good = check_interval(r, params, out) && good;
	good = check_task(r, at, out) && good;
	return check_data(r, at, params, common, out) && good;
}
