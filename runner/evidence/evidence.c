/* evidence.c: makes the bundle of a decision, keeps it as a commit without parents, reads it back. */
#include "evidence/evidence.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "evidence/dsse.h"
#include "evidence/statement.h"
#include "report/formats.h"
#include "report/write.h"

#define PREFIX "evidence/"
enum { NAME_DIGITS = 20 };

/* ---- the bundle ---- */

#define ROWS_NOTE "rows of data are not kept in git"

static bool has_rows(const struct mg_run *run)
{
	for (size_t i = 0; i < run->result_count; i++)
		if (run->results[i].sample_rows > 0)
			return true;
	return false;
}

/* Measures without rows of data: those may be personal, and git never forgets. */
static struct mg_run *without_rows(struct mg_arena *arena, const struct mg_run *run)
{
	struct mg_run *kept = mg_alloc(arena, sizeof(*kept));
	*kept = *run;
	kept->unsealed = false;
	kept->results = mg_alloc_array(arena, run->result_count, sizeof(*kept->results));
	for (size_t i = 0; i < run->result_count; i++) {
		struct mg_result *r = &kept->results[i];
		*r = run->results[i];
		if (r->sample_rows == 0)
			continue;
		r->sample_columns = NULL;
		r->sample_column_count = r->sample_rows = 0;
		r->samples = NULL;
		r->sample_note = ROWS_NOTE;
	}
	return kept;
}

struct bundle {
	struct mg_text jsonl, run;
};

static int add_line(struct mg_text *jsonl, const struct mg_text *statement, const char *key,
	char out_sha256[65], struct mg_error *err)
{
	size_t start = jsonl->len;
	if (key)
		MG_TRY(mg_dsse_add(jsonl, statement->data, statement->len, key, err));
	else
		mg_text_add_bytes(jsonl, statement->data, statement->len);
	mg_sha256(jsonl->data + start, jsonl->len - start, out_sha256);
	mg_text_add_char(jsonl, '\n');
	return MG_OK;
}

static int make_bundle(struct mg_arena *arena, const struct mg_evidence_input *input,
	struct bundle *out, struct mg_error *err)
{
	const struct mg_run *run = input->run;
	const char **digests = mg_alloc_array(arena, run->suite_count, sizeof(*digests));
	char kept[65], ignored[65];
	struct mg_text statement;
	mg_text_init(&out->jsonl, arena);
	mg_text_init(&out->run, arena);
	/* The very file that was judged, where that can be kept: the tag names its digest. */
	if (input->run_text && !has_rows(run))
		mg_text_add_bytes(&out->run, input->run_text, input->run_len);
	else
		MG_TRY(mg_report_text(
			&out->run, &mg_report_json, without_rows(arena, run), NULL, err));
	if (out->run.len > MG_GIT_FILE_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"the run has %s without its rows of data, and at most %s are kept in git: "
			"check fewer columns or slices",
			mg_human_bytes(arena, (double)out->run.len),
			mg_human_bytes(arena, MG_GIT_FILE_MAX_BYTES));
	mg_sha256(out->run.data, out->run.len, kept);
	for (size_t i = 0; i < run->suite_count; i++) {
		char *digest = mg_alloc(arena, 65);
		mg_text_init(&statement, arena);
		mg_statement_suite(&statement, input, run->suites[i]);
		MG_TRY(add_line(&out->jsonl, &statement, input->signing_key, digest, err));
		digests[i] = digest;
	}
	mg_text_init(&statement, arena);
	mg_statement_decision(&statement, input, digests, run->suite_count, kept);
	return add_line(&out->jsonl, &statement, input->signing_key, ignored, err);
}

/* ---- what a bundle must say ---- */

struct claim {
	const char *commit, *resource;
	enum mg_decision decision;
};

static bool read_decision(
	struct mg_arena *arena, const char *line, size_t len, struct mg_statement_decided *out)
{
	struct mg_envelope envelope;
	if (mg_dsse_read(arena, line, len, &envelope))
		return mg_statement_read_decision(arena, envelope.payload, envelope.len, out);
	return mg_statement_read_decision(arena, line, len, out);
}

