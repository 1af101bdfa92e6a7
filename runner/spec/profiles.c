/* profiles.c: a profile is a reference, of kinds that need no more than distributions: what would take rows of it is
 * refused. */
#include "base/text.h"
#include "spec/read.h"

static const char *quoted(struct mg_reader *r, const char *text)
{
	return mg_diag_quote(r->arena, text);
}

static void refuse(struct mg_reader *r, struct mg_pos pos, const struct mg_spec_check *check,
	const char *why, const char *accepted)
{
	mg_diag_add(r->diags, pos, "check %s: %s", check->kind->name, why)->accepted = accepted;
}

/* Conditions and slices choose rows on both sides, and a profile has none. */
static void check_rows(struct mg_reader *r, const struct mg_suite *suite,
	const struct mg_spec_check *check, const struct mg_data *reference)
{
	const char *name = quoted(r, reference->name);
	if (suite->where || check->where)
		refuse(r, check->where ? check->where_pos : suite->where_pos, check,
			mg_printf(r->arena,
				"where chooses rows of the reference as well, and the profile '%s' has "
				"none",
				name),
			"the condition in the dataset that is checked, and a profile of rows with the "
			"same condition");
	if (check->slice_count)
		refuse(r, check->slices[0].pos, check,
			mg_printf(r->arena,
				"slices cut the reference as well, and the profile '%s' has no rows",
				name),
			"slices: [] in the check");
	if (check->missing.count)
		refuse(r, check->pos, check,
			mg_printf(r->arena,
				"missing is about values of the reference as well, and the profile '%s' "
				"has no rows",
				name),
			"missing in the dataset that is checked, and in the one that the profile is "
			"made of");
}

static void check_check(
	struct mg_reader *r, const struct mg_suite *suite, const struct mg_spec_check *check)
{
	const struct mg_data *on = mg_spec_data(r->spec, check->on);
	const struct mg_data *reference = mg_spec_data(r->spec, check->reference);
	if (on && mg_data_is_profile(on))
		refuse(r, check->pos, check,
			mg_printf(r->arena, "'%s' is a profile, which has no rows to check",
				quoted(r, on->name)),
			"a dataset; a profile is a reference");
	if (!reference || !mg_data_is_profile(reference))
		return;
	if (!(check->kind->flags & MG_KIND_PROFILE)) {
		refuse(r, check->pos, check,
			mg_printf(r->arena,
				"it takes rows of the reference, and '%s' is a profile, which has none",
				quoted(r, reference->name)),
			"a dataset with rows; 'modelgate kinds' says which kinds take a profile");
		return;
	}
	check_rows(r, suite, check, reference);
}

void mg_check_profiles(struct mg_reader *r)
{
	const struct mg_spec *spec = r->spec;
	for (size_t i = 0; i < spec->suite_count; i++)
		for (size_t k = 0; k < spec->suites[i].check_count; k++)
			if (spec->suites[i].checks[k].kind)
				check_check(r, &spec->suites[i], &spec->suites[i].checks[k]);
}
