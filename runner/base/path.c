/* path.c: names of files, taken apart, put together and looked up. */
#include "base/file.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

char *mg_path_join(struct mg_arena *arena, const char *dir, const char *name)
{
	if (name[0] == '/' || !*dir || strcmp(dir, ".") == 0)
		return mg_strdup(arena, name);
	return mg_printf(arena, mg_ends_with(dir, "/") ? "%s%s" : "%s/%s", dir, name);
}

char *mg_path_dir(struct mg_arena *arena, const char *path)
{
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	if (len == 0)
		return mg_strdup(arena, ".");
	while (len > 1 && path[len - 1] == '/')
		len--;
	return mg_strndup(arena, path, len);
}

const char *mg_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* Goes down and up from where `to` is; false: up and out of it. */
static bool add_parts(struct mg_text *to, const char *path)
{
	for (const char *s = path; *s;) {
		size_t n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.') {
			if (to->len == 0)
				return false;
			const char *last = strrchr(to->data, '/');
			to->len = last ? (size_t)(last - to->data) : 0;
			to->data[to->len] = '\0';
		} else if (n > 0 && !(n == 1 && s[0] == '.')) {
			if (to->len > 0)
				mg_text_add_char(to, '/');
			mg_text_add_bytes(to, s, n);
		}
		s += n + (s[n] == '/');
	}
	return true;
}

char *mg_path_plain(struct mg_arena *arena, const char *folder, const char *path)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	if (*path == '/' || strstr(path, "://"))
		return NULL;
	return add_parts(&text, folder) && add_parts(&text, path) ? text.data : NULL;
}

int mg_path_real(struct mg_arena *arena, const char *path, char **out, struct mg_error *err)
{
	char *real = realpath(path, NULL);
	if (!real)
		return mg_fail(err, errno == ENOENT || errno == ENOTDIR ? MG_ENOTFOUND : MG_EIO,
			"cannot find %s: %s", path, strerror(errno));
	*out = mg_arena_own(arena, real);
	return MG_OK;
}

bool mg_path_inside(const char *path, const char *dir)
{
	size_t len = strlen(dir);
	while (len > 0 && dir[len - 1] == '/')
		len--;
	return strncmp(path, dir, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

bool mg_path_readable(const char *path, const char *dir)
{
	if (!mg_path_inside(path, dir))
		return false;
	for (const char *s = strchr(path + strlen(dir), '/'); s; s = strchr(s + 1, '/')) {
		size_t len = strcspn(s + 1, "/");
		if (len == strlen(MG_GIT_FOLDER) && strncmp(s + 1, MG_GIT_FOLDER, len) == 0)
			return false;
	}
	return true;
}

int mg_path_without_links(const char *path, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	char here[PATH_MAX], *way = mg_strdup(scratch, path), *at = way;
	if (*path == '/' && getcwd(here, sizeof(here)) && mg_path_inside(path, here))
		at += strlen(here);
	while (*at) {
		at += strspn(at, "/");
		at += strcspn(at, "/");
		char end = *at;
		struct stat st;
		*at = '\0';
		bool found = lstat(way, &st) == 0;
		if (found && S_ISLNK(st.st_mode))
			return mg_fail(err, MG_EUSAGE,
				"%s is a symbolic link, which somebody else may have made; name "
				"the file or folder itself",
				way);
		if (!found)
			return MG_OK;
		*at = end;
	}
	return MG_OK;
}

/* Is it readable in the folder that `dir` leads to? */
static bool leads_to(struct mg_arena *arena, const char *dir, const char *path)
{
	struct mg_error ignored = {0};
	char *real = NULL;
	return mg_path_real(arena, dir, &real, &ignored) == MG_OK && real &&
		mg_path_readable(path, real);
}

bool mg_path_allowed(struct mg_arena *arena, const char *path, const char *folder,
	const char *const *allow, size_t allow_count)
{
	for (size_t i = 0; i < allow_count; i++)
		if (leads_to(arena, allow[i], path))
			return true;
	return leads_to(arena, folder, path);
}

char *mg_path_no_pattern(struct mg_arena *arena, const char *path)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (const char *s = path; *s; s++) {
		if (strchr("*?[\\", *s))
			mg_text_add_char(&out, '\\');
		mg_text_add_char(&out, *s);
	}
	return out.data;
}

/* glob(3) tells of folders it can't read only through a function without a context argument;
 * a missing one is no match, anything else stops the search. */
static int stop_at_error(const char *path, int error)
{
	(void)path;
	return error != ENOENT && error != ENOTDIR;
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int mg_path_glob(struct mg_arena *arena, const char *pattern, size_t max, char ***out,
	size_t *out_count, struct mg_error *err)
{
	glob_t found = {0};
	int result = glob(pattern, 0, stop_at_error, &found);
	if (result != 0 && result != GLOB_NOMATCH) {
		globfree(&found);
		return mg_fail(err, MG_EIO, "cannot list %s: %s", pattern,
			result == GLOB_NOSPACE ? "out of memory" : "a folder cannot be read");
	}
	char **paths = mg_alloc_array(arena, found.gl_pathc + 1, sizeof(*paths));
	size_t count = 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (!is_folder(found.gl_pathv[i]))
			paths[count++] = mg_strdup(arena, found.gl_pathv[i]);
	}
	globfree(&found);
	if (count > max)
		return mg_fail(err, MG_ELIMIT, "%s matches %zu files; at most %zu are allowed",
			pattern, count, max);
	*out = paths;
	*out_count = count;
	return MG_OK;
}
