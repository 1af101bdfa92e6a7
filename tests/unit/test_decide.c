/* test_decide.c: the rules of promotion: each broken alone, all at once, and what an override
 * passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "registry/presence.h"
#include "release/decide.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define COMMIT "1111111111111111111111111111111111111111"
#define OTHER "2222222222222222222222222222222222222222"

/* A promotion of COMMIT to PPS that nothing speaks against, with every part free to be changed. */
struct world {
	struct mg_facts facts;
	struct mg_policy policy;
	struct mg_policy_stage stages[3];
	struct mg_model model;
	struct mg_event events[4];
	struct mg_version versions[2];
	struct mg_run run;
	struct mg_spec spec;
	struct mg_suite suites[2];
};

static const char *run_suites[] = {"quality", "score"};
static const char *stage_suites[] = {"quality", "score"};
static const char *spec_stages[] = {"PPD", "PPS"};
static const char *both_approve[] = {"ada", "bob"};
static const char *ada[] = {"ada"};
static const char *eve[] = {"eve"};

static struct mg_event event(enum mg_event_type type, const char *tag, const char *commit,
	const char *version, const char *stage)
{
	return (struct mg_event){.name = {type, "churn", version, stage, -1},
		.tag = tag,
		.id = "id",
		.commit = commit,
		.trailers = {.decision = type == MG_EVENT_ASSIGN ? MG_DECISION_PASSED
								 : MG_DECISION_NONE}};
}

static void make_world(struct world *w)
{
	*w = (struct world){
		.stages = {{.name = "PPD"}, {.name = "PPS"}, {.name = "PRD"}},
		.events = {event(MG_EVENT_REGISTER, "churn@v1.2.0", OTHER, "v1.2.0", NULL),
			event(MG_EVENT_ASSIGN, "churn#PPD#1", COMMIT, NULL, "PPD")},
		.versions = {{.version = "v1.2.0",
			.commit = OTHER,
			.registered = true,
			.active = true}},
		.run = {.model = "churn",
			.stage = "PPS",
			.commit = COMMIT,
			.spec_path = "modelgate.yaml",
			.spec_repo_path = "modelgate.yaml",
			.seed = MG_SEED_DEFAULT,
			.spec_sha256 = "5bec",
			.suites = run_suites,
			.suite_count = 2,
			.verdict = MG_PASS},
		.spec = {.path = "modelgate.yaml",
			.digest = "5bec",
			.stage_names = spec_stages,
			.stage_count = 2,
			.stage_suites = stage_suites,
			.stage_suite_count = 2,
			.suite_count = 2},
		.suites = {{.name = "quality"}, {.name = "score"}},
	};
	w->spec.suites = w->suites;
	w->policy = (struct mg_policy){
		.stages = w->stages, .stage_count = 3, .max_age_us = INT64_C(86400) * 1000000};
	w->model = (struct mg_model){.name = "churn",
		.events = w->events,
		.event_count = 2,
		.versions = w->versions,
		.version_count = 1};
	w->facts = (struct mg_facts){.policy = &w->policy,
		.own_policy = &w->policy,
		.model_name = "churn",
		.model = &w->model,
		.stage = "PPS",
		.commit = COMMIT,
		.run = &w->run,
		.run_whole = true,
		.spec = &w->spec,
		.spec_path = "modelgate.yaml",
		.on_protected_branch = true,
		.protected_branch = "main",
		.who = "ada",
		.who_email = "ada@example.com"};
}

/* ---- what breaks a rule ---- */

