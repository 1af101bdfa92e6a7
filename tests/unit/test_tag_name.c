/* test_tag_name.c: tag names: the grammar of GTO both ways, versions by semver 2.0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/tag_name.h"

/* Each was given to gto 1.10's own tag_re as well. */
static const struct {
	const char *tag;
	enum mg_event_type type;
	const char *model, *version, *stage;
	int64_t counter;
} good[] = {
	{"churn@v1.2.3", MG_EVENT_REGISTER, "churn", "v1.2.3", NULL, -1},
	{"churn@v1.2.3#7", MG_EVENT_REGISTER, "churn", "v1.2.3", NULL, 7},
	{"churn@v1.2.3!", MG_EVENT_DEREGISTER, "churn", "v1.2.3", NULL, -1},
	{"churn@v1.2.3!#12", MG_EVENT_DEREGISTER, "churn", "v1.2.3", NULL, 12},
	{"churn@v0.0.0", MG_EVENT_REGISTER, "churn", "v0.0.0", NULL, -1},
	{"churn@v1.2.3-rc.1+build.5", MG_EVENT_REGISTER, "churn", "v1.2.3-rc.1+build.5", NULL, -1},
	{"churn@v1.0.0-0A.is.legal", MG_EVENT_REGISTER, "churn", "v1.0.0-0A.is.legal", NULL, -1},
	{"churn@v1.0.0+0.build.1-rc.10000aaa-kk-0.1", MG_EVENT_REGISTER, "churn",
		"v1.0.0+0.build.1-rc.10000aaa-kk-0.1", NULL, -1},
	{"churn#PPS#4", MG_EVENT_ASSIGN, "churn", NULL, "PPS", 4},
	{"churn#PPS", MG_EVENT_ASSIGN, "churn", NULL, "PPS", -1},
	{"churn#PPS#0", MG_EVENT_ASSIGN, "churn", NULL, "PPS", 0},
	{"churn#PPS#004", MG_EVENT_ASSIGN, "churn", NULL, "PPS", 4},
	{"churn#PRD!#7", MG_EVENT_UNASSIGN, "churn", NULL, "PRD", 7},
	{"churn#PRD!", MG_EVENT_UNASSIGN, "churn", NULL, "PRD", -1},
	{"churn#a/b_c-d#1", MG_EVENT_ASSIGN, "churn", NULL, "a/b_c-d", 1},
	{"churn#v1#1", MG_EVENT_ASSIGN, "churn", NULL, "v1", 1},
	{"churn@deprecated", MG_EVENT_DEPRECATE, "churn", NULL, NULL, -1},
	{"churn@deprecated#3", MG_EVENT_DEPRECATE, "churn", NULL, NULL, 3},
	{"churn@created", MG_EVENT_CREATE, "churn", NULL, NULL, -1},
	{"models/churn=churn#PRD#3", MG_EVENT_ASSIGN, "models/churn:churn", NULL, "PRD", 3},
	{"catalog.schema=model@v1.0.0", MG_EVENT_REGISTER, "catalog.schema:model", "v1.0.0", NULL,
		-1},
	{"./x-=a@v1.0.0", MG_EVENT_REGISTER, "./x-:a", "v1.0.0", NULL, -1},
	{"a@v1.0.0", MG_EVENT_REGISTER, "a", "v1.0.0", NULL, -1},
	{"a/b@v1.0.0", MG_EVENT_REGISTER, "a/b", "v1.0.0", NULL, -1},
	{"churn@v999999999999999.0.0", MG_EVENT_REGISTER, "churn", "v999999999999999.0.0", NULL,
		-1},
};

static void reads_the_grammar(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct mg_tag_name name;
		if (!mg_tag_name_read(arena, good[i].tag, &name))
			fail_msg("'%s' was not read", good[i].tag);
		assert_int_equal(name.type, good[i].type);
		assert_string_equal(name.model, good[i].model);
		if (!mg_streq(name.version, good[i].version) ||
			!mg_streq(name.stage, good[i].stage))
			fail_msg("'%s' is not what it says", good[i].tag);
		assert_int_equal(name.counter, good[i].counter);
	}
}

