/* share.c: counts the rows that hold and says so in words. */
#include "checks/share.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/interval.h"

int mg_share_plan(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *null,
	const struct mg_expr *holds, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	MG_TRY(mg_need_integer(pl, c, "rows", mg_count_all(a), err));
	MG_TRY(mg_need_integer(pl, c, "held", mg_count_if(a, holds), err));
	MG_TRY(mg_need_integer(pl, c, "nulls", mg_count_if(a, null), err));
	bool null_holds = c->spec->nulls != MG_NULLS_FAIL;
	const struct mg_expr *decided = mg_coalesce(a, holds, mg_x_bool(a, null_holds));
	bool null_counts = c->spec->nulls != MG_NULLS_IGNORE;
	mg_row_hit(pl, c, null_counts ? mg_x_bool(a, true) : mg_not(a, null), decided);
	/* No row is found by NULL. Said without it, engines compare with what they know of their files. */
	return mg_failing_rows(pl, c, mg_not(a, null_holds ? holds : decided), err);
}

static const char *rows_word(double n)
{
	return n == 1 ? "row" : "rows";
}

/* "3 of 50 rows outside 0..1 (2 NULLs ignored)" */
static const char *message(const struct mg_check *c, struct mg_arena *a, double failing_rows,
	double whole, double nulls, const char *failing)
{
	static const char *const rule[] = {
		[MG_NULLS_IGNORE] = "ignored",
		[MG_NULLS_FAIL] = "counted as failing",
		[MG_NULLS_PASS] = "counted as passing",
		[MG_NULLS_EQUAL] = "taken as equal",
		[MG_NULLS_DISTINCT] = "taken as distinct",
	};
	struct mg_text t;
	mg_text_init(&t, a);
	mg_text_addf(&t, "%s of %s %s %s", mg_human_double(a, failing_rows, 15),
		mg_human_double(a, whole, 15), rows_word(whole), failing);
	if (nulls > 0)
		mg_text_addf(&t, " (%s NULL%s %s)", mg_human_double(a, nulls, 15),
			nulls == 1 ? "" : "s", rule[c->spec->nulls]);
	return t.data;
}

/* The kind's own ends in nulls-ignore, the default. */
static const char *definition(const struct mg_check *c, struct mg_arena *a)
{
	static const char *const word[] = {
		[MG_NULLS_IGNORE] = "ignore",
		[MG_NULLS_FAIL] = "fail",
		[MG_NULLS_PASS] = "pass",
		[MG_NULLS_EQUAL] = "equal",
		[MG_NULLS_DISTINCT] = "distinct",
	};
	const char *id = c->kind->definition;
	if (c->spec->nulls == MG_NULLS_IGNORE || !mg_ends_with(id, word[MG_NULLS_IGNORE]))
		return NULL;
	size_t stem = strlen(id) - strlen(word[MG_NULLS_IGNORE]);
	return mg_printf(a, "%.*s%s", (int)stem, id, word[c->spec->nulls]);
}

struct mg_value mg_only_nulls(const struct mg_measures *m, double rows)
{
	struct mg_arena *a = mg_measures_arena(m);
	return mg_value_empty(rows == 1
			? "the only value is NULL"
			: mg_printf(a, "all %s values are NULL", mg_human_double(a, rows, 15)));
}

/* NULLs are a part of their own, however the check counts them, unless they are values like others. */
static void add_chart(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	double rows, double nulls, double held)
{
	static const char *columns[] = {"rows"};
	bool values = c->spec->nulls == MG_NULLS_EQUAL;
	double others = rows - held - (values ? 0 : nulls);
	const struct mg_chart_part parts[] = {
		{"hold", {held}}, {"do not hold", {others}}, {"NULL", {nulls}}};
	mg_chart_parts(m, v, c->column ? c->column : "rows", columns, 1, parts, values ? 2 : 3);
}

struct mg_value mg_share_of_counts(const struct mg_check *c, const struct mg_measures *m,
	double rows, double nulls, double held, const char *failing)
{
	struct mg_arena *a = mg_measures_arena(m);
	double whole = rows, held_values = held;
	if (c->spec->nulls == MG_NULLS_IGNORE)
		whole -= nulls;
	if (c->spec->nulls == MG_NULLS_PASS || c->spec->nulls == MG_NULLS_DISTINCT)
		held += nulls;
	if (rows > 0 && whole <= 0)
		return mg_only_nulls(m, rows);
	struct mg_value v = mg_value_share(held, whole);
	if (v.state != MG_MEASURED)
		return v;
	v.definition = definition(c, a);
	mg_interval_of_share(c, &v, held, whole);
	v.message = message(c, a, whole - held, whole, nulls, failing);
	mg_fact_number(m, &v, "rows", rows);
	mg_fact_number(m, &v, "nulls", nulls);
	v.failing = whole - held;
	mg_fact_number(m, &v, "failing_rows", v.failing);
	add_chart(c, m, &v, rows, nulls, held_values);
	return v;
}

struct mg_value mg_share_measure(
	const struct mg_check *c, const struct mg_measures *m, const char *failing)
{
	return mg_share_of_counts(
		c, m, mg_get(m, "rows"), mg_get(m, "nulls"), mg_get(m, "held"), failing);
}
