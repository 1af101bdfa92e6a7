/* push.c: creates or moves one ref on a remote, and is sure of what came of it. */
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "git/program.h"
#include "git/refusal.h"

struct push {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_remote *remote;
	const char *ref;
	const char *old; /* the object that stands there, or "" */
	const char *hex; /* the one that is to */
	double until;
};

/* ---- git's report ---- */

enum report { NONE, CREATED, TAKEN, REFUSED };

/* git push --porcelain writes a line for each ref: "*\t<from>:<to>\t[new tag]", " " when it
 * moved on, "=" when the remote has the object there already, "!\t<from>:<to>\t[remote rejected] (why)" when it was not done. */
static enum report read_report(const struct push *p, const char *out, char **out_why)
{
	const char *pair = mg_printf(p->arena, "\t%s:%s\t", p->hex, p->ref);
	const char *at = strstr(out, pair);
	*out_why = mg_strdup(p->arena, "");
	if (!at || at == out || (at - 1 > out && at[-2] != '\n'))
		return NONE;
	if (strchr("*= ", at[-1]))
		return CREATED;
	const char *why = at + strlen(pair);
	size_t len = strcspn(why, "\n");
	const char *open = memchr(why, '(', len);
	if (open && len > 0 && why[len - 1] == ')')
		*out_why = mg_strndup(p->arena, open + 1, (size_t)(why + len - 1 - (open + 1)));
	/* The remote had something else there before anything was sent. */
	return mg_streq(*out_why, "stale info") ? TAKEN : REFUSED;
}

/* ---- the push ---- */

static int fail_refused(
	const struct push *p, const char *why, const struct mg_git_done *done, struct mg_error *err)
{
	const char *words = mg_remote_words(p->arena, p->remote, done->complaints);
	return mg_fail(err, MG_EIO, "%s refuses to %s %s: %s%s%s", p->remote->address,
		*p->old ? "change" : "create", mg_log_safe_cut(p->arena, p->ref, 300),
		mg_remote_safe(p->arena, p->remote, why), *why && *words ? "; it says: " : "",
		words);
}

/* Somebody else moves the ref at this very moment: the words of git's receive-pack. */
static bool is_busy(const char *why)
{
	return strstr(why, "lock ref") || strstr(why, "failed to update ref");
}

/* The push went wrong or nobody knows how it went: what stands there now tells. */
static int look_again(
	const struct push *p, const char *why, enum mg_pushed *out, struct mg_error *err)
{
	struct mg_error later = {0};
	struct mg_remote_refs refs = {0};
	int code = mg_remote_list(p->arena, p->git, p->remote, p->until, &refs, &later);
	if (code == MG_ETIMEOUT)
		return code;
	if (code != MG_OK)
		return mg_fail(err, err->code,
			"%s; nobody knows whether it was created, since the server could not be asked "
			"again. Run the same command to find out",
			err->text);
	const char *id = mg_remote_ref_at(&refs, p->ref);
	if (!id || (mg_streq(id, p->old) && !is_busy(why)))
		return err->code;
	*out = mg_streq(id, p->hex) ? MG_PUSHED : MG_PUSH_TAKEN;
	return MG_OK;
}

static int push(const struct push *p, enum mg_pushed *out, struct mg_error *err)
{
	/* With an empty lease the remote must not have the ref. */
	const char *const arguments[] = {"git", "push", "--porcelain", "--no-verify",
		"--no-follow-tags", "--no-signed", "--recurse-submodules=no",
		mg_printf(p->arena, "--force-with-lease=%s:%s", p->ref, p->old), "--",
		MG_GIT_REMOTE, mg_printf(p->arena, "%s:%s", p->hex, p->ref), NULL};
	struct mg_git_done done;
	char *why = mg_strdup(p->arena, "");
	MG_TRY(mg_git_program(p->arena, p->git, p->remote, arguments, p->until, &done, err));
	switch (done.spoke_git ? read_report(p, done.out, &why) : NONE) {
	case CREATED:
		*out = MG_PUSHED;
		return MG_OK;
	case TAKEN:
		*out = MG_PUSH_TAKEN;
		return MG_OK;
	case REFUSED:
		fail_refused(p, why, &done, err);
		break;
	case NONE:
		mg_remote_fail(p->arena, p->remote, &done, err);
		if (!done.sent)
			return err->code;
		break;
	}
	return look_again(p, why, out, err);
}

int mg_remote_push(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	const char *ref, const git_oid *old, const git_oid *object, enum mg_pushed *out,
	struct mg_error *err)
{
	char hex[GIT_OID_HEXSZ + 1], was[GIT_OID_HEXSZ + 1];
	const struct push p = {.arena = arena,
		.git = git,
		.remote = remote,
		.ref = ref,
		.old = old ? mg_strdup(arena, git_oid_tostr(was, sizeof(was), old)) : "",
		.hex = mg_strdup(arena, git_oid_tostr(hex, sizeof(hex), object)),
		.until = mg_clock_ticks() + remote->timeout_s};
	int code = push(&p, out, err);
	if (code != MG_ETIMEOUT)
		return code;
	return mg_remote_timeout(arena, remote,
		mg_printf(arena,
			", and nobody knows whether it created %s (run the same command to find out)",
			mg_log_safe_cut(arena, ref, 300)),
		err);
}
