/* measures.c: hands a kind's measure() the numbers that its plan() asked for. */
#include "plan/measures.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "stats/freq.h"

struct mg_arena *mg_measures_arena(const struct mg_measures *m)
{
	return m->arena;
}

uint64_t mg_measures_seed(const struct mg_measures *m)
{
	return m->plan->seed;
}

const struct mg_need *mg_measures_need(const struct mg_check *check, const char *name)
{
	for (size_t i = 0; i < check->need_count; i++)
		if (strcmp(check->needs[i].name, name) == 0)
			return &check->needs[i];
	assert(!"measure() reads only what plan() asked for");
	return NULL;
}

const char *mg_measures_error(const struct mg_check *check, const struct mg_answer *answers)
{
	for (size_t i = 0; i < check->need_count; i++) {
		const struct mg_need *need = &check->needs[i];
		const struct mg_answer *answer = &answers[need->query];
		if (answer->error)
			return answer->error;
		if (answer->term_errors && need->first >= answer->key_count &&
			answer->term_errors[need->first - answer->key_count])
			return answer->term_errors[need->first - answer->key_count];
	}
	return NULL;
}

static const char *slice_in_table(const void *table, size_t row)
{
	const struct mg_table *t = table;
	const struct mg_cell *key = &t->cells[row * t->columns];
	return key->type == MG_CELL_NULL ? NULL : key->text;
}

static const char *slice_in_set(const void *set, size_t i)
{
	return ((const struct mg_freq_set *)set)->slices[i];
}

/* Where the slice is first, or SIZE_MAX. Slices are sorted by their bytes, NULL first or last; those of
 * an engine that sorts otherwise are looked at one by one. */
static size_t find_slice(const char *(*slice_at)(const void *list, size_t i), const void *list,
	size_t count, const char *slice)
{
	size_t low = 0, high = count;
	while (slice && low < high) {
		size_t middle = low + (high - low) / 2;
		const char *there = slice_at(list, middle);
		bool before = there ? strcmp(there, slice) < 0 : slice_at(list, 0) == NULL;
		low = before ? middle + 1 : low;
		high = before ? high : middle;
	}
	if (slice && low < count && mg_streq(slice_at(list, low), slice))
		return low;
	for (size_t i = 0; i < count; i++)
		if (mg_streq(slice_at(list, i), slice))
			return i;
	return SIZE_MAX;
}

size_t mg_slice_row(const struct mg_table *table, const char *slice)
{
	return find_slice(slice_in_table, table, table->rows, slice);
}

/* The cell of an aggregate, in the row of the slice at hand; NULL when that slice has no rows. */
static const struct mg_cell *cell_at(const struct mg_measures *m, const char *name, size_t i)
{
	const struct mg_need *need = mg_measures_need(m->check, name);
	const struct mg_table *table = &m->answers[need->query].table;
	size_t row = m->sliced ? mg_slice_row(table, m->slice) : 0;
	if (row >= table->rows)
		return NULL;
	assert(need->first + i < table->columns);
	return &table->cells[row * table->columns + need->first + i];
}

/* A slice that has no rows on this side counts 0 rows, and has no other number. */
static double absent(const struct mg_measures *m, const char *name)
{
	const struct mg_need *need = mg_measures_need(m->check, name);
	const struct mg_query *query = m->plan->queries[need->query];
	if (query->kind != MG_QUERY_AGGREGATE || need->first < query->key_count)
		return NAN;
	const struct mg_expr *x = query->terms[need->first - query->key_count].expr;
	bool counts = x->type == MG_X_CALL &&
		(x->fn == MG_FN_COUNT || x->fn == MG_FN_COUNT_IF || x->fn == MG_FN_COUNT_DISTINCT);
	return counts ? 0.0 : NAN;
}

double mg_get_at(const struct mg_measures *m, const char *name, size_t i)
{
	const struct mg_cell *cell = cell_at(m, name, i);
	return cell ? mg_cell_number(cell) : absent(m, name);
}

double mg_get(const struct mg_measures *m, const char *name)
{
	return mg_get_at(m, name, 0);
}

const char *mg_get_digits(const struct mg_measures *m, const char *name, size_t i)
{
	const struct mg_cell *cell = cell_at(m, name, i);
	if (!cell || cell->type == MG_CELL_NULL)
		return NULL;
	return cell->type == MG_CELL_INTEGER ? mg_printf(m->arena, "%" PRId64, cell->integer)
					     : cell->text; /* NULL in a REAL */
}

