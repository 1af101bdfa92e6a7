/* peers.c: the table of other tools' words, and how words are compared. */
#include "spec/peers.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "spec/diag.h"
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

const struct mg_peer *mg_peer_near(const char *word)
{
	static const char *const words[] = {
#define PEER(word, kind, check) word,
#include "spec/peers.def"
#undef PEER
	};
	const char *nearest = mg_diag_nearest(word, words, sizeof(words) / sizeof(*words));
	return nearest ? mg_peer_find(nearest) : NULL;
}

bool mg_peer_has(const struct mg_peer *peer, const char *text)
{
	char part[WORD_BYTES], known[WORD_BYTES];
	plain(text, part);
	plain(peer->word, known);
	return strlen(part) >= 3 && strstr(known, part) != NULL;
}

const char *mg_peer_key(
	const char *word, enum mg_better better, const char *const *keys, size_t count)
{
	static const struct {
		const char *word, *key;
	} known[] = {
#define PEER_KEY(word, key) {word, key},
#include "spec/peer_keys.def"
#undef PEER_KEY
	};
	char wanted[WORD_BYTES], other[WORD_BYTES];
	plain(word, wanted);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const char *key = known[i].key;
		plain(known[i].word, other);
		if (mg_streq(key, "limit"))
			key = better == MG_LOWER ? "max" : "min";
		for (size_t k = 0; k < count && mg_streq(wanted, other); k++)
			if (mg_streq(keys[k], key))
				return keys[k];
	}
	return NULL;
}

const char *mg_peer_key_near(
	const char *word, enum mg_better better, const char *const *keys, size_t count)
{
	static const char *const words[] = {
#define PEER_KEY(word, key) word,
#include "spec/peer_keys.def"
#undef PEER_KEY
	};
	const char *nearest = mg_diag_nearest(word, words, sizeof(words) / sizeof(*words));
	return nearest ? mg_peer_key(nearest, better, keys, count) : NULL;
}

const char *mg_peer_check_key(const char *word)
{
	/* What of other tools may stand where a kind goes is a limit; their other keys are kinds of theirs as well. */
	static const char *const meant[] = {"max_drop", "max_rise", "max_change", "within", "min",
		"max", "above", "below", "equals", "not_equals", "tolerance", "warn"};
	return mg_is_check_key(word)
		? word
		: mg_peer_key(word, MG_EITHER, meant, sizeof(meant) / sizeof(*meant));
}
