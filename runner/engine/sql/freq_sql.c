/* freq_sql.c: frequency tables of an engine that only speaks SQL, by GROUP BY statements. */
#include "engine/sql/freq_sql.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/freq_rounded.h"
#include "engine/sql/freq_tables.h"
#include "stats/freq.h"

/* How many rows are looked at first, to see whether values are few. */
enum { FIRST_ROWS = 20000, LEAST_ENTRIES = 64, MOST_SLICES = 10000 };
/* Bucket numbers of what is no finite number; all others are nearer to 0. */
#define NAN_BUCKET "300000000000"
#define HIGH_BUCKET "200000000000"
#define LOW_BUCKET "-200000000000"
/* Ranges have their buckets so far apart; there are fewer than two million of them. */
#define RANGE_STRIDE (1LL << 40)

struct asking {
	const struct mg_sql_freq *how;
	const struct mg_query *query;
	const struct mg_range *ranges; /* NULL: all rows */
	size_t range_count;
	struct mg_arena *arena;
	const char *v, *keys; /* "v"; "s", "g" as far as there are */
	size_t key_count;
	const char *rows; /* FROM (the query's rows, from the first range to the last) */
};

static const char *name(const struct asking *a, const char *word)
{
	struct mg_text out;
	mg_text_init(&out, a->arena);
	mg_dialect_name(a->how->dialect, &out, word);
	return out.data;
}

static const char *cast(const struct asking *a, const char *sql, enum mg_cell_type as)
{
	return mg_printf(a->arena, "CAST(%s AS %s)", sql, a->how->dialect->types[as]);
}

static const char *number(const struct asking *a, double x)
{
	const struct mg_expr literal = {.type = MG_X_REAL, .real = x};
	char *sql = NULL;
	mg_ignore(mg_dialect_expr(a->how->dialect, &literal, a->arena, &sql, NULL));
	return sql;
}

static const char *is_nan(const struct asking *a)
{
	return mg_printf(a->arena, "%s = %s", a->v, a->how->dialect->nan);
}

static int prepare(struct asking *a, struct mg_error *err)
{
	char *rows = NULL;
	const char *where = a->ranges ? " WHERE false" : "";
	struct mg_text keys;
	mg_text_init(&keys, a->arena);
	a->v = name(a, "v");
	MG_TRY(mg_dialect_sql(a->how->dialect, a->query, a->arena, &rows, err));
	if (a->ranges && a->range_count)
		where = mg_printf(a->arena, " WHERE %s BETWEEN %s AND %s", a->v,
			number(a, a->ranges[0].lo), number(a, a->ranges[a->range_count - 1].hi));
	a->rows = mg_printf(a->arena, "(%s) AS %s%s", rows, name(a, "q"), where);
	if (a->query->slice)
		mg_text_addf(&keys, "%s", name(a, "s"));
	if (a->query->group)
		mg_text_addf(&keys, "%s%s", keys.len ? ", " : "", name(a, "g"));
	a->keys = keys.data;
	a->key_count = !!a->query->slice + !!a->query->group;
	return MG_OK;
}

static int run(struct asking *a, const char *sql, struct mg_table *out, struct mg_error *err)
{
	return a->how->run(a->how->context, sql, a->arena, out, err);
}

/* `SELECT s, g, bucket, count, what FROM rows GROUP BY s, g, bucket`; rows beyond `most` are not of interest. */
static int group(struct asking *a, const char *bucket, enum mg_cell_type as, const char *what,
	size_t most, struct mg_table *out, struct mg_error *err)
{
	struct mg_text sql;
	mg_text_init(&sql, a->arena);
	mg_text_add(&sql, "SELECT ");
	if (a->query->slice)
		mg_text_addf(&sql, "%s AS %s, ", name(a, "s"), name(a, "s"));
	if (a->query->group)
		mg_text_addf(
			&sql, "%s AS %s, ", cast(a, name(a, "g"), MG_CELL_INTEGER), name(a, "g"));
	mg_text_addf(&sql, "%s AS %s, %s AS %s%s FROM %s GROUP BY %s%s%zu LIMIT %zu",
		cast(a, bucket, as), name(a, "b"), cast(a, "count(*)", MG_CELL_INTEGER),
		name(a, "n"), what, a->rows, a->query->slice ? "1, " : "",
		!a->query->group          ? ""
			: a->query->slice ? "2, "
					  : "1, ",
		a->key_count + 1, most + 1);
	return run(a, sql.data, out, err);
}

/* ---- ranges ---- */

/* What to make of a value in range i. */
typedef const char *in_range(const struct asking *a, size_t i, size_t steps);