/* Of these gto takes a line end after a name, and numbers of any length. */
static const char *const bad[] = {
	"",
	"churn",
	"@v1.0.0",
	"#PPS#1",
	"churn@",
	"churn#",
	"churn##1",
	"churn#PPS#",
	"churn#PPS##1",
	"churn#PPS#1#2",
	"churn#PPS#-1",
	"churn#PPS#1x",
	"churn#PPS!!",
	"churn#PPS!#",
	"churn#PPS!1",
	"churn@1.2.3",
	"churn@v1",
	"churn@v1.2",
	"churn@V1.2.3",
	"churn@v01.2.3",
	"churn@v1.02.3",
	"churn@v1.2.3-",
	"churn@v1.2.3-01",
	"churn@v1.2.3-a..b",
	"churn@v1.2.3+",
	"churn@v1.2.3+a+b",
	"churn@v1.2.3-é",
	"churn@v1.2.3 ",
	"churn@v1.2.3\n",
	"churn@v1.2.3!!",
	"churn@deprecated!",
	"churn@deprecatedx",
	"churn@latest",
	"-churn@v1.0.0",
	"churn-@v1.0.0",
	"_a@v1.0.0",
	"a_@v1.0.0",
	"/a@v1.0.0",
	"a b@v1.0.0",
	"a.b@v1.0.0",
	"=a@v1.0.0",
	"a=@v1.0.0",
	"a=b=c@v1.0.0",
	"a:b@v1.0.0",
	"churn#-PPS#1",
	"churn#PPS-#1",
	"churn#P.S#1",
	"churn#PPS@v1.0.0",
	"evidence/0123",
	"\x1b[31m@v1.0.0",
	"chürn@v1.0.0",
	"churn#PPS#1000000000000000",
	"churn#PPS#99999999999999999999999",
	"churn@v1000000000000000.0.0",
};

static void refuses_everything_else(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_tag_name name;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (mg_tag_name_read(arena, bad[i], &name))
			fail_msg("'%s' was read", bad[i]);
}

static const struct {
	struct mg_tag_name name;
	const char *tag;   /* NULL: refused */
	const char *error; /* part of it */
} writes[] = {
	{{MG_EVENT_REGISTER, "churn", "v1.2.3", NULL, -1}, "churn@v1.2.3", NULL},
	{{MG_EVENT_REGISTER, "churn", "v1.2.3", NULL, 5}, "churn@v1.2.3", NULL},
	{{MG_EVENT_REGISTER, "churn", "v1.2.3-rc.1", NULL, -1}, "churn@v1.2.3-rc.1", NULL},
	{{MG_EVENT_DEREGISTER, "churn", "v1.2.3", NULL, -1}, "churn@v1.2.3!", NULL},
	{{MG_EVENT_ASSIGN, "churn", NULL, "PPS", 4}, "churn#PPS#4", NULL},
	{{MG_EVENT_UNASSIGN, "churn", NULL, "PRD", 7}, "churn#PRD!#7", NULL},
	{{MG_EVENT_DEPRECATE, "churn", NULL, NULL, 9}, "churn@deprecated#9", NULL},
	{{MG_EVENT_CREATE, "churn", NULL, NULL, 1}, "churn@created#1", NULL},
	{{MG_EVENT_ASSIGN, "models/churn:churn", NULL, "PRD", 3}, "models/churn=churn#PRD#3", NULL},
	{{MG_EVENT_ASSIGN, "cat.sch:m", NULL, "PRD", 3}, "cat.sch=m#PRD#3", NULL},
	{{MG_EVENT_REGISTER, "churn", "v1.2.3+b1", NULL, -1}, NULL, "build metadata"},
	{{MG_EVENT_REGISTER, "churn", "1.2.3", NULL, -1}, NULL, "vMAJOR.MINOR.PATCH"},
	{{MG_EVENT_REGISTER, "churn", NULL, NULL, -1}, NULL, "vMAJOR.MINOR.PATCH"},
	{{MG_EVENT_ASSIGN, "churn", NULL, "PPS", -1}, NULL, "counter"},
	{{MG_EVENT_ASSIGN, "churn", NULL, "P/S", 1}, NULL, "cannot be a stage"},
	{{MG_EVENT_ASSIGN, "churn", NULL, "", 1}, NULL, "cannot be a stage"},
	{{MG_EVENT_ASSIGN, "a/b", NULL, "PPS", 1}, NULL, "cannot be a model's name"},
	{{MG_EVENT_ASSIGN, "", NULL, "PPS", 1}, NULL, "cannot be a model's name"},
	{{MG_EVENT_ASSIGN, "x:", NULL, "PPS", 1}, NULL, "cannot be a model's name"},
	{{MG_EVENT_ASSIGN, "a=b", NULL, "PPS", 1}, NULL, "cannot be a model's name"},
	{{MG_EVENT_ASSIGN, ":b", NULL, "PPS", 1}, NULL, "folder"},
	{{MG_EVENT_ASSIGN, "../x:b", NULL, "PPS", 1}, NULL, "folder"},
	{{MG_EVENT_ASSIGN, "a//x:b", NULL, "PPS", 1}, NULL, "folder"},
	{{MG_EVENT_ASSIGN, "/x:b", NULL, "PPS", 1}, NULL, "folder"},
	{{MG_EVENT_ASSIGN, "-x:b", NULL, "PPS", 1}, NULL, "folder"},
	{{MG_EVENT_ASSIGN, "x.lock/y:b", NULL, "PPS", 1}, NULL, "folder"},
	{{MG_EVENT_ASSIGN, "a..b:b", NULL, "PPS", 1}, NULL, "folder"},
	{{MG_EVENT_ASSIGN, "a b:b", NULL, "PPS", 1}, NULL, "folder"},
};

