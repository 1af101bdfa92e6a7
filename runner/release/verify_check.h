/* verify_check.h: what the parts of verify share: what is looked at, and a list of what is found. */
#ifndef MG_RELEASE_VERIFY_CHECK_H
#define MG_RELEASE_VERIFY_CHECK_H

#include <stdbool.h>

#include "base/map.h"
#include "release/verify.h"

struct mg_verify {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_authority *authority;
	const struct mg_policy *policy; /* of it */
	const struct mg_ledger *ledger;
	const struct mg_model *model;
	int64_t now_us;
	struct mg_map by_tag;   /* short name -> event */
	struct mg_map followed; /* object id -> the event that names it as the one before */
	struct mg_verified *out;
};

void mg_verify_add(struct mg_verify *c, bool is_break, const char *rule, const char *tag,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Did modelgate write the tag? */
bool mg_event_is_ours(const struct mg_event *event);
/* Two clones may read the same history, and both of their tags come through where the names differ: a
 * version and a stage, or two stages. That is no break when it was within the time that promotions
 * take. */
bool mg_made_together(const struct mg_event *a, const struct mg_event *b);
/* What a rollback goes back to: the first assignment of its commit to its stage. NULL: it is none. */
const struct mg_event *mg_returns_to(const struct mg_verify *c, const struct mg_event *event);

/* verify_tags.c: what a tag of modelgate says, where any tag stands among the others, and all numbers of the
 * model. */
void mg_verify_message(struct mg_verify *c, const struct mg_event *event);
void mg_verify_place(struct mg_verify *c, const struct mg_event *event);
void mg_verify_numbers(struct mg_verify *c);

#endif
