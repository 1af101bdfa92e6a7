/* psi.c: psi, jensen_shannon: how much the shares of bins or categories have moved from the
 * reference. */
#include <modelgate/check.h>

#include <assert.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/detail.h"
#include "checks/drift/few_rows.h"
#include "checks/drift/samples.h"
#include "stats/bins.h"
#include "stats/chance.h"

enum method { QUANTILES, EQUAL_WIDTH, STURGES, CATEGORIES };
static const char *const methods[] = {"quantiles", "equal_width", "sturges", "categories", NULL};

struct params {
	int method;
	int64_t bins;
	bool missing_bin;
	double floor; /* psi only */
};

#define BIN_FIELDS                                                                                 \
	MG_FIELD(struct params, method, CHOICE,                                                    \
		"how numbers become bins: at the reference's quantiles, of equal width over its "  \
		"range, as many of those as Sturges' rule says, or every value for itself; text "  \
		"and booleans are categories always",                                              \
		.default_text = "quantiles", .choices = methods),                                  \
		MG_FIELD(struct params, bins, INTEGER, "number of bins (quantiles, equal_width)",  \
			.default_text = "10", .least = 2, .most = 1000),                           \
		MG_MISSING_BIN(struct params)

static const struct mg_field psi_fields[] = {
	BIN_FIELDS,
	MG_FIELD(struct params, floor, NUMBER,
		"share that stands in for an empty bin, at most half a row",
		.default_text = "0.0001", .least = 1e-12, .most = 0.1),
	MG_FIELDS_END,
};
static const struct mg_field js_fields[] = {
	BIN_FIELDS,
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	bool numeric;
	MG_TRY(mg_samples_check(pl, c, &numeric, err));
	return numeric && p->method != CATEGORIES ? mg_samples_numbers(pl, c, err)
						  : mg_samples_categories(pl, c, numeric, err);
}

static bool is_binned(const struct mg_check *c)
{
	const struct params *p = c->params;
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
	const struct params *p = c->params;
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
	const struct params *p = c->params;
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

static const char *bin_text(
	const struct mg_check *c, struct mg_arena *a, const struct shares *s, size_t i)
{
	const struct mg_edge *e = s->bins.edges;
	size_t edges = s->bins.edge_count;
	assert(e || s->names);
	bool last = i + 1 == s->current.count;
	if (((const struct params *)c->params)->missing_bin && last)
		return "missing values";
	if (s->names)
		return mg_samples_shown(c, a, s->names[i]);
	if (mg_check_redacted(c))
		return mg_printf(a, "bin %zu of %zu", i + 1, s->current.count);
	if (s->bins.by_value)
		return i == edges ? "values that the reference has not"
				  : mg_printf(a, "value %s", mg_human_double(a, e[i].lo, 6));
	if (i == 0)
		return mg_printf(a, "values up to %s", mg_human_double(a, e[0].hi, 6));
	if (i == edges)
		return mg_printf(a, "values above %s", mg_human_double(a, e[i - 1].lo, 6));
	return mg_printf(a, "values above %s up to %s", mg_human_double(a, e[i - 1].lo, 6),
		mg_human_double(a, e[i].hi, 6));
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

static const char *definition(const struct mg_check *c, struct mg_arena *a, bool is_psi)
{
	const struct params *p = c->params;
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
	if (is_psi && p->floor == 1e-4)
		mg_text_add(&t, "/empty-floor-1e-4");
	else if (is_psi)
		mg_text_addf(&t, "/empty-floor-%s", mg_double_text(a, p->floor));
	else
		mg_text_add(&t, "/base-2-root");
	if (p->missing_bin)
		mg_text_add(&t, "/missing-bin");
	return t.data;
}

/* How much of both sides the floor was needed for. */
static void tell_floored(const struct mg_measures *m, struct mg_value *v, const struct shares *s)
{
	struct mg_arena *a = mg_measures_arena(m);
	double current = mg_alone_share(&s->current, &s->reference);
	double reference = mg_alone_share(&s->reference, &s->current);
	mg_fact_number(m, v, "current_floored_share", current);
	mg_fact_number(m, v, "reference_floored_share", reference);
	if (current > 0 || reference > 0)
		v->message = mg_printf(a,
			"%s%s%s%% of the rows lie in bins that the reference leaves empty, %s%% of "
			"the reference's the other way round",
			v->message ? v->message : "", v->message ? "; " : "",
			mg_human_double(a, 100 * current, 3),
			mg_human_double(a, 100 * reference, 3));
}

/* ---- chance ---- */

struct measured_as {
	bool is_psi;
	double floor;
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
	return as->is_psi ? mg_psi(&now, &then, as->floor).value
			  : mg_jensen_shannon(&now, &then).value;
}

/* Where shares differ little, both are the chi-square statistic in other units. */
static double of_statistic(const void *context, double statistic, double n, double m, size_t used)
{
	const struct measured_as *as = context;
	(void)used;
	double psi = statistic * (1 / n + 1 / m);
	return as->is_psi ? psi : fmin(1, sqrt(psi / (8 * M_LN2)));
}

static double chance_of(
	const struct mg_check *c, struct mg_arena *a, const struct shares *s, bool is_psi)
{
	size_t count = s->current.count;
	double *current = mg_alloc_array(a, count, sizeof *current);
	double *reference = mg_alloc_array(a, count, sizeof *reference);
	for (size_t i = 0; i < count; i++) {
		current[i] = nearbyint(middle_share(&s->current, i) * s->current.rows);
		reference[i] = nearbyint(middle_share(&s->reference, i) * s->reference.rows);
	}
	const struct measured_as as = {.is_psi = is_psi,
		.floor = ((const struct params *)c->params)->floor,
		.current = histogram_of(a, current, count),
		.reference = histogram_of(a, reference, count)};
	const struct mg_chance_measure of = {of_counts, of_statistic, &as};
	return mg_chance_of_counts(a, &of, current, reference, count);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m, bool is_psi)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct shares s = {0};
	struct mg_value v;
	if (!(is_binned(c) ? shares_of_numbers(c, m, &s, &v) : shares_of_categories(c, m, &s, &v)))
		return v;
	double n = s.current.rows, r = s.reference.rows;
	if (!mg_enough_rows(c, n, r, m, &v))
		return v;
	struct mg_stat stat = is_psi ? mg_psi(&s.current, &s.reference, p->floor)
				     : mg_jensen_shannon(&s.current, &s.reference);
	v = mg_value_of_stat(stat, (int64_t)s.current.rows);
	v.definition = definition(c, a, is_psi);
	v.message = most_moved(c, a, &s);
	if (is_psi)
		tell_floored(m, &v, &s);
	mg_samples_tell(c, m, &v, s.sides);
	if (s.names)
		mg_fact_number(m, &v, "categories", (double)(s.current.count - p->missing_bin));
	else
		mg_fact_text(m, &v, s.bins.by_value ? "values" : "edges", edges_text(a, &s.bins));
	mg_chance_tell(c, m, chance_of(c, a, &s, is_psi), n, r, &v);
	return v;
}

static struct mg_value measure_psi(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, true);
}