/* The range that a value lies in is found by halves; NULL for one that lies in none. */
static const char *by_halves(
	const struct asking *a, size_t from, size_t to, in_range *leaf, size_t steps)
{
	if (to - from == 1)
		return mg_printf(a->arena, "CASE WHEN %s <= %s THEN %s END", a->v,
			number(a, a->ranges[from].hi), leaf(a, from, steps));
	size_t middle = from + (to - from) / 2;
	return mg_printf(a->arena, "CASE WHEN %s < %s THEN %s ELSE %s END", a->v,
		number(a, a->ranges[middle].lo), by_halves(a, from, middle, leaf, steps),
		by_halves(a, middle, to, leaf, steps));
}

static const char *value_itself(const struct asking *a, size_t i, size_t steps)
{
	(void)i, (void)steps;
	return a->v;
}

static const char *value_in_ranges(const struct asking *a)
{
	return a->range_count ? by_halves(a, 0, a->range_count, value_itself, 0) : a->v;
}

/* ---- exact ---- */

/* Among the first rows: more values than a table may have entries? Then all rows have, too. */
static int are_many(struct asking *a, size_t most, bool *out, struct mg_error *err)
{
	struct mg_table table;
	const char *sql = mg_printf(a->arena,
		"SELECT %s AS %s FROM (SELECT %s AS %s FROM %s LIMIT %d) AS %s",
		cast(a, mg_printf(a->arena, "count(DISTINCT %s)", a->v), MG_CELL_INTEGER),
		name(a, "n"), value_in_ranges(a), a->v, a->rows, FIRST_ROWS, name(a, "first"));
	MG_TRY(run(a, sql, &table, err));
	*out = !table.rows || table.cells[0].integer > (int64_t)most;
	return MG_OK;
}

/* ---- buckets ---- */

/* log2 of the size, from 1 for the least number to 2,099 for the greatest, times `steps`; below 0 for negative
 * ones. */
static const char *octave(const struct asking *a, double steps)
{
	const char *per = number(a, steps), *log2e = number(a, 1.4426950408889634);
	return mg_printf(a->arena,
		"CASE WHEN %s THEN " NAN_BUCKET " WHEN %s > %s THEN " HIGH_BUCKET
		" WHEN %s < %s THEN " LOW_BUCKET " WHEN %s = 0 THEN 0 "
		"WHEN %s > 0 THEN floor((ln(%s) * %s + 1075) * %s) + 1 "
		"ELSE -floor((ln(-%s) * %s + 1075) * %s) - 1 END",
		is_nan(a), a->v, number(a, 1.7976931348623157e308), a->v,
		number(a, -1.7976931348623157e308), a->v, a->v, a->v, log2e, per, a->v, log2e, per);
}

/* Can it be cut into equal steps, without a number that is too great or too small on the way? */
static bool is_narrow(const struct mg_range *r, size_t steps)
{
	double least = fmin(fabs(r->lo), fabs(r->hi)), most = fmax(fabs(r->lo), fabs(r->hi));
	return isfinite(most) && least > 1e-290 && most < 1e290 && (r->lo > 0) == (r->hi > 0) &&
		most / least < 16 && (r->hi - r->lo) / (double)steps > 0;
}

static bool all_narrow(const struct asking *a, size_t steps)
{
	for (size_t i = 0; i < a->range_count; i++)
		if (!is_narrow(&a->ranges[i], steps))
			return false;
	return a->range_count > 0;
}

static const char *step(const struct asking *a, size_t i, size_t steps)
{
	const struct mg_range *r = &a->ranges[i];
	return mg_printf(a->arena, "%lld + floor((%s - %s) / %s)", (long long)i * RANGE_STRIDE,
		a->v, number(a, r->lo), number(a, (r->hi - r->lo) / (double)steps));
}

/* Buckets of one range must not reach into another: each has numbers of its own. */
static const char *octave_in_range(const struct asking *a, size_t i, size_t steps)
{
	return mg_printf(
		a->arena, "%lld + %s", (long long)i * RANGE_STRIDE, octave(a, (double)steps));
}

/* How many octaves have rows in one table at most. */
static int count_octaves(struct asking *a, size_t *out, struct mg_error *err)
{
	enum { MOST_OCTAVES = 4200 };
	struct mg_table table;
	size_t tables = a->query->slice ? MOST_SLICES : 1;
	const char *bucket = a->range_count ? by_halves(a, 0, a->range_count, octave_in_range, 1)
					    : octave(a, 1);
	MG_TRY(group(a, bucket, MG_CELL_INTEGER, "",
		tables * MOST_OCTAVES * (size_t)a->query->group_count, &table, err));
	*out = mg_freq_tables_longest(&table, a->key_count);
	return MG_OK;
}

