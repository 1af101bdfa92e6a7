/* dialect_sample.c: writes the queries for failing rows: the first of one check, of many checks in one
 * pass, of doubled keys, of orphans and of the spec's own SQL. */
#include <string.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "base/map.h"
#include "engine/sql/dialect.h"
#include "engine/sql/dialect_write.h"

const char *mg_dialect_masked(struct mg_arena *arena, const char *sql)
{
	return mg_printf(arena, "CASE WHEN %s IS NOT NULL THEN '" MG_MASK "' END", sql);
}

/* Output column i as text; of a masked one whether it is there. */
static const char *shown(
	struct mg_writer *w, const struct mg_query *q, size_t i, const char *column)
{
	bool hide = q->masked && q->masked[i];
	return mg_write_output(
		w, hide ? mg_dialect_masked(w->arena, column) : column, MG_CELL_TEXT);
}

/* ` ORDER BY "table"."a" NULLS LAST, ...`: named with its table, or the order would be that of the
 * output's text. */
static const char *sample_order(struct mg_writer *w, const struct mg_query *q, const char *table)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < q->column_count; i++)
		mg_text_addf(&out, "%s%s.%s NULLS LAST", i ? ", " : " ORDER BY ", table,
			mg_write_name(w, q->columns[i]));
	return out.data;
}

/* Condition: the row comes before q->before, told by its columns from i on. */
static const char *comes_before(struct mg_writer *w, const struct mg_query *q, size_t i)
{
	if (i == q->before_count)
		return i == q->column_count ? "false" : "true";
	const char *column = mg_write_name(w, q->columns[i]), *rest = comes_before(w, q, i + 1);
	if (q->before[i]->type == MG_X_NULL)
		return mg_printf(w->arena, "(%s IS NOT NULL OR %s)", column, rest);
	const char *value = mg_write_expr(w, q->before[i]);
	return mg_printf(
		w->arena, "(%s <= %s AND (%s < %s OR %s))", column, value, column, value, rest);
}

static const char *sampled_rows(struct mg_writer *w, const struct mg_query *q)
{
	return mg_write_from(w, &q->source, q->before_count ? comes_before(w, q, 0) : NULL);
}

/* The columns are cast when the rows are chosen: that takes longer than to choose them. */
void mg_write_sample(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *rows = mg_write_name(w, "rows");
	struct mg_text columns;
	mg_text_init(&columns, w->arena);
	mg_text_add(out, "SELECT ");
	for (size_t i = 0; i < q->column_count; i++) {
		const char *column = mg_write_name(w, q->columns[i]);
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "",
			shown(w, q, i, column), column);
		mg_text_addf(&columns, "%s%s", i ? ", " : "", column);
	}
	mg_text_addf(out, " FROM (SELECT %s%s%s LIMIT %d", columns.data, sampled_rows(w, q),
		sample_order(w, q, mg_write_name(w, q->source.data->name)), q->limit);
	if (q->skip)
		mg_text_addf(out, " OFFSET %d", q->skip);
	mg_text_addf(out, ") AS %s%s", rows, sample_order(w, q, rows));
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

/* Are the rows of two parts to be found by what one column holds? Bounded ones by the column that they
 * begin with; others when they show the same columns, which are the key and the one that is checked. */
static bool is_with(const struct mg_query *q, size_t i, size_t other)
{
	const struct mg_query *a = q->parts[i], *b = q->parts[other];
	if (is_bounded(a) || is_bounded(b))
		return is_bounded(a) && is_bounded(b) && mg_streq(a->columns[0], b->columns[0]);
	if (a->column_count != b->column_count)
		return false;
	for (size_t c = 0; c < a->column_count; c++)
		if (!mg_streq(a->columns[c], b->columns[c]))
			return false;
	return true;
}

static bool is_first(const struct mg_query *q, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (is_with(q, i, before))
			return false;
	return true;
}

/* What every row before the last of the bounded parts that are with part i holds. */
static const char *before_any(struct mg_writer *w, const struct mg_query *q, size_t i)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_text_addf(&out, "%s <= greatest(", mg_write_name(w, q->parts[i]->columns[0]));
	for (size_t k = i; k < q->part_count; k++)
		if (is_with(q, i, k))
			mg_text_addf(&out, "%s%s", k > i ? ", " : "",
				mg_write_expr(w, q->parts[k]->before[0]));
	mg_text_add_char(&out, ')');
	return out.data;
}

/* What every row before one of the bounded parts' holds: a comparison for each column that they
 * begin with, however many parts begin with it. */
static const char *any_before(struct mg_writer *w, const struct mg_query *q)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (size_t i = 0; i < q->part_count; i++)
		if (is_bounded(q->parts[i]) && is_first(q, i))
			mg_text_addf(&out, "%s%s", out.len ? " OR " : "", before_any(w, q, i));
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

