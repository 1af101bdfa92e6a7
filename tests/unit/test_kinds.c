/* test_kinds.c: the registry of check kinds, what their tables promise, and how kinds turn counts
 * into numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/statistics/finite.h"
#include "plan/measures.h"
#include "stats/freq.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int make_arena(void **state)
{
	*state = mg_arena_new();
	return 0;
}

static int drop_arena(void **state)
{
	mg_arena_free(*state);
	return 0;
}

/* ---- what every kind says of itself ---- */

static bool is_word(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_'))
			return false;
	return true;
}

static void check_field(const struct mg_check_kind *kind, const struct mg_field *f)
{
	if (!is_word(f->name))
		fail_msg("%s.%s: a parameter is a lower-case word", kind->name, f->name);
	if (f->offset >= kind->params_size)
		fail_msg("%s.%s lies outside its params", kind->name, f->name);
	if (!f->help || !*f->help || mg_ends_with(f->help, "."))
		fail_msg("%s.%s: help is one sentence without a full stop", kind->name, f->name);
	if (f->least > f->most)
		fail_msg("%s.%s: no number lies in its range", kind->name, f->name);
	if (f->required && f->default_text)
		fail_msg("%s.%s is required and has a default", kind->name, f->name);
	for (const struct mg_field *other = kind->fields; other != f; other++)
		if (mg_streq(other->name, f->name))
			fail_msg("%s has two parameters %s", kind->name, f->name);
	if (f->type != MG_FIELD_CHOICE)
		return;
	if (!f->choices || !f->choices[0]) {
		fail_msg("%s.%s offers no choices", kind->name, f->name);
		return;
	}
	bool found = !f->default_text;
	for (size_t i = 0; f->choices[i]; i++)
		found = found || mg_streq(f->choices[i], f->default_text);
	if (!found)
		fail_msg("%s.%s: its default is not among its choices", kind->name, f->name);
}

static void every_kind_is_complete(void **state)
{
	(void)state;
	static const char *const families[] = {"table", "values", "relations", "statistics",
		"classification", "regression", "ranking", "fairness", "drift", "experiment",
		"probes"};
	for (size_t i = 0; mg_check_kinds[i]; i++) {
		const struct mg_check_kind *kind = mg_check_kinds[i];
		const char *name = kind->name;
		if (!is_word(name))
			fail_msg("'%s' is no lower-case word", name);
		if (mg_check_kind_find(name) != kind)
			fail_msg("two kinds are called %s", name);
		bool known = false;
		for (size_t k = 0; k < COUNT(families); k++)
			known = known || mg_streq(families[k], kind->family);
		if (!known)
			fail_msg("%s: '%s' is no family", name, kind->family);
		if (!kind->summary || !*kind->summary || mg_ends_with(kind->summary, "."))
			fail_msg("%s: the summary is one line without a full stop", name);
		if (!kind->details || !mg_ends_with(kind->details, "."))
			fail_msg("%s: the details are sentences", name);
		if (!kind->definition || !strchr(kind->definition, '/') ||
			!mg_starts_with(kind->definition, name))
			fail_msg("%s: the definition id is %s/something", name, name);
		if (!kind->example || !mg_starts_with(kind->example, "- ") ||
			!strstr(kind->example, name))
			fail_msg("%s: the example is a list with a check of this kind", name);
		if (!kind->plan == !(kind->flags & MG_KIND_OTHERS) || !kind->measure)
			fail_msg("%s cannot plan or measure", name);
		if (kind->value_least > kind->value_most)
			fail_msg("%s: no number lies in its range", name);
		if ((kind->flags & MG_KIND_DEFAULT_ALL) && kind->unit != MG_UNIT_SHARE)
			fail_msg("%s: min 100%% is the default of shares only", name);
		if ((kind->flags & MG_KIND_NUMERIC) && !(kind->flags & MG_KIND_COLUMN))
			fail_msg("%s takes no column that could be numeric", name);
		for (const struct mg_field *f = kind->fields; f && f->name; f++)
			check_field(kind, f);
	}
}

