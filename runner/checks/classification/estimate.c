/* estimate.c: expects labels from calibrated scores; see estimate.h. */
#include "checks/classification/estimate.h"

#include "base/arena.h"
#include "base/text.h"
#include "checks/classification/classes.h"
#include "checks/classification/scores.h"
#include "checks/classification/task.h"
#include "plan/number.h"

#define SCORES "scores to estimate from"
enum { NEGATIVE, POSITIVE, DECISIONS };

/* Rows that either side needs when the spec has no min_rows, and of which the reference needs some of each class. */
enum { ROWS_LEAST = 100, CLASS_LEAST = 10 };

/* The labelled rows, by score: a decision of theirs is not looked at. */
static const struct mg_check *labelled(struct mg_arena *a, const struct mg_check *c)
{
	struct mg_check *view = mg_alloc(a, sizeof(*view));
	struct mg_task *task = mg_alloc(a, sizeof(*task));
	*view = *mg_on_reference(a, c);
	*task = *c->task;
	task->prediction = NULL;
	view->task = task;
	return view;
}

/* Condition: the row is decided to be positive; NULL where there is no decision. */
static int decision(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *score,
	const struct mg_expr **out, struct mg_error *err)
{
	const struct mg_task *task = c->task;
	struct mg_arena *a = mg_planner_arena(pl);
	if (!mg_task_decided(c)) {
		*out = mg_x_call(a, MG_FN_GE, 2, score, mg_x_real(a, mg_task_threshold(c)));
		return MG_OK;
	}
	const struct mg_expr *answer;
	MG_TRY(mg_class_column(pl, c, task->prediction, &answer, err));
	return mg_class_equals(
		pl, c, task->prediction, answer, task->positive ? task->positive : "1", out, err);
}

int mg_estimate_plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_binary_row row;
	const struct mg_expr *score, *positive;
	if (!c->reference)
		return mg_fail(err, MG_ENOTFOUND, "there is no reference data");
	const struct mg_check *view = labelled(a, c);
	if (!mg_task_from_scores(view))
		return mg_fail(err, MG_EENGINE,
			"scores of more digits than a DOUBLE holds cannot be calibrated");
	MG_TRY(mg_task_scores(pl, view, false, &row, err));
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->task->score, &score, err));
	const struct mg_column *column = mg_schema_column(c->schema, c->task->score);
	if (!column || !mg_type_is_number(column->type))
		return mg_fail(err, MG_ESPEC, "column '%s' holds no numbers and cannot be a score",
			c->task->score);
	score = mg_as_real(a, score);
	if (!mg_kind_decides(c->kind))
		return mg_need_freq(pl, c, MG_CURRENT, SCORES, score, NULL, 1, err);
	MG_TRY(decision(pl, c, score, &positive, err));
	return mg_need_freq(pl, c, MG_CURRENT, SCORES, score,
		mg_x_call(a, MG_FN_INDICATOR, 1, positive), DECISIONS, err);
}

/* ---- what is to be expected ---- */

static double expected_positives(const struct mg_isotonic *calibration, const struct mg_freq *f)
{
	double sum = 0;
	size_t at = 0;
	for (size_t i = 0; i < f->len; i++)
		sum += (double)mg_freq_n(f, i) * mg_isotonic_at(calibration, f->lo[i], &at);
	return sum;
}

static bool are_exact_probabilities(
	const struct mg_measures *m, const struct mg_freq *f, struct mg_value *why)
{
	if (f->nans > 0)
		*why = mg_value_undefined(mg_printf(mg_measures_arena(m), "the score is NaN in %s",
			mg_rows_text(mg_measures_arena(m), (double)f->nans)));
	else if (f->len > 0 && (f->lo[0] < 0 || mg_freq_hi(f, f->len - 1) > 1))
		*why = mg_value_undefined("a score is not a probability (outside 0..1)");
	else if (f->hi)
		*why = mg_value_undefined("there is not enough memory for a table of all scores; "
					  "give the run more by --memory");
	else
		return true;
	return false;
}

/* Counts the rows that have a score, and a decision where decisions are judged. */
static bool count_rows(const struct mg_check *c, const struct mg_measures *m, struct mg_estimate *e,
	struct mg_value *why)
{
	struct mg_arena *a = mg_measures_arena(m);
	int tables = mg_kind_decides(c->kind) ? DECISIONS : 1;
	e->left_out = tables > 1 ? mg_get_dropped(m, SCORES) : 0;
	for (int i = 0; i < tables; i++) {
		const struct mg_freq *f = mg_get_freq(m, SCORES, i);
		if (!are_exact_probabilities(m, f, why))
			return false;
		e->rows += (double)f->rows;
		e->left_out += (double)f->nulls;
	}
	if (e->rows + e->left_out == 0)
		*why = mg_value_empty("there are no rows");
	else if (e->left_out > 0 &&
		(c->task->unpredicted == MG_UNPREDICTED_ERROR || c->spec->nulls == MG_NULLS_FAIL))
		*why = mg_value_undefined(mg_printf(a,
			"%s of %s have no score or no prediction; `unpredicted: ignore` in the task "
			"leaves them out",
			mg_human_double(a, e->left_out, 15),
			mg_rows_text(a, e->rows + e->left_out)));
	else if (e->rows == 0)
		*why = mg_value_empty(
			mg_printf(a, "none of the %s has a score", mg_rows_text(a, e->left_out)));
	else
		return true;
	return false;
}

