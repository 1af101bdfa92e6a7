/* freq_sql.c: frequency tables for engines that speak SQL only. */
#include "engine/sql/freq_sql.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/sql/freq_rounded.h"
#include "stats/freq.h"

/* Rows of one statement: so many are wanted; a table has at least LEAST_BUCKETS; never more than MOST_ROWS. */
enum { WANTED_ROWS = 4000, LEAST_BUCKETS = 200, MOST_ROWS = 200000, MOST_SLICES = 10000 };

struct asking {
	const struct mg_dialect *d;
	const struct mg_query *query;
	const char *rows; /* the SELECT of v, g, s and r */
	mg_sql_ask *ask;
	void *context;
	struct mg_arena *arena;
	struct mg_error *err;
};

/* ---- what lies where ---- */

/* The columns of the first statement, after those of slice and group. */
enum { ROWS, NULLS, NANS, LEAST, GREATEST, FINITE, NONZERO, LOG, FRACTIONS, ROUNDED, EXTENT_COLUMNS };

struct extent {
	int64_t finite; /* rows */
	int64_t nonzero, fractions, rounded;
	double least, greatest;
	double log; /* sum of ln |v| over those that are not 0 */
	size_t tables;
};

static const struct mg_expr *value(struct mg_arena *a)
{
	return mg_as_real(a, mg_x_column(a, "v", MG_TYPE_REAL));
}

static const struct mg_expr *finite_value(struct mg_arena *a)
{
	return mg_x_call(a, MG_FN_FINITE, 1, value(a));
}

static const char *as_sql(const struct asking *w, const struct mg_expr *x, enum mg_cell_type as)
{
	char *sql = NULL;
	if (mg_dialect_expr(w->d, x, w->arena, &sql, w->err) != MG_OK)
		return "NULL"; /* nothing of the spec is in it, so it cannot fail */
	return mg_printf(w->arena, "CAST(%s AS %s)", sql, w->d->types[as]);
}

static const char *name(const struct asking *w, const char *text)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_dialect_name(w->d, &out, text);
	return out.data;
}

/* "s, g, ", as far as the query has them; returns how many. */
static size_t add_keys(const struct asking *w, struct mg_text *out)
{
	if (w->query->slice)
		mg_text_addf(out, "%s, ", name(w, "s"));
	if (w->query->group)
		mg_text_addf(out, "CAST(%s AS %s) AS %s, ", name(w, "g"),
			w->d->types[MG_CELL_INTEGER], name(w, "g"));
	return (w->query->slice != NULL) + (w->query->group != NULL);
}

static void add_group_by(struct mg_text *out, size_t keys)
{
	for (size_t i = 0; i < keys; i++)
		mg_text_addf(out, "%s%zu", i ? ", " : " GROUP BY ", i + 1);
}

static const char *extent_sql(const struct asking *w)
{
	struct mg_arena *a = w->arena;
	const struct mg_expr *x = finite_value(a), *zero = mg_x_real(a, 0);
	const struct mg_expr *const terms[] = {
		[ROWS] = mg_count_all(a),
		[NULLS] = mg_count_if(a, mg_is_null(a, value(a))),
		[NANS] = mg_count_if(a, mg_is_nan(a, value(a))),
		[LEAST] = mg_x_call(a, MG_FN_MIN, 1, x),
		[GREATEST] = mg_x_call(a, MG_FN_MAX, 1, x),
		[FINITE] = mg_count_if(a, mg_is_finite(a, value(a))),
		[NONZERO] = mg_count_if(a, mg_ne(a, x, zero)),
		[LOG] = mg_sum(a, mg_x_call(a, MG_FN_LN, 1, mg_abs(a, x))),
		[FRACTIONS] = mg_count_if(a, mg_ne(a, x, mg_x_call(a, MG_FN_FLOOR, 1, x))),
		[ROUNDED] = mg_dialect_may_round(w->query->value)
			? mg_count_if(a, mg_x_column(a, "r", MG_TYPE_BOOLEAN))
			: mg_x_integer(a, 0),
	};
	struct mg_text out;
	mg_text_init(&out, a);
	mg_text_add(&out, "SELECT ");
	size_t keys = add_keys(w, &out);
	for (size_t i = 0; i < EXTENT_COLUMNS; i++) {
		bool real = i == LEAST || i == GREATEST || i == LOG;
		mg_text_addf(&out, "%s%s AS %s", i ? ", " : "",
			as_sql(w, terms[i], real ? MG_CELL_REAL : MG_CELL_INTEGER),
			name(w, mg_printf(a, "a%zu", i)));
	}
	mg_text_addf(&out, " FROM (%s) AS %s", w->rows, name(w, "q"));
	add_group_by(&out, keys);
	if (keys)
		mg_text_addf(&out, " LIMIT %d", MG_DIALECT_MAX_GROUPS + 1);
	return out.data;
}