static void unknown_kinds_are_not_found(void **state)
{
	(void)state;
	assert_null(mg_check_kind_find("nul_share"));
	assert_null(mg_check_kind_find(""));
	assert_ptr_equal(mg_check_kind_find("range"), mg_check_kind_find("range"));
	assert_non_null(mg_check_kind_find("range"));
}

/* ---- values ---- */

static void values_tell_what_they_are(void **state)
{
	(void)state;
	struct mg_value v = mg_value_of(3.5, 7);
	assert_int_equal(v.state, MG_MEASURED);
	assert_true(v.value == 3.5 && v.lo == 3.5 && v.hi == 3.5 && v.rows == 7);
	assert_true(
		isnan(v.interval_lo) && isnan(v.interval_hi) && isnan(v.effect) && isnan(v.dummy));
	assert_int_equal(mg_value_of(NAN, 7).state, MG_UNDEFINED);
	assert_int_equal(mg_value_of(INFINITY, 7).state, MG_MEASURED);
	assert_int_equal(mg_value_share(0, 0).state, MG_EMPTY);
	assert_int_equal(mg_value_share(NAN, 4).state, MG_UNDEFINED);
	assert_true(mg_value_share(1, 4).value == 0.25);
	assert_int_equal(mg_value_share(1, 4).rows, 4);
}

static void facts_are_kept_in_order(void **state)
{
	struct mg_measures m = {.arena = *state};
	struct mg_value v = mg_value_of(1, 1);
	for (int i = 0; i < 40; i++)
		mg_fact_number(&m, &v, "n", i);
	char text[] = "changes later";
	mg_fact_text(&m, &v, "t", text);
	text[0] = '!';
	assert_int_equal(v.fact_count, 41);
	for (int i = 0; i < 40; i++)
		assert_true(v.facts[i].number == i);
	assert_string_equal(v.facts[40].text, "changes later");
}

/* ---- shares ---- */

static const struct {
	const char *what;
	enum mg_nulls nulls;
	double rows, null_rows, held;
	double want; /* NAN: empty */
	int64_t want_rows;
	const char *message, *definition;
} shares[] = {
	{"all hold", MG_NULLS_IGNORE, 5, 0, 5, 1, 5, "0 of 5 rows broken", NULL},
	{"NULLs leave", MG_NULLS_IGNORE, 10, 2, 6, 0.75, 8, "2 of 8 rows broken (2 NULLs ignored)",
		NULL},
	{"NULLs fail", MG_NULLS_FAIL, 10, 2, 6, 0.6, 10,
		"4 of 10 rows broken (2 NULLs counted as failing)", "range/as-written/nulls-fail"},
	{"NULLs pass", MG_NULLS_PASS, 10, 1, 6, 0.7, 10,
		"3 of 10 rows broken (1 NULL counted as passing)", "range/as-written/nulls-pass"},
	{"no rows", MG_NULLS_IGNORE, 0, 0, 0, NAN, 0, "there are no rows", NULL},
	{"no rows, NULLs fail", MG_NULLS_FAIL, 0, 0, 0, NAN, 0, "there are no rows", NULL},
	{"only NULLs", MG_NULLS_IGNORE, 3, 3, 0, NAN, 0, "all 3 values are NULL", NULL},
	{"one NULL", MG_NULLS_IGNORE, 1, 1, 0, NAN, 0, "the only value is NULL", NULL},
	{"only NULLs fail", MG_NULLS_FAIL, 3, 3, 0, 0, 3,
		"3 of 3 rows broken (3 NULLs counted as failing)", "range/as-written/nulls-fail"},
	{"one row", MG_NULLS_IGNORE, 1, 0, 0, 0, 1, "1 of 1 row broken", NULL},
	{"many rows", MG_NULLS_IGNORE, 1234567, 0, 1234566, 1234566.0 / 1234567, 1234567,
		"1 of 1,234,567 rows broken", NULL},
};

