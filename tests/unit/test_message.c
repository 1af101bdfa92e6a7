/* test_message.c: messages of tags: what is written reads back; what others write is no trouble. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/message.h"

#define ID "0123456789abcdef0123456789abcdef01234567"
#define SHA ID "89abcdef0123456789abcdef"

static const char *approvers[] = {"Ada Lovelace <ada@example.com>", "grace"};
static const struct mg_trailers full = {
	.format = 1,
	.decision = MG_DECISION_OVERRIDDEN,
	.model = "models/churn:churn",
	.version = "v1.2.3",
	.from = "models/churn=churn#PPD#3",
	.from_id = ID,
	.previous = "models/churn=churn@v1.2.3",
	.previous_id = ID,
	.spec = "models/my churn/modelgate.yaml",
	.spec_sha256 = SHA,
	.run_sha256 = SHA,
	.evidence = "evidence/0123456789abcdef0123",
	.evidence_sha256 = SHA,
	.policy_sha256 = SHA,
	.mlflow_run = "abc",
	.mlflow_version = "7",
	.build = "123 https://dev.azure.com/x/y/_build/results?buildId=123",
	.approvers = approvers,
	.approver_count = 2,
	.reason = "hot fix: see #42",
};

static void writes_what_reads_back(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char *text = NULL;
	struct mg_error err;
	assert_int_equal(mg_message_write(arena, "churn goes to PPS", &full, &text, &err), MG_OK);
	assert_string_equal(text,
		"churn goes to PPS\n\n"
		"Modelgate: 1\n"
		"Decision: OVERRIDDEN\n"
		"Model: models/churn:churn\n"
		"Version: v1.2.3\n"
		"From: models/churn=churn#PPD#3 " ID "\n"
		"Previous: models/churn=churn@v1.2.3 " ID "\n"
		"Spec: models/my churn/modelgate.yaml sha256:" SHA "\n"
		"Run: sha256:" SHA "\n"
		"Evidence: evidence/0123456789abcdef0123 sha256:" SHA "\n"
		"Policy: sha256:" SHA "\n"
		"Mlflow-Run: abc\n"
		"Mlflow-Model-Version: 7\n"
		"Build: 123 https://dev.azure.com/x/y/_build/results?buildId=123\n"
		"Reason: hot fix: see #42\n"
		"Approved-by: Ada Lovelace <ada@example.com>\n"
		"Approved-by: grace\n");
	struct mg_trailers back;
	mg_message_read(arena, text, &back);
	assert_int_equal(back.format, 1);
	assert_int_equal(back.decision, MG_DECISION_OVERRIDDEN);
	assert_string_equal(back.model, full.model);
	assert_string_equal(back.version, full.version);
	assert_string_equal(back.from, full.from);
	assert_string_equal(back.from_id, ID);
	assert_string_equal(back.previous, full.previous);
	assert_string_equal(back.previous_id, ID);
	assert_string_equal(back.spec, full.spec);
	assert_string_equal(back.spec_sha256, SHA);
	assert_string_equal(back.run_sha256, SHA);
	assert_string_equal(back.evidence, full.evidence);
	assert_string_equal(back.evidence_sha256, SHA);
	assert_string_equal(back.policy_sha256, SHA);
	assert_string_equal(back.mlflow_run, "abc");
	assert_string_equal(back.mlflow_version, "7");
	assert_string_equal(back.build, full.build);
	assert_string_equal(back.reason, full.reason);
	assert_int_equal(back.approver_count, 2);
	assert_string_equal(back.approvers[0], approvers[0]);
	assert_string_equal(back.approvers[1], "grace");
}

static const struct {
	const char *reason, *line; /* NULL: left out */
} values[] = {
	{"two\nDecision: PASSED", "Reason: two Decision: PASSED\n"},
	{"a\r\n\r\nb", "Reason: a b\n"},
	{"\x1b[31mred\x07", "Reason: [31mred\n"},
	{"  padded\t", "Reason: padded\n"},
	{"caf\xc3\xa9 \xe2\x82\xac?", "Reason: caf\xc3\xa9 \xe2\x82\xac?\n"},
	{"bad \xff byte", "Reason: bad ? byte\n"},
	{"line\xe2\x80\xa8sep\xc2\x85nel", "Reason: line sep nel\n"},
	{" \n ", NULL},
	{"", NULL},
};

static void values_stay_in_their_line(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct mg_trailers trailers = {.model = "m", .reason = values[i].reason};
		char *text = NULL;
		struct mg_error err;
		assert_int_equal(mg_message_write(arena, "one\ntwo", &trailers, &text, &err), 0);
		assert_string_equal(text,
			mg_printf(arena, "one two\n\nModelgate: 1\nModel: m\n%s",
				values[i].line ? values[i].line : ""));
	}
}

