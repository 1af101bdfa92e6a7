/* common.c: what suites and checks have in common, and what a check inherits of it. */
#include "spec/read.h"

#include <math.h>
#include <string.h>

static void read_tags(struct mg_reader *r, const struct mg_node *node, struct mg_common *out)
{
	struct mg_texts tags = {NULL, 0};
	if (!mg_read_texts(r, node, "tags", &tags)) {
		out->broken = true;
		return;
	}
	for (size_t i = 0; i < tags.count; i++) {
		const struct mg_node *tag = node->type == MG_NODE_LIST ? node->items[i] : node;
		const char *ignored;
		if (!mg_read_name(r, tag, MG_NAME_TAG, &ignored))
			out->broken = true;
	}
	out->tags = tags;
}

/* NAME, or {data: NAME, where: CONDITION}. */
static bool read_reference(
	struct mg_reader *r, const struct mg_node *node, struct mg_raw_reference *out)
{
	static const struct mg_field name = {
		.name = "reference", .type = MG_FIELD_DATASET, .least = NAN, .most = NAN};
	if (node->type != MG_NODE_MAPPING)
		return mg_read_field(r, node, &name, &out->data);
	if (!mg_read_table(r, node, "reference", mg_reference_keys, out))
		return false;
	if (!out->data == !out->profile) {
		mg_diag_at(r->diags, node, "reference has %s",
			out->data ? "both data and a profile" : "neither data nor a profile")
			->accepted = "data: NAME, or profile: FILE";
		return false;
	}
	if (out->profile && out->where) {
		mg_diag_at(r->diags, mg_node_get(node, "where"),
			"where has no effect on a profile, which has no rows")
			->accepted = "a profile that was made of these rows";
		return false;
	}
	return !out->profile || mg_read_profile_reference(r, node, out->profile, &out->data);
}

void mg_read_common(struct mg_reader *r, struct mg_common *out)
{
	const struct mg_raw_common *raw = &out->raw;
	if (raw->tags)
		read_tags(r, raw->tags, out);
	if (raw->owner && !mg_read_name(r, raw->owner, MG_NAME_OWNER, &out->owner))
		out->broken = true;
	if (raw->reference && !read_reference(r, raw->reference, &out->reference))
		out->broken = true;
	if (raw->task && !(out->task = mg_read_task(r, raw->task)))
		out->broken = true;
	if (raw->slices && !mg_read_slices(r, raw->slices, &out->slices, &out->slice_count))
		out->broken = true;
	if (raw->baseline && !mg_read_baseline(r, raw->baseline, &out->baseline))
		out->broken = true;
}

/* ---- inheritance ---- */

static size_t size_of(const struct mg_key *key)
{
	if (key->shape)
		return sizeof(const struct mg_node *);
	switch (key->field.type) {
	case MG_FIELD_INTEGER:
		return sizeof(int64_t);
	case MG_FIELD_BOOL:
		return sizeof(bool);
	case MG_FIELD_CHOICE:
		return sizeof(int);
	case MG_FIELD_SHARE:
	case MG_FIELD_DURATION:
		return sizeof(double);
	default:
		return sizeof(const char *);
	}
}

/* What the check does not say, its suite does. */
void mg_inherit_common(
	struct mg_common *own, const struct mg_common *suite, const struct mg_node *params)
{
	for (const struct mg_key *key = mg_common_keys; key->field.name; key++)
		if (!mg_node_get(params, key->field.name))
			memcpy((char *)&own->raw + key->field.offset,
				(const char *)&suite->raw + key->field.offset, size_of(key));
	if (!mg_node_get(params, "reference"))
		own->reference = suite->reference;
	if (!mg_node_get(params, "task"))
		own->task = suite->task;
	if (!mg_node_get(params, "slices")) {
		own->slices = suite->slices;
		own->slice_count = suite->slice_count;
	}
	if (!mg_node_get(params, "baseline"))
		own->baseline = suite->baseline;
	if (!own->owner)
		own->owner = suite->owner;
	own->broken = own->broken || suite->broken;
}

void mg_add_tags(struct mg_reader *r, const struct mg_common *own, const struct mg_common *suite,
	struct mg_spec_check *out)
{
	out->tags = mg_alloc_array(r->arena, own->tags.count + suite->tags.count, sizeof(char *));
	for (size_t i = 0; i < own->tags.count; i++)
		out->tags[out->tag_count++] = own->tags.list[i];
	for (size_t i = 0; i < suite->tags.count; i++) {
		size_t k = 0;
		while (k < own->tags.count && strcmp(own->tags.list[k], suite->tags.list[i]) != 0)
			k++;
		if (k == own->tags.count)
			out->tags[out->tag_count++] = suite->tags.list[i];
	}
}
