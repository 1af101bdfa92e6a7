/* needs.c: gathers what checks need into as few queries as it can. */
#include <modelgate/check.h>

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "plan/number.h"
#include "plan/planner.h"
#include "plan/redact.h"

struct mg_arena *mg_planner_arena(struct mg_planner *pl)
{
	return pl->arena;
}

int64_t mg_planner_as_of_us(const struct mg_planner *pl)
{
	return pl->plan->as_of_us;
}

const struct mg_schema *mg_planner_schema(const struct mg_planner *pl, const char *data)
{
	for (size_t i = 0; data && i < pl->plan->spec->data_count; i++)
		if (mg_streq(pl->plan->spec->data[i].name, data))
			return &pl->plan->schemas[i];
	return NULL;
}

static const struct mg_schema *side_schema(const struct mg_check *c, enum mg_side side)
{
	return side == MG_REFERENCE ? c->reference : c->schema;
}

const struct mg_expr *mg_other_column(
	struct mg_planner *pl, const struct mg_schema *schema, const struct mg_column *column)
{
	return mg_without_missing(
		pl->arena, column, &schema->data->missing, &(struct mg_missing){0});
}

const struct mg_check *mg_on_reference(struct mg_arena *arena, const struct mg_check *c)
{
	struct mg_check *view = mg_alloc(arena, sizeof(*view));
	*view = *c;
	view->schema = c->reference;
	view->is_reference_check = true;
	view->view_of = c;
	return view;
}

/* Needs are the planned check's, also those of its reference. */
static inline bool is_planned(const struct mg_planner *pl, const struct mg_check *c)
{
	return c == pl->check || c->view_of == pl->check;
}

int mg_need_column(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const char *column, const struct mg_expr **out, struct mg_error *err)
{
	const struct mg_schema *schema = side_schema(c, side);
	if (!schema)
		return mg_fail(err, MG_ENOTFOUND, "there is no reference data");
	const struct mg_column *found = NULL;
	MG_TRY(mg_column_find(schema, column, &found, err));
	*out = mg_without_missing(pl->arena, found, &schema->data->missing, &c->spec->missing);
	return MG_OK;
}

/* The rows a check looks at: its suite's and its own conditions, or the reference's own instead. */
static struct mg_source judged_rows(
	struct mg_planner *pl, const struct mg_check *c, enum mg_side side)
{
	const struct mg_expr **where = mg_alloc_array(pl->arena, 3, sizeof(*where));
	struct mg_source source = {.data = side_schema(c, side)->data, .where = where};
	const char *own = side == MG_REFERENCE || c->is_reference_check ? c->spec->reference_where
									: NULL;
	if (own)
		where[source.where_count++] = mg_x_sql(pl->arena, own);
	if (c->suite->where && !own)
		where[source.where_count++] = mg_x_sql(pl->arena, c->suite->where);
	if (c->spec->where && !own)
		where[source.where_count++] = mg_x_sql(pl->arena, c->spec->where);
	return source;
}

/* The same, of the check's slice. */
static struct mg_source source_of(
	struct mg_planner *pl, const struct mg_check *c, enum mg_side side)
{
	struct mg_source source = judged_rows(pl, c, side);
	const struct mg_expr **where = (const struct mg_expr **)(uintptr_t)source.where;
	if (c->slice && c->slice->where)
		where[source.where_count++] = mg_x_sql(pl->arena, c->slice->where);
	return source;
}

static void add_need(struct mg_planner *pl, const char *name, size_t query, size_t first)
{
	struct mg_check *c = pl->check;
	c->needs = mg_grow(
		pl->arena, c->needs, c->need_count, &c->need_capacity, sizeof(*c->needs));
	c->needs[c->need_count++] = (struct mg_need){
		.name = mg_strdup(pl->arena, name), .query = query, .first = first};
}

/* The text that stands for a redacted one when rows are grouped: which are equal can be told by it, and nothing else. */
static const struct mg_expr *unnamed(struct mg_planner *pl, const struct mg_expr *text)
{
	return mg_x_call(pl->arena, MG_FN_DIGEST, 1, text);
}

/* The value of the slice column as text, or NULL when the check has no slice column. */
static int slice_key(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const struct mg_expr **out, struct mg_error *err)
{
	*out = NULL;
	if (!c->slice || !c->slice->column)
		return MG_OK;
	const struct mg_expr *column = NULL;
	MG_TRY(mg_need_column(pl, c, side, c->slice->column, &column, err));
	*out = mg_as_text(pl->arena, column);
	if (mg_slice_redacted(c))
		*out = unnamed(pl, *out);
	return MG_OK;
}

