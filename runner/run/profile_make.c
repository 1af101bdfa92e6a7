/* profile_make.c: makes the profile of a dataset: counts of all columns in one query, then a table of each. */
#include "run/profile_make.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checks/drift/samples.h"
#include "execute/pool.h"
#include "plan/planner.h"
#include "run/closing.h"
#include "run/data.h"
#include "stats/bins.h"
#include "stats/compact.h"
#include "stats/moments.h"
#include "stats/sort.h"

enum { FIRST_ENTRIES = 65536, ROUNDS = 8, MOST_RANGES = 1000 };

struct making {
	struct mg_runner *r;
	const struct mg_schema *schema;
	struct mg_profile *profile;
	size_t entries;
	const size_t *order;     /* job -> column */
	struct mg_error failure; /* with the pool's lock */
};

/* ---- queries ---- */

static const struct mg_expr *value_of(
	struct mg_arena *a, const struct mg_schema *schema, const struct mg_column *column)
{
	return mg_without_missing(a, column, &schema->data->missing, &(struct mg_missing){0});
}

static bool is_number(const struct mg_column *c)
{
	return c->type == MG_TYPE_INTEGER || c->type == MG_TYPE_REAL;
}

static bool is_category(const struct mg_column *c)
{
	return c->type == MG_TYPE_TEXT || c->type == MG_TYPE_BOOLEAN;
}

/* Rows, and rows without a value in each column. */
static int count_all(struct making *m, struct mg_session *session, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	struct mg_profile *p = m->profile;
	struct mg_term *terms = mg_alloc_array(a, 2 * p->column_count + 1, sizeof(*terms));
	struct mg_query query = {
		.kind = MG_QUERY_AGGREGATE, .source = {.data = m->schema->data}, .terms = terms};
	terms[query.term_count++] = (struct mg_term){mg_count_all(a), MG_CELL_INTEGER};
	for (size_t i = 0; i < p->column_count; i++) {
		const struct mg_column *c = &p->columns[i].column;
		if (c->ambiguous)
			continue;
		const struct mg_expr *x = value_of(a, m->schema, c);
		terms[query.term_count++] = (struct mg_term){
			mg_count_if(a, mg_is_null(a, x)), MG_CELL_INTEGER};
		if (c->type == MG_TYPE_REAL)
			terms[query.term_count++] = (struct mg_term){
				mg_count_if(a, mg_is_nan(a, x)), MG_CELL_INTEGER};
	}
	struct mg_table table = {0};
	const char **columns = NULL;
	MG_TRY(m->r->ops->query(session, &query, a, &table, &columns, err));
	const struct mg_cell *at = table.cells;
	p->rows = (at++)->integer;
	for (size_t i = 0; i < p->column_count; i++) {
		if (p->columns[i].column.ambiguous)
			continue;
		p->columns[i].nulls = (at++)->integer;
		if (p->columns[i].column.type == MG_TYPE_REAL)
			p->columns[i].nans = (at++)->integer;
	}
	return MG_OK;
}

/* ---- numbers ---- */

/* Edges of all bins that a profile keeps; those that are not settled add ranges. */
static size_t find_edges(struct mg_arena *a, const struct mg_freq *f, struct mg_ranges *ranges,
	double *edges, size_t room)
{
	static const size_t more[] = {25, 50, 100};
	size_t count = 0;
	for (size_t bins = 2; bins <= 23; bins++)
		for (int way = MG_BINNING_QUANTILES; way <= MG_BINNING_STURGES; way++) {
			struct mg_bins made;
			struct mg_histogram counted;
			size_t wanted = bins <= 20 ? bins : more[bins - 21];
			if ((way == MG_BINNING_STURGES && bins != 2) ||
				mg_bins_make(a, f, (enum mg_binning)way, wanted, &made))
				continue;
			mg_bins_count(a, &made, f, false, &counted, ranges);
			for (size_t i = 0; i < made.edge_count && count < room; i++)
				edges[count++] = made.edges[i].lo;
		}
	return count;
}

