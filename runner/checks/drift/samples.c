/* samples.c: gets the two samples that every drift check compares. */
#include "checks/drift/samples.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/drift/few_rows.h"
#include "plan/number.h"
#include "plan/redact.h"
#include "stats/freq.h"

int mg_samples_check(
	struct mg_planner *pl, const struct mg_check *c, bool *out_numeric, struct mg_error *err)
{
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	MG_TRY(mg_need_column(pl, c, MG_REFERENCE, c->column, &x, err));
	const struct mg_column *now = mg_schema_column(c->schema, c->column);
	const struct mg_column *then = mg_schema_column(c->reference, c->column);
	if (mg_type_is_number(now->type) != mg_type_is_number(then->type))
		return mg_fail(err, MG_ESPEC,
			"column '%s' is %s in '%s' but %s in '%s': numbers and categories cannot be "
			"compared",
			c->column, now->sql_type, c->schema->data->name, then->sql_type,
			c->reference->data->name);
	if (now->type == MG_TYPE_TIME || now->type == MG_TYPE_OTHER)
		return mg_fail(err, MG_ESPEC,
			"column '%s' is of type %s; %s compares numbers, text and booleans",
			c->column, now->sql_type, c->kind->name);
	*out_numeric = mg_type_is_number(now->type);
	return MG_OK;
}

int mg_samples_numbers(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	static const char *const names[] = {MG_CURRENT_SAMPLE, MG_REFERENCE_SAMPLE};
	static const enum mg_side sides[] = {MG_CURRENT, MG_REFERENCE};
	const struct mg_expr *values[2];
	for (int i = 0; i < 2; i++)
		MG_TRY(mg_need_column(pl, c, sides[i], c->column, &values[i], err));
	mg_number_as_written(mg_planner_arena(pl), mg_schema_column(c->schema, c->column),
		mg_schema_column(c->reference, c->column), &values[0], &values[1]);
	for (int i = 0; i < 2; i++)
		MG_TRY(mg_need_freq(pl, c, sides[i], names[i], values[i], NULL, 1, err));
	return MG_OK;
}

static struct mg_value nothing(bool reference, double missing)
{
	if (reference)
		return mg_value_empty(missing > 0 ? "all values of the reference are missing"
						  : "the reference has no rows");
	return mg_value_empty(missing > 0 ? "all values are missing" : "there are no rows");
}

bool mg_samples_tables(const struct mg_measures *m, bool allow_missing,
	const struct mg_freq **current, const struct mg_freq **reference, struct mg_value *why)
{
	const struct mg_freq *tables[] = {
		mg_get_freq(m, MG_CURRENT_SAMPLE, 0), mg_get_freq(m, MG_REFERENCE_SAMPLE, 0)};
	for (int i = 0; i < 2; i++) {
		int64_t missing = tables[i]->nulls + tables[i]->nans;
		if (tables[i]->rows == 0 && !(i == 0 && allow_missing && missing > 0)) {
			*why = nothing(i == 1, (double)missing);
			return false;
		}
	}
	*current = tables[0];
	*reference = tables[1];
	return true;
}

int mg_samples_categories(
	struct mg_planner *pl, const struct mg_check *c, bool numeric, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	static const char *const names[] = {MG_CURRENT_SAMPLE, MG_REFERENCE_SAMPLE};
	static const enum mg_side sides[] = {MG_CURRENT, MG_REFERENCE};
	enum mg_cell_type form = !numeric ? MG_CELL_TEXT
					  : mg_number_form(mg_schema_column(c->schema, c->column),
						    mg_schema_column(c->reference, c->column));
	for (int i = 0; i < 2; i++) {
		const struct mg_expr *x;
		MG_TRY(mg_need_column(pl, c, sides[i], c->column, &x, err));
		if (numeric && form == MG_CELL_TEXT) /* NaN would be a text */
			x = mg_if(a, mg_is_nan(a, x), mg_x_null(a), x);
		/* the plan keeps the terms: they must live in its arena */
		struct mg_term *key = mg_alloc(a, sizeof *key), *count = mg_alloc(a, sizeof *count);
		*key = (struct mg_term){
			numeric ? mg_number_in_form(a, x, form) : mg_as_text(a, x), form};
		*count = (struct mg_term){mg_count_all(a), MG_CELL_INTEGER};
		MG_TRY(mg_need_groups(pl, c, sides[i], names[i], key, 1, count, 1, err));
	}
	return MG_OK;
}

/* ---- categories ---- */

struct category {
	const char *name;
	double counts[2];
};