static int check_width(const struct asking *w, const struct mg_table *table, size_t columns)
{
	if (table->rows && table->columns != columns)
		return mg_fail(w->err, MG_EENGINE, "the engine answers with %zu columns instead of %zu",
			table->columns, columns);
	return MG_OK;
}

static void add_up(const struct mg_table *table, size_t keys, struct extent *out)
{
	*out = (struct extent){.least = INFINITY, .greatest = -INFINITY};
	for (size_t i = 0; i < table->rows; i++) {
		const struct mg_cell *row = table->cells + i * table->columns + keys;
		out->finite += row[FINITE].integer;
		out->nonzero += row[NONZERO].integer;
		out->fractions += row[FRACTIONS].integer;
		out->rounded += row[ROUNDED].integer;
		if (row[LOG].type == MG_CELL_REAL)
			out->log += row[LOG].real;
		if (!row[FINITE].integer)
			continue;
		out->tables++;
		out->least = fmin(out->least, row[LEAST].real);
		out->greatest = fmax(out->greatest, row[GREATEST].real);
	}
}

/* ---- buckets ---- */

/* b = floor(steps * (way(v) - way(lo))), where way(v) is v itself, or sign(v) ln(1 + |v| / scale). */
struct buckets {
	struct mg_range range;
	double steps, scale; /* scale 0: v itself */
};

static double way(const struct buckets *b, double v)
{
	return b->scale > 0 ? copysign(log1p(fabs(v) / b->scale), v) : v / 4;
}

/* A quarter of everything, so that no difference of two values is infinite. */
static void set_steps(struct buckets *b, double count)
{
	static const double MOST = 1e300;
	double span = way(b, b->range.hi) - way(b, b->range.lo);
	b->steps = span > 0 ? fmin(count / span, MOST) : 0;
}

static const struct mg_expr *way_sql(struct mg_arena *a, const struct buckets *b)
{
	const struct mg_expr *v = value(a), *one = mg_x_real(a, 1);
	if (!(b->scale > 0))
		return mg_mul(a, v, mg_x_real(a, 0.25));
	const struct mg_expr *log = mg_x_call(a, MG_FN_LN, 1,
		mg_x_call(a, MG_FN_ADD, 2, one, mg_div(a, mg_abs(a, v), mg_x_real(a, b->scale))));
	return mg_if(a, mg_x_call(a, MG_FN_LT, 2, v, mg_x_real(a, 0)),
		mg_sub(a, mg_x_real(a, 0), log), log);
}

static const char *bucket_sql(const struct asking *w, const struct buckets *b)
{
	struct mg_arena *a = w->arena;
	const struct mg_expr *from = mg_sub(a, way_sql(a, b), mg_x_real(a, way(b, b->range.lo)));
	const struct mg_expr *at = mg_mul(a, from, mg_x_real(a, b->steps));
	return as_sql(w, mg_x_call(a, MG_FN_FLOOR, 1, at), MG_CELL_INTEGER);
}

/* The columns of the second statement, after those of slice and group. */
enum { RANGE, BUCKET, COUNT, LO, HI, SUM, BUCKET_COLUMNS };

