/* cache.c: a month is a file DIR/site/MODEL/STAGE/YYYY/MM: the digest of what follows; the digest of the names that it was
 * read from, and of the program's version; its runs as JSON in one line; and its checks as they are written to the site. */
#include "site/cache.h"

#include <jansson.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "report/json_out.h"
#include "site/folder.h"

#define FORMAT "modelgate site month 1 of " MG_VERSION
enum { DIGEST = 64, MOST_BYTES = 256 << 20 };

static void find_key(const struct mg_site_cache_place *place, char out[DIGEST + 1])
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text text;
	mg_text_init(&text, scratch);
	mg_text_add(&text, FORMAT);
	for (size_t i = 0; i < place->count; i++)
		mg_text_addf(&text, "\n%s", place->names[i]);
	mg_sha256(text.data, text.len, out);
}

static const char *path_of(struct mg_arena *arena, const struct mg_site_cache_place *place)
{
	return mg_printf(arena, "%s/site/%s", place->folder, place->month);
}

/* ---- reading ---- */

static const char *text_of(struct mg_arena *arena, const json_t *run, const char *key)
{
	return mg_strdup(arena, json_string_value(json_object_get(run, key)));
}

static int64_t whole_of(const json_t *run, const char *key)
{
	return json_integer_value(json_object_get(run, key));
}

static void read_run(struct mg_arena *arena, const json_t *from, struct mg_site_run *out)
{
	*out = (struct mg_site_run){.record = text_of(arena, from, "record"),
		.stage = text_of(arena, from, "stage"),
		.seal = text_of(arena, from, "seal"),
		.commit = text_of(arena, from, "commit"),
		.branch = text_of(arena, from, "branch"),
		.selection = text_of(arena, from, "selection"),
		.build = text_of(arena, from, "build"),
		.summary = text_of(arena, from, "summary"),
		.as_of_us = whole_of(from, "as_of"),
		.started_us = whole_of(from, "started"),
		.seconds = json_number_value(json_object_get(from, "seconds")),
		.verdict = (enum mg_verdict)whole_of(from, "verdict"),
		.dirty = json_is_true(json_object_get(from, "dirty"))};
}

bool mg_site_cache_get(
	struct mg_arena *arena, const struct mg_site_cache_place *place, struct mg_site_month *out)
{
	char *text = NULL, digest[DIGEST + 1], key[DIGEST + 1];
	size_t len = 0;
	struct mg_error err;
	if (mg_file_read(arena, path_of(arena, place), MOST_BYTES, &text, &len, &err) != MG_OK ||
		len <= (size_t)2 * DIGEST)
		return false;
	find_key(place, key);
	mg_sha256(text + DIGEST, len - DIGEST, digest);
	if (memcmp(digest, text, DIGEST) != 0 || memcmp(key, text + DIGEST, DIGEST) != 0)
		return false;
	char *line = text + (ptrdiff_t)2 * DIGEST;
	size_t line_len = strcspn(line, "\n");
	json_t *runs = json_loadb(line, line_len, 0, NULL);
	out->count = json_array_size(runs);
	out->runs = mg_alloc_array(arena, out->count, sizeof(*out->runs));
	for (size_t i = 0; i < out->count; i++)
		read_run(arena, json_array_get(runs, i), &out->runs[i]);
	json_decref(runs);
	out->checks = line + line_len + 1;
	return out->count == place->count;
}

/* ---- writing ---- */

static void write_run(struct mg_json *json, const struct mg_site_run *run)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "record", run->record);
	mg_json_text(json, "stage", run->stage);
	mg_json_text(json, "seal", run->seal);
	mg_json_text(json, "commit", run->commit);
	mg_json_text(json, "branch", run->branch);
	mg_json_text(json, "selection", run->selection);
	mg_json_text(json, "build", run->build);
	mg_json_text(json, "summary", run->summary);
	mg_json_int(json, "as_of", run->as_of_us);
	mg_json_int(json, "started", run->started_us);
	mg_json_double(json, "seconds", run->seconds);
	mg_json_int(json, "verdict", (int64_t)run->verdict);
	mg_json_bool(json, "dirty", run->dirty);
	mg_json_close(json, '}');
}

/* It need not last: what is not whole is read again from the records. */
int mg_site_cache_put(struct mg_arena *scratch, const struct mg_site_cache_place *place,
	const struct mg_site_month *month, struct mg_error *err)
{
	struct mg_text body, whole;
	char digest[DIGEST + 1];
	mg_text_init(&body, scratch);
	mg_text_init(&whole, scratch);
	struct mg_json json = {.out = &body};
	find_key(place, digest);
	mg_text_add(&body, digest);
	mg_json_open(&json, NULL, '[', true);
	for (size_t i = 0; i < month->count; i++)
		write_run(&json, &month->runs[i]);
	mg_json_close(&json, ']');
	mg_text_addf(&body, "\n%s", month->checks);
	mg_sha256(body.data, body.len, digest);
	mg_text_add(&whole, digest);
	mg_text_add_bytes(&whole, body.data, body.len);
	return mg_site_write(
		mg_strdup(scratch, path_of(scratch, place)), 0, whole.data, whole.len, err);
}
