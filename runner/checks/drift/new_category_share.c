/* new_category_share.c: the share of rows whose value the reference never had. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/drift/few_rows.h"
#include "checks/drift/samples.h"
#include "checks/interval.h"
#include "plan/redact.h"
#include "stats/chance.h"

#define SHOWN 5

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	bool numeric;
	MG_TRY(mg_samples_check(pl, c, &numeric, err));
	return mg_samples_categories(pl, c, numeric, err);
}

/* The new value with the most rows that `shown` has not got yet; count when there is none. */
static size_t next_new(const struct mg_categories *k, const bool *shown)
{
	size_t best = k->count;
	for (size_t i = 0; i < k->count; i++) {
		if (k->reference[i] > 0 || k->current[i] == 0 || shown[i])
			continue;
		if (best == k->count || k->current[i] > k->current[best])
			best = i;
	}
	return best;
}

/* "2 new values: 'ZZZ' (3 rows), 'YYY' (1 row)" */
static const char *names_text(
	const struct mg_check *c, struct mg_arena *a, const struct mg_categories *k, size_t fresh)
{
	struct mg_text t;
	mg_text_init(&t, a);
	bool *shown = mg_alloc_array(a, k->count, sizeof *shown);
	mg_text_addf(&t, "%zu new value%s:", fresh, fresh == 1 ? "" : "s");
	for (size_t n = 0; n < fresh && n < SHOWN; n++) {
		size_t i = next_new(k, shown);
		shown[i] = true;
		mg_text_addf(&t, "%s %s (%s)", n ? "," : "", mg_redact_quoted(c, a, k->names[i]),
			mg_rows_text(a, k->current[i]));
	}
	if (fresh > SHOWN)
		mg_text_add(&t, ", ...");
	return t.data;
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_categories k;
	struct mg_value v;
	if (!mg_samples_counts(c, m, false, &k, &v))
		return v;
	double n = k.sides.current_rows, r = k.sides.reference_rows;
	if (!mg_enough_rows(c, n, r, m, &v))
		return v;
	double rows = 0;
	size_t fresh = 0;
	for (size_t i = 0; i < k.count; i++) {
		if (k.reference[i] == 0) {
			rows += k.current[i];
			fresh++;
		}
	}
	v = mg_value_share(rows, k.sides.current_rows);
	if (fresh > 0)
		v.message = names_text(c, a, &k, fresh);
	mg_interval_of_share(c, &v, rows, k.sides.current_rows);
	mg_samples_tell(c, m, &v, k.sides);
	mg_fact_number(m, &v, "new_values", (double)fresh);
	mg_fact_number(m, &v, "new_rows", rows);
	mg_categories_chart(c, m, &v, &k);
	mg_chance_tell(c, m, mg_chance_new_share(a, k.current, k.reference, k.count), n, r, &v);
	return v;
}

const struct mg_check_kind mg_check_new_category_share = {
	.name = "new_category_share",
	.family = "drift",
	.summary = "share of rows whose value the reference never had",
	.details = "Rows with a value that does not occur in the reference / rows with a value. "
		   "NULL and NaN are left out, and their share on both sides is reported. Numbers "
		   "compare as numbers, everything else as text, letter by letter. The message "
		   "names the new values that have the most rows. Without limits there may be "
		   "none. `confidence` uses Wilson's interval. Rare values are new by chance "
		   "alone, whenever the reference happens to have none of them. But from 1,000 "
		   "rows on either side a limit of 0 is taken for a rule, and judged as it is "
		   "written. " MG_FEW_ROWS,
	.definition = "new_category_share/rows",
	.example = "- new_category_share: {on: serving, reference: train, columns: [origin, "
		   "destination], max: 1%, warn: {max: 0.1%}}",
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE | MG_KIND_PROFILE | MG_KIND_INTERVAL |
		MG_KIND_DEFAULT_NONE,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "bins"}),
	.plan = plan,
	.measure = measure,
};
