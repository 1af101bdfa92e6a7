/* precision.c: precision, recall, specificity, f1: how one class is told from the rest, or all
 * classes averaged. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/classification/interval.h"
#include "checks/classification/tally.h"
#include "checks/drift/samples.h"

static const char *const averages[] = {"macro", "micro", "weighted", NULL}; /* enum mg_average */

struct params {
	int average;
	const char *class;
	double zero_division;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, average, CHOICE,
		"multiclass: plain mean over the classes, counts of all classes together, or mean "
		"weighted by the number of labels",
		.default_text = "macro", .choices = averages),
	MG_FIELD(struct params, class, TEXT, "multiclass: this class against all others instead"),
	MG_FIELD(struct params, zero_division, NUMBER,
		"the value where the denominator is 0; without it that is an error", .least = 0,
		.most = 1),
	MG_FIELDS_END,
};

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct params *p = params;
	bool binary = spec->task && spec->task->type == MG_TASK_BINARY;
	if (p->class && binary)
		return mg_fail(err, MG_ESPEC,
			"`class` is for multiclass tasks; a binary task says `positive`");
	if (spec->task && !binary && !p->class && spec->confidence > 0 &&
		spec->interval == MG_INTERVAL_FORMULA)
		return mg_fail(err, MG_ESPEC,
			"an average over classes has no formula for a confidence interval; say "
			"`interval: bootstrap` beside `confidence`");
	return MG_OK;
}

static int check_precision(
	const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct params *p = params;
	bool of_all = spec->task && spec->task->type != MG_TASK_BINARY && !p->class;
	if (of_all && p->average != MG_AVERAGE_MICRO && isnan(p->zero_division) &&
		spec->baseline.kind == MG_BASELINE_DUMMY)
		return mg_fail(err, MG_ESPEC,
			"guessing always says one class, and the precision of the others is not defined; "
			"say `zero_division: 0` to count it as 0");
	return check(params, spec, err);
}

/* A metric as part / whole, so that it has an interval and a reason when whole is 0. */
struct metric {
	const char *name;
	double (*of)(struct mg_binary_counts c);
	double (*part)(struct mg_binary_counts c); /* NULL: not a share of rows */
	double (*whole)(struct mg_binary_counts c);
	const char *why; /* when it is undefined */
};

static double true_positives(struct mg_binary_counts c)
{
	return c.tp;
}

static double true_negatives(struct mg_binary_counts c)
{
	return c.tn;
}

static double predicted(struct mg_binary_counts c)
{
	return c.tp + c.fp;
}

static double positives(struct mg_binary_counts c)
{
	return c.tp + c.fn;
}

static double negatives(struct mg_binary_counts c)
{
	return c.tn + c.fp;
}

static const struct metric precision = {
	"precision", mg_precision, true_positives, predicted, "no row is predicted to be of it"};
static const struct metric recall = {
	"recall", mg_recall, true_positives, positives, "no row is labelled with it"};
static const struct metric specificity = {
	"specificity", mg_specificity, true_negatives, negatives, "all rows are labelled with it"};
static const struct metric f1 = {
	"f1", mg_f1, NULL, NULL, "no row is labelled with it or predicted to be of it"};

/* Rows of `counted`, of which those of `hit` are the metric's part. Averages are no mean over rows. */
static void plan_row(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_tally_row *row, const struct mg_expr *counted, const struct mg_expr *hit)
{
	if (c->task->type == MG_TASK_BINARY)
		mg_row_hit(pl, c,
			mg_x_call(mg_planner_arena(pl), MG_FN_AND, 2, row->counts, counted), hit);
}

static int plan_precision(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_tally_row row;
	MG_TRY(mg_tally_plan_row(pl, c, &row, err));
	plan_row(pl, c, &row, row.predicted, row.label);
	return MG_OK;
}

static int plan_recall(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_tally_row row;
	MG_TRY(mg_tally_plan_row(pl, c, &row, err));
	plan_row(pl, c, &row, row.label, row.predicted);
	return MG_OK;
}

