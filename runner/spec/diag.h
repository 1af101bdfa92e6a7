/* diag.h: everything that is wrong with a spec, gathered while reading on. */
#ifndef MG_SPEC_DIAG_H
#define MG_SPEC_DIAG_H

#include <stddef.h>

#include <modelgate/spec.h>

#include "spec/node.h"

/* More than anybody reads; what lies beyond is counted as one remark. */
#define MG_DIAGS_MAX 500

/* Adds one finding. The caller may fill `accepted`, `nearest` and `width` of what comes back,
 * which is never NULL. Messages are sentences without a full stop. */
struct mg_diag *mg_diag_add(struct mg_diags *diags, struct mg_pos pos, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, underlining the node (its first line); a broken node's finding is dropped. */
struct mg_diag *mg_diag_at(struct mg_diags *diags, const struct mg_node *node, const char *format,
	...) __attribute__((format(printf, 3, 4)));

/* "a, b, c" of at most 16 words, then "and more". */
const char *mg_diag_words(struct mg_arena *arena, const char *const *words, size_t count);
/* Nearest word, unless there are too many to look at; a single letter is near to nothing. */
const char *mg_diag_nearest(const char *word, const char *const *words, size_t count);
/* Text from a spec as it is quoted in a message: safe, and cut when long. */
const char *mg_diag_quote(struct mg_arena *arena, const char *text);

/* Puts the findings in order of place and drops repetitions (an alias is read many times). */
void mg_diags_sort(struct mg_diags *diags);

#endif
