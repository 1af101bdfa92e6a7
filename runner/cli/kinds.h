/* kinds.h: check kinds explained from their own tables: for a terminal, for the docs, for programs.
 * All three say the same because they read the same. */
#ifndef MG_CLI_KINDS_H
#define MG_CLI_KINDS_H

#include <modelgate/check.h>

#include "base/text.h"
#include "cli/style.h"

/* The families in the order in which they are explained; ends with a NULL name. */
struct mg_family {
	const char *name, *title;
};
extern const struct mg_family mg_families[];
const struct mg_family *mg_family_find(const char *name); /* or NULL */

/* ---- words that all forms share ---- */

/* "share", "one of linear, inverted_cdf", "list of columns", ... */
const char *mg_field_type_words(struct mg_arena *arena, const struct mg_field *field);
/* "0 to 1", "at least 0", "" */
const char *mg_field_range_words(struct mg_arena *arena, const struct mg_field *field);
/* "a share from 0% to 100%", "a count", "seconds", "a number, 0 or more" */
const char *mg_kind_number_words(struct mg_arena *arena, const struct mg_check_kind *kind);
/* "lower is better" */
const char *mg_kind_better_words(const struct mg_check_kind *kind);
/* "min 100%", "max 0", or NULL when the spec must give one. */
const char *mg_kind_default_limit(const struct mg_check_kind *kind);
/* What it looks at: "one column, numeric", "a binary task with scores; reference data", "the rows". */
const char *mg_kind_subject_words(struct mg_arena *arena, const struct mg_check_kind *kind);
/* "roc, of a binary task; roc_by_class, of a multiclass task", "none" */
const char *mg_kind_charts_words(struct mg_arena *arena, const struct mg_check_kind *kind);

/* ---- the forms ---- */

/* family NULL: all kinds. */
void mg_kinds_text(struct mg_text *out, const char *family, const struct mg_style *style);
void mg_kind_text(
	struct mg_text *out, const struct mg_check_kind *kind, const struct mg_style *style);
void mg_kinds_markdown(struct mg_text *out, const char *family);
void mg_kind_markdown(struct mg_text *out, const struct mg_check_kind *kind);
/* {"kinds": [...]} and one object. */
void mg_kinds_json(struct mg_text *out, const char *family);
void mg_kind_json(struct mg_text *out, const struct mg_check_kind *kind);

#endif
