/* sample_together.c: the failing rows of many checks of one dataset in a pass or two.
 *
 * Each statement gathers rows that fail any of the checks, and picks the first rows of each check from
 * them. It stops to gather at a bound, so that it needs little memory whatever fails. Where all checks
 * show rows in the order of one key, the first statement looks no further than at the data's first
 * rows in that order, and mostly finds enough. Else it mostly stops early. But what it picked are
 * failing rows: what is to be shown comes before the last of them, or is equal to it. So the next
 * statement gathers only that, which is little, unless the data are sorted the other way round. */
#include "execute/sample_together.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { GATHERED_FIRST = 20000, GATHERED_NEXT = 100000, STATEMENTS = 4, LONGEST_BOUND = 1000 };

/* The answer has the part and the position before the part's columns. */
enum { PART, POSITION, BEFORE_COLUMNS };

struct part {
	struct mg_query query; /* with one row more than is wanted, and the bound that is known */
	struct mg_table *table;
};

struct together {
	const struct mg_engine_ops *ops;
	struct mg_session *session;
	const struct mg_schema *schema;
	struct part **open; /* parts that are not known yet */
	size_t count;
	const struct mg_expr *guess; /* only rows before this one are looked at; NULL: all */
	bool unbounded; /* a part found enough, and no value tells where it ended: it would find the same again */
	bool few;                    /* rows that the next statement will find */
	struct mg_arena *arena;
};

/* The cell's text as a value of its column; NULL when not every value of its type can be written so, or when the text
 * only stands for it. */
static const struct mg_expr *value_of(
	const struct together *t, const char *name, const struct mg_cell *cell)
{
	const struct mg_column *column = mg_schema_column(t->schema, name);
	if (!column)
		return NULL;
	if (cell->type == MG_CELL_NULL)
		return mg_x_null(t->arena);
	if (column->redacted || strlen(cell->text) > LONGEST_BOUND || strchr(cell->text, '\''))
		return NULL;
	switch (column->type) {
	case MG_TYPE_INTEGER:
	case MG_TYPE_REAL:
	case MG_TYPE_BOOLEAN:
	case MG_TYPE_TIME:
		return mg_x_number(t->arena, cell->text, column);
	case MG_TYPE_TEXT:
		return strcmp(column->sql_type, "VARCHAR") == 0 ? mg_x_text(t->arena, cell->text)
								: NULL;
	default:
		return NULL;
	}
}

static bool same_cell(const struct mg_cell *a, const struct mg_cell *b)
{
	return a->type == b->type && (a->type == MG_CELL_NULL || strcmp(a->text, b->text) == 0);
}

/* Only what does not come after the last of the rows to be shown, if so many were found. One row more
 * was asked for: the columns up to the first in which the two differ are all that it takes to tell. */
static void bound_part(struct together *t, struct part *part)
{
	struct mg_query *q = &part->query;
	const struct mg_table *found = part->table;
	if (found->rows < (size_t)q->limit)
		return;
	const struct mg_cell *next = &found->cells[(found->rows - 1) * found->columns];
	const struct mg_cell *last = next - found->columns;
	const struct mg_expr **before = mg_alloc_array(t->arena, q->column_count, sizeof(*before));
	q->before = before;
	q->before_count = 0;
	for (size_t i = 0; i < q->column_count; i++) {
		before[i] = value_of(t, q->columns[i], &last[i]);
		if (!before[i])
			break;
		q->before_count++;
		if (!same_cell(&last[i], &next[i]))
			break;
	}
}

/* What was found now, and of what was found earlier the rows that are equal to the bound, where these
 * were left out: as many as are wanted, since all that come before were found again. */
static void take_part(struct together *t, struct part *part, const struct mg_cell *cells,
	size_t rows, size_t columns, bool complete)
{
	struct mg_query *q = &part->query;
	struct mg_table *table = part->table;
	size_t wanted = (size_t)q->limit - 1, all = rows, width = q->column_count;
	if (q->before_count == q->column_count && rows < wanted)
		all = wanted;
	else if (q->before_count && rows < wanted && !complete)
		return; /* the earlier ones are enough */
	struct mg_cell *kept = mg_alloc_array(t->arena, all * width, sizeof(*kept));
	for (size_t i = 0; i < all; i++)
		memcpy(&kept[i * width],
			i < rows ? &cells[i * columns + BEFORE_COLUMNS]
				 : &table->cells[(wanted - 1) * width],
			width * sizeof(*kept));
	*table = (struct mg_table){.cells = kept, .rows = all, .columns = width};
}

