/* engine.h: what the parts of the DuckDB engine share. */
#ifndef MG_ENGINE_DUCKDB_ENGINE_H
#define MG_ENGINE_DUCKDB_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <modelgate/engine.h>
#include <modelgate/error.h>

#include "base/arena.h"
#include "engine/duckdb/api.h"
#include "input/folders.h"
#include "input/rows.h"
#include "input/source.h"

extern const struct mg_engine_ops mg_engine_duckdb;

struct mg_map;
struct mg_narrow_sql;
struct mg_text;
struct mg_texts;
struct mg_column_bytes; /* memory.c */

/* How far a dataset has come. */
enum dataset_state {
	DATASET_CLOSED,
	DATASET_OPENING, /* to see datasets that are made of each other */
	DATASET_OPEN,    /* a view of its name exists */
	DATASET_BROKEN,  /* `error` says why */
};

struct dataset {
	const struct mg_data *data;
	enum dataset_state state;
	struct mg_error error;
	const char **files; /* absolute, real, sorted; of a `sql:` dataset those of its sources */
	size_t file_count;
	struct mg_folders folders; /* of a `path:` dataset: columns that its files' paths give */
	bool tells_file;           /* text files: a column file_index comes behind all others */
	const char **shown;        /* of a `path:` dataset: as found from the spec's folder on */
	struct mg_source_lookup lookup; /* of a `path:` dataset: what its path led to */
	struct mg_error unfound; /* why there are none, as was seen when the engine was opened */
	const struct mg_source_file **sources; /* of a `path:` dataset: its files, opened */
	const char *read; /* what its rows are selected FROM, without `where` */
	const char *bare; /* the same before statistics were hidden; NULL: they are not */
	/* Of a wide one: its columns, by their names in lower case, as they are selected FROM that. */
	struct mg_map *columns;
	struct mg_narrow_sql *narrow; /* of a `sql:` dataset among them; or NULL */
	/* What its columns are truly called, where the engine knows some by another name; else NULL. */
	const char **names;
	size_t name_count;
	const struct mg_rows *rows;    /* of a text file; NULL else */
	const char **own_names;        /* what the engine calls its columns, of a text file */
	uint64_t bytes;                /* of its files, as text (an estimate for compressed ones) */
	bool measured;                 /* what follows is known; only memory.c asks */
	int64_t row_count;             /* -1: not known */
	struct mg_column_bytes *sizes; /* of its Parquet's columns */
	size_t size_count;
	bool slow;        /* worth reading only once: text formats */
	atomic_bool load; /* to be read into a table before the next query */
};

/* Connections opened ahead: only these can show progress, since settings are locked afterwards. */
enum { MG_DUCKDB_POOL = 8 };

/* The schema of the tables that datasets were read into. */
#define MG_DUCKDB_TABLES "modelgate_tables"

struct mg_freq_run;
struct mg_key_run;
struct mg_repeated;
struct mg_sample_run;

struct mg_engine {
	struct mg_duckdb_api api;
	struct mg_arena *arena; /* guarded by lock */
	duckdb_database db;
	duckdb_connection con; /* for settings and functions, while it is opened */
	const struct mg_spec *spec;
	struct dataset *datasets; /* of spec->data, in its order */
	size_t dataset_count;
	const char **allowed; /* real paths of folders and files that may be read */
	size_t allowed_count;
	struct mg_sources *sources, *own_sources; /* own_sources: to be freed, or NULL */
	uint64_t memory_bytes;
	uint64_t freq_bytes;
	int threads;
	pthread_mutex_t lock; /* datasets, pool */
	duckdb_connection pool[MG_DUCKDB_POOL];
	size_t pool_count;
	int key_bits; /* of a key's hash */
	/* Frequency tables being made, keys being counted, failing rows being picked; looked up by ticket from DuckDB's threads. */
	pthread_mutex_t runs_lock;
	struct mg_duckdb_ticket *tickets;
	struct mg_repeated *repeated; /* what is known of keys that were counted */
	pthread_mutex_t load_lock;    /* one dataset is read into memory at a time */
};

struct mg_session {
	struct mg_arena *arena;
	struct mg_engine *engine;
	duckdb_connection con;
	bool pooled;
	atomic_bool cancelled; /* stays set: the session is spent */
	atomic_bool running;
};

/* ---- open.c: datasets as views ---- */

/* Sets the real paths that may be read: the spec's folder and options->allow_paths. */
MG_MUST_USE int mg_duckdb_allowed(
	struct mg_engine *engine, const struct mg_engine_options *options, struct mg_error *err);
/* Looks up the files of each dataset, or why there are none. */
void mg_duckdb_find_files(struct mg_engine *engine);
/* Opens them. */
MG_MUST_USE int mg_duckdb_open_files(
	struct mg_engine *engine, struct dataset *dataset, struct mg_error *err);

