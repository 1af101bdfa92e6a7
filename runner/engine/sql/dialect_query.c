/* dialect_query.c: writes each kind of query as one SELECT. */
#include <assert.h>
#include <string.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "base/map.h"
#include "engine/sql/dialect.h"
#include "engine/sql/dialect_write.h"

static const char *output(struct mg_writer *w, const char *sql, enum mg_cell_type as)
{
	assert(as != MG_CELL_NULL);
	return mg_printf(w->arena, "CAST(%s AS %s)", sql, w->d->types[as]);
}

static const char *name(struct mg_writer *w, const char *text)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_dialect_name(w->d, &out, text);
	return out.data;
}

static const char *numbered(struct mg_writer *w, const char *letter, size_t i)
{
	return name(w, mg_printf(w->arena, "%s%zu", letter, i));
}

/* ` FROM "data" WHERE a AND b`, with `extra` as one more condition (or NULL). */
static const char *from(struct mg_writer *w, const struct mg_source *source, const char *extra)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	const char *data = source->data->name;
	if (source->whole && w->d->whole_in_name)
		mg_text_addf(&out, " FROM %s AS %s",
			name(w, mg_printf(w->arena, "%s%s", w->d->whole, data)), name(w, data));
	else
		mg_text_addf(&out, " FROM %s%s", source->whole ? w->d->whole : "", name(w, data));
	for (size_t i = 0; i < source->where_count; i++)
		mg_text_addf(
			&out, "%s%s", i ? " AND " : " WHERE ", mg_write_expr(w, source->where[i]));
	if (extra)
		mg_text_addf(&out, "%s%s", source->where_count ? " AND " : " WHERE ", extra);
	return out.data;
}

static const char *piece(struct mg_writer *w, const char *sql)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	if (w->code == MG_OK)
		w->code = mg_dialect_piece(w->d, &out, "the query", sql, w->err);
	return out.data;
}

/* "<letter>0, <letter>1, ..." with `format` around each name. */
static const char *each(struct mg_writer *w, size_t n, const char *before, const char *letter,
	const char *after, const char *between)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < n; i++)
		mg_text_addf(
			&out, "%s%s%s%s", i ? between : "", before, numbered(w, letter, i), after);
	return out.data;
}

static void aggregate(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	mg_text_add(out, "SELECT ");
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "",
			output(w, mg_write_expr(w, q->keys[i].expr), q->keys[i].as),
			numbered(w, "k", i));
	for (size_t i = 0; i < q->term_count; i++)
		mg_text_addf(out, "%s%s AS %s", i + q->key_count ? ", " : "",
			output(w, mg_write_expr(w, q->terms[i].expr), q->terms[i].as),
			numbered(w, "a", i));
	mg_text_add(out, from(w, &q->source, NULL));
	if (!q->key_count)
		return;
	mg_text_add(out, " GROUP BY ");
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(out, "%s%zu", i ? ", " : "", i + 1);
	mg_text_add(out, " ORDER BY ");
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(out, "%s%zu NULLS FIRST", i ? ", " : "", i + 1);
	mg_text_addf(out, " LIMIT %d", MG_DIALECT_MAX_GROUPS + 1);
}

/* The keys as k0, k1, ..., and the slice, if any, as s. */
static const char *key_columns(struct mg_writer *w, const struct mg_query *q)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < q->key_count; i++)
		mg_text_addf(&out, "%s%s AS %s", i ? ", " : "",
			output(w, mg_write_expr(w, q->keys[i].expr), q->keys[i].as),
			numbered(w, "k", i));
	if (q->slice)
		mg_text_addf(&out, ", %s AS %s",
			output(w, mg_write_expr(w, q->slice), MG_CELL_TEXT), name(w, "s"));
	return out.data;
}

/* The keys, and their number of rows as n. */
static const char *key_groups(struct mg_writer *w, const struct mg_query *q)
{
	size_t count = q->key_count + (q->slice ? 1 : 0);
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_text_addf(&out, "SELECT %s, count(*) AS %s%s GROUP BY ", key_columns(w, q), name(w, "n"),
		from(w, &q->source, NULL));
	for (size_t i = 0; i < count; i++)
		mg_text_addf(&out, "%s%zu", i ? ", " : "", i + 1);
	return out.data;
}

