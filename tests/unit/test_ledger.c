/* test_ledger.c: the ledger: tags of a real repository, replayed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/ledger.h"

enum { COMMITS = 4, TIME = 1700000000 };

struct place {
	char folder[64];
	struct mg_arena *arena;
	git_repository *repo;
	git_oid commits[COMMITS + 1]; /* from 1 on */
};

static git_signature *person(int64_t seconds)
{
	git_signature *who = NULL;
	assert_int_equal(git_signature_new(&who, "Ada", "ada@example.com", TIME + seconds, 60), 0);
	return who;
}

static void commit(struct place *p, int i)
{
	git_oid tree_id, blob;
	git_treebuilder *builder = NULL;
	git_tree *tree = NULL;
	git_commit *parent = NULL;
	char text[16];
	snprintf(text, sizeof(text), "%d", i);
	assert_int_equal(git_blob_create_from_buffer(&blob, p->repo, text, strlen(text)), 0);
	assert_int_equal(git_treebuilder_new(&builder, p->repo, NULL), 0);
	git_treebuilder_insert(NULL, builder, "file", &blob, GIT_FILEMODE_BLOB);
	assert_int_equal(git_treebuilder_write(&tree_id, builder), 0);
	assert_int_equal(git_tree_lookup(&tree, p->repo, &tree_id), 0);
	if (i > 1)
		assert_int_equal(git_commit_lookup(&parent, p->repo, &p->commits[i - 1]), 0);
	git_signature *who = person(-1000 + i);
	const git_commit *parents[] = {parent};
	assert_int_equal(git_commit_create(&p->commits[i], p->repo, "refs/heads/main", who, who,
				 NULL, text, tree, i > 1, parents),
		0);
	git_signature_free(who);
	git_commit_free(parent);
	git_tree_free(tree);
	git_treebuilder_free(builder);
}

static int set_up(void **state)
{
	static struct place place;
	place = (struct place){.folder = "/tmp/modelgate-ledger.XXXXXX"};
	git_libgit2_init();
	assert_non_null(mkdtemp(place.folder));
	place.arena = mg_arena_new();
	git_repository_init_options options;
	git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	options.initial_head = "main";
	options.flags = GIT_REPOSITORY_INIT_MKPATH;
	assert_int_equal(git_repository_init_ext(&place.repo, place.folder, &options), 0);
	for (int i = 1; i <= COMMITS; i++)
		commit(&place, i);
	*state = &place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	git_repository_free(p->repo);
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	FILE *rm = popen(mg_printf(arena, "rm -rf '%s'", p->folder), "r");
	if (rm)
		pclose(rm);
	mg_arena_free(p->arena);
	git_libgit2_shutdown();
	return 0;
}

static git_object *object_of(struct place *p, const git_oid *id)
{
	git_object *object = NULL;
	assert_int_equal(git_object_lookup(&object, p->repo, id, GIT_OBJECT_ANY), 0);
	return object;
}

/* "TAG COMMIT SECONDS": an annotated tag; "TAG COMMIT": a lightweight one. */
static void tag(struct place *p, const char *line, const char *message)
{
	git_oid id;
	size_t n = strcspn(line, " ");
	const char *name = mg_strndup(p->arena, line, n);
	char *rest = NULL, *end = NULL;
	long number = strtol(line + n, &rest, 10);
	long seconds = strtol(rest, &end, 10);
	bool annotated = end != rest;
	assert_true(number >= 1 && number <= COMMITS);
	git_object *object = object_of(p, &p->commits[number]);
	git_signature *who = person(seconds);
	assert_int_equal(!annotated ? git_tag_create_lightweight(&id, p->repo, name, object, 0)
				    : git_tag_create(&id, p->repo, name, object, who, message, 0),
		0);
	git_signature_free(who);
	git_object_free(object);
}

static const char *stage_names[] = {"PPD", "PPS", "PRD"};

static struct mg_ledger read_ledger(struct place *p, const char *model)
{
	static struct mg_policy_stage stages[3];
	for (int i = 0; i < 3; i++)
		stages[i].name = stage_names[i];
	struct mg_policy policy = {.stages = stages, .stage_count = 3};
	struct mg_git git;
	struct mg_ledger ledger;
	struct mg_error err = {0};
	assert_int_equal(mg_git_open(p->arena, p->folder, &git, &err), MG_OK);
	if (mg_ledger_read(p->arena, &git, &policy, model, &ledger, &err) != MG_OK)
		fail_msg("%s", err.text);
	mg_git_close(&git);
	return ledger;
}

