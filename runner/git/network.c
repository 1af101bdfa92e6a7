/* network: each call to a remote in a child with a deadline. The child works with the parent's open
 * repository, of which it has a copy, and writes what it found as one struct verdict and, for a
 * fetch, the refs: "<40 hex> <name>\n" each. */
#include "git/network.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/text.h"
#include "git/network_call.h"
#include "git/network_child.h"

struct verdict {
	struct mg_error error;
	enum mg_pushed pushed;
};

/* ---- in the child ---- */

static void push_in_child(void *context, struct mg_text *answer)
{
	struct mg_call *call = context;
	struct verdict verdict = {0};
	call->arena = answer->arena;
	mg_text_init(&call->said, call->arena);
	verdict.error.code = (enum mg_code)mg_call_push(call, &verdict.pushed, &verdict.error);
	mg_text_add_bytes(answer, (const char *)&verdict, sizeof(verdict));
}

static void fetch_in_child(void *context, struct mg_text *answer)
{
	struct mg_call *call = context;
	struct verdict verdict = {0};
	struct mg_text list;
	call->arena = answer->arena;
	mg_text_init(&call->said, call->arena);
	mg_text_init(&list, call->arena);
	verdict.error.code = (enum mg_code)mg_call_fetch(call, &list, &verdict.error);
	mg_text_add_bytes(answer, (const char *)&verdict, sizeof(verdict));
	mg_text_add_bytes(answer, list.data, list.len);
}

/* ---- in the parent ---- */

static int run(struct mg_arena *arena, struct mg_call *call,
	void (*work)(void *context, struct mg_text *answer), struct verdict *out, char **out_rest,
	size_t *out_rest_len, struct mg_error *err)
{
	char *answer = NULL;
	size_t len = 0;
	MG_TRY(mg_child_run(arena, call->remote->timeout_s, work, call, &answer, &len, err));
	if (len < sizeof(*out))
		return mg_fail(err, MG_EIO, "the network process gave no answer");
	memcpy(out, answer, sizeof(*out));
	*out_rest = answer + sizeof(*out);
	*out_rest_len = len - sizeof(*out);
	if (out->error.code != MG_OK)
		return mg_fail(err, out->error.code, "%s", out->error.text);
	return MG_OK;
}

static int fail_timeout(struct mg_arena *arena, const struct mg_remote *remote, const char *more,
	struct mg_error *err)
{
	return mg_fail(err, MG_ETIMEOUT,
		"%s did not answer within %s%s; --timeout 5m or MODELGATE_GIT_TIMEOUT=5m gives "
		"it longer",
		remote->address, mg_human_duration(arena, remote->timeout_s), more);
}

static int by_name(const void *a, const void *b)
{
	const struct mg_remote_ref *x = a, *y = b;
	return strcmp(x->name, y->name);
}

/* The child's list, in place. */
static void read_list(struct mg_arena *arena, char *list, struct mg_remote_refs *out)
{
	size_t capacity = 0;
	*out = (struct mg_remote_refs){0};
	for (char *line = list, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		line[GIT_OID_HEXSZ] = '\0';
		out->list = mg_grow(arena, out->list, out->count, &capacity, sizeof(*out->list));
		out->list[out->count++] = (struct mg_remote_ref){
			.id = line, .name = line + GIT_OID_HEXSZ + 1};
	}
	if (out->count > 0)
		qsort(out->list, out->count, sizeof(*out->list), by_name);
}

int mg_remote_fetch(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, struct mg_remote_refs *out, struct mg_error *err)
{
	struct mg_call call = {
		.git = git, .remote = remote, .header = mg_call_header(arena, remote)};
	struct verdict verdict = {0};
	char none[] = "", *list = none;
	size_t len = 0;
	int code = run(arena, &call, fetch_in_child, &verdict, &list, &len, err);
	if (code == MG_ETIMEOUT)
		return fail_timeout(arena, remote, "", err);
	MG_TRY(code);
	read_list(arena, list, out);
	return MG_OK;
}

int mg_remote_push(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	const char *ref, const git_oid *object, enum mg_pushed *out, struct mg_error *err)
{
	struct mg_call call = {.git = git,
		.remote = remote,
		.header = mg_call_header(arena, remote),
		.ref = ref,
		.object = object};
	struct verdict verdict = {0};
	char *rest = NULL;
	size_t len = 0;
	char hex[GIT_OID_HEXSZ + 1];
	call.source = mg_printf(arena, MG_PUSH_SOURCES "%ld-%s", (long)getpid(),
		git_oid_tostr(hex, sizeof(hex), object));
	int code = run(arena, &call, push_in_child, &verdict, &rest, &len, err);
	git_reference_remove(git->repo, call.source); /* here: the child may have been killed */
	if (code == MG_ETIMEOUT)
		return fail_timeout(arena, remote,
			mg_printf(arena,
				", and nobody knows whether it created %s: the same command again "
				"finds out",
				mg_log_safe_cut(arena, ref, 300)),
			err);
	MG_TRY(code);
	*out = verdict.pushed;
	return MG_OK;
}
