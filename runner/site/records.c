/* records.c: finds a model's records, and reads those months that no cache has. */
#include "site/records.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "history/records.h"
#include "site/cache.h"
#include "site/month.h"

struct reading {
	const struct mg_site_reader *reader;
	const struct mg_site_model *model;
	struct mg_site_records *out;
	const char **names; /* of runs */
	size_t count, capacity;
};

/* Behind the model: "PRD/2026/11/23/040506Z-...". */
static const char *behind_model(const char *name)
{
	return name + strcspn(name, "/") + 1;
}

/* "PRD/2026/11": how much of it two names of one month share. */
static size_t month_len(const char *name)
{
	const char *rest = behind_model(name);
	return strcspn(rest, "/") + strlen("/2026/11");
}

static bool is_same_month(const char *a, const char *b)
{
	size_t len = month_len(a);
	return len == month_len(b) && strncmp(behind_model(a), behind_model(b), len) == 0;
}

static const char *folder_of(struct mg_arena *arena, const char *name)
{
	const char *rest = behind_model(name);
	return mg_strndup(arena, rest, strcspn(rest, "/"));
}

static int by_month(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	int order = strcmp(behind_model(x), behind_model(y));
	return order ? order : strcmp(x, y);
}

/* ---- the list ---- */

static void add_broken(struct reading *r, const char *name, bool has_name, const char *text)
{
	struct mg_arena *arena = r->reader->arena;
	struct mg_site_records *out = r->out;
	out->broken = mg_grow(
		arena, out->broken, out->broken_count, &out->broken_capacity, sizeof(*out->broken));
	out->broken[out->broken_count++] = (struct mg_site_broken){
		.folder = has_name ? folder_of(arena, name) : NULL,
		.record = has_name ? mg_strdup(arena, name) : NULL,
		.text = mg_strdup(arena, text),
		.second_us = has_name ? mg_record_second(name) : MG_SITE_NEVER};
}

/* Where the names that begin with the prefix are, or would be. */
static size_t find_first(const struct mg_store_names *names, const char *prefix)
{
	size_t from = 0, to = names->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (strcmp(names->list[middle], prefix) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static void add_name(struct reading *r, const char *name)
{
	struct mg_error wrong = {0};
	switch (mg_record_file(name)) {
	case MG_RECORD_RUN:
		r->names = mg_grow(
			r->reader->arena, r->names, r->count, &r->capacity, sizeof(*r->names));
		r->names[r->count++] = name;
		break;
	case MG_RECORD_MISNAMED:
		mg_ignore(mg_record_fail_misnamed(r->reader->store, name, &wrong));
		add_broken(r, name, false, wrong.text);
		break;
	case MG_RECORD_FOREIGN:
		break;
	}
}

static void list_folder(struct reading *r, const char *folder)
{
	const struct mg_store_names *all = r->reader->names;
	const char *prefix = mg_printf(r->reader->arena, "%s/", folder);
	for (size_t i = find_first(all, prefix);
		i < all->count && mg_starts_with(all->list[i], prefix); i++)
		add_name(r, all->list[i]);
}

/* ---- a month ---- */

struct month_reading {
	struct reading *all;
	struct mg_month_maker maker;
	struct mg_arena *scratch;
	size_t broken;
};

static int stop_if_asked(const struct month_reading *m, struct mg_error *err)
{
	const struct mg_stop *stop = m->all->reader->stop;
	return stop->asked && stop->asked(stop->context)
		? mg_fail(err, MG_ECANCELLED, "interrupted: nothing was written")
		: MG_OK;
}

static int take(void *context, const struct mg_past_run *past, struct mg_error *err)
{
	struct month_reading *m = context;
	MG_TRY(stop_if_asked(m, err));
	mg_arena_reset(m->scratch);
	mg_month_add(&m->maker, past, m->scratch);
	return MG_OK;
}

static int pass_over(
	void *context, const char *name, const struct mg_error *why, struct mg_error *err)
{
	struct month_reading *m = context;
	MG_TRY(stop_if_asked(m, err));
	add_broken(m->all, name, true, why->text);
	m->broken++;
	return MG_OK;
}

/* *out_broken of the records cannot be believed. */
static int read_month(struct reading *r, const struct mg_store_names *names,
	struct mg_site_month *out, size_t *out_broken, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct month_reading m = {.all = r, .scratch = scratch};
	const struct mg_record_reader reader = {.take = take,
		.pass_over = pass_over,
		.context = &m,
		.among_many = r->reader->among_many};
	mg_month_init(&m.maker, r->reader->arena);
	MG_TRY(mg_records_read(r->reader->store, names, &reader, err));
	mg_month_finish(&m.maker, out);
	*out_broken = m.broken;
	return MG_OK;
}

static void name_month(struct mg_arena *arena, const char *name, struct mg_site_month *out)
{
	const char *folder = folder_of(arena, name);
	const char *time = behind_model(name) + strlen(folder) + 1;
	memcpy(out->month, time, 4);
	out->month[4] = '-';
	memcpy(out->month + 5, time + 5, 2);
	out->month[7] = '\0';
	out->stage = out->count                           ? out->runs[0].stage
		: mg_streq(folder, mg_record_stage(NULL)) ? NULL
							  : folder;
}

static int add_month(struct reading *r, const struct mg_store_names *names, struct mg_error *err)
{
	const struct mg_site_reader *reader = r->reader;
	struct mg_site_records *out = r->out;
	struct mg_site_month month = {.count = 0};
	struct mg_site_cache_place place = {.folder = reader->cache,
		.month = mg_printf(reader->arena, "%s/%.*s", r->model->file,
			(int)month_len(names->list[0]), behind_model(names->list[0])),
		.names = names->list,
		.count = names->count};
	size_t broken = 0;
	if (reader->cache && mg_site_cache_get(reader->arena, &place, &month)) {
		out->cached += names->count;
	} else {
		MG_TRY(read_month(r, names, &month, &broken, err));
		if (reader->cache && broken == 0)
			MG_TRY(mg_site_cache_put(reader->arena, &place, &month, err));
	}
	out->runs += month.count;
	if (month.count == 0)
		return MG_OK;
	name_month(reader->arena, names->list[0], &month);
	out->months = mg_grow(reader->arena, out->months, out->month_count, &out->month_capacity,
		sizeof(*out->months));
	out->months[out->month_count++] = month;
	return MG_OK;
}

int mg_site_records(const struct mg_site_reader *reader, const struct mg_site_model *model,
	struct mg_site_records *out, struct mg_error *err)
{
	struct reading r = {.reader = reader, .model = model, .out = out};
	*out = (struct mg_site_records){0};
	for (size_t i = 0; i < model->folder_count; i++)
		list_folder(&r, model->folders[i]);
	if (r.count > 0)
		qsort(r.names, r.count, sizeof(*r.names), by_month);
	for (size_t from = 0, to; from < r.count; from = to) {
		for (to = from + 1; to < r.count && is_same_month(r.names[from], r.names[to]); to++)
			;
		MG_TRY(add_month(&r, &(struct mg_store_names){r.names + from, to - from}, err));
	}
	return MG_OK;
}