static void run_cut(struct world *w)
{
	w->facts.run = NULL;
	w->facts.run_whole = false;
	w->facts.run_problem = "not JSON: line 3";
}
static void run_without_seal(struct world *w)
{
	w->facts.run_whole = false;
	w->facts.run_problem = "it has no seal";
}
static void other_model(struct world *w)
{
	w->run.model = "fraud";
}
static void other_folder(struct world *w)
{
	w->facts.model_name = "models/fraud:fraud";
}
static void other_inputs(struct world *w)
{
	w->facts.inputs.problem = "the run read another rows.csv than the commit holds";
}
static void old_run(struct world *w)
{
	w->facts.now_us = w->run.started_us + w->policy.max_age_us + 1;
}
static void run_of_the_future(struct world *w)
{
	w->run.started_us = w->run.as_of_us = INT64_C(7200) * 1000000;
}
static void other_clock(struct world *w)
{
	w->run.as_of_us = w->run.started_us - INT64_C(7200) * 1000000;
}
static void other_seed(struct world *w)
{
	w->run.seed = 7;
}
static void other_spec_of_same_bytes(struct world *w)
{
	w->run.spec_repo_path = "copy/modelgate.yaml";
}
static void spec_outside(struct world *w)
{
	w->run.spec_repo_path = NULL;
}
static void other_vars(struct world *w)
{
	static const struct mg_var month = {"month", "2001-02"};
	w->policy.fixed_vars = true;
	w->facts.changed = &month;
	w->facts.changed_count = 1;
}
static void table_of(struct world *w, enum mg_access access)
{
	static struct mg_input input;
	input = (struct mg_input){.data = "serving",
		.path = "prd.churn.f",
		.sha256 = "",
		.table = {.kind = "databricks", .version = "4", .access = access}};
	w->policy.whole_tables = true;
	w->run.inputs = &input;
	w->run.input_count = 1;
}
static void filtered_table(struct world *w)
{
	table_of(w, MG_ACCESS_FILTERED);
}
static void table_of_unknown_access(struct world *w)
{
	table_of(w, MG_ACCESS_UNKNOWN);
}
static void profile_of_a_masked_table(struct world *w)
{
	static struct mg_input source;
	table_of(w, MG_ACCESS_MASKED);
	source = w->run.inputs[0];
	w->run.inputs[0] = (struct mg_input){.data = "train",
		.path = "train.profile.json",
		.sha256 = "1",
		.profile = {.sources = &source, .source_count = 1}};
}
static void unpinned_table(struct world *w)
{
	static struct mg_input inputs[] = {
		{.data = "train", .path = "train.parquet", .sha256 = "1"},
		{.data = "serving",
			.path = "prd.churn.v",
			.sha256 = "",
			.table = {.kind = "databricks"}}};
	w->policy.pinned_tables = true;
	w->run.inputs = inputs;
	w->run.input_count = 2;
}
static void warned_by_policy(struct world *w)
{
	w->run.verdict = MG_WARN;
	w->run.counts.warn = 2;
	w->policy.fail_on_warn = true;
}
static void older_commit(struct world *w)
{
	w->events[2] = event(MG_EVENT_ASSIGN, "churn#PPS#2", OTHER, NULL, "PPS");
	w->facts.stands = &w->events[2];
	w->facts.goes_back = true;
}
static void unknown_order(struct world *w)
{
	older_commit(w);
	w->facts.goes_back = false;
	w->facts.order_problem = "the history of this clone was cut off";
}
static void other_commit(struct world *w)
{
	w->run.commit = OTHER;
}
static void no_commit(struct world *w)
{
	w->run.commit = NULL;
}
static void dirty_run(struct world *w)
{
	w->run.dirty = true;
}
static void other_spec(struct world *w)
{
	w->run.spec_sha256 = "07e5";
}
static void no_spec(struct world *w)
{
	w->facts.spec = NULL;
	w->facts.spec_problem = "commit 1111 has no file 'modelgate.yaml'";
}
static void other_stage(struct world *w)
{
	w->run.stage = "PPD";
}
static void no_stage(struct world *w)
{
	w->run.stage = NULL;
}
static void undefined_stage(struct world *w)
{
	w->spec.stage_count = 1; /* PPD alone: a run of it saw other data */
	w->run.stage = "PPD";
}
static void missing_suite(struct world *w)
{
	w->run.suite_count = 1;
}
static void missing_suite_of_policy(struct world *w)
{
	static const char *fairness[] = {"fairness"};
	w->stages[1].suites = fairness;
	w->stages[1].suite_count = 1;
}
static void missing_suite_without_stage(struct world *w)
{
	w->spec.stage_count = 1;
	w->spec.stage_suite_count = 0;
	w->run.stage = NULL;
	w->run.suite_count = 1;
}
static void selection(struct world *w)
{
	w->run.selection = "tag:fast";
}
static void one_part(struct world *w)
{
	w->run.part = (struct mg_part){.number = 2, .of = 3};
}
static void failed(struct world *w)
{
	w->run.verdict = MG_FAIL;
}
static void error(struct world *w)
{
	w->run.verdict = MG_ERROR;
}
static void stopped(struct world *w)
{
	w->run.verdict = MG_ERROR;
	w->run.stopped = "timeout after 30 s";
}
static void skipped(struct world *w)
{
	w->run.verdict = MG_SKIP;
}
static void warned_as_failed(struct world *w)
{
	w->run.verdict = MG_WARN;
	w->run.fail_on_warn = true;
}
static void unknown_stage(struct world *w)
{
	w->facts.stage = "PPT";
	w->run.stage = NULL;
}
static void first_event(struct world *w)
{
	w->facts.model = NULL;
}
static void not_in_ppd(struct world *w)
{
	w->events[1].commit = OTHER;
}
static void by_hand(struct world *w)
{
	w->events[1].trailers.decision = MG_DECISION_NONE;
}
static void withdrawn(struct world *w)
{
	w->events[2] = event(MG_EVENT_UNASSIGN, "churn#PPD!#2", COMMIT, NULL, "PPD");
	w->model.event_count = 3;
}
static void rolled_back(struct world *w)
{
	w->events[2] = w->events[1];
	w->events[1] = event(MG_EVENT_ASSIGN, "churn#PPD#1", OTHER, NULL, "PPD");
	w->events[3] = event(MG_EVENT_ASSIGN, "churn#PPD#3", OTHER, NULL, "PPD");
	w->model.event_count = 4;
}
static void off_branch(struct world *w)
{
	w->facts.on_protected_branch = false;
}
static void unknown_branch(struct world *w)
{
	w->facts.on_protected_branch = false;
	w->facts.branch_problem = "the history of this clone was cut off";
}
static void pull_request(struct world *w)
{
	w->facts.pull_request = true;
}
static void dirty(struct world *w)
{
	w->facts.dirty = true;
}
static void tag_differs(struct world *w)
{
	w->facts.tag_differs = "origin has no tag churn#PPD#1, which is here";
}
static void no_version(struct world *w)
{
	w->facts.version = "1.3";
}
static void taken_version(struct world *w)
{
	w->facts.version = "v1.2.0";
}
static void lower_version(struct world *w)
{
	w->facts.version = "v1.2.0-rc.1";
}
static void second_version(struct world *w)
{
	w->versions[0].commit = COMMIT;
	w->events[0].commit = COMMIT;
	w->facts.version = "v1.3.0";
}
static void version_taken_back(struct world *w)
{
	w->versions[0].active = false;
	w->events[2] = event(MG_EVENT_DEREGISTER, "churn@v1.2.0!", OTHER, "v1.2.0", NULL);
	w->model.event_count = 3;
	w->facts.version = "v1.2.0";
}
static void no_approver(struct world *w)
{
	w->stages[1].approvers = both_approve;
	w->stages[1].approver_count = 2;
}
static void wrong_approver(struct world *w)
{
	no_approver(w);
	w->facts.approvers = eve;
	w->facts.approver_count = 1;
}
static void unsigned_tag(struct world *w)
{
	w->stages[1].signed_tags = true;
}