static const char *version_words(struct place *p, const struct mg_version *version)
{
	for (int i = 1; i <= COMMITS; i++)
		if (mg_streq(version->version, git_oid_tostr_s(&p->commits[i])))
			return mg_printf(p->arena, "commit%d", i);
	return version->version;
}

/* "PPD=v1.0.0(tag) PRD=...; latest=v1.0.0 next=5 deprecated" */
static const char *words(struct place *p, const struct mg_model *model)
{
	struct mg_text text;
	mg_text_init(&text, p->arena);
	for (size_t i = 0; i < model->standing_count; i++) {
		const struct mg_standing *s = &model->standings[i];
		if (s->event)
			mg_text_addf(&text, "%s=%s ", s->stage, version_words(p, s->version));
	}
	const struct mg_version *latest = mg_model_latest(model);
	mg_text_addf(&text, "latest=%s next=%d%s", latest ? latest->version : "-",
		(int)model->next_counter, model->deprecated ? " deprecated" : "");
	return text.data;
}

/* One model's tags in any order, and what they add up to. */
static const struct {
	const char *what;
	const char *tags[10];
	const char *expect;
} cases[] = {
	{"a version alone", {"m@v1.0.0 1 1"}, "latest=v1.0.0 next=1"},
	{"through the stages", {"m@v1.0.0 1 1", "m#PPD#1 1 2", "m#PPS#2 1 3", "m#PRD#3 1 4"},
		"PPD=v1.0.0 PPS=v1.0.0 PRD=v1.0.0 latest=v1.0.0 next=4"},
	{"two stages, two versions",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 2", "m#PPD#1 1 3", "m#PPS#2 1 4", "m#PPD#3 2 5"},
		"PPD=v1.1.0 PPS=v1.0.0 latest=v1.1.0 next=4"},
	{"all in one second",
		{"m#PPD#1 1 1", "m@v1.0.0 1 1", "m#PPS#2 1 1", "m#PPD#3 2 1", "m@v1.1.0 2 1"},
		"PPD=v1.1.0 PPS=v1.0.0 latest=v1.1.0 next=4"},
	{"10 after 9 in one second",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 1", "m#PPD#10 2 1", "m#PPD#9 1 1"},
		"PPD=v1.1.0 latest=v1.1.0 next=11"},
	{"the counter counts, not the clock",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 2", "m#PPD#1 1 500", "m#PPD#2 2 100"},
		"PPD=v1.1.0 latest=v1.1.0 next=3"},
	{"rollback to an older version",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 2", "m#PRD#1 1 3", "m#PRD#2 2 4", "m#PRD#3 1 5"},
		"PRD=v1.0.0 latest=v1.1.0 next=4"},
	{"unassigned: the one before stands again",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 2", "m#PRD#1 1 3", "m#PRD#2 2 4", "m#PRD!#3 2 5"},
		"PRD=v1.0.0 latest=v1.1.0 next=4"},
	{"all unassigned", {"m@v1.0.0 1 1", "m#PRD#1 1 3", "m#PRD!#2 1 4"}, "latest=v1.0.0 next=3"},
	{"assigned again", {"m@v1.0.0 1 1", "m#PRD#1 1 3", "m#PRD!#2 1 4", "m#PRD#3 1 5"},
		"PRD=v1.0.0 latest=v1.0.0 next=4"},
	{"deregistered: its stages go too",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 2", "m#PRD#1 1 3", "m#PRD#2 2 4", "m@v1.1.0! 2 5"},
		"PRD=v1.0.0 latest=v1.0.0 next=3"},
	{"registered again", {"m@v1.0.0 1 1", "m@v1.0.0! 1 2", "m@v1.0.0#1 1 3"},
		"latest=v1.0.0 next=2"},
	{"deprecated", {"m@v1.0.0 1 1", "m@deprecated 1 2"}, "latest=v1.0.0 next=1 deprecated"},
	{"deprecated and taken up again", {"m@v1.0.0 1 1", "m@deprecated 1 2", "m@v1.1.0 2 3"},
		"latest=v1.1.0 next=1"},
	{"without counters, by time",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 2", "m#PPD 2 3", "m#PRD 1 4", "m#PRD! 1 5"},
		"PPD=v1.1.0 latest=v1.1.0 next=1"},
	{"some without counters",
		{"m@v1.0.0 1 1", "m@v1.1.0 2 2", "m#PRD#4 1 3", "m#PRD 2 4", "m#PRD#5 1 5"},
		"PRD=v1.0.0 latest=v1.1.0 next=6"},
	{"a commit without a version", {"m#PPD#1 3 1"}, "PPD=commit3 latest=- next=2"},
	{"a version after its stage", {"m#PPD#1 3 1", "m@v2.0.0 3 9"},
		"PPD=v2.0.0 latest=v2.0.0 next=2"},
	{"a stage that the policy does not know", {"m@v1.0.0 1 1", "m#dev#1 1 2", "m#PPD#2 1 3"},
		"PPD=v1.0.0 dev=v1.0.0 latest=v1.0.0 next=3"},
	{"two versions of a commit: the first that is active",
		{"m@v1.0.0 1 1", "m@v1.0.1 1 2", "m#PPD#1 1 3"}, "PPD=v1.0.0 latest=v1.0.1 next=2"},
	{"... and when that is withdrawn",
		{"m@v1.0.0 1 1", "m@v1.0.1 1 2", "m#PPD#1 1 3", "m@v1.0.0! 1 4"},
		"PPD=v1.0.1 latest=v1.0.1 next=2"},
	{"latest by precedence", {"m@v1.9.0 1 1", "m@v1.10.0 2 2", "m@v1.10.0-rc.1 3 3"},
		"latest=v1.10.0 next=1"},
	{"lightweight tags do not count, their numbers do",
		{"m@v1.0.0 1 1", "m#PPD#7 1", "m@v2.0.0 2"}, "latest=v1.0.0 next=8"},
};

