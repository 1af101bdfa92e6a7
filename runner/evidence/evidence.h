/* evidence.h: why a model may be where it is: in-toto statements, kept in git beside the tags.
 *
 * A decision's evidence is a commit without parents whose tree holds
 *   evidence.intoto.jsonl  one in-toto Statement v1 a line (or its DSSE envelope, when signed): a
 *                          test-result v0.1 per suite, then a SLSA VSA for the decision
 *   run.json               the measures, without samples of failing rows
 * under a lightweight tag evidence/<20 hex>, named by a digest of what was decided. Lightweight tags
 * are no events; clones get them like any tag; creating them needs no other permission; they never
 * move, so parallel promotions do not meet. The number of the stage tag is not part of it: whoever
 * loses a race for a number keeps the evidence. */
#ifndef MG_EVIDENCE_EVIDENCE_H
#define MG_EVIDENCE_EVIDENCE_H

#include <modelgate/error.h>
#include <modelgate/release.h>
#include <modelgate/run.h>

#include "evidence/inputs.h"
#include "evidence/signature.h"
#include "git/tagger.h"

#define MG_EVIDENCE_JSONL "evidence.intoto.jsonl"
#define MG_EVIDENCE_RUN "run.json"

struct mg_evidence_input {
	const struct mg_run *run;
	const char *run_text; /* the run file; NULL: `run` is written anew */
	size_t run_len;
	const char *run_sha256;              /* of it */
	const struct mg_inputs *inputs;      /* the run's, beside those of the commit */
	const char *stage;                   /* to go to */
	const char *commit;                  /* 40 hex */
	const struct mg_trailers *trailers;  /* decision, model, version, spec, approvers ... */
	const struct mg_artifact *artifacts; /* subjects beside the commit */
	size_t artifact_count;
	const struct mg_refusals *overridden;
	const struct mg_tagger *tagger;
	int64_t time_us;
	const char *program;     /* that decided: "modelgate 0.1.0" */
	const char *signing_key; /* file of an SSH key, or NULL */
};
struct mg_evidence {
	const char *ref;    /* "evidence/0123456789abcdef0123" */
	const char *sha256; /* of evidence.intoto.jsonl */
	git_oid commit;     /* the evidence commit, in the object database; no ref yet */
};
/* Writes the objects, not the ref. The same decision gives the same ref name; when the clone has
 * that ref already (a promotion that was cut off), that one is used and checked. */
MG_MUST_USE int mg_evidence_write(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_evidence_input *input, struct mg_evidence *out, struct mg_error *err);

/* The bundle that a tag names, digest checked, statements looked at (subject, decision, version), and
 * the run's measures. MG_ENOTFOUND: the tag names none, or the clone lacks it (says how to fetch);
 * MG_EIO: it is not what the tag says. */
struct mg_evidence_read {
	const char *jsonl;
	size_t len;
	struct mg_run *run;
	const char *run_text; /* of run.json */
	size_t run_len;
};
MG_MUST_USE int mg_evidence_read(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_event *event, struct mg_evidence_read *out, struct mg_error *err);
/* Is it, byte by byte, what modelgate makes of this? Time, program and artifacts are taken from the bundle,
 * all else from `input`. NULL: it is; else where it is not. */
const char *mg_evidence_differs(struct mg_arena *arena, const struct mg_evidence_read *evidence,
	struct mg_evidence_input *input);
/* Were all of its envelopes, at that time, signed by one of the allowed signers? Statements without one
 * are passed over: the tag's own signature covers them. As mg_signature_check; *out_why names the line. */
MG_MUST_USE int mg_evidence_check_signers(struct mg_arena *arena,
	const struct mg_evidence_read *evidence, int64_t time_us, const struct mg_signers *signers,
	const char **out_why, struct mg_error *err);

#endif
