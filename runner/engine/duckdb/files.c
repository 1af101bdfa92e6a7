/* files.c: which files a dataset's path means, and whether they may be read. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"

enum { MOST_FILES = 10000, MOST_NEARBY = 6 };

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
			return mg_fail(err, MG_EUSAGE,
				"data '%s': %s belongs to git and is never "
				"data",
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

/* A file as it was found, and what that leads to. */
struct found {
	const char *shown, *real;
};

static int by_real(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->real, y->real);
	return order ? order : strcmp(x->shown, y->shown);
}

/* As the spec would have it: without its folder. */
static const char *shown(const struct mg_engine *engine, const char *path)
{
	size_t len = strlen(engine->spec->folder);
	if (strncmp(path, engine->spec->folder, len) != 0 || path[len] != '/')
		return path;
	return path + len + strspn(path + len, "/");
}

/* Sets absolute, real, allowed and existing files of a path in the spec. */
static int find(struct mg_engine *engine, struct dataset *dataset, struct mg_error *err)
{
	const struct mg_data *data = dataset->data;
	struct mg_arena *arena = engine->arena;
	if (strstr(data->path, "://"))
		return mg_fail(err, MG_EUSAGE,
			"data '%s': %s is an address; this engine reads only local files",
			data->name, data->path);
	char **paths = mg_alloc(arena, sizeof(*paths)), *pattern = NULL;
	size_t count = 1;
	paths[0] = mg_path_join(arena, engine->spec->folder, data->path);
	if (strpbrk(data->path, "*?[") && !mg_file_exists(paths[0])) {
		pattern = mg_path_join(
			arena, mg_path_no_pattern(arena, engine->spec->folder), data->path);
		MG_TRY(mg_path_glob(arena, pattern, MOST_FILES, &paths, &count, err));
		if (count == 0)
			return mg_fail(err, MG_ENOTFOUND, "data '%s': no file matches %s",
				data->name, data->path);
	}
	struct found *found = mg_alloc_array(arena, count, sizeof(*found));
	const char **reals = mg_alloc_array(arena, count, sizeof(*reals));
	for (size_t i = 0; i < count; i++) {
		found[i].shown = shown(engine, paths[i]);
		MG_TRY(check_file(engine, data, paths[i], arena, &found[i].real, err));
		reals[i] = found[i].real;
	}
	dataset->lookup = (struct mg_source_lookup){.shown = data->path,
		.pattern = pattern,
		.paths = (const char *const *)paths,
		.reals = reals,
		.count = count};
	qsort(found, count, sizeof(*found), by_real);
	dataset->files = mg_alloc_array(arena, count, sizeof(*dataset->files));
	dataset->shown = mg_alloc_array(arena, count, sizeof(*dataset->shown));
	/* A link beside its target is one file. */
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && mg_streq(found[i].real, found[i - 1].real))
			continue;
		dataset->files[dataset->file_count] = found[i].real;
		dataset->shown[dataset->file_count++] = found[i].shown;
	}
	return MG_OK;
}

void mg_duckdb_find_files(struct mg_engine *engine)
{
	for (size_t i = 0; i < engine->dataset_count; i++) {
		struct dataset *dataset = &engine->datasets[i];
		if (dataset->data->path)
			find(engine, dataset, &dataset->unfound);
	}
}

int mg_duckdb_open_files(struct mg_engine *engine, struct dataset *dataset, struct mg_error *err)
{
	if (dataset->unfound.code)
		return mg_fail(err, dataset->unfound.code, "%s", dataset->unfound.text);
	mg_source_remember(engine->sources, &dataset->lookup);
	dataset->sources = mg_alloc_array(
		engine->arena, dataset->file_count, sizeof(*dataset->sources));
	for (size_t i = 0; i < dataset->file_count; i++)
		if (mg_source_open(engine->sources, dataset->files[i], dataset->shown[i],
			    &dataset->sources[i], err) != MG_OK)
			return mg_fail_in(err, "data '%s'", dataset->data->name);
	return MG_OK;
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
	return MG_OK;
}