struct mg_table mg_get_groups(const struct mg_measures *m, const char *name)
{
	const struct mg_need *need = mg_measures_need(m->check, name);
	const struct mg_table *all = &m->answers[need->query].table;
	if (!m->sliced || need->unsliced)
		return *all;
	/* The rows of one slice, which follow each other, without the slice's own column. */
	struct mg_table out = {.columns = all->columns - 1};
	size_t first = mg_slice_row(all, m->slice), end = first;
	while (end < all->rows && mg_streq(slice_in_table(all, end), m->slice))
		end++;
	struct mg_cell *cells = mg_alloc_array(
		m->arena, (end - first) * out.columns + 1, sizeof(*cells));
	for (size_t row = first; row < end; row++)
		memcpy(&cells[out.rows++ * out.columns], &all->cells[row * all->columns + 1],
			out.columns * sizeof(*cells));
	out.cells = cells;
	return out;
}

/* The slice at hand, among those of the tables; SIZE_MAX when it has no rows. */
static size_t slice_of(const struct mg_measures *m, const struct mg_freq_set *set)
{
	if (!m->sliced)
		return set->slice_count ? 0 : SIZE_MAX;
	return find_slice(slice_in_set, set, set->slice_count, m->slice);
}

const struct mg_freq *mg_get_freq(const struct mg_measures *m, const char *name, int group)
{
	static const struct mg_freq empty;
	const struct mg_need *need = mg_measures_need(m->check, name);
	const struct mg_freq_set *set = &m->answers[need->query].freqs;
	size_t groups = (size_t)m->plan->queries[need->query]->group_count;
	size_t slice = slice_of(m, set);
	assert(group >= 0 && (size_t)group < groups);
	return slice == SIZE_MAX ? &empty : &set->tables[slice * groups + (size_t)group];
}

double mg_get_dropped(const struct mg_measures *m, const char *name)
{
	const struct mg_freq_set *set = &m->answers[mg_measures_need(m->check, name)->query].freqs;
	size_t slice = slice_of(m, set);
	return slice == SIZE_MAX ? 0 : (double)set->dropped[slice];
}

void mg_refine(const struct mg_measures *m, const char *name, int group,
	const struct mg_range *ranges, size_t count)
{
	if (!count)
		return;
	/* Refinements are the one thing that measuring writes; the caller owns them. */
	struct mg_measures *own = (struct mg_measures *)m;
	struct mg_range *copy = mg_alloc_array(own->arena, count, sizeof(*copy));
	memcpy(copy, ranges, count * sizeof(*copy));
	own->refinements = mg_grow(own->arena, own->refinements, own->refinement_count,
		&own->refinement_capacity, sizeof(*own->refinements));
	own->refinements[own->refinement_count++] = (struct mg_refinement){
		.query = mg_measures_need(own->check, name)->query,
		.sliced = own->sliced,
		.slice = own->slice,
		.group = group,
		.ranges = copy,
		.count = count};
}

struct mg_others mg_get_others(const struct mg_measures *m, const struct mg_check_kind *kind)
{
	struct mg_others out = {0};
	for (size_t i = 0; i < m->result_count; i++) {
		const struct mg_result *r = &m->results[i];
		if (!mg_streq(r->suite, m->check->suite->name) || !mg_streq(r->kind, kind->name) ||
			r->slice)
			continue;
		out.cases++;
		if (r->verdict == MG_ERROR)
			out.unmeasured++;
		else if (!mg_result_held(r))
			out.skipped++;
		else if (m->broken[i])
			out.broken++;
		else
			out.held++;
	}
	return out;
}

static struct mg_sliced sliced_of(const struct mg_result *r, const struct mg_check *check)
{
	struct mg_sliced out = {.check = check,
		.slice = r->slice,
		.value = r->value,
		.lo = r->lo,
		.hi = r->hi,
		.rows = r->rows,
		.definition = r->definition,
		.message = r->message};
	if (!r->measured)
		out.state = r->verdict == MG_SKIP ? MG_SLICE_SKIPPED : MG_SLICE_UNMEASURED;
	return out;
}

const struct mg_sliced *mg_get_slices(const struct mg_measures *m, const struct mg_check_kind *kind,
	const char *check, size_t *out_count)
{
	struct mg_sliced *list = mg_alloc_array(m->arena, m->result_count, sizeof(*list));
	*out_count = 0;
	for (size_t i = 0; i < m->result_count; i++) {
		const struct mg_result *r = &m->results[i];
		const struct mg_check *of = m->checks[i];
		if (of->kind == kind && of->suite == m->check->suite && r->slice &&
			(!check || mg_streq(of->spec->name, check)))
			list[(*out_count)++] = sliced_of(r, of);
	}
	return list;
}