/* `SELECT counts... FROM groups`, for each slice if there is one. */
static void count_groups(struct mg_writer *w, const struct mg_query *q, const char *const *counts,
	size_t count, const char *groups, struct mg_text *out)
{
	const char *slice = name(w, "s");
	mg_text_add(out, "SELECT ");
	if (q->slice)
		mg_text_addf(out, "%s, ", slice);
	for (size_t i = 0; i < count; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "",
			output(w, counts[i], MG_CELL_INTEGER), numbered(w, "a", i));
	mg_text_addf(out, " FROM %s", groups);
	if (q->slice)
		mg_text_addf(out, " GROUP BY %s ORDER BY %s NULLS FIRST LIMIT %d", slice, slice,
			MG_DIALECT_MAX_GROUPS + 1);
}

static void keys(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *n = name(w, "n");
	const char *whole = each(w, q->key_count, "", "k", " IS NOT NULL", " AND ");
	const char *counted = q->nulls_equal ? "true" : whole;
	const char *const counts[] = {
		mg_printf(w->arena, "coalesce(sum(%s), 0)", n),
		mg_printf(w->arena, "coalesce(sum(CASE WHEN NOT (%s) THEN %s END), 0)", whole, n),
		mg_printf(w->arena, "count(CASE WHEN %s THEN 1 END)", counted),
		mg_printf(w->arena, "coalesce(sum(CASE WHEN %s AND %s > 1 THEN %s END), 0)",
			counted, n, n),
	};
	count_groups(w, q, counts, sizeof(counts) / sizeof(*counts),
		mg_printf(w->arena, "(%s) AS %s", key_groups(w, q), name(w, "keys")), out);
}

/* Each row's key joined with the values of `other` as o: o is NULL where it is not found. Rows are not
 * grouped first: there may be many keys, and of the other values few. */
static const char *joined(struct mg_writer *w, const struct mg_query *q)
{
	assert(q->key_count == 1);
	const char *value = output(w, mg_write_expr(w, q->other_key), q->keys[0].as);
	return mg_printf(w->arena,
		"(SELECT %s%s) AS %s LEFT JOIN (SELECT DISTINCT %s AS %s%s) AS %s ON %s = %s",
		key_columns(w, q), from(w, &q->source, NULL), name(w, "keys"), value, name(w, "o"),
		from(w, &q->other, mg_printf(w->arena, "%s IS NOT NULL", value)), name(w, "others"),
		name(w, "k0"), name(w, "o"));
}

static void orphans(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *k = name(w, "k0"), *o = name(w, "o");
	const char *const counts[] = {
		"count(*)",
		mg_printf(w->arena, "count(CASE WHEN %s IS NULL THEN 1 END)", k),
		mg_printf(w->arena, "count(CASE WHEN %s IS NOT NULL AND %s IS NULL THEN 1 END)", k,
			o),
	};
	count_groups(w, q, counts, sizeof(counts) / sizeof(*counts), joined(w, q), out);
}

/* One side's keys, slice and value, which is x of the one side and y of the other. */
static const char *keyed_values(struct mg_writer *w, const struct mg_query *q, bool is_other)
{
	const char *value = output(w, mg_write_expr(w, q->value), MG_CELL_REAL);
	const char *none = output(w, "NULL", MG_CELL_REAL);
	return mg_printf(w->arena, "SELECT %s, %s AS %s, %s AS %s%s", key_columns(w, q),
		is_other ? none : value, name(w, "x"), is_other ? value : none, name(w, "y"),
		from(w, &q->source, NULL));
}

/* Each key with its value on either side, as x and y, and how many there are, as nx and ny. */
static const char *values_by_key(struct mg_writer *w, const struct mg_query *q)
{
	const char *x = name(w, "x"), *y = name(w, "y");
	const char *groups = each(w, q->key_count, "", "k", "", ", ");
	if (q->slice)
		groups = mg_printf(w->arena, "%s, %s", groups, name(w, "s"));
	return mg_printf(w->arena,
		"(SELECT %s, max(%s) AS %s, max(%s) AS %s, count(%s) AS %s, count(%s) AS %s "
		"FROM (%s UNION ALL %s) AS %s GROUP BY %s) AS %s",
		groups, x, x, y, y, x, name(w, "nx"), y, name(w, "ny"), keyed_values(w, q, false),
		keyed_values(w, q->with, true), name(w, "sides"), groups, name(w, "pairs"));
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
	const char *x = name(w, "x"), *y = name(w, "y"), *slice = name(w, "s");
	const char *paired_x = mg_printf(w->arena, "CASE WHEN %s IS NOT NULL THEN %s END", y, x);
	const char *paired_y = mg_printf(w->arena, "CASE WHEN %s IS NOT NULL THEN %s END", x, y);
	const char *const columns[MG_PAIRS_COLUMNS] = {
		[MG_PAIRS_ROWS] = mg_printf(w->arena, "count(%s)", x),
		[MG_PAIRS_OTHER_ROWS] = mg_printf(w->arena, "count(%s)", y),
		[MG_PAIRS_BOTH] = mg_printf(w->arena, "count(%s)", paired_x),
		[MG_PAIRS_AMBIGUOUS] = mg_printf(w->arena,
			"count(CASE WHEN %s > 1 OR %s > 1 OR ((%s) AND %s + %s > 0) THEN 1 END)",
			name(w, "nx"), name(w, "ny"),
			each(w, q->key_count, "", "k", " IS NULL", " OR "), name(w, "nx"),
			name(w, "ny")),
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
			output(w, columns[i], i < MG_PAIRS_MEAN ? MG_CELL_INTEGER : MG_CELL_REAL),
			numbered(w, "a", i));
	mg_text_addf(out, " FROM %s", values_by_key(w, q));
	if (q->slice)
		mg_text_addf(out, " GROUP BY %s ORDER BY %s NULLS FIRST LIMIT %d", slice, slice,
			MG_DIALECT_MAX_GROUPS + 1);
}