/* NULL, or what is wrong with it. */
static const char *look_at(struct mg_arena *arena, const char *jsonl, size_t len, const char *run,
	size_t run_len, const struct claim *claim)
{
	struct mg_statement_decided decided = {0};
	char sha256[65];
	size_t lines = 0;
	const char *last = NULL;
	for (const char *line = jsonl, *end; line < jsonl + len; line = end + 1, lines++) {
		end = memchr(line, '\n', (size_t)(jsonl + len - line));
		if (!end)
			return "its last line has no end";
		last = line;
	}
	if (!last || !read_decision(arena, last, (size_t)(jsonl + len - 1 - last), &decided))
		return "its last line is not a decision";
	if (decided.digest_count != lines - 1)
		return "the decision does not name every statement before it";
	const char *line = jsonl;
	for (size_t i = 0; i < decided.digest_count; i++) {
		const char *end = memchr(line, '\n', (size_t)(jsonl + len - line));
		mg_sha256(line, (size_t)(end - line), sha256);
		if (!mg_streq(sha256, decided.digests[i]))
			return "a statement is not the one that the decision names";
		line = end + 1;
	}
	mg_sha256(run, run_len, sha256);
	if (!mg_streq(sha256, decided.kept_run_sha256))
		return "its run.json is not the one that the decision names";
	if (!mg_streq(decided.commit, claim->commit))
		return "it is about another commit";
	if (!mg_streq(decided.resource, claim->resource))
		return "it is about another model, version or stage";
	if (!mg_streq(decided.decision, mg_decision_word(claim->decision)))
		return "its decision is another";
	return NULL;
}

/* ---- in git ---- */

static const char *name_of(struct mg_arena *arena, const struct mg_evidence_input *input)
{
	const struct mg_trailers *t = input->trailers;
	const char *const parts[] = {input->commit,
		mg_statement_resource(arena, t->model, t->version, input->stage), input->run_sha256,
		mg_decision_word(t->decision), t->branch, t->branch_id, t->policy_sha256, t->reason,
		t->build, input->tagger->name, input->tagger->email, input->signing_key};
	struct mg_text text;
	char sha256[65];
	mg_text_init(&text, arena);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		mg_text_addf(&text, "%s\n", parts[i] ? parts[i] : "");
	for (size_t i = 0; i < t->approver_count; i++)
		mg_text_addf(&text, "%s\n", t->approvers[i]);
	for (size_t i = 0; i < input->artifact_count; i++)
		mg_text_addf(
			&text, "%s %s\n", input->artifacts[i].sha256, input->artifacts[i].name);
	for (size_t i = 0; i < input->overridden->count; i++)
		mg_text_addf(&text, "%s %s\n", input->overridden->list[i].rule,
			input->overridden->list[i].found);
	mg_sha256(text.data, text.len, sha256);
	return mg_printf(arena, PREFIX "%.*s", NAME_DIGITS, sha256);
}

static int write_tree(const struct mg_git *git, const struct bundle *bundle, git_oid *out)
{
	git_treebuilder *builder = NULL;
	git_oid blob;
	int code = git_treebuilder_new(&builder, git->repo, NULL);
	if (code == 0)
		code = git_blob_create_from_buffer(
			&blob, git->repo, bundle->jsonl.data, bundle->jsonl.len);
	if (code == 0)
		code = git_treebuilder_insert(
			NULL, builder, MG_EVIDENCE_JSONL, &blob, GIT_FILEMODE_BLOB);
	if (code == 0)
		code = git_blob_create_from_buffer(
			&blob, git->repo, bundle->run.data, bundle->run.len);
	if (code == 0)
		code = git_treebuilder_insert(
			NULL, builder, MG_EVIDENCE_RUN, &blob, GIT_FILEMODE_BLOB);
	if (code == 0)
		code = git_treebuilder_write(out, builder);
	git_treebuilder_free(builder);
	return code;
}

static int write_commit(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_evidence_input *input, const struct bundle *bundle, git_oid *out,
	struct mg_error *err)
{
	const struct mg_trailers *t = input->trailers;
	const char *message = mg_printf(arena,
		"Evidence: model %s version %s to %s\n\nof commit %s\n", t->model, t->version,
		input->stage, input->commit);
	git_signature *by = NULL;
	git_tree *tree = NULL;
	git_oid tree_id;
	int code = write_tree(git, bundle, &tree_id);
	if (code == 0)
		code = git_tree_lookup(&tree, git->repo, &tree_id);
	if (code == 0)
		code = git_signature_new(&by, input->tagger->name, input->tagger->email,
			input->time_us / 1000000, input->tagger->offset_minutes);
	if (code == 0)
		code = git_commit_create(
			out, git->repo, NULL, by, by, NULL, message, tree, 0, NULL);
	git_signature_free(by);
	git_tree_free(tree);
	return code == 0 ? MG_OK : mg_git_fail(err, code, "write the evidence");
}

