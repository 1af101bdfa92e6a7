/* schema.h: pieces of the JSON Schema of specs, as jansson's values, which their caller owns. */
#ifndef MG_SPEC_SCHEMA_H
#define MG_SPEC_SCHEMA_H

#include <jansson.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "spec/keys.h"
#include "spec/read.h"

struct mg_schema_writer {
	struct mg_arena *arena;
	const struct mg_check_kind *const *kinds;
	const struct mg_engine_ops *const *engines;
	json_t *defs;
};

/* ---- schema_forms.c ---- */

/* A fragment that is written out; a mistake in it is ours. */
json_t *mg_schema_literal(const char *text);
/* A reference to the definition of this name. */
json_t *mg_schema_ref(struct mg_schema_writer *s, const char *name);
/* anyOf of up to four forms, which it takes over; NULLs are left out. */
json_t *mg_schema_any_of(json_t *a, json_t *b, json_t *c, json_t *d);
/* A text that this regular expression matches. */
json_t *mg_schema_pattern(const char *regex);
/* A value of the field's type. */
json_t *mg_schema_of_field(struct mg_schema_writer *s, const struct mg_field *f);
/* The field's default as the value that it is. */
json_t *mg_schema_default(const struct mg_field *f);
/* A limit, and a tolerance, under this rule. */
json_t *mg_schema_of_limit(
	struct mg_schema_writer *s, const struct mg_limit_rule *rule, enum mg_limit_op op);
json_t *mg_schema_of_tolerance(struct mg_schema_writer *s, const struct mg_limit_rule *rule);

/* ---- schema_objects.c ---- */

/* A mapping without keys. */
json_t *mg_schema_object(void);
/* A mapping with these keys, of checks of this kind; kind NULL: of any, or of no check. */
json_t *mg_schema_of_keys(
	struct mg_schema_writer *s, const struct mg_keys *keys, const struct mg_check_kind *kind);
/* The same for a single table. */
json_t *mg_schema_of_table(struct mg_schema_writer *s, const struct mg_key *table);

#endif
