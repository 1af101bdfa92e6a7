/* data.c: datasets: where their rows come from and what is known of them. */
#include <modelgate/engine.h>

#include <string.h>

#include "base/text.h"
#include "input/moment.h"
#include "input/value.h"
#include "spec/read.h"

/* ---- formats ---- */

static enum mg_format format_of(struct mg_arena *arena, const char *path)
{
	static const struct {
		const char *suffix;
		enum mg_format format;
		bool packed; /* may end in .gz or .zst, too */
	} suffixes[] = {
		{".csv", MG_FORMAT_CSV, true},
		{".tsv", MG_FORMAT_TSV, true},
		{".json", MG_FORMAT_JSON, true},
		{".ndjson", MG_FORMAT_NDJSON, true},
		{".jsonl", MG_FORMAT_NDJSON, true},
		{".parquet", MG_FORMAT_PARQUET, false},
	};
	size_t len = strlen(path);
	bool packed = mg_ends_with(path, ".gz") || mg_ends_with(path, ".zst");
	if (packed)
		len -= mg_ends_with(path, ".gz") ? 3 : 4;
	const char *name = mg_strndup(arena, path, len);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (mg_ends_with(name, suffixes[i].suffix) && (!packed || suffixes[i].packed))
			return suffixes[i].format;
	return MG_FORMAT_AUTO;
}

/* ---- csv ---- */

/* NULL when absent or wrong. */
static const char *read_short_text(struct mg_reader *r, const struct mg_node *node, const char *key,
	size_t least, size_t most, const char *accepted)
{
	const char *text = NULL;
	if (!node || !mg_read_text(r, node, key, &text))
		return NULL;
	if (strlen(text) >= least && strlen(text) <= most)
		return text;
	mg_diag_at(r->diags, node, "%s cannot be '%s'", key, mg_diag_quote(r->arena, text))
		->accepted = accepted;
	return NULL;
}

static void read_csv(struct mg_reader *r, const struct mg_node *node, struct mg_data *data)
{
	static const char one[] = "one character, or \"\" for none";
	struct mg_raw_csv raw = {.header = NULL};
	bool header = false;
	if (!mg_read_table(r, node, "csv", mg_csv_keys, &raw) && node->type != MG_NODE_MAPPING)
		return;
	data->csv.delimiter = read_short_text(
		r, raw.delimiter, "delimiter", 1, 4, "1 to 4 characters");
	data->csv.quote = read_short_text(r, raw.quote, "quote", 0, 1, one);
	data->csv.escape = read_short_text(r, raw.escape, "escape", 0, 1, one);
	data->csv.null_text = raw.null_text;
	data->csv.decimal = raw.decimal ? mg_decimal_words[raw.decimal] : NULL;
	data->csv.skip = (int)raw.skip;
	data->csv.comment = read_short_text(r, raw.comment, "comment", 1, 1, "one character");
	data->csv.latin1 = raw.encoding == 1;
	data->csv.columns = raw.columns.list;
	data->csv.column_count = raw.columns.count;
	if (raw.header && mg_read_bool(r, raw.header, "header", &header))
		data->csv.header = header;
	else if (raw.columns.count)
		data->csv.header = 0;
}

/* ---- one dataset ---- */

static const char sources_accepted[] =
	"path: FILE, or sql: SELECT, or table: TABLE with connection: CONNECTION, or profile: FILE";

/* `{date: "%d/%m/%Y"}`: a type with the form that its texts have. */
static bool read_type_format(struct mg_reader *r, const struct mg_node *node, const char *what,
	const char **out_type, const char **out_format)
{
	static const char accepted[] = "one of date, timestamp and timestamptz with a format, as "
				       "{date: \"%d/%m/%Y\"}";
	static const char *const types[] = {"date", "timestamp", "timestamptz"};
	const struct mg_pair *pair = node->count == 1 ? node->pairs : NULL;
	*out_type = NULL;
	for (size_t i = 0; pair && i < sizeof(types) / sizeof(*types); i++)
		if (mg_streq(pair->key->text, types[i]))
			*out_type = types[i];
	if (!*out_type) {
		mg_diag_at(r->diags, pair ? pair->key : node, "%s has the wrong form", what)
			->accepted = accepted;
		return false;
	}
	if (!mg_read_filled_text(r, pair->value, what, out_format))
		return false;
	if (mg_moment_format_valid(*out_format))
		return true;
	mg_diag_at(r->diags, pair->value, "'%s' is not the format of a day",
		mg_diag_quote(r->arena, *out_format))
		->accepted =
		"%Y or %y, %m or %b or %B, and %d, or %j; also %H %I %p %M %S %f %z %%";
	return false;
}

