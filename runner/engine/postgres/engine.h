/* engine.h: what the parts of the PostgreSQL engine share. */
#ifndef MG_ENGINE_POSTGRES_ENGINE_H
#define MG_ENGINE_POSTGRES_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <modelgate/engine.h>
#include <modelgate/error.h>

#include "base/arena.h"
#include "engine/postgres/api.h"
#include "engine/sql/dialect.h"

extern const struct mg_engine_ops mg_engine_postgres;

/* What a spec may say; the rest is libpq's own: PGSERVICE, PGPASSWORD, ~/.pgpass and so on. No host and no user:
 * whoever writes a spec shall not choose where this machine's password is sent. */
struct mg_postgres_params {
	const char *service, *dbname, *schema;
	double statement_timeout;
};

/* A table of the spec, as the server knows it. */
struct mg_postgres_table {
	const char *from; /* "schema"."table"; NULL: not looked up yet */
	const char *name; /* database.schema.table */
	enum mg_access access;
	const char *
		columns; /* what is selected of it, or of the SQL; "" when all is taken as it is, NULL: not known yet */
};

/* Names of functions: by name, first those that stand in the search path. */
struct mg_postgres_functions {
	const char **visible, **any;
	size_t visible_count, any_count;
};

struct mg_engine {
	struct mg_arena *arena; /* guarded by lock, as all below */
	struct mg_libpq_api api;
	const struct mg_spec *spec;
	const struct mg_connection *connection;
	const struct mg_postgres_params *params;
	struct mg_dialect dialect; /* with the rules */
	struct mg_sql_rules rules;
	pthread_mutex_t lock;
	struct mg_postgres_table *tables; /* by dataset of the spec */
	PGconn *keeper;         /* its transaction keeps the snapshot that all sessions see */
	struct mg_error failed; /* why there is none */
	const char *exported;   /* the snapshot's name for SET TRANSACTION SNAPSHOT */
	const char *snapshot;   /* pg_current_snapshot() */
	const char *database, *version;
	int64_t taken_us;
	atomic_llong statements, rows; /* that were sent, and came back */
	struct mg_postgres_functions
		volatiles; /* as the server declares them; set once, with the keeper */
};

struct mg_session {
	struct mg_arena *arena;
	struct mg_engine *engine;
	PGconn *con;               /* NULL: not connected yet */
	const struct mg_data *raw; /* the dataset whose columns are being asked for */
	atomic_bool cancelled;     /* stays set: the session is spent */
};

/* ---- connect.c ---- */

/* Connects the session, the first one the keeper as well; nothing when it is connected. */
MG_MUST_USE int mg_postgres_connect(struct mg_session *session, struct mg_error *err);

/* ---- statement.c ---- */

/* One connection that is waited for with an eye on the session's cancel. */
struct mg_postgres_wire {
	const struct mg_libpq_api *api;
	PGconn *con;
	atomic_bool *cancelled;
	bool redacts; /* no message may show what comes from the data */
};
/* Runs one statement; the result, when wanted, is the caller's to clear. A failed one ends the transaction. */
MG_MUST_USE int mg_postgres_ask(
	const struct mg_postgres_wire *wire, const char *sql, PGresult **out, struct mg_error *err);
/* In a session, inside of a savepoint: when it fails, the transaction with its snapshot goes on. */
MG_MUST_USE int mg_postgres_run(
	struct mg_session *session, const char *sql, PGresult **out, struct mg_error *err);
/* What columns it would have, without running it. */
MG_MUST_USE int mg_postgres_columns(
	struct mg_session *session, const char *sql, PGresult **out, struct mg_error *err);
/* Cells by the types of their columns: BIGINT, DOUBLE PRECISION, anything else as text. */
MG_MUST_USE int mg_postgres_decode(const struct mg_libpq_api *api, PGresult *result,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err);
/* A message of the server or of libpq as one short line. */
const char *mg_postgres_one_line(struct mg_arena *arena, const char *text);
/* 'text' as a literal, "name" as a name. */
const char *mg_postgres_literal(struct mg_arena *arena, const char *text);
const char *mg_postgres_name(struct mg_arena *arena, const char *name);

/* ---- rules.c ---- */

/* Learns which functions the server declares VOLATILE. Lock held. */
MG_MUST_USE int mg_postgres_learn_volatiles(
	struct mg_engine *engine, const struct mg_postgres_wire *wire, struct mg_error *err);
/* What SQL of the spec is held to, with the engine as its context. */
void mg_postgres_set_rules(struct mg_engine *engine, int64_t as_of_us);
/* Are all rows that a table gives, by way of views and partitions, those of the snapshot? from: as in the SQL. */
MG_MUST_USE int mg_postgres_check_table(
	struct mg_session *session, const char *from, struct mg_error *err);
/* What is selected of a table or of SQL, by what it has now, so that texts are equal when their bytes are, as on other
 * engines; "" when nothing needs it. */
MG_MUST_USE int mg_postgres_select_columns(struct mg_session *session, PGresult *columns,
	struct mg_arena *arena, const char **out, struct mg_error *err);

/* ---- describe.c ---- */

MG_MUST_USE int mg_postgres_describe(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, struct mg_schema *out, const char ***out_files,
	size_t *out_file_count, struct mg_error *err);
/* "table", "schema.table", or either part in quotes; *out_schema is NULL when none is written. */
MG_MUST_USE int mg_postgres_split_name(const struct mg_data *data, struct mg_arena *arena,
	const char **out_schema, const char **out_table, struct mg_error *err);
/* "schema"."table" of a dataset, and its entry in the engine's tables. MG_ENOTFOUND. */
MG_MUST_USE int mg_postgres_table_of(void *session, const struct mg_data *data,
	struct mg_arena *arena, const char **out, struct mg_error *err);
/* `SELECT` with the names of the datasets that it needs; tables are looked up once. */
MG_MUST_USE int mg_postgres_with_datasets(struct mg_session *session, const char *select,
	struct mg_arena *arena, char **out, struct mg_error *err);

/* ---- about.c ---- */

MG_MUST_USE int mg_postgres_about(struct mg_session *session,
	const struct mg_about_options *options, struct mg_arena *arena, struct mg_about *out,
	struct mg_error *err);

#endif
