/* tag_write.c: tag objects are written as bytes, since libgit2 cannot sign them; refs are created under
 * git's own lock file. */
#include "registry/tag_write.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "evidence/signature.h"

#define SIGNATURE_NAMESPACE "git"
/* git holds the lock of a ref for milliseconds. One that stands longer was left by a process that was
 * killed; whoever might still hold it fails when it finds the file gone. */
#define LOCK_SECONDS 3.0

int mg_tag_object(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_tag_draft *draft, git_oid *out, struct mg_error *err)
{
	char hex[GIT_OID_HEXSZ + 1];
	int offset = draft->tagger->offset_minutes, size = offset < 0 ? -offset : offset;
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_addf(&text, "object %s\ntype commit\ntag %s\n",
		git_oid_tostr(hex, sizeof(hex), &draft->commit), draft->name);
	mg_text_addf(&text, "tagger %s <%s> %lld %c%02d%02d\n\n%s", draft->tagger->name,
		draft->tagger->email, (long long)(draft->time_us / 1000000), offset < 0 ? '-' : '+',
		size / 60, size % 60, draft->message);
	if (draft->signing_key) {
		char *signature = NULL;
		MG_TRY(mg_signature_make(arena, draft->signing_key, SIGNATURE_NAMESPACE, text.data,
			text.len, &signature, err));
		mg_text_add(&text, signature);
	}
	git_odb *objects = NULL;
	int code = git_repository_odb(&objects, git->repo);
	if (code == 0)
		code = git_odb_write(out, objects, text.data, text.len, GIT_OBJECT_TAG);
	git_odb_free(objects);
	return code == 0 ? MG_OK : mg_git_fail(err, code, "write the tag %s", draft->name);
}

/* ---- refs ---- */

static void wait_a_little(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
}

static bool remove_lock(struct mg_arena *arena, const struct mg_git *git, const char *ref)
{
	return unlink(mg_printf(arena, "%s%s.lock", git->folder, ref)) == 0;
}

static int lock(struct mg_arena *arena, const struct mg_git *git, const char *ref,
	git_transaction **out, struct mg_error *err)
{
	double began = mg_clock_ticks();
	bool removed = false;
	for (;;) {
		git_transaction *transaction = NULL;
		int code = git_transaction_new(&transaction, git->repo);
		if (code == 0)
			code = git_transaction_lock_ref(transaction, ref);
		if (code == 0) {
			*out = transaction;
			return MG_OK;
		}
		git_transaction_free(transaction);
		if (code != GIT_ELOCKED)
			return mg_git_fail(err, code, "create %s", ref);
		if (mg_clock_ticks() - began > LOCK_SECONDS) {
			if (removed || !remove_lock(arena, git, ref))
				return mg_git_fail(err, code, "create %s", ref);
			removed = true;
		}
		wait_a_little();
	}
}

int mg_ref_create(struct mg_arena *arena, const struct mg_git *git, const char *name,
	const git_oid *object, enum mg_created *out, struct mg_error *err)
{
	const char *ref = mg_printf(arena, "refs/tags/%s", name);
	git_transaction *transaction = NULL;
	git_oid there;
	MG_TRY(lock(arena, git, ref, &transaction, err));
	int code = git_reference_name_to_id(&there, git->repo, ref);
	bool exists = code == 0;
	if (code == GIT_ENOTFOUND) {
		code = git_transaction_set_target(transaction, ref, object, NULL, NULL);
		if (code == 0)
			code = git_transaction_commit(transaction);
	}
	git_transaction_free(transaction);
	if (code != 0)
		return mg_git_fail(err, code, "create %s", ref);
	*out = !exists || git_oid_equal(&there, object) ? MG_CREATED : MG_TAKEN;
	return MG_OK;
}
