/* peers.c: the table of other tools' words, and how words are compared. */
#include "spec/peers.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "spec/keys.h"

const struct mg_peer mg_peers[] = {
#define PEER(word, kind, check) {word, kind, check},
#include "spec/peers.def"
#undef PEER
	{NULL, NULL, NULL}};

enum { WORD_BYTES = 80 };

/* "dbt_utils.accepted_range" and "AcceptedRange(col)" are acceptedrange; "" when it is too long. */
static void plain(const char *word, char out[WORD_BYTES])
{
	size_t n = 0, end = strcspn(word, "(");
	for (size_t i = 0; i < end; i++) {
		unsigned char c = (unsigned char)word[i];
		if (c == '.')
			n = 0;
		else if (isalnum(c) && n < WORD_BYTES - 1)
			out[n++] = (char)tolower(c);
	}
	out[n] = '\0';
}

static const struct mg_peer *find_plain(const char *wanted)
{
	char known[WORD_BYTES];
	for (const struct mg_peer *peer = mg_peers; peer->word && *wanted; peer++) {
		plain(peer->word, known);
		if (mg_streq(known, wanted))
			return peer;
	}
	return NULL;
}

const struct mg_peer *mg_peer_find(const char *word)
{
	/* Evidently's TestShareOfMissingValues, scikit-learn's scorer neg_mean_squared_error */
	static const char *const before[] = {"test", "neg"};
	char wanted[WORD_BYTES];
	plain(word, wanted);
	const struct mg_peer *found = find_plain(wanted);
	for (size_t i = 0; i < sizeof(before) / sizeof(*before) && !found; i++)
		if (mg_starts_with(wanted, before[i]))
			found = find_plain(wanted + strlen(before[i]));
	return found;
}

bool mg_peer_has(const struct mg_peer *peer, const char *text)
{
	char part[WORD_BYTES], known[WORD_BYTES];
	plain(text, part);
	plain(peer->word, known);
	return strlen(part) >= 3 && strstr(known, part) != NULL;
}

const char *mg_peer_key(const char *word, const char *const *keys, size_t count)
{
	/* The first of several that the mapping takes is meant. */
	static const struct {
		const char *word, *key;
	} known[] = {{"mostly", "min"}, {"threshold", "min"}, {"at_least", "from"},
		{"at_least", "min"}, {"gte", "from"}, {"gte", "min"}, {"ge", "from"}, {"ge", "min"},
		{"must_be_greater_than_or_equal_to", "min"}, {"at_most", "to"}, {"at_most", "max"},
		{"lte", "to"}, {"lte", "max"}, {"le", "to"}, {"le", "max"}, {"between", "from"},
		{"must_be_less_than_or_equal_to", "max"}, {"gt", "above"},
		{"must_be_greater_than", "above"}, {"lt", "below"}, {"must_be_less_than", "below"},
		{"eq", "equals"}, {"must_be", "equals"}, {"value", "equals"}, {"min_value", "from"},
		{"min_value", "min"}, {"valid_min", "from"}, {"max_value", "to"},
		{"max_value", "max"}, {"valid_max", "to"}, {"column_name", "column"},
		{"field", "column"}, {"column_list", "columns"}, {"combination_of_columns", "key"},
		{"value_set", "values"}, {"accepted_values", "values"},
		{"allowed_values", "values"}, {"valid_values", "values"}, {"regex", "pattern"},
		{"valid_regex", "pattern"}, {"condition", "where"}, {"filter", "where"},
		{"row_condition", "where"}, {"expression", "expr"}, {"sql", "query"},
		{"to_table", "to"}, {"group_by", "slices"}, {"groups", "slices"},
		{"baseline_data", "reference"}, {"reference_data", "reference"}, {"dataset", "on"},
		{"table", "on"}, {"data", "on"}, {"quantile", "q"}, {"target", "label"},
		{"y_true", "label"}, {"y_pred", "prediction"}, {"y_score", "score"},
		{"probability", "score"}, {"pos_label", "positive"}, {"labels", "classes"},
		{"datasets", "data"}, {"tests", "checks"}, {"expectations", "checks"},
		{"meta", "tags"}, {"max_decrease", "max_drop"}, {"max_loss", "max_drop"},
		{"max_increase", "max_rise"}, {"max_growth", "max_rise"},
		{"max_delta", "max_change"}, {"max_difference", "max_change"},
		{"maximum_drop", "max_drop"}, {"warning", "warn"}, {"tol", "tolerance"},
		{"not_equal", "not_equals"}, {"equal", "equals"}};
	char wanted[WORD_BYTES], other[WORD_BYTES];
	plain(word, wanted);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		plain(known[i].word, other);
		for (size_t k = 0; k < count && mg_streq(wanted, other); k++)
			if (mg_streq(keys[k], known[i].key))
				return keys[k];
	}
	return NULL;
}

const char *mg_peer_check_key(const char *word)
{
	/* What of other tools may stand where a kind goes is a limit; their other keys are kinds of theirs as well. */
	static const char *const meant[] = {"max_drop", "max_rise", "max_change", "min", "max",
		"above", "below", "equals", "not_equals", "tolerance", "warn"};
	return mg_is_check_key(word) ? word
				     : mg_peer_key(word, meant, sizeof(meant) / sizeof(*meant));
}
