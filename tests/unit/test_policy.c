/* test_policy.c: the policy: what .modelgate.yaml and .gto say, and every error with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "registry/policy.h"

static char folder[64];
static struct mg_arena *arena;

static const char *path_of(const char *name)
{
	return mg_printf(arena, "%s/%s", folder, name);
}

static int set_up(void **state)
{
	(void)state;
	git_repository *repo = NULL;
	snprintf(folder, sizeof(folder), "/tmp/modelgate-policy.XXXXXX");
	arena = mg_arena_new();
	git_libgit2_init();
	assert_non_null(mkdtemp(folder));
	assert_int_equal(git_repository_init(&repo, folder, 0), 0);
	git_repository_free(repo);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	FILE *rm = popen(mg_printf(arena, "rm -rf '%s'", folder), "r");
	if (rm)
		pclose(rm);
	mg_arena_free(arena);
	git_libgit2_shutdown();
	return 0;
}

static void write_file(const char *name, const char *text)
{
	struct mg_error err;
	if (text)
		assert_int_equal(mg_file_write(path_of(name), text, strlen(text), &err), MG_OK);
	else
		unlink(path_of(name));
}

/* The policy of a work tree with these files; NULL: without. */
static int read_policy(
	const char *modelgate, const char *gto, struct mg_policy *out, struct mg_error *err)
{
	struct mg_git git;
	write_file(".modelgate.yaml", modelgate);
	write_file(".gto", gto);
	assert_int_equal(mg_git_open(arena, folder, &git, err), MG_OK);
	int code = mg_policy_read(arena, &git, NULL, out, err);
	mg_git_close(&git);
	return code;
}

static void add_list(struct mg_text *text, const char *what, const char *const *list, size_t n)
{
	if (n > 0)
		mg_text_addf(text, " %s=", what);
	for (size_t i = 0; i < n; i++)
		mg_text_addf(text, "%s%s", i ? "," : "", list[i]);
}

/* Everything it says, in one line. */
static const char *words(const struct mg_policy *p)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, p->path ? p->path : "-");
	for (size_t i = 0; i < p->stage_count; i++) {
		const struct mg_policy_stage *stage = &p->stages[i];
		mg_text_addf(&text, " %s", stage->name);
		add_list(&text, "suites", stage->suites, stage->suite_count);
		add_list(&text, "approvers", stage->approvers, stage->approver_count);
		mg_text_add(&text, stage->signed_tags ? " signed" : "");
	}
	if (p->protected_branch)
		mg_text_addf(&text, " branch=%s", p->protected_branch);
	for (size_t i = 0; i < p->model_count; i++) {
		const struct mg_policy_model *model = &p->models[i];
		mg_text_addf(&text, " %s:%s", model->name, model->folder);
		if (model->spec)
			mg_text_addf(&text, " spec=%s", model->spec);
		add_list(&text, "inputs", model->inputs, model->input_count);
	}
	add_list(&text, "overriders", p->overriders, p->overrider_count);
	if (p->allowed_signers)
		mg_text_addf(&text, " signers=%s", p->allowed_signers);
	mg_text_add(&text, p->pinned_tables ? " pinned" : "");
	mg_text_add(&text, p->whole_tables ? " whole" : "");
	return text.data;
}

