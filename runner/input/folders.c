/* folders.c: key=value folders as Hive, Spark and Databricks write them, in one place for all formats. */
#include "input/folders.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "input/rows.h"

/* What stands for NULL, since a folder needs a name. */
static const char null_word[] = "__HIVE_DEFAULT_PARTITION__";

struct part {
	const char *at;
	size_t len;
};

enum { MOST_PARTS = 64 };

/* The folders of a path, without the file. */
static size_t split(const char *path, struct part out[MOST_PARTS])
{
	size_t count = 0;
	for (const char *slash; (slash = strchr(path, '/')) && count < MOST_PARTS; path = slash + 1)
		if (slash > path)
			out[count++] = (struct part){path, (size_t)(slash - path)};
	return count;
}

/* How many of a path's last folders lie where the pattern's first wildcard is, or below. */
static size_t below_wildcard(const char *pattern)
{
	const char *wild = strpbrk(pattern, "*?[");
	size_t count = 0;
	for (const char *s = wild; s && *s; s++)
		count += *s == '/' && s[1] != '/';
	return count;
}

static int hex(char c)
{
	return c >= '0' && c <= '9'    ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
				       : -1;
}

/* %3A is a colon. */
static const char *decode(struct mg_arena *arena, const char *at, size_t len)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (size_t i = 0; i < len; i++) {
		int high = i + 2 < len && at[i] == '%' ? hex(at[i + 1]) : -1;
		int low = high >= 0 ? hex(at[i + 2]) : -1;
		if (low >= 0 && high + low > 0) {
			mg_text_add_char(&out, (char)(high * 16 + low));
			i += 2;
		} else {
			mg_text_add_char(&out, at[i]);
		}
	}
	return out.data;
}

struct pair {
	const char *name, *text; /* text NULL: it is NULL */
};

/* The key=value folders of a path, of its last `last` folders. */
static size_t pairs_of(
	struct mg_arena *arena, const char *path, size_t last, struct pair out[MOST_PARTS])
{
	struct part parts[MOST_PARTS];
	size_t count = split(path, parts), pairs = 0;
	for (size_t i = count > last ? count - last : 0; i < count; i++) {
		const char *equals = memchr(parts[i].at, '=', parts[i].len);
		if (!equals || equals == parts[i].at)
			continue;
		size_t name = (size_t)(equals - parts[i].at), text = parts[i].len - name - 1;
		struct pair pair = {.name = decode(arena, parts[i].at, name),
			.text = decode(arena, equals + 1, text)};
		if (text == 0 || strcmp(pair.text, null_word) == 0)
			pair.text = NULL;
		out[pairs++] = pair;
	}
	return pairs;
}

/* As SQL has it: a moment in a form of the spec's own becomes ISO 8601. */
static const char *plain_text(struct mg_arena *arena, const char *text, const struct mg_type *type,
	const union mg_parsed *value)
{
	enum { DATE_LENGTH = 10 };
	const int64_t day_us = INT64_C(86400000000);
	char iso[32];
	if (!type->format)
		return text;
	bool day = type->id == MG_TYPE_ID_DATE;
	mg_clock_format(day ? value->integer * day_us : value->integer, iso);
	return mg_strndup(arena, iso, day ? DATE_LENGTH : strlen(iso));
}

static int declare(struct mg_arena *arena, const struct mg_data *data,
	struct mg_folders_column *column, size_t file_count, size_t type, struct mg_error *err)
{
	union mg_parsed value;
	MG_TRY(mg_rows_type_of(data, type, &column->type, err));
	if (column->type.id == MG_TYPE_ID_TEXT || column->type.id == MG_TYPE_ID_JSON)
		return MG_OK;
	for (size_t f = 0; f < file_count; f++) {
		const char *text = column->texts[f];
		if (!text)
			continue;
		if (!mg_value_holds(&column->type, text, strlen(text), '.') ||
			!mg_value_parse(&column->type, text, strlen(text), '.', &value))
			return mg_fail(err, MG_EIO, "data '%s': folder: %s", data->name,
				mg_rows_bad_value(arena, data, column->name, text, strlen(text),
					&column->type));
		column->texts[f] = plain_text(arena, text, &column->type, &value);
	}
	return MG_OK;
}

static int declare_all(struct mg_arena *arena, const struct mg_data *data,
	const struct mg_folders *folders, size_t file_count, struct mg_error *err)
{
	bool *typed = mg_alloc_array(arena, folders->count + 1, sizeof(*typed));
	for (size_t i = 0; i < data->types.count; i++) {
		size_t k = 0;
		while (k < folders->count &&
			strcasecmp(folders->columns[k].name, data->types.columns[i]) != 0)
			k++;
		if (typed[k])
			return mg_rows_two_types(folders->columns[k].name, err);
		if (k < folders->count) {
			typed[k] = true;
			MG_TRY(declare(arena, data, &folders->columns[k], file_count, i, err));
		} else if (data->format == MG_FORMAT_PARQUET) {
			return mg_fail(err, MG_ESPEC,
				"data '%s': types: parquet has types of its own, and no folder gives a "
				"column '%s'",
				data->name, mg_log_safe(arena, data->types.columns[i]));
		}
	}
	return MG_OK;
}

