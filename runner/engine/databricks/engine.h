/* engine.h: what the parts of the Databricks engine share. */
#ifndef MG_ENGINE_DATABRICKS_ENGINE_H
#define MG_ENGINE_DATABRICKS_ENGINE_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <modelgate/engine.h>
#include <modelgate/run.h>

#include "base/arena.h"
#include "engine/databricks/auth.h"
#include "engine/sql/dialect.h"
#include "http/http.h"

/* What stands below `databricks:` of a connection; NULL: the environment's. */
struct mg_databricks_params {
	const char *host, *warehouse, *catalog, *schema;
	double start_timeout; /* seconds that a stopped warehouse may take */
	int64_t statements;   /* at once */
};

/* A column of a result. */
struct mg_databricks_column {
	const char *name, *type; /* "BIGINT", "DECIMAL(10,2)" */
};

/* A dataset and the state of it that all statements read. */
struct mg_databricks_dataset {
	const struct mg_data *data;
	bool opened, opening;
	const char *table;   /* `prd`.`churn`.`features`, parquet.`/Volumes/prd/churn/x/` */
	const char *version; /* NULL: it is not pinned */
	const char *columns; /* what is selected of it, by name; NULL: all as it is */
	struct mg_databricks_column *described; /* of a table: its columns */
	size_t described_count;
	struct mg_table_state state;
};

/* What was sent and came back. */
struct mg_databricks_costs {
	pthread_mutex_t lock; /* all below */
	struct mg_arena *arena;
	struct mg_statement_costs *list;
	size_t count, capacity;
	int64_t sent, sent_again, rows;
};

struct mg_engine {
	struct mg_arena *arena; /* with pin_lock only, once it is open */
	pthread_mutex_t lock;   /* slots */
	pthread_mutex_t
		pin_lock; /* datasets, and what they live in; held while a version is asked for */
	int slots;        /* statements that may start */
	const struct mg_spec *spec;
	const struct mg_connection *connection;
	struct mg_databricks_params params;
	struct mg_dialect dialect; /* with the rules that SQL of the spec is held to */
	struct mg_sql_rules rules;
	const char *host;            /* "https://adb-1.azuredatabricks.net" */
	struct mg_arena *auth_arena; /* tokens */
	struct mg_databricks_auth auth;
	struct mg_databricks_dataset *datasets;
	size_t dataset_count;
	const char *version;          /* of what answers; NULL: it was not asked yet */
	const char *catalog, *schema; /* of the session; NULL until then */
	char run[17];                 /* names the run in the statements' tags and comments */
	atomic_uint numbered;         /* statements that have a number */
	atomic_bool awake; /* a statement has ended: the warehouse need not start any more */
	struct mg_databricks_costs costs;
	double ask_warehouse_at; /* with lock; as mg_clock_ticks counts */
	atomic_bool warehouse_asked;
	atomic_int warehouse_state; /* as warehouse.c counts them, when it was asked last */
};

struct mg_session {
	struct mg_arena *arena;
	struct mg_engine *engine;
	struct mg_http http;
	atomic_bool cancelled;
	bool connected;               /* a call was answered */
	double patience_s;            /* how long a call is tried again; 0: as long as runs do */
	_Atomic double pending_since; /* of its statement, as mg_clock_ticks counts; 0: none is */
};

/* ---- call.c ---- */

/* Calls the workspace until it answers with JSON that `is_answer` takes, or with an error that waiting does
 * not mend. Throttling, lost connections and answers cut short are tried again for some minutes, an old token
 * is renewed. *out is the caller's. MG_ENOTFOUND: 404. MG_ECANCELLED. */
MG_MUST_USE int mg_databricks_call(struct mg_session *session, const char *method, const char *path,
	const char *body, bool (*is_answer)(const json_t *), json_t **out, struct mg_error *err);
/* The same, for so many seconds in all. */
MG_MUST_USE int mg_databricks_call_for(struct mg_session *session, const char *method,
	const char *path, const char *body, bool (*is_answer)(const json_t *), double seconds,
	json_t **out, struct mg_error *err);
/* POST, which is tried again only where it was surely not carried out. *out_lost with a failure: it may have been; with
 * an answer: it may have been twice. */