static void freq(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	struct mg_expr value = {
		.type = MG_X_CALL, .fn = MG_FN_REAL, .args = &q->value, .arg_count = 1};
	mg_text_addf(out, "SELECT %s AS %s", mg_write_expr(w, &value), name(w, "v"));
	if (q->group) {
		const char *group = mg_write_expr(w, q->group);
		mg_text_addf(out, ", %s AS %s", mg_write_form(w, w->d->small_integer, &group, 1),
			name(w, "g"));
	}
	if (q->slice)
		mg_text_addf(out, ", %s AS %s", output(w, mg_write_expr(w, q->slice), MG_CELL_TEXT),
			name(w, "s"));
	if (mg_dialect_may_round(q->value))
		mg_text_addf(out, ", %s AS %s", mg_write_may_round(w, q->value), name(w, "r"));
	mg_text_add(out, from(w, &q->source, NULL));
}

/* ---- failing rows ---- */

/* ` ORDER BY "table"."a" NULLS LAST, ...`: named with its table, or the order would be that of the
 * output's text. */
static const char *sample_order(struct mg_writer *w, const struct mg_query *q, const char *table)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < q->column_count; i++)
		mg_text_addf(&out, "%s%s.%s NULLS LAST", i ? ", " : " ORDER BY ", table,
			name(w, q->columns[i]));
	return out.data;
}

/* Condition: the row comes before q->before, told by its columns from i on. */
static const char *comes_before(struct mg_writer *w, const struct mg_query *q, size_t i)
{
	if (i == q->before_count)
		return i == q->column_count ? "false" : "true";
	const char *column = name(w, q->columns[i]), *rest = comes_before(w, q, i + 1);
	if (q->before[i]->type == MG_X_NULL)
		return mg_printf(w->arena, "(%s IS NOT NULL OR %s)", column, rest);
	const char *value = mg_write_expr(w, q->before[i]);
	return mg_printf(
		w->arena, "(%s <= %s AND (%s < %s OR %s))", column, value, column, value, rest);
}

static const char *sampled_rows(struct mg_writer *w, const struct mg_query *q)
{
	return from(w, &q->source, q->before_count ? comes_before(w, q, 0) : NULL);
}

/* The columns are cast when the rows are chosen: that takes longer than to choose them. */
static void sample(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *rows = name(w, "rows");
	struct mg_text columns;
	mg_text_init(&columns, w->arena);
	mg_text_add(out, "SELECT ");
	for (size_t i = 0; i < q->column_count; i++) {
		const char *column = name(w, q->columns[i]);
		mg_text_addf(
			out, "%s%s AS %s", i ? ", " : "", output(w, column, MG_CELL_TEXT), column);
		mg_text_addf(&columns, "%s%s", i ? ", " : "", column);
	}
	mg_text_addf(out, " FROM (SELECT %s%s%s LIMIT %d) AS %s%s", columns.data,
		sampled_rows(w, q), sample_order(w, q, name(w, q->source.data->name)), q->limit,
		rows, sample_order(w, q, rows));
}

/* Condition of a part: what is cheap comes first. */
static const char *fails(struct mg_writer *w, const struct mg_query *part)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_text_add_char(&out, '(');
	if (part->before_count)
		mg_text_addf(&out, "%s AND ", comes_before(w, part, 0));
	for (size_t i = 0; i < part->source.where_count; i++)
		mg_text_addf(
			&out, "%s%s", i ? " AND " : "", mg_write_expr(w, part->source.where[i]));
	mg_text_add_char(&out, ')');
	return out.data;
}

