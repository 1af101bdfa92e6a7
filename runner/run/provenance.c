/* provenance.c: one thread beside the engine that reads the repository and digests input files. */
#include "run/provenance.h"

#include <pthread.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

struct mg_provenance {
	struct mg_arena *arena; /* the caller's: touched by the caller's thread only */
	struct mg_arena *own;   /* the thread's */
	const char *spec_path;
	struct mg_sources *sources;
	const volatile sig_atomic_t *stop;
	bool stopped;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct mg_input *inputs; /* path is absolute until the end; data NULL: only expected */
	const char **folders, **shown;
	size_t count, capacity, folder_capacity, shown_capacity;
	size_t next; /* the first that is not digested */
	bool sealed;
	_Atomic bool unwanted; /* the file that is being read turned out to be no input */
	struct mg_repo_state repo;
	struct mg_error err;
};

static bool stop_asked(const void *context)
{
	const struct mg_provenance *p = context;
	return p->unwanted || (p->stop && *p->stop);
}

/* Of the bytes that are measured: through the same descriptor. */
static int digest_source(struct mg_provenance *p, const char *path, const char *shown, char hex[65],
	uint64_t *out_bytes, struct mg_error *err)
{
	const struct mg_stop stop = {stop_asked, p};
	const struct mg_source_file *file = NULL;
	MG_TRY(mg_source_open(p->sources, path, shown, &file, err));
	return mg_fd_sha256(file->fd, file->shown, hex, out_bytes, &stop, err);
}

static void digest(struct mg_provenance *p, size_t i)
{
	pthread_mutex_lock(&p->lock);
	const char *path = p->inputs[i].path, *shown = p->shown[i];
	const char *known = NULL;
	uint64_t bytes = 0;
	for (size_t k = 0; k < i && !known; k++)
		if (!p->inputs[k].table.kind && mg_streq(p->inputs[k].path, path)) {
			known = p->inputs[k].sha256;
			bytes = p->inputs[k].bytes;
		}
	pthread_mutex_unlock(&p->lock);
	char hex[65];
	struct mg_error err = {0};
	if (!known && digest_source(p, path, shown, hex, &bytes, &err) != MG_OK) {
		pthread_mutex_lock(&p->lock);
		if (!p->inputs[i].data)
			; /* whether it is an input is not known yet */
		else if (err.code == MG_ECANCELLED)
			p->stopped = true;
		else if (!p->err.code)
			p->err = err;
		pthread_mutex_unlock(&p->lock);
		return;
	}
	pthread_mutex_lock(&p->lock);
	p->inputs[i].sha256 = known ? known : mg_strdup(p->own, hex);
	p->inputs[i].bytes = bytes;
	pthread_mutex_unlock(&p->lock);
}

/* Lock held. Before the seal any expected file may become an input. */
static bool is_wanted(const struct mg_provenance *p, size_t i)
{
	for (size_t k = i; k < p->count; k++)
		if (p->inputs[k].data && !p->inputs[k].table.kind &&
			mg_streq(p->inputs[k].path, p->inputs[i].path))
			return true;
	return !p->sealed;
}

static void *work(void *argument)
{
	struct mg_provenance *p = argument;
	struct mg_error err = {0};
	int code = mg_repo_read(p->own, p->spec_path, &p->repo, &err);
	pthread_mutex_lock(&p->lock);
	if (code != MG_OK && !p->err.code)
		p->err = err;
	for (;; p->next++) {
		while (p->next >= p->count && !p->sealed)
			pthread_cond_wait(&p->changed, &p->lock);
		if (p->next >= p->count)
			break;
		if (p->inputs[p->next].table.kind || !is_wanted(p, p->next))
			continue;
		pthread_mutex_unlock(&p->lock);
		digest(p, p->next);
		pthread_mutex_lock(&p->lock);
		p->unwanted = false;
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct mg_provenance *mg_provenance_start(struct mg_arena *arena, const char *spec_path,
	struct mg_sources *sources, const volatile sig_atomic_t *stop)
{
	struct mg_provenance *p = mg_alloc(arena, sizeof(*p));
	p->arena = arena;
	p->own = mg_arena_new();
	p->spec_path = mg_strdup(arena, spec_path);
	p->sources = sources;
	p->stop = stop;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	p->started = pthread_create(&p->thread, NULL, work, p) == 0;
	return p;
}

/* Lock held. */
static void add(struct mg_provenance *p, const char *data, const char *folder, const char *file,
	const char *shown, const char *form)
{
	p->inputs = mg_grow(p->arena, p->inputs, p->count, &p->capacity, sizeof(*p->inputs));
	p->folders = mg_grow(
		p->arena, p->folders, p->count, &p->folder_capacity, sizeof(*p->folders));
	p->shown = mg_grow(p->arena, p->shown, p->count, &p->shown_capacity, sizeof(*p->shown));
	p->folders[p->count] = mg_strdup(p->arena, folder);
	p->shown[p->count] = mg_strdup(p->arena, shown);
	p->inputs[p->count++] = (struct mg_input){.data = mg_strdup(p->arena, data),
		.path = mg_strdup(p->arena, file),
		.form = mg_strdup(p->arena, form)};
	pthread_cond_signal(&p->changed);
}

void mg_provenance_expect(struct mg_provenance *p, const char *file, const char *shown)
{
	pthread_mutex_lock(&p->lock);
	add(p, NULL, NULL, file, shown, NULL);
	pthread_mutex_unlock(&p->lock);
}

void mg_provenance_add(struct mg_provenance *p, const char *data, const char *folder,
	const char *form, const char *const *files, size_t count)
{
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < count; i++)
		add(p, data, folder, files[i], NULL, form);
	pthread_mutex_unlock(&p->lock);
}

void mg_provenance_add_table(
	struct mg_provenance *p, const char *data, const struct mg_table_state *state)
{
	pthread_mutex_lock(&p->lock);
	add(p, data, "", state->name, NULL, NULL);
	p->inputs[p->count - 1].table = *state;
	p->inputs[p->count - 1].sha256 = "";
	pthread_mutex_unlock(&p->lock);
}

void mg_provenance_seal(struct mg_provenance *p)
{
	pthread_mutex_lock(&p->lock);
	p->sealed = true;
	p->unwanted = p->next < p->count && !is_wanted(p, p->next);
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

int mg_provenance_finish(
	struct mg_provenance *p, struct mg_run *run, bool *out_stopped, struct mg_error *err)
{
	mg_provenance_seal(p);
	if (p->started)
		pthread_join(p->thread, NULL);
	else
		work(p);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->changed);
	run->commit = mg_strdup(p->arena, p->repo.commit);
	run->branch = mg_strdup(p->arena, p->repo.branch);
	run->spec_repo_path = mg_strdup(p->arena, p->repo.path);
	run->dirty = p->repo.dirty;
	run->inputs = p->inputs;
	run->input_count = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (!p->inputs[i].data)
			continue;
		struct mg_input *input = &run->inputs[run->input_count++];
		*input = p->inputs[i];
		input->sha256 = mg_strdup(p->arena, input->sha256 ? input->sha256 : "");
		if (input->table.kind)
			continue;
		if (p->repo.top && mg_starts_with(input->path, p->repo.top))
			input->repo_path = mg_strdup(p->arena, input->path + strlen(p->repo.top));
		size_t skip = strlen(p->folders[i]);
		if (mg_path_inside(input->path, p->folders[i]) && input->path[skip] == '/')
			input->path += skip + 1;
	}
	mg_arena_free(p->own);
	*out_stopped = p->stopped;
	if (p->err.code && err)
		*err = p->err;
	return p->err.code;
}