/* GROUP BY the range (NULL: all values in one) and the bucket in it, or the value itself (list NULL). */
static const char *buckets_sql(const struct asking *w, const struct mg_range *ranges, size_t count,
	const struct buckets *list)
{
	struct mg_arena *a = w->arena;
	const char *integer = w->d->types[MG_CELL_INTEGER];
	const char *v = as_sql(w, value(a), MG_CELL_REAL);
	struct mg_text out, range, bucket, where;
	mg_text_init(&out, a);
	mg_text_init(&range, a);
	mg_text_init(&bucket, a);
	mg_text_init(&where, a);
	for (size_t i = 0; i < count; i++) {
		const char *in = as_sql(w, mg_x_real(a, ranges[i].lo), MG_CELL_REAL);
		in = mg_printf(a, "%s BETWEEN %s AND %s", v, in,
			as_sql(w, mg_x_real(a, ranges[i].hi), MG_CELL_REAL));
		mg_text_addf(&where, "%s%s", i ? " OR " : "", in);
		mg_text_addf(&range, " WHEN %s THEN %zu", in, i);
		if (list)
			mg_text_addf(&bucket, " WHEN %s THEN %s", in, bucket_sql(w, &list[i]));
	}
	/* What is infinite has no place in a formula. */
	const char *infinite = mg_printf(a, "WHEN %s = %s THEN -2 WHEN %s = %s THEN -1", v,
		w->d->negative_infinity, v, w->d->infinity);
	mg_text_add(&out, "SELECT ");
	size_t keys = add_keys(w, &out);
	mg_text_addf(&out, "CAST(CASE %s%s END AS %s) AS %s, ", infinite, range.data, integer,
		name(w, "i"));
	if (list)
		mg_text_addf(&out, "CASE %s%s END AS %s", infinite, bucket.data, name(w, "b"));
	else
		mg_text_addf(&out, "%s AS %s", v, name(w, "b"));
	mg_text_addf(&out, ", CAST(count(*) AS %s) AS %s, min(%s) AS %s, max(%s) AS %s, sum(%s) AS %s",
		integer, name(w, "n"), v, name(w, "lo"), v, name(w, "hi"), v, name(w, "t"));
	mg_text_addf(&out, " FROM (%s) AS %s WHERE %s", w->rows, name(w, "q"), where.data);
	add_group_by(&out, keys + COUNT);
	mg_text_addf(&out, " LIMIT %d", MOST_ROWS + 1);
	return out.data;
}

static struct buckets spread(const struct extent *e, double count)
{
	struct buckets b = {.range = {e->least, e->greatest}};
	double width = e->greatest - e->least, far = fmax(fabs(e->least), fabs(e->greatest));
	if (!e->fractions && width < count) {
		b.steps = 4; /* whole numbers: each by itself */
		return b;
	}
	if (e->nonzero && !(width < far * 1e-3))
		b.scale = fmax(exp(e->log / (double)e->nonzero), far * 1e-280);
	set_steps(&b, count);
	return b;
}

/* ---- from rows to tables ---- */

struct entry {
	const char *slice; /* NULL: the NULL slice, or none */
	int64_t group;
	struct mg_range at;
	int64_t n;
	double sum;
};

static int by_slice(const char *x, const char *y)
{
	if (!x || !y)
		return x ? 1 : y ? -1 : 0;
	return strcmp(x, y);
}

static int by_place(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = by_slice(a->slice, b->slice);
	if (order == 0)
		order = (a->group > b->group) - (a->group < b->group);
	return order ? order : (a->at.lo > b->at.lo) - (a->at.lo < b->at.lo);
}

static int by_text(const void *left, const void *right)
{
	return by_slice(*(const char *const *)left, *(const char *const *)right);
}

static const char *slice_of(const struct asking *w, const struct mg_cell *row)
{
	return w->query->slice && row[0].type == MG_CELL_TEXT ? row[0].text : NULL;
}

/* -1: the row's group is none of the query's. */
static int64_t group_of(const struct asking *w, const struct mg_cell *row)
{
	if (!w->query->group)
		return 0;
	const struct mg_cell *cell = &row[w->query->slice != NULL];
	bool known = cell->type == MG_CELL_INTEGER && cell->integer >= 0 &&
		cell->integer < w->query->group_count;
	return known ? cell->integer : -1;
}