static bool is_bounded(const struct mg_query *part)
{
	return part->before_count && part->before[0]->type != MG_X_NULL;
}

/* What every row before one of the bounded parts' holds: a comparison for each column that they
 * begin with, however many parts begin with it. */
static const char *any_before(struct mg_writer *w, const struct mg_query *q)
{
	struct mg_map seen;
	struct mg_text out;
	mg_map_init(&seen, w->arena);
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < q->part_count; i++) {
		const char *column = q->parts[i]->columns[0];
		if (!is_bounded(q->parts[i]) || mg_map_has(&seen, column))
			continue;
		mg_map_put(&seen, column, (void *)(uintptr_t)column);
		mg_text_addf(&out, "%s%s <= greatest(", out.len ? " OR " : "", name(w, column));
		for (size_t k = i; k < q->part_count; k++)
			if (is_bounded(q->parts[k]) && mg_streq(q->parts[k]->columns[0], column))
				mg_text_addf(&out, "%s%s", k > i ? ", " : "",
					mg_write_expr(w, q->parts[k]->before[0]));
		mg_text_add_char(&out, ')');
	}
	return out.data;
}

/* Condition: the row fails any of the parts. */
static const char *fails_any(struct mg_writer *w, const struct mg_query *q)
{
	struct mg_text bounded, others;
	mg_text_init(&bounded, w->arena);
	mg_text_init(&others, w->arena);
	for (size_t i = 0; i < q->part_count; i++) {
		struct mg_text *to = is_bounded(q->parts[i]) ? &bounded : &others;
		mg_text_addf(to, "%s%s", to->len ? " OR " : "", fails(w, q->parts[i]));
	}
	if (!bounded.len)
		return others.data;
	return mg_printf(w->arena, "((%s) AND (%s))%s%s", any_before(w, q), bounded.data,
		others.len ? " OR " : "", others.data);
}

/* `WITH "sampled" AS (...)`: the rows that fail any of the parts, with the columns of all of them and,
 * as f0, f1, ..., which parts they fail. out_numbers: column -> its number. */
static void sampled(struct mg_writer *w, const struct mg_query *q, struct mg_map *out_numbers,
	struct mg_text *out)
{
	size_t count = 0;
	mg_text_addf(out, "WITH %s AS (SELECT ", name(w, "sampled"));
	for (size_t i = 0; i < q->part_count; i++)
		for (size_t c = 0; c < q->parts[i]->column_count; c++) {
			const char *column = q->parts[i]->columns[c];
			if (mg_map_has(out_numbers, column))
				continue;
			const char *number = numbered(w, "c", count++);
			mg_map_put(out_numbers, column, (void *)(uintptr_t)number);
			mg_text_addf(out, "%s AS %s, ", name(w, column), number);
		}
	for (size_t i = 0; i < q->part_count; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "", fails(w, q->parts[i]),
			numbered(w, "f", i));
	mg_text_addf(out, " FROM %s WHERE %s LIMIT %d)", name(w, q->source.data->name),
		fails_any(w, q), q->limit);
}

/* The first rows of one part, with `width` columns. */
static void sample_part(struct mg_writer *w, const struct mg_query *q, size_t part,
	const struct mg_map *numbers, size_t width, struct mg_text *out)
{
	const struct mg_query *p = q->parts[part];
	struct mg_text columns, order;
	mg_text_init(&columns, w->arena);
	mg_text_init(&order, w->arena);
	for (size_t i = 0; i < p->column_count; i++) {
		const char *column = mg_map_get(numbers, p->columns[i]);
		mg_text_addf(&columns, "%s%s", i ? ", " : "", column);
		mg_text_addf(&order, "%s%s NULLS LAST", i ? ", " : "", column);
	}
	mg_text_addf(out, "SELECT %s AS %s, %s AS %s",
		output(w, mg_printf(w->arena, "%zu", part), MG_CELL_INTEGER), name(w, "part"),
		output(w, mg_printf(w->arena, "row_number() OVER (ORDER BY %s)", order.data),
			MG_CELL_INTEGER),
		name(w, "position"));
	for (size_t i = 0; i < width; i++)
		mg_text_addf(out, ", %s AS %s",
			output(w, i < p->column_count ? mg_map_get(numbers, p->columns[i]) : "NULL",
				MG_CELL_TEXT),
			numbered(w, "s", i));
	mg_text_addf(out, " FROM (SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d) AS %s",
		columns.data, name(w, "sampled"), numbered(w, "f", part), order.data, p->limit,
		name(w, "rows"));
}

