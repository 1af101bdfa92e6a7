/* move.c: the shared steps of whatever puts a model into a stage or takes it out. */
#include "release/move.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "registry/message.h"

int mg_move_open(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_move_options *options, struct mg_move *out, struct mg_error *err)
{
	char *ignored = NULL;
	*out = (struct mg_move){.arena = arena, .git = git, .options = options, .lock = -1};
	MG_TRY(mg_tag_model(arena, options->model, &ignored, err));
	MG_TRY(mg_tagger_find(arena, git, &out->tagger, err));
	if (!options->remote)
		return MG_OK;
	MG_TRY(mg_remote_find(arena, git, options->remote, &out->remote, err));
	out->remote.branch = options->policy_ref;
	if (options->timeout_s > 0)
		out->remote.timeout_s = options->timeout_s;
	return MG_OK;
}

void mg_move_close(struct mg_move *move)
{
	if (move->lock >= 0)
		close(move->lock);
	move->lock = -1;
}

/* ---- how things stand ---- */

/* Only for speed: the refs themselves are created by compare-and-swap. So where the file cannot be
 * made or locked, it goes on without. The kernel drops the lock of a process that ends. */
static void take_turns(struct mg_move *move)
{
	if (move->options->remote || move->lock >= 0)
		return;
	const char *path = mg_printf(move->arena, "%smodelgate.lock", move->git->folder);
	move->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (move->lock >= 0)
		flock(move->lock, LOCK_EX);
}

/* Longer after each loss, and not the same for everyone. */
static void wait_after_loss(int attempt)
{
	long ms = 20L * attempt + (long)(mg_clock_now_us() % 97);
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* Times of tags grow along the chain, whatever the clock says: other tools order by them. */
static void choose_time(struct mg_move *move)
{
	int64_t now_s = mg_clock_now_us() / 1000000, time_s = now_s;
	for (size_t i = 0; move->model && i < move->model->event_count; i++) {
		int64_t at_s = move->model->events[i].time_us / 1000000;
		if (at_s >= time_s)
			time_s = at_s + 1;
	}
	move->time_us = time_s * 1000000;
	move->ahead_s = time_s - now_s;
}

static int find_authority(struct mg_move *move, struct mg_error *err)
{
	bool pushes = move->options->remote;
	const struct mg_authority_source source = {.git = move->git,
		.remote = pushes ? move->remote.name : "origin",
		.refs = pushes ? &move->refs : NULL,
		.policy_ref = move->options->policy_ref};
	MG_TRY(mg_authority_find(move->arena, &source, &move->authority, err));
	const char *branch = move->authority.branch;
	if (!pushes || mg_streq(move->remote.branch, branch))
		return MG_OK;
	/* Its commits may not have been fetched yet. */
	move->remote.branch = branch;
	MG_TRY(mg_remote_fetch(move->arena, move->git, &move->remote, &move->refs, err));
	return mg_authority_find(move->arena, &source, &move->authority, err);
}

int mg_move_read(struct mg_move *move, int attempt, struct mg_error *err)
{
	struct mg_ledger ledger = {0};
	if (attempt > 0)
		wait_after_loss(attempt);
	take_turns(move);
	if (move->options->remote)
		MG_TRY(mg_remote_fetch(move->arena, move->git, &move->remote, &move->refs, err));
	MG_TRY(find_authority(move, err));
	MG_TRY(mg_ledger_read(move->arena, move->git, &move->authority.policy, move->options->model,
		&ledger, err));
	move->model = mg_ledger_model(&ledger, move->options->model);
	choose_time(move);
	return MG_OK;
}

int mg_move_give_up(const struct mg_move *move, struct mg_error *err)
{
	return mg_fail(err, MG_EIO,
		"others made tags of %s at the same time, and were faster %d times; no stage was "
		"changed, though a version may have been registered; run the same command again",
		move->options->model, MG_MOVE_ATTEMPTS);
}

static const char *remote_id(const struct mg_move *move, const char *tag)
{
	return mg_remote_ref_at(&move->refs, mg_printf(move->arena, "refs/tags/%s", tag));
}

const char *mg_move_differs(const struct mg_move *move)
{
	if (!move->options->remote)
		return NULL;
	for (size_t i = 0; move->model && i < move->model->event_count; i++) {
		const struct mg_event *e = &move->model->events[i];
		const char *there = remote_id(move, e->tag);
		if (!there)
			return mg_printf(move->arena, "%s has no tag %s, which is here",
				move->remote.name, e->tag);
		if (!mg_streq(there, e->id))
			return mg_printf(move->arena,
				"%s has another tag %s (%.10s) than there is here (%.10s)",
				move->remote.name, e->tag, there, e->id);
	}
	return NULL;
}

/* ---- tags ---- */

/* The pipeline's build, as Azure names it. */
const char *mg_move_build(struct mg_arena *arena)
{
	const char *id = getenv("BUILD_BUILDID"), *place = getenv("SYSTEM_COLLECTIONURI"),
		   *project = getenv("SYSTEM_TEAMPROJECTID");
	if (!id)
		return NULL;
	if (!place || !project)
		return id;
	return mg_printf(arena, "%s %s%s/_build/results?buildId=%s", id, place, project, id);
}

static void link_to_last(
	struct mg_move *move, const struct mg_move_tag *after, struct mg_trailers *t)
{
	const struct mg_event *last = move->model ? mg_model_last_event(move->model) : NULL;
	t->previous = after ? after->tag : last ? last->tag : NULL;
	t->previous_id = after ? after->hex : last ? last->id : NULL;
}

int mg_move_make(struct mg_move *move, const struct mg_tag_name *name, const char *commit,
	const char *sentence, struct mg_trailers *trailers, const struct mg_move_tag *after,
	struct mg_move_tag *out, struct mg_error *err)
{
	struct mg_tag_draft draft = {.tagger = &move->tagger,
		.time_us = move->time_us,
		.signing_key = move->options->signing_key};
	char *message = NULL, hex[GIT_OID_HEXSZ + 1];
	trailers->model = move->options->model;
	link_to_last(move, after, trailers);
	MG_TRY(mg_tag_name_write(move->arena, name, &out->tag, err));
	MG_TRY(mg_message_write(move->arena, sentence, trailers, &message, err));
	draft.name = out->tag;
	draft.message = message;
	if (git_oid_fromstr(&draft.commit, commit) != 0)
		return mg_git_fail(err, GIT_ERROR, "tag commit %s", commit);
	MG_TRY(mg_tag_object(move->arena, move->git, &draft, &out->id, err));
	out->hex = mg_strdup(move->arena, git_oid_tostr(hex, sizeof(hex), &out->id));
	return MG_OK;
}

int mg_move_publish(struct mg_move *move, const char *name, const git_oid *id, enum mg_created *out,
	struct mg_error *err)
{
	if (!move->options->remote)
		return mg_ref_create(move->arena, move->git, name, id, out, err);
	enum mg_pushed pushed;
	const char *ref = mg_printf(move->arena, "refs/tags/%s", name);
	MG_TRY(mg_remote_push(move->arena, move->git, &move->remote, ref, NULL, id, &pushed, err));
	if (pushed == MG_PUSH_TAKEN) {
		*out = MG_TAKEN;
		return MG_OK;
	}
	MG_TRY(mg_ref_create(move->arena, move->git, name, id, out, err));
	if (*out == MG_TAKEN)
		return mg_fail(err, MG_EIO,
			"%s has the tag %s now, but this clone has another one of that name; "
			"look at it (git show %s), then: git fetch --tags --force",
			move->remote.name, name, name);
	return MG_OK;
}
