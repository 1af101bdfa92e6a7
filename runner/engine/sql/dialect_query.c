/* dialect_query.c: writes each kind of query as one SELECT. */
#include <assert.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "engine/sql/dialect.h"
#include "engine/sql/dialect_write.h"

const char *mg_write_output(struct mg_writer *w, const char *sql, enum mg_cell_type as)
{
	assert(as != MG_CELL_NULL);
	return mg_printf(w->arena, "CAST(%s AS %s)", sql, w->d->types[as]);
}

const char *mg_write_name(struct mg_writer *w, const char *text)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_dialect_name(w->d, &out, text);
	return out.data;
}

const char *mg_write_numbered(struct mg_writer *w, const char *letter, size_t i)
{
	return mg_write_name(w, mg_printf(w->arena, "%s%zu", letter, i));
}

const char *mg_write_from(struct mg_writer *w, const struct mg_source *source, const char *extra)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	const char *data = source->data->name;
	bool in_name = source->whole && w->d->whole_in_name;
	if (in_name)
		mg_text_addf(&out, " FROM %s",
			mg_write_name(w, mg_printf(w->arena, "%s%s", w->d->whole, data)));
	else
		mg_text_addf(&out, " FROM %s%s", source->whole ? w->d->whole : "",
			mg_write_name(w, data));
	if (in_name || w->d->where_names)
		mg_text_addf(&out, " AS %s", mg_write_name(w, data));
	for (size_t i = 0; i < source->where_count; i++)
		mg_text_addf(
			&out, "%s%s", i ? " AND " : " WHERE ", mg_write_expr(w, source->where[i]));
	if (extra)
		mg_text_addf(&out, "%s%s", source->where_count ? " AND " : " WHERE ", extra);
	return out.data;
}

const char *mg_write_piece(struct mg_writer *w, const char *sql)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	if (w->code == MG_OK)
		w->code = mg_dialect_piece(w->d, &out, "the query", sql, w->err);
	return out.data;
}

const char *mg_write_each(struct mg_writer *w, size_t n, const char *before, const char *letter,
	const char *after, const char *between)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < n; i++)
		mg_text_addf(&out, "%s%s%s%s", i ? between : "", before,
			mg_write_numbered(w, letter, i), after);
	return out.data;
}

/* Is a value of this type the same to every GROUP BY that is the same to us? */
static bool is_plain(const struct mg_expr *column)
{
	return column->column_type == MG_TYPE_INTEGER || column->column_type == MG_TYPE_BOOLEAN;
}

/* Is there no other column in it, and no SQL of the spec? *column is the first that was found, or NULL. */
static bool is_of_one_column(const struct mg_expr *x, const struct mg_expr **column)
{
	if (x->type == MG_X_COLUMN && !*column)
		*column = x;
	bool holds = x->type != MG_X_SQL &&
		(x->type != MG_X_COLUMN || (is_plain(x) && mg_x_equal(x, *column)));
	for (size_t i = 0; x->type == MG_X_CALL && i < x->arg_count && holds; i++)
		holds = is_of_one_column(x->args[i], column);
	return holds;
}

/* Keys that all follow from one column need not be computed for each row, only for each of its values. */
static void group_by(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const struct mg_expr *column = NULL;
	bool one = q->keys_repeat;
	for (size_t i = 0; i < q->key_count && one; i++)
		one = is_of_one_column(q->keys[i].expr, &column);
	if (one && column) {
		mg_text_add(out, mg_write_expr(w, column));
		return;
	}
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(out, "%s%zu", i ? ", " : "", i + 1);
}

static void aggregate(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	mg_text_add(out, "SELECT ");
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "",
			mg_write_output(w, mg_write_expr(w, q->keys[i].expr), q->keys[i].as),
			mg_write_numbered(w, "k", i));
	for (size_t i = 0; i < q->term_count; i++)
		mg_text_addf(out, "%s%s AS %s", i + q->key_count ? ", " : "",
			mg_write_output(w, mg_write_expr(w, q->terms[i].expr), q->terms[i].as),
			mg_write_numbered(w, "a", i));
	mg_text_add(out, mg_write_from(w, &q->source, NULL));
	if (!q->key_count)
		return;
	mg_text_add(out, " GROUP BY ");
	group_by(w, q, out);
	mg_text_add(out, " ORDER BY ");
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(out, "%s%zu NULLS FIRST", i ? ", " : "", i + 1);
	mg_text_addf(out, " LIMIT %d", mg_dialect_most_rows(w->d, q) + 1);
}

