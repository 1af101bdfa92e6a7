/* peers.h: kinds and keys by the words of other tools. */
#ifndef MG_SPEC_PEERS_H
#define MG_SPEC_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/check.h>

/* What another tool, or the field, calls what a kind measures. */
struct mg_peer {
	const char *word, *kind;
	const char *
		check; /* one to write, "- range: {column: NAME, from: 0}"; NULL: as the kind itself */
};
extern const struct mg_peer mg_peers[]; /* ends with word NULL */

/* The peer of this word, whatever its case, underscores, package and arguments; NULL when none is known. */
const struct mg_peer *mg_peer_find(const char *word);
/* The peer whose word is nearest to this one, which is misspelt; NULL when none is near. */
const struct mg_peer *mg_peer_near(const char *word);
/* Is the text a part of the peer's word? As they are compared, of at least three characters. */
bool mg_peer_has(const struct mg_peer *peer, const char *text);

/* Another tool's word for one of the keys of ours, of a kind of which more or less is better; NULL when none of
 * them is meant. */
const char *mg_peer_key(
	const char *word, enum mg_better better, const char *const *keys, size_t count);

/* The same of the word that is nearest to this one. */
const char *mg_peer_key_near(
	const char *word, enum mg_better better, const char *const *keys, size_t count);
/* The key of checks that was written where a kind goes, by our word for it or another tool's ("max_drop",
 * "max_decrease"); NULL: it is none. */
const char *mg_peer_check_key(const char *word);

#endif