static const struct {
	const char *modelgate, *gto, *expect;
} good[] = {
	{NULL, NULL, "- PPD PPS PRD"},
	{"", NULL, ".modelgate.yaml PPD PPS PRD"},
	{"# nothing yet\n\n", NULL, ".modelgate.yaml PPD PPS PRD"},
	{"stages: [dev, test, prod]\n", NULL, ".modelgate.yaml dev test prod"},
	{"stages:\n  - PPD\n  - name: PPS\n    suites: [accuracy, drift]\n    approvers: ada\n"
	 "  - {name: PRD, signed: true}\nallowed_signers: ./keys//allowed\n",
		NULL,
		".modelgate.yaml PPD PPS suites=accuracy,drift approvers=ada PRD signed "
		"signers=keys/allowed"},
	{"tables: pinned\n", NULL, ".modelgate.yaml PPD PPS PRD pinned"},
	{"tables: any\n", NULL, ".modelgate.yaml PPD PPS PRD"},
	{"tables: whole\n", NULL, ".modelgate.yaml PPD PPS PRD whole"},
	{"tables: [whole, pinned]\n", NULL, ".modelgate.yaml PPD PPS PRD pinned whole"},
	{"protected_branch: release/1\noverriders: [ada@example.com, Grace]\n", NULL,
		".modelgate.yaml PPD PPS PRD branch=release/1 overriders=ada@example.com,Grace"},
	{"models:\n  churn: models/churn/\n  top: .\n  models/fraud:fraud:\n"
	 "    folder: models/fraud\n    spec: specs/fraud.yaml\n    inputs: [shared/*.py, lib]\n",
		NULL,
		".modelgate.yaml PPD PPS PRD churn:models/churn top: "
		"models/fraud:fraud:models/fraud spec=specs/fraud.yaml inputs=shared/*.py,lib"},
	{NULL, "stages: [dev, eu/prod]\ntypes: [model]\n", ".gto dev eu/prod"},
	{NULL, "types: [model]\n", "- PPD PPS PRD"},
	{NULL, "# empty\n", "- PPD PPS PRD"},
	{NULL, "stages: []\n", ".gto PPD PPS PRD"},
	{"protected_branch: main\n", "stages: [dev]\n", ".modelgate.yaml PPD PPS PRD branch=main"},
};

static void reads_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct mg_policy policy;
		struct mg_error err = {0};
		if (read_policy(good[i].modelgate, good[i].gto, &policy, &err) != MG_OK)
			fail_msg("case %zu: %s", i, err.text);
		assert_string_equal(words(&policy), good[i].expect);
		assert_int_equal(policy.path != NULL, policy.sha256 != NULL);
	}
}

static const struct {
	const char *modelgate, *gto, *error;
} bad[] = {
	{"- PPD\n", NULL, ".modelgate.yaml:1:1: the policy is a list (accepted: a mapping such as"},
	{"stage: [PPD]\n", NULL, ".modelgate.yaml:1:1: "},
	{"stage: [PPD]\n", NULL, "(did you mean 'stages'?)"},
	{"tables: true\n", NULL, ".modelgate.yaml:1:9: tables "},
	{"tables: [whole, pined]\n", NULL, ".modelgate.yaml:1:17: tables cannot be 'pined'"},
	{"stages: PPD\n", NULL, ".modelgate.yaml:1:9: stages is a text"},
	{"stages: []\n", NULL, ".modelgate.yaml:1:9: stages has 0 entries"},
	{"stages:\n  - PPD\n  - PPD\n", NULL, ".modelgate.yaml:3:5: stage 'PPD' is listed twice"},
	{"stages: [a b]\n", NULL, ".modelgate.yaml:1:10: a stage's name cannot be 'a b'"},
	{"stages: [-a]\n", NULL, ".modelgate.yaml:1:10: a stage's name cannot be '-a'"},
	{"stages: [a/b]\n", NULL, ".modelgate.yaml:1:10: a stage's name cannot be 'a/b'"},
	{"stages: [1]\n", NULL, ".modelgate.yaml:1:10: a stage's name is a number"},
	{"stages:\n  - {suites: [a]}\n", NULL, "'name'"},
	{"stages:\n  - {name: PPD, signed: maybe}\n", NULL, "2:25: signed is 'maybe'"},
	{"stages:\n  - {name: PPD, signed: true}\n", NULL, "allowed_signers is missing"},
	{"models: [churn]\n", NULL, ".modelgate.yaml:1:9: models is a list"},
	{"models:\n  a.b: x\n", NULL, ".modelgate.yaml:2:3: a model's name cannot be 'a.b'"},
	{"models:\n  churn: /etc\n", NULL, "2:10: a model's folder cannot be '/etc'"},
	{"models:\n  churn: a/../../b\n", NULL, "2:10: a model's folder cannot be"},
	{"models:\n  churn: {spec: x}\n", NULL, "'folder'"},
	{"allowed_signers: ../keys\n", NULL, "1:18: allowed_signers cannot be '../keys'"},
	{"protected_branch: ' '\n", NULL, "1:19: protected_branch is an empty text"},
	{"overriders: {a: b}\n", NULL, "1:13: overriders is a mapping"},
	{"stages: [\n", NULL, ".modelgate.yaml:2:1: "},
	{"x: \xff\n", NULL, ".modelgate.yaml:1:4: byte 0xff is not UTF-8"},
	{NULL, "stages: [a b]\n", ".gto:1:9: a stage cannot be 'a b'"},
	{NULL, "stages: ['a#1']\n", ".gto:1:9: a stage cannot be 'a#1'"},
	/* All of them at once, in order. */
	{"stages: [PPD]\nmodels: 7\noveriders: x\n", NULL,
		".modelgate.yaml:2:9: models is a number (accepted: a mapping such as {churn: "
		"models/churn}); .modelgate.yaml:3:1: "},
};

