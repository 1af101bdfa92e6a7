/* profile_table.c: a profile for people: a row for each column, with a small histogram. */
#include "cli/profile_table.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/escape.h"
#include "cli/registry.h"

enum { BARS = 16, SHOWN_VALUES = 3, MOST_VALUE = 20 };

static const char *percent(struct mg_arena *a, double part, double whole)
{
	if (part == 0 || whole == 0)
		return NULL;
	return mg_printf(a, "%s%%", mg_human_double(a, 100 * part / whole, 3));
}

/* "▁▃█▂", each against the greatest; what is there at all is seen. */
static const char *bars_of(struct mg_arena *a, const double *counts, size_t n)
{
	static const char *const bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	struct mg_text t;
	double most = 0;
	mg_text_init(&t, a);
	for (size_t i = 0; i < n; i++)
		most = fmax(most, counts[i]);
	for (size_t i = 0; i < n && most > 0; i++)
		mg_text_add(&t, bars[(int)ceil(8 * counts[i] / most)]);
	return t.data;
}

/* ---- numbers ---- */

static double end_of(const struct mg_profile_entry *e)
{
	return isnan(e->to) ? e->from : e->to;
}

/* The least and the greatest finite value; false when there are none. */
static bool find_ends(const struct mg_profile_column *c, double *least, double *most)
{
	*least = INFINITY;
	*most = -INFINITY;
	for (size_t i = 0; i < c->entry_count; i++) {
		if (!isfinite(c->entries[i].from) || !isfinite(end_of(&c->entries[i])))
			continue;
		*least = fmin(*least, c->entries[i].from);
		*most = fmax(*most, end_of(&c->entries[i]));
	}
	return *least <= *most;
}

static void add_numbers(
	struct mg_listing *table, struct mg_arena *a, const struct mg_profile_column *c)
{
	double least, most, counts[BARS] = {0};
	bool any = find_ends(c, &least, &most);
	bool spread = any && most > least && isfinite(most - least);
	for (size_t i = 0; spread && i < c->entry_count; i++) {
		const struct mg_profile_entry *e = &c->entries[i];
		double middle = e->from + (end_of(e) - e->from) / 2;
		if (!isfinite(middle))
			continue;
		size_t bar = (size_t)(BARS * ((middle - least) / (most - least)));
		counts[bar < BARS ? bar : BARS - 1] += (double)e->rows;
	}
	mg_listing_add(table, any ? mg_human_double(a, least, 6) : NULL);
	mg_listing_add(table, isnan(c->mean) ? NULL : mg_human_double(a, c->mean, 6));
	mg_listing_add(table, any ? mg_human_double(a, most, 6) : NULL);
	mg_listing_add(table, spread ? bars_of(a, counts, BARS) : NULL);
}

/* ---- categories ---- */

static int by_rows(const void *left, const void *right)
{
	const struct mg_profile_category *a = left, *b = right;
	return (a->rows < b->rows) - (a->rows > b->rows);
}

static void add_categories(struct mg_listing *table, struct mg_arena *a,
	const struct mg_profile_column *c, double rows)
{
	double counts[BARS] = {0};
	struct mg_text names;
	mg_text_init(&names, a);
	struct mg_profile_category *sorted = mg_alloc_array(a, c->category_count, sizeof(*sorted));
	for (size_t i = 0; i < c->category_count; i++)
		sorted[i] = c->categories[i];
	if (c->category_count)
		qsort(sorted, c->category_count, sizeof(*sorted), by_rows);
	for (size_t i = 0; i < c->category_count && i < BARS; i++) {
		counts[i] = (double)sorted[i].rows;
		if (i < SHOWN_VALUES)
			mg_text_addf(&names, "  %s %s",
				mg_text_short(a, mg_log_safe(a, sorted[i].value), MOST_VALUE),
				percent(a, (double)sorted[i].rows, rows));
	}
	size_t bars = c->category_count < BARS ? c->category_count : BARS;
	for (int i = 0; i < 3; i++)
		mg_listing_add(table, NULL);
	mg_listing_add(table, mg_printf(a, "%s%s", bars_of(a, counts, bars), names.data));
}

void mg_profile_table(struct mg_text *out, struct mg_arena *arena, const struct mg_profile *profile,
	const struct mg_style *style)
{
	static const char *const headings[] = {"COLUMN", "TYPE", "MISSING", "DISTINCT", "LEAST",
		"MEAN", "GREATEST", "DISTRIBUTION"};
	size_t columns = sizeof(headings) / sizeof(*headings);
	struct mg_listing table;
	mg_listing_init(&table, arena, columns);
	for (size_t i = 0; i < columns; i++)
		mg_listing_add(&table, headings[i]);
	for (size_t i = 0; i < profile->column_count; i++) {
		const struct mg_profile_column *c = &profile->columns[i];
		mg_listing_add(&table, c->column.name);
		mg_listing_add(&table, c->column.sql_type);
		mg_listing_add(&table,
			percent(arena, (double)(c->nulls + c->nans), (double)profile->rows));
		mg_listing_add(&table,
			c->distinct < 0 ? NULL : mg_printf(arena, "%lld", (long long)c->distinct));
		if (c->category_count) {
			add_categories(&table, arena, c, (double)profile->rows);
		} else if (c->entry_count) {
			add_numbers(&table, arena, c);
		} else {
			for (int k = 0; k < 3; k++)
				mg_listing_add(&table, NULL);
			mg_listing_add(&table, c->problem);
		}
	}
	mg_listing_print(&table, out, style);
}