static struct mg_type type_of(const struct mg_folders_column *column, size_t file_count)
{
	struct mg_fit fit = {0};
	for (size_t i = 0; i < file_count; i++)
		if (column->texts[i])
			mg_fit_add(&fit, column->texts[i], strlen(column->texts[i]), '.');
	return mg_fit_type(&fit);
}

/* False when a file's folders have other names than the first one's. */
static bool take(struct mg_folders *out, const struct pair *pairs, size_t count, size_t file)
{
	if (count != out->count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(out->columns[i].name, pairs[i].name) != 0)
			return false;
		out->columns[i].texts[file] = pairs[i].text;
	}
	return true;
}

static int find_partitions(struct mg_arena *arena, const struct mg_data *data,
	const char *const *files, size_t file_count, struct mg_folders *out, struct mg_error *err)
{
	bool asked = data->hive_partitioning == 1;
	size_t last = asked ? MOST_PARTS : below_wildcard(data->path);
	struct pair pairs[MOST_PARTS];
	size_t count = pairs_of(arena, files[0], last, pairs);
	out->columns = mg_alloc_array(arena, count + 1, sizeof(*out->columns));
	out->count = count;
	for (size_t i = 0; i < count; i++) {
		out->columns[i].name = pairs[i].name;
		out->columns[i].texts = mg_alloc_array(
			arena, file_count, sizeof(*out->columns[i].texts));
	}
	for (size_t f = 0; f < file_count; f++) {
		size_t found = pairs_of(arena, files[f], last, pairs);
		if (take(out, pairs, found, f))
			continue;
		out->count = 0;
		return asked
			? mg_fail(err, MG_ESPEC,
				  "data '%s': %s does not lie in folders of the same names "
				  "(name=value) as %s; hive_partitioning needs them everywhere",
				  data->name, files[f], files[0])
			: MG_OK;
	}
	if (asked && count == 0)
		return mg_fail(err, MG_ESPEC,
			"data '%s': hive_partitioning finds no folder such as day=2026-11-29 in %s",
			data->name, files[0]);
	for (size_t i = 0; i < count; i++)
		out->columns[i].type = type_of(&out->columns[i], file_count);
	return MG_OK;
}

int mg_folders_find(struct mg_arena *arena, const struct mg_data *data, const char *const *files,
	size_t file_count, struct mg_folders *out, struct mg_error *err)
{
	*out = (struct mg_folders){.columns = mg_alloc(arena, sizeof(*out->columns))};
	if (data->hive_partitioning != 0 && file_count > 0)
		MG_TRY(find_partitions(arena, data, files, file_count, out, err));
	for (size_t i = 0; i < out->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcasecmp(out->columns[i].name, out->columns[k].name) == 0)
				return mg_fail(err, MG_ESPEC,
					"data '%s': two folders of %s are called '%s'; turn them off "
					"with hive_partitioning: false",
					data->name, files[0], out->columns[i].name);
	MG_TRY(declare_all(arena, data, out, file_count, err));
	if (!data->filename)
		return MG_OK;
	MG_TRY(mg_folders_clash(out, data, data->filename, err));
	struct mg_folders_column *path = &out->columns[out->count++];
	path->name = data->filename;
	path->texts = mg_alloc_array(arena, file_count, sizeof(*path->texts));
	for (size_t f = 0; f < file_count; f++)
		path->texts[f] = files[f];
	path->type = (struct mg_type){.id = MG_TYPE_ID_TEXT};
	return MG_OK;
}

bool mg_folders_named(const struct mg_folders *folders, const char *name)
{
	for (size_t i = 0; i < folders->count; i++)
		if (strcasecmp(folders->columns[i].name, name) == 0)
			return true;
	return false;
}

int mg_folders_clash(const struct mg_folders *folders, const struct mg_data *data,
	const char *column, struct mg_error *err)
{
	for (size_t i = 0; i < folders->count; i++) {
		if (strcasecmp(folders->columns[i].name, column) != 0)
			continue;
		if (data->filename && strcmp(folders->columns[i].name, data->filename) == 0)
			return mg_fail(err, MG_ESPEC,
				"data '%s': filename cannot be '%s': the files have such a column",
				data->name, data->filename);
		return mg_fail(err, MG_ESPEC,
			"data '%s': the files have a column '%s', and their folders too (%s=...); "
			"hive_partitioning: false leaves the folders out",
			data->name, column, folders->columns[i].name);
	}
	return MG_OK;
}