/* False: its rows are not known yet. */
static bool settle(struct together *t, struct part *part, bool complete)
{
	if (complete && (!t->guess || part->table->rows >= (size_t)part->query.limit - 1))
		return true;
	bound_part(t, part);
	t->unbounded |= !t->guess && !part->query.before_count &&
		part->table->rows >= (size_t)part->query.limit;
	return false;
}

/* Without a bound, a part is open only because few rows fail it, or none of the first ones. */
static bool are_few(const struct together *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->open[i]->query.before_count)
			return false;
	return true;
}

static void take(struct together *t, const struct mg_table *answer, bool complete)
{
	size_t row = 1, open = 0;
	for (size_t i = 0; i < t->count; i++) {
		struct part *part = t->open[i];
		const struct mg_cell *first = &answer->cells[row * answer->columns];
		size_t rows = 0;
		while (row < answer->rows &&
			answer->cells[row * answer->columns + PART].integer == (int64_t)i) {
			row++;
			rows++;
		}
		take_part(t, part, first, rows, answer->columns, complete);
		if (!settle(t, part, complete))
			t->open[open++] = part;
	}
	t->count = open;
	t->guess = NULL;
	t->few = are_few(t);
}

/* Where all begin with one column: the end of the data's first rows in its order. */
static void guess_bound(struct together *t)
{
	const char *column = t->open[0]->query.columns[0];
	for (size_t i = 1; i < t->count; i++)
		if (!mg_streq(t->open[i]->query.columns[0], column))
			return;
	const struct mg_query last = {.kind = MG_QUERY_SAMPLE,
		.source = {.data = t->schema->data},
		.columns = &column,
		.column_count = 1,
		.skip = GATHERED_FIRST - 1,
		.limit = 1};
	struct mg_table table = {0};
	const char **names = NULL;
	struct mg_error ignored = {0};
	const struct mg_column *described = mg_schema_column(t->schema, column);
	if (described && !described->redacted &&
		t->ops->query(t->session, &last, t->arena, &table, &names, &ignored) == MG_OK &&
		table.rows == 1)
		t->guess = value_of(t, column, &table.cells[0]);
}

/* Where a part has no bound, however many rows fail it may be gathered. */
static int most_gathered(const struct together *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (!t->open[i]->query.before_count)
			return GATHERED_FIRST;
	return GATHERED_NEXT;
}

static int ask(struct together *t, struct mg_error *err)
{
	struct mg_table answer = {0};
	const char **columns = NULL;
	const struct mg_query **parts = mg_alloc_array(t->arena, t->count, sizeof(*parts));
	for (size_t i = 0; i < t->count; i++)
		parts[i] = &t->open[i]->query;
	const struct mg_query all = {.kind = MG_QUERY_SAMPLES,
		.source = {.data = t->schema->data},
		.columns = t->open[0]->query.columns,
		.column_count = 1,
		.before = &t->guess,
		.before_count = t->guess ? 1 : 0,
		.parts = parts,
		.part_count = t->count,
		.limit = most_gathered(t),
		.few = t->few};
	MG_TRY(t->ops->query(t->session, &all, t->arena, &answer, &columns, err));
	take(t, &answer, answer.cells[POSITION].integer < all.limit);
	return MG_OK;
}

int mg_sample_together(const struct mg_engine_ops *ops, struct mg_session *session,
	const struct mg_schema *schema, const struct mg_query *const *queries, size_t count,
	double failing, struct mg_arena *arena, struct mg_table *tables, bool *out_done,
	struct mg_error *err)
{
	struct together t = {
		.ops = ops, .session = session, .schema = schema, .count = count, .arena = arena};
	struct part *parts = mg_alloc_array(arena, count, sizeof(*parts));
	t.open = mg_alloc_array(arena, count, sizeof(*t.open));
	for (size_t i = 0; i < count; i++) {
		parts[i] = (struct part){.query = *queries[i], .table = &tables[i]};
		parts[i].query.limit++;
		t.open[i] = &parts[i];
	}
	t.few = failing <= GATHERED_FIRST;
	if (!t.few)
		guess_bound(&t);
	for (int i = 0; i < STATEMENTS && t.count > 0 && !t.unbounded; i++)
		MG_TRY(ask(&t, err));
	*out_done = t.count == 0;
	for (size_t i = 0; i < count; i++)
		if (tables[i].rows > (size_t)queries[i]->limit)
			tables[i].rows = (size_t)queries[i]->limit;
	return MG_OK;
}