static const struct {
	const char *rule;
	bool overridable;
	void (*change)(struct world *w);
	const char *found, *fix; /* parts of the sentences */
} broken[] = {
	{"run-whole", false, run_cut, "not JSON: line 3", "modelgate run"},
	{"run-whole", false, run_without_seal, "no seal", "--stage PPS --json run.json"},
	{"run-model", false, other_model, "model 'fraud', not 'churn'", "--model fraud"},
	{"run-model", false, other_folder, "'churn', not 'models/fraud:fraud'", "--model churn"},
	{"run-commit", false, other_commit, "of commit 2222222222, not of 1111111111", "check out"},
	{"run-commit", false, no_commit, "outside of a git repository", "check out 1111111111"},
	{"run-clean", false, dirty_run, "differed from the commit", "git status"},
	{"run-spec", false, other_spec, "07e5, not 5bec", "the spec that is committed"},
	{"run-spec", false, other_spec_of_same_bytes, "used the spec copy/modelgate.yaml",
		"modelgate run modelgate.yaml"},
	{"run-spec", false, spec_outside, "outside of the work tree", "modelgate run"},
	{"run-spec", false, no_spec, "has no file", "commit the spec"},
	{"run-inputs", false, other_inputs, "another rows.csv", "check out 1111111111 again"},
	{"run-stage", false, other_stage, "of stage PPD, not of stage PPS", "--stage PPS"},
	{"run-stage", false, no_stage, "of no stage, not of stage PPS", "--stage PPS"},
	{"run-stage", false, undefined_stage, "the spec has no stage PPS", "modelgate run"},
	{"run-suites", true, missing_suite, "demands: score", "without --suite"},
	{"run-suites", true, missing_suite_of_policy, "demands: fairness", "without --suite"},
	{"run-suites", true, missing_suite_without_stage, "demands: score", "without --suite"},
	{"run-unselected", false, selection, "--select tag:fast", "run them all"},
	{"run-joined", false, one_part, "part 2 of 3 only", "join all 3 parts"},
	{"run-passed", true, failed, "did not pass", "modelgate report"},
	{"run-passed", true, error, "did not pass", "modelgate report"},
	{"run-passed", true, skipped, "did not pass", "modelgate report"},
	{"run-passed", true, stopped, "ended early: timeout after 30 s", "run again"},
	{"run-passed", true, warned_as_failed, "--fail-on warn", "run again"},
	{"run-passed", true, warned_by_policy, "fail_on: warn", "run again"},
	{"run-age", false, old_run, "older than", "run its suites again"},
	{"run-age", false, run_of_the_future, "begins 2 h", "run its suites again"},
	{"run-clock", true, other_clock, "before its start", "without --as-of"},
	{"run-seed", true, other_seed, "--seed 7", "without --seed"},
	{"run-pinned", false, unpinned_table, "data 'serving' is prd.churn.v, which is not pinned",
		"a table that has versions"},
	{"run-access", false, filtered_table, "data 'serving' is prd.churn.f, which is filtered",
		"see the whole table"},
	{"run-access", false, table_of_unknown_access, "of which nobody knows",
		"the rules upon it"},
	{"run-access", false, profile_of_a_masked_table,
		"data 'train' is prd.churn.f, which is masked", "see the whole table"},
	{"run-vars", false, other_vars, "(month)", "without --var"},
	{"newest", true, older_commit, "older than 2222222222, which churn#PPS#2", "rollback"},
	{"newest", true, unknown_order, "cut off", "rollback"},
	{"stage-known", false, unknown_stage, "no stage 'PPT'", "stages are PPD, PPS, PRD"},
	{"stage-order", true, first_event, "has not been in PPD", "--to PPD"},
	{"stage-order", true, not_in_ppd, "has not been in PPD", "--to PPD"},
	{"stage-order", true, by_hand, "churn#PPD#1 put commit", "--to PPD"},
	{"stage-order", true, withdrawn, "withdrawn from PPD by churn#PPD!#2", "fixed version"},
	{"stage-order", true, rolled_back, "rolled back in PPD by churn#PPD#3", "fixed version"},
	{"protected-branch", false, off_branch, "not on the protected branch main", "after the"},
	{"protected-branch", false, unknown_branch, "history of this clone", "main"},
	{"pull-request", false, pull_request, "pull request", "build of main"},
	{"clean-tree", false, dirty, "tracked files differ", "--commit"},
	{"same-tags", false, tag_differs, "origin has no tag", "git push"},
	{"version", false, no_version, "'1.3' is not a version", "v1.2.3"},
	{"version", false, taken_version, "v1.2.0 is commit 2222222222", "never used"},
	{"version", false, lower_version, "below v1.2.0", "above v1.2.0"},
	{"version", false, second_version, "is version v1.2.0 already", "leave out --version"},
	{"version", false, version_taken_back, "was deregistered", "never used"},
	{"approver", true, no_approver, "nobody approved", "one of ada, bob"},
	{"approver", true, wrong_approver, "(eve)", "one of ada, bob"},
	{"signed", false, unsigned_tag, "must be signed", "--sign"},
};

