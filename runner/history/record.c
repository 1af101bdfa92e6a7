/* record.c: runs become records, and records runs again. */
#include "history/record.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <modelgate/report.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"
#include "history/gzip.h"
#include "report/seal.h"
#include "spec/keys.h"

enum { SEAL_DIGITS = 16 };
#define SUFFIX ".run.json.gz"
#define SEAL_HEAD "sha256:"
#define NO_STAGE "none"
static const int64_t US_PER_S = 1000000;

/* ---- the name ---- */

const char *mg_record_stage(const char *stage)
{
	return stage ? stage : NO_STAGE;
}

/* What names a folder or a file must not have anything else in it. */
static int check_names(const struct mg_run *run, struct mg_error *err)
{
	if (!run->model || !*run->model)
		return mg_fail(
			err, MG_EUSAGE, "the run is of no model: its spec could not be read");
	if (!mg_name_valid(MG_NAME_MODEL, run->model))
		return mg_fail(err, MG_EUSAGE, "its model's name is not %s",
			mg_name_rules[MG_NAME_MODEL].accepted);
	if (run->stage && !mg_name_valid(MG_NAME_STAGE, run->stage))
		return mg_fail(err, MG_EUSAGE, "its stage's name is not %s",
			mg_name_rules[MG_NAME_STAGE].accepted);
	if (mg_streq(run->stage, NO_STAGE))
		return mg_fail(err, MG_EUSAGE,
			"a stage called " NO_STAGE " cannot be told from runs without one; give it "
			"another name");
	return MG_OK;
}

/* The second of a time as MODEL/STAGE/ is followed by it: "2026/11/23/040506Z". */
static const char *time_words(struct mg_arena *arena, int64_t us)
{
	char t[32]; /* 2026-11-23T04:05:06Z */
	mg_clock_format(us, t);
	return mg_printf(
		arena, "%.4s/%.2s/%.2s/%.2s%.2s%.2sZ", t, t + 5, t + 8, t + 11, t + 14, t + 17);
}

static int make_name(
	struct mg_arena *arena, const struct mg_run *run, const char **out, struct mg_error *err)
{
	MG_TRY(check_names(run, err));
	if (run->unsealed || !run->seal || !mg_starts_with(run->seal, SEAL_HEAD))
		return mg_fail(err, MG_EUSAGE,
			"an early version of modelgate wrote the run, which has no seal; run again");
	if (run->part.of)
		return mg_fail(err, MG_EUSAGE,
			"the run is part %zu of %zu; modelgate join makes the parts one run",
			run->part.number, run->part.of);
	*out = mg_printf(arena, "%s/%s/%s-%.*s" SUFFIX, run->model, mg_record_stage(run->stage),
		time_words(arena, run->as_of_us), (int)SEAL_DIGITS, run->seal + strlen(SEAL_HEAD));
	return MG_OK;
}

/* Behind MODEL/STAGE/: d stands for a digit, h for one of hexadecimal. */
static bool has_form(const char *s)
{
	static const char form[] = "dddd/dd/dd/ddddddZ-hhhhhhhhhhhhhhhh" SUFFIX;
	static const char digits[] = "0123456789abcdef";
	size_t fixed = strlen(form) - strlen(SUFFIX);
	if (strlen(s) != strlen(form) || strcmp(s + fixed, SUFFIX) != 0)
		return false;
	for (size_t i = 0; i < fixed; i++) {
		const char *digit = s[i] ? strchr(digits, s[i]) : NULL;
		if (form[i] == 'h'               ? !digit
				: form[i] == 'd' ? !digit || digit - digits > 9
						 : s[i] != form[i])
			return false;
	}
	return true;
}

/* Where the time begins: behind two names. NULL when there are not two. */
static const char *time_part(const char *name)
{
	const char *slash = strchr(name, '/');
	slash = slash ? strchr(slash + 1, '/') : NULL;
	return slash ? slash + 1 : NULL;
}

int64_t mg_record_second(const char *name)
{
	const char *t = time_part(name); /* 2026/11/23/040506Z */
	char text[32];
	int64_t us = 0;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t, t + 5, t + 8, t + 11,
		t + 13, t + 15);
	return mg_clock_parse(text, &us) ? us : INT64_MIN;
}

/* ---- writing ---- */

static int fail_in_record(const struct mg_store *store, const char *name, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return mg_fail_in(err, "record %s of %s", mg_log_safe_cut(scratch, name, 300),
		mg_log_safe_cut(scratch, store->described, 300));
}