static void read_type(struct mg_reader *r, const struct mg_pair *pair, const char **out_type,
	const char **out_format)
{
	const char *what = mg_printf(
		r->arena, "'%s' in types", mg_diag_quote(r->arena, pair->key->text));
	struct mg_type type;
	if (pair->value->type == MG_NODE_MAPPING) {
		read_type_format(r, pair->value, what, out_type, out_format);
		return;
	}
	if (!mg_read_filled_text(r, pair->value, what, out_type) || mg_type_parse(*out_type, &type))
		return;
	mg_diag_at(r->diags, pair->value, "'%s' is not a type", mg_diag_quote(r->arena, *out_type))
		->accepted =
		"an SQL type such as VARCHAR, BIGINT, DOUBLE, DATE or DECIMAL(10, 2), or "
		"{date: \"%d/%m/%Y\"}";
}

static void read_types(struct mg_reader *r, const struct mg_node *node, struct mg_data *data)
{
	if (!mg_expect(r, node, MG_NODE_MAPPING, "types", "a mapping such as {id: VARCHAR}"))
		return;
	if (node->count == 0)
		mg_diag_at(r->diags, node, "types is an empty mapping")
			->accepted = "a mapping such as {id: VARCHAR}";
	data->types.columns = mg_alloc_array(r->arena, node->count, sizeof(char *));
	data->types.types = mg_alloc_array(r->arena, node->count, sizeof(char *));
	data->types.formats = mg_alloc_array(r->arena, node->count, sizeof(char *));
	data->types.count = node->count;
	for (size_t i = 0; i < node->count; i++) {
		data->types.columns[i] = node->pairs[i].key->text;
		read_type(r, &node->pairs[i], &data->types.types[i], &data->types.formats[i]);
	}
}

static void check_redundant(struct mg_reader *r, const struct mg_node *node, const char *key,
	bool wanted, const char *why)
{
	const struct mg_pair *pair = mg_node_pair(node, key);
	if (pair && !wanted)
		mg_diag_at(r->diags, pair->key, "%s has no effect %s", key, why);
}

/* Folders such as day=2026-11-29, or a pattern that may find some. */
static bool may_have_partitions(const char *path)
{
	const char *sign = strpbrk(path, "*?[=");
	return sign && strchr(sign, '/');
}

static void refuse_file_keys(struct mg_reader *r, const struct mg_node *node, const char *where)
{
	static const char *const keys[] = {
		"format", "csv", "types", "union_by_name", "hive_partitioning", "filename"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		check_redundant(r, node, keys[i], false, where);
}

/* What is said of rows, where there are none. */
static void read_profile(struct mg_reader *r, const struct mg_node *node,
	const struct mg_raw_data *raw, struct mg_data *data)
{
	static const char *const keys[] = {"where", "key", "missing", "connection"};
	static const char why[] = "on a profile: it has no rows, and was made of some that had it";
	const struct mg_node *profile = mg_node_get(node, "profile");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		check_redundant(r, node, keys[i], false, why);
	refuse_file_keys(r, node, "on a profile");
	data->path = raw->profile;
	data->path_pos = profile->pos;
	data->format = MG_FORMAT_PROFILE;
	if (raw->profile &&
		(!raw->profile[0] || strpbrk(raw->profile, "*?[") || strstr(raw->profile, "://")))
		mg_diag_at(r->diags, profile, "profile cannot be '%s'",
			mg_diag_quote(r->arena, raw->profile))
			->accepted = "one file on this machine";
}

static void refuse_sources(struct mg_reader *r, const struct mg_node *node,
	const struct mg_node *at, const struct mg_data *data)
{
	static const char *const keys[] = {"path", "sql", "table", "profile"};
	const char *name = mg_diag_quote(r->arena, data->name), *first = NULL;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct mg_pair *pair = mg_node_pair(node, keys[i]);
		if (pair && first)
			mg_diag_at(r->diags, pair->key, "dataset '%s' has both a %s and %s%s", name,
				first, i >= 2 ? "a " : "", keys[i])
				->accepted = sources_accepted;
		else if (pair)
			first = keys[i];
	}
	if (!first)
		mg_diag_at(r->diags, at, "dataset '%s' has neither a path nor sql", name)
			->accepted = sources_accepted;
}

