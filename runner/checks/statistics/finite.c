/* finite.c: counts the values a statistic can use and says why it cannot use the rest. */
#include "checks/statistics/finite.h"

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"

const char *const mg_non_finite_words[] = {"error", "ignore", NULL};

bool mg_always_finite(const struct mg_check *c)
{
	const struct mg_column *column = mg_schema_column(c->schema, c->column);
	return c->column_type == MG_TYPE_INTEGER || c->column_type == MG_TYPE_BOOLEAN ||
		(column && mg_number_is_exact(&column->number) && !column->number.wild);
}

/* true is 1, false 0, NULL neither. */
static const struct mg_expr *number_of_truth(struct mg_arena *a, const struct mg_expr *x)
{
	const struct mg_expr *number = mg_if(a, x, mg_x_integer(a, 1), mg_x_integer(a, 0));
	return mg_if(a, mg_is_null(a, x), mg_x_null(a), number);
}

int mg_finite_plan(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr **out,
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	MG_TRY(mg_need_integer(pl, c, "rows", mg_count_all(a), err));
	MG_TRY(mg_need_integer(pl, c, "nulls", mg_count_if(a, mg_is_null(a, x)), err));
	/* No need to look at each, and engines add them up exactly. */
	if (mg_always_finite(c)) {
		*out = c->column_type == MG_TYPE_BOOLEAN ? number_of_truth(a, x) : x;
		return MG_OK;
	}
	MG_TRY(mg_need_integer(pl, c, "finite", mg_count_if(a, mg_is_finite(a, x)), err));
	*out = mg_x_call(a, MG_FN_FINITE, 1, x);
	return MG_OK;
}

double mg_finite_of_counts(const struct mg_check *c, const struct mg_measures *m, double rows,
	double nulls, double finite, enum mg_non_finite non_finite, struct mg_value *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	double others = rows - nulls - finite;
	if (!(rows > 0)) {
		*out = mg_value_empty("there are no rows");
		return 0;
	}
	if (rows == nulls) {
		*out = mg_only_nulls(m, rows);
		return 0;
	}
	if (others > 0 && non_finite == MG_NON_FINITE_ERROR) {
		*out = mg_value_undefined(mg_printf(a,
			"%s of '%s' %s NaN or infinite; `non_finite: ignore` leaves %s out",
			others == 1 ? "1 value"
				    : mg_printf(a, "%s values", mg_human_double(a, others, 15)),
			c->column, others == 1 ? "is" : "are", others == 1 ? "it" : "them"));
		return 0;
	}
	if (!(finite > 0)) {
		*out = mg_value_empty(mg_printf(a, "'%s' has no finite values", c->column));
		return 0;
	}
	return finite;
}

double mg_finite_count(const struct mg_check *c, const struct mg_measures *m,
	enum mg_non_finite non_finite, struct mg_value *out)
{
	double rows = mg_get(m, "rows"), nulls = mg_get(m, "nulls");
	double finite = mg_always_finite(c) ? rows - nulls : mg_get(m, "finite");
	return mg_finite_of_counts(c, m, rows, nulls, finite, non_finite, out);
}

void mg_finite_facts(
	const struct mg_measures *m, struct mg_value *v, double rows, double nulls, double finite)
{
	mg_fact_number(m, v, "rows", rows);
	mg_fact_number(m, v, "nulls", nulls);
	if (rows - nulls - finite > 0)
		mg_fact_number(m, v, "non_finite", rows - nulls - finite);
}