/* A commit without parents, of two plain files: what else would come along is nobody's evidence. */
static bool is_as_written(const struct mg_git *git, const git_oid *id)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	bool good = git_commit_lookup(&commit, git->repo, id) == 0 &&
		git_commit_tree(&tree, commit) == 0 && git_commit_parentcount(commit) == 0 &&
		git_tree_entrycount(tree) == 2;
	for (size_t i = 0; good && i < 2; i++)
		good = git_tree_entry_filemode(git_tree_entry_byindex(tree, i)) ==
			GIT_FILEMODE_BLOB;
	git_tree_free(tree);
	git_commit_free(commit);
	return good;
}

/* Both files of an evidence commit. */
static int read_files(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const char **out_jsonl, size_t *out_len, const char **out_run, size_t *out_run_len,
	struct mg_error *err)
{
	int code = mg_git_file(arena, git, commit, MG_EVIDENCE_JSONL, out_jsonl, out_len, err);
	if (code == MG_OK)
		code = mg_git_file(arena, git, commit, MG_EVIDENCE_RUN, out_run, out_run_len, err);
	if (code == MG_OK && !is_as_written(git, commit))
		return mg_fail(err, MG_EIO,
			"the evidence %.12s is not a commit without parents that holds two files",
			git_oid_tostr_s(commit));
	/* The ref is there, so what it lacks was taken away. */
	if (code == MG_ENOTFOUND)
		err->code = MG_EIO;
	return code == MG_OK ? MG_OK : (int)err->code;
}

static bool find(struct mg_arena *arena, const struct mg_git *git, const char *name, git_oid *out)
{
	const char *ref = mg_printf(arena, "refs/tags/%s", name);
	return git_reference_name_to_id(out, git->repo, ref) == 0;
}

/* What an earlier try left, if it is whole. */
static int use_again(struct mg_arena *arena, const struct mg_git *git, const struct claim *claim,
	struct mg_evidence *e, struct mg_error *err)
{
	const char *jsonl = NULL, *run = NULL;
	size_t len = 0, run_len = 0;
	char *sha256 = mg_alloc(arena, 65);
	MG_TRY(read_files(arena, git, &e->commit, &jsonl, &len, &run, &run_len, err));
	const char *wrong = look_at(arena, jsonl, len, run, run_len, claim);
	if (wrong)
		return mg_fail(err, MG_EIO,
			"the tag %s is not what an earlier try would have left: %s; if nobody "
			"knows who made it, delete it here and on the remote",
			e->ref, wrong);
	mg_sha256(jsonl, len, sha256);
	e->sha256 = sha256;
	return MG_OK;
}

int mg_evidence_write(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_evidence_input *input, struct mg_evidence *out, struct mg_error *err)
{
	const struct mg_trailers *t = input->trailers;
	struct claim claim = {input->commit,
		mg_statement_resource(arena, t->model, t->version, input->stage), t->decision};
	struct mg_evidence made = {.ref = name_of(arena, input)};
	if (find(arena, git, made.ref, &made.commit)) {
		MG_TRY(use_again(arena, git, &claim, &made, err));
	} else {
		struct bundle bundle;
		char *sha256 = mg_alloc(arena, 65);
		MG_TRY(make_bundle(arena, input, &bundle, err));
		MG_TRY(write_commit(arena, git, input, &bundle, &made.commit, err));
		mg_sha256(bundle.jsonl.data, bundle.jsonl.len, sha256);
		made.sha256 = sha256;
	}
	*out = made;
	return MG_OK;
}

/* ---- reading ---- */

static bool is_evidence_name(const char *name)
{
	if (!name || !mg_starts_with(name, PREFIX))
		return false;
	size_t digits = strspn(name + strlen(PREFIX), "0123456789abcdef");
	return digits == NAME_DIGITS && !name[strlen(PREFIX) + digits];
}