/* Asks for detail until every edge is settled. */
static int settle(struct making *m, struct mg_session *session, const struct mg_query *query,
	struct mg_arena *a, struct mg_freq *f, double *edges, size_t room, size_t *out_count,
	struct mg_error *err)
{
	struct mg_range *list = mg_alloc_array(a, MOST_RANGES, sizeof(*list));
	for (int round = 0;; round++) {
		struct mg_ranges ranges = {.list = list, .capacity = MOST_RANGES};
		struct mg_freq_set fine = {0};
		*out_count = find_edges(a, f, &ranges, edges, room);
		if (!ranges.len || round == ROUNDS)
			return MG_OK;
		size_t count = mg_ranges_merge(list, ranges.len, f, 1);
		MG_TRY(m->r->ops->freq(session, query, list, count, FIRST_ENTRIES, a, &fine, err));
		struct mg_freq coarse = *f;
		mg_freq_refine(a, &coarse, list, count, &fine.tables[0], f);
	}
}

static void summarize(const struct mg_freq *f, struct mg_profile_column *out)
{
	struct mg_stat variance = mg_variance(f, NULL);
	long double sum = 0;
	int64_t rows = 0;
	for (size_t i = 0; i < f->len; i++) {
		if (!isfinite(f->lo[i]) || !isfinite(mg_freq_hi(f, i)))
			continue;
		sum += (long double)mg_freq_sum(f, i);
		rows += mg_freq_n(f, i);
	}
	out->distinct = f->hi ? -1 : (int64_t)f->len;
	out->mean = rows ? (double)(sum / rows) : NAN;
	out->stddev = !variance.why && variance.hi - variance.lo <= 1e-6 * variance.value
		? sqrt(variance.value)
		: NAN;
}

static int make_numbers(struct making *m, struct mg_session *session, struct mg_arena *a,
	struct mg_profile_column *out, struct mg_error *err)
{
	enum { MOST_EDGES = 1500 };
	const struct mg_query query = {.kind = MG_QUERY_FREQ,
		.source = {.data = m->schema->data},
		.value = value_of(a, m->schema, &out->column),
		.group_count = 1};
	struct mg_freq_set set = {0};
	struct mg_freq table, few;
	double *edges = mg_alloc_array(a, MOST_EDGES, sizeof(*edges));
	size_t edge_count = 0;
	MG_TRY(m->r->ops->freq(session, &query, NULL, 0, FIRST_ENTRIES, a, &set, err));
	table = set.tables[0];
	if (table.nulls != out->nulls || table.rows + table.nulls + table.nans != m->profile->rows)
		return mg_fail(err, MG_EENGINE,
			"two queries of column '%s' saw different rows: something writes to the data",
			out->column.name);
	if (table.rows)
		MG_TRY(settle(m, session, &query, a, &table, edges, MOST_EDGES, &edge_count, err));
	summarize(&table, out);
	mg_freq_compact(a, &table, edges, edge_count, m->entries, &few);
	out->nans = few.nans;
	out->entry_count = few.len;
	out->entries = mg_alloc_array(a, few.len, sizeof(*out->entries));
	for (size_t i = 0; i < few.len; i++) {
		bool one = mg_freq_exact_at(&few, i);
		out->entries[i] = (struct mg_profile_entry){few.lo[i], one ? NAN : few.hi[i],
			mg_freq_n(&few, i), one ? NAN : mg_freq_sum(&few, i)};
	}
	return MG_OK;
}

/* ---- categories ---- */

static int make_categories(struct making *m, struct mg_session *session, struct mg_arena *a,
	struct mg_profile_column *out, struct mg_error *err)
{
	const struct mg_term key = {
		mg_as_text(a, value_of(a, m->schema, &out->column)), MG_CELL_TEXT};
	const struct mg_term rows = {mg_count_all(a), MG_CELL_INTEGER};
	const struct mg_query query = {.kind = MG_QUERY_AGGREGATE,
		.source = {.data = m->schema->data},
		.keys = &key,
		.key_count = 1,
		.terms = &rows,
		.term_count = 1};
	struct mg_table table = {0};
	const char **columns = NULL;
	int64_t counted = 0;
	MG_TRY(m->r->ops->query(session, &query, a, &table, &columns, err));
	out->categories = mg_alloc_array(a, table.rows, sizeof(*out->categories));
	for (size_t i = 0; i < table.rows; i++) {
		const struct mg_cell *cells = &table.cells[i * table.columns];
		counted += cells[1].integer;
		if (cells[0].type == MG_CELL_TEXT)
			out->categories[out->category_count++] = (struct mg_profile_category){
				cells[0].text, cells[1].integer};
	}
	out->distinct = (int64_t)out->category_count;
	if (counted != m->profile->rows)
		return mg_fail(err, MG_EENGINE,
			"two queries of column '%s' saw different rows: something writes to the data",
			out->column.name);
	if (out->category_count > MG_CATEGORIES_MOST)
		return mg_fail(
			err, MG_ELIMIT, "it has more than %d different values", MG_CATEGORIES_MOST);
	return MG_OK;
}