static struct mg_value measure_js(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, false);
}

#define BINS                                                                                        \
	"Numbers are binned by the reference alone, so that the bins stay when only the current "   \
	"data change: by default at its deciles, an edge being the least value that at least a "    \
	"tenth, two tenths, ... of its rows do not exceed (numpy's inverted_cdf). A bin reaches "   \
	"from above one edge up to and including the next; the outer bins are open. A reference "   \
	"of no more than `bins` different values gets a bin for each, and one for all others. "     \
	"Text and booleans are compared as categories, the values of both sides. NULL and NaN "     \
	"are one bin more, or left out with `missing_bin: false`; the result tells their share on " \
	"both sides. Infinities are ordinary values at the ends. The edges are in the results. "

const struct mg_check_kind mg_check_psi = {
	.name = "psi",
	.family = "drift",
	.summary = "population stability index against the reference",
	.details = BINS
	"The index is the sum over the bins of (p - q) ln(p / q), where p and q are the current "
	"and the reference share. Where one side of a bin is empty, 0.0001 (`floor`) stands in "
	"for its 0, but at most half a row of that side and at most half the other side's share, "
	"so rows that move to many rare values count, however rare each is. Shares that are not "
	"0 stay as they are. `current_floored_share` and `reference_floored_share` tell which "
	"share of each side's rows lies in bins that the other side leaves empty. Common limits: "
	"0.1 is worth a look, 0.2 or 0.25 a shift. The same two samples give 0.85 to 18 in other "
	"tools, by their binning and what they do with empty bins, so limits do not carry over. "
	"Deciles alone come to 0.37 by chance with 100 rows on either side, 0.12 with 300, 0.037 "
	"with 1,000, 0.0037 with 10,000. " MG_FEW_ROWS,
	.definition = "psi/ref-deciles-10/empty-floor-1e-4/missing-bin",
	.example = "- psi: {on: serving, reference: train, columns: [distance, delay], max: 0.2, "
		   "warn: {max: 0.1}}\n"
		   "- psi: {on: serving, reference: train, column: origin, max: 0.2}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE,
	.value_least = 0,
	.value_most = NAN,
	.fields = psi_fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure_psi,
};

const struct mg_check_kind mg_check_jensen_shannon = {
	.name = "jensen_shannon",
	.family = "drift",
	.summary = "Jensen-Shannon distance from the reference, 0 to 1",
	.details = BINS
	"The distance is the square root of the Jensen-Shannon divergence to base 2, so 0 means "
	"equal shares and 1 that no value is common. Tools differ: base e ends at 0.83 "
	"(Evidently), the divergence without the root (TensorFlow Data Validation) is its "
	"square. Nothing needs smoothing, as empty bins are well defined. Deciles alone come to "
	"0.26 by chance with 100 rows on either side, 0.15 with 300, 0.081 with 1,000, 0.026 with "
	"10,000; many categories to more. " MG_FEW_ROWS,
	.definition = "jensen_shannon/ref-deciles-10/base-2-root/missing-bin",
	.example = "- jensen_shannon: {on: serving, reference: train, column: origin, max: 0.1}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE,
	.value_least = 0,
	.value_most = 1,
	.fields = js_fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure_js,
};