void mg_dialect_sampled(const struct mg_query *query, struct mg_arena *arena, struct mg_map *out)
{
	mg_map_init(out, arena);
	for (size_t i = 0; i < query->part_count; i++)
		for (size_t c = 0; c < query->parts[i]->column_count; c++)
			if (!mg_map_has(out, query->parts[i]->columns[c]))
				mg_map_put(out, query->parts[i]->columns[c],
					(void *)(uintptr_t)(out->count + 1));
}

static size_t number_of(const struct mg_map *columns, const char *name)
{
	return (size_t)(uintptr_t)mg_map_get(columns, name) - 1;
}

/* The rows that fail any of the parts, with what mg_dialect_sampled tells of. */
static void gathered(struct mg_writer *w, const struct mg_query *q, const struct mg_map *columns,
	struct mg_text *out)
{
	mg_text_add(out, "SELECT ");
	for (size_t i = 0; i < columns->count; i++)
		mg_text_addf(out, "%s AS %s, ", mg_write_name(w, columns->entries[i].key),
			mg_write_numbered(w, "c", i));
	for (size_t i = 0; i < q->part_count; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "", fails(w, q->parts[i]),
			mg_write_numbered(w, "f", i));
	mg_text_addf(out, " FROM %s WHERE ", mg_write_name(w, q->source.data->name));
	if (q->before_count)
		mg_text_addf(out, "%s AND (%s)", comes_before(w, q, 0), fails_any(w, q));
	else
		mg_text_add(out, fails_any(w, q));
	mg_text_addf(out, " LIMIT %d", q->limit);
}

/* Of the parts that are with part i: its columns, and the conditions of these parts. To the others no
 * row belongs here. */
static void gathered_with(struct mg_writer *w, const struct mg_query *q, size_t i,
	const struct mg_map *columns, struct mg_text *out)
{
	struct mg_text conditions;
	mg_text_init(&conditions, w->arena);
	bool *needed = mg_alloc_array(w->arena, columns->count, sizeof(*needed));
	for (size_t k = i; k < q->part_count; k++)
		for (size_t c = 0; is_with(q, i, k) && c < q->parts[k]->column_count; c++)
			needed[number_of(columns, q->parts[k]->columns[c])] = true;
	mg_text_add(out, "SELECT ");
	for (size_t c = 0; c < columns->count; c++)
		mg_text_addf(out, "%s AS %s, ",
			needed[c] ? mg_write_name(w, columns->entries[c].key) : "NULL",
			mg_write_numbered(w, "c", c));
	for (size_t k = 0; k < q->part_count; k++) {
		const char *condition = is_with(q, i, k) ? fails(w, q->parts[k]) : "false";
		mg_text_addf(
			out, "%s%s AS %s", k ? ", " : "", condition, mg_write_numbered(w, "f", k));
		if (is_with(q, i, k))
			mg_text_addf(&conditions, "%s%s", conditions.len ? " OR " : "", condition);
	}
	mg_text_addf(out, " FROM %s WHERE ", mg_write_name(w, q->source.data->name));
	if (is_bounded(q->parts[i]))
		mg_text_addf(out, "%s AND ", before_any(w, q, i));
	mg_text_addf(out, "(%s)", conditions.data);
}

/* The same rows as `gathered`, each as often as it is found. */
static void gathered_apart(struct mg_writer *w, const struct mg_query *q,
	const struct mg_map *columns, struct mg_text *out)
{
	mg_text_add(out, "SELECT * FROM (");
	for (size_t i = 0; i < q->part_count; i++) {
		if (!is_first(q, i))
			continue;
		mg_text_add(out, i ? " UNION ALL " : "");
		gathered_with(w, q, i, columns, out);
	}
	mg_text_addf(out, ") AS %s LIMIT %d", mg_write_name(w, "sampled"), q->limit);
}

static const char *sampled_column(
	struct mg_writer *w, const struct mg_map *columns, const char *name)
{
	return mg_write_numbered(w, "c", number_of(columns, name));
}

/* The first rows of one part, with `width` columns. */
static void sample_part(struct mg_writer *w, const struct mg_query *q, size_t part,
	const struct mg_map *all, size_t width, struct mg_text *out)
{
	const struct mg_query *p = q->parts[part];
	struct mg_text columns, order;
	mg_text_init(&columns, w->arena);
	mg_text_init(&order, w->arena);
	for (size_t i = 0; i < p->column_count; i++) {
		const char *column = sampled_column(w, all, p->columns[i]);
		mg_text_addf(&columns, "%s%s", i ? ", " : "", column);
		mg_text_addf(&order, "%s%s NULLS LAST", i ? ", " : "", column);
	}
	mg_text_addf(out, "SELECT %s AS %s, %s AS %s",
		mg_write_output(w, mg_printf(w->arena, "%zu", part), MG_CELL_INTEGER),
		mg_write_name(w, "part"),
		mg_write_output(w,
			mg_printf(w->arena, "row_number() OVER (ORDER BY %s)", order.data),
			MG_CELL_INTEGER),
		mg_write_name(w, "position"));
	for (size_t i = 0; i < width; i++)
		mg_text_addf(out, ", %s AS %s",
			i < p->column_count ? shown(w, p, i, sampled_column(w, all, p->columns[i]))
					    : mg_write_output(w, "NULL", MG_CELL_TEXT),
			mg_write_numbered(w, "s", i));
	mg_text_addf(out, " FROM (SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d) AS %s",
		columns.data, mg_write_name(w, "sampled"), mg_write_numbered(w, "f", part),
		order.data, p->limit, mg_write_name(w, "rows"));
}

