/* inputs.c: which files a check looks at, told by their digests: the same on both sides, the same as before. */
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "judge/judging.h"

/* The next file of a dataset from *at on, or NULL. */
static const struct mg_input *next_of(const struct mg_run *run, const char *data, size_t *at)
{
	while (*at < run->input_count) {
		const struct mg_input *input = &run->inputs[(*at)++];
		if (mg_streq(input->data, data) &&
			(input->table.kind || (input->sha256 && *input->sha256)))
			return input;
	}
	return NULL;
}

/* ---- the same on both sides ---- */

/* Rows of one file that other conditions choose are other rows. */
static bool same_rows(const struct mg_data *a, const struct mg_data *b)
{
	return mg_streq(a->where, b->where);
}

static const char *the_same(const struct mg_judging *j, const char *data, const char *other,
	const struct mg_input *x, const struct mg_input *y, const char *made)
{
	bool alone = mg_streq(x->path, y->path);
	return mg_printf(j->arena,
		"data '%s' and '%s' are %sthe same %s (%s%s%s), so comparing them says nothing; "
		"`same_data: allowed` permits it",
		data, other, made, x->table.kind ? "table" : "file", x->path, alone ? "" : " and ",
		alone ? "" : y->path);
}

/* Of what a profile was made of, when that are rows of the same condition. */
static const char *find_same_source(const struct mg_judging *j, const char *data, const char *other,
	const struct mg_input *x, const struct mg_input *profile)
{
	const struct mg_data *a = mg_spec_data(j->plan->spec, data);
	for (size_t i = 0; i < profile->profile.source_count; i++)
		if (!profile->profile.sql && mg_input_same(x, &profile->profile.sources[i]) &&
			mg_streq(a->where, profile->profile.where))
			return the_same(
				j, data, other, x, &profile->profile.sources[i], "by its profile ");
	return NULL;
}

static const char *find_same_file(const struct mg_judging *j, const char *data, const char *other)
{
	const struct mg_run *run = j->run;
	const struct mg_data *a = mg_spec_data(j->plan->spec, data);
	const struct mg_data *b = mg_spec_data(j->plan->spec, other);
	bool profile = b && mg_data_is_profile(b);
	if (!a || !b || a == b || (!profile && !same_rows(a, b)))
		return NULL;
	size_t at = 0;
	for (const struct mg_input *x = next_of(run, data, &at); x; x = next_of(run, data, &at)) {
		size_t from = 0;
		for (const struct mg_input *y = next_of(run, other, &from); y;
			y = next_of(run, other, &from)) {
			const char *found = profile   ? find_same_source(j, data, other, x, y)
				: mg_input_same(x, y) ? the_same(j, data, other, x, y, "")
						      : NULL;
			if (found)
				return found;
		}
	}
	return NULL;
}

/* Once for each pair: checks are many, and so may files be. */
static const char *same_file(const struct mg_judging *j, const char *data, const char *other)
{
	const char *key = mg_printf(j->arena, "%s\n%s", data, other);
	const char *known = mg_map_get(j->pairs, key);
	if (!known) {
		const char *found = find_same_file(j, data, other);
		known = found ? found : "";
		mg_map_put(j->pairs, key, (void *)(uintptr_t)known);
	}
	return *known ? known : NULL;
}

const char *mg_same_data_problem(const struct mg_judging *j, const struct mg_check *c)
{
	const struct mg_spec_check *spec = c->spec;
	const char *found = NULL;
	if (spec->same_data == MG_SAME_DATA_ALLOWED || !spec->on)
		return NULL;
	if (spec->reference && !spec->reference_where)
		found = same_file(j, spec->on, spec->reference);
	for (const struct mg_field *f = c->kind->fields; !found && f && f->name; f++) {
		const void *at = (const char *)c->params + f->offset;
		const char *other = f->type == MG_FIELD_DATASET ? *(const char *const *)at
			: f->type == MG_FIELD_TARGET ? ((const struct mg_target *)at)->data
						     : NULL;
		if (other)
			found = same_file(j, spec->on, other);
	}
	return found;
}

/* ---- the same as before ---- */

static bool same_files(
	const struct mg_run *a, const char *data_a, const struct mg_run *b, const char *data_b)
{
	size_t at_a = 0, at_b = 0, count = 0;
	for (;; count++) {
		const struct mg_input *x = next_of(a, data_a, &at_a);
		const struct mg_input *y = next_of(b, data_b, &at_b);
		if (!x || !y)
			return !x && !y && count > 0;
		if (!mg_input_same(x, y))
			return false;
	}
}

bool mg_same_inputs(const struct mg_judging *j, const struct mg_check *c,
	const struct mg_run *before, const struct mg_result *then)
{
	return same_files(j->run, c->spec->on, before, then->data) &&
		(!c->spec->reference ||
			same_files(j->run, c->spec->reference, before, then->reference));
}
