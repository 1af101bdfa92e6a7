/* statement.c: writes in-toto statements of a run and a decision, and reads decisions back. */
#include "evidence/statement.h"

#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "report/json_out.h"

#define STATEMENT "https://in-toto.io/Statement/v1"
#define TEST_RESULT "https://in-toto.io/attestation/test-result/v0.1"
#define SUMMARY "https://slsa.dev/verification_summary/v1"
/* Names of our own must be URIs in the predicates of others. */
#define DECISION "urn:modelgate:decision:2"
#define VERIFIER "urn:modelgate:promote"
#define DEFAULT_POLICY "urn:modelgate:policy:default"

char *mg_statement_resource(
	struct mg_arena *arena, const char *model, const char *version, const char *stage)
{
	return mg_printf(arena, "modelgate:%s@%s#%s", model, version, stage);
}

/* ---- parts ---- */

static void digest(struct mg_json *json, const char *algorithm, const char *hex)
{
	mg_json_open(json, "digest", '{', true);
	mg_json_text(json, algorithm, hex);
	mg_json_close(json, '}');
}

static void open_statement(
	struct mg_json *json, const struct mg_evidence_input *input, const char *predicate_type)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "_type", STATEMENT);
	mg_json_open(json, "subject", '[', true);
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "name", input->trailers->model);
	digest(json, "gitCommit", input->commit);
	mg_json_close(json, '}');
	for (size_t i = 0; i < input->artifact_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "name", input->artifacts[i].name);
		digest(json, "sha256", input->artifacts[i].sha256);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_text(json, "predicateType", predicate_type);
	mg_json_open(json, "predicate", '{', true);
}

static void close_statement(struct mg_json *json)
{
	mg_json_close(json, '}');
	mg_json_close(json, '}');
}

/* Names of the suite's checks that ended in one of the verdicts. */
static void names(struct mg_json *json, const char *key, const struct mg_run *run,
	const char *suite, unsigned verdicts)
{
	mg_json_open(json, key, '[', true);
	for (size_t i = 0; i < run->result_count; i++)
		if (mg_streq(run->results[i].suite, suite) &&
			verdicts & 1u << run->results[i].verdict)
			mg_json_text(json, NULL, run->results[i].name);
	mg_json_close(json, ']');
}

enum {
	PASSED = 1u << MG_PASS,
	WARNED = 1u << MG_WARN,
	FAILED = 1u << MG_FAIL | 1u << MG_ERROR,
	NOT_MEASURED = 1u << MG_ERROR,
	SKIPPED = 1u << MG_SKIP
};

/* As the run's own verdict: a suite in which nothing was held to a limit has not passed. */
static const char *suite_result(const struct mg_run *run, const char *suite)
{
	unsigned met = 0;
	for (size_t i = 0; i < run->result_count; i++)
		if (mg_streq(run->results[i].suite, suite))
			met |= 1u << run->results[i].verdict;
	if (met & FAILED || !(met & (PASSED | WARNED)))
		return "FAILED";
	return met & WARNED ? "WARNED" : "PASSED";
}

static void configuration(
	struct mg_json *json, const struct mg_evidence_input *input, const char *suite)
{
	const struct mg_run *run = input->run;
	mg_json_open(json, "configuration", '[', true);
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "name", input->trailers->spec);
	digest(json, "sha256", run->spec_sha256);
	mg_json_open(json, "annotations", '{', true);
	mg_json_text(json, "suite", suite);
	mg_json_text(json, "stage", run->stage);
	names(json, "notMeasured", run, suite, NOT_MEASURED);
	names(json, "skipped", run, suite, SKIPPED);
	mg_json_close(json, '}');
	mg_json_close(json, '}');
	for (size_t i = 0; i < run->input_count; i++) {
		const struct mg_input *in = &run->inputs[i];
		if (!in->table.kind && (!in->sha256 || !*in->sha256))
			continue; /* a run that was stopped had no time to */
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "name", in->path);
		if (!in->table.kind)
			digest(json, "sha256", in->sha256);
		mg_json_open(json, "annotations", '{', true);
		mg_json_text(json, "data", in->data);
		if (in->table.kind) {
			mg_json_text(json, "engine", in->table.kind);
			mg_json_text(json, "state", mg_input_state_words(json->out->arena, in));
		}
		const char *profile = mg_input_profile_words(json->out->arena, in);
		if (profile)
			mg_json_text(json, "profile", profile);
		mg_json_text(json, "place", mg_input_place_word(input->inputs->places[i]));
		mg_json_close(json, '}');
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

