/* read.c: values of the basic types. */
#include "spec/read.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

bool mg_expect(struct mg_reader *r, const struct mg_node *node, enum mg_node_type type,
	const char *what, const char *accepted)
{
	if (node->broken)
		return false;
	if (node->type == type && !(type == MG_NODE_SCALAR && mg_node_is_null(node)))
		return true;
	struct mg_diag *diag = mg_node_is_null(node)
		? mg_diag_at(r->diags, node, "%s has no value", what)
		: mg_diag_at(r->diags, node, "%s is %s", what, mg_node_type_words(node));
	diag->accepted = accepted;
	return false;
}

/* The quoted value for "found 'x'". */
static const char *found(struct mg_reader *r, const struct mg_node *node)
{
	return mg_diag_quote(r->arena, node->text);
}

bool mg_read_text(
	struct mg_reader *r, const struct mg_node *node, const char *what, const char **out)
{
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a text"))
		return false;
	*out = node->text;
	return true;
}

/* SQL, patterns, names of columns: an empty one is a slip. */
bool mg_read_filled_text(
	struct mg_reader *r, const struct mg_node *node, const char *what, const char **out)
{
	const char *text = NULL;
	if (!mg_read_text(r, node, what, &text))
		return false;
	if (text[strspn(text, " \t\r\n")] == '\0') {
		mg_diag_at(r->diags, node, "%s is an empty text", what);
		return false;
	}
	*out = text;
	return true;
}

bool mg_read_name(
	struct mg_reader *r, const struct mg_node *node, enum mg_name_type type, const char **out)
{
	const struct mg_name_rule *rule = &mg_name_rules[type];
	struct mg_scalar scalar;
	if (!mg_expect(r, node, MG_NODE_SCALAR, rule->what, rule->accepted))
		return false;
	if (!node->replaced && (!mg_node_scalar(node, &scalar) || scalar.type != MG_SCALAR_TEXT)) {
		mg_diag_at(r->diags, node, "%s is %s", rule->what, mg_node_type_words(node))
			->accepted = "a text; a number or true and false in quotes";
		return false;
	}
	if (!mg_name_valid(type, node->text)) {
		mg_diag_at(r->diags, node, "%s cannot be '%s'", rule->what, found(r, node))
			->accepted = rule->accepted;
		return false;
	}
	*out = node->text;
	return true;
}

/* ---- numbers ---- */

/* "0 to 1", "1 or more", "100% or less"; NULL when all are accepted. */
static const char *range_words(struct mg_arena *arena, double least, double most)
{
	if (isnan(least) && isnan(most))
		return NULL;
	if (isnan(most))
		return mg_printf(arena, "%s or more", mg_double_text(arena, least));
	if (isnan(least))
		return mg_printf(arena, "%s or less", mg_double_text(arena, most));
	return mg_printf(
		arena, "%s to %s", mg_double_text(arena, least), mg_double_text(arena, most));
}

static bool check_range(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, double value, const char *form)
{
	if (!(value < least) && !(value > most))
		return true;
	mg_diag_at(r->diags, node, "%s is %s", what, found(r, node))->accepted = mg_printf(
		r->arena, "%s%s", form, range_words(r->arena, least, most));
	return false;
}

bool mg_node_number(const struct mg_node *node, double *out, bool *out_percent)
{
	struct mg_scalar scalar;
	*out_percent = false;
	if (node->type != MG_NODE_SCALAR)
		return false;
	if (mg_ends_with(node->text, "%")) {
		*out_percent = true;
		return !strpbrk(node->text, "+eE") && mg_parse_share(node->text, out);
	}
	struct mg_node plain = *node;
	plain.plain = node->plain || node->replaced;
	if (!mg_node_scalar(&plain, &scalar) || scalar.type != MG_SCALAR_NUMBER)
		return false;
	*out = scalar.number;
	return isfinite(*out);
}

