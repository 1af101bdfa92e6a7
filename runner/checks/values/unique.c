/* unique.c: the share of rows whose value, or compound key, occurs only once. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"

struct params {
	struct mg_selectors key;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, key, COLUMNS,
		"columns that identify a row together; instead of column"),
	MG_FIELDS_END,
};

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct params *p = params;
	if (p->key.count == 0 && spec->columns.count == 0)
		return mg_fail(err, MG_ESPEC,
			"give `column` or `columns` (each unique by itself), or `key: [a, b]` "
			"(unique together)");
	if (p->key.count > 0 && spec->columns.count > 0)
		return mg_fail(err, MG_ESPEC, "give `column` or `key`, not both");
	return MG_OK;
}

static enum mg_nulls nulls(const void *params)
{
	const struct params *p = params;
	return p->key.count > 1 ? MG_NULLS_EQUAL : MG_NULLS_IGNORE;
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_column *one = NULL, **columns = &one;
	size_t count = 1;
	if (c->column)
		MG_TRY(mg_column_find(c->schema, c->column, &one, err));
	else
		MG_TRY(mg_columns_find(a, c->schema, &p->key, "key", &columns, &count, err));
	struct mg_term *keys = mg_alloc_array(a, count, sizeof(*keys));
	for (size_t i = 0; i < count; i++) {
		MG_TRY(mg_need_column(pl, c, MG_CURRENT, columns[i]->name, &keys[i].expr, err));
		keys[i].as = mg_key_form(columns[i]);
	}
	struct mg_query query = {.kind = MG_QUERY_KEYS,
		.keys = keys,
		.key_count = count,
		.nulls_equal = c->spec->nulls == MG_NULLS_EQUAL};
	MG_TRY(mg_need_query(pl, c, "keys", &query, err));
	query.kind = MG_QUERY_SAMPLE_KEYS;
	return mg_failing_query(pl, c, &query, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	double rows = mg_get_at(m, "keys", 0), nulls = mg_get_at(m, "keys", 1);
	double distinct = mg_get_at(m, "keys", 2), repeated = mg_get_at(m, "keys", 3);
	const char *what = !c->column && p->key.count > 1 ? "share their key with another row"
							  : "share their value with another row";
	bool nulls_count = c->spec->nulls == MG_NULLS_EQUAL;
	struct mg_value v = mg_share_of_counts(
		c, m, rows, nulls, rows - repeated - (nulls_count ? 0 : nulls), what);
	if (v.state == MG_MEASURED)
		mg_fact_number(m, &v, "distinct", distinct);
	return v;
}

const struct mg_check_kind mg_check_unique = {
	.name = "unique",
	.family = "values",
	.summary = "share of rows whose value, or key of several columns, occurs only once",
	.details = "Rows whose value occurs exactly once, divided by rows with a value: of 1, 1, "
		   "2 one row in three holds. (Other tools divide the number of distinct values, "
		   "which would be two in three.) `columns` checks each by itself, `key` all "
		   "together. NULLs in a column are left out. In a key of several columns a NULL "
		   "is a value like others, so that (x, NULL) twice breaks it, as in dbt and "
		   "Great Expectations. `nulls: distinct` lets no two such keys be the same, as a "
		   "UNIQUE constraint of SQL. With `ignore`, `fail` and `pass` a key with a NULL "
		   "in any part counts as NULL. Each slice is checked by itself: a value that "
		   "occurs once in each of two slices is unique in both.",
	.definition = "unique/rows-seen-once/nulls-ignore",
	.example = "- unique: {column: flight_id}\n"
		   "- unique: {key: [date, origin, destination, distance], min: 90%}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_COLUMN_OPTIONAL | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.nulls = nulls,
	.plan = plan,
	.measure = measure,
};