static void replays(void **state)
{
	struct place *p = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* Each case is a model of its own in one repository. */
		const char *name = mg_printf(p->arena, "case%zu", i);
		for (size_t k = 0; cases[i].tags[k]; k++)
			tag(p, mg_printf(p->arena, "%s%s", name, cases[i].tags[k] + 1), "x\n");
	}
	struct mg_ledger all = read_ledger(p, NULL);
	assert_int_equal(all.model_count, sizeof(cases) / sizeof(cases[0]));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *name = mg_printf(p->arena, "case%zu", i);
		struct mg_ledger one = read_ledger(p, name);
		const struct mg_model *models[] = {
			mg_ledger_model(&one, name), mg_ledger_model(&all, name)};
		assert_int_equal(one.model_count, 1);
		for (size_t k = 0; k < 2; k++) {
			assert_non_null(models[k]);
			if (!mg_streq(words(p, models[k]), cases[i].expect))
				fail_msg("%s: %s, expected %s", cases[i].what, words(p, models[k]),
					cases[i].expect);
		}
	}
}

static void tells_events_as_they_are(void **state)
{
	struct place *p = *state;
	tag(p, "models/a=told#PPS#4 2 7",
		"told goes to PPS\n\nModelgate: 1\nDecision: PASSED\nVersion: v1.0.0\n"
		"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n");
	struct mg_ledger ledger = read_ledger(p, "models/a:told");
	const struct mg_model *model = mg_ledger_model(&ledger, "models/a:told");
	assert_non_null(model);
	const struct mg_event *event = mg_model_last_event(model);
	assert_string_equal(event->tag, "models/a=told#PPS#4");
	assert_string_equal(event->commit, git_oid_tostr_s(&p->commits[2]));
	assert_string_equal(event->author, "Ada");
	assert_string_equal(event->email, "ada@example.com");
	assert_int_equal(event->time_us, (TIME + 7) * INT64_C(1000000));
	assert_int_equal(event->offset_minutes, 60);
	assert_string_equal(event->message,
		"told goes to PPS\n\nModelgate: 1\nDecision: PASSED\nVersion: v1.0.0\n");
	assert_string_equal(event->signature,
		"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n");
	assert_int_equal(event->trailers.decision, MG_DECISION_PASSED);
	assert_string_equal(mg_model_standing(model, "PPS")->event->tag, event->tag);
	assert_null(mg_model_standing(model, "PRD"));
	assert_null(mg_model_version_of(model, event->commit));
	assert_int_equal(model->next_counter, 5);
}

