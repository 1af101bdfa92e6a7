/* check.c: one check: its kind, its parameters, and what its suite adds. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "spec/meant.h"
#include "spec/peers.h"
#include "spec/read.h"

/* Another tool's word is no slip of the finger: it is looked for first. */
static void unknown_kind(struct mg_reader *r, const struct mg_node *at)
{
	const struct mg_peer *peer = mg_peer_find(at->text);
	struct mg_diag *diag = mg_diag_at(
		r->diags, at, "there is no kind of check '%s'", mg_diag_quote(r->arena, at->text));
	const char *key = peer ? NULL : mg_peer_check_key(at->text);
	if (key) {
		diag->accepted = mg_printf(
			r->arena, "%s under the check's kind: - KIND: {%s: ...}", key, key);
		return;
	}
	const char *nearest = peer ? NULL : mg_diag_nearest(at->text, r->kind_names, r->kind_count);
	if (!peer && !nearest && r->diags->count <= MG_DIAGS_MAX)
		peer = mg_peer_near(at->text);
	diag->accepted = peer && peer->check ? peer->check : "a kind that 'modelgate kinds' lists";
	diag->nearest = peer ? peer->kind : nearest;
}

/* {kind: parameters}, or the kind alone. */
static bool find_kind(struct mg_reader *r, const struct mg_node *node,
	const struct mg_node **out_at, const struct mg_node **out_params,
	const struct mg_check_kind **out_kind)
{
	static const char form[] = "- kind: {parameters}, for example - row_count: {min: 1000}";
	if (node->broken)
		return false;
	if (node->type == MG_NODE_SCALAR && !mg_node_is_null(node)) {
		*out_at = node;
	} else if (!mg_expect(r, node, MG_NODE_MAPPING, "a check", form)) {
		return false;
	} else if (node->count == 0) {
		mg_diag_at(r->diags, node, "a check is empty")->accepted = form;
		return false;
	} else {
		*out_at = node->pairs[0].key;
		*out_params = node->pairs[0].value;
	}
	const char *name = (*out_at)->text;
	for (size_t i = 0; i < r->kind_count; i++)
		if (strcmp(name, r->kind_names[i]) == 0)
			*out_kind = r->options->kinds[i];
	if (!*out_kind) {
		unknown_kind(r, *out_at);
		return false;
	}
	if (*out_params && node->count > 1) {
		const struct mg_node *second = node->pairs[1].key;
		struct mg_diag *diag = mg_diag_at(r->diags, second,
			"'%s' is next to %s, not under it", mg_diag_quote(r->arena, second->text),
			name);
		if (mg_node_is_null(*out_params))
			diag->accepted = "parameters indented deeper than the kind";
		else if (mg_is_check_key(second->text))
			diag->accepted = mg_printf(
				r->arena, "- %s: {..., %s: ...}", name, second->text);
		else
			diag->accepted = "one kind in each item of checks";
		return false;
	}
	return true;
}

static bool check_form(struct mg_reader *r, const struct mg_check_kind *kind,
	const struct mg_node *params, const char *what)
{
	if (!params || params->type == MG_NODE_MAPPING || mg_node_is_null(params))
		return true;
	mg_diag_at(r->diags, params, "%s is %s", what, mg_node_type_words(params))
		->accepted = mg_meant_check(r, kind, params);
	return false;
}

static bool read_columns(struct mg_reader *r, const struct mg_node *at,
	const struct mg_node *params, const struct mg_keys *keys, const struct mg_raw_check *raw,
	struct mg_spec_check *out)
{
	if (!(out->kind->flags & MG_KIND_COLUMN))
		return true;
	if (raw->column && raw->columns) {
		mg_diag_at(r->diags, raw->columns, "check %s has both column and columns",
			out->kind->name)
			->accepted = "one of them";
		return false;
	}
	const struct mg_node *node = raw->column ? raw->column : raw->columns;
	if (node)
		return mg_read_selectors(
			r, node, raw->column ? "column" : "columns", &out->columns);
	if (out->kind->flags & MG_KIND_COLUMN_OPTIONAL)
		return true;
	if (mg_is_misspelt(r, params, keys, "column") || mg_is_misspelt(r, params, keys, "columns"))
		return false;
	mg_diag_at(r->diags, at, "check %s does not say which column it checks", out->kind->name)
		->accepted = "column: NAME, or columns: [NAME, ...]";
	return false;
}

/* `equal` and `distinct` are for keys alone; as a suite's default they pass over other kinds. */
static void fill_nulls(int written, struct mg_spec_check *out)
{
	enum mg_nulls own = out->kind->nulls ? out->kind->nulls(out->params) : MG_NULLS_IGNORE;
	bool for_keys = written == MG_NULLS_EQUAL || written == MG_NULLS_DISTINCT;
	out->nulls = own;
	if ((out->kind->flags & MG_KIND_NULLS) && written != MG_NULLS_AUTO &&
		(!for_keys || own == MG_NULLS_EQUAL))
		out->nulls = (enum mg_nulls)written;
}