static int plan_specificity(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_tally_row row;
	MG_TRY(mg_tally_plan_row(pl, c, &row, err));
	plan_row(pl, c, &row, mg_x_call(a, MG_FN_NOT, 1, row.label),
		mg_x_call(a, MG_FN_NOT, 1, row.predicted));
	return MG_OK;
}

/* The class that `class` names, among those of the tally; their number when it is not there. */
static size_t class_of(const struct params *p, const struct mg_tally *t)
{
	size_t k = 0;
	while (k < t->confusion.classes && !mg_streq(t->names[k], p->class))
		k++;
	return k;
}

static struct mg_binary_counts counts_of(const struct params *p, const struct mg_tally *t)
{
	return t->binary ? t->counts : mg_confusion_class(t->confusion, class_of(p, t));
}

/* Of the positive class, of `class`, or the average; context is the metric. */
static double metric_of(const struct mg_check *c, const struct mg_tally *t, const void *context)
{
	const struct params *p = c->params;
	const struct metric *metric = context;
	if (!t->binary && !p->class)
		return mg_confusion_average(t->confusion, metric->of, (enum mg_average)p->average,
			p->zero_division, NULL);
	double value = metric->of(counts_of(p, t));
	return isnan(value) ? p->zero_division : value;
}

static const char *definition(
	struct mg_arena *a, const struct metric *metric, const char *which, double zero_division)
{
	if (isnan(zero_division))
		return mg_printf(a, "%s/%s", metric->name, which);
	return mg_printf(
		a, "%s/%s/zero-division-%s", metric->name, which, mg_double_text(a, zero_division));
}

static struct mg_value undefined(struct mg_arena *a, const struct metric *metric, const char *class)
{
	return mg_value_undefined(mg_printf(a,
		"%s of %s is not defined: %s (say `zero_division: 0` "
		"to count it as 0)",
		metric->name, class, metric->why));
}

static struct mg_value measure_one(const struct mg_check *c, const struct mg_measures *m,
	const struct metric *metric, const struct mg_tally *t, const char *class)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_binary_counts counts = counts_of(c->params, t);
	double value = metric_of(c, t, metric);
	bool defined = !isnan(metric->of(counts));
	if (isnan(value))
		return undefined(a, metric, class);
	struct mg_value v = mg_tally_value(
		c, m, t, value, metric->whole ? metric->whole(counts) : t->rows);
	if (metric->part && defined)
		mg_interval_of_share(c, &v, metric->part(counts), metric->whole(counts));
	mg_tally_resample(c, m, &v, t, metric_of, metric);
	return v;
}

/* What always saying the same reaches: `class`, or the commonest label. */
static double guess(const struct mg_check *c, const struct mg_measures *m,
	const struct metric *metric, const struct mg_tally *t)
{
	const struct params *p = c->params;
	size_t n = t->confusion.classes, said = p->class ? class_of(p, t) : 0;
	for (size_t k = 0; !p->class && k < n; k++)
		if (mg_confusion_support(t->confusion, k) >
			mg_confusion_support(t->confusion, said))
			said = k;
	double *counts = mg_alloc_array(mg_measures_arena(m), n * n, sizeof *counts);
	for (size_t k = 0; k < n; k++)
		counts[k * n + said] = mg_confusion_support(t->confusion, k);
	struct mg_tally guessed = *t;
	guessed.confusion.counts = counts;
	return metric_of(c, &guessed, metric);
}

static struct mg_value measure_average(const struct mg_check *c, const struct mg_measures *m,
	const struct metric *metric, const struct mg_tally *t)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	size_t at = 0;
	double value = mg_confusion_average(
		t->confusion, metric->of, (enum mg_average)p->average, p->zero_division, &at);
	if (isnan(value))
		return undefined(
			a, metric, mg_printf(a, "class %s", mg_samples_shown(c, a, t->names[at])));
	struct mg_value v = mg_tally_value(c, m, t, value, t->rows);
	if (c->spec->baseline.kind == MG_BASELINE_DUMMY)
		v.dummy = guess(c, m, metric, t);
	mg_tally_resample(c, m, &v, t, metric_of, metric);
	v.definition = definition(a, metric, averages[p->average], p->zero_division);
	return v;
}

