/* rules_run.c: what must hold of the run that a promotion rests on. */
#include "release/rules.h"

#include "base/file.h"
#include "base/text.h"
#include "registry/model_name.h"

void mg_rule_run_whole(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (f->run_whole)
		return;
	mg_found(l, "the run file is not as a run wrote it: %s",
		f->run_problem ? f->run_problem : "its seal does not match");
	mg_fix(l, "give the file as `%s` writes it", mg_run_command(l));
}

void mg_rule_run_model(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || mg_model_name_is(l->arena, f->model_name, f->run->model))
		return;
	mg_found(l, "the run judged model '%s', not '%s'", f->run->model, f->model_name);
	mg_fix(l, "give a run of %s, or --model %s", f->model_name, f->run->model);
}

void mg_rule_run_commit(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || mg_streq(f->run->commit, f->commit))
		return;
	if (f->run->commit)
		mg_found(l, "the run is of commit %s, not of %s",
			mg_short_id(l->arena, f->run->commit), mg_short_id(l->arena, f->commit));
	else
		mg_found(l, "the run was made outside of a git repository, so it is of no commit");
	mg_fix(l, "check out %s and run its suites there: %s", mg_short_id(l->arena, f->commit),
		mg_run_command(l));
}

void mg_rule_run_clean(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->run->dirty)
		return;
	mg_found(l, "tracked files, or the spec, differed from the commit when the suites ran");
	mg_fix(l, "commit or undo the changes (git status), then: %s", mg_run_command(l));
}

static bool is_same_path(struct mg_arena *arena, const char *a, const char *b)
{
	return a && b && mg_streq(mg_path_plain(arena, "", a), mg_path_plain(arena, "", b));
}

void mg_rule_run_spec(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run)
		return;
	if (!f->spec) {
		mg_found(l, "the spec of the commit cannot be used: %s",
			f->spec_problem ? f->spec_problem : "there is none");
		mg_fix(l, "commit the spec that the run used, then: %s", mg_run_command(l));
	} else if (!is_same_path(l->arena, f->run->spec_repo_path, f->spec->path)) {
		/* Equal bytes elsewhere name other data. */
		mg_found(l, "the run used the spec %s, and that of the model is %s",
			f->run->spec_repo_path ? f->run->spec_repo_path
					       : "of a folder outside of the work tree",
			f->spec->path);
		mg_fix(l, "run that of the model: modelgate run %s --json run.json", f->spec->path);
	} else if (!mg_streq(f->run->spec_sha256, f->spec->digest)) {
		mg_found(l, "the run used another spec than %s of the commit (%s, not %s)",
			f->spec->path, mg_short_id(l->arena, f->run->spec_sha256),
			mg_short_id(l->arena, f->spec->digest));
		mg_fix(l, "run the spec that is committed: %s", mg_run_command(l));
	}
}

void mg_rule_run_inputs(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->inputs.problem)
		return;
	mg_found(l, "%s", f->inputs.problem);
	mg_fix(l, "check out %s again, with its submodules, and run its suites there: %s",
		mg_short_id(l->arena, f->commit), mg_run_command(l));
}

/* Of a view or a database nobody can read the same state again. */
void mg_rule_run_pinned(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->policy->pinned_tables)
		return;
	for (size_t i = 0; i < f->run->input_count && !l->found; i++) {
		const struct mg_input *input = &f->run->inputs[i];
		if (!input->table.kind || input->table.version)
			continue;
		mg_found(l,
			"data '%s' is %s, which is not pinned, and the policy has tables: pinned",
			input->data, input->path);
		mg_fix(l,
			"let the spec name a table that has versions, such as a Delta table that the view "
			"reads, then: %s",
			mg_run_command(l));
	}
}

static void look_at_access(struct mg_look *l, const char *data, const struct mg_input *input)
{
	enum mg_access access = input->table.access;
	if (l->found || !input->table.kind || access == MG_ACCESS_WHOLE)
		return;
	mg_found(l, "data '%s' is %s, %s, and the policy has tables: whole", data, input->path,
		access > MG_ACCESS_WHOLE
			? mg_printf(l->arena, "which is %s", mg_access_words[access])
			: "of which nobody knows whether rows or values are hidden");
	mg_fix(l, "let whoever runs see the whole table and the rules upon it, then: %s",
		mg_run_command(l));
}

/* Rows that a service hides from whoever runs are rows that nobody looked at. */
void mg_rule_run_access(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->policy->whole_tables)
		return;
	for (size_t i = 0; i < f->run->input_count; i++) {
		const struct mg_input *input = &f->run->inputs[i];
		look_at_access(l, input->data, input);
		for (size_t k = 0; k < input->profile.source_count; k++)
			look_at_access(l, input->data, &input->profile.sources[k]);
	}
}

void mg_rule_run_stage(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->spec)
		return;
	const char *wanted = mg_spec_has_stage(f) ? f->stage : NULL;
	if (mg_streq(f->run->stage, wanted))
		return;
	if (wanted)
		mg_found(l, "the run is %s%s, not of stage %s", f->run->stage ? "of stage " : "",
			f->run->stage ? f->run->stage : "of no stage", wanted);
	else
		mg_found(l, "the run is of stage %s, and the spec has no stage %s", f->run->stage,
			f->stage);
	mg_fix(l, "run what %s demands: %s", f->stage, mg_run_command(l));
}