MG_MUST_USE int mg_databricks_send(struct mg_session *session, const char *path, const char *body,
	bool (*is_answer)(const json_t *), double seconds, json_t **out, bool *out_lost,
	struct mg_error *err);
/* How long a call of this session is tried again. */
double mg_databricks_patience(const struct mg_session *session);
/* Sleeps; MG_ECANCELLED when the session is cancelled, at once. */
MG_MUST_USE int mg_databricks_wait(
	struct mg_session *session, double seconds, struct mg_error *err);
/* A message of the service in one line that may be shown, without the session's token. */
const char *mg_databricks_words(
	const struct mg_session *session, struct mg_arena *arena, const char *message);

/* ---- warehouse.c ---- */

/* What the workspace says of the connection's warehouse, which does not start it; *out has a `state`. Asks for
 * so many seconds. MG_ENOTFOUND: there is none. */
MG_MUST_USE int mg_databricks_warehouse(
	struct mg_session *session, double seconds, json_t **out, struct mg_error *err);
/* To be called while a statement is pending, since a warehouse that stands still is started by it. Asks now
 * and then why. MG_ETIMEOUT after the connection's start_timeout. */
MG_MUST_USE int mg_databricks_wait_for_warehouse(
	struct mg_session *session, double pending_since, struct mg_error *err);
/* "warehouse X is starting, 40 s", or NULL; as mg_engine_ops.waits. */
const char *mg_databricks_waits(struct mg_session *session, struct mg_arena *arena);

/* ---- lost.c ---- */

/* A statement's name in the query history: "modelgate 0.1.0, run 5f0c..., statement 3", in a comment before its text
 * and as query tags. */
struct mg_databricks_tag {
	const char *comment, *run, *number;
};
struct mg_databricks_tag mg_databricks_tag_next(struct mg_engine *engine, struct mg_arena *arena);
/* As query_tags of a statement wants it. */
json_t *mg_databricks_tag_json(const struct mg_databricks_tag *tag);
/* The id of a statement of this tag that runs or has ended well; MG_ENOTFOUND: the history does not have it, or not
 * yet. Takes some seconds at most. */
MG_MUST_USE int mg_databricks_find(struct mg_session *session, const struct mg_databricks_tag *tag,
	struct mg_arena *arena, const char **out, struct mg_error *err);
/* Cancels those of this tag that still run, but `kept` (or NULL); also of a session that is cancelled. Takes some
 * seconds at most. Gives how many of this tag but `kept` the history has, running or not. */
int mg_databricks_cancel_others(
	struct mg_session *session, const struct mg_databricks_tag *tag, const char *kept);

/* ---- statement.c ---- */

/* Of one statement: 16 MiB, and room for the comment that names it. */
enum { MG_DATABRICKS_MOST_TEXT = (16 << 20) - 1000 };

struct mg_databricks_result {
	struct mg_table table;
	struct mg_databricks_column *columns; /* table.columns of them */
};
/* Runs one statement that only reads, and gives all its rows. MG_ESPEC: it might do more than read. */
MG_MUST_USE int mg_databricks_run(struct mg_session *session, const char *sql,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err);
/* The same of one that reads no rows: where the warehouse is awake it is given some seconds to answer at once. */
MG_MUST_USE int mg_databricks_run_quick(struct mg_session *session, const char *sql,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err);
/* Several, side by side as far as the connection's `statements` allow. */
MG_MUST_USE int mg_databricks_run_all(struct mg_session *session, const char *const *sql,
	size_t count, struct mg_arena *arena, struct mg_databricks_result *out,
	struct mg_error *err);

/* ---- links.c ---- */

/* The rows that a link of a chunk leads to, as a chunk that holds them; `statement` is the path of the statement,
 * which is asked for another link when this one has ended. *out is the caller's. */
MG_MUST_USE int mg_databricks_fetch(struct mg_session *session, const char *statement,
	const json_t *link, json_t **out, struct mg_error *err);

/* ---- query.c ---- */

/* The query as one SELECT. MG_ESPEC: the spec's own SQL is none, or not one piece. */
MG_MUST_USE int mg_databricks_select(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, char **out, struct mg_error *err);
MG_MUST_USE int mg_databricks_query(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err);

