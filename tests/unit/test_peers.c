/* test_peers.c: words of other tools lead to kinds that there are, by lines that a spec accepts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <modelgate/check.h>
#include <modelgate/spec.h>

#include "base/arena.h"
#include "base/text.h"
#include "spec/keys.h"
#include "spec/peers.h"

static void each_names_a_kind(void **state)
{
	(void)state;
	for (const struct mg_peer *peer = mg_peers; peer->word; peer++) {
		if (!mg_check_kind_find(peer->kind))
			fail_msg("%s: there is no kind %s", peer->word, peer->kind);
		if (mg_check_kind_find(peer->word))
			fail_msg("%s is a kind of ours", peer->word);
		if (mg_peer_find(peer->word) != peer)
			fail_msg("%s stands there twice", peer->word);
	}
}

/* The check as it stands, in a suite that has all that any kind may need. */
static void each_check_can_be_typed(void **state)
{
	(void)state;
	for (const struct mg_peer *peer = mg_peers; peer->word; peer++) {
		if (!peer->check)
			continue;
		struct mg_arena *arena = mg_arena_new();
		struct mg_diags diags = {.arena = arena};
		struct mg_spec *spec = NULL;
		struct mg_error err = {0};
		const struct mg_spec_options options = {.kinds = mg_check_kinds};
		const struct mg_check_kind *kind = mg_check_kind_find(peer->kind);
		bool of_numbers = kind && (kind->flags & MG_KIND_REGRESSION);
		const char *text = mg_printf(arena,
			"version: 1\nmodel: m\ndata: {d: d.csv, NAME: e.csv}\nsuites:\n  s:\n    on: d\n"
			"    reference: NAME\n%s"
			"      - psi: {name: two, column: NAME, max: 0.2}\n      %s\n",
			of_numbers
				? "    task: {type: regression, label: l, prediction: p}\n    checks:\n"
				: "    task: {type: binary, label: l, prediction: p, score: s}\n"
				  "    checks:\n      - accuracy: {name: one, min: 50%, slices: [g]}\n"
				  "      - recall: {name: three, min: 50%, slices: [g]}\n",
			peer->check);
		if (mg_spec_parse(arena, "m.yaml", text, strlen(text), &options, &diags, &spec,
			    &err) != MG_OK)
			fail_msg("%s: %s\n%s", peer->word, err.text,
				mg_diags_text(arena, &diags, "m.yaml", text, strlen(text)));
		if (!mg_starts_with(peer->check, mg_printf(arena, "- %s: {", peer->kind)))
			fail_msg("%s: '%s' is not a check of kind %s", peer->word, peer->check,
				peer->kind);
		mg_arena_free(arena);
	}
}

static void words_are_found_as_people_write_them(void **state)
{
	(void)state;
	static const char *const cases[][2] = {{"auc", "roc_auc"}, {"AUROC", "roc_auc"},
		{"roc-auc-score", "roc_auc"}, {"sklearn.metrics.roc_auc_score", "roc_auc"},
		{"dbt_utils.accepted_range", "range"}, {"missing_percent(age) < 5%", "not_null"},
		{"is_complete", "not_null"}, {"ExpectColumnValuesToBeBetween", "range"},
		{"TestShareOfMissingValues", "not_null"}, {"neg_mean_squared_error", "mse"},
		{"neg_log_loss", "log_loss"}, {"TestAccuracyScore", "accuracy"},
		{"primary_key", "unique"}, {"fk", "foreign_key"}, {"AbsMaxError", "max_error"},
		{"MinValue", "minimum"}, {"hasDataType", "columns"}, {"kl_div", "jensen_shannon"},
		{"soda.values in must exist in", "foreign_key"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct mg_peer *peer = mg_peer_find(cases[i][0]);
		assert_non_null(peer);
		assert_string_equal(peer->kind, cases[i][1]);
	}
	assert_null(mg_peer_find("banana"));
	assert_null(mg_peer_find("test"));
	assert_null(mg_peer_find(""));
	assert_null(mg_peer_find("..."));
}

static void slips_are_near(void **state)
{
	(void)state;
	static const char *const mean[] = {"min", "max"};
	assert_string_equal(mg_peer_near("acepted_values")->kind, "one_of");
	assert_string_equal(mg_peer_near("mean_absolut_error")->kind, "mae");
	assert_null(mg_peer_near("banana"));
	assert_string_equal(mg_peer_key_near("treshold", MG_LOWER, mean, 2), "max");
	assert_null(mg_peer_key_near("banana", MG_LOWER, mean, 2));
}

static void no_word_for_a_key_is_a_key_of_ours(void **state)
{
	(void)state;
	static const char *const words[] = {
#define PEER_KEY(word, key) word,
#include "spec/peer_keys.def"
#undef PEER_KEY
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mg_is_check_key(words[i]))
			fail_msg("%s is a key of checks", words[i]);
}

static void keys_are_found_among_those_that_are_taken(void **state)
{
	(void)state;
	static const char *const range[] = {"from", "to", "min"}, *const mean[] = {"min", "max"};
	assert_string_equal(mg_peer_key("min_value", MG_HIGHER, range, 3), "from");
	assert_string_equal(mg_peer_key("min_value", MG_HIGHER, mean, 2), "min");
	assert_string_equal(mg_peer_key("Mostly", MG_HIGHER, range, 3), "min");
	assert_string_equal(mg_peer_key("threshold", MG_HIGHER, mean, 2), "min");
	assert_string_equal(mg_peer_key("threshold", MG_LOWER, mean, 2), "max");
	assert_null(mg_peer_key("regex", MG_HIGHER, range, 3));
	assert_null(mg_peer_key("banana", MG_HIGHER, range, 3));
}

static void keys_are_known_where_a_kind_goes(void **state)
{
	(void)state;
	static const char *const cases[][2] = {{"max_drop", "max_drop"}, {"min", "min"},
		{"warn", "warn"}, {"baseline", "baseline"}, {"max_increase", "max_rise"},
		{"maxDecrease", "max_drop"}, {"lte", "max"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(mg_peer_check_key(cases[i][0]), cases[i][1]);
	assert_null(mg_peer_check_key("banana"));
	assert_null(mg_peer_check_key("regex"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_names_a_kind),
		cmocka_unit_test(each_check_can_be_typed),
		cmocka_unit_test(words_are_found_as_people_write_them),
		cmocka_unit_test(slips_are_near),
		cmocka_unit_test(no_word_for_a_key_is_a_key_of_ours),
		cmocka_unit_test(keys_are_found_among_those_that_are_taken),
		cmocka_unit_test(keys_are_known_where_a_kind_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