/* Services read text files each in their own way: all columns as texts, or types by a guess. */
static void read_service_path(struct mg_reader *r, const struct mg_node *node,
	const struct mg_raw_data *raw, struct mg_data *data)
{
	static const char *const keys[] = {
		"csv", "types", "union_by_name", "hive_partitioning", "filename"};
	data->format = raw->format ? (enum mg_format)raw->format : format_of(r->arena, raw->path);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		check_redundant(r, node, keys[i], false, "on files of a connection");
	if (data->format != MG_FORMAT_PARQUET &&
		(data->connection->engine->flags & MG_ENGINE_PATHS))
		mg_diag_at(r->diags, mg_node_get(node, "path"),
			"a connection reads Parquet files only, and '%s' is not one by its name",
			mg_diag_quote(r->arena, raw->path))
			->accepted = "a path that ends in .parquet, or format: parquet";
}

static void read_path(struct mg_reader *r, const struct mg_node *node, const struct mg_node *path,
	const struct mg_raw_data *raw, struct mg_data *data)
{
	if (raw->path[0] == '\0' || strstr(raw->path, "://")) {
		mg_diag_at(
			r->diags, path, "path cannot be '%s'", mg_diag_quote(r->arena, raw->path))
			->accepted = "a file or pattern on this machine";
		return;
	}
	data->format = raw->format ? (enum mg_format)raw->format : format_of(r->arena, raw->path);
	const struct mg_node *format = mg_node_get(node, "format");
	if (data->format == MG_FORMAT_AUTO && format && !mg_streq(format->text, "auto"))
		return; /* reported already */
	if (data->format == MG_FORMAT_AUTO) {
		mg_diag_at(r->diags, path, "the format of '%s' cannot be told from its name",
			mg_diag_quote(r->arena, raw->path))
			->accepted = ".csv .tsv .json .ndjson .jsonl (also with .gz or .zst) or "
				     ".parquet, or format: csv, tsv, json, ndjson, parquet";
		return;
	}
	bool csv = data->format == MG_FORMAT_CSV || data->format == MG_FORMAT_TSV;
	check_redundant(r, node, "csv", csv, "on files that are not csv or tsv");
	bool wanted = data->format != MG_FORMAT_PARQUET || may_have_partitions(raw->path);
	check_redundant(r, node, "types", wanted, "on parquet, which has types");
}

static void read_source(struct mg_reader *r, const struct mg_node *node, const struct mg_node *at,
	const struct mg_raw_data *raw, struct mg_data *data)
{
	const struct mg_node *path = mg_node_get(node, "path"), *sql = mg_node_get(node, "sql"),
			     *table = mg_node_get(node, "table"),
			     *profile = mg_node_get(node, "profile");
	struct mg_keys keys;
	mg_keys_init(&keys, r->arena);
	mg_keys_add(&keys, mg_data_keys, NULL);
	if (!path && !sql && !table && !profile &&
		(mg_is_misspelt(r, node, &keys, "profile") ||
			mg_is_misspelt(r, node, &keys, "path") ||
			mg_is_misspelt(r, node, &keys, "sql") ||
			mg_is_misspelt(r, node, &keys, "table")))
		return;
	if (!path + !sql + !table + !profile != 3) {
		refuse_sources(r, node, at, data);
		return;
	}
	if (profile) {
		read_profile(r, node, raw, data);
		return;
	}
	data->path = raw->path;
	data->sql = raw->sql;
	data->table = raw->table;
	if (!path)
		refuse_file_keys(r, node, sql ? "on sql" : "on a table");
	if (sql)
		data->sql_pos = sql->pos;
	if (table)
		data->table_pos = table->pos;
	if (!path)
		return;
	data->path_pos = path->pos;
	if (!raw->path)
		return;
	if (data->connection)
		read_service_path(r, node, raw, data);
	else
		read_path(r, node, path, raw, data);
}

/* ---- tables ---- */