/* The tables that the first statement's rows speak of, with nothing but counts. */
static int make_tables(const struct asking *w, const struct mg_table *table, size_t keys,
	struct mg_freq_set *out)
{
	struct mg_freq_set set = {.slice_count = 1};
	if (w->query->slice) {
		const char **slices = mg_alloc_array(w->arena, table->rows + 1, sizeof(*slices));
		set.slice_count = 0;
		for (size_t i = 0; i < table->rows; i++)
			slices[i] = slice_of(w, table->cells + i * table->columns);
		qsort(slices, table->rows, sizeof(*slices), by_text);
		for (size_t i = 0; i < table->rows; i++)
			if (i == 0 || by_slice(slices[i], slices[set.slice_count - 1]) != 0)
				slices[set.slice_count++] = slices[i];
		set.slices = slices;
	}
	if (set.slice_count > MOST_SLICES)
		return mg_fail(w->err, MG_ELIMIT,
			"data '%s' has more than %d slices here; slice by a column with fewer "
			"values, or name each slice with a `where`",
			w->query->source.data->name, MOST_SLICES);
	size_t groups = (size_t)w->query->group_count;
	set.tables = mg_alloc_array(w->arena, set.slice_count * groups, sizeof(*set.tables));
	set.dropped = mg_alloc_array(w->arena, set.slice_count, sizeof(*set.dropped));
	for (size_t i = 0; i < table->rows; i++) {
		const struct mg_cell *row = table->cells + i * table->columns;
		int64_t group = group_of(w, row);
		size_t at = 0;
		if (w->query->slice) {
			const char *slice = slice_of(w, row);
			const char **found = bsearch(&slice, set.slices, set.slice_count,
				sizeof(*set.slices), by_text);
			at = (size_t)(found - set.slices);
		}
		row += keys;
		if (group < 0) {
			set.dropped[at] += row[ROWS].integer;
			continue;
		}
		struct mg_freq *f = &set.tables[at * groups + (size_t)group];
		f->rows = row[ROWS].integer - row[NULLS].integer - row[NANS].integer;
		f->nulls = row[NULLS].integer;
		f->nans = row[NANS].integer;
	}
	*out = set;
	return MG_OK;
}

/* Entries of one table, in order; those that overlap become one. */
static void fill(struct mg_arena *arena, struct entry *list, size_t count, struct mg_freq *out)
{
	size_t kept = 0;
	bool exact = true;
	for (size_t i = 0; i < count; i++) {
		struct entry *last = kept ? &list[kept - 1] : NULL;
		if (last && list[i].at.lo <= last->at.hi) {
			last->at.hi = fmax(last->at.hi, list[i].at.hi);
			last->n += list[i].n;
			last->sum += list[i].sum;
		} else {
			list[kept++] = list[i];
		}
	}
	*out = (struct mg_freq){.len = kept,
		.lo = mg_alloc_array(arena, kept, sizeof(*out->lo)),
		.hi = mg_alloc_array(arena, kept, sizeof(*out->hi)),
		.n = mg_alloc_array(arena, kept, sizeof(*out->n)),
		.sum = mg_alloc_array(arena, kept, sizeof(*out->sum)),
		.nulls = out->nulls,
		.nans = out->nans};
	for (size_t i = 0; i < kept; i++) {
		bool one = list[i].at.lo == list[i].at.hi;
		exact = exact && one;
		out->lo[i] = list[i].at.lo;
		out->hi[i] = list[i].at.hi;
		out->n[i] = list[i].n;
		out->sum[i] = one ? list[i].at.lo * (double)list[i].n : list[i].sum;
		out->rows += list[i].n;
	}
	if (exact)
		out->hi = out->sum = NULL;
}

static bool is_entry(const struct mg_cell *row)
{
	return row[COUNT].type == MG_CELL_INTEGER && row[LO].type == MG_CELL_REAL &&
		row[HI].type == MG_CELL_REAL && row[SUM].type == MG_CELL_REAL && row[COUNT].integer > 0 &&
		row[LO].real <= row[HI].real;
}

/* Puts the second statement's rows into the tables; `whole`: they must be all rows of each. */
static int fill_tables(const struct asking *w, const struct mg_table *table, size_t keys, bool whole,
	struct mg_freq_set *set)
{
	struct entry *list = mg_alloc_array(w->arena, table->rows, sizeof(*list));
	size_t groups = (size_t)w->query->group_count, count = 0;
	for (size_t i = 0; i < table->rows; i++) {
		const struct mg_cell *row = table->cells + i * table->columns;
		struct entry e = {.slice = slice_of(w, row), .group = group_of(w, row)};
		row += keys;
		if (!is_entry(row))
			return mg_fail(w->err, MG_EENGINE, "the engine answers with a bucket that is none");
		e.at = (struct mg_range){row[LO].real + 0.0, row[HI].real + 0.0};
		e.n = row[COUNT].integer;
		e.sum = row[SUM].real;
		if (e.group >= 0)
			list[count++] = e;
	}
	if (count)
		qsort(list, count, sizeof(*list), by_place);
	size_t next = 0;
	bool same = true;
	for (size_t t = 0; t < set->slice_count * groups; t++) {
		const char *slice = set->slices ? set->slices[t / groups] : NULL;
		size_t from = next;
		while (next < count && by_slice(list[next].slice, slice) == 0 &&
			list[next].group == (int64_t)(t % groups))
			next++;
		int64_t rows = set->tables[t].rows;
		fill(w->arena, list + from, next - from, &set->tables[t]);
		same = same && (!whole || set->tables[t].rows == rows);
	}
	if (next < count || !same)
		return mg_fail(w->err, MG_EENGINE,
			"data '%s' changed while it was read: two statements saw different rows",
			w->query->source.data->name);
	return MG_OK;
}