/* ---- one column ---- */

/* What is kept of it, in the run's arena. */
static void keep(
	struct mg_arena *a, const struct mg_profile_column *from, struct mg_profile_column *out)
{
	struct mg_profile_entry *entries = mg_alloc_array(a, from->entry_count, sizeof(*entries));
	struct mg_profile_category *categories = mg_alloc_array(
		a, from->category_count, sizeof(*categories));
	for (size_t i = 0; i < from->entry_count; i++)
		entries[i] = from->entries[i];
	for (size_t i = 0; i < from->category_count; i++)
		categories[i] = (struct mg_profile_category){
			mg_strdup(a, from->categories[i].value), from->categories[i].rows};
	*out = *from;
	out->entries = entries;
	out->categories = categories;
}

static void run_job(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context)
{
	(void)worker;
	struct making *m = context;
	struct mg_profile_column *place = &m->profile->columns[m->order[job]];
	struct mg_profile_column column = *place;
	struct mg_error err = {0};
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	int code = is_number(&column.column) ? make_numbers(m, session, a, &column, &err)
					     : make_categories(m, session, a, &column, &err);
	mg_pool_enter(pool);
	if (code == MG_OK)
		keep(m->r->arena, &column, place);
	else if (code == MG_ELIMIT)
		place->problem = mg_strdup(m->r->arena, err.text);
	else if (m->failure.code == MG_OK)
		m->failure = err;
	mg_pool_leave(pool);
}

/* ---- all of it ---- */

static void list_columns(struct making *m)
{
	struct mg_profile *p = m->profile;
	p->column_count = m->schema->count;
	p->columns = mg_alloc_array(m->r->arena, p->column_count, sizeof(*p->columns));
	for (size_t i = 0; i < p->column_count; i++) {
		const struct mg_column *c = &m->schema->columns[i];
		p->columns[i] = (struct mg_profile_column){
			.column = *c, .distinct = -1, .mean = NAN, .stddev = NAN};
		if (c->ambiguous)
			p->columns[i].problem = "another column has its name";
		else if (c->redacted)
			p->columns[i].problem = "it is redacted";
		else if (!is_number(c) && !is_category(c))
			p->columns[i].problem = mg_printf(m->r->arena,
				"drift compares numbers, text and booleans, and it is %s",
				c->sql_type);
	}
}

static int make_columns(struct making *m, struct mg_error *err)
{
	struct mg_runner *r = m->r;
	const struct mg_profile *p = m->profile;
	size_t *order = mg_alloc_array(r->arena, p->column_count, sizeof(*order)), count = 0;
	struct mg_job *jobs = mg_alloc_array(r->arena, p->column_count, sizeof(*jobs));
	const char *stopped = NULL;
	for (size_t i = 0; i < p->column_count; i++) {
		if (p->columns[i].problem)
			continue;
		jobs[count] = (struct mg_job){.run = run_job, .label = p->columns[i].column.name};
		order[count++] = i;
	}
	m->order = order;
	MG_TRY(mg_pool_run(r->arena, r->ops, r->engine, &r->request.execute, 0, 1, jobs, count, 0,
		m, &stopped, &r->engine_left, err));
	if (stopped)
		return mg_fail(err, MG_ECANCELLED, "no profile was made: %s", stopped);
	return m->failure.code ? mg_fail(err, m->failure.code, "%s", m->failure.text) : MG_OK;
}