/* The keys as k0, k1, ..., and the slice, if any, as s. */
static const char *key_columns(struct mg_writer *w, const struct mg_query *q)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(&out, "%s%s AS %s", i ? ", " : "",
			mg_write_output(w, mg_write_expr(w, q->keys[i].expr), q->keys[i].as),
			mg_write_numbered(w, "k", i));
	if (q->slice)
		mg_text_addf(&out, ", %s AS %s",
			mg_write_output(w, mg_write_expr(w, q->slice), MG_CELL_TEXT),
			mg_write_name(w, "s"));
	return out.data;
}

const char *mg_write_key_groups(struct mg_writer *w, const struct mg_query *q)
{
	size_t count = q->key_count + (q->slice ? 1 : 0);
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_text_addf(&out, "SELECT %s, count(*) AS %s%s GROUP BY ", key_columns(w, q),
		mg_write_name(w, "n"), mg_write_from(w, &q->source, NULL));
	for (size_t i = 0; i < count; i++)
		mg_text_addf(&out, "%s%zu", i ? ", " : "", i + 1);
	return out.data;
}

/* `SELECT counts... FROM groups`, for each slice if there is one. */
static void count_groups(struct mg_writer *w, const struct mg_query *q, const char *const *counts,
	size_t count, const char *groups, struct mg_text *out)
{
	const char *slice = mg_write_name(w, "s");
	mg_text_add(out, "SELECT ");
	if (q->slice)
		mg_text_addf(out, "%s, ", slice);
	for (size_t i = 0; i < count; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "",
			mg_write_output(w, counts[i], MG_CELL_INTEGER),
			mg_write_numbered(w, "a", i));
	mg_text_addf(out, " FROM %s", groups);
	if (q->slice)
		mg_text_addf(out, " GROUP BY %s ORDER BY %s NULLS FIRST LIMIT %d", slice, slice,
			mg_dialect_most_rows(w->d, q) + 1);
}

static void keys(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *n = mg_write_name(w, "n");
	const char *whole = mg_write_each(w, q->key_count, "", "k", " IS NOT NULL", " AND ");
	const char *counted = q->nulls_equal ? "true" : whole;
	const char *const counts[] = {
		mg_printf(w->arena, "coalesce(sum(%s), 0)", n),
		mg_printf(w->arena, "coalesce(sum(CASE WHEN NOT (%s) THEN %s END), 0)", whole, n),
		mg_printf(w->arena, "count(CASE WHEN %s THEN 1 END)", counted),
		mg_printf(w->arena, "coalesce(sum(CASE WHEN %s AND %s > 1 THEN %s END), 0)",
			counted, n, n),
	};
	count_groups(w, q, counts, sizeof(counts) / sizeof(*counts),
		mg_printf(w->arena, "(%s) AS %s", mg_write_key_groups(w, q),
			mg_write_name(w, "keys")),
		out);
}

/* Rows are not grouped first: there may be many keys, and of the other values few. */
const char *mg_write_joined(struct mg_writer *w, const struct mg_query *q)
{
	assert(q->key_count == 1);
	const char *value = mg_write_output(w, mg_write_expr(w, q->other_key), q->keys[0].as);
	return mg_printf(w->arena,
		"(SELECT %s%s) AS %s LEFT JOIN (SELECT DISTINCT %s AS %s%s) AS %s ON %s = %s",
		key_columns(w, q), mg_write_from(w, &q->source, NULL), mg_write_name(w, "keys"),
		value, mg_write_name(w, "o"),
		mg_write_from(w, &q->other, mg_printf(w->arena, "%s IS NOT NULL", value)),
		mg_write_name(w, "others"), mg_write_name(w, "k0"), mg_write_name(w, "o"));
}

static void orphans(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *k = mg_write_name(w, "k0"), *o = mg_write_name(w, "o");
	const char *const counts[] = {
		"count(*)",
		mg_printf(w->arena, "count(CASE WHEN %s IS NULL THEN 1 END)", k),
		mg_printf(w->arena, "count(CASE WHEN %s IS NOT NULL AND %s IS NULL THEN 1 END)", k,
			o),
	};
	count_groups(w, q, counts, sizeof(counts) / sizeof(*counts), mg_write_joined(w, q), out);
}

/* One side's keys, slice and value, which is x of the one side and y of the other. */
static const char *keyed_values(struct mg_writer *w, const struct mg_query *q, bool is_other)
{
	const char *value = mg_write_output(w, mg_write_expr(w, q->value), MG_CELL_REAL);
	const char *none = mg_write_output(w, "NULL", MG_CELL_REAL);
	return mg_printf(w->arena, "SELECT %s, %s AS %s, %s AS %s%s", key_columns(w, q),
		is_other ? none : value, mg_write_name(w, "x"), is_other ? value : none,
		mg_write_name(w, "y"), mg_write_from(w, &q->source, NULL));
}

