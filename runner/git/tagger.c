/* tagger.c: looks for a name and an e-mail address in git's settings and the environment. */
#include "git/tagger.h"

#include <stdlib.h>

#include "base/text.h"

/* git's own clean-up and check of names comes with git_signature_now. */
static bool take(struct mg_arena *arena, git_signature *signature, struct mg_tagger *out)
{
	bool good = *signature->name && *signature->email;
	if (good)
		*out = (struct mg_tagger){mg_strdup(arena, signature->name),
			mg_strdup(arena, signature->email), signature->when.offset};
	git_signature_free(signature);
	return good;
}

int mg_tagger_find(struct mg_arena *arena, const struct mg_git *git, struct mg_tagger *out,
	struct mg_error *err)
{
	static const struct {
		const char *name, *email;
	} variables[] = {{"GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"},
		{"BUILD_REQUESTEDFOR", "BUILD_REQUESTEDFOREMAIL"}};
	git_signature *signature = NULL;
	if (git_signature_default(&signature, git->repo) == 0 && take(arena, signature, out))
		return MG_OK;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *name = getenv(variables[i].name), *email = getenv(variables[i].email);
		if (name && email && git_signature_now(&signature, name, email) == 0 &&
			take(arena, signature, out))
			return MG_OK;
	}
	return mg_fail(err, MG_EUSAGE,
		"git has no name to write into the tag: set one with git config user.name NAME "
		"and git config user.email ADDRESS (or GIT_COMMITTER_NAME and "
		"GIT_COMMITTER_EMAIL)");
}