/* An aggregate query over the check's rows, with the slice before the keys. */
static int aggregate_query(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const struct mg_term *keys, size_t key_count, struct mg_query *out, struct mg_error *err)
{
	if (!side_schema(c, side))
		return mg_fail(err, MG_ENOTFOUND, "there is no reference data");
	const struct mg_expr *slice = NULL;
	MG_TRY(slice_key(pl, c, side, &slice, err));
	struct mg_term *all = mg_alloc_array(pl->arena, key_count + 1, sizeof(*all));
	size_t count = 0;
	if (slice)
		all[count++] = (struct mg_term){.expr = slice, .as = MG_CELL_TEXT};
	for (size_t i = 0; i < key_count; i++)
		all[count++] = keys[i];
	*out = (struct mg_query){.kind = MG_QUERY_AGGREGATE,
		.source = source_of(pl, c, side),
		.keys = all,
		.key_count = count,
		.sliced = slice != NULL,
		.timeout_seconds = c->spec->timeout_seconds};
	return MG_OK;
}

int mg_need(struct mg_planner *pl, const struct mg_check *c, enum mg_side side, const char *name,
	enum mg_cell_type as, const struct mg_expr *aggregate, struct mg_error *err)
{
	assert(is_planned(pl, c));
	struct mg_query query;
	MG_TRY(aggregate_query(pl, c, side, NULL, 0, &query, err));
	struct mg_place at = mg_merge_term(
		&pl->merge, &query, &(struct mg_term){.expr = aggregate, .as = as});
	add_need(pl, name, at.query, query.key_count + at.term);
	return MG_OK;
}

int mg_need_integer(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *aggregate, struct mg_error *err)
{
	return mg_need(pl, c, MG_CURRENT, name, MG_CELL_INTEGER, aggregate, err);
}

int mg_need_real(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *aggregate, struct mg_error *err)
{
	return mg_need(pl, c, MG_CURRENT, name, MG_CELL_REAL, aggregate, err);
}

static int groups_query(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const struct mg_term *keys, size_t key_count, const struct mg_term *terms,
	size_t term_count, struct mg_query *out, struct mg_error *err)
{
	struct mg_term *named = mg_alloc_array(pl->arena, key_count, sizeof(*named));
	for (size_t i = 0; i < key_count; i++) {
		named[i] = keys[i];
		if (keys[i].as == MG_CELL_TEXT && mg_check_redacted(c))
			named[i].expr = unnamed(pl, keys[i].expr);
	}
	MG_TRY(aggregate_query(pl, c, side, named, key_count, out, err));
	struct mg_term *own = mg_alloc_array(pl->arena, term_count, sizeof(*own));
	for (size_t i = 0; i < term_count; i++)
		own[i] = terms[i];
	out->terms = own;
	out->term_count = term_count;
	return MG_OK;
}

int mg_need_groups(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const char *name, const struct mg_term *keys, size_t key_count, const struct mg_term *terms,
	size_t term_count, struct mg_error *err)
{
	assert(is_planned(pl, c));
	struct mg_query query;
	MG_TRY(groups_query(pl, c, side, keys, key_count, terms, term_count, &query, err));
	add_need(pl, name, mg_merge_query(&pl->merge, &query), 0);
	return MG_OK;
}

int mg_need_groups_of_all(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_term *keys, size_t key_count, const struct mg_term *terms,
	size_t term_count, struct mg_error *err)
{
	assert(is_planned(pl, c));
	struct mg_check whole = *c;
	whole.slice = NULL;
	struct mg_query query;
	MG_TRY(groups_query(
		pl, &whole, MG_CURRENT, keys, key_count, terms, term_count, &query, err));
	query.keys_repeat = true;
	add_need(pl, name, mg_merge_query(&pl->merge, &query), 0);
	pl->check->needs[pl->check->need_count - 1].unsliced = true;
	return MG_OK;
}

int mg_need_freq(struct mg_planner *pl, const struct mg_check *c, enum mg_side side,
	const char *name, const struct mg_expr *value, const struct mg_expr *group, int group_count,
	struct mg_error *err)
{
	assert(is_planned(pl, c));
	if (!side_schema(c, side))
		return mg_fail(err, MG_ENOTFOUND, "there is no reference data");
	struct mg_query query = {.kind = MG_QUERY_FREQ,
		.source = source_of(pl, c, side),
		.value = value,
		.group = group,
		.group_count = group ? group_count : 1,
		.timeout_seconds = c->spec->timeout_seconds};
	MG_TRY(slice_key(pl, c, side, &query.slice, err));
	add_need(pl, name, mg_merge_query(&pl->merge, &query), 0);
	return MG_OK;
}