void mg_write_samples(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	size_t width = 0;
	struct mg_map columns;
	mg_dialect_sampled(q, w->arena, &columns);
	if (w->d->gathers_samples) {
		(q->few ? gathered_apart : gathered)(w, q, &columns, out);
		return;
	}
	for (size_t i = 0; i < q->part_count; i++)
		width = q->parts[i]->column_count > width ? q->parts[i]->column_count : width;
	mg_text_addf(out, "WITH %s AS (", mg_write_name(w, "sampled"));
	gathered(w, q, &columns, out);
	mg_text_add_char(out, ')');
	for (size_t i = 0; i < q->part_count; i++) {
		mg_text_add(out, i ? " UNION ALL " : " ");
		sample_part(w, q, i, &columns, width, out);
	}
	mg_text_addf(out, " UNION ALL SELECT %s, %s", mg_write_output(w, "-1", MG_CELL_INTEGER),
		mg_write_output(w, "count(*)", MG_CELL_INTEGER));
	for (size_t i = 0; i < width; i++)
		mg_text_addf(out, ", %s", mg_write_output(w, "NULL", MG_CELL_TEXT));
	mg_text_addf(out, " FROM %s ORDER BY 1, 2", mg_write_name(w, "sampled"));
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
		mg_text_addf(out, "%s AS %s, ",
			shown(w, q, i, mg_write_numbered(w, "k", i)),
			x->type == MG_X_COLUMN ? mg_write_name(w, x->text)
					       : mg_write_numbered(w, "k", i));
	}
	mg_text_addf(out, "%s AS %s FROM %s",
		mg_write_output(w, mg_write_name(w, "n"), MG_CELL_TEXT), mg_write_name(w, "rows"),
		groups);
	mg_text_addf(out, " ORDER BY %s DESC, %s LIMIT %d", mg_write_name(w, "n"),
		mg_write_each(w, q->key_count, "", "k", "", ", "), q->limit);
}

void mg_write_sample_keys(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	sample_groups(w, q,
		mg_printf(w->arena, "(%s) AS %s WHERE %s > 1 AND %s", mg_write_key_groups(w, q),
			mg_write_name(w, "keys"), mg_write_name(w, "n"),
			q->nulls_equal
				? "true"
				: mg_write_each(w, q->key_count, "", "k", " IS NOT NULL", " AND ")),
		out);
}

void mg_write_sample_orphans(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *k = mg_write_name(w, "k0"), *n = mg_write_name(w, "n");
	sample_groups(w, q,
		mg_printf(w->arena,
			"(SELECT %s, count(*) AS %s FROM %s WHERE %s IS NOT NULL AND %s IS NULL "
			"GROUP BY %s) AS %s",
			k, n, mg_write_joined(w, q), k, mg_write_name(w, "o"), k,
			mg_write_name(w, "orphans")),
		out);
}

/* The first rows as ever; of these the values that may be shown, in an order that tells no more. */
static void mask_any(
	struct mg_writer *w, const struct mg_query *q, const char *rows, struct mg_text *out)
{
	mg_text_add(out, "SELECT ");
	for (size_t i = 0; i < q->column_count; i++)
		mg_text_addf(out, "%s%s AS %s", i ? ", " : "",
			shown(w, q, i, mg_write_numbered(w, "m", i)),
			mg_write_name(w, q->columns[i]));
	mg_text_addf(out, " FROM (%s) AS %s(%s) ORDER BY ", rows, mg_write_name(w, "shown"),
		mg_write_each(w, q->column_count, "", "m", "", ", "));
	for (size_t i = 0; i < q->column_count; i++)
		mg_text_addf(out, "%s%zu", i ? ", " : "", i + 1);
}

void mg_write_sample_sql(struct mg_writer *w, const struct mg_query *q, struct mg_text *out)
{
	const char *args[] = {
		mg_printf(w->arena, "%s AS %s", mg_write_piece(w, q->sql), mg_write_name(w, "q")),
		mg_printf(w->arena, "%d", q->limit)};
	const char *rows = mg_write_form(w, w->d->sample_any, args, 2);
	if (q->masked)
		mask_any(w, q, rows, out);
	else
		mg_text_add(out, rows);
}