int mg_evidence_read(struct mg_arena *arena, const struct mg_git *git, const struct mg_event *event,
	struct mg_evidence_read *out, struct mg_error *err)
{
	const struct mg_trailers *t = &event->trailers;
	struct mg_evidence_read read = {0};
	const char *run = NULL;
	size_t run_len = 0;
	char sha256[65];
	git_oid commit;
	if (!is_evidence_name(t->evidence) || !t->evidence_sha256 || !t->version)
		return mg_fail(err, MG_ENOTFOUND,
			"the tag %s names no evidence: it was not made by modelgate promote",
			event->tag);
	if (!find(arena, git, t->evidence, &commit))
		return mg_fail(err, MG_ENOTFOUND,
			"this clone lacks the tag %s with the evidence of %s: " MG_GIT_FULL_CLONE,
			t->evidence, event->tag);
	MG_TRY(read_files(arena, git, &commit, &read.jsonl, &read.len, &run, &run_len, err));
	mg_sha256(read.jsonl, read.len, sha256);
	struct claim claim = {event->commit,
		mg_statement_resource(arena, event->name.model, t->version, event->name.stage),
		t->decision};
	const char *wrong = mg_streq(sha256, t->evidence_sha256)
		? look_at(arena, read.jsonl, read.len, run, run_len, &claim)
		: "it was changed: its digest differs";
	if (wrong)
		return mg_fail(err, MG_EIO, "the evidence %s is not what %s says: %s", t->evidence,
			event->tag, wrong);
	if (mg_run_read(arena, run, run_len, &read.run, err) != MG_OK)
		return mg_fail_in(err, "the evidence %s", t->evidence);
	read.run_text = run;
	read.run_len = run_len;
	*out = read;
	return MG_OK;
}

/* ---- made again ---- */

static bool was_stripped(const struct mg_run *run)
{
	for (size_t i = 0; i < run->result_count; i++)
		if (mg_streq(run->results[i].sample_note, ROWS_NOTE))
			return true;
	return false;
}

/* The next line's statement, and the digest of the line. */
static struct mg_text next_statement(
	struct mg_arena *arena, const char **at, const char *end, char out_sha256[65])
{
	const char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));
	size_t len = (size_t)((stop ? stop : end) - line);
	struct mg_envelope envelope;
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_sha256(line, len, out_sha256);
	if (mg_dsse_read(arena, line, len, &envelope))
		mg_text_add_bytes(&text, envelope.payload, envelope.len);
	else
		mg_text_add_bytes(&text, line, len);
	*at = stop ? stop + 1 : end;
	return text;
}

static bool is_same(const struct mg_text *a, const struct mg_text *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

const char *mg_evidence_differs(struct mg_arena *arena, const struct mg_evidence_read *evidence,
	struct mg_evidence_input *input)
{
	const struct mg_run *run = input->run;
	const char *at = evidence->jsonl, *end = at + evidence->len;
	const char **digests = mg_alloc_array(arena, run->suite_count, sizeof(*digests));
	struct mg_text made, found = {0};
	char kept[65], ignored[65];
	mg_sha256(evidence->run_text, evidence->run_len, kept);
	if (!was_stripped(run) && !mg_streq(kept, input->run_sha256))
		return "its run.json is not the run that the tag names";
	while (at < end)
		found = next_statement(arena, &at, end, ignored);
	if (!evidence->len || !mg_statement_read_frame(arena, found.data, found.len, input))
		return "its last line is not a decision";
	at = evidence->jsonl;
	for (size_t i = 0; i < run->suite_count; i++) {
		char *digest = mg_alloc(arena, 65);
		if (at == end)
			return "it has fewer statements than its run has suites";
		found = next_statement(arena, &at, end, digest);
		mg_text_init(&made, arena);
		mg_statement_suite(&made, input, run->suites[i]);
		if (!is_same(&made, &found))
			return mg_printf(arena,
				"its statement %zu is not what its run says of suite %s", i + 1,
				run->suites[i]);
		digests[i] = digest;
	}
	if (at == end)
		return "it has fewer statements than its run has suites";
	found = next_statement(arena, &at, end, ignored);
	mg_text_init(&made, arena);
	mg_statement_decision(&made, input, digests, run->suite_count, kept);
	if (at != end)
		return "it has more statements than its run has suites";
	return is_same(&made, &found) ? NULL
				      : "its decision is not the one that the tag and the run make";
}

int mg_evidence_check_signers(struct mg_arena *arena, const struct mg_evidence_read *evidence,
	int64_t time_us, const struct mg_signers *signers, const char **out_why,
	struct mg_error *err)
{
	const char *end = evidence->jsonl + evidence->len, *line = evidence->jsonl;
	*out_why = NULL;
	for (size_t number = 1; line < end; number++) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((stop ? stop : end) - line);
		struct mg_envelope envelope;
		const char *why = NULL;
		if (mg_dsse_read(arena, line, len, &envelope))
			MG_TRY(mg_dsse_check(arena, &envelope, time_us, signers, &why, err));
		if (why) {
			*out_why = mg_printf(arena, "line %zu of the evidence: %s", number, why);
			return MG_OK;
		}
		line += len + 1;
	}
	return MG_OK;
}