/* Each key with its value on either side, as x and y, and how many there are, as nx and ny. */
static const char *values_by_key(struct mg_writer *w, const struct mg_query *q)
{
	const char *x = mg_write_name(w, "x"), *y = mg_write_name(w, "y");
	const char *groups = mg_write_each(w, q->key_count, "", "k", "", ", ");
	if (q->slice)
		groups = mg_printf(w->arena, "%s, %s", groups, mg_write_name(w, "s"));
	return mg_printf(w->arena,
		"(SELECT %s, max(%s) AS %s, max(%s) AS %s, count(%s) AS %s, count(%s) AS %s "
		"FROM (%s UNION ALL %s) AS %s GROUP BY %s) AS %s",
		groups, x, x, y, y, x, mg_write_name(w, "nx"), y, mg_write_name(w, "ny"),
		keyed_values(w, q, false), keyed_values(w, q->with, true),
		mg_write_name(w, "sides"), groups, mg_write_name(w, "pairs"));
}

/* The engine's form of an aggregate, else the usual one. */
static const char *moment(
	struct mg_writer *w, enum mg_fn fn, const char *usual, const char *x, const char *y)
{
	const char *args[] = {x, y};
	return mg_write_form(w, w->d->forms[fn] ? w->d->forms[fn] : usual, args, y ? 2 : 1);
}

static void pairs(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *x = mg_write_name(w, "x"), *y = mg_write_name(w, "y"),
		   *slice = mg_write_name(w, "s");
	const char *paired_x = mg_printf(w->arena, "CASE WHEN %s IS NOT NULL THEN %s END", y, x);
	const char *paired_y = mg_printf(w->arena, "CASE WHEN %s IS NOT NULL THEN %s END", x, y);
	const char *const columns[MG_PAIRS_COLUMNS] = {
		[MG_PAIRS_ROWS] = mg_printf(w->arena, "count(%s)", x),
		[MG_PAIRS_OTHER_ROWS] = mg_printf(w->arena, "count(%s)", y),
		[MG_PAIRS_BOTH] = mg_printf(w->arena, "count(%s)", paired_x),
		[MG_PAIRS_AMBIGUOUS] = mg_printf(w->arena,
			"count(CASE WHEN %s > 1 OR %s > 1 OR ((%s) AND %s + %s > 0) THEN 1 END)",
			mg_write_name(w, "nx"), mg_write_name(w, "ny"),
			mg_write_each(w, q->key_count, "", "k", " IS NULL", " OR "),
			mg_write_name(w, "nx"), mg_write_name(w, "ny")),
		[MG_PAIRS_MEAN] = mg_printf(w->arena, "avg(%s)", x),
		[MG_PAIRS_OTHER_MEAN] = mg_printf(w->arena, "avg(%s)", y),
		[MG_PAIRS_VARIANCE] = moment(w, MG_FN_VAR_POP, "var_pop($1)", x, NULL),
		[MG_PAIRS_OTHER_VARIANCE] = moment(w, MG_FN_VAR_POP, "var_pop($1)", y, NULL),
		[MG_PAIRS_BOTH_MEAN] = mg_printf(w->arena, "avg(%s)", paired_x),
		[MG_PAIRS_BOTH_OTHER_MEAN] = mg_printf(w->arena, "avg(%s)", paired_y),
		[MG_PAIRS_COVARIANCE] = moment(w, MG_FN_COVAR_POP, "covar_pop($1, $2)", x, y),
	};
	mg_text_add(out, "SELECT ");
	if (q->slice)
		mg_text_addf(out, "%s, ", slice);
	for (size_t i = 0; i < MG_PAIRS_COLUMNS; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "",
			mg_write_output(
				w, columns[i], i < MG_PAIRS_MEAN ? MG_CELL_INTEGER : MG_CELL_REAL),
			mg_write_numbered(w, "a", i));
	mg_text_addf(out, " FROM %s", values_by_key(w, q));
	if (q->slice)
		mg_text_addf(out, " GROUP BY %s ORDER BY %s NULLS FIRST LIMIT %d", slice, slice,
			mg_dialect_most_rows(w->d, q) + 1);
}