static void samples(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	size_t width = 0;
	struct mg_map numbers;
	mg_map_init(&numbers, w->arena);
	for (size_t i = 0; i < q->part_count; i++)
		width = q->parts[i]->column_count > width ? q->parts[i]->column_count : width;
	sampled(w, q, &numbers, out);
	for (size_t i = 0; i < q->part_count; i++) {
		mg_text_add(out, i ? " UNION ALL " : " ");
		sample_part(w, q, i, &numbers, width, out);
	}
	mg_text_addf(out, " UNION ALL SELECT %s, %s", output(w, "-1", MG_CELL_INTEGER),
		output(w, "count(*)", MG_CELL_INTEGER));
	for (size_t i = 0; i < width; i++)
		mg_text_addf(out, ", %s", output(w, "NULL", MG_CELL_TEXT));
	mg_text_addf(out, " FROM %s ORDER BY 1, 2", name(w, "sampled"));
}

/* Keys under the names of their columns and the number of rows, most rows first. */
static void sample_groups(
	struct mg_writer *w, const struct mg_query *q, const char *groups, struct mg_text *out)
{
	mg_text_add(out, "SELECT ");
	for (size_t i = 0; i < q->key_count; i++) {
		const struct mg_expr *x = q->keys[i].expr;
		if (x->type == MG_X_CALL && x->fn == MG_FN_EXACT)
			x = x->args[0];
		mg_text_addf(out, "%s AS %s, ", output(w, numbered(w, "k", i), MG_CELL_TEXT),
			x->type == MG_X_COLUMN ? name(w, x->text) : numbered(w, "k", i));
	}
	mg_text_addf(out, "%s AS %s FROM %s", output(w, name(w, "n"), MG_CELL_TEXT),
		name(w, "rows"), groups);
	mg_text_addf(out, " ORDER BY %s DESC, %s LIMIT %d", name(w, "n"),
		each(w, q->key_count, "", "k", "", ", "), q->limit);
}

static void sample_keys(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	sample_groups(w, q,
		mg_printf(w->arena, "(%s) AS %s WHERE %s > 1 AND %s", key_groups(w, q),
			name(w, "keys"), name(w, "n"),
			q->nulls_equal ? "true"
				       : each(w, q->key_count, "", "k", " IS NOT NULL", " AND ")),
		out);
}

static void sample_orphans(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *k = name(w, "k0"), *n = name(w, "n");
	sample_groups(w, q,
		mg_printf(w->arena,
			"(SELECT %s, count(*) AS %s FROM %s WHERE %s IS NOT NULL AND %s IS NULL "
			"GROUP BY %s) AS %s",
			k, n, joined(w, q), k, name(w, "o"), k, name(w, "orphans")),
		out);
}

static void sql_number(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	/* Two rows are enough to see that it is not one. */
	const char *number = name(w, "a0");
	mg_text_addf(out, "SELECT %s AS %s, %s AS %s FROM %s AS %s(%s) LIMIT 2",
		output(w, number, MG_CELL_REAL), number,
		mg_write_form(w, w->d->exact_text, &number, 1), name(w, "a1"), piece(w, q->sql),
		name(w, "q"), number);
}

static void sql_count(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	mg_text_addf(out, "SELECT %s AS %s FROM %s AS %s", output(w, "count(*)", MG_CELL_INTEGER),
		name(w, "a0"), piece(w, q->sql), name(w, "q"));
}

static void sample_sql(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *args[] = {mg_printf(w->arena, "%s AS %s", piece(w, q->sql), name(w, "q")),
		mg_printf(w->arena, "%d", q->limit)};
	mg_text_add(out, mg_write_form(w, w->d->sample_any, args, 2));
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
		[MG_QUERY_SAMPLE] = sample,
		[MG_QUERY_SAMPLES] = samples,
		[MG_QUERY_SAMPLE_KEYS] = sample_keys,
		[MG_QUERY_SAMPLE_ORPHANS] = sample_orphans,
		[MG_QUERY_SAMPLE_SQL] = sample_sql,
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

int mg_dialect_check_rows(
	const struct mg_query *query, const struct mg_table *table, struct mg_error *err)
{
	bool grouped = query->kind == MG_QUERY_AGGREGATE || query->slice;
	if (grouped && table->rows > MG_DIALECT_MAX_GROUPS)
		return mg_fail(err, MG_ELIMIT,
			"data '%s' has more than %d groups here; group by a column with fewer "
			"values, or filter with `where`",
			query->source.data->name, MG_DIALECT_MAX_GROUPS);
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