static void writes_strictly(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		char *tag = NULL;
		struct mg_error err = {0};
		int code = mg_tag_name_write(arena, &writes[i].name, &tag, &err);
		if (!writes[i].tag) {
			assert_int_equal(code, MG_EUSAGE);
			if (!strstr(err.text, writes[i].error))
				fail_msg("'%s' does not say '%s'", err.text, writes[i].error);
			continue;
		}
		assert_int_equal(code, MG_OK);
		assert_string_equal(tag, writes[i].tag);
		struct mg_tag_name back;
		assert_true(mg_tag_name_read(arena, tag, &back));
		assert_string_equal(back.model, writes[i].name.model);
	}
}

/* semver.org, section 11, and the order of numbers too long for any integer. */
static const char *const ascending[] = {"v0.0.1", "v0.0.10", "v0.1.0", "v1.0.0-0", "v1.0.0-1",
	"v1.0.0-99999999999999999999", "v1.0.0-100000000000000000000", "v1.0.0-alpha",
	"v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta", "v1.0.0-beta.2", "v1.0.0-beta.11",
	"v1.0.0-rc.1", "v1.0.0", "v1.0.1", "v2.0.0", "v2.1.0", "v2.1.1", "v10.0.0"};

static void orders_versions(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	size_t n = sizeof(ascending) / sizeof(ascending[0]);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			struct mg_semver a, b;
			assert_true(mg_semver_read(arena, ascending[i], &a));
			assert_true(mg_semver_read(arena, ascending[k], &b));
			assert_int_equal(mg_semver_compare(&a, &b), (i > k) - (i < k));
		}
	}
	struct mg_semver a, b;
	assert_true(mg_semver_read(arena, "v1.0.0+one", &a));
	assert_true(mg_semver_read(arena, "v1.0.0+two", &b));
	assert_int_equal(mg_semver_compare(&a, &b), 0);
}

static const struct {
	const char *versions[3];
	enum mg_bump bump;
	const char *next;
} bumps[] = {
	{{NULL}, MG_BUMP_PATCH, "v0.0.1"},
	{{NULL}, MG_BUMP_MINOR, "v0.1.0"},
	{{NULL}, MG_BUMP_MAJOR, "v1.0.0"},
	{{"v1.2.3"}, MG_BUMP_PATCH, "v1.2.4"},
	{{"v1.2.3"}, MG_BUMP_MINOR, "v1.3.0"},
	{{"v1.2.3"}, MG_BUMP_MAJOR, "v2.0.0"},
	{{"v1.10.0", "v1.9.0"}, MG_BUMP_PATCH, "v1.10.1"},
	{{"v1.3.0-rc.1", "v1.2.9"}, MG_BUMP_PATCH, "v1.3.0"},
	{{"v1.3.0-rc.1"}, MG_BUMP_MINOR, "v1.4.0"},
	{{"0123456789012345678901234567890123456789"}, MG_BUMP_PATCH, "v0.0.1"},
};

static void bumps_the_greatest(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < sizeof(bumps) / sizeof(bumps[0]); i++) {
		struct mg_version versions[3] = {{0}};
		struct mg_model model = {.versions = versions};
		while (model.version_count < 3 && bumps[i].versions[model.version_count]) {
			versions[model.version_count]
				.version = bumps[i].versions[model.version_count];
			model.version_count++;
		}
		assert_string_equal(mg_semver_bump(arena, &model, bumps[i].bump), bumps[i].next);
	}
	assert_string_equal(mg_semver_bump(arena, NULL, MG_BUMP_MINOR), "v0.1.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_grammar),
		cmocka_unit_test(refuses_everything_else),
		cmocka_unit_test(writes_strictly),
		cmocka_unit_test(orders_versions),
		cmocka_unit_test(bumps_the_greatest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