static void shares_follow_the_rule_for_nulls(void **state)
{
	struct mg_measures m = {.arena = *state};
	for (size_t i = 0; i < COUNT(shares); i++) {
		struct mg_spec_check spec = {.nulls = shares[i].nulls};
		struct mg_check c = {.spec = &spec, .kind = mg_check_kind_find("range")};
		struct mg_value v = mg_share_of_counts(
			&c, &m, shares[i].rows, shares[i].null_rows, shares[i].held, "broken");
		if (isnan(shares[i].want)) {
			if (v.state != MG_EMPTY || !mg_streq(v.why, shares[i].message))
				fail_msg("%s: %s", shares[i].what, v.why ? v.why : "measured");
			continue;
		}
		if (v.state != MG_MEASURED || v.value != shares[i].want ||
			v.rows != shares[i].want_rows)
			fail_msg("%s: %g of %lld rows", shares[i].what, v.value, (long long)v.rows);
		if (!mg_streq(v.message, shares[i].message))
			fail_msg("%s: '%s'", shares[i].what, v.message);
		if (!mg_streq(v.definition, shares[i].definition))
			fail_msg("%s: %s", shares[i].what, v.definition);
	}
}

/* statsmodels 0.14: proportion_confint(9, 10, alpha=0.05, method="wilson"). */
static void shares_have_a_wilson_interval_when_asked(void **state)
{
	struct mg_measures m = {.arena = *state};
	struct mg_spec_check spec = {.confidence = 0.95};
	struct mg_check c = {.spec = &spec, .kind = mg_check_kind_find("range")};
	struct mg_value v = mg_share_of_counts(&c, &m, 10, 0, 9, "broken");
	assert_float_equal(v.interval_lo, 0.5958499732047615, 1e-12);
	assert_float_equal(v.interval_hi, 0.9821237869049271, 1e-12);
	assert_string_equal(v.interval, "wilson");
	spec.confidence = 0;
	v = mg_share_of_counts(&c, &m, 10, 0, 9, "broken");
	assert_true(isnan(v.interval_lo) && !v.interval);
}

/* ---- combinations of parameters ---- */

/* The first members of what the kinds keep; the tables give the offsets. */
static void put(const struct mg_check_kind *kind, void *params, const char *name, const void *value,
	size_t size)
{
	for (const struct mg_field *f = kind->fields; f->name; f++)
		if (mg_streq(f->name, name)) {
			memcpy((char *)params + f->offset, value, size);
			return;
		}
	fail_msg("%s has no parameter %s", kind->name, name);
}

static struct mg_scalar scalar(const char *text)
{
	struct mg_scalar s = {.type = MG_SCALAR_TEXT, .text = text};
	if (text && mg_parse_double(text, true, &s.number))
		s.type = MG_SCALAR_NUMBER;
	return s;
}

static const struct {
	const char *from, *to, *says; /* says NULL: accepted */
} ranges[] = {
	{"0", "1", NULL},
	{"0", NULL, NULL},
	{NULL, "2001-02-28", NULL},
	{"2001-01-01", "2001-01-01T00:00:00Z", NULL},
	{"1", "1", NULL},
	{NULL, NULL, "give `from` or `above`, `to` or `below`, or `outside: [a, b]`"},
	{"2", "1", "`from` (2) is greater than `to` (1)"},
	{"2001-02-01", "2001-01-01", "is greater than"},
	{"0", "2001-01-01", "both be numbers or both times"},
	{"soon", NULL, "`from` must be a number, a date or a timestamp"},
	{NULL, "inf", "`to` must be a finite number"},
};

