/* suite.c: suites: their defaults, their checks, and names that would clash. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "spec/read.h"

static const char *base_name(const struct mg_spec_check *check)
{
	return check->name ? check->name : check->kind->name;
}

/* ---- clashing names ---- */

/* Test cases are named by check and column, so two checks of one name need different columns.
 * What patterns and types match shows only with the data; the plan looks again. */
struct names {
	struct mg_reader *r;
	struct mg_map cases; /* "name\ncolumn" in lower case -> its check */
	struct mg_map alone; /* names of checks without a column -> the check */
};

static bool clash(struct names *n, const struct mg_spec_check *check, const char *column,
	const struct mg_spec_check *first)
{
	struct mg_arena *arena = n->r->arena;
	struct mg_diag *diag = mg_diag_add(n->r->diags, check->pos,
		column ? "the check in line %d is also named %s and also checks %s"
		       : "the check in line %d is also named %s",
		first->pos.line, mg_diag_quote(arena, base_name(check)),
		column ? mg_diag_quote(arena, column) : "");
	diag->width = (int)strlen(check->kind->name);
	diag->accepted = "name: NAME in one of them";
	return false;
}

static bool check_name(struct names *n, const struct mg_spec_check *check)
{
	struct mg_arena *arena = n->r->arena;
	const char *name = base_name(check);
	if (check->columns.count == 0) {
		const struct mg_spec_check *first = mg_map_get(&n->alone, name);
		if (first)
			return clash(n, check, NULL, first);
		mg_map_put(&n->alone, name, (void *)(uintptr_t)check);
		return true;
	}
	for (size_t i = 0; i < check->columns.count; i++) {
		const struct mg_selector *s = &check->columns.list[i];
		if (s->exclude)
			continue;
		const char *pattern = s->pattern ? s->pattern : mg_column_type_words[s->type];
		const char *id = mg_printf(
			arena, "%s\n%d%s", name, !s->pattern, mg_lower(arena, pattern));
		const struct mg_spec_check *first = mg_map_get(&n->cases, id);
		if (first && first != check)
			return clash(n, check, pattern, first);
		mg_map_put(&n->cases, id, (void *)(uintptr_t)check);
	}
	return true;
}

/* ---- what a suite must hold ---- */

/* A check over the other checks of a kind needs some. */
static void check_others(struct mg_reader *r, const struct mg_suite *suite)
{
	for (size_t i = 0; i < suite->check_count; i++) {
		const struct mg_spec_check *check = &suite->checks[i];
		if (!(check->kind->flags & MG_KIND_OTHERS))
			continue;
		for (const struct mg_field *f = check->kind->fields; f && f->name; f++) {
			if (f->type != MG_FIELD_KIND)
				continue;
			const struct mg_check_kind *const
				*of = (const void *)((const char *)check->params + f->offset);
			size_t k = 0;
			while (k < suite->check_count && suite->checks[k].kind != *of)
				k++;
			if (!*of || k < suite->check_count)
				continue;
			mg_diag_add(r->diags, check->pos,
				"suite '%s' has no check %s, which %s is %s",
				mg_diag_quote(r->arena, suite->name), (*of)->name,
				check->kind->name, f->name)
				->width = (int)strlen(check->kind->name);
		}
	}
}

static bool takes(const struct mg_check_kind *kind, const struct mg_key *key)
{
	return (key->needs == 0 || (kind->flags & key->needs)) && !(kind->flags & key->unless);
}

static void check_whole(
	struct mg_reader *r, const struct mg_suite *suite, const struct mg_node *node)
{
	const struct mg_pair *whole = mg_node_pair(node, "whole");
	size_t sliced = 0;
	while (sliced < suite->check_count && !suite->checks[sliced].slice_count)
		sliced++;
	if (whole && sliced == suite->check_count)
		mg_diag_at(r->diags, whole->key, "whole has no effect without slices");
}

static void check_correction(
	struct mg_reader *r, const struct mg_suite *suite, const struct mg_node *node)
{
	const struct mg_pair *correction = mg_node_pair(node, "correction");
	size_t tests = 0;
	for (size_t i = 0; i < suite->check_count; i++)
		tests += suite->checks[i].kind->p_value &&
			suite->checks[i].kind->p_value(suite->checks[i].params);
	if (correction && !tests)
		mg_diag_at(r->diags, correction->key,
			"correction has no effect: no check of the suite measures a p-value")
			->accepted = "chi_square, or ks with measure: p_value";
}

