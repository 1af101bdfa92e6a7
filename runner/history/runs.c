/* runs.c: reads a model's records, and keeps of each what a list of events shows. */
#include "history/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "history/records.h"
#include "registry/model_name.h"
#include "report/words.h"
#include "spec/keys.h"

struct reading {
	struct mg_store *store;
	struct mg_recorded_run *list;
	size_t count, capacity;
};

static int keep(void *context, const struct mg_past_run *past, struct mg_error *err)
{
	struct reading *r = context;
	struct mg_arena *arena = r->store->arena;
	const struct mg_run *run = past->run;
	r->list = mg_grow(arena, r->list, r->count, &r->capacity, sizeof(*r->list));
	r->list[r->count++] = (struct mg_recorded_run){.record = mg_strdup(arena, past->record),
		.sha256 = mg_strdup(arena, past->sha256),
		.stage = run->stage ? mg_strdup(arena, run->stage) : NULL,
		.commit = run->commit ? mg_strdup(arena, run->commit) : NULL,
		.started_us = run->started_us,
		.as_of_us = run->as_of_us,
		.verdict = run->verdict,
		.summary = mg_words_summary(arena, run)};
	(void)err;
	return MG_OK;
}

/* `folder`: the model's name in its spec. */
static int read_folder(struct reading *r, const char *folder, struct mg_error *err)
{
	struct mg_store_names names;
	if (!mg_name_valid(MG_NAME_MODEL, folder))
		return MG_OK;
	MG_TRY(mg_records_list(r->store, folder, NULL, INT64_MIN, &names, err));
	const struct mg_record_reader reader = {.take = keep, .context = r};
	return mg_records_read(r->store, &names, &reader, err);
}

static int by_start(const void *a, const void *b)
{
	const struct mg_recorded_run *x = a, *y = b;
	if (x->started_us != y->started_us)
		return x->started_us < y->started_us ? -1 : 1;
	return strcmp(x->record, y->record);
}

int mg_recorded_runs(struct mg_store *store, const char *model, struct mg_recorded_run **out,
	size_t *out_count, struct mg_error *err)
{
	struct reading r = {.store = store};
	size_t count = 0;
	const char **names = mg_model_names_in_spec(store->arena, model, &count);
	for (size_t i = 0; i < count; i++)
		MG_TRY(read_folder(&r, names[i], err));
	if (r.count > 0)
		qsort(r.list, r.count, sizeof(*r.list), by_start);
	*out = r.list;
	*out_count = r.count;
	return MG_OK;
}
