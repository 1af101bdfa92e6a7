/* duplicate_rows.c: how many rows are there once more. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"

struct params {
	struct mg_selectors key;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, key, COLUMNS, "columns that are compared; all without it"),
	MG_FIELDS_END,
};

static int chosen(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_column ***columns, size_t *count, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	if (p->key.count > 0)
		return mg_columns_find(a, c->schema, &p->key, "key", columns, count, err);
	*count = c->schema->count;
	*columns = mg_alloc_array(a, *count, sizeof(**columns));
	for (size_t i = 0; i < *count; i++)
		(*columns)[i] = &c->schema->columns[i];
	return MG_OK;
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_column **columns;
	size_t count;
	MG_TRY(chosen(pl, c, &columns, &count, err));
	struct mg_term *keys = mg_alloc_array(a, count, sizeof(*keys));
	for (size_t i = 0; i < count; i++) {
		MG_TRY(mg_need_column(pl, c, MG_CURRENT, columns[i]->name, &keys[i].expr, err));
		keys[i].as = mg_key_form(columns[i]);
	}
	struct mg_query query = {
		.kind = MG_QUERY_KEYS, .keys = keys, .key_count = count, .nulls_equal = true};
	MG_TRY(mg_need_query(pl, c, "keys", &query, err));
	query.kind = MG_QUERY_SAMPLE_KEYS;
	return mg_failing_query(pl, c, &query, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	struct mg_arena *a = mg_measures_arena(m);
	double rows = mg_get_at(m, "keys", 0), distinct = mg_get_at(m, "keys", 2);
	double repeated = mg_get_at(m, "keys", 3);
	if (rows == 0)
		return mg_value_empty("there are no rows");
	struct mg_value v = mg_value_of(rows - distinct, (int64_t)rows);
	v.message = repeated == 0
		? mg_printf(a, "%s, none twice", mg_rows_text(a, rows))
		: mg_printf(a, "%s of %s are there more than once",
			  mg_human_double(a, repeated, 15), mg_rows_text(a, rows));
	mg_fact_number(m, &v, "distinct", distinct);
	mg_fact_number(m, &v, "repeated", repeated);
	return v;
}

const struct mg_check_kind mg_check_duplicate_rows = {
	.name = "duplicate_rows",
	.family = "table",
	.summary = "number of rows that are there once more",
	.details =
		"Rows less different rows: of two equal rows one is a duplicate, as pandas' "
		"`duplicated` counts. All columns are compared, or those of `key`. NULL equals "
		"NULL, and NaN equals NaN. Without limits none is allowed. `unique` measures the "
		"share of rows that are there only once. Each slice is checked by itself.",
	.definition = "duplicate_rows/rows-less-distinct",
	.example = "- duplicate_rows: {key: [date, origin, destination, distance], max: 1000000}",
	.better = MG_LOWER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_DEFAULT_NONE | MG_KIND_NO_MISSING | MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = NAN,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
