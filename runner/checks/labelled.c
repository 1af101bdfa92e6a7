/* labelled.c: counts the rows of a task that have a label and a prediction, and judges the rest. */
#include "checks/labelled.h"

#include "base/arena.h"
#include "base/text.h"

/* Are there enough labels and answers? */
static bool is_complete(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_labelled *of, struct mg_value *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = of->rows, missing = of->missing, blank = of->unlabelled;
	double most = c->task->max_unlabelled;
	if (missing > 0 && c->spec->nulls == MG_NULLS_FAIL) {
		*out = mg_value_undefined(mg_printf(a,
			"%s without a label or a prediction, and `nulls: fail` allows none",
			mg_rows_text(a, missing)));
		return false;
	}
	if (blank / rows > most) {
		*out = mg_value_undefined(mg_printf(a,
			"%s of %s have no label, more than max_unlabelled (%s%%) allows",
			mg_human_double(a, blank, 15), mg_rows_text(a, rows),
			mg_human_double(a, 100 * most, 4)));
		return false;
	}
	if (missing > blank && c->task->unpredicted == MG_UNPREDICTED_ERROR) {
		*out = mg_value_undefined(mg_printf(a,
			"%s of %s with a label have no prediction; `unpredicted: ignore` in the task "
			"leaves them out%s",
			mg_human_double(a, missing - blank, 15), mg_rows_text(a, rows - blank),
			mg_kind_decides(c->kind) ? ", `wrong` counts them as wrong decisions"
						 : ""));
		return false;
	}
	return true;
}

double mg_labelled_rows(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_labelled *of, struct mg_value *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	bool wrong = c->task->unpredicted == MG_UNPREDICTED_WRONG;
	double missing = wrong ? of->unlabelled : of->missing;
	if (of->rows == 0) {
		*out = mg_value_empty("there are no rows");
		return 0;
	}
	if (!is_complete(c, m, of, out))
		return 0;
	if (of->rows == missing) {
		*out = mg_value_empty(mg_printf(a, "none of the %s has a label and a prediction",
			mg_rows_text(a, of->rows)));
		return 0;
	}
	return of->rows - missing;
}

void mg_labelled_facts(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_labelled *of, struct mg_value *v)
{
	struct mg_arena *a = mg_measures_arena(m);
	double missing = of->missing, blank = of->unlabelled;
	struct mg_text text;
	mg_fact_number(m, v, "rows", of->rows);
	mg_fact_number(m, v, "missing", missing);
	mg_fact_number(m, v, "unlabelled", blank);
	mg_fact_number(m, v, "unpredicted", missing - blank);
	if (missing == 0 || v->state != MG_MEASURED)
		return;
	mg_text_init(&text, a);
	if (v->message)
		mg_text_add(&text, v->message);
	if (blank > 0)
		mg_text_addf(&text, "%s%s without a label left out", text.len ? "; " : "",
			mg_rows_text(a, blank));
	if (missing > blank)
		mg_text_addf(&text, "%s%s without a prediction %s", text.len ? "; " : "",
			mg_rows_text(a, missing - blank),
			c->task->unpredicted == MG_UNPREDICTED_WRONG ? "counted as wrong"
								     : "left out");
	v->message = text.data;
}