static void range_refuses_bounds_that_hold_nothing(void **state)
{
	struct mg_arena *a = *state;
	const struct mg_check_kind *kind = mg_check_kind_find("range");
	for (size_t i = 0; i < COUNT(ranges); i++) {
		void *params = mg_alloc(a, kind->params_size);
		struct mg_scalar from = scalar(ranges[i].from), to = scalar(ranges[i].to);
		put(kind, params, "from", &from, sizeof(from));
		put(kind, params, "to", &to, sizeof(to));
		struct mg_error err = {0};
		int code = kind->check(params, &(struct mg_spec_check){0}, &err);
		if (!ranges[i].says)
			assert_int_equal(code, MG_OK);
		else if (code != MG_ESPEC || !strstr(err.text, ranges[i].says))
			fail_msg("case %zu: %d '%s'", i, code, err.text);
	}
}

static const struct {
	double from, to;
	const char *says;
} lengths[] = {
	{3, 3, NULL},
	{NAN, 0, NULL},
	{NAN, NAN, "give `from`, `to` or both"},
	{4, 3, "`from` (4) is greater than `to` (3)"},
	{2.5, NAN, "whole numbers"},
	{NAN, 1e12, "at most"},
};

static void length_counts_whole_characters(void **state)
{
	struct mg_arena *a = *state;
	const struct mg_check_kind *kind = mg_check_kind_find("length");
	for (size_t i = 0; i < COUNT(lengths); i++) {
		void *params = mg_alloc(a, kind->params_size);
		put(kind, params, "from", &lengths[i].from, sizeof(double));
		put(kind, params, "to", &lengths[i].to, sizeof(double));
		struct mg_error err = {0};
		int code = kind->check(params, &(struct mg_spec_check){0}, &err);
		if (!lengths[i].says)
			assert_int_equal(code, MG_OK);
		else if (code != MG_ESPEC || !strstr(err.text, lengths[i].says))
			fail_msg("case %zu: %d '%s'", i, code, err.text);
	}
}

static void unique_takes_a_column_or_a_key(void **state)
{
	struct mg_arena *a = *state;
	const struct mg_check_kind *kind = mg_check_kind_find("unique");
	static const struct mg_selector names[] = {{.pattern = "a"}, {.pattern = "b"}};
	struct mg_selectors two = {names, 2};
	struct mg_error err;
	void *params = mg_alloc(a, kind->params_size);
	struct mg_spec_check without = {.columns = {NULL, 0}}, with = {.columns = {names, 1}};
	assert_int_equal(kind->check(params, &without, &err), MG_ESPEC);
	assert_int_equal(kind->check(params, &with, &err), MG_OK);
	put(kind, params, "key", &two, sizeof(two));
	assert_int_equal(kind->check(params, &without, &err), MG_OK);
	assert_int_equal(kind->check(params, &with, &err), MG_ESPEC);
}

/* ---- columns ---- */

static const struct {
	const char *what;
	const char *required[4], *forbidden[2], *type_of[2], *types[2];
	bool order, exact;
	double want;
	const char *says;
} column_cases[] = {
	{"as is", {"id", "x", "t"}, {0}, {"x"}, {"real"}, true, true, 0, "3 columns"},
	{"letter case", {"ID", "X"}, {0}, {"T"}, {"varchar"}, true, false, 0, ""},
	{"missing", {"id", "y", "z"}, {0}, {0}, {0}, false, false, 2, "missing: y, z"},
	{"missing once", {"y"}, {0}, {"y"}, {"real"}, false, false, 1, "missing: y"},
	{"forbidden", {0}, {"x", "z"}, {0}, {0}, false, false, 1, "forbidden, but present: x"},
	{"type", {0}, {0}, {"x", "id"}, {"integer", "numeric"}, false, false, 1,
		"wrong type: x is DOUBLE, not integer"},
	{"engine's word", {0}, {0}, {"x"}, {"double"}, false, false, 0, ""},
	{"one to move", {"t", "id", "x"}, {0}, {0}, {0}, true, false, 1, "out of order: t"},
	{"two to move", {"t", "x", "id"}, {0}, {0}, {0}, true, false, 2, "out of order: "},
	{"too many", {"id"}, {0}, {"x"}, {"real"}, false, true, 1, "too many: t"},
	{"forbidden is not too many as well", {"id", "x"}, {"t"}, {0}, {0}, false, true, 1,
		"forbidden, but present: t"},
	{"several", {"y"}, {"id"}, {"x"}, {"text"}, false, false, 3, "; "},
};