static int ask_buckets(
	struct asking *a, size_t per_table, struct mg_table *out, struct mg_error *err)
{
	const char *bucket = NULL;
	const char *what = mg_printf(a->arena, ", %s AS %s, %s AS %s, %s AS %s",
		cast(a, mg_printf(a->arena, "min(%s)", a->v), MG_CELL_REAL), name(a, "lo"),
		cast(a, mg_printf(a->arena, "max(%s)", a->v), MG_CELL_REAL), name(a, "hi"),
		cast(a, mg_printf(a->arena, "sum(%s)", a->v), MG_CELL_REAL), name(a, "sum"));
	size_t steps = per_table / (a->range_count ? a->range_count : 1);
	if (all_narrow(a, steps ? steps : 1)) {
		bucket = by_halves(a, 0, a->range_count, step, steps ? steps : 1);
	} else {
		size_t octaves = 0;
		MG_TRY(count_octaves(a, &octaves, err));
		size_t per_octave = per_table / (octaves ? octaves : 1);
		per_octave = per_octave ? per_octave : 1;
		bucket = a->range_count
			? by_halves(a, 0, a->range_count, octave_in_range, per_octave)
			: octave(a, (double)per_octave);
	}
	return group(a, bucket, MG_CELL_INTEGER, what, MG_DIALECT_MAX_GROUPS, out, err);
}

/* ---- both ---- */

static int check_rounded(struct asking *a, struct mg_error *err)
{
	struct mg_table table;
	char *sql = NULL;
	if (!mg_dialect_may_round(a->query->value))
		return MG_OK;
	const char *maybe = mg_printf(a->arena, "SELECT %s AS %s FROM %s",
		cast(a, mg_printf(a->arena, "count(CASE WHEN %s THEN 1 END)", name(a, "r")),
			MG_CELL_INTEGER),
		name(a, "n"), a->rows);
	MG_TRY(run(a, maybe, &table, err));
	if (!table.rows || table.cells[0].integer == 0)
		return MG_OK;
	const struct mg_query *count = mg_freq_rounded_query(a->arena, a->query);
	MG_TRY(mg_dialect_sql(a->how->dialect, count, a->arena, &sql, err));
	MG_TRY(run(a, sql, &table, err));
	return mg_freq_check_rounded(a->query, &table, err);
}

/* Slices are known by then: their tables share what may be moved. */
static size_t entries_of(const struct asking *a, size_t slices, size_t max_entries)
{
	size_t tables = slices * (size_t)a->query->group_count;
	size_t share = MG_SQL_FREQ_ROWS / (tables ? tables : 1);
	share = share < LEAST_ENTRIES ? LEAST_ENTRIES : share;
	return max_entries && max_entries < share ? max_entries : share;
}

static int count_slices(struct asking *a, size_t *out, struct mg_error *err)
{
	struct mg_table table;
	*out = 1;
	if (!a->query->slice)
		return MG_OK;
	const char *sql = mg_printf(a->arena,
		"SELECT %s AS %s FROM (SELECT DISTINCT %s FROM %s LIMIT %d) AS %s",
		cast(a, "count(*)", MG_CELL_INTEGER), name(a, "n"), name(a, "s"), a->rows,
		MOST_SLICES + 1, name(a, "slices"));
	MG_TRY(run(a, sql, &table, err));
	*out = table.rows ? (size_t)table.cells[0].integer : 0;
	if (*out > MOST_SLICES)
		return mg_fail(err, MG_ELIMIT,
			"data '%s' has more than %d slices here; slice by a column with fewer "
			"values, or name each slice with a `where`",
			a->query->source.data->name, MOST_SLICES);
	return MG_OK;
}

static int ask(struct asking *a, size_t max_entries, struct mg_freq_set *out, struct mg_error *err)
{
	struct mg_table table;
	size_t slices = 0;
	bool many = false;
	MG_TRY(count_slices(a, &slices, err));
	size_t entries = entries_of(a, slices, max_entries);
	size_t most = entries * slices * (size_t)a->query->group_count;
	most = most < MG_SQL_FREQ_ROWS ? MG_SQL_FREQ_ROWS : most;
	if (max_entries && max_entries < most && slices <= 1)
		most = max_entries;
	MG_TRY(check_rounded(a, err));
	MG_TRY(are_many(a, most, &many, err));
	if (!many) {
		MG_TRY(group(a, value_in_ranges(a), MG_CELL_REAL, "", most, &table, err));
		many = table.rows > most;
	}
	if (many)
		MG_TRY(ask_buckets(a, entries, &table, err));
	const struct mg_freq_rows rows = {.table = &table,
		.sliced = a->query->slice != NULL,
		.grouped = a->query->group != NULL,
		.group_count = (size_t)a->query->group_count,
		.bucketed = many,
		.ranges = a->ranges != NULL};
	mg_freq_tables(&rows, a->arena, out);
	return MG_OK;
}

int mg_sql_freq(const struct mg_sql_freq *how, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	struct mg_query own = *query;
	if (!own.group || own.group_count < 1)
		own.group_count = 1;
	struct asking a = {.how = how,
		.query = &own,
		.ranges = ranges,
		.range_count = range_count,
		.arena = arena};
	MG_TRY(prepare(&a, err));
	return ask(&a, max_entries, out, err);
}