static void freq(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	struct mg_expr value = {
		.type = MG_X_CALL, .fn = MG_FN_REAL, .args = &q->value, .arg_count = 1};
	mg_text_addf(out, "SELECT %s AS %s", mg_write_expr(w, &value), mg_write_name(w, "v"));
	if (q->group) {
		const char *group = mg_write_expr(w, q->group);
		mg_text_addf(out, ", %s AS %s", mg_write_form(w, w->d->small_integer, &group, 1),
			mg_write_name(w, "g"));
	}
	if (q->slice)
		mg_text_addf(out, ", %s AS %s",
			mg_write_output(w, mg_write_expr(w, q->slice), MG_CELL_TEXT),
			mg_write_name(w, "s"));
	if (mg_dialect_may_round(q->value))
		mg_text_addf(
			out, ", %s AS %s", mg_write_may_round(w, q->value), mg_write_name(w, "r"));
	if (q->spanned)
		mg_text_addf(out, ", %s AS %s",
			mg_write_output(w, mg_write_expr(w, q->spanned), MG_CELL_INTEGER),
			mg_write_name(w, "w"));
	mg_text_add(out, mg_write_from(w, &q->source, NULL));
}

static void sql_number(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	/* Two rows are enough to see that it is not one. */
	const char *number = mg_write_name(w, "a0");
	mg_text_addf(out, "SELECT %s AS %s, %s AS %s FROM %s AS %s(%s) LIMIT 2",
		mg_write_output(w, number, MG_CELL_REAL), number,
		mg_write_form(w, w->d->exact_text, &number, 1), mg_write_name(w, "a1"),
		mg_write_piece(w, q->sql), mg_write_name(w, "q"), number);
}

static void sql_count(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	mg_text_addf(out, "SELECT %s AS %s FROM %s AS %s",
		mg_write_output(w, "count(*)", MG_CELL_INTEGER), mg_write_name(w, "a0"),
		mg_write_piece(w, q->sql), mg_write_name(w, "q"));
}

int mg_dialect_sql(const struct mg_dialect *d, const struct mg_query *q, struct mg_arena *arena,
	char **out, struct mg_error *err)
{
	static void (*const writers[])(
		struct mg_writer *, const struct mg_query *, struct mg_text *) = {
		[MG_QUERY_AGGREGATE] = aggregate,
		[MG_QUERY_KEYS] = keys,
		[MG_QUERY_ORPHANS] = orphans,
		[MG_QUERY_PAIRS] = pairs,
		[MG_QUERY_FREQ] = freq,
		[MG_QUERY_SQL] = sql_number,
		[MG_QUERY_SQL_COUNT] = sql_count,
		[MG_QUERY_SAMPLE] = mg_write_sample,
		[MG_QUERY_SAMPLES] = mg_write_samples,
		[MG_QUERY_SAMPLE_KEYS] = mg_write_sample_keys,
		[MG_QUERY_SAMPLE_ORPHANS] = mg_write_sample_orphans,
		[MG_QUERY_SAMPLE_SQL] = mg_write_sample_sql,
	};
	struct mg_writer w = {.d = d, .arena = arena, .err = err};
	struct mg_text text;
	mg_text_init(&text, arena);
	writers[q->kind](&w, q, &text);
	if (w.code)
		return w.code;
	*out = text.data;
	return MG_OK;
}

static bool is_of_slices(const struct mg_query *query)
{
	return query->kind != MG_QUERY_AGGREGATE || query->key_count == query->sliced;
}

int mg_dialect_most_rows(const struct mg_dialect *dialect, const struct mg_query *query)
{
	if (is_of_slices(query))
		return MG_SLICES_MAX;
	return query->sliced ? MG_DIALECT_MAX_GROUPS : dialect->most_groups;
}

int mg_dialect_check_rows(const struct mg_dialect *dialect, const struct mg_query *query,
	const struct mg_table *table, struct mg_error *err)
{
	bool grouped = (query->kind == MG_QUERY_AGGREGATE && query->key_count) || query->slice;
	int most = mg_dialect_most_rows(dialect, query);
	if (grouped && table->rows > (size_t)most && is_of_slices(query))
		return mg_fail(err, MG_ELIMIT,
			"data '%s' has more than %d slices here; slice by a column with fewer values, or name "
			"each slice with a `where`",
			query->source.data->name, most);
	if (grouped && table->rows > (size_t)most)
		return mg_fail(err, MG_ELIMIT,
			"data '%s' has more than %d groups here, which is the most that are read; group by a "
			"column with fewer values, or filter with `where`",
			query->source.data->name, most);
	if (query->kind == MG_QUERY_SQL && table->rows != 1)
		return mg_fail(err, MG_EENGINE,
			"the query must return one row with one number; it returned %s",
			table->rows ? "several rows" : "no row");
	return MG_OK;
}

char *mg_dialect_shown(
	const struct mg_dialect *dialect, const struct mg_query *query, struct mg_arena *arena)
{
	char *sql = NULL;
	struct mg_error err;
	if (mg_dialect_sql(dialect, query, arena, &sql, &err) != MG_OK)
		return mg_printf(arena, "-- %s", err.text);
	return sql;
}