int mg_need_query(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_query *query, struct mg_error *err)
{
	assert(is_planned(pl, c));
	bool by_keys = query->kind == MG_QUERY_KEYS || query->kind == MG_QUERY_ORPHANS;
	if (c->slice && c->slice->column && !by_keys)
		return mg_fail(err, MG_EUSAGE,
			"%s cannot be sliced by a column; name each slice with a `where`, or give the check `slices: []`",
			c->kind->name);
	struct mg_query whole = *query;
	whole.source = source_of(pl, c, MG_CURRENT);
	whole.timeout_seconds = c->spec->timeout_seconds;
	MG_TRY(slice_key(pl, c, MG_CURRENT, &whole.slice, err));
	add_need(pl, name, mg_merge_query(&pl->merge, &whole), whole.slice ? 1 : 0);
	return MG_OK;
}

/* ---- rows that are on both sides ---- */

const char *const mg_need_pairs = "(pairs)";

void mg_row_value(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *value)
{
	assert(is_planned(pl, c));
	(void)c; /* a build without assertions */
	pl->check->row_value = mg_x_call(pl->arena, MG_FN_FINITE, 1, value);
}

void mg_row_hit(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *counted,
	const struct mg_expr *hit)
{
	struct mg_arena *a = pl->arena;
	const struct mg_expr *one = mg_if(a, hit, mg_x_integer(a, 1), mg_x_integer(a, 0));
	mg_row_value(pl, c, mg_if(a, counted, one, mg_x_null(a)));
}

/* One side's rows by its key. */
static int keyed_rows(
	struct mg_planner *pl, const struct mg_check *c, struct mg_query *out, struct mg_error *err)
{
	const struct mg_schema *schema = c->schema;
	struct mg_term *keys = mg_alloc_array(pl->arena, schema->key_count, sizeof(*keys));
	*out = (struct mg_query){.kind = MG_QUERY_PAIRS,
		.source = source_of(pl, c, MG_CURRENT),
		.keys = keys,
		.key_count = schema->key_count,
		.value = c->row_value,
		.timeout_seconds = c->spec->timeout_seconds};
	for (size_t i = 0; i < schema->key_count; i++)
		MG_TRY(mg_need_column(pl, c, MG_CURRENT, schema->key[i], &keys[i].expr, err));
	return slice_key(pl, c, MG_CURRENT, &out->slice, err);
}

static int need_pairs(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_check *reference, struct mg_error *err)
{
	struct mg_query here = {0}, *there = mg_alloc(pl->arena, sizeof(*there));
	MG_TRY(keyed_rows(pl, c, &here, err));
	MG_TRY(keyed_rows(pl, reference, there, err));
	for (size_t i = 0; i < here.key_count; i++) {
		struct mg_term *x = (struct mg_term *)(uintptr_t)&here.keys[i];
		struct mg_term *y = (struct mg_term *)(uintptr_t)&there->keys[i];
		x->as = y->as = mg_number_meet(pl->arena,
			mg_schema_column(c->schema, c->schema->key[i]),
			mg_schema_column(reference->schema, reference->schema->key[i]), &x->expr,
			&y->expr);
	}
	here.with = there;
	add_need(pl, mg_need_pairs, mg_merge_query(&pl->merge, &here), here.slice ? 1 : 0);
	pl->check->needs[pl->check->need_count - 1].tells = true;
	return MG_OK;
}

void mg_need_pairs_with(
	struct mg_planner *pl, const struct mg_check *c, const struct mg_check *reference)
{
	assert(is_planned(pl, c));
	struct mg_error why = {0};
	if (!c->row_value || !reference->row_value)
		pl->check->unpaired = "this kind compares no pairs";
	else if (!mg_data_together(c->schema->data, reference->schema->data))
		pl->check->unpaired = "the data and the reference are in different places, and one "
				      "statement cannot read both";
	else if (c->schema->key_count == 0 || reference->schema->key_count == 0)
		pl->check
			->unpaired = "the data name no `key` that tells which rows belong together";
	else if (c->schema->key_count != reference->schema->key_count)
		pl->check->unpaired = "the keys of the data have different numbers of columns";
	else if (need_pairs(pl, c, reference, &why) != MG_OK)
		pl->check->unpaired = mg_strdup(pl->arena, why.text);
}

/* ---- rows that conditions leave out ---- */