static bool is_version(const char *text)
{
	size_t len = strlen(text);
	return len > 0 && len <= 18 && strspn(text, "0123456789") == len;
}

static void read_version(struct mg_reader *r, const struct mg_raw_data *raw, struct mg_data *data)
{
	const struct mg_node *node = raw->version ? raw->version : raw->as_of;
	const char *key = raw->version ? "version" : "as_of";
	const char *text = NULL;
	if (!node)
		return;
	if (raw->version && raw->as_of) {
		mg_diag_at(r->diags, raw->as_of, "dataset '%s' has both version and as_of",
			mg_diag_quote(r->arena, data->name))
			->accepted = "one of them";
		return;
	}
	if (!data->table || !data->connection ||
		!(data->connection->engine->flags & MG_ENGINE_VERSIONS)) {
		mg_diag_at(r->diags, node, "%s has no effect: %s", key,
			data->table && data->connection
				? mg_printf(r->arena, "tables of %s have no versions",
					  data->connection->engine->name)
				: "it is not a table of a connection");
		return;
	}
	if (!mg_read_filled_text(r, node, key, &text))
		return;
	if (!raw->version) {
		data->as_of = text;
	} else if (is_version(text)) {
		data->version = text;
	} else {
		mg_diag_at(r->diags, node, "version cannot be '%s'", mg_diag_quote(r->arena, text))
			->accepted = "the number of a version, as 42";
	}
}

/* Before the source is read: what a path is depends on it. */
static void read_connection(struct mg_reader *r, const struct mg_node *node,
	const struct mg_raw_data *raw, struct mg_data *data)
{
	const struct mg_node *path = mg_node_get(node, "path"), *table = mg_node_get(node, "table");
	const char *name = mg_diag_quote(r->arena, data->name);
	if (table && !raw->connection)
		mg_diag_at(r->diags, table, "dataset '%s' is a table of no connection", name)
			->accepted = "connection: NAME, which is under connections";
	if (raw->table && !raw->table[strspn(raw->table, " \t")])
		mg_diag_at(r->diags, table, "table is an empty text");
	if (!raw->connection || !mg_read_connection(r, raw->connection, &data->connection))
		return;
	if (path && !(data->connection->engine->flags & MG_ENGINE_PATHS))
		mg_diag_at(r->diags, path, "a connection by %s reads no files",
			data->connection->engine->name)
			->accepted = "table: TABLE, or a path without a connection";
}

static void read_files(struct mg_reader *r, const struct mg_raw_data *raw, struct mg_data *data)
{
	bool hive = false;
	data->hive_partitioning = -1;
	if (raw->hive_partitioning &&
		mg_read_bool(r, raw->hive_partitioning, "hive_partitioning", &hive))
		data->hive_partitioning = hive;
	data->union_by_name = raw->union_by_name;
	data->filename = raw->filename;
}

static void read_dataset(struct mg_reader *r, const struct mg_node *key, const struct mg_node *node,
	struct mg_data *data)
{
	const char *what = mg_printf(r->arena, "dataset '%s'", mg_diag_quote(r->arena, data->name));
	struct mg_raw_data raw = {0};
	if (!mg_expect(r, node, MG_NODE_MAPPING, what, "a path, or a mapping such as {path: FILE}"))
		return;
	data->csv.header = -1;
	mg_read_table(r, node, what, mg_data_keys, &raw);
	read_connection(r, node, &raw, data);
	read_source(r, node, key, &raw, data);
	read_version(r, &raw, data);
	data->where = raw.where;
	if (raw.where)
		data->where_pos = mg_node_get(node, "where")->pos;
	data->key = raw.key;
	data->redact = raw.redact;
	data->refuses_redacted = raw.redacted_values == 1;
	mg_read_missing(r, raw.missing, &data->missing);
	read_files(r, &raw, data);
	if (raw.csv)
		read_csv(r, raw.csv, data);
	if (raw.types)
		read_types(r, raw.types, data);
}

/* ---- all of them ---- */