/* Packed by another zlib the same text has other bytes, so texts are compared. */
static int check_same(struct mg_store *store, const char *name, const char *text, size_t len,
	struct mg_error *err)
{
	char *packed = NULL, *there = NULL, is[65], was[65];
	size_t packed_len = 0, there_len = 0;
	int code = store->ops->get(
		store, store->arena, name, MG_RUN_MAX_BYTES, &packed, &packed_len, err);
	if (code == MG_OK)
		code = mg_gzip_unpack(store->arena, packed, packed_len, MG_RUN_MAX_BYTES, &there,
			&there_len, err);
	if (code != MG_OK)
		return fail_in_record(store, name, err);
	mg_sha256(text, len, is);
	mg_sha256(there, there_len, was);
	if (mg_streq(is, was))
		return MG_OK;
	mg_fail(err, MG_EIO,
		"another run has this name already: its run.json has the SHA-256 %s, and the one to "
		"record has %s; nothing was written",
		was, is);
	return fail_in_record(store, name, err);
}

int mg_record_put(struct mg_store *store, const char *text, size_t len, const char **out_name,
	bool *out_made, struct mg_error *err)
{
	struct mg_run *run = NULL;
	const char *name = NULL;
	size_t packed_len = 0;
	bool made = false;
	MG_TRY(mg_run_read(store->arena, text, len, &run, err));
	MG_TRY(make_name(store->arena, run, &name, err));
	char *packed = mg_gzip_pack(store->arena, text, len, &packed_len);
	MG_TRY(store->ops->put_if_absent(store, name, packed, packed_len, &made, err));
	if (!made)
		MG_TRY(check_same(store, name, text, len, err));
	*out_name = name;
	*out_made = made;
	return MG_OK;
}

/* ---- reading ---- */

static int unpack(struct mg_arena *arena, struct mg_fetched_record *record, struct mg_error *err)
{
	mg_sha256(record->packed, record->packed_len, record->sha256);
	return mg_gzip_unpack(arena, record->packed, record->packed_len, MG_RUN_MAX_BYTES,
		&record->text, &record->len, err);
}

static int fetch(struct mg_store *store, struct mg_arena *arena, const char *name,
	struct mg_fetched_record *out, struct mg_error *err)
{
	*out = (struct mg_fetched_record){.name = name};
	MG_TRY(store->ops->get(
		store, arena, name, MG_RUN_MAX_BYTES, &out->packed, &out->packed_len, err));
	return unpack(arena, out, err);
}

static int prove(const struct mg_fetched_record *fetched, struct mg_arena *arena,
	struct mg_past_run *out, struct mg_error *err)
{
	const char *own = NULL;
	struct mg_run *run = NULL;
	char run_sha256[65];
	MG_TRY(mg_run_read_digested(arena, fetched->text, fetched->len, &run, run_sha256, err));
	MG_TRY(make_name(arena, run, &own, err));
	if (!mg_streq(own, fetched->name))
		return mg_fail(err, MG_EIO,
			"it contradicts its name: what it says belongs under %s; move it there or "
			"remove it",
			own);
	*out = (struct mg_past_run){.record = own,
		.sha256 = mg_strdup(arena, fetched->sha256),
		.run_sha256 = mg_strdup(arena, run_sha256),
		.bytes = fetched->packed_len,
		.run = run};
	return MG_OK;
}

/* A record that is not usable is a broken history, whatever is wrong with it. */
static int fail_unusable(struct mg_store *store, const char *name, struct mg_error *err)
{
	if (err->code == MG_EUSAGE || err->code == MG_ENOTFOUND)
		err->code = MG_EIO;
	return fail_in_record(store, name, err);
}

int mg_record_fetch(struct mg_store *store, struct mg_arena *arena, const char *name,
	struct mg_fetched_record *out, struct mg_error *err)
{
	return fetch(store, arena, name, out, err) == MG_OK ? MG_OK
							    : fail_unusable(store, name, err);
}

int mg_record_prove(struct mg_store *store, const struct mg_fetched_record *fetched,
	struct mg_arena *arena, struct mg_past_run *out, struct mg_error *err)
{
	return prove(fetched, arena, out, err) == MG_OK ? MG_OK
							: fail_unusable(store, fetched->name, err);
}

static const char *place_of_copy(
	const struct mg_store *store, struct mg_arena *arena, const char *name)
{
	return mg_printf(arena, "%s/%s", store->cache, name);
}

/* False for a copy that is not what its name says: the store has the record itself. */
static bool get_copy(const struct mg_store *store, struct mg_arena *arena, const char *name,
	struct mg_past_run *out)
{
	struct mg_fetched_record copy = {.name = name};
	return mg_file_read(arena, place_of_copy(store, arena, name), MG_RUN_MAX_BYTES,
		       &copy.packed, &copy.packed_len, NULL) == MG_OK &&
		unpack(arena, &copy, NULL) == MG_OK && prove(&copy, arena, out, NULL) == MG_OK;
}