/* ---- the tests ---- */

static int setup(void **state)
{
	*state = mg_arena_new();
	return 0;
}

static int teardown(void **state)
{
	mg_arena_free(*state);
	return 0;
}

static const struct mg_refusal *find(const struct mg_refusals *refusals, const char *rule)
{
	for (size_t i = 0; i < refusals->count; i++)
		if (mg_streq(refusals->list[i].rule, rule))
			return &refusals->list[i];
	return NULL;
}

static void must_say(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("expected \"%s\" in: %s", part, text);
}

static void test_nothing_speaks_against_it(void **state)
{
	struct world w;
	struct mg_refusals refused, overridden;
	make_world(&w);
	mg_decide(*state, &w.facts, &refused, &overridden);
	assert_int_equal(refused.count, 0);
	w.run.verdict = MG_WARN;
	mg_decide(*state, &w.facts, &refused, &overridden);
	assert_int_equal(refused.count, 0);
	w.facts.version = "v1.3.0-rc.1";
	w.facts.model_name = "models/churn:churn";
	w.facts.approvers = ada;
	w.facts.approver_count = 1;
	no_approver(&w);
	mg_decide(*state, &w.facts, &refused, &overridden);
	assert_int_equal(refused.count + overridden.count, 0);
	/* Newer versions in PPD do not put this one out; the first stage needs none before it. */
	w.events[2] = event(MG_EVENT_ASSIGN, "churn#PPD#2", OTHER, NULL, "PPD");
	w.model.event_count = 3;
	mg_decide(*state, &w.facts, &refused, &overridden);
	assert_int_equal(refused.count, 0);
	w.facts.model = NULL;
	w.facts.stage = w.run.stage = "PPD";
	mg_decide(*state, &w.facts, &refused, &overridden);
	assert_int_equal(refused.count, 0);
}