/* Makes the view of a dataset, and of those it is made of, once. When the session is cancelled
 * meanwhile, the dataset stays closed. */
MG_MUST_USE int mg_duckdb_open_dataset(
	struct mg_session *session, struct dataset *dataset, struct mg_error *err);
struct dataset *mg_duckdb_find(struct mg_engine *engine, const struct mg_data *data);
/* Its files will be read several times: slow formats are to be read into memory first. */
void mg_duckdb_expect(struct mg_engine *engine, struct dataset *dataset);
/* Is it text that may be kept as a table? */
bool mg_duckdb_fits_table(const struct mg_engine *engine, const struct dataset *dataset);
/* Puts the reason why a dataset could not be opened in the place of "table does not exist". */
MG_MUST_USE int mg_duckdb_blame(struct mg_engine *engine, struct mg_error *err);
/* Opens every closed dataset that `sql` mentions; true when a view was made. */
bool mg_duckdb_open_mentioned(struct mg_session *session, const char *sql);
/* Reads datasets that `sql` rests on into tables where that was asked for, in this session. */
MG_MUST_USE int mg_duckdb_load_mentioned(
	struct mg_session *session, const char *sql, struct mg_error *err);

/* ---- read.c: SELECTs over files ---- */

/* Sets dataset->read (something to SELECT from), bytes and slow from its files. */
MG_MUST_USE int mg_duckdb_read(
	struct mg_session *session, struct dataset *dataset, struct mg_error *err);
/* What DuckDB opens a file by: our descriptor, whatever lies at the file's path by then. */
struct mg_duckdb_path {
	char text[32];
};
struct mg_duckdb_path mg_duckdb_path(const struct mg_source_file *file);
/* Text that is read faster into memory once than twice from its file. */
bool mg_duckdb_is_small(const struct dataset *dataset);

/* ---- narrow.c: the columns that a statement names ---- */

/* Keeps what a wide dataset's columns are; `columns` has a name and a type in each row. */
void mg_duckdb_learn_columns(
	struct mg_session *session, struct dataset *dataset, const struct mg_table *columns);
/* The same while engine->lock is held. */
void mg_duckdb_learn_columns_locked(
	struct mg_session *session, struct dataset *dataset, const struct mg_table *columns);
/* The statement over just the columns that it names; NULL when it is as well to leave it. */
const char *mg_duckdb_narrow(struct mg_session *session, const struct mg_query *query,
	const char *sql, struct mg_arena *arena);

/* ---- narrow_sql.c: the same of `sql:` datasets ---- */

/* NULL: its columns are not to be parted. engine->lock is held. */
struct mg_narrow_sql *mg_duckdb_learn_sql(struct mg_session *session, const struct dataset *dataset,
	const struct mg_table *columns, struct mg_arena *arena);
/* Something to SELECT from that has these columns, in lower case; NULL: leave it. */
const char *mg_duckdb_narrow_sql(struct mg_session *session, const struct dataset *dataset,
	const struct mg_texts *names, struct mg_arena *arena);

/* ---- rows.c: text files ---- */

/* Makes the table function that hands over their rows. */
MG_MUST_USE int mg_duckdb_rows_register(struct mg_engine *engine, struct mg_error *err);
/* Looks through the files and sets dataset->rows and read. */
MG_MUST_USE int mg_duckdb_rows_open(
	struct mg_session *session, struct dataset *dataset, struct mg_error *err);

/* ---- parts.c ---- */

/* Are the Parquet files whole, of types that are read exactly, and have all of them the same columns?
 * `files` is the list of them as SQL. */
MG_MUST_USE int mg_duckdb_check_parts(struct mg_session *session, const struct dataset *dataset,
	const char *files, struct mg_error *err);

/* ---- types.c ---- */

/* Sets type and number from DuckDB's word for a type; what number points to is in the arena. */
void mg_duckdb_column_type(struct mg_arena *arena, const char *sql, struct mg_column *out);

/* ---- parquet.c ---- */

/* A column of a SELECT, with its statistics hidden where that is asked for and it is of floating point. */
void mg_duckdb_plain_column(struct mg_text *out, const char *name, const char *type, bool hide);
/* Rewrites dataset->read so that no query is answered from statistics that pass over NaN. `files`
 * is the list of its Parquet files as SQL. */
MG_MUST_USE int mg_duckdb_hide_statistics(struct mg_session *session, struct dataset *dataset,
	const char *files, struct mg_error *err);

/* ---- names.c: columns of one name ---- */

