/* selection.c: which suites, test cases and datasets a selection reaches. */
#include "plan/selection.h"

#include <modelgate/check.h>
#include <modelgate/run.h>

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* ---- suites ---- */

static bool has_suite(const struct mg_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->suite_count; i++)
		if (mg_streq(spec->suites[i].name, name))
			return true;
	return false;
}

static bool listed(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (mg_streq(list[i], name))
			return true;
	return false;
}

static bool suite_named(const struct mg_spec *spec, const struct mg_selection *s, const char *name)
{
	if (s->suite_count)
		return listed(s->suites, s->suite_count, name);
	if (spec->stage)
		return listed(
			(const char *const *)spec->stage_suites, spec->stage_suite_count, name);
	return true;
}

const char **mg_plan_suites(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_selection *selection, size_t *out_count)
{
	const char **list = mg_alloc_array(arena, spec->suite_count, sizeof(*list));
	size_t n = 0;
	for (size_t i = 0; i < spec->suite_count; i++)
		if (suite_named(spec, selection, spec->suites[i].name))
			list[n++] = spec->suites[i].name;
	*out_count = n;
	return list;
}

/* named: how many suites before this one were named; it is counted up. */
bool mg_suite_selected(
	const struct mg_spec *spec, const struct mg_selection *s, const char *name, size_t *named)
{
	if (!suite_named(spec, s, name))
		return false;
	size_t index = (*named)++;
	return !s->parts || mg_part_of(index, s->parts) == s->part;
}

/* An empty part would have to be a green run that checked nothing. */
static int check_parts(
	const struct mg_spec *spec, const struct mg_selection *s, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	size_t count = 0;
	const char **names = mg_plan_suites(scratch, spec, s, &count);
	struct mg_text list;
	mg_text_init(&list, scratch);
	if (s->parts <= count)
		return MG_OK;
	for (size_t i = 0; i < count; i++)
		mg_text_addf(&list, "%s%s", i ? ", " : "", names[i]);
	return mg_fail(err, MG_EUSAGE,
		"--part %zu/%zu: there %s only %zu suite%s to share out (%s); make at most %zu "
		"part%s of the run",
		s->part, s->parts, count == 1 ? "is" : "are", count, count == 1 ? "" : "s",
		list.data, count, count == 1 ? "" : "s");
}

/* ---- terms ---- */

static const char *const term_keys[] = {"tag:", "name:", "kind:", "column:"};
enum { TERM_TAG, TERM_NAME, TERM_KIND, TERM_COLUMN, TERM_KEYS };

int mg_selection_check(
	const struct mg_spec *spec, const struct mg_selection *s, struct mg_error *err)
{
	for (size_t i = 0; i < s->suite_count; i++) {
		if (has_suite(spec, s->suites[i]))
			continue;
		MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
		struct mg_text names;
		mg_text_init(&names, scratch);
		for (size_t k = 0; k < spec->suite_count; k++)
			mg_text_addf(&names, "%s%s", k ? ", " : "", spec->suites[k].name);
		return mg_fail(err, MG_EUSAGE, "there is no suite '%s'; %s has %s", s->suites[i],
			spec->path, names.data);
	}
	for (size_t i = 0; i < s->term_count; i++) {
		size_t k = 0;
		while (k < TERM_KEYS && !mg_starts_with(s->terms[i], term_keys[k]))
			k++;
		if (k == TERM_KEYS)
			return mg_fail(err, MG_EUSAGE,
				"cannot select by '%s'; write tag:x, name:x, kind:x or column:x",
				s->terms[i]);
	}
	return check_parts(spec, s, err);
}

static bool term_matches(const struct mg_check *c, size_t key, const char *want)
{
	const struct mg_spec_check *spec = c->spec;
	switch (key) {
	case TERM_TAG:
		return listed((const char *const *)spec->tags, spec->tag_count, want);
	case TERM_NAME: /* the check's name, or the case's with or without its suite */
		return mg_glob_match(want, spec->name ? spec->name : c->kind->name) ||
			mg_glob_match(want, c->name) ||
			mg_glob_match(want, c->name + strlen(c->suite->name) + 1);
	case TERM_KIND:
		return mg_glob_match(want, c->kind->name);
	default:
		return c->column && mg_glob_match(want, c->column);
	}
}

bool mg_check_selected(const struct mg_check *c, const struct mg_selection *s)
{
	for (size_t key = 0; key < TERM_KEYS; key++) {
		bool asked = false, matched = false;
		for (size_t i = 0; i < s->term_count; i++) {
			if (!mg_starts_with(s->terms[i], term_keys[key]))
				continue;
			asked = true;
			matched = matched ||
				term_matches(c, key, s->terms[i] + strlen(term_keys[key]));
		}
		if (asked && !matched)
			return false;
	}
	return true;
}

/* ---- which datasets are touched ---- */

static void mark(const struct mg_spec *spec, const char *name, bool *used)
{
	for (size_t i = 0; name && i < spec->data_count; i++)
		if (mg_streq(spec->data[i].name, name))
			used[i] = true;
}

/* SQL names datasets of its own engine as tables; which ones, only that one knows. */
static void mark_place(
	const struct mg_spec *spec, const struct mg_connection *connection, bool *used)
{
	for (size_t i = 0; i < spec->data_count; i++)
		used[i] = used[i] ||
			(spec->data[i].connection == connection &&
				!mg_data_is_profile(&spec->data[i]));
}

static void mark_check(const struct mg_spec *spec, const struct mg_spec_check *check, bool *used)
{
	mark(spec, check->on, used);
	mark(spec, check->reference, used);
	bool any_sql = false;
	for (const struct mg_field *f = check->kind->fields; f && f->name; f++) {
		const char *at = (const char *)check->params + f->offset;
		if (f->type == MG_FIELD_DATASET)
			mark(spec, *(const char *const *)(const void *)at, used);
		else if (f->type == MG_FIELD_TARGET)
			mark(spec, ((const struct mg_target *)(const void *)at)->data, used);
		else if (f->type == MG_FIELD_SQL && *(const char *const *)(const void *)at)
			any_sql = true;
	}
	if (any_sql && check->on)
		mark_place(spec, mg_spec_data(spec, check->on)->connection, used);
	for (size_t i = 0; i < spec->data_count; i++)
		if (used[i] && spec->data[i].sql)
			mark_place(spec, spec->data[i].connection, used);
}

int mg_plan_datasets(const struct mg_spec *spec, const struct mg_selection *selection,
	bool *out_used, struct mg_error *err)
{
	MG_TRY(mg_selection_check(spec, selection, err));
	size_t named = 0;
	memset(out_used, 0, spec->data_count * sizeof(*out_used));
	for (size_t i = 0; i < spec->suite_count; i++) {
		const struct mg_suite *suite = &spec->suites[i];
		if (!mg_suite_selected(spec, selection, suite->name, &named))
			continue;
		for (size_t k = 0; k < suite->check_count; k++)
			if (!suite->checks[k].skip)
				mark_check(spec, &suite->checks[k], out_used);
	}
	return MG_OK;
}
