/* folder.c: records as files of a folder, which may be a mounted share. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "history/store.h"

/* Records lie six folders deep; what lies deeper is none, and a link that leads back has an end. */
enum { MOST_DEPTH = 8 };
#define MOST_NAMES ((size_t)5000000)

static const char *takes(const char *address)
{
	return address;
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A name that was mistyped, or a share that is not mounted, must not pass for a history that nobody wrote to
 * yet: whoever begins one makes its folder. */
static int need_folder(const struct mg_store *store, struct mg_error *err)
{
	if (is_folder(store->place))
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"there is no folder %s to read a history from; is the name right, and the share "
		"mounted? To begin a new history, create the folder: mkdir %s",
		store->place, store->place);
}

/* git:origin, https://..., written with a prefix that is none, must not become a folder's name. */
static int open_folder(struct mg_store *store, const char *repo, struct mg_error *err)
{
	(void)repo;
	if (strchr(store->place, ':') && !is_folder(store->place))
		return mg_fail(err, MG_EUSAGE,
			"'%s' is not the address of a history; name a folder, git:REMOTE, the "
			"https:// address of a container of Azure Blob storage, "
			"cosmos://ACCOUNT/DATABASE/CONTAINER or /Volumes/CATALOG/SCHEMA/VOLUME (a folder with a colon in its name must be "
			"there already)",
			store->place);
	if (mg_file_exists(store->place) && !is_folder(store->place))
		return mg_fail(
			err, MG_EUSAGE, "the history %s is a file; name a folder", store->place);
	store->described = mg_printf(store->arena, "folder %s", store->place);
	return store->use == MG_STORE_READ ? need_folder(store, err) : MG_OK;
}

static const char *path_of(struct mg_arena *arena, const struct mg_store *store, const char *name)
{
	return mg_printf(
		arena, mg_ends_with(store->place, "/") ? "%s%s" : "%s/%s", store->place, name);
}

static int put_if_absent(struct mg_store *store, const char *name, const char *bytes, size_t len,
	bool *out_made, struct mg_error *err)
{
	return mg_file_create(path_of(store->arena, store, name), bytes, len, out_made, err);
}

static int get(struct mg_store *store, struct mg_arena *arena, const char *name, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	return mg_file_read(arena, path_of(arena, store, name), max_bytes, out, out_len, err);
}

/* ---- the list ---- */

struct walk {
	struct mg_store *store;
	const char *after;
	struct mg_store_names *names;
	size_t capacity;
};

/* Is there nothing below that comes after? `folder` ends with a slash. */
static bool all_before(const char *folder, const char *after)
{
	return strncmp(folder, after, strlen(folder)) < 0;
}

/* A link to a share that is not mounted must not pass for a history with fewer runs. What is not there is MG_OK: a file
 * may go while it is looked at. */
static int look_behind(
	const struct mg_store *store, const char *name, bool *out_folder, struct mg_error *err)
{
	struct stat st;
	const char *path = path_of(store->arena, store, name);
	*out_folder = false;
	if (stat(path, &st) == 0) {
		*out_folder = S_ISDIR(st.st_mode);
		return MG_OK;
	}
	int why = errno;
	return lstat(path, &st) != 0
		? MG_OK
		: mg_fail(err, MG_EIO, "cannot look at %s: %s", path, strerror(why));
}

/* Links that begin with a dot are of editors. */
static int leads_to_folder(const struct walk *w, const struct dirent *entry, const char *name,
	bool *out, struct mg_error *err)
{
	*out = entry->d_type == DT_DIR;
	if (entry->d_type != DT_UNKNOWN && (entry->d_type != DT_LNK || entry->d_name[0] == '.'))
		return MG_OK;
	return look_behind(w->store, name, out, err);
}

static int look_into(struct walk *w, const char *folder, int depth, struct mg_error *err);

static int look_at(struct walk *w, const char *folder, const struct dirent *entry, int depth,
	struct mg_error *err)
{
	const char *name = mg_printf(w->store->arena, "%s%s", folder, entry->d_name);
	bool leads_in = false;
	MG_TRY(leads_to_folder(w, entry, name, &leads_in, err));
	if (leads_in) {
		const char *inner = mg_printf(w->store->arena, "%s/", name);
		return depth < MOST_DEPTH && !all_before(inner, w->after)
			? look_into(w, inner, depth + 1, err)
			: MG_OK;
	}
	if (strcmp(name, w->after) <= 0)
		return MG_OK;
	if (w->names->count == MOST_NAMES)
		return mg_fail(
			err, MG_ELIMIT, "%s has more than %zu files", w->store->place, MOST_NAMES);
	mg_store_add_name(w->store, w->names, &w->capacity, name);
	return MG_OK;
}

static int look_into(struct walk *w, const char *folder, int depth, struct mg_error *err)
{
	const char *path = path_of(w->store->arena, w->store, folder);
	DIR *dir = opendir(path);
	if (!dir && errno == ENOENT && depth == 0)
		return MG_OK; /* no run of the model or stage yet */
	if (!dir)
		return mg_fail(err, MG_EIO, "cannot list %s: %s", path, strerror(errno));
	int code = MG_OK;
	struct dirent *entry;
	while (code == MG_OK && (errno = 0, entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			code = look_at(w, folder, entry, depth, err);
	if (code == MG_OK && errno != 0)
		code = mg_fail(err, MG_EIO, "cannot list %s: %s", path, strerror(errno));
	closedir(dir);
	return code;
}

static int list(struct mg_store *store, const char *prefix, const char *after,
	struct mg_store_names *out, struct mg_error *err)
{
	*out = (struct mg_store_names){0};
	MG_TRY(need_folder(store, err)); /* it may have gone since it was opened */
	struct walk w = {.store = store, .after = after, .names = out};
	bool is_there = false;
	for (const char *slash = strchr(prefix, '/'); slash; slash = strchr(slash + 1, '/'))
		MG_TRY(look_behind(store,
			mg_strndup(store->arena, prefix, (size_t)(slash - prefix)), &is_there,
			err));
	MG_TRY(look_into(&w, prefix, 0, err));
	mg_store_sort(out);
	return MG_OK;
}

const struct mg_store_ops mg_store_folder = {
	.name = "folder",
	.takes = takes,
	.open = open_folder,
	.put_if_absent = put_if_absent,
	.get = get,
	.list = list,
};