/* By what names the engine is to know columns that are called so: the same, but where two differ in
 * nothing or in case only, which no SQL may hit by accident. *out_differ: are there such? */
const char **mg_duckdb_own_names(
	struct mg_arena *arena, const char *const *names, size_t count, bool *out_differ);
/* Rewrites dataset->read of a query, and of Parquet files (`files` as for mg_duckdb_hide_statistics),
 * so that its columns have these names, and keeps their true ones in dataset->names. */
MG_MUST_USE int mg_duckdb_name_query(
	struct mg_session *session, struct dataset *dataset, struct mg_error *err);
MG_MUST_USE int mg_duckdb_name_parquet(struct mg_session *session, struct dataset *dataset,
	const char *files, struct mg_error *err);

/* ---- guard.c: SQL from a spec ---- */

/* How many statements it is; MG_EENGINE when it cannot be parsed. Binds and runs nothing. */
MG_MUST_USE int mg_duckdb_count_statements(struct mg_engine *engine, duckdb_connection con,
	const char *sql, idx_t *out, struct mg_error *err);
/* The parsed SELECT as JSON. */
MG_MUST_USE int mg_duckdb_tree(struct mg_engine *engine, duckdb_connection con, const char *sql,
	struct mg_arena *arena, const char **out, struct mg_error *err);
/* Is a condition (or a SELECT) from the spec well formed by itself, and does it only read? */
MG_MUST_USE int mg_duckdb_check_piece(struct mg_engine *engine, duckdb_connection con, bool select,
	const char *sql, struct mg_error *err);

/* ---- harmless.c ---- */

MG_MUST_USE int mg_duckdb_harmless(struct mg_session *session, const struct mg_data *data,
	const char *sql, const struct mg_texts *names, const struct mg_texts *hidden,
	const char *const *outputs, size_t count, bool *out, struct mg_error *err);

/* ---- clock.c ---- */

/* Makes now(), current_date and the like give this time. */
MG_MUST_USE int mg_duckdb_set_clock(
	struct mg_engine *engine, int64_t as_of_us, struct mg_error *err);
/* Is it one of them? */
bool mg_duckdb_is_clock(const char *function);

/* ---- run.c: statements ---- */

/* Runs one statement of ours on con; a result, when wanted, is the caller's to destroy. cancelled:
 * a session's latch, or NULL. */
MG_MUST_USE int mg_duckdb_run(struct mg_engine *engine, duckdb_connection con, const char *sql,
	const atomic_bool *cancelled, duckdb_result *out, struct mg_error *err);
/* Prepares text that may hold SQL from the spec: exactly one statement, a SELECT. */
MG_MUST_USE int mg_duckdb_prepare(struct mg_engine *engine, duckdb_connection con, const char *sql,
	duckdb_prepared_statement *out, struct mg_error *err);
/* Runs a prepared statement in a session; MG_ECANCELLED when it was stopped. */
MG_MUST_USE int mg_duckdb_execute(struct mg_session *session, duckdb_prepared_statement statement,
	duckdb_result *out, struct mg_error *err);
/* The cells of a result; MG_ELIMIT when there are too many. */
MG_MUST_USE int mg_duckdb_decode(struct mg_engine *engine, duckdb_result *result,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err);
/* The rows of a statement of ours, for which nothing is waited for. */
MG_MUST_USE int mg_duckdb_rows(struct mg_session *session, const char *sql, struct mg_arena *arena,
	struct mg_table *out, struct mg_error *err);
/* The columns of a SELECT of ours, in its order: a row each, of name and type (and what else DESCRIBE
 * has). Columns that have one name may have each other's type. */
MG_MUST_USE int mg_duckdb_describe(struct mg_session *session, const char *select,
	struct mg_arena *arena, struct mg_table *out, struct mg_error *err);
/* DuckDB's message as one line for people, written into err, with the code that fits (MG_EMEMORY when
 * it is out of memory); where the spec redacts, without what may come from the data. */
int mg_duckdb_fail(const struct mg_engine *engine, struct mg_error *err, const char *message);

/* ---- duckdb.c: sessions ---- */

/* What every query starts with: its datasets open, its conditions well formed, its SQL, between
 * `before` and `after` (or NULL), prepared. */
MG_MUST_USE int mg_duckdb_start(struct mg_session *session, const struct mg_query *query,
	const char *before, const char *after, duckdb_prepared_statement *out,
	struct mg_error *err);

/* The plain way: its SQL, run, and its rows. */
MG_MUST_USE int mg_duckdb_query(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err);

/* ---- tickets.c ---- */

