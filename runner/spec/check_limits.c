/* check_limits.c: the limits of one check: its own, what the stage lays over them, and those that its kind has by
 * itself. */
#include <stdint.h>

#include "base/text.h"
#include "spec/read.h"

static void lay_over(
	struct mg_reader *r, const char *name, struct mg_raw_limits *limits, struct mg_node **warn)
{
	mg_map_put(&r->check_names, name, NULL);
	struct mg_overlay *overlay = mg_map_get(&r->overlays, name);
	if (!overlay)
		return;
	overlay->used = true;
	const struct mg_node *over = overlay->pair->value;
	for (size_t op = 0; op < MG_LIMIT_OPS; op++) {
		const struct mg_node *node = mg_node_get(over, mg_limit_words[op]);
		if (node)
			limits->op[op] = node;
	}
	if (mg_node_get(over, "tolerance"))
		limits->tolerance = mg_node_get(over, "tolerance");
	struct mg_node *warn_over = mg_node_get(over, "warn");
	if (warn_over && warn_over->type == MG_NODE_MAPPING)
		*warn = mg_node_merge(r->arena,
			*warn && (*warn)->type == MG_NODE_MAPPING ? *warn : NULL, warn_over);
}

bool mg_read_check_limits(struct mg_reader *r, const struct mg_suite *suite,
	struct mg_check_raws *raws, struct mg_spec_check *out)
{
	struct mg_limit_rule rule = mg_limit_rule(out->kind), effect = mg_effect_rule(out->kind);
	const char *name = out->name ? out->name : out->kind->name;
	struct mg_node *warn = (struct mg_node *)(uintptr_t)raws->check.warn;
	lay_over(r, name, &raws->limits, &warn);
	lay_over(r, mg_printf(r->arena, "%s/%s", suite->name, name), &raws->limits, &warn);
	bool good = mg_read_limits(r, &rule, &raws->limits, &out->limits);
	rule.age = false; /* the future is a matter of the check's own limits */
	if (warn)
		good = mg_read_limits_mapping(r, &rule, warn, "warn", mg_limit_keys, &out->warn) &&
			good;
	if (raws->check.effect)
		good = mg_read_limits_mapping(r, &effect, raws->check.effect, "effect",
			       mg_effect_keys, &out->effect) &&
			good;
	return good;
}

/* What a kind is held to when nothing is written. */
static bool default_limits(struct mg_reader *r, const struct mg_node *at, struct mg_spec_check *out)
{
	const struct mg_check_kind *kind = out->kind;
	if (out->limits.count || out->warn.count)
		return true;
	struct mg_limit limit = {.pos = {0, 0}, .op = MG_MIN, .value = 1, .as_percent = true};
	if (kind->flags & MG_KIND_DEFAULT_NONE)
		limit = (struct mg_limit){.op = MG_MAX, .value = 0};
	if (kind->flags & (MG_KIND_DEFAULT_ALL | MG_KIND_DEFAULT_NONE)) {
		out->limits.list[out->limits.count++] = limit;
		return true;
	}
	mg_diag_at(r->diags, at, "check %s has no limit", kind->name)->accepted = kind->better ==
			MG_HIGHER
		? "min: NUMBER, or warn: {min: NUMBER}"
		: kind->better == MG_LOWER ? "max: NUMBER, or warn: {max: NUMBER}"
					   : "min: NUMBER, max: NUMBER, both, equals: NUMBER, or "
					     "warn: {...} with one of them";
	return false;
}

static bool has_limit(const struct mg_limits *limits, enum mg_limit_op op)
{
	for (size_t i = 0; i < limits->count; i++)
		if (limits->list[i].op == op)
			return true;
	return false;
}

/* An age in the future is a fault unless the spec says otherwise, by limits of its own on that side. */
static bool limit_future(
	struct mg_reader *r, const struct mg_node *tolerance, struct mg_spec_check *out)
{
	static const enum mg_limit_op own[] = {MG_MIN, MG_ABOVE};
	struct mg_limits *limits = &out->limits;
	bool limited = has_limit(limits, MG_EQUALS);
	if (!(out->kind->flags & MG_KIND_AGE) || limited)
		return true;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		limited = limited || has_limit(limits, own[i]) || has_limit(&out->warn, own[i]);
	for (size_t i = 0; i < limits->count; i++)
		limited = limited ||
			((limits->list[i].op == MG_MAX || limits->list[i].op == MG_BELOW) &&
				limits->list[i].value < -limits->tolerance);
	if (!limited) {
		limits->list[limits->count++] = (struct mg_limit){
			.op = MG_MIN, .value = -limits->tolerance};
		return true;
	}
	if (!tolerance)
		return true;
	mg_diag_at(r->diags, tolerance,
		"tolerance has no effect next to a limit that says how far in the future is too "
		"far")
		->accepted = "one of both";
	return false;
}

bool mg_complete_limits(struct mg_reader *r, const struct mg_node *at,
	const struct mg_node *tolerance, struct mg_spec_check *out)
{
	return default_limits(r, at, out) && limit_future(r, tolerance, out);
}
