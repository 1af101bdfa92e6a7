/* pipes.c: looks at types of files, and opens nothing but folders. */
#include "git/pipes.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"

enum { COMMONDIR_MAX_BYTES = 4096 };

static int refuse_pipe(struct mg_arena *arena, const char *path, struct mg_error *err)
{
	struct stat st;
	if (stat(path, &st) != 0 || !S_ISFIFO(st.st_mode))
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"%s is a named pipe, and reading it would wait for ever; remove it",
		mg_log_safe_cut(arena, path, 300));
}

static bool is_folder(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A folder that cannot be opened is nobody else's to read either. */
static int refuse_below(struct mg_arena *arena, const char *folder, struct mg_error *err)
{
	DIR *dir = opendir(folder);
	if (!dir)
		return MG_OK;
	int code = MG_OK;
	struct dirent *entry;
	while (code == MG_OK && (entry = readdir(dir))) {
		if (entry->d_type == DT_REG || mg_streq(entry->d_name, ".") ||
			mg_streq(entry->d_name, ".."))
			continue;
		const char *path = mg_path_join(arena, folder, entry->d_name);
		bool deeper = entry->d_type == DT_DIR ||
			(entry->d_type == DT_UNKNOWN && is_folder(path));
		code = deeper ? refuse_below(arena, path, err) : refuse_pipe(arena, path, err);
	}
	closedir(dir);
	return code;
}

static int refuse_in(const char *git_dir, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_error none = {0};
	char *common = NULL;
	size_t len = 0;
	MG_TRY(refuse_below(arena, git_dir, err));
	if (mg_file_read(arena, mg_path_join(arena, git_dir, "commondir"), COMMONDIR_MAX_BYTES,
		    &common, &len, &none) != MG_OK)
		return MG_OK;
	common[strcspn(common, "\r\n")] = '\0';
	return refuse_below(
		arena, *common == '/' ? common : mg_path_join(arena, git_dir, common), err);
}

int mg_pipes_in_repository_of(const char *folder, struct mg_error *err)
{
	git_buf git_dir = {0};
	int code = MG_OK;
	if (git_repository_discover(&git_dir, folder, 0, NULL) == 0)
		code = refuse_in(git_dir.ptr, err);
	git_buf_dispose(&git_dir);
	return code;
}

static int refuse_rules(struct mg_arena *arena, const char *folder, struct mg_error *err)
{
	static const char *const names[] = {".gitignore", ".gitattributes", ".gitmodules"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		MG_TRY(refuse_pipe(arena, mg_path_join(arena, folder, names[i]), err));
	return MG_OK;
}

int mg_pipes_in_work_tree(git_repository *repo, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *top = git_repository_workdir(repo), *last = "";
	git_index *index = NULL;
	if (!top)
		return MG_OK;
	int code = refuse_rules(arena, top, err);
	if (code != MG_OK || git_repository_index(&index, repo) != 0)
		return code;
	for (size_t i = 0; code == MG_OK && i < git_index_entrycount(index); i++) {
		const char *path = git_index_get_byindex(index, i)->path;
		/* each folder on the way down that the entry before was not in */
		for (const char *slash = strchr(path, '/'); code == MG_OK && slash;
			slash = strchr(slash + 1, '/')) {
			size_t len = (size_t)(slash - path);
			if (strncmp(last, path, len + 1) == 0)
				continue;
			const char *folder = mg_strndup(arena, path, len);
			code = refuse_rules(arena, mg_path_join(arena, top, folder), err);
		}
		last = path;
	}
	git_index_free(index);
	return code;
}