static size_t length_of(const char *const *list, size_t room)
{
	size_t n = 0;
	while (n < room && list[n])
		n++;
	return n;
}

static struct mg_selectors names(struct mg_arena *a, const char *const *list, size_t room)
{
	size_t count = length_of(list, room);
	struct mg_selector *selectors = mg_alloc_array(a, count, sizeof(*selectors));
	for (size_t i = 0; i < count; i++)
		selectors[i] = (struct mg_selector){
			.pattern = list[i], .is_glob = strchr(list[i], '*') != NULL};
	return (struct mg_selectors){selectors, count};
}

static struct mg_texts *words_of(struct mg_arena *a, const char *const *list, size_t room)
{
	struct mg_texts *texts = mg_alloc_array(a, room, sizeof(*texts));
	for (size_t i = 0; i < length_of(list, room); i++) {
		texts[i].list = mg_alloc(a, sizeof(char *));
		texts[i].list[0] = list[i];
		texts[i].count = 1;
	}
	return texts;
}

static void columns_counts_differences(void **state)
{
	struct mg_arena *a = *state;
	struct mg_measures m = {.arena = a};
	const struct mg_check_kind *kind = mg_check_kind_find("columns");
	struct mg_column list[] = {{.name = "id", .sql_type = "BIGINT", .type = MG_TYPE_INTEGER},
		{.name = "x", .sql_type = "DOUBLE", .type = MG_TYPE_REAL},
		{.name = "t", .sql_type = "VARCHAR", .type = MG_TYPE_TEXT}};
	struct mg_schema schema = {.columns = list, .count = 3};
	for (size_t i = 0; i < COUNT(column_cases); i++) {
		void *params = mg_alloc(a, kind->params_size);
		struct mg_selectors required = names(a, column_cases[i].required, 4);
		struct mg_selectors forbidden = names(a, column_cases[i].forbidden, 2);
		struct mg_by_column types = {names(a, column_cases[i].type_of, 2),
			words_of(a, column_cases[i].types, 2)};
		put(kind, params, "required", &required, sizeof(required));
		put(kind, params, "forbidden", &forbidden, sizeof(forbidden));
		put(kind, params, "types", &types, sizeof(types));
		put(kind, params, "order", &column_cases[i].order, sizeof(bool));
		put(kind, params, "exact", &column_cases[i].exact, sizeof(bool));
		struct mg_check c = {.kind = kind, .params = params, .schema = &schema};
		struct mg_value v = kind->measure(&c, &m);
		if (v.value != column_cases[i].want || !strstr(v.message, column_cases[i].says))
			fail_msg("%s: %g '%s'", column_cases[i].what, v.value, v.message);
	}
}

/* ---- quantile ---- */