enum mg_duckdb_ticket_kind {
	MG_TICKET_FREQ,    /* struct mg_freq_run */
	MG_TICKET_KEYS,    /* struct mg_key_run */
	MG_TICKET_SAMPLES, /* struct mg_sample_run */
};
/* The first member of what is to be found again while one of our statements runs. */
struct mg_duckdb_ticket {
	struct mg_duckdb_ticket *next;
	enum mg_duckdb_ticket_kind kind;
	uint64_t number; /* names it in SQL; random, so that no other SQL can name it */
};
void mg_duckdb_ticket_take(
	struct mg_engine *engine, struct mg_duckdb_ticket *ticket, enum mg_duckdb_ticket_kind kind);
void mg_duckdb_ticket_return(struct mg_engine *engine, struct mg_duckdb_ticket *ticket);
/* From any thread; NULL: there is none. */
void *mg_duckdb_ticket_find(
	struct mg_engine *engine, enum mg_duckdb_ticket_kind kind, uint64_t number);

/* ---- functions.c ---- */

enum { MG_DUCKDB_MOST_PARAMETERS = 4 };

/* A function of ours for SQL of ours: it is called with each row, also with NULLs, and gives a
 * BOOLEAN. */
struct mg_duckdb_function {
	const char *name;
	duckdb_type types[MG_DUCKDB_MOST_PARAMETERS]; /* INVALID, which is 0: not there */
	duckdb_scalar_function_t call;
	const void *owner;
	bool pure; /* what it gives follows from what it is called with, and it may be called less often */
};
MG_MUST_USE int mg_duckdb_add_function(
	struct mg_engine *engine, const struct mg_duckdb_function *function, struct mg_error *err);
/* The owner of the function that is called. */
void *mg_duckdb_function_owner(duckdb_function_info info);

/* A table function of ours for SQL of ours, of one number. */
struct mg_duckdb_table_function {
	const char *name;
	duckdb_table_function_bind_t bind;
	duckdb_table_function_init_t init, init_thread; /* init_thread may be NULL */
	duckdb_table_function_t read;
	bool chooses_columns; /* reads only those that are wanted */
};
MG_MUST_USE int mg_duckdb_add_table_function(struct mg_engine *engine,
	const struct mg_duckdb_table_function *function, struct mg_error *err);
/* What its callbacks, which get no engine, begin with: the engine, what bind left, what init left. */
struct mg_engine *mg_duckdb_table_engine(duckdb_bind_info info);
void *mg_duckdb_table_bound(duckdb_init_info info);
void *mg_duckdb_table_begun(duckdb_function_info info);

/* Has a row of a vector a value? */
static inline bool mg_duckdb_is_valid(const uint64_t *validity, size_t row)
{
	return !validity || (validity[row / 64] >> (row % 64) & 1);
}

/* ---- memory.c ---- */

/* So many queries over a text file make it worth to keep it as a table. */
enum { MG_DUCKDB_WORTH_KEEPING = 3 };

MG_MUST_USE int mg_duckdb_memory(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_memory *out, struct mg_error *err);

/* ---- within.c ---- */

/* Makes the function that says which DOUBLEs lie between two bounds. */
MG_MUST_USE int mg_duckdb_within_register(struct mg_engine *engine, struct mg_error *err);

/* ---- keys.c, keys_parts.c ---- */

/* Makes the function that keys are counted by. */
MG_MUST_USE int mg_duckdb_keys_register(struct mg_engine *engine, struct mg_error *err);
/* Answers KEYS and SAMPLE_KEYS. */
MG_MUST_USE int mg_duckdb_keys(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err);
/* Can its answer be put together from those for some of its keys at a time? */
bool mg_duckdb_has_parts(const struct mg_query *query);
/* Does so: for queries that need more memory than there is when they are asked whole. */
MG_MUST_USE int mg_duckdb_query_in_parts(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err);
/* Frees what is known of keys. */
void mg_duckdb_keys_done(struct mg_engine *engine);

/* ---- order.c ---- */

/* Which of two values of a column comes first in ORDER BY: as strcmp tells. `a` and `b` are their rows
 * in vectors. */
typedef int (*mg_duckdb_compare)(const void *values_a, size_t a, const void *values_b, size_t b);
/* NULL: it takes a sort key to tell. */
mg_duckdb_compare mg_duckdb_compare_of(duckdb_type type);

/* ---- samples.c ---- */

/* Makes the function that picked rows are read by. */
MG_MUST_USE int mg_duckdb_samples_register(struct mg_engine *engine, struct mg_error *err);
/* Answers SAMPLES. */
MG_MUST_USE int mg_duckdb_samples(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err);

/* ---- freq.c ---- */

/* Makes the function that frequency tables are gathered by. */
MG_MUST_USE int mg_duckdb_freq_register(struct mg_engine *engine, struct mg_error *err);
MG_MUST_USE int mg_duckdb_freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err);

#endif