int mg_record_get(struct mg_store *store, struct mg_arena *arena, const char *name,
	struct mg_past_run *out, struct mg_error *err)
{
	struct mg_fetched_record fetched;
	if (store->cache && get_copy(store, arena, name, out))
		return MG_OK;
	MG_TRY(mg_record_fetch(store, arena, name, &fetched, err));
	MG_TRY(mg_record_prove(store, &fetched, arena, out, err));
	if (!store->cache)
		return MG_OK;
	return mg_file_write(
		place_of_copy(store, arena, name), fetched.packed, fetched.packed_len, err);
}

enum mg_record_file mg_record_file(const char *name)
{
	const char *time = time_part(name);
	if (!mg_ends_with(name, SUFFIX))
		return MG_RECORD_FOREIGN;
	return time && has_form(time) && mg_record_second(name) != INT64_MIN ? MG_RECORD_RUN
									     : MG_RECORD_MISNAMED;
}

int mg_record_fail_misnamed(struct mg_store *store, const char *name, struct mg_error *err)
{
	mg_fail(err, MG_EIO,
		"a record is named MODEL/STAGE/YYYY/MM/DD/HHMMSSZ-SEAL" SUFFIX
		"; give the file its own name back, or move it away");
	return fail_in_record(store, name, err);
}

/* Keeps the names of runs. */
static int keep_runs(struct mg_store *store, struct mg_store_names *names, struct mg_error *err)
{
	size_t kept = 0;
	for (size_t i = 0; i < names->count; i++) {
		enum mg_record_file file = mg_record_file(names->list[i]);
		if (file == MG_RECORD_MISNAMED)
			return mg_record_fail_misnamed(store, names->list[i], err);
		if (file == MG_RECORD_RUN)
			names->list[kept++] = names->list[i];
	}
	names->count = kept;
	return MG_OK;
}

/* The next name's model is added, unless it is the one before: names are sorted. */
static void add_model(
	struct mg_store *store, struct mg_store_names *models, size_t *capacity, const char *name)
{
	size_t len = strcspn(name, "/");
	const char *last = models->count ? models->list[models->count - 1] : NULL;
	if (!last || strlen(last) != len || strncmp(last, name, len) != 0)
		mg_store_add_name(store, models, capacity, mg_strndup(store->arena, name, len));
}

int mg_records_models(struct mg_store *store, struct mg_store_names *out_all,
	struct mg_store_names *out, struct mg_store_names *out_strange, struct mg_error *err)
{
	size_t models = 0, strange = 0;
	*out = (struct mg_store_names){0};
	*out_strange = (struct mg_store_names){0};
	MG_TRY(store->ops->list(store, "", "", out_all, err));
	for (size_t i = 0; i < out_all->count; i++) {
		const char *name = out_all->list[i];
		char *model = mg_strndup(store->arena, name, strcspn(name, "/"));
		if (mg_record_file(name) == MG_RECORD_FOREIGN)
			continue;
		if (mg_name_valid(MG_NAME_MODEL, model) && strchr(name, '/'))
			add_model(store, out, &models, name);
		else
			mg_store_add_name(store, out_strange, &strange, name);
	}
	return MG_OK;
}

int mg_records_list(struct mg_store *store, const char *model, const char *stage, int64_t since_us,
	struct mg_store_names *out, struct mg_error *err)
{
	const char *prefix = model ? mg_printf(store->arena, "%s/", model) : "", *after = "";
	assert(model || !stage);
	if (model && !mg_name_valid(MG_NAME_MODEL, model))
		return mg_fail(err, MG_EUSAGE, "'%s' is not a model's name: %s",
			mg_log_safe_cut(store->arena, model, 200),
			mg_name_rules[MG_NAME_MODEL].accepted);
	if (stage && !mg_name_valid(MG_NAME_STAGE, stage))
		return mg_fail(err, MG_EUSAGE, "'%s' is not a stage's name: %s",
			mg_log_safe_cut(store->arena, stage, 200),
			mg_name_rules[MG_NAME_STAGE].accepted);
	if (stage)
		prefix = mg_printf(store->arena, "%s%s/", prefix, stage);
	if (stage && since_us != INT64_MIN)
		after = mg_printf(store->arena, "%s%s", prefix, time_words(store->arena, since_us));
	int code = store->ops->list(store, prefix, after, out, err);
	if (code != MG_OK)
		/* What is lacking here is no history that is empty. */
		return code == MG_ENOTFOUND ? mg_fail(err, MG_EIO, "%s", err->text) : code;
	MG_TRY(keep_runs(store, out, err));
	size_t kept = 0;
	for (size_t i = 0; i < out->count; i++)
		if (since_us == INT64_MIN ||
			mg_record_second(out->list[i]) >= since_us - since_us % US_PER_S)
			out->list[kept++] = out->list[i];
	out->count = kept;
	return MG_OK;
}