static void fill(struct mg_reader *r, const struct mg_common *common, struct mg_spec_check *out)
{
	const struct mg_raw_common *raw = &common->raw;
	const unsigned flags = out->kind->flags;
	out->owner = common->owner ? common->owner : r->spec->owner;
	out->severity = (enum mg_severity)raw->severity;
	out->timeout_seconds = isnan(raw->timeout) ? 0 : raw->timeout;
	out->on_empty = flags & (MG_KIND_SHAPE | MG_KIND_NO_EMPTY)
		? MG_EMPTY_ERROR
		: (enum mg_on_empty)raw->on_empty;
	fill_nulls(raw->nulls, out);
	out->samples = flags & MG_KIND_SAMPLES ? (int)raw->samples : 0;
	out->task = common->task;
	if (!(flags & (MG_KIND_NO_SLICES | MG_KIND_OTHERS))) {
		out->slices = common->slices;
		out->slice_count = common->slice_count;
		out->slices_only = out->slice_count > 0 && !raw->overall;
	}
	if (!(flags & (MG_KIND_SHAPE | MG_KIND_OWN_SQL | MG_KIND_OTHERS)))
		out->min_rows = raw->min_rows;
	out->baseline = common->baseline;
	out->baseline.missing = (enum mg_baseline_missing)raw->baseline_missing;
	out->interval = flags & MG_KIND_BOOTSTRAP ? (enum mg_interval_method)raw->interval
						  : MG_INTERVAL_FORMULA;
	bool has = flags & MG_KIND_INTERVAL || out->interval == MG_INTERVAL_BOOTSTRAP;
	out->confidence = has ? raw->confidence : 0;
	out->prove = (enum mg_prove)raw->prove;
	out->same_data = (enum mg_same_data)raw->same_data;
}

static bool judge_by_kind(struct mg_reader *r, const struct mg_node *at, struct mg_spec_check *out)
{
	struct mg_error why = {0};
	if (!out->kind->check || out->kind->check(out->params, out, &why) == MG_OK)
		return true;
	mg_diag_at(r->diags, at, "check %s: %s", out->kind->name, why.text);
	return false;
}

bool mg_read_check(struct mg_reader *r, const struct mg_suite *suite,
	const struct mg_common *defaults, const struct mg_node *node, struct mg_spec_check *out)
{
	const struct mg_node *at = NULL, *params = NULL;
	*out = (struct mg_spec_check){.pos = node->pos};
	if (!find_kind(r, node, &at, &params, &out->kind))
		return false;
	out->pos = at->pos;

	struct mg_check_raws raws = {.params = mg_alloc(r->arena, out->kind->params_size)};
	struct mg_keys keys = {.arena = r->arena};
	mg_keys_of_check(&keys, out->kind, &raws);
	const char *what = mg_printf(r->arena, "check %s", out->kind->name);
	if (!check_form(r, out->kind, params, what))
		return false;
	bool good = mg_read_mapping(r, params, at, what, &keys);
	out->params = raws.params;

	struct mg_common common = {.raw = raws.common, .broken = !good};
	mg_read_common(r, &common);
	mg_inherit_common(&common, defaults, params);
	mg_add_tags(r, &common, defaults, out);
	fill(r, &common, out);
	if (raws.check.name)
		good = mg_read_name(r, raws.check.name, MG_NAME_CHECK, &out->name) && good;
	if (raws.check.skip)
		good = mg_read_name(r, raws.check.skip, MG_NAME_REASON, &out->skip) && good;
	if (out->kind->flags & MG_KIND_ESTIMATE)
		out->estimate = (enum mg_estimation)raws.check.estimate;
	out->where = raws.check.where;
	if (out->where)
		out->where_pos = mg_node_get(params, "where")->pos;
	good = mg_read_missing(r, raws.check.missing, &out->missing) && good;
	good = read_columns(r, at, params, &keys, &raws.check, out) && good;
	good = mg_read_check_limits(r, suite, &raws, out) && good;
	/* What rests on something broken would only be blamed for it. */
	if (common.broken)
		return false;
	if (good) {
		struct mg_limit_rule rule = mg_limit_rule(out->kind);
		good = mg_complete_limits(r, at, raws.limits.tolerance, out);
		good = mg_check_compared(r, params, out) && mg_check_limits(r, &rule, out) && good;
	}
	good = mg_check_fit(r, at, params, &common, out) && good;
	return good && judge_by_kind(r, at, out);
}