static void tells_every_error_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mg_policy policy;
		struct mg_error err = {0};
		assert_int_equal(
			read_policy(bad[i].modelgate, bad[i].gto, &policy, &err), MG_ESPEC);
		if (!strstr(err.text, bad[i].error))
			fail_msg("case %zu: '%s' does not say '%s'", i, err.text, bad[i].error);
	}
}

static void names_the_stages_there_are(void **state)
{
	(void)state;
	struct mg_policy policy;
	struct mg_error err = {0};
	size_t index = 9;
	assert_int_equal(read_policy(NULL, NULL, &policy, &err), MG_OK);
	assert_int_equal(mg_policy_stage_index(&policy, "PRD", &index, &err), MG_OK);
	assert_int_equal(index, 2);
	assert_int_equal(mg_policy_stage_index(&policy, "PDP", &index, &err), MG_EUSAGE);
	assert_string_equal(err.text,
		"there is no stage 'PDP'; stages are: PPD, PPS, PRD; did you mean 'PPD'?");
	assert_int_equal(mg_policy_stage_index(&policy, "staging", &index, &err), MG_EUSAGE);
	assert_string_equal(err.text, "there is no stage 'staging'; stages are: PPD, PPS, PRD");
}

/* What is promoted is judged by its own rules, not by those that lie about. */
static void reads_the_policy_of_a_commit(void **state)
{
	(void)state;
	struct mg_git git;
	struct mg_error err = {0};
	struct mg_policy policy;
	git_index *index = NULL;
	git_oid tree_id, commit;
	git_tree *tree = NULL;
	git_signature *who = NULL;
	write_file(".gto", NULL);
	write_file(".modelgate.yaml", "stages: [committed]\n");
	assert_int_equal(mg_git_open(arena, folder, &git, &err), MG_OK);
	assert_int_equal(git_repository_index(&index, git.repo), 0);
	assert_int_equal(git_index_add_bypath(index, ".modelgate.yaml"), 0);
	assert_int_equal(git_index_write_tree(&tree_id, index), 0);
	assert_int_equal(git_tree_lookup(&tree, git.repo, &tree_id), 0);
	assert_int_equal(git_signature_new(&who, "a", "b", 1, 0), 0);
	assert_int_equal(
		git_commit_create(&commit, git.repo, NULL, who, who, NULL, "m", tree, 0, NULL), 0);
	git_signature_free(who);
	git_tree_free(tree);
	git_index_free(index);
	write_file(".modelgate.yaml", "stages: [lying-about]\n");
	assert_int_equal(mg_policy_read(arena, &git, &commit, &policy, &err), MG_OK);
	assert_string_equal(words(&policy), ".modelgate.yaml committed");
	assert_int_equal(mg_policy_read(arena, &git, NULL, &policy, &err), MG_OK);
	assert_string_equal(words(&policy), ".modelgate.yaml lying-about");
	mg_git_close(&git);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_says),
		cmocka_unit_test(tells_every_error_with_its_place),
		cmocka_unit_test(names_the_stages_there_are),
		cmocka_unit_test(reads_the_policy_of_a_commit),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
