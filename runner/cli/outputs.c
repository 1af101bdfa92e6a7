/* outputs.c: where reports would go, compared with what is read. Both are looked at as files, not as
 * texts: `./d.csv`, a symbolic link and a hard link are d.csv too. */
#include "cli/outputs.h"

#include <modelgate/report.h>

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/reports.h"

enum { MOST_FILES = 10000 };

/* What a path will be: what is there of it without links, and the rest without dots. */
static const char *target(struct mg_arena *arena, const char *path)
{
	struct mg_error ignored = {0};
	char *real = NULL;
	if (mg_path_real(arena, path, &real, &ignored) == MG_OK)
		return real;
	const char *dir = mg_path_dir(arena, path), *base = mg_path_base(path);
	if (strcmp(dir, path) == 0 || !*base)
		return path;
	const char *folder = target(arena, dir);
	if (strcmp(base, ".") == 0)
		return folder;
	if (strcmp(base, "..") == 0)
		return mg_path_dir(arena, folder);
	return mg_path_join(arena, folder, base);
}

static bool same_file(struct mg_arena *arena, const char *a, const char *b)
{
	struct stat x, y;
	bool there = stat(a, &x) == 0, both = stat(b, &y) == 0 && there;
	if (there && !S_ISREG(x.st_mode))
		return false;
	if (both)
		return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	return strcmp(target(arena, a), target(arena, b)) == 0;
}

/* The path of a report, or NULL where none is written to a file. */
static const char *output(const struct mg_args *args, size_t format)
{
	const char *path = mg_report_path(args, mg_report_formats[format]);
	return path && strcmp(path, "-") != 0 ? path : NULL;
}

static int check_read(struct mg_arena *arena, const struct mg_args *args, const char *what,
	const char *path, struct mg_error *err)
{
	for (size_t i = 0; mg_report_formats[i]; i++) {
		const char *out = output(args, i);
		if (out && same_file(arena, out, path))
			return mg_fail(err, MG_EUSAGE,
				"--%s %s would be written over %s (%s), which is read; name another "
				"file",
				mg_report_formats[i]->name, out, what, path);
	}
	return MG_OK;
}

int mg_outputs_check(struct mg_arena *arena, const struct mg_args *args,
	const struct mg_read *reads, size_t count, struct mg_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(reads[i].path, "-") != 0)
			MG_TRY(check_read(arena, args, reads[i].what, reads[i].path, err));
	for (size_t i = 0; mg_report_formats[i]; i++)
		for (size_t k = 0; k < i; k++) {
			const char *a = output(args, k), *b = output(args, i);
			if (a && b && same_file(arena, a, b))
				return mg_fail(err, MG_EUSAGE,
					"--%s %s and --%s %s are one file; each report needs its own",
					mg_report_formats[k]->name, a, mg_report_formats[i]->name,
					b);
		}
	return MG_OK;
}

static int check_data(struct mg_arena *arena, const struct mg_args *args,
	const struct mg_spec *spec, const struct mg_data *data, struct mg_error *err)
{
	const char *what = mg_printf(arena, "data '%s'", data->name);
	char *path = mg_path_join(arena, spec->folder, data->path), **paths = &path;
	size_t count = 1;
	struct mg_error ignored = {0};
	if (strpbrk(data->path, "*?[") && !mg_file_exists(path) &&
		mg_path_glob(arena,
			mg_path_join(arena, mg_path_no_pattern(arena, spec->folder), data->path),
			MOST_FILES, &paths, &count, &ignored) != MG_OK)
		return MG_OK; /* it cannot be read either */
	for (size_t i = 0; i < count; i++)
		MG_TRY(check_read(arena, args, what, paths[i], err));
	return MG_OK;
}

/* A baseline that is not there yet may become one. */
static int check_baseline(struct mg_arena *arena, const struct mg_args *args,
	const struct mg_spec *spec, const struct mg_baseline *baseline, struct mg_error *err)
{
	if (baseline->kind != MG_BASELINE_FILE)
		return MG_OK;
	const char *path = mg_path_join(arena, spec->folder, baseline->name);
	return mg_file_exists(path) ? check_read(arena, args, "a baseline", path, err) : MG_OK;
}

int mg_outputs_check_spec(struct mg_arena *arena, const struct mg_args *args,
	const struct mg_spec *spec, struct mg_error *err)
{
	bool any = false;
	for (size_t i = 0; mg_report_formats[i]; i++)
		any = any || output(args, i);
	for (size_t i = 0; any && i < spec->data_count; i++)
		if (spec->data[i].path && !spec->data[i].connection)
			MG_TRY(check_data(arena, args, spec, &spec->data[i], err));
	for (size_t i = 0; any && i < spec->suite_count; i++)
		for (size_t k = 0; k < spec->suites[i].check_count; k++)
			MG_TRY(check_baseline(
				arena, args, spec, &spec->suites[i].checks[k].baseline, err));
	return MG_OK;
}