static int by_name(const void *left, const void *right)
{
	const struct category *a = left, *b = right;
	const unsigned char *x = (const unsigned char *)a->name;
	const unsigned char *y = (const unsigned char *)b->name;
	while (*x && *x == *y) {
		x++;
		y++;
	}
	return *x < *y ? -1 : *x > *y;
}

/* Both sides by category, as they are counted. */
struct counting {
	struct mg_map seen; /* name -> struct category */
	double rows[2], missing[2];
};

/* False when there are more than MG_CATEGORIES_MOST. */
static bool count_side(struct mg_arena *a, const struct mg_table *table, int side,
	bool beside_float, struct counting *to)
{
	for (size_t row = 0; row < table->rows; row++) {
		const struct mg_cell *cells = &table->cells[row * table->columns];
		const char *name = mg_number_name(a, &cells[0], beside_float);
		double n = mg_cell_number(&cells[1]);
		if (!name) {
			to->missing[side] += n;
			continue;
		}
		to->rows[side] += n;
		struct category *at = mg_map_get(&to->seen, name);
		if (!at) {
			at = mg_alloc(a, sizeof *at);
			at->name = name;
			mg_map_put(&to->seen, name, at);
		}
		at->counts[side] += n;
		if (to->seen.count > MG_CATEGORIES_MOST)
			return false;
	}
	return true;
}

/* Sorted, so that sums do not depend on the order in which an engine gives groups. */
static struct mg_categories sort_counts(struct mg_arena *a, const struct counting *of)
{
	size_t count = of->seen.count;
	struct category *sorted = mg_alloc_array(a, count, sizeof *sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = *(const struct category *)of->seen.entries[i].value;
	qsort(sorted, count, sizeof *sorted, by_name);
	struct mg_categories k = {.names = mg_alloc_array(a, count, sizeof *k.names),
		.current = mg_alloc_array(a, count, sizeof *k.current),
		.reference = mg_alloc_array(a, count, sizeof *k.reference),
		.count = count,
		.sides = {of->rows[0], of->rows[1], of->missing[0], of->missing[1]}};
	for (size_t i = 0; i < count; i++) {
		k.names[i] = sorted[i].name;
		k.current[i] = sorted[i].counts[0];
		k.reference[i] = sorted[i].counts[1];
	}
	return k;
}

bool mg_samples_counts(const struct mg_check *c, const struct mg_measures *m, bool allow_missing,
	struct mg_categories *out, struct mg_value *why)
{
	static const char *const names[] = {MG_CURRENT_SAMPLE, MG_REFERENCE_SAMPLE};
	struct mg_arena *a = mg_measures_arena(m);
	bool beside_float = mg_number_beside_float(
		mg_schema_column(c->schema, c->column), mg_schema_column(c->reference, c->column));
	struct counting counting = {.rows = {0}};
	mg_map_init(&counting.seen, a);
	for (int side = 0; side < 2; side++) {
		struct mg_table table = mg_get_groups(m, names[side]);
		if (!count_side(a, &table, side, beside_float, &counting)) {
			*why = mg_value_undefined(mg_printf(a,
				"'%s' has more than %d different values: these are not categories "
				"(numbers: use psi, ks or wasserstein; identifiers: leave the "
				"column out)",
				c->column, MG_CATEGORIES_MOST));
			return false;
		}
	}
	for (int side = 0; side < 2; side++) {
		double missing = counting.missing[side];
		if (counting.rows[side] == 0 && !(side == 0 && allow_missing && missing > 0)) {
			*why = nothing(side == 1, missing);
			return false;
		}
	}
	*out = sort_counts(a, &counting);
	return true;
}

void mg_categories_add_missing(struct mg_arena *a, struct mg_categories *k)
{
	struct mg_categories more = *k;
	more.count = k->count + 1;
	more.names = mg_alloc_array(a, more.count, sizeof *more.names);
	more.current = mg_alloc_array(a, more.count, sizeof *more.current);
	more.reference = mg_alloc_array(a, more.count, sizeof *more.reference);
	for (size_t i = 0; i < k->count; i++) {
		more.names[i] = k->names[i];
		more.current[i] = k->current[i];
		more.reference[i] = k->reference[i];
	}
	more.current[k->count] = k->sides.current_missing;
	more.reference[k->count] = k->sides.reference_missing;
	*k = more;
}

struct labelling {
	const struct mg_check *c;
	struct mg_arena *arena;
	const struct mg_categories *categories;
};

/* The last of as many as with missing values is these. */
static const char *label_of(const void *context, size_t i)
{
	const struct labelling *l = context;
	const char *name = l->categories->names[i];
	return name ? mg_redact_quoted(l->c, l->arena, name) : "missing values";
}

void mg_categories_chart(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const struct mg_categories *k)
{
	const struct labelling labelling = {c, mg_measures_arena(m), k};
	mg_chart_bins(m, v,
		&(struct mg_chart_counts){.of = c->column,
			.current = k->current,
			.reference = k->reference,
			.count = k->count,
			.label = label_of,
			.context = &labelling});
}

/* ---- both sides in words ---- */

struct mg_sides mg_sides_of(const struct mg_freq *current, const struct mg_freq *reference)
{
	return (struct mg_sides){(double)current->rows, (double)reference->rows,
		(double)(current->nulls + current->nans),
		(double)(reference->nulls + reference->nans)};
}

static double missing_share(double rows, double missing)
{
	return rows + missing > 0 ? missing / (rows + missing) : 0;
}

static const char *percent(struct mg_arena *a, double share)
{
	return mg_printf(a, "%s%%", mg_human_double(a, 100 * share, 4));
}

static const char *current_share(struct mg_arena *a, struct mg_sides s)
{
	return percent(a, missing_share(s.current_rows, s.current_missing));
}

static const char *reference_share(struct mg_arena *a, struct mg_sides s)
{
	return percent(a, missing_share(s.reference_rows, s.reference_missing));
}

const char *mg_samples_missing_words(struct mg_arena *a, struct mg_sides s)
{
	return mg_printf(
		a, "missing values went from %s to %s", reference_share(a, s), current_share(a, s));
}

void mg_samples_facts(const struct mg_measures *m, struct mg_value *v, struct mg_sides s)
{
	mg_fact_number(m, v, "current_rows", s.current_rows);
	mg_fact_number(m, v, "reference_rows", s.reference_rows);
	mg_fact_number(m, v, "current_missing", s.current_missing);
	mg_fact_number(m, v, "reference_missing", s.reference_missing);
	mg_fact_number(
		m, v, "current_missing_share", missing_share(s.current_rows, s.current_missing));
	mg_fact_number(m, v, "reference_missing_share",
		missing_share(s.reference_rows, s.reference_missing));
}

/* A FLOAT counts as it is written, with seven digits; what has more is rounded on that side alone. */
static const char *fewer_digits(const struct mg_check *c, struct mg_arena *a)
{
	const char *now = mg_schema_column(c->schema, c->column)->sql_type;
	const char *then = mg_schema_column(c->reference, c->column)->sql_type;
	if (mg_streq(now, "FLOAT") == mg_streq(then, "FLOAT"))
		return "";
	return mg_printf(a,
		"; the column is %s here but %s in the reference, and a FLOAT has seven digits: what has "
		"more is another number on the other side",
		now, then);
}

void mg_samples_tell(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	struct mg_sides s)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = s.current_rows + s.current_missing;
	mg_samples_facts(m, v, s);
	v->message = mg_printf(a, "%s%s%s against %s, missing in %s against %s%s",
		v->message ? v->message : "", v->message ? "; " : "", mg_rows_text(a, rows),
		mg_human_double(a, s.reference_rows + s.reference_missing, 15), current_share(a, s),
		reference_share(a, s), fewer_digits(c, a));
}