/* Writes a tag whose message names the one before it, as promote does. */
static void follow(struct place *p, const char *line, const char *previous)
{
	const char *text = "x\n\nModelgate: 1\n";
	if (previous) {
		git_oid id;
		assert_int_equal(git_reference_name_to_id(&id, p->repo,
					 mg_printf(p->arena, "refs/tags/%s", previous)),
			0);
		text = mg_printf(
			p->arena, "%sPrevious: %s %s\n", text, previous, git_oid_tostr_s(&id));
	}
	tag(p, line, text);
}

/* Within one second, and with a clock that goes back, only the chain knows. */
static void orders_by_the_chain(void **state)
{
	struct place *p = *state;
	static const char *const lines[][2] = {
		{"chain@v1.0.0 1 5", NULL}, {"chain#PPD#1 1 5", "chain@v1.0.0"},
		{"chain@v1.9.0 2 5", "chain#PPD#1"}, {"chain@v1.10.0 3 5", "chain@v1.9.0"},
		{"chain#PPD#2 3 5", "chain@v1.10.0"},
		{"chain@v2.0.0 4 1", "chain#PPD#2"}, /* the clock was set back */
	};
	size_t n = sizeof(lines) / sizeof(lines[0]);
	for (size_t i = 0; i < n; i++)
		follow(p, lines[i][0], lines[i][1]);
	struct mg_ledger ledger = read_ledger(p, "chain");
	const struct mg_model *model = mg_ledger_model(&ledger, "chain");
	assert_int_equal(model->event_count, n);
	for (size_t i = 0; i < n; i++)
		if (!mg_starts_with(lines[i][0], model->events[i].tag))
			fail_msg("%zu is %s, expected %s", i, model->events[i].tag, lines[i][0]);
}

static bool has_stray(const struct mg_ledger *ledger, const char *tag, const char *why)
{
	for (size_t i = 0; i < ledger->stray_count; i++)
		if (mg_streq(ledger->strays[i].tag, tag))
			return strstr(ledger->strays[i].why, why) != NULL;
	return false;
}

/* A tag object under another name would be a promotion that nobody decided. */
static void passes_over_strays(void **state)
{
	struct place *p = *state;
	tag(p, "stray#PPD#1 1 1", "x\n");
	tag(p, "stray#PPS#2 1", NULL);
	git_reference *ref = NULL, *copy = NULL;
	git_oid id;
	assert_int_equal(git_reference_lookup(&ref, p->repo, "refs/tags/stray#PPD#1"), 0);
	assert_int_equal(git_reference_create(&copy, p->repo, "refs/tags/stray#PRD#3",
				 git_reference_target(ref), 0, NULL),
		0);
	git_reference_free(copy);
	git_reference_free(ref);
	assert_int_equal(git_reference_symbolic_create(&ref, p->repo, "refs/tags/stray#PRD#4",
				 "refs/heads/main", 0, NULL),
		0);
	git_reference_free(ref);
	git_commit *at = NULL;
	assert_int_equal(git_commit_lookup(&at, p->repo, &p->commits[1]), 0);
	git_object *tree = object_of(p, git_commit_tree_id(at));
	git_signature *who = person(5);
	assert_int_equal(git_tag_create(&id, p->repo, "stray#PRD#5", tree, who, "a tree\n", 0), 0);
	git_signature_free(who);
	git_object_free(tree);
	git_commit_free(at);

	struct mg_ledger ledger = read_ledger(p, "stray");
	const struct mg_model *model = mg_ledger_model(&ledger, "stray");
	assert_int_equal(model->event_count, 1);
	assert_null(mg_model_standing(model, "PRD"));
	assert_null(mg_model_standing(model, "PPS"));
	assert_int_equal(model->next_counter, 6);
	assert_int_equal(ledger.stray_count, 4);
	assert_true(has_stray(&ledger, "stray#PPS#2", "lightweight"));
	assert_true(has_stray(&ledger, "stray#PRD#3", "another name"));
	assert_true(has_stray(&ledger, "stray#PRD#4", "another ref"));
	assert_true(has_stray(&ledger, "stray#PRD#5", "does not point to a commit"));
}

