/* bins.c: counts a column of both sides into the same bins, and says how far their shares are apart. */
#include "checks/drift/bins.h"

#include <assert.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/detail.h"
#include "plan/redact.h"
#include "stats/chance.h"

enum method { QUANTILES, EQUAL_WIDTH, STURGES, CATEGORIES };
const char *const mg_bin_methods[] = {"quantiles", "equal_width", "sturges", "categories", NULL};

int mg_bin_plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct mg_bin_params *p = c->params;
	bool numeric;
	MG_TRY(mg_samples_check(pl, c, &numeric, err));
	return numeric && p->method != CATEGORIES ? mg_samples_numbers(pl, c, err)
						  : mg_samples_categories(pl, c, numeric, err);
}

static bool is_binned(const struct mg_check *c)
{
	const struct mg_bin_params *p = c->params;
	return p->method != CATEGORIES &&
		(c->column_type == MG_TYPE_INTEGER || c->column_type == MG_TYPE_REAL ||
			c->column_type == MG_TYPE_NUMERIC);
}

/* Both sides counted into the same bins, with what is needed to explain the result. */
struct shares {
	struct mg_histogram current, reference;
	struct mg_bins bins;      /* binned */
	const char *const *names; /* categories */
	struct mg_sides sides;
};

static bool shares_of_numbers(const struct mg_check *c, const struct mg_measures *m,
	struct shares *out, struct mg_value *why)
{
	const struct mg_bin_params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	const struct mg_freq *current, *reference;
	if (!mg_samples_tables(m, p->missing_bin, &current, &reference, why))
		return false;
	static const enum mg_binning binning[] = {
		MG_BINNING_QUANTILES, MG_BINNING_WIDTH, MG_BINNING_STURGES};
	const char *problem = mg_bins_make(
		a, reference, binning[p->method], (size_t)p->bins, &out->bins);
	if (problem) {
		*why = mg_value_undefined(problem);
		return false;
	}
	struct mg_detail of_current, of_reference;
	mg_detail_init(&of_current);
	mg_detail_init(&of_reference);
	mg_bins_count(a, &out->bins, current, p->missing_bin, &out->current, &of_current.ranges);
	mg_bins_count(
		a, &out->bins, reference, p->missing_bin, &out->reference, &of_reference.ranges);
	mg_detail_refine(m, MG_CURRENT_SAMPLE, 0, &of_current);
	mg_detail_refine(m, MG_REFERENCE_SAMPLE, 0, &of_reference);
	out->sides = mg_sides_of(current, reference);
	return true;
}

static struct mg_histogram histogram_of(struct mg_arena *a, const double *counts, size_t n)
{
	struct mg_histogram h = {.bins = mg_alloc_array(a, n, sizeof *h.bins), .count = n};
	for (size_t i = 0; i < n; i++) {
		h.bins[i] = (struct mg_bin_count){counts[i], counts[i]};
		h.rows += counts[i];
	}
	return h;
}

static bool shares_of_categories(const struct mg_check *c, const struct mg_measures *m,
	struct shares *out, struct mg_value *why)
{
	const struct mg_bin_params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_categories k;
	if (!mg_samples_counts(c, m, p->missing_bin, &k, why))
		return false;
	if (p->missing_bin)
		mg_categories_add_missing(a, &k);
	out->current = histogram_of(a, k.current, k.count);
	out->reference = histogram_of(a, k.reference, k.count);
	out->names = k.names;
	out->sides = k.sides;
	return true;
}

/* ---- words ---- */

static const char *edges_text(struct mg_arena *a, const struct mg_bins *bins)
{
	struct mg_text t;
	mg_text_init(&t, a);
	for (size_t k = 0; k < bins->edge_count; k++) {
		mg_text_add(&t, k ? ", " : "");
		mg_text_add_double(&t, bins->edges[k].lo);
		if (bins->edges[k].hi != bins->edges[k].lo) {
			mg_text_add(&t, "..");
			mg_text_add_double(&t, bins->edges[k].hi);
		}
	}
	return t.data;
}

/* Which values a bin is of; *between: what comes before that in a sentence. */
static const char *bin_label(const struct mg_check *c, struct mg_arena *a, const struct shares *s,
	size_t i, const char **before)
{
	const struct mg_edge *e = s->bins.edges;
	size_t edges = s->bins.edge_count;
	assert(e || s->names);
	*before = "";
	if (((const struct mg_bin_params *)c->params)->missing_bin && i + 1 == s->current.count)
		return "missing values";
	if (s->names)
		return mg_redact_quoted(c, a, s->names[i]);
	if (mg_check_redacted(c))
		return mg_printf(a, "bin %zu of %zu", i + 1, s->current.count);
	if (s->bins.by_value && i == edges)
		return "values that the reference has not";
	*before = s->bins.by_value ? "value " : "values ";
	if (s->bins.by_value)
		return mg_human_double(a, e[i].lo, 6);
	if (i == 0)
		return mg_printf(a, "up to %s", mg_human_double(a, e[0].hi, 6));
	if (i == edges)
		return mg_printf(a, "above %s", mg_human_double(a, e[i - 1].lo, 6));
	return mg_printf(a, "above %s up to %s", mg_human_double(a, e[i - 1].lo, 6),
		mg_human_double(a, e[i].hi, 6));
}

static const char *bin_text(
	const struct mg_check *c, struct mg_arena *a, const struct shares *s, size_t i)
{
	const char *before, *label = bin_label(c, a, s, i, &before);
	return mg_printf(a, "%s%s", before, label);
}

static double middle_share(const struct mg_histogram *h, size_t i)
{
	return (h->bins[i].lo + h->bins[i].hi) / 2 / h->rows;
}

