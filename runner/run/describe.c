/* describe.c: which columns and files the datasets have, asked of the engine while the clock, the
 * signals and the progress are watched. */
#include <modelgate/engine.h>

#include "base/arena.h"
#include "base/text.h"
#include "execute/execute.h"
#include "execute/pool.h"
#include "plan/columns.h"
#include "run/describe.h"

/* DuckDB hears nothing while it looks into thousands of files. Nothing was measured yet that could
 * be lost, so it is soon left behind. */
#define GRACE_SECONDS 0.5

struct describing {
	struct mg_arena *arena; /* with the pool's lock only */
	const struct mg_engine_ops *ops;
	const struct mg_spec *spec;
	const size_t *order; /* job -> index in spec->data */
	struct mg_schema *schemas;
	struct mg_file_list *files;
	bool *done;
};

static void keep_schema(struct mg_arena *arena, const struct mg_schema *from, struct mg_schema *out)
{
	struct mg_column *columns = mg_alloc_array(arena, from->count, sizeof(*columns));
	for (size_t i = 0; i < from->count; i++) {
		columns[i] = from->columns[i];
		columns[i].name = mg_strdup(arena, from->columns[i].name);
		columns[i].sql_type = mg_strdup(arena, from->columns[i].sql_type);
		columns[i].number.least = mg_strdup(arena, from->columns[i].number.least);
		columns[i].number.most = mg_strdup(arena, from->columns[i].number.most);
	}
	*out = *from;
	out->columns = columns;
	out->form = mg_strdup(arena, from->form);
	out->table.kind = mg_strdup(arena, from->table.kind);
	out->table.name = mg_strdup(arena, from->table.name);
	out->table.version = mg_strdup(arena, from->table.version);
	out->table.snapshot = mg_strdup(arena, from->table.snapshot);
}

static void run_job(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context)
{
	(void)worker;
	struct describing *d = context;
	size_t at = d->order[job];
	struct mg_schema schema = {0};
	struct mg_error err = {0};
	const char **files = NULL;
	size_t count = 0;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	int code = d->ops->describe(
		session, &d->spec->data[at], scratch, &schema, &files, &count, &err);

	mg_pool_enter(pool);
	if (code == MG_OK) {
		struct mg_file_list *list = &d->files[at];
		keep_schema(d->arena, &schema, &d->schemas[at]);
		list->paths = mg_alloc_array(d->arena, count, sizeof(*list->paths));
		for (size_t i = 0; i < count; i++)
			list->paths[i] = mg_strdup(d->arena, files[i]);
		list->count = count;
	} else if (code != MG_ECANCELLED) {
		d->schemas[at].error = mg_strdup(d->arena, err.text);
	}
	d->done[at] = code != MG_ECANCELLED;
	mg_pool_leave(pool);
}

int mg_describe(struct mg_arena *arena, const struct mg_spec *spec, const bool *used,
	const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_described *out, struct mg_error *err)
{
	size_t *order = mg_alloc_array(arena, spec->data_count, sizeof(*order)), count = 0;
	struct mg_job *jobs = mg_alloc_array(arena, spec->data_count, sizeof(*jobs));
	/* A left-behind worker may go on using it. */
	struct describing *d = mg_alloc(arena, sizeof(*d));
	*d = (struct describing){.arena = arena, .ops = ops, .spec = spec, .order = order};
	d->schemas = mg_alloc_array(arena, spec->data_count, sizeof(*d->schemas));
	d->files = mg_alloc_array(arena, spec->data_count, sizeof(*d->files));
	d->done = mg_alloc_array(arena, spec->data_count, sizeof(*d->done));
	for (size_t i = 0; i < spec->data_count; i++) {
		d->schemas[i].data = &spec->data[i];
		if (!used[i]) {
			d->schemas[i].error = "it was not opened";
			continue;
		}
		jobs[count] = (struct mg_job){.run = run_job, .label = spec->data[i].name};
		order[count++] = i;
	}
	/* Datasets may be made of each other, so the engine opens one after the other anyway. */
	struct mg_execute_options one_by_one = *options;
	one_by_one.threads = 1;
	if (one_by_one.grace_seconds > GRACE_SECONDS)
		one_by_one.grace_seconds = GRACE_SECONDS;
	*out = (struct mg_described){.schemas = d->schemas, .files = d->files};
	MG_TRY(mg_pool_run(arena, ops, engine, &one_by_one, 0, 0, jobs, count, 0, d, &out->stopped,
		&out->engine_left, err));
	for (size_t i = 0; i < count; i++)
		if (!d->done[order[i]])
			d->schemas[order[i]].error = mg_printf(arena, "not measured: %s",
				out->stopped ? out->stopped : "cancelled");
	struct mg_session *session = NULL;
	if (!out->engine_left && ops->session_open(&session, engine, err) != MG_OK)
		return err ? err->code : MG_EENGINE;
	mg_columns_settle(arena, d->schemas, spec->data_count, ops, session);
	if (session)
		ops->session_close(session);
	return MG_OK;
}