/* Measures a quantile of a table that stands in for a query's answer. */
static struct mg_value quantile_of(struct mg_arena *a, const struct mg_freq *f, double q,
	int method, int non_finite, struct mg_measures *m)
{
	const struct mg_check_kind *kind = mg_check_kind_find("quantile");
	void *params = mg_alloc(a, kind->params_size);
	put(kind, params, "q", &q, sizeof(q));
	put(kind, params, "method", &method, sizeof(method));
	put(kind, params, "non_finite", &non_finite, sizeof(non_finite));

	struct mg_need *need = mg_alloc(a, sizeof(*need));
	need->name = "values";
	struct mg_check *c = mg_alloc(a, sizeof(*c));
	*c = (struct mg_check){
		.kind = kind, .params = params, .column = "x", .needs = need, .need_count = 1};
	struct mg_query *query = mg_alloc(a, sizeof(*query));
	*query = (struct mg_query){.kind = MG_QUERY_FREQ, .group_count = 1};
	struct mg_query **queries = mg_alloc(a, sizeof(*queries));
	queries[0] = query;
	struct mg_plan *plan = mg_alloc(a, sizeof(*plan));
	plan->queries = queries;
	plan->query_count = 1;
	struct mg_answer *answer = mg_alloc(a, sizeof(*answer));
	answer->freqs.slice_count = 1;
	answer->freqs.tables = mg_alloc(a, sizeof(struct mg_freq));
	answer->freqs.tables[0] = *f;
	*m = (struct mg_measures){.plan = plan, .check = c, .answers = answer, .arena = a};
	return kind->measure(c, m);
}

/* numpy 2.2: quantile([1, 2, 2, 4, 8], q, method=...). */
static const struct {
	double q;
	int method;
	double want;
} quantiles[] = {
	{0, 0, 1},
	{0.1, 0, 1.4},
	{0.5, 0, 2},
	{0.75, 0, 4},
	{0.9, 0, 6.4},
	{1, 0, 8},
	{0, 1, 1},
	{0.2, 1, 1},
	{0.21, 1, 2},
	{0.6, 1, 2},
	{0.61, 1, 4},
	{1, 1, 8},
};

static void quantiles_are_those_of_numpy(void **state)
{
	double values[] = {1, 2, 4, 8};
	int64_t n[] = {1, 2, 1, 1};
	struct mg_freq f = {.len = 4, .lo = values, .n = n, .rows = 5, .nulls = 3};
	struct mg_measures m;
	for (size_t i = 0; i < COUNT(quantiles); i++) {
		struct mg_value v = quantile_of(
			*state, &f, quantiles[i].q, quantiles[i].method, 0, &m);
		if (fabs(v.value - quantiles[i].want) > 1e-12 || v.lo != v.value ||
			v.hi != v.value || v.rows != 5)
			fail_msg("q %g: %.17g", quantiles[i].q, v.value);
		assert_int_equal(m.refinement_count, 0);
	}
}

/* 0.07 * 100 is 7.000000000000001 in doubles: still the 7th of 100 values. */
static void inverted_cdf_is_not_fooled_by_rounding(void **state)
{
	double values[100];
	for (int i = 0; i < 100; i++)
		values[i] = i + 1;
	struct mg_freq f = {.len = 100, .lo = values, .rows = 100};
	struct mg_measures m;
	assert_true(quantile_of(*state, &f, 0.07, 1, 0, &m).value == 7);
	assert_true(quantile_of(*state, &f, 0.29, 1, 0, &m).value == 29);
}

/* Buckets: 10 values in [0, 9], 10 in [10, 100], exactly the least and the greatest known. */
static void a_bucket_gives_bounds_and_asks_for_more(void **state)
{
	double lo[] = {0, 10}, hi[] = {9, 100}, sum[] = {45, 500};
	int64_t n[] = {10, 10};
	struct mg_freq f = {.len = 2, .lo = lo, .hi = hi, .n = n, .sum = sum, .rows = 20};
	struct mg_measures m;
	struct mg_value v = quantile_of(*state, &f, 0.75, 1, 0, &m);
	assert_true(v.lo == 10 && v.hi == 100 && v.value > 10 && v.value < 100);
	assert_int_equal(m.refinement_count, 1);
	assert_true(m.refinements[0].ranges[0].lo == 10 && m.refinements[0].ranges[0].hi == 100);

	/* The 10th value is the first bucket's greatest, the 11th the second's least. */
	v = quantile_of(*state, &f, 0.5, 0, 0, &m);
	assert_true(v.lo == 9.5 && v.hi == 9.5 && v.value == 9.5);
	assert_int_equal(m.refinement_count, 0);
	v = quantile_of(*state, &f, 1, 0, 0, &m);
	assert_true(v.lo == 100 && v.hi == 100);

	/* Neighbours in different buckets: both are wanted in detail. */
	double lo3[] = {0, 10, 20}, hi3[] = {9, 19, 29};
	int64_t n3[] = {2, 3, 3};
	struct mg_freq g = {.len = 3, .lo = lo3, .hi = hi3, .n = n3, .sum = sum, .rows = 8};
	v = quantile_of(*state, &g, 0.43, 0, 0, &m); /* place 3.01: values 3 and 4 */
	assert_true(v.lo >= 10 && v.hi <= 19.0 + 1e-9 && v.lo <= v.value && v.value <= v.hi);
	assert_int_equal(m.refinement_count, 1);
}

