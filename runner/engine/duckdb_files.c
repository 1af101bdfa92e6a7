/* duckdb_files.c: which files a dataset's path means, and whether they may be read. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "engine/duckdb_engine.h"

/* A checkout, and a folder of checkouts: deeper there is no .git but by chance. */
enum { MOST_FILES = 10000, MOST_NEARBY = 6, GIT_DEPTH = 1 };

static bool is_allowed(const struct mg_engine *engine, const char *real)
{
	for (size_t i = 0; i < engine->allowed_count; i++)
		if (mg_path_readable(real, engine->allowed[i]))
			return true;
	return false;
}

static int refuse(const struct mg_engine *engine, const struct mg_data *data, const char *real,
	const char *where, struct mg_error *err)
{
	for (size_t i = 0; i < engine->allowed_count; i++)
		if (mg_path_inside(real, engine->allowed[i]))
			return mg_fail(err, MG_EUSAGE, "data '%s': %s is git's own, never data",
				data->name, data->path);
	return mg_fail(err, MG_EUSAGE,
		"data '%s': %s lies outside the spec's folder%s%s; pass --allow-path DIR with its "
		"folder to allow it",
		data->name, data->path, where ? ", in " : "", where ? where : "");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *suffix_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot ? dot : "";
}

/* "; data has a.csv, b.csv": what lies where the file should be. */
static const char *nearby(struct mg_arena *arena, const char *full, const char *written)
{
	const char *folder = mg_path_dir(arena, full), *shown = mg_path_dir(arena, written);
	DIR *dir = opendir(folder);
	if (!dir)
		return mg_printf(arena, "; there is no folder %s", shown);
	const char **names = NULL;
	size_t count = 0, capacity = 0;
	for (struct dirent *entry; count < MOST_FILES && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.' ||
			strcmp(suffix_of(entry->d_name), suffix_of(full)) != 0)
			continue;
		names = mg_grow(arena, names, count, &capacity, sizeof(*names));
		names[count++] = mg_strdup(arena, entry->d_name);
	}
	closedir(dir);
	if (count == 0)
		return mg_printf(arena, "; %s has no %s file", shown,
			*suffix_of(full) ? suffix_of(full) : "such");
	qsort(names, count, sizeof(*names), by_name);
	struct mg_text out;
	mg_text_init(&out, arena);
	const char *nearest = mg_nearest_word(mg_path_base(full), names, count);
	if (nearest)
		mg_text_addf(&out, "; did you mean %s?", nearest);
	mg_text_addf(&out, "%s %s has ", nearest ? "" : ";", shown);
	for (size_t i = 0; i < count; i++) {
		if (count > MOST_NEARBY && i == MOST_NEARBY / 2) {
			mg_text_add(&out, ", ...");
			i = count - MOST_NEARBY / 2 - 1;
			continue;
		}
		mg_text_addf(&out, "%s%s", i ? ", " : "", names[i]);
	}
	return out.data;
}

static int not_found(struct mg_engine *engine, const struct mg_data *data, const char *full,
	struct mg_arena *arena, struct mg_error *err)
{
	char *folder = NULL;
	struct mg_error ignored;
	/* What lies in folders that may not be read is not told. */
	if (mg_path_real(arena, mg_path_dir(arena, full), &folder, &ignored) == MG_OK &&
		!is_allowed(engine, folder))
		return refuse(engine, data, folder, folder, err);
	return mg_fail(err, MG_ENOTFOUND, "data '%s': %s does not exist%s", data->name, data->path,
		nearby(arena, full, data->path));
}

static int check_file(struct mg_engine *engine, const struct mg_data *data, const char *file,
	struct mg_arena *arena, const char **out, struct mg_error *err)
{
	char *real = NULL;
	if (mg_path_real(arena, file, &real, err) != MG_OK)
		return not_found(engine, data, file, arena, err);
	if (!is_allowed(engine, real))
		return refuse(engine, data, real, strcmp(real, file) == 0 ? NULL : real, err);
	struct stat info;
	if (stat(real, &info) != 0)
		return not_found(engine, data, file, arena, err);
	if (S_ISDIR(info.st_mode))
		return mg_fail(err, MG_EUSAGE,
			"data '%s': %s is a folder; write which files of it, such as %s/*.parquet",
			data->name, data->path, data->path);
	if (!S_ISREG(info.st_mode))
		return mg_fail(
			err, MG_EUSAGE, "data '%s': %s is not a file", data->name, data->path);
	if (access(real, R_OK) != 0)
		return mg_fail(
			err, MG_EIO, "data '%s': no permission to read %s", data->name, data->path);
	*out = real;
	return MG_OK;
}

