/* kappa.c: agreement of labels and predictions beyond that of chance. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/classification/confusion.h"
#include "plan/redact.h"

static const char *const weights[] = {"none", "linear", "quadratic", NULL}; /* mg_kappa_weights */

struct params {
	int weights;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, weights, CHOICE,
		"multiclass: whether all mistakes count alike, by the distance of the classes, or by "
		"its square",
		.default_text = "none", .choices = weights),
	MG_FIELDS_END,
};

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct params *p = params;
	if (p->weights != MG_KAPPA_NONE && spec->task && spec->task->type == MG_TASK_BINARY)
		return mg_fail(err, MG_ESPEC,
			"`weights` is for multiclass tasks; two classes have one distance");
	return MG_OK;
}

/* Where the classes stand among those that the task names, in its order; else, when all are numbers, among
 * those that occur. NULL: neither. Without weights any places do. */
static const double *places_of(
	const struct mg_check *c, const struct mg_confusion *cm, struct mg_arena *a)
{
	const struct params *p = c->params;
	const struct mg_task *task = c->task;
	size_t n = cm->matrix.classes;
	double *places = mg_alloc_array(a, n, sizeof *places), number = 0, other;
	for (size_t k = 0; k < n; k++) {
		size_t named = 0;
		while (named < task->known_count &&
			!mg_redact_is(c, cm->names[k], task->known[named]))
			named++;
		places[k] = (double)(p->weights == MG_KAPPA_NONE ? k : named);
		if (p->weights == MG_KAPPA_NONE || task->known_count > 0)
			continue;
		if (!mg_parse_double(cm->names[k], false, &number))
			return NULL;
		for (size_t i = 0; i < n; i++)
			places[k] += mg_parse_double(cm->names[i], false, &other) && other < number;
	}
	return places;
}

/* context: the places */
static double kappa(const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	const struct params *p = c->params;
	if (!cm->binary)
		return mg_classes_kappa(cm->matrix, (enum mg_kappa_weights)p->weights, context);
	const double counts[] = {cm->counts.tp, cm->counts.fn, cm->counts.fp, cm->counts.tn};
	const struct mg_class_counts two = {.classes = 2, .counts = counts};
	return mg_classes_kappa(two, MG_KAPPA_NONE, (const double[]){0, 1});
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_confusion cm;
	struct mg_value v;
	if (!mg_confusion_get(c, m, &cm, &v))
		return v;
	const double *places = places_of(c, &cm, a);
	if (!places)
		return mg_value_undefined(
			"`weights` need an order of the classes, which are not numbers "
			"here; name them in order as `classes` of the task");
	v = mg_confusion_measure(c, m, &cm, kappa, mg_confusion_zero, places);
	if (p->weights != MG_KAPPA_NONE)
		v.definition = mg_estimate_definition(
			c, a, mg_printf(a, "kappa/cohen-%s", weights[p->weights]));
	return v;
}

const struct mg_check_kind mg_check_kappa = {
	.name = "kappa",
	.family = "classification",
	.summary = "Cohen's kappa: agreement of labels and predictions beyond that of chance",
	.details = "1 - (mistakes / mistakes of predictions that are as frequent but know nothing "
		   "of the label). 1 is perfect, 0 as good as chance, below 0 worse. `weights` "
		   "counts a mistake by the distance of its classes, `linear` or `quadratic`. "
		   "Classes are in the order in which the task names its `classes`, else in that "
		   "of the numbers that occur; it is one step from each to the next. A row "
		   "without a prediction (`unpredicted: wrong`) is as far off as can be. Labels "
		   "of one class only make it an error, where scikit-learn's cohen_kappa_score "
		   "gives 0 or NaN.",
	.definition = "kappa/cohen",
	.example =
		"- kappa: {on: scored, min: 0.1, "
		"task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_BOOTSTRAP |
		MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = -1,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = mg_confusion_plan,
	.measure = measure,
};