/* A default that none of the suite's checks takes, and a condition that one of them cannot heed. */
static void check_defaults(
	struct mg_reader *r, const struct mg_suite *suite, const struct mg_node *node)
{
	for (const struct mg_key *key = mg_common_keys; key->field.name; key++) {
		const struct mg_pair *pair = mg_node_pair(node, key->field.name);
		size_t i = 0;
		while (i < suite->check_count && !takes(suite->checks[i].kind, key))
			i++;
		if (pair && i == suite->check_count)
			mg_diag_at(r->diags, pair->key,
				"%s has no effect: no check of the suite takes it",
				key->field.name);
	}
	check_whole(r, suite, node);
	check_correction(r, suite, node);
	const struct mg_pair *where = mg_node_pair(node, "where");
	for (size_t i = 0; where && i < suite->check_count; i++)
		if (suite->checks[i].kind->flags & MG_KIND_OWN_SQL)
			mg_diag_at(r->diags, where->key,
				"the suite's where does not reach its check %s in line %d, whose SQL says "
				"itself which rows it reads",
				suite->checks[i].kind->name, suite->checks[i].pos.line)
				->accepted =
				"the condition in that SQL, and the check in a suite of its own";
}

static void read_checks(struct mg_reader *r, struct mg_suite *suite,
	const struct mg_common *defaults, const struct mg_node *node, const struct mg_node *whole)
{
	if (!mg_expect(r, node, MG_NODE_LIST, "checks", "a list, each item after '- '"))
		return;
	if (node->count == 0)
		mg_diag_at(r->diags, node, "suite '%s' has no checks",
			mg_diag_quote(r->arena, suite->name));
	struct names names = {.r = r};
	mg_map_init(&names.cases, r->arena);
	mg_map_init(&names.alone, r->arena);
	suite->checks = mg_alloc_array(r->arena, node->count, sizeof(*suite->checks));
	bool good = true;
	for (size_t i = 0; i < node->count; i++) {
		struct mg_spec_check *check = &suite->checks[suite->check_count];
		if (mg_read_check(r, suite, defaults, node->items[i], check)) {
			check_name(&names, check);
			suite->check_count++;
		} else {
			good = false;
		}
	}
	if (!good || suite->check_count == 0)
		return;
	check_others(r, suite);
	check_defaults(r, suite, whole);
}

static void read_suite(struct mg_reader *r, const struct mg_pair *pair, struct mg_suite *suite)
{
	const char *what = mg_printf(r->arena, "suite '%s'", mg_diag_quote(r->arena, suite->name));
	struct mg_raw_suite raw = {.where = NULL};
	struct mg_common defaults = {.owner = NULL};
	struct mg_keys keys;
	if (!mg_expect(r, pair->value, MG_NODE_MAPPING, what,
		    "a mapping such as {on: DATASET, checks: [...]}"))
		return;
	mg_keys_init(&keys, r->arena);
	mg_keys_of_suite(&keys, &raw, &defaults.raw);
	defaults.broken = !mg_read_mapping(r, pair->value, pair->key, what, &keys);
	if (!mg_node_get(pair->value, "on_empty"))
		defaults.raw.on_empty = r->on_empty;
	mg_read_common(r, &defaults);
	suite->where = raw.where;
	suite->correction = (enum mg_correction)raw.correction;
	if (raw.where)
		suite->where_pos = mg_node_get(pair->value, "where")->pos;
	if (raw.checks)
		read_checks(r, suite, &defaults, raw.checks, pair->value);
}

void mg_read_suites(struct mg_reader *r, const struct mg_node *suites)
{
	if (!mg_expect(r, suites, MG_NODE_MAPPING, "suites", "a mapping of names to suites"))
		return;
	if (suites->count == 0)
		mg_diag_at(r->diags, suites, "suites is empty")->accepted = "at least one suite";
	r->spec->suites = mg_alloc_array(r->arena, suites->count, sizeof(*r->spec->suites));
	for (size_t i = 0; i < suites->count; i++) {
		const struct mg_pair *pair = &suites->pairs[i];
		struct mg_suite *suite = &r->spec->suites[r->spec->suite_count];
		if (!mg_name_valid(MG_NAME_SUITE, pair->key->text)) {
			mg_diag_at(r->diags, pair->key, "a suite cannot be named '%s'",
				mg_diag_quote(r->arena, pair->key->text))
				->accepted = mg_name_rules[MG_NAME_SUITE].accepted;
			continue;
		}
		suite->name = pair->key->text;
		suite->pos = pair->key->pos;
		r->spec->suite_count++;
		read_suite(r, pair, suite);
	}
}