static bool are_comparable(const struct mg_measures *m, struct mg_sides s,
	double max_missing_change, struct mg_value *why)
{
	struct mg_arena *a = mg_measures_arena(m);
	double change = fabs(missing_share(s.current_rows, s.current_missing) -
		missing_share(s.reference_rows, s.reference_missing));
	if (change <= max_missing_change)
		return true;
	*why = mg_value_undefined(mg_printf(a,
		"%s, and what is left says little about all rows; null_share_change judges that, and "
		"max_missing_change (%s) says how much may be passed over here",
		mg_samples_missing_words(a, s), percent(a, max_missing_change)));
	mg_samples_facts(m, why, s);
	return false;
}

int mg_samples_plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	bool numeric;
	MG_TRY(mg_samples_check(pl, c, &numeric, err));
	return mg_samples_numbers(pl, c, err);
}

bool mg_samples_compare(const struct mg_check *c, const struct mg_measures *m,
	double max_missing_change, struct mg_samples *out, struct mg_value *why)
{
	struct mg_samples s;
	if (!mg_samples_tables(m, false, &s.current, &s.reference, why))
		return false;
	s.sides = mg_sides_of(s.current, s.reference);
	*out = s;
	return are_comparable(m, s.sides, max_missing_change, why) &&
		mg_enough_rows(c, s.sides.current_rows, s.sides.reference_rows, m, why);
}