/* The short form `name: path` as the long one. */
static struct mg_node *long_form(struct mg_reader *r, struct mg_node *node)
{
	if (node->type != MG_NODE_SCALAR || mg_node_is_null(node) || node->broken)
		return node;
	struct mg_node *mapping = mg_alloc(r->arena, sizeof(*mapping));
	*mapping = *node;
	mapping->type = MG_NODE_MAPPING;
	mapping->pairs = mg_alloc(r->arena, sizeof(*mapping->pairs));
	mapping->pairs[0] = (struct mg_pair){mg_node_plain(r->arena, "path", node->pos), node};
	mapping->count = 1;
	return mapping;
}

/* A stage's path takes the place of sql or of a table, and the other way round. */
static struct mg_node *without(struct mg_reader *r, struct mg_node *node, const char *key)
{
	if (!mg_node_pair(node, key))
		return node;
	struct mg_node *rest = mg_alloc(r->arena, sizeof(*rest));
	*rest = *node;
	rest->pairs = mg_alloc_array(r->arena, node->count, sizeof(*rest->pairs));
	rest->count = 0;
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->pairs[i].key->text, key) != 0)
			rest->pairs[rest->count++] = node->pairs[i];
	return rest;
}

static struct mg_node *lay_over(struct mg_reader *r, struct mg_node *base, struct mg_node *over)
{
	base = long_form(r, base);
	over = long_form(r, over);
	if (base->type != MG_NODE_MAPPING || over->type != MG_NODE_MAPPING)
		return base;
	static const char *const sources[] = {"path", "sql", "table", "profile"};
	static const char *const of_rows[] = {"connection", "version", "as_of", "where", "key",
		"missing", "format", "csv", "types", "union_by_name", "hive_partitioning",
		"filename"};
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		for (size_t k = 0; k < sizeof(sources) / sizeof(*sources); k++)
			if (i != k && mg_node_get(over, sources[i]))
				base = without(r, base, sources[k]);
	/* A file in the place of a table is on this machine. */
	if (mg_node_get(over, "path") && !mg_node_get(over, "connection"))
		base = without(r, without(r, without(r, base, "connection"), "version"), "as_of");
	/* What was said of the rows is in the profile. */
	for (size_t i = 0; i < sizeof(of_rows) / sizeof(*of_rows); i++)
		if (mg_node_get(over, "profile"))
			base = without(r, base, of_rows[i]);
	return mg_node_merge(r->arena, base, over);
}

bool mg_read_profile_reference(
	struct mg_reader *r, const struct mg_node *node, const char *path, const char **out)
{
	struct mg_spec *spec = r->spec;
	const struct mg_data *known = mg_spec_data(spec, path);
	if (known && !mg_data_is_profile(known)) {
		mg_diag_at(r->diags, node, "'%s' is the name of a dataset, too",
			mg_diag_quote(r->arena, path))
			->accepted =
			"another name of the file, or a dataset of the profile under data";
		return false;
	}
	*out = path;
	if (known)
		return true;
	struct mg_data *all = mg_alloc_array(r->arena, spec->data_count + 1, sizeof(*all));
	if (spec->data_count)
		memcpy(all, spec->data, spec->data_count * sizeof(*all));
	struct mg_data *data = &all[spec->data_count++];
	const struct mg_raw_data raw = {.profile = path};
	data->name = path;
	data->pos = node->pos;
	data->csv.header = data->hive_partitioning = -1;
	read_profile(r, node, &raw, data);
	spec->data = all;
	return true;
}

void mg_read_data(struct mg_reader *r, const struct mg_node *data, const struct mg_node *overlay)
{
	if (!mg_expect(r, data, MG_NODE_MAPPING, "data", "a mapping of names to paths"))
		return;
	r->spec->data = mg_alloc_array(r->arena, data->count, sizeof(*r->spec->data));
	for (size_t i = 0; i < data->count; i++) {
		const struct mg_node *key = data->pairs[i].key;
		struct mg_node *node = data->pairs[i].value;
		if (!mg_name_valid(MG_NAME_DATA, key->text)) {
			mg_diag_at(r->diags, key, "a dataset cannot be named '%s'",
				mg_diag_quote(r->arena, key->text))
				->accepted = mg_name_rules[MG_NAME_DATA].accepted;
			continue;
		}
		struct mg_node *over = mg_node_get(overlay, key->text);
		node = over ? lay_over(r, node, over) : long_form(r, node);
		struct mg_data *out = &r->spec->data[r->spec->data_count++];
		out->name = key->text;
		out->pos = key->pos;
		read_dataset(r, key, node, out);
	}
}