static bool not_a(struct mg_reader *r, const struct mg_node *node, const char *what,
	const char *thing, const char *accepted)
{
	struct mg_scalar scalar;
	bool number = !node->plain && mg_parse_double(node->text, false, &scalar.number);
	if (number)
		mg_diag_at(r->diags, node, "%s is a text, since '%s' is in quotes", what,
			found(r, node))
			->accepted = accepted;
	else
		mg_diag_at(r->diags, node, "%s is not %s: '%s'", what, thing, found(r, node))
			->accepted = accepted;
	return false;
}

bool mg_read_number(struct mg_reader *r, const struct mg_node *node, const char *what, double least,
	double most, double *out)
{
	double value;
	bool percent;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a number"))
		return false;
	if (!mg_node_number(node, &value, &percent) || percent)
		return not_a(r, node, what, "a number", "a number such as 12 or 0.5");
	if (!check_range(r, node, what, least, most, value, "a number, "))
		return false;
	*out = value;
	return true;
}

bool mg_read_share(struct mg_reader *r, const struct mg_node *node, const char *what, double least,
	double most, double *out)
{
	double value;
	bool percent;
	least = isnan(least) ? 0 : least;
	most = isnan(most) ? 1 : most;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a share such as 0.95 or 95%"))
		return false;
	if (!mg_node_number(node, &value, &percent))
		return not_a(r, node, what, "a share", "a share such as 0.95 or 95%");
	if (!check_range(r, node, what, least, most, value, "a share such as 0.95 or 95%, "))
		return false;
	*out = value;
	return true;
}

bool mg_read_integer(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, int64_t *out)
{
	double value;
	bool percent;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a whole number"))
		return false;
	if (!mg_node_number(node, &value, &percent) || percent || value != floor(value) ||
		fabs(value) > 9007199254740992.0)
		return not_a(r, node, what, "a whole number", "a whole number such as 12");
	if (!check_range(r, node, what, least, most, value, "a whole number, "))
		return false;
	*out = (int64_t)value;
	return true;
}

bool mg_read_duration(struct mg_reader *r, const struct mg_node *node, const char *what,
	double least, double most, double *out)
{
	double value;
	bool percent;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "a duration such as 90s, 15m, 36h or 2d"))
		return false;
	/* A number of seconds, or a text with a unit (in quotes or not). */
	double ignored;
	bool bare = mg_parse_double(node->text, false, &ignored);
	if (bare ? !mg_node_number(node, &value, &percent) : !mg_parse_duration(node->text, &value))
		return not_a(r, node, what, "a duration",
			"a duration such as 90s, 15m, 36h or 2d, or a number of seconds");
	if (!check_range(r, node, what, least, most, value, "a duration in seconds, "))
		return false;
	*out = value;
	return true;
}

bool mg_read_bool(struct mg_reader *r, const struct mg_node *node, const char *what, bool *out)
{
	struct mg_scalar scalar;
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, "true or false"))
		return false;
	struct mg_node plain = *node;
	plain.plain = node->plain || node->replaced;
	if (!mg_node_scalar(&plain, &scalar) || scalar.type != MG_SCALAR_BOOL) {
		mg_diag_at(r->diags, node, "%s is '%s'", what, found(r, node))
			->accepted = "true or false";
		return false;
	}
	*out = scalar.boolean;
	return true;
}

/* ---- words ---- */

static size_t words_count(const char *const *words)
{
	size_t count = 0;
	while (words[count])
		count++;
	return count;
}

bool mg_read_choice(struct mg_reader *r, const struct mg_node *node, const char *what,
	const char *const *choices, int *out)
{
	size_t count = words_count(choices);
	const char *accepted = mg_diag_words(r->arena, choices, count);
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, accepted))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(node->text, choices[i]) == 0) {
			*out = (int)i;
			return true;
		}
	}
	struct mg_diag *diag = mg_diag_at(
		r->diags, node, "%s cannot be '%s'", what, found(r, node));
	diag->accepted = accepted;
	diag->nearest = mg_diag_nearest(node->text, choices, count);
	return false;
}
