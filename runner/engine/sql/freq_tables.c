/* freq_tables.c: rows of GROUP BY statements become frequency tables. */
#include "engine/sql/freq_tables.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "stats/freq.h"

/* One row of the statement. */
struct entry {
	const char *slice; /* NULL for NULL */
	int64_t group;     /* -1: none */
	enum { NULLS, NANS, VALUES } kind;
	double lo, hi, sum;
	int64_t n;
};

static int by_text(const char *x, const char *y)
{
	if (!x || !y)
		return x ? 1 : y ? -1 : 0;
	return strcmp(x, y);
}

static int by_place(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int slices = by_text(a->slice, b->slice);
	if (slices)
		return slices;
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->lo < b->lo ? -1 : a->lo > b->lo;
}

static double real_of(const struct mg_cell *cell)
{
	return cell->type == MG_CELL_INTEGER ? (double)cell->integer : cell->real;
}

static struct entry read_entry(const struct mg_freq_rows *rows, const struct mg_cell *cell)
{
	struct entry e = {.kind = VALUES};
	if (rows->sliced) {
		e.slice = cell->type == MG_CELL_NULL ? NULL : cell->text;
		cell++;
	}
	if (rows->grouped) {
		bool known = cell->type == MG_CELL_INTEGER && cell->integer >= 0 &&
			cell->integer < (int64_t)rows->group_count;
		e.group = known ? cell->integer : -1;
		cell++;
	}
	const struct mg_cell *value = rows->bucketed ? cell + 2 : cell;
	e.n = cell[1].integer;
	if (value->type == MG_CELL_NULL) {
		e.kind = NULLS;
		return e;
	}
	e.lo = real_of(value) + 0.0; /* -0.0 is 0 */
	e.hi = rows->bucketed ? real_of(cell + 3) + 0.0 : e.lo;
	e.sum = rows->bucketed && e.lo != e.hi ? real_of(cell + 4) : e.lo * (double)e.n;
	if (isnan(e.lo)) {
		e.kind = NANS;
		e.lo = e.hi = 0;
	}
	return e;
}

/* Neighbours that overlap, or are the same value, become one. Returns how many are left. */
static size_t join(struct entry *list, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (!kept || list[i].lo > list[kept - 1].hi) {
			list[kept++] = list[i];
			continue;
		}
		list[kept - 1].hi = fmax(list[kept - 1].hi, list[i].hi);
		list[kept - 1].n += list[i].n;
		list[kept - 1].sum += list[i].sum;
	}
	return kept;
}

/* The entries of one slice and group. */
static void make_table(
	struct entry *list, size_t count, struct mg_arena *arena, struct mg_freq *out)
{
	struct mg_freq f = {0};
	size_t first = 0;
	for (; first < count && list[first].kind != VALUES; first++)
		*(list[first].kind == NULLS ? &f.nulls : &f.nans) += list[first].n;
	size_t len = join(list + first, count - first);
	bool exact = true;
	f.lo = mg_alloc_array(arena, len, sizeof(*f.lo));
	f.hi = mg_alloc_array(arena, len, sizeof(*f.hi));
	f.n = mg_alloc_array(arena, len, sizeof(*f.n));
	f.sum = mg_alloc_array(arena, len, sizeof(*f.sum));
	for (; f.len < len; f.len++) {
		const struct entry *e = &list[first + f.len];
		f.lo[f.len] = e->lo;
		f.hi[f.len] = e->hi;
		f.n[f.len] = e->n;
		f.sum[f.len] = e->sum;
		f.rows += e->n;
		exact = exact && e->lo == e->hi;
	}
	if (exact) {
		f.hi = NULL;
		f.sum = NULL;
	}
	*out = f;
}

static size_t count_slices(const struct entry *list, size_t count)
{
	size_t slices = 0;
	for (size_t i = 0; i < count; i++)
		slices += !i || by_text(list[i].slice, list[i - 1].slice) != 0;
	return slices;
}

void mg_freq_tables(
	const struct mg_freq_rows *rows, struct mg_arena *arena, struct mg_freq_set *out)
{
	const struct mg_table *table = rows->table;
	struct entry *list = mg_alloc_array(arena, table->rows, sizeof(*list));
	size_t count = 0;
	for (size_t i = 0; i < table->rows; i++) {
		const struct mg_cell *row = &table->cells[i * table->columns];
		if (!rows->ranges || row[rows->sliced + rows->grouped].type != MG_CELL_NULL)
			list[count++] = read_entry(rows, row);
	}
	if (count)
		qsort(list, count, sizeof(*list), by_place);
	struct mg_freq_set set = {.slice_count = rows->sliced ? count_slices(list, count) : 1};
	set.tables = mg_alloc_array(
		arena, set.slice_count * rows->group_count, sizeof(*set.tables));
	set.dropped = mg_alloc_array(arena, set.slice_count, sizeof(*set.dropped));
	if (rows->sliced)
		set.slices = mg_alloc_array(arena, set.slice_count, sizeof(*set.slices));
	size_t slice = 0;
	for (size_t i = 0, next = 0; i < count; i = next) {
		if (i && by_text(list[i].slice, list[i - 1].slice) != 0)
			slice++;
		if (rows->sliced)
			set.slices[slice] = list[i].slice;
		while (next < count && by_text(list[i].slice, list[next].slice) == 0 &&
			list[next].group == list[i].group)
			next++;
		if (list[i].group >= 0)
			make_table(&list[i], next - i, arena,
				&set.tables[slice * rows->group_count + (size_t)list[i].group]);
		for (size_t k = i; k < next && list[i].group < 0; k++)
			set.dropped[slice] += list[k].n;
	}
	*out = set;
}

size_t mg_freq_tables_longest(const struct mg_table *table, size_t key_count)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_map lengths;
	size_t longest = 0;
	mg_map_init(&lengths, arena);
	for (size_t i = 0; i < table->rows; i++) {
		const struct mg_cell *row = &table->cells[i * table->columns];
		struct mg_text key;
		mg_text_init(&key, arena);
		for (size_t k = 0; k < key_count; k++)
			mg_text_addf(&key, "%d %lld %s\n", (int)row[k].type,
				(long long)row[k].integer, row[k].text ? row[k].text : "");
		uintptr_t length = (uintptr_t)mg_map_get(&lengths, key.data) + 1;
		mg_map_put(&lengths, key.data, (void *)length);
		longest = length > longest ? length : longest;
	}
	return longest;
}
