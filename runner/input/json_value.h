/* json_value.h: values of JSON, from the byte at which they begin to behind their last. */
#ifndef MG_INPUT_JSON_VALUE_H
#define MG_INPUT_JSON_VALUE_H

#include "input/json_text.h"

/* Any value; what is nested is proven to be JSON, with no key twice in an object. */
MG_MUST_USE enum mg_json_outcome mg_json_take_value(
	struct mg_json_text *text, struct mg_json_value *out);
/* Any value but an object or an array. */
MG_MUST_USE enum mg_json_outcome mg_json_take_scalar(
	struct mg_json_text *text, struct mg_json_value *out);
/* The string whose opening quote is at `at`. */
MG_MUST_USE enum mg_json_outcome mg_json_take_string(
	struct mg_json_text *text, struct mg_json_value *out);

/* Takes the key whose quote is at `at`, if it is that one. */
bool mg_json_take_guess(struct mg_json_text *text, const struct mg_json_key *guess);
/* The key whose opening quote is at `at`: the one that followed `last` before, or the one that is looked up. */
MG_MUST_USE enum mg_json_outcome mg_json_take_key(struct mg_json_text *text,
	struct mg_json_keys *keys, struct mg_json_key *last, struct mg_json_key **out);

/* Keys of the objects that are open. */
struct mg_json_nested *mg_json_nested_new(void);
void mg_json_nested_free(struct mg_json_nested *nested);

#endif