static void add_missing(struct mg_text *missing, const struct mg_run *run, const char *suite)
{
	if (!mg_among(suite, run->suites, run->suite_count))
		mg_text_addf(missing, "%s%s", missing->len ? ", " : "", suite);
}

/* Without a stage of its own in the spec, a stage demands every suite. */
void mg_rule_run_suites(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = mg_policy_stage(f);
	struct mg_text missing;
	mg_text_init(&missing, l->arena);
	if (!f->run)
		return;
	if (f->spec && mg_spec_has_stage(f))
		for (size_t i = 0; i < f->spec->stage_suite_count; i++)
			add_missing(&missing, f->run, f->spec->stage_suites[i]);
	else if (f->spec)
		for (size_t i = 0; i < f->spec->suite_count; i++)
			add_missing(&missing, f->run, f->spec->suites[i].name);
	for (size_t i = 0; stage && i < stage->suite_count; i++)
		add_missing(&missing, f->run, stage->suites[i]);
	if (!missing.len)
		return;
	mg_found(l, "the run lacks suites that %s demands: %s", f->stage, missing.data);
	mg_fix(l, "run all of them, without --suite: %s", mg_run_command(l));
}

void mg_rule_run_joined(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->run->part.of)
		return;
	mg_found(l, "the run is part %zu of %zu only", f->run->part.number, f->run->part.of);
	mg_fix(l,
		"join all %zu parts and give what comes out: modelgate join PART.json... --json "
		"run.json",
		f->run->part.of);
}

void mg_rule_run_unselected(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->run->selection)
		return;
	mg_found(l, "the run left out checks (--select %s)", f->run->selection);
	mg_fix(l, "run them all: %s", mg_run_command(l));
}

void mg_rule_run_passed(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	bool fails_on_warn = f->run && (f->run->fail_on_warn || f->policy->fail_on_warn);
	if (!f->run || f->run->verdict == MG_PASS || (f->run->verdict == MG_WARN && !fails_on_warn))
		return;
	const struct mg_counts *n = &f->run->counts;
	if (f->run->stopped)
		mg_found(l, "the run ended early: %s", f->run->stopped);
	else if (f->run->verdict == MG_WARN)
		mg_found(l, "%zu checks warned, and %s", n->warn,
			f->run->fail_on_warn ? "the run was made with --fail-on warn"
					     : "the policy has fail_on: warn");
	else
		mg_found(l, "the run did not pass: %zu failed, %zu not measured, of %zu checks",
			n->fail, n->error, f->run->result_count);
	mg_fix(l,
		"fix the model or its data and run again; `modelgate report run.json` shows what "
		"did not pass");
}

/* An estimate says what performance to expect where nothing but the scores has changed: it is no evidence that
 * the model has it. */
void mg_rule_run_estimates(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	size_t count = 0;
	const char *first = NULL;
	for (size_t i = 0; f->run && i < f->run->result_count; i++) {
		const struct mg_result *r = &f->run->results[i];
		if (!r->estimate)
			continue;
		first = first ? first : r->name;
		count++;
	}
	if (!count || (f->spec && mg_spec_has_stage(f) && f->spec->stage_estimates))
		return;
	mg_found(l, "%zu check%s of the run %s estimated without labels, not measured, such as %s",
		count, count == 1 ? "" : "s", count == 1 ? "is" : "are", first);
	mg_fix(l,
		"run on data with labels; or, where estimates will do, write `estimates: allowed` in "
		"the spec's stage %s",
		f->stage);
}

/* Machines' clocks differ a little; of more than that somebody has to answer for. */
static const int64_t clock_limit_us = INT64_C(3600) * 1000000;

static const char *days(struct mg_arena *arena, int64_t us)
{
	int64_t seconds = us / 1000000;
	return mg_human_duration(arena, (double)seconds);
}

void mg_rule_run_age(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run)
		return;
	int64_t age_us = f->now_us - f->run->started_us;
	if (age_us < -clock_limit_us)
		mg_found(l, "the run says that it begins %s from now", days(l->arena, -age_us));
	else if (age_us > f->policy->max_age_us)
		mg_found(l, "the run is older than %s", days(l->arena, f->policy->max_age_us));
	else
		return;
	mg_fix(l, "run its suites again: %s", mg_run_command(l));
}

void mg_rule_run_clock(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run)
		return;
	int64_t apart_us = f->run->as_of_us - f->run->started_us;
	if (apart_us <= clock_limit_us && apart_us >= -clock_limit_us)
		return;
	mg_found(l, "the run used another time as now (--as-of), %s %s its start",
		days(l->arena, apart_us < 0 ? -apart_us : apart_us),
		apart_us < 0 ? "before" : "after");
	mg_fix(l, "run without --as-of: %s", mg_run_command(l));
}

/* Chance may be asked again until it says yes. */
void mg_rule_run_seed(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || f->run->seed == MG_SEED_DEFAULT)
		return;
	mg_found(l, "the run drew by another seed than others do (--seed %llu)",
		(unsigned long long)f->run->seed);
	mg_fix(l, "run without --seed: %s", mg_run_command(l));
}

void mg_rule_run_vars(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->policy->fixed_vars || !f->changed_count)
		return;
	mg_found(l, "the run changed variables of the spec (%s), and the policy has vars: fixed",
		f->changed[0].name);
	mg_fix(l, "put the value into the spec, or run without --var: %s", mg_run_command(l));
}
