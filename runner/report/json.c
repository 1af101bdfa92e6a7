/* json.c: run.json, the whole run for machines, by the tables of run_fields.c. `modelgate schema run`
 * describes it, and run_json_read.c reads it back. */
#include <stdio.h>

#include <modelgate/report.h>

#include "base/clock.h"
#include "report/formats.h"
#include "report/json_out.h"
#include "report/run_fields.h"
#include "report/seal.h"

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void write_texts(struct mg_json *json, const struct mg_run_field *f, const void *base)
{
	size_t count = 0;
	const char **texts = mg_run_entries(f, base, &count);
	mg_json_open(json, f->name, '[', true);
	for (size_t i = 0; i < count; i++)
		mg_json_text(json, NULL, or_empty(texts[i]));
	mg_json_close(json, ']');
}

/* CELLS and NUMBERS: a list for each row. */
static void write_rows(struct mg_json *json, const struct mg_run_field *f, const void *base)
{
	size_t count = 0, columns = mg_run_across(f, base);
	const void *entries = mg_run_entries(f, base, &count);
	mg_json_open(json, f->name, '[', false);
	for (size_t i = 0; i < count; i++) {
		if (i % columns == 0)
			mg_json_open(json, NULL, '[', true);
		if (f->type == MG_RUN_CELLS)
			mg_json_text(json, NULL, ((const char *const *)entries)[i]);
		else
			mg_json_double(json, NULL, ((const double *)entries)[i]);
		if ((i + 1) % columns == 0)
			mg_json_close(json, ']');
	}
	mg_json_close(json, ']');
}

/* May an entry leave out what is the same in `whole`? What is absent must be absent there too: a reader
 * would take it from there. Only a list can say that it is empty. */
static bool is_like(const struct mg_run_field *fields, const void *whole, const void *entry)
{
	for (const struct mg_run_field *f = fields; f->name; f++) {
		if (f->share == MG_SHARE_ALL && !mg_run_same(f, whole, entry))
			return false;
		if (f->share == MG_SHARE_APART && !mg_run_text(f, entry))
			return false;
		/* nothing was asked for it, so it lacks what all others have */
		if (f->type == MG_RUN_LINES && !mg_run_text(f, whole) && mg_run_text(f, entry))
			return false;
		if (f->type != MG_RUN_LIST && mg_run_has(f, whole) && !mg_run_has(f, entry))
			return false;
	}
	return true;
}

static void write_field(struct mg_json *json, const struct mg_run_field *f, const void *base);

/* What an entry has other than `whole`, whose index that is. */
static void write_like(struct mg_json *json, const struct mg_run_field *fields, size_t index,
	const void *whole, const void *entry)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_int(json, MG_RUN_LIKE, (int64_t)index);
	for (const struct mg_run_field *f = fields; f->name; f++)
		if (f->share <= MG_SHARE_APART ? mg_run_has(f, entry)
					       : !mg_run_same(f, whole, entry))
			write_field(json, f, entry);
	mg_json_close(json, '}');
}

/* Slices of one check follow one another and have nearly all in common: each is held against the latest
 * entry that was written whole. */
static void write_list(struct mg_json *json, const struct mg_run_field *f, const void *base)
{
	size_t count = 0, index = 0, size = 0;
	void *entries = mg_run_entries(f, base, &count);
	const void *whole = NULL;
	mg_json_open(json, f->name, '[', false);
	for (size_t i = 0; i < count; i++) {
		const void *entry = mg_run_entry(f, entries, i);
		if (whole && is_like(f->fields, whole, entry)) {
			write_like(json, f->fields, index, whole, entry);
			json->left_out += size;
			continue;
		}
		size = json->out->len;
		mg_json_open(json, NULL, '{', f->one_line);
		mg_fields_write(json, f->fields, entry);
		mg_json_close(json, '}');
		size = json->out->len - size;
		whole = f->likes ? entry : NULL;
		index = i;
	}
	mg_json_close(json, ']');
}

static void write_time(struct mg_json *json, const char *key, int64_t us)
{
	char text[32];
	mg_clock_format(us, text);
	mg_json_text(json, key, text);
}

static void write_seed(struct mg_json *json, const char *key, int64_t seed)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)seed);
	mg_json_text(json, key, text);
}

static void write_field(struct mg_json *json, const struct mg_run_field *f, const void *base)
{
	switch (f->type) {
	case MG_RUN_TEXT:
		mg_json_text(json, f->name, or_empty(mg_run_text(f, base)));
		break;
	case MG_RUN_TEXT_OR_NULL:
	case MG_RUN_LINES:
	case MG_RUN_DIGITS:
		mg_json_text(json, f->name, mg_run_text(f, base));
		break;
	case MG_RUN_FIXED:
		mg_json_text(json, f->name, f->words[0]);
		break;
	case MG_RUN_WORD:
		mg_json_text(json, f->name, f->words[mg_run_whole(f, base)]);
		break;
	case MG_RUN_BOOL:
		mg_json_bool(json, f->name, mg_run_whole(f, base));
		break;
	case MG_RUN_HELD:
		mg_json_bool(json, f->name, mg_run_whole(f, base) == MG_HELD);
		break;
	case MG_RUN_NUMBER:
	case MG_RUN_MEASURED:
		mg_json_double(json, f->name, mg_run_number(f, base));
		break;
	case MG_RUN_ROWS:
		if (mg_run_whole(f, base) < 0) {
			mg_json_null(json, f->name);
			break;
		} /* fall through */
	case MG_RUN_WHOLE:
		mg_json_int(json, f->name, mg_run_whole(f, base));
		break;
	case MG_RUN_SEED:
		write_seed(json, f->name, mg_run_whole(f, base));
		break;
	case MG_RUN_TIME:
		write_time(json, f->name, mg_run_whole(f, base));
		break;
	case MG_RUN_TEXTS:
		write_texts(json, f, base);
		break;
	case MG_RUN_CELLS:
	case MG_RUN_NUMBERS:
		write_rows(json, f, base);
		break;
	case MG_RUN_OBJECT:
		mg_json_open(json, f->name, '{', f->one_line);
		mg_fields_write(json, f->fields, base);
		mg_json_close(json, '}');
		break;
	case MG_RUN_LIST:
		write_list(json, f, base);
		break;
	case MG_RUN_SEAL: /* of what is written here */
	case MG_RUN_TYPES:
		break;
	}
}

void mg_fields_write(struct mg_json *json, const struct mg_run_field *fields, const void *base)
{
	for (const struct mg_run_field *f = fields; f->name; f++)
		if (mg_run_has(f, base))
			write_field(json, f, base);
}

static int write_json(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)style;
	size_t start = out->len;
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_fields_write(&json, mg_run_fields, run);
	if (run->unsealed)
		mg_text_add(out, "\n}\n");
	else
		mg_seal_add(out, start);
	if (out->len - start > MG_RUN_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"it would take %s, and promote, join and report read at most %s; "
			"use fewer checks or slices",
			mg_human_bytes(scratch, (double)(out->len - start)),
			mg_human_bytes(scratch, MG_RUN_MAX_BYTES));
	if (json.left_out > MG_RUN_MAX_WHOLE_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"its slices have %s in common, and promote, join and report take at most %s; "
			"use fewer checks or slices",
			mg_human_bytes(scratch, (double)json.left_out),
			mg_human_bytes(scratch, MG_RUN_MAX_WHOLE_BYTES));
	return MG_OK;
}

const struct mg_report_format mg_report_json = {
	.name = "json",
	.help = "write the whole run as JSON to FILE",
	.write = write_json,
};