static void knows_no_model(void **state)
{
	struct place *p = *state;
	struct mg_ledger ledger = read_ledger(p, "nobody");
	assert_int_equal(ledger.model_count, 0);
	assert_null(mg_ledger_model(&ledger, "nobody"));
}

/* ---- git.c, on the same repository ---- */

static void finds_commits_and_files(void **state)
{
	struct place *p = *state;
	struct mg_git git;
	struct mg_error err = {0};
	git_oid id, first;
	bool yes = false;
	const char *text = NULL;
	size_t len = 0;
	assert_int_equal(mg_git_open(p->arena, p->folder, &git, &err), MG_OK);
	assert_true(mg_ends_with(git.top, "/") && mg_starts_with(git.top, p->folder));
	assert_false(git.shallow);
	assert_int_equal(mg_git_commit(&git, "HEAD", &id, &err), MG_OK);
	assert_true(git_oid_equal(&id, &p->commits[COMMITS]));
	assert_int_equal(mg_git_commit(&git, "HEAD~3", &first, &err), MG_OK);
	assert_true(git_oid_equal(&first, &p->commits[1]));
	char short_id[8];
	git_oid_tostr(short_id, sizeof(short_id), &p->commits[2]);
	assert_int_equal(mg_git_commit(&git, short_id, &id, &err), MG_OK);
	assert_true(git_oid_equal(&id, &p->commits[2]));
	/* A tag that anybody may push is not taken for the branch. */
	tag(p, "main 1 1", "x\n");
	assert_int_equal(mg_git_commit(&git, "main", &id, &err), MG_OK);
	assert_true(git_oid_equal(&id, &p->commits[COMMITS]));
	/* HEAD is what is checked out, not the remote's HEAD; an id is no branch's name. */
	git_reference *ref = NULL;
	const char *const names[] = {"refs/remotes/origin/HEAD",
		mg_printf(p->arena, "refs/heads/%s", git_oid_tostr_s(&p->commits[3]))};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
			git_reference_create(&ref, git.repo, names[i], &first, 0, NULL), 0);
		git_reference_free(ref);
	}
	assert_int_equal(mg_git_commit(&git, "HEAD", &id, &err), MG_OK);
	assert_true(git_oid_equal(&id, &p->commits[COMMITS]));
	assert_int_equal(mg_git_commit(&git, git_oid_tostr_s(&p->commits[3]), &id, &err), MG_OK);
	assert_true(git_oid_equal(&id, &p->commits[3]));
	assert_int_equal(mg_git_commit(&git, "nowhere", &id, &err), MG_ENOTFOUND);
	assert_string_equal(err.text, "there is no commit 'nowhere' in this clone");

	assert_int_equal(mg_git_is_ancestor(&git, &first, &p->commits[3], &yes, &err), MG_OK);
	assert_true(yes);
	assert_int_equal(mg_git_is_ancestor(&git, &first, &first, &yes, &err), MG_OK);
	assert_true(yes);
	assert_int_equal(mg_git_is_ancestor(&git, &p->commits[3], &first, &yes, &err), MG_OK);
	assert_false(yes);

	assert_int_equal(
		mg_git_file(p->arena, &git, &p->commits[2], "file", &text, &len, &err), MG_OK);
	assert_string_equal(text, "2");
	assert_int_equal(len, 1);
	assert_int_equal(
		mg_git_file(p->arena, &git, &first, "no/file", &text, &len, &err), MG_ENOTFOUND);
	assert_non_null(strstr(err.text, "no file 'no/file'"));
	mg_git_close(&git);
}

static void says_that_there_is_no_repository(void **state)
{
	struct place *p = *state;
	struct mg_git git = {0};
	struct mg_error err = {0};
	assert_int_equal(mg_git_open(p->arena, "/", &git, &err), MG_ENOTFOUND);
	assert_string_equal(err.text,
		"there is no git repository in / or above it; go into one, or make one with 'git "
		"init'");
	mg_git_close(&git);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replays),
		cmocka_unit_test(tells_events_as_they_are),
		cmocka_unit_test(orders_by_the_chain),
		cmocka_unit_test(passes_over_strays),
		cmocka_unit_test(knows_no_model),
		cmocka_unit_test(finds_commits_and_files),
		cmocka_unit_test(says_that_there_is_no_repository),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