void mg_statement_suite(
	struct mg_text *out, const struct mg_evidence_input *input, const char *suite)
{
	struct mg_json json = {.out = out};
	open_statement(&json, input, TEST_RESULT);
	mg_json_text(&json, "result", suite_result(input->run, suite));
	configuration(&json, input, suite);
	names(&json, "passedTests", input->run, suite, PASSED);
	names(&json, "warnedTests", input->run, suite, WARNED);
	names(&json, "failedTests", input->run, suite, FAILED);
	close_statement(&json);
}

/* ---- the decision ---- */

const char *mg_decision_word(enum mg_decision decision)
{
	static const char *const words[] = {NULL, "PASSED", "OVERRIDDEN"};
	return words[decision];
}

static void summary(struct mg_json *json, const struct mg_evidence_input *input,
	const char *const *digests, size_t count)
{
	const struct mg_trailers *t = input->trailers;
	bool passed = t->decision == MG_DECISION_PASSED;
	mg_json_open(json, "verifier", '{', true);
	mg_json_text(json, "id", VERIFIER);
	mg_json_close(json, '}');
	mg_json_text(json, "timeVerified",
		mg_clock_text(json->out->arena, input->time_us - input->time_us % 1000000));
	mg_json_text(json, "resourceUri",
		mg_statement_resource(json->out->arena, t->model, t->version, input->stage));
	mg_json_open(json, "policy", '{', true);
	mg_json_text(json, "uri", t->policy_sha256 ? ".modelgate.yaml" : DEFAULT_POLICY);
	if (t->policy_sha256)
		digest(json, "sha256", t->policy_sha256);
	mg_json_close(json, '}');
	mg_json_open(json, "inputAttestations", '[', true);
	for (size_t i = 0; i < count; i++) {
		mg_json_open(json, NULL, '{', true);
		digest(json, "sha256", digests[i]);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_text(json, "verificationResult", passed ? "PASSED" : "FAILED");
	mg_json_open(json, "verifiedLevels", '[', true);
	mg_json_text(json, NULL,
		passed ? mg_printf(json->out->arena, "MODELGATE_%s", input->stage) : "FAILED");
	mg_json_close(json, ']');
}

void mg_statement_decision(struct mg_text *out, const struct mg_evidence_input *input,
	const char *const *digests, size_t count, const char *kept_run_sha256)
{
	const struct mg_trailers *t = input->trailers;
	struct mg_json json = {.out = out};
	open_statement(&json, input, SUMMARY);
	summary(&json, input, digests, count);
	mg_json_open(&json, DECISION, '{', true);
	mg_json_text(&json, "decision", mg_decision_word(t->decision));
	mg_json_text(&json, "model", t->model);
	mg_json_text(&json, "version", t->version);
	mg_json_text(&json, "stage", input->stage);
	mg_json_text(&json, "vars", t->vars);
	mg_json_text(&json, "attempt", t->attempt);
	mg_json_text(&json, "earlier", t->earlier);
	mg_json_text(&json, "deployed", t->deployed);
	mg_json_text(&json, "branch", t->branch);
	mg_json_text(&json, "branchCommit", t->branch_id);
	mg_json_text(&json, "verdict", mg_verdict_word(input->run->verdict));
	mg_json_text(&json, "runSha256", input->run_sha256);
	mg_json_text(&json, "keptRunSha256", kept_run_sha256);
	mg_json_open(&json, "overridden", '[', true);
	for (size_t i = 0; i < input->overridden->count; i++) {
		mg_json_open(&json, NULL, '{', true);
		mg_json_text(&json, "rule", input->overridden->list[i].rule);
		mg_json_text(&json, "found", input->overridden->list[i].found);
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, ']');
	mg_json_text(&json, "reason", t->reason);
	mg_json_open(&json, "approvers", '[', true);
	for (size_t i = 0; i < t->approver_count; i++)
		mg_json_text(&json, NULL, t->approvers[i]);
	mg_json_close(&json, ']');
	mg_json_text(&json, "by",
		mg_printf(out->arena, "%s <%s>", input->tagger->name, input->tagger->email));
	mg_json_text(&json, "build", t->build);
	mg_json_text(&json, "program", input->program);
	mg_json_close(&json, '}');
	close_statement(&json);
}

/* ---- reading ---- */

static const char *text_of(struct mg_arena *arena, const json_t *object, const char *key)
{
	return mg_strdup(arena, json_string_value(json_object_get(object, key)));
}

static bool read_digests(
	struct mg_arena *arena, const json_t *list, struct mg_statement_decided *out)
{
	out->digest_count = json_array_size(list);
	out->digests = mg_alloc_array(arena, out->digest_count, sizeof(*out->digests));
	for (size_t i = 0; i < out->digest_count; i++) {
		const json_t *d = json_object_get(json_array_get(list, i), "digest");
		out->digests[i] = text_of(arena, d, "sha256");
		if (!out->digests[i])
			return false;
	}
	return true;
}

bool mg_statement_read_decision(
	struct mg_arena *arena, const char *json, size_t len, struct mg_statement_decided *out)
{
	json_t *top = json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *predicate = json_object_get(top, "predicate");
	const json_t *decision = json_object_get(predicate, DECISION);
	const json_t *subjects = json_object_get(top, "subject");
	const json_t *subject = json_object_get(json_array_get(subjects, 0), "digest");
	*out = (struct mg_statement_decided){
		.commit = text_of(arena, subject, "gitCommit"),
		.resource = text_of(arena, predicate, "resourceUri"),
		.decision = text_of(arena, decision, "decision"),
		.kept_run_sha256 = text_of(arena, decision, "keptRunSha256"),
	};
	const char *kind = json_string_value(json_object_get(top, "predicateType"));
	bool good = mg_streq(kind, SUMMARY) && out->commit && out->resource && out->decision &&
		out->kept_run_sha256 &&
		read_digests(arena, json_object_get(predicate, "inputAttestations"), out);
	json_decref(top);
	return good;
}

static bool is_program(const char *program)
{
	static const char word[] = "modelgate ";
	return program && mg_starts_with(program, word) && program[sizeof(word) - 1] &&
		!program[sizeof(word) - 1 + strspn(program + sizeof(word) - 1, "0123456789.")];
}

static bool read_artifacts(
	struct mg_arena *arena, const json_t *subjects, struct mg_evidence_input *out)
{
	size_t count = json_array_size(subjects);
	struct mg_artifact *list = mg_alloc_array(arena, count, sizeof(*list));
	out->artifacts = list;
	out->artifact_count = 0;
	for (size_t i = 1; i < count; i++) {
		const json_t *subject = json_array_get(subjects, i);
		struct mg_artifact *one = &list[out->artifact_count++];
		one->name = text_of(arena, subject, "name");
		one->sha256 = text_of(arena, json_object_get(subject, "digest"), "sha256");
		if (!one->name || !one->sha256)
			return false;
	}
	return true;
}

bool mg_statement_read_frame(
	struct mg_arena *arena, const char *json, size_t len, struct mg_evidence_input *out)
{
	json_t *top = json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *predicate = json_object_get(top, "predicate");
	const json_t *decision = json_object_get(predicate, DECISION);
	const char *time = text_of(arena, predicate, "timeVerified");
	out->program = text_of(arena, decision, "program");
	bool good = time && mg_clock_parse(time, &out->time_us) && is_program(out->program) &&
		read_artifacts(arena, json_object_get(top, "subject"), out);
	json_decref(top);
	return good;
}