/* ---- result.c ---- */

/* Rows gathered chunk by chunk. */
struct mg_databricks_rows {
	struct mg_arena *arena;
	struct mg_databricks_column *columns;
	size_t column_count;
	struct mg_cell *cells;
	size_t count, capacity; /* rows */
	size_t bytes;
};
MG_MUST_USE int mg_databricks_rows_init(struct mg_databricks_rows *rows, struct mg_arena *arena,
	const json_t *manifest, struct mg_error *err);
MG_MUST_USE int mg_databricks_rows_add(
	struct mg_databricks_rows *rows, const json_t *chunk, struct mg_error *err);

/* ---- types.c ---- */

struct mg_column mg_databricks_column_of(
	struct mg_arena *arena, const struct mg_databricks_column *column);

/* ---- pin.c ---- */

/* `prd`.`churn`.`features`, and the same for people. */
MG_MUST_USE int mg_databricks_table_name(const struct mg_engine *engine, const struct mg_data *data,
	struct mg_arena *arena, const char **out_sql, const char **out_plain, struct mg_error *err);
/* Which version of the dataset's table a run would read; without one when it has none. */
MG_MUST_USE int mg_databricks_pin(struct mg_session *session,
	const struct mg_databricks_dataset *dataset, struct mg_arena *arena,
	struct mg_table_state *out, struct mg_error *err);

/* MG_EIO: the version that was pinned is not the table's any more: it has a history of its own, which begins again when
 * the table is dropped and made again. A table that was restored has another version, and this one still. */
MG_MUST_USE int mg_databricks_pinned(struct mg_session *session,
	const struct mg_databricks_dataset *dataset, struct mg_error *err);

/* ---- describe.c ---- */

/* Do times and overflows mean in the warehouse what they mean here? Asked once. */
MG_MUST_USE int mg_databricks_check_rules(struct mg_session *session, struct mg_error *err);
/* The SELECT with all datasets that it names before it, each in the state that the run reads. */
MG_MUST_USE int mg_databricks_with_datasets(struct mg_session *session, const char *select,
	struct mg_arena *arena, char **out, struct mg_error *err);
MG_MUST_USE int mg_databricks_describe(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, struct mg_schema *out, struct mg_error *err);
/* As mg_engine_ops.unchanged. */
MG_MUST_USE int mg_databricks_unchanged(struct mg_session *session, struct mg_error *err);

/* ---- access.c ---- */

/* What the identity is shown of a table, which is named as for people. Refusals make it unknown: MG_ECANCELLED is
 * the only failure. */
MG_MUST_USE int mg_databricks_access(
	struct mg_session *session, const char *table, enum mg_access *out, struct mg_error *err);

/* ---- costs.c ---- */

void mg_databricks_costs_init(struct mg_databricks_costs *costs);
void mg_databricks_costs_done(struct mg_databricks_costs *costs);
/* A statement was sent; again: what it was sent for the first time was lost. */
void mg_databricks_note_sent(struct mg_engine *engine, bool again);
/* It has ended; rows -1: they did not come. */
void mg_databricks_note_end(struct mg_engine *engine, const char *id, double seconds, int64_t rows);
/* As mg_engine_ops.costs. */
void mg_databricks_costs(
	struct mg_session *session, struct mg_arena *arena, struct mg_engine_costs *out);

/* ---- volume.c ---- */

/* What follows FROM for files of a volume. MG_ESPEC: they are in none. */
MG_MUST_USE int mg_databricks_volume_from(
	struct mg_arena *arena, const char *path, const char **out, struct mg_error *err);
/* Fills what a dataset with a path is read from, and which files there are. MG_ELIMIT: too many to be sure of. */
MG_MUST_USE int mg_databricks_volume_open(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err);
/* MG_EIO: another list of files than when it was opened. */
MG_MUST_USE int mg_databricks_volume_unchanged(struct mg_session *session,
	const struct mg_databricks_dataset *dataset, struct mg_error *err);

/* ---- about.c ---- */

MG_MUST_USE int mg_databricks_about(struct mg_session *session,
	const struct mg_about_options *options, struct mg_arena *arena, struct mg_about *out,
	struct mg_error *err);

#endif
