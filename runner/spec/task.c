/* task.c: which columns hold the truth and the answer, and what the classes are. */
#include <math.h>

#include "base/text.h"
#include "spec/read.h"

static bool has_key_in_vain(
	struct mg_reader *r, const struct mg_node *node, const char *key, const char *why)
{
	const struct mg_pair *pair = mg_node_pair(node, key);
	if (pair)
		mg_diag_at(r->diags, pair->key, "%s has no effect %s", key, why);
	return pair != NULL;
}

static bool check_task(struct mg_reader *r, const struct mg_node *node, const struct mg_task *task)
{
	bool vain = false;
	if (task->type != MG_TASK_BINARY) {
		const char *why = "on a task that is not binary";
		vain |= has_key_in_vain(r, node, "score", why);
		vain |= has_key_in_vain(r, node, "positive", why);
		vain |= has_key_in_vain(r, node, "threshold", why);
	} else if (!task->score) {
		vain |= has_key_in_vain(r, node, "threshold", "without a score");
	} else if (task->prediction) {
		vain |= has_key_in_vain(
			r, node, "threshold", "next to prediction, which says what was decided");
	}
	if (task->type == MG_TASK_REGRESSION) {
		const char *why = "on a task that predicts no classes";
		vain |= has_key_in_vain(r, node, "classes", why);
		vain |= has_key_in_vain(r, node, "ignore_labels", why);
	}
	if (task->type != MG_TASK_MULTICLASS)
		vain |= has_key_in_vain(r, node, "scores", "on a task that is not multiclass");
	if (vain)
		return false;
	const char *needed = NULL;
	if (task->type == MG_TASK_BINARY && !task->score && !task->prediction)
		needed = "score: COLUMN, prediction: COLUMN, or both";
	else if (task->type == MG_TASK_MULTICLASS && !task->class_count && !task->prediction)
		needed = "prediction: COLUMN, scores: {CLASS: COLUMN}, or both";
	else if (task->type == MG_TASK_REGRESSION && !task->prediction)
		needed = "prediction: COLUMN";
	if (!needed)
		return true;
	mg_diag_at(r->diags, node, "the task does not say which column holds the model's answer")
		->accepted = needed;
	return false;
}

static const char **texts_of(struct mg_arena *arena, const struct mg_values *values)
{
	const char **texts = mg_alloc_array(arena, values->count, sizeof(*texts));
	for (size_t i = 0; i < values->count; i++)
		texts[i] = values->list[i].text;
	return texts;
}

/* `1` and `1.0` are one class, as far as a spec can tell. */
static bool same_class(const char *a, const char *b)
{
	double x, y;
	return mg_streq(a, b) ||
		(mg_parse_double(a, false, &x) && mg_parse_double(b, false, &y) && x == y);
}

static bool has_class(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (same_class(list[i], name))
			return true;
	return false;
}

/* Each entry of a list of classes is a value, is there once, and is (or is not) in another list. */
static bool check_class_list(struct mg_reader *r, const struct mg_node *node, const char *key,
	const struct mg_values *values)
{
	const struct mg_node *list = mg_node_get(node, key);
	bool good = true;
	for (size_t i = 0; list && i < values->count; i++) {
		const struct mg_node *at = list->type == MG_NODE_LIST ? list->items[i] : list;
		const char *text = values->list[i].text;
		if (values->list[i].type == MG_SCALAR_NULL) {
			mg_diag_at(r->diags, at, "an entry of %s has no value: NULL is not a class",
				key);
			good = false;
		}
		for (size_t k = 0; k < i; k++) {
			if (!same_class(values->list[k].text, text))
				continue;
			mg_diag_at(r->diags, at, "%s has %s twice", key,
				mg_diag_quote(r->arena, text));
			good = false;
		}
	}
	return good;
}

/* Do `classes`, `ignore_labels`, `positive` and `scores` go together? */
static bool check_classes(struct mg_reader *r, const struct mg_node *node,
	const struct mg_raw_task *raw, const struct mg_task *task)
{
	const struct mg_node *classes = mg_node_get(node, "classes");
	if (!check_class_list(r, node, "classes", &raw->classes) ||
		!check_class_list(r, node, "ignore_labels", &raw->ignore_labels))
		return false;
	if (classes && task->known_count < 2) {
		mg_diag_at(r->diags, classes, "classes has one class")->accepted = "two or more";
		return false;
	}
	const struct mg_node *own = mg_node_get(node, "positive");
	bool binary = task->type == MG_TASK_BINARY;
	if (classes && binary && !has_class(task->known, task->known_count, task->positive)) {
		mg_diag_at(r->diags, own ? own : classes,
			"positive is '%s', which is not among classes",
			mg_diag_quote(r->arena, task->positive))
			->accepted = mg_printf(r->arena, "positive: %s",
			mg_diag_words(r->arena, task->known, task->known_count));
		return false;
	}
	for (size_t i = 0; classes && i < task->class_count; i++) {
		if (has_class(task->known, task->known_count, task->classes[i]))
			continue;
		mg_diag_at(r->diags, classes,
			"scores names the class '%s', which is not among classes",
			mg_diag_quote(r->arena, task->classes[i]));
		return false;
	}
	for (size_t i = 0; i < task->ignored_count; i++) {
		if (!has_class(task->known, task->known_count, task->ignored[i]) &&
			!(binary && same_class(task->positive, task->ignored[i])))
			continue;
		mg_diag_at(r->diags, mg_node_get(node, "ignore_labels"),
			"'%s' is a class of the task, and ignore_labels leaves it out",
			mg_diag_quote(r->arena, task->ignored[i]));
		return false;
	}
	return true;
}

const struct mg_task *mg_read_task(struct mg_reader *r, const struct mg_node *node)
{
	struct mg_raw_task raw = {0};
	if (!mg_read_table(r, node, "task", mg_task_keys, &raw))
		return NULL;
	struct mg_task *task = mg_alloc(r->arena, sizeof(*task));
	*task = (struct mg_task){.pos = node->pos,
		.type = (enum mg_task_type)(raw.type + MG_TASK_BINARY),
		.label = raw.label,
		.prediction = raw.prediction,
		.score = raw.score,
		.positive = raw.positive.text ? raw.positive.text : "1",
		.threshold = isnan(raw.threshold) ? 0.5 : raw.threshold,
		.probability = isnan(raw.threshold),
		.unpredicted = (enum mg_unpredicted)raw.unpredicted,
		.max_unlabelled = raw.max_unlabelled,
		.known = raw.classes.count ? texts_of(r->arena, &raw.classes) : raw.scores.keys,
		.known_count = raw.classes.count ? raw.classes.count : raw.scores.count,
		.ignored = texts_of(r->arena, &raw.ignore_labels),
		.ignored_count = raw.ignore_labels.count,
		.classes = raw.scores.keys,
		.class_columns = raw.scores.values,
		.class_count = raw.scores.count};
	if (raw.positive.text && raw.positive.type == MG_SCALAR_NULL) {
		mg_diag_at(r->diags, mg_node_get(node, "positive"), "positive has no value");
		return NULL;
	}
	return check_task(r, node, task) && check_classes(r, node, &raw, task) ? task : NULL;
}
