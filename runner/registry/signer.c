/* signer.c: a trial signature in each namespace. */
#include "registry/signer.h"

#include <string.h>

#include "base/text.h"
#include "evidence/dsse.h"
#include "evidence/signature.h"

int mg_signer_try(struct mg_arena *arena, const char *key, const struct mg_authority *authority,
	const struct mg_tagger *tagger, int64_t time_us, const char **out_why, struct mg_error *err)
{
	static const char *const spaces[] = {"git", MG_DSSE_NAMESPACE};
	static const char trial[] = "may this key sign?\n";
	const char *signer = NULL, *why = NULL;
	*out_why = NULL;
	if (!authority->signers.path)
		return MG_OK;
	for (size_t i = 0; i < 2 && !why; i++) {
		struct mg_signed what = {.name_space = spaces[i],
			.bytes = trial,
			.len = strlen(trial),
			.time_us = time_us};
		char *signature = NULL;
		MG_TRY(mg_signature_make(
			arena, key, spaces[i], trial, strlen(trial), &signature, err));
		what.signature = signature;
		MG_TRY(mg_signature_check(arena, &authority->signers, &what, &signer, &why, err));
	}
	if (!why && authority->policy.signer_is_tagger &&
		!mg_signer_is(arena, signer, tagger->email))
		why = mg_printf(arena, "it is %s's key, and the tag would be by %s <%s>", signer,
			tagger->name, tagger->email);
	*out_why = why;
	return MG_OK;
}

/* The bytes of the tag object before its signature. */
static bool signed_bytes(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_event *event, const char **out, size_t *len)
{
	git_odb *odb = NULL;
	git_odb_object *object = NULL;
	git_oid id;
	bool good = git_oid_fromstr(&id, event->id) == 0 &&
		git_repository_odb(&odb, git->repo) == 0 && git_odb_read(&object, odb, &id) == 0 &&
		git_odb_object_size(object) > strlen(event->signature);
	if (good) {
		*len = git_odb_object_size(object) - strlen(event->signature);
		/* A hostile object may hold NULs. */
		char *bytes = mg_alloc(arena, *len + 1);
		memcpy(bytes, git_odb_object_data(object), *len);
		*out = bytes;
	}
	git_odb_object_free(object);
	git_odb_free(odb);
	return good;
}

int mg_signer_of(struct mg_arena *arena, const struct mg_git *git, const struct mg_signers *signers,
	const struct mg_event *event, const char **out_signer, const char **out_why,
	struct mg_error *err)
{
	struct mg_signed what = {
		.name_space = "git", .signature = event->signature, .time_us = event->time_us};
	*out_signer = NULL;
	*out_why = mg_signature_rest(event->signature);
	if (*out_why)
		return MG_OK;
	*out_why = "its object cannot be read";
	if (!signed_bytes(arena, git, event, &what.bytes, &what.len))
		return MG_OK;
	return mg_signature_check(arena, signers, &what, out_signer, out_why, err);
}