static void refuses_what_is_too_long(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char *reason = mg_alloc(arena, MG_MESSAGE_MAX_BYTES + 1);
	memset(reason, 'x', MG_MESSAGE_MAX_BYTES);
	struct mg_trailers trailers = {.model = "m", .build = "7", .reason = reason};
	char *text = NULL;
	struct mg_error err;
	assert_int_equal(mg_message_write(arena, "s", &trailers, &text, &err), MG_ELIMIT);
	assert_non_null(strstr(err.text, "'Reason' with 4096"));
	assert_null(text);
	/* "s", an empty line, "Modelgate: 1", "Model: m", "Reason: ...": exactly what is allowed. */
	size_t around = strlen("s\n\nModelgate: 1\nModel: m\nBuild: 7\nReason: \n");
	reason[MG_MESSAGE_MAX_BYTES - around] = '\0';
	assert_int_equal(mg_message_write(arena, "s", &trailers, &text, &err), MG_OK);
	assert_int_equal(strlen(text), MG_MESSAGE_MAX_BYTES);
	reason[MG_MESSAGE_MAX_BYTES - around] = 'x';
	reason[MG_MESSAGE_MAX_BYTES - around + 1] = '\0';
	assert_int_equal(mg_message_write(arena, "s", &trailers, &text, &err), MG_ELIMIT);
}

/* Trailers of others: what git interpret-trailers --parse says of the same text. */
static const struct {
	const char *message;
	int format;
	const char *model, *reason;
} messages[] = {
	{"", 0, NULL, NULL},
	{"\n\n\n", 0, NULL, NULL},
	{"Registering artifact churn", 0, NULL, NULL},
	{"Modelgate: 1\nModel: m\n", 0, NULL, NULL}, /* a title, not trailers */
	{"s\n\nModelgate: 1\nModel: m\n", 1, "m", NULL},
	{"s\r\n\r\nModelgate: 1\r\nModel: m\r\n", 1, "m", NULL},
	{"s\n\nbody\n\nModelgate: 1\nModel: m\n\n\n", 1, "m", NULL},
	{"s\n\nmodelgate : 1\nMODEL:m\n", 1, "m", NULL},
	{"s\n\nModelgate: 1\nUnknown-Key: x\nModel: m\n", 1, "m", NULL},
	{"s\n\nModelgate: 1\nReason: a\n  long\n\tstory\nModel: m\n", 1, "m", "a long story"},
	{"s\n\nModelgate: 1\nModel: m\n\nbut then text\n", 0, NULL, NULL},
	{"s\n\nModelgate: 1\nthis is text\nModel: m\n", 0, NULL, NULL},
	{"s\n\nModelgate: 2\nModel: m\n", 0, NULL, NULL},
	{"s\n\nModel: m\n", 0, NULL, NULL},
	{"s\n\nModelgate: 1\nModel: m\nModel: n\n", 0, NULL, NULL},
	{"s\n\nModelgate: 1\nModelgate: 1\nModel: m\n", 0, NULL, NULL},
	{"s\n\nModelgate: 1\nDecision: PASSED\ndecision: OVERRIDDEN\n", 0, NULL, NULL},
	{"s\n\nModelgate: 1\nModel: m\n---\nModel: n\n", 1, "m", NULL}, /* git: a patch follows */
	{"s\n\nModelgate: 1\nModel: m\n--- a/file\nModel: n\n", 1, "m", NULL},
	{"s\n\nModelgate: 1\nModel: \n", 1, "", NULL},
	{"s\n\n: 1\n", 0, NULL, NULL},
};

static void reads_the_last_paragraph(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct mg_trailers trailers;
		mg_message_read(arena, messages[i].message, &trailers);
		if (trailers.format != messages[i].format ||
			!mg_streq(trailers.model, messages[i].model) ||
			!mg_streq(trailers.reason, messages[i].reason))
			fail_msg("message %zu: format %d, model '%s', reason '%s'", i,
				trailers.format, trailers.model ? trailers.model : "NULL",
				trailers.reason ? trailers.reason : "NULL");
	}
}

/* Ids and digests that are none are as if not written. */
static const char *const damaged[] = {"Previous: tag 0123", "Previous: tag",
	"Previous: ", "Previous: tag sha256:" SHA, "Previous: tag " ID "0", "Run: " SHA,
	"Run: sha256:" ID,
	"Run: sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
	"Evidence: x md5:" SHA, "Decision: passed", "Decision: MAYBE"};

static void drops_damaged_values(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		struct mg_trailers t;
		mg_message_read(arena, mg_printf(arena, "s\n\nModelgate: 1\n%s\n", damaged[i]), &t);
		assert_int_equal(t.format, 1);
		assert_int_equal(t.decision, MG_DECISION_NONE);
		assert_null(t.previous);
		assert_null(t.previous_id);
		assert_null(t.run_sha256);
		assert_null(t.evidence);
		assert_null(t.evidence_sha256);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_reads_back),
		cmocka_unit_test(values_stay_in_their_line),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(reads_the_last_paragraph),
		cmocka_unit_test(drops_damaged_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
