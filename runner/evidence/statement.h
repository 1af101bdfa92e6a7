/* statement.h: what evidence says, as in-toto Statements v1. Lines of JSON, without their ends. */
#ifndef MG_EVIDENCE_STATEMENT_H
#define MG_EVIDENCE_STATEMENT_H

#include "base/text.h"
#include "evidence/evidence.h"

/* What was promoted, as a URI: "modelgate:churn@v1.3.0#PPS". */
char *mg_statement_resource(
	struct mg_arena *arena, const char *model, const char *version, const char *stage);

/* Test-result v0.1 of one suite of the run. Checks that could not be measured count as failed. */
void mg_statement_suite(
	struct mg_text *out, const struct mg_evidence_input *input, const char *suite);
/* SLSA verification summary v1: the decision. digests: SHA-256 of the lines before it. An overridden
 * decision is FAILED to SLSA; what was overridden, by whom and why stands beside it. */
void mg_statement_decision(struct mg_text *out, const struct mg_evidence_input *input,
	const char *const *digests, size_t count, const char *kept_run_sha256);

/* The parts of a decision that readers compare. */
struct mg_statement_decided {
	const char *commit, *resource, *decision, *kept_run_sha256;
	const char **digests;
	size_t digest_count;
};
/* false: it is no decision of ours. */
bool mg_statement_read_decision(
	struct mg_arena *arena, const char *json, size_t len, struct mg_statement_decided *out);

/* What a decision says that nothing else does: when and by which program it was made, and of which
 * artifacts. false: it does not say so as modelgate does. */
bool mg_statement_read_frame(
	struct mg_arena *arena, const char *json, size_t len, struct mg_evidence_input *out);

#endif