static int count_rows(struct making *m, struct mg_error *err)
{
	struct mg_session *session = NULL;
	MG_TRY(m->r->ops->session_open(&session, m->r->engine, err));
	int code = m->r->ops->expect(
		m->r->engine, m->schema->data, m->profile->column_count + 1, err);
	if (code == MG_OK)
		code = count_all(m, session, err);
	m->r->ops->session_close(session);
	return code;
}

static int finish(struct making *m, struct mg_error *err)
{
	struct mg_runner *r = m->r;
	struct mg_provenance *provenance = r->provenance;
	bool stopped = false;
	MG_TRY(mg_run_closing(r, err));
	if (r->run->stopped)
		return mg_fail(err, MG_ECANCELLED, "no profile was made: %s", r->run->stopped);
	r->provenance = NULL;
	MG_TRY(mg_provenance_finish(provenance, r->run, &stopped, err));
	if (stopped)
		return mg_fail(err, MG_ECANCELLED, "no profile was made: interrupted");
	MG_TRY(mg_sources_unchanged(r->sources, err));
	m->profile->sources = r->run->inputs;
	m->profile->source_count = r->run->input_count;
	return MG_OK;
}

static int find_data(const struct mg_spec *spec, const char *name, const struct mg_data **out,
	struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	const char **names = mg_alloc_array(a, spec->data_count, sizeof(*names));
	for (size_t i = 0; i < spec->data_count; i++)
		names[i] = spec->data[i].name;
	*out = mg_spec_data(spec, name);
	const char *nearest = mg_nearest_word(name, names, spec->data_count);
	if (!*out)
		return mg_fail(err, MG_EUSAGE, "the spec has no data '%s'%s%s%s", name,
			nearest ? "; did you mean '" : "", nearest ? nearest : "",
			nearest ? "'?" : "");
	if (mg_data_is_profile(*out))
		return mg_fail(err, MG_EUSAGE,
			"data '%s' is a profile already; it is made of data with rows", name);
	return MG_OK;
}

static int open_data(struct mg_runner *r, const struct mg_data *data, struct mg_error *err)
{
	struct mg_run_request *request = &r->request;
	r->used = mg_alloc_array(r->arena, r->spec->data_count, sizeof(*r->used));
	for (size_t i = 0; i < r->spec->data_count; i++)
		r->used[i] = &r->spec->data[i] == data ||
			(data->sql && mg_data_together(data, &r->spec->data[i]));
	r->provenance = mg_provenance_start(r->arena, r->spec->path, r->sources, request->stop);
	request->execute.stop = request->stop;
	request->engine.spec = r->spec;
	request->engine.as_of_us = request->as_of_us;
	request->engine.sources = r->sources;
	request->engine.used = r->used;
	MG_TRY(mg_run_data_expect(r, err));
	MG_TRY(r->ops->open(&r->engine, &request->engine, err));
	MG_TRY(mg_run_data_describe(r, err));
	mg_provenance_seal(r->provenance);
	const struct mg_schema *schema = &r->schemas[data - r->spec->data];
	return schema->error ? mg_fail(err, MG_EENGINE, "%s", schema->error) : MG_OK;
}

int mg_profile_make(struct mg_runner *r, const char *name, size_t entries, struct mg_profile **out,
	struct mg_error *err)
{
	const struct mg_data *data = NULL;
	MG_TRY(find_data(r->spec, name, &data, err));
	MG_TRY(open_data(r, data, err));
	struct mg_profile *profile = mg_alloc(r->arena, sizeof(*profile));
	*profile = (struct mg_profile){.program_version = MG_VERSION,
		.definition = MG_PROFILE_DEFINITION,
		.made_us = r->request.started_us,
		.data = name,
		.where = data->where,
		.sql = data->sql};
	struct making m = {.r = r,
		.schema = &r->schemas[data - r->spec->data],
		.profile = profile,
		.entries = entries};
	list_columns(&m);
	MG_TRY(count_rows(&m, err));
	MG_TRY(make_columns(&m, err));
	MG_TRY(finish(&m, err));
	*out = profile;
	return MG_OK;
}

void mg_profile_end(struct mg_runner *r)
{
	bool ignored = false;
	if (r->request.stop)
		*r->request.stop = 1;
	if (r->provenance)
		mg_ignore(mg_provenance_finish(r->provenance, r->run, &ignored, NULL));
	mg_runner_end(r);
}