static struct mg_value measure(
	const struct mg_check *c, const struct mg_measures *m, const struct metric *metric)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_tally t;
	struct mg_value v;
	if (!mg_tally_get(c, m, &t, &v))
		return v;
	if (t.binary) {
		v = measure_one(c, m, metric, &t, "the positive class");
		double prevalence = (t.counts.tp + t.counts.fn) / t.rows;
		/* guessing says positive always; that finds no negative */
		if (v.state == MG_MEASURED)
			v.dummy = metric == &precision ? prevalence
				: metric == &f1        ? 2 * prevalence / (1 + prevalence)
						       : NAN;
		v.definition = definition(a, metric, "positive", p->zero_division);
		return v;
	}
	if (!p->class)
		return measure_average(c, m, metric, &t);
	if (class_of(p, &t) == t.confusion.classes)
		return mg_value_undefined(mg_printf(
			a, "class '%s' is neither among the labels nor the predictions", p->class));
	v = measure_one(c, m, metric, &t, mg_printf(a, "class '%s'", p->class));
	if (v.state == MG_MEASURED && c->spec->baseline.kind == MG_BASELINE_DUMMY)
		v.dummy = guess(c, m, metric, &t);
	v.definition = definition(a, metric, mg_printf(a, "class-%s", p->class), p->zero_division);
	return v;
}

static struct mg_value measure_precision(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, &precision);
}

static struct mg_value measure_recall(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, &recall);
}

static struct mg_value measure_specificity(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, &specificity);
}

static struct mg_value measure_f1(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, &f1);
}

#define AVERAGES                                                                                   \
	" For more than two classes `average` says how the classes' numbers become one: macro "    \
	"(the default) is their plain mean, weighted the mean weighted by the number of labels, "  \
	"micro takes the counts of all classes together; classes are those that occur among "      \
	"labels or predictions. `class` measures one class against the rest. Tools differ in "     \
	"their default: scikit-learn demands a choice, Evidently takes macro, MLflow weighted."
#define ZERO                                                                                       \
	" Where the denominator is 0 the number is not defined and the check is an error: "        \
	"scikit-learn silently gives 0, which `zero_division: 0` chooses here."
#define TASK "task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}"

const struct mg_check_kind mg_check_precision = {
	.name = "precision",
	.family = "classification",
	.summary = "share of rows predicted positive that are",
	.details = "tp / (tp + fp)." AVERAGES ZERO " `confidence` uses Wilson's interval; averages "
		   "have one by `interval: bootstrap`.",
	.definition = "precision/positive",
	.example = "- precision: {on: scored, min: 25%, warn: {min: 30%}, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP |
		MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check_precision,
	.plan = plan_precision,
	.measure = measure_precision,
};

const struct mg_check_kind mg_check_recall = {
	.name = "recall",
	.family = "classification",
	.summary = "share of positive rows that are predicted so",
	.details =
		"tp / (tp + fn), the true positive rate or sensitivity." AVERAGES ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`.",
	.definition = "recall/positive",
	.example = "- recall: {on: scored, min: 40%, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP |
		MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan_recall,
	.measure = measure_recall,
};

const struct mg_check_kind mg_check_specificity = {
	.name = "specificity",
	.family = "classification",
	.summary = "share of negative rows that are predicted so",
	.details =
		"tn / (tn + fp), the true negative rate; 1 less the false positive rate." AVERAGES
			ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`.",
	.definition = "specificity/positive",
	.example = "- specificity: {on: scored, min: 60%, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP |
		MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan_specificity,
	.measure = measure_specificity,
};

const struct mg_check_kind mg_check_f1 = {
	.name = "f1",
	.family = "classification",
	.summary = "harmonic mean of precision and recall",
	.details =
		"2 tp / (2 tp + fp + fn). Where only precision or only recall is undefined that is "
		"0, as it should be." AVERAGES ZERO " Guessing (`baseline: dummy`) says positive "
		"always; of more than two classes the commonest, or `class`. The interval of `confidence` is drawn: `interval: bootstrap`.",
	.definition = "f1/positive",
	.example = "- f1: {on: scored, min: 0.3, confidence: 95%, interval: bootstrap, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY |
		MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = mg_tally_plan,
	.measure = measure_f1,
};