/* Few labelled rows calibrate nothing. */
static bool enough(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_estimate *e, struct mg_value *why)
{
	struct mg_arena *a = mg_measures_arena(m);
	int64_t own = c->spec->min_rows;
	double least = own > 0 ? (double)own : ROWS_LEAST, rare = own > 0 ? 1 : CLASS_LEAST;
	double negatives = e->reference_rows - e->reference_positives;
	if (e->rows >= least && e->reference_rows >= least && e->reference_positives >= rare &&
		negatives >= rare)
		return true;
	*why = mg_value_undefined(mg_printf(a,
		"%s to estimate for, and %s to calibrate on, %s of them positive: an estimate needs "
		"%s rows on either side and %s labelled ones of either class%s",
		mg_rows_text(a, e->rows), mg_rows_text(a, e->reference_rows),
		mg_human_double(a, e->reference_positives, 15), mg_human_double(a, least, 15),
		mg_human_double(a, rare, 15),
		own > 0 ? " (min_rows)" : "; `min_rows: 1` takes as few as there are"));
	return false;
}

bool mg_estimate_get(const struct mg_check *c, const struct mg_measures *m, struct mg_estimate *out,
	struct mg_value *why)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_estimate e = {.scores = mg_get_freq(m, SCORES, NEGATIVE)};
	const struct mg_check *view = labelled(a, c);
	if (mg_task_rows(view, m, true, why) == 0) {
		if (why->why)
			why->why = mg_printf(a, "of the reference: %s", why->why);
		return false;
	}
	struct mg_scores of = mg_get_scores(m, MG_SCORES);
	e.reference_positives = (double)of.positive->rows;
	e.reference_rows = e.reference_positives + (double)of.negative->rows;
	if (!count_rows(c, m, &e, why) || !enough(c, m, &e, why))
		return false;
	if (!mg_isotonic_fit(a, of.negative, of.positive, &e.calibration)) {
		*why = mg_value_undefined("there is not enough memory for a table of the "
					  "reference's scores; give the run more by --memory");
		return false;
	}
	if (mg_kind_decides(c->kind)) {
		const struct mg_freq *yes = mg_get_freq(m, SCORES, POSITIVE);
		e.counts.fn = expected_positives(&e.calibration, e.scores);
		e.counts.tn = (double)e.scores->rows - e.counts.fn;
		e.counts.tp = expected_positives(&e.calibration, yes);
		e.counts.fp = (double)yes->rows - e.counts.tp;
	}
	*out = e;
	return true;
}

/* ---- areas ---- */

/* Rows to be expected of each class from a score upwards, from the highest score down. */
struct walk {
	const struct mg_freq *f;
	double *chances; /* of each entry to be positive */
	double positives, negatives;
};

static struct walk walk_of(const struct mg_estimate *e, struct mg_arena *a)
{
	struct walk w = {
		.f = e->scores, .chances = mg_alloc_array(a, e->scores->len, sizeof(double))};
	size_t at = 0;
	for (size_t i = 0; i < w.f->len; i++) {
		double n = (double)mg_freq_n(w.f, i);
		w.chances[i] = mg_isotonic_at(&e->calibration, w.f->lo[i], &at);
		w.positives += n * w.chances[i];
		w.negatives += n * (1 - w.chances[i]);
	}
	return w;
}

double mg_estimate_roc_auc(const struct mg_estimate *e)
{
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	struct walk w = walk_of(e, a);
	double above = 0, area = 0;
	for (size_t i = w.f->len; i-- > 0;) {
		double n = (double)mg_freq_n(w.f, i), positive = n * w.chances[i];
		area += (n - positive) * (above + positive / 2);
		above += positive;
	}
	return w.positives > 0 && w.negatives > 0 ? area / w.positives / w.negatives : NAN;
}

double mg_estimate_average_precision(const struct mg_estimate *e)
{
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	struct walk w = walk_of(e, a);
	double above = 0, rows = 0, area = 0;
	for (size_t i = w.f->len; i-- > 0;) {
		double n = (double)mg_freq_n(w.f, i), positive = n * w.chances[i];
		above += positive;
		rows += n;
		area += positive * above / rows;
	}
	return w.positives > 0 && w.negatives > 0 ? area / w.positives : NAN;
}

/* ---- in words ---- */

const char *mg_estimate_definition(
	const struct mg_check *c, struct mg_arena *arena, const char *definition)
{
	return mg_estimated(c) ? mg_printf(arena, "%s/cbpe-isotonic", definition) : definition;
}

void mg_estimate_tell(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_estimate *e, struct mg_value *v)
{
	struct mg_arena *a = mg_measures_arena(m);
	v->rows = (int64_t)e->rows;
	v->dummy = NAN;
	v->message = mg_printf(a,
		"an estimate without labels (CBPE): from %s, calibrated on %s of the reference",
		mg_rows_text(a, e->rows), mg_rows_text(a, e->reference_rows));
	if (e->left_out > 0)
		v->message = mg_printf(a, "%s; %s without a score or a prediction left out",
			v->message, mg_rows_text(a, e->left_out));
	v->definition = mg_estimate_definition(c, a, c->kind->definition);
	mg_fact_number(m, v, "rows", e->rows + e->left_out);
	mg_fact_number(m, v, "unpredicted", e->left_out);
	mg_fact_number(m, v, "reference_rows", e->reference_rows);
	mg_fact_number(m, v, "reference_positives", e->reference_positives);
}