/* "most moved: values above 10 up to 25, from 10% to 23.4%" */
static const char *most_moved(const struct mg_check *c, struct mg_arena *a, const struct shares *s)
{
	size_t most = 0;
	double gap = 0;
	for (size_t i = 0; i < s->current.count; i++) {
		double move = fabs(middle_share(&s->current, i) - middle_share(&s->reference, i));
		if (move > gap) {
			gap = move;
			most = i;
		}
	}
	if (gap == 0)
		return NULL;
	return mg_printf(a, "most moved: %s, from %s%% to %s%%", bin_text(c, a, s, most),
		mg_human_double(a, 100 * middle_share(&s->reference, most), 3),
		mg_human_double(a, 100 * middle_share(&s->current, most), 3));
}

static const char *definition(
	const struct mg_check *c, struct mg_arena *a, const struct mg_bin_distance *distance)
{
	const struct mg_bin_params *p = c->params;
	struct mg_text t;
	mg_text_init(&t, a);
	mg_text_addf(&t, "%s/", c->kind->name);
	if (!is_binned(c))
		mg_text_add(&t, "categories");
	else if (p->method == STURGES)
		mg_text_add(&t, "ref-exact-sturges");
	else if (p->method == EQUAL_WIDTH)
		mg_text_addf(&t, "ref-exact-width-%lld", (long long)p->bins);
	else
		mg_text_addf(&t, "ref-%s-%lld", p->bins == 10 ? "deciles" : "quantiles",
			(long long)p->bins);
	if (distance->id)
		mg_text_addf(&t, "/%s", distance->id(c, a));
	if (p->missing_bin)
		mg_text_add(&t, "/missing-bin");
	return t.data;
}

/* ---- the picture ---- */

struct labelling {
	const struct mg_check *c;
	struct mg_arena *arena;
	const struct shares *shares;
};

static const char *label_of(const void *context, size_t i)
{
	const struct labelling *l = context;
	const char *before;
	return bin_label(l->c, l->arena, l->shares, i, &before);
}

static double *middles(struct mg_arena *a, const struct mg_histogram *h)
{
	double *counts = mg_alloc_array(a, h->count, sizeof(*counts));
	for (size_t i = 0; i < h->count; i++)
		counts[i] = (h->bins[i].lo + h->bins[i].hi) / 2;
	return counts;
}

static void add_chart(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const struct shares *s)
{
	struct mg_arena *a = mg_measures_arena(m);
	const struct labelling labelling = {c, a, s};
	const struct mg_chart_counts counts = {.of = c->column,
		.current = middles(a, &s->current),
		.reference = middles(a, &s->reference),
		.count = s->current.count,
		.label = label_of,
		.context = &labelling};
	mg_chart_bins(m, v, &counts);
}

/* ---- chance ---- */

struct measured_as {
	const struct mg_check *c;
	const struct mg_bin_distance *distance;
	struct mg_histogram current, reference; /* rooms for counts */
};

static void fill(struct mg_histogram *h, const double *counts, size_t n)
{
	h->rows = 0;
	h->count = n;
	for (size_t i = 0; i < n; i++) {
		h->bins[i] = (struct mg_bin_count){counts[i], counts[i]};
		h->rows += counts[i];
	}
}

static double of_counts(
	const void *context, const double *current, const double *reference, size_t count)
{
	const struct measured_as *as = context;
	struct mg_histogram now = as->current, then = as->reference;
	fill(&now, current, count);
	fill(&then, reference, count);
	return as->distance->of(as->c, &now, &then).value;
}

static double of_statistic(const void *context, double statistic, double n, double m, size_t used)
{
	const struct measured_as *as = context;
	(void)used;
	return as->distance->near(statistic * (1 / n + 1 / m));
}

static double chance_of(const struct mg_check *c, struct mg_arena *a, const struct shares *s,
	const struct mg_bin_distance *distance)
{
	size_t count = s->current.count;
	double *current = mg_alloc_array(a, count, sizeof *current);
	double *reference = mg_alloc_array(a, count, sizeof *reference);
	for (size_t i = 0; i < count; i++) {
		current[i] = nearbyint(middle_share(&s->current, i) * s->current.rows);
		reference[i] = nearbyint(middle_share(&s->reference, i) * s->reference.rows);
	}
	const struct measured_as as = {.c = c,
		.distance = distance,
		.current = histogram_of(a, current, count),
		.reference = histogram_of(a, reference, count)};
	const struct mg_chance_measure of = {of_counts, distance->near ? of_statistic : NULL, &as};
	return mg_chance_of_counts(a, &of, current, reference, count);
}

struct mg_value mg_bin_measure(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_bin_distance *distance)
{
	const struct mg_bin_params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct shares s = {0};
	struct mg_value v;
	if (!(is_binned(c) ? shares_of_numbers(c, m, &s, &v) : shares_of_categories(c, m, &s, &v)))
		return v;
	double n = s.current.rows, r = s.reference.rows;
	if (!mg_enough_rows(c, n, r, m, &v))
		return v;
	v = mg_value_of_stat(distance->of(c, &s.current, &s.reference), (int64_t)n);
	v.definition = definition(c, a, distance);
	v.message = most_moved(c, a, &s);
	if (distance->tell)
		distance->tell(m, &v, &s.current, &s.reference);
	mg_samples_tell(c, m, &v, s.sides);
	if (s.names)
		mg_fact_number(m, &v, "categories", (double)(s.current.count - p->missing_bin));
	else
		mg_fact_text(m, &v, s.bins.by_value ? "values" : "edges", edges_text(a, &s.bins));
	add_chart(c, m, &v, &s);
	mg_chance_tell(c, m, chance_of(c, a, &s, distance), n, r, &v);
	return v;
}