/* ---- the statements ---- */

static int ask(const struct asking *w, const char *sql, size_t columns, struct mg_table *out)
{
	MG_TRY(w->ask(w->context, sql, w->arena, out, w->err));
	return check_width(w, out, columns);
}

static int ask_buckets(const struct asking *w, const struct mg_range *ranges, size_t range_count,
	const struct buckets *list, size_t keys, struct mg_table *out)
{
	MG_TRY(ask(w, buckets_sql(w, ranges, range_count, list), keys + BUCKET_COLUMNS, out));
	if (out->rows > MOST_ROWS)
		return mg_fail(w->err, MG_ELIMIT,
			"the frequency tables of data '%s' have more than %d entries together; "
			"use fewer slices",
			w->query->source.data->name, MOST_ROWS);
	return MG_OK;
}

static int refuse_rounded(const struct asking *w)
{
	struct mg_term term;
	const struct mg_query count = mg_freq_count_rounded(w->arena, w->query, &term);
	struct mg_table rounded;
	char *sql = NULL;
	MG_TRY(mg_dialect_sql(w->d, &count, w->arena, &sql, w->err));
	MG_TRY(ask(w, sql, 1, &rounded));
	int64_t rows = rounded.rows ? rounded.cells[0].integer : 0;
	return mg_freq_refuse_rounded(w->arena, w->query, rows, w->err);
}

static double buckets_for(size_t tables, size_t ranges, size_t max_entries)
{
	double all = (double)(tables ? tables : 1) * (double)(ranges ? ranges : 1);
	double each = fmax(WANTED_ROWS / all, LEAST_BUCKETS / (double)(ranges ? ranges : 1));
	each = fmin(each, (MOST_ROWS / 2.0) / all);
	if (max_entries)
		each = fmin(each, (double)max_entries / (double)(ranges ? ranges : 1));
	return fmax(each, 2);
}

/* More detail of the values in some ranges. */
static int refine(const struct asking *w, const struct mg_range *ranges, size_t range_count,
	size_t max_entries, const struct mg_table *first, size_t keys, struct mg_freq_set *out)
{
	struct extent e;
	add_up(first, keys, &e);
	double each = buckets_for(e.tables, range_count, max_entries);
	struct buckets *list = mg_alloc_array(w->arena, range_count, sizeof(*list));
	for (size_t i = 0; i < range_count; i++) {
		list[i].range.lo = fmax(ranges[i].lo, -DBL_MAX);
		list[i].range.hi = fmin(ranges[i].hi, DBL_MAX);
		set_steps(&list[i], each);
	}
	struct mg_table second;
	MG_TRY(ask_buckets(w, ranges, range_count, list, keys, &second));
	return fill_tables(w, &second, keys, false, out);
}

int mg_freq_sql(const struct mg_dialect *d, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries, mg_sql_ask *run,
	void *context, struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	struct mg_error local = {0};
	struct asking w = {.d = d,
		.query = query,
		.ask = run,
		.context = context,
		.arena = arena,
		.err = err ? err : &local};
	char *rows = NULL;
	MG_TRY(mg_dialect_sql(d, query, arena, &rows, w.err));
	w.rows = rows;
	size_t keys = (query->slice != NULL) + (query->group != NULL);
	struct mg_table first, second;
	struct mg_freq_set set;
	struct extent e;
	MG_TRY(ask(&w, extent_sql(&w), keys + EXTENT_COLUMNS, &first));
	add_up(&first, keys, &e);
	if (e.rounded)
		MG_TRY(refuse_rounded(&w));
	MG_TRY(make_tables(&w, &first, keys, &set));
	if (ranges) {
		MG_TRY(refine(&w, ranges, range_count, max_entries, &first, keys, &set));
		*out = set;
		return MG_OK;
	}
	const struct mg_range all = {-INFINITY, INFINITY};
	double each = buckets_for(e.tables, 1, max_entries);
	struct buckets how = spread(&e, each);
	bool few = e.finite <= (int64_t)each;
	MG_TRY(ask_buckets(&w, &all, 1, few ? NULL : &how, keys, &second));
	MG_TRY(fill_tables(&w, &second, keys, true, &set));
	*out = set;
	return MG_OK;
}