const char *const mg_need_rows_read[] = {"(rows)", "(reference rows)"};
const char *const mg_need_rows_judged[] = {"(rows kept)", "(reference rows kept)"};

static void tell_rows(struct mg_planner *pl, const char *name, struct mg_source source)
{
	const struct mg_query query = {.kind = MG_QUERY_AGGREGATE,
		.source = source,
		.timeout_seconds = pl->check->spec->timeout_seconds};
	const struct mg_term rows = {.expr = mg_count_all(pl->arena), .as = MG_CELL_INTEGER};
	struct mg_place at = mg_merge_term(&pl->merge, &query, &rows);
	add_need(pl, name, at.query, at.term);
	pl->check->needs[pl->check->need_count - 1].tells = true;
}

/* SQL of the spec's own picks its rows itself. */
static bool reads_rows(const struct mg_planner *pl, const struct mg_check *c)
{
	for (size_t i = 0; i < c->need_count; i++)
		if (!pl->plan->queries[c->needs[i].query]->sql)
			return true;
	return false;
}

void mg_need_rows_told(struct mg_planner *pl, const struct mg_check *c)
{
	assert(is_planned(pl, c));
	bool compares = mg_check_compares(c->spec) ||
		c->spec->baseline.kind == MG_BASELINE_REFERENCE;
	if (c->is_reference_check || !reads_rows(pl, c))
		return;
	for (int side = MG_CURRENT; side <= (compares && c->reference ? MG_REFERENCE : MG_CURRENT);
		side++) {
		struct mg_source judged = judged_rows(pl, c, (enum mg_side)side);
		bool own = judged.data->where != NULL;
		if (!own && judged.where_count == 0)
			continue;
		tell_rows(pl, mg_need_rows_read[side],
			(struct mg_source){.data = judged.data, .whole = own});
		tell_rows(pl, mg_need_rows_judged[side], judged);
	}
}

/* Columns worth showing: keys first, then the checked ones, then others, at most eight. */
static const char **sample_columns(
	struct mg_planner *pl, const struct mg_check *c, size_t *out_count)
{
	enum { MOST = 8 };
	const struct mg_schema *schema = c->schema;
	const char **list = mg_alloc_array(pl->arena, MOST, sizeof(*list));
	size_t count = 0;
	const char *first[MOST * 2];
	size_t first_count = 0;
	for (size_t i = 0; i < schema->key_count && first_count < MOST; i++)
		first[first_count++] = schema->key[i];
	if (c->column)
		first[first_count++] = c->column;
	for (size_t pass = 0; pass < 2; pass++) {
		size_t n = pass ? schema->count : first_count;
		for (size_t i = 0; i < n && count < MOST; i++) {
			const struct mg_column *column = pass ? &schema->columns[i]
							      : mg_schema_column(schema, first[i]);
			bool seen = !column || column->ambiguous;
			for (size_t k = 0; k < count && !seen; k++)
				seen = mg_streq(list[k], column->name);
			if (!seen)
				list[count++] = column->name;
		}
	}
	*out_count = count;
	return list;
}

int mg_failing_rows(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *failing,
	struct mg_error *err)
{
	(void)err;
	assert(is_planned(pl, c) && (c->kind->flags & MG_KIND_SAMPLES));
	if (c->spec->samples <= 0)
		return MG_OK;
	struct mg_query *query = mg_alloc(pl->arena, sizeof(*query));
	query->kind = MG_QUERY_SAMPLE;
	query->source = source_of(pl, c, MG_CURRENT);
	const struct mg_expr **where = mg_alloc_array(
		pl->arena, query->source.where_count + 1, sizeof(*where));
	for (size_t i = 0; i < query->source.where_count; i++)
		where[i] = query->source.where[i];
	where[query->source.where_count++] = failing;
	query->source.where = where;
	query->columns = sample_columns(pl, c, &query->column_count);
	query->limit = c->spec->samples;
	pl->check->failing_rows = query;
	return MG_OK;
}

int mg_failing_query(struct mg_planner *pl, const struct mg_check *c, const struct mg_query *query,
	struct mg_error *err)
{
	(void)err;
	assert(is_planned(pl, c) && (c->kind->flags & MG_KIND_SAMPLES));
	if (c->spec->samples <= 0)
		return MG_OK;
	struct mg_query *copy = mg_alloc(pl->arena, sizeof(*copy));
	*copy = *query;
	copy->source = source_of(pl, c, MG_CURRENT);
	copy->limit = c->spec->samples;
	pl->check->failing_rows = copy;
	return MG_OK;
}