static const struct {
	const char *what;
	int64_t nulls, nans;
	double want; /* NAN: not measured */
	const char *why;
	int non_finite;
	bool infinite;
} finite_cases[] = {
	{"plain", 0, 0, 2, NULL, 0, false},
	{"NaN", 0, 1, NAN, "1 value of 'x' is NaN or infinite", 0, false},
	{"NaN ignored", 0, 1, 2, NULL, 1, false},
	{"infinite", 0, 0, NAN, "2 values of 'x' are NaN or infinite", 0, true},
	{"infinite ignored", 4, 0, 2, NULL, 1, true},
};

static void what_is_not_finite_is_said_or_left_out(void **state)
{
	double plain[] = {1, 2, 3}, wide[] = {-INFINITY, 1, 2, 3, INFINITY};
	struct mg_measures m;
	for (size_t i = 0; i < COUNT(finite_cases); i++) {
		struct mg_freq f = {.len = finite_cases[i].infinite ? 5 : 3,
			.lo = finite_cases[i].infinite ? wide : plain,
			.rows = finite_cases[i].infinite ? 5 : 3,
			.nulls = finite_cases[i].nulls,
			.nans = finite_cases[i].nans};
		struct mg_value v = quantile_of(*state, &f, 0.5, 0, finite_cases[i].non_finite, &m);
		if (finite_cases[i].why) {
			if (v.state != MG_UNDEFINED || !strstr(v.why, finite_cases[i].why))
				fail_msg("%s: %s", finite_cases[i].what, v.why);
		} else if (v.state != MG_MEASURED || v.value != finite_cases[i].want) {
			fail_msg("%s: %g", finite_cases[i].what, v.value);
		}
	}
	double nothing[] = {-INFINITY, INFINITY};
	struct mg_freq f = {.len = 2, .lo = nothing, .rows = 2};
	struct mg_value v = quantile_of(*state, &f, 0.5, 0, 1, &m);
	assert_int_equal(v.state, MG_EMPTY);
	struct mg_freq none = {0};
	assert_int_equal(quantile_of(*state, &none, 0.5, 0, 0, &m).state, MG_EMPTY);
	struct mg_freq nulls = {.nulls = 3};
	v = quantile_of(*state, &nulls, 0.5, 0, 0, &m);
	assert_string_equal(v.why, "all 3 values are NULL");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_arena, drop_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_is_complete),
		TEST(unknown_kinds_are_not_found),
		TEST(values_tell_what_they_are),
		TEST(facts_are_kept_in_order),
		TEST(shares_follow_the_rule_for_nulls),
		TEST(shares_have_a_wilson_interval_when_asked),
		TEST(range_refuses_bounds_that_hold_nothing),
		TEST(length_counts_whole_characters),
		TEST(unique_takes_a_column_or_a_key),
		TEST(columns_counts_differences),
		TEST(quantiles_are_those_of_numpy),
		TEST(inverted_cdf_is_not_fooled_by_rounding),
		TEST(a_bucket_gives_bounds_and_asks_for_more),
		TEST(what_is_not_finite_is_said_or_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