static void test_each_rule_alone(void **state)
{
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct world w;
		struct mg_refusals refused, overridden;
		make_world(&w);
		broken[i].change(&w);
		mg_decide(*state, &w.facts, &refused, &overridden);
		if (refused.count != 1 || overridden.count != 0)
			fail_msg("case %zu (%s): %zu refusals, the first is %s", i, broken[i].rule,
				refused.count, refused.count ? refused.list[0].rule : "none");
		assert_string_equal(refused.list[0].rule, broken[i].rule);
		assert_int_equal(refused.list[0].overridable, broken[i].overridable);
		must_say(refused.list[0].found, broken[i].found);
		must_say(refused.list[0].fix, broken[i].fix);
	}
}

static void test_an_override_passes_what_it_may_and_no_more(void **state)
{
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct world w;
		struct mg_refusals refused, overridden;
		make_world(&w);
		broken[i].change(&w);
		w.facts.override_reason = "INC-7";
		mg_decide(*state, &w.facts, &refused, &overridden);
		const struct mg_refusals *there = broken[i].overridable ? &overridden : &refused;
		const struct mg_refusals *empty = broken[i].overridable ? &refused : &overridden;
		assert_non_null(find(there, broken[i].rule));
		assert_int_equal(there->count, 1);
		assert_int_equal(empty->count, 0);
	}
}

static void test_who_may_override(void **state)
{
	static const struct {
		const char *who, *email;
		bool may;
	} people[] = {{"ada", "x@example.com", true}, {"x", "bob@example.com", true},
		{"eve", "eve@example.com", false}, {"bob@example.com", "x", true}};
	static const char *overriders[] = {"ada", "bob@example.com"};
	for (size_t i = 0; i < COUNT(people); i++) {
		struct world w;
		struct mg_refusals refused, overridden;
		make_world(&w);
		failed(&w);
		w.policy.overriders = overriders;
		w.policy.overrider_count = 2;
		w.facts.who = people[i].who;
		w.facts.who_email = people[i].email;
		w.facts.override_reason = "INC-7";
		mg_decide(*state, &w.facts, &refused, &overridden);
		assert_int_equal(find(&refused, "overrider") != NULL, !people[i].may);
		assert_int_equal(find(&refused, "run-passed") != NULL, !people[i].may);
		assert_int_equal(overridden.count, people[i].may ? 1 : 0);
		/* Where nothing needs an override, the words do no harm. */
		w.run.verdict = MG_PASS;
		mg_decide(*state, &w.facts, &refused, &overridden);
		assert_int_equal(refused.count + overridden.count, 0);
	}
}

static void test_everything_at_once(void **state)
{
	static void (*const changes[])(struct world *) = {run_without_seal, other_model,
		other_commit, dirty_run, other_spec, other_stage, missing_suite, selection, failed,
		not_in_ppd, off_branch, pull_request, dirty, tag_differs, no_version,
		wrong_approver, unsigned_tag};
	static const char *overriders[] = {"bob"};
	struct world w;
	struct mg_refusals refused, overridden;
	make_world(&w);
	for (size_t i = 0; i < COUNT(changes); i++)
		changes[i](&w);
	mg_decide(*state, &w.facts, &refused, &overridden);
	assert_int_equal(refused.count, COUNT(changes));
	w.policy.overriders = overriders;
	w.policy.overrider_count = 1;
	w.facts.override_reason = "INC-7";
	mg_decide(*state, &w.facts, &refused, &overridden);
	assert_int_equal(refused.count, COUNT(changes) + 1);
	assert_int_equal(overridden.count, 0);
	for (size_t i = 0; i < refused.count; i++)
		assert_true(*refused.list[i].found && *refused.list[i].fix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_speaks_against_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_each_rule_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_an_override_passes_what_it_may_and_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(test_who_may_override, setup, teardown),
		cmocka_unit_test_setup_teardown(test_everything_at_once, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