/* A path in which no character means more than itself to glob(3). */
static const char *no_pattern(struct mg_arena *arena, const char *path)
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

int mg_duckdb_files(struct mg_engine *engine, const struct mg_data *data, struct mg_arena *arena,
	const char ***out, size_t *out_count, struct mg_error *err)
{
	if (strstr(data->path, "://"))
		return mg_fail(err, MG_EUSAGE,
			"data '%s': %s is an address; this engine reads only local files",
			data->name, data->path);
	char **found = mg_alloc(arena, sizeof(*found));
	size_t count = 1;
	found[0] = mg_path_join(arena, engine->spec->folder, data->path);
	if (strpbrk(data->path, "*?[") && !mg_file_exists(found[0])) {
		char *pattern = mg_path_join(
			arena, no_pattern(arena, engine->spec->folder), data->path);
		MG_TRY(mg_path_glob(arena, pattern, MOST_FILES, &found, &count, err));
		if (count == 0)
			return mg_fail(err, MG_ENOTFOUND, "data '%s': no file matches %s",
				data->name, data->path);
	}
	const char **files = mg_alloc_array(arena, count, sizeof(*files));
	for (size_t i = 0; i < count; i++)
		MG_TRY(check_file(engine, data, found[i], arena, &files[i], err));
	qsort(files, count, sizeof(*files), by_name);
	/* A link beside its target is one file. */
	size_t kept = 1;
	for (size_t i = 1; i < count; i++)
		if (strcmp(files[i], files[kept - 1]) != 0)
			files[kept++] = files[i];
	*out = files;
	*out_count = kept;
	return MG_OK;
}

bool mg_duckdb_is_folder(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static void grant(struct mg_engine *engine, const char *path)
{
	engine->granted = mg_grow(engine->arena, engine->granted, engine->granted_count,
		&engine->granted_capacity, sizeof(*engine->granted));
	engine->granted[engine->granted_count++] = path;
}

/* Is there a .git in the folder, or in one of the folders in it down to `depth`? */
static bool has_git(struct mg_arena *arena, const char *folder, int depth)
{
	if (mg_file_exists(mg_path_join(arena, folder, MG_GIT_FOLDER)))
		return true;
	DIR *dir = depth > 0 ? opendir(folder) : NULL;
	bool found = false;
	for (struct dirent *entry; dir && !found && (entry = readdir(dir));)
		found = entry->d_name[0] != '.' &&
			has_git(arena, mg_path_join(arena, folder, entry->d_name), depth - 1);
	if (dir)
		closedir(dir);
	return found;
}

/* Grants a folder; where there is a .git, all that lies beside it instead. Links are granted as what
 * they lead to, if that is granted. */
static void grant_beside_git(struct mg_engine *engine, const char *path, int depth)
{
	if (!has_git(engine->arena, path, depth)) {
		grant(engine, path);
		return;
	}
	DIR *dir = opendir(path);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		struct stat info;
		const char *inner = mg_path_join(engine->arena, path, entry->d_name);
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			strcmp(entry->d_name, MG_GIT_FOLDER) == 0 || lstat(inner, &info) != 0 ||
			S_ISLNK(info.st_mode))
			continue;
		if (S_ISDIR(info.st_mode) && depth > 0)
			grant_beside_git(engine, inner, depth - 1);
		else
			grant(engine, inner);
	}
	if (dir)
		closedir(dir);
}

int mg_duckdb_allowed(
	struct mg_engine *engine, const struct mg_engine_options *options, struct mg_error *err)
{
	size_t count = 0;
	const char **allowed = mg_alloc_array(
		engine->arena, options->allow_path_count + 1, sizeof(*allowed));
	char *real = NULL;
	MG_TRY(mg_path_real(engine->arena, options->spec->folder, &real, err));
	allowed[count++] = real;
	for (size_t i = 0; i < options->allow_path_count; i++) {
		if (mg_path_real(engine->arena, options->allow_paths[i], &real, err) != MG_OK)
			return mg_fail_in(err, "--allow-path");
		allowed[count++] = real;
	}
	engine->allowed = allowed;
	engine->allowed_count = count;
	for (size_t i = 0; i < count; i++) {
		if (options->untrusted)
			grant_beside_git(engine, allowed[i], GIT_DEPTH);
		else
			grant(engine, allowed[i]);
	}
	return MG_OK;
}
