/* engine.h: the extension point for engines: describe data, run queries, stop when told. */
#ifndef MODELGATE_ENGINE_H
#define MODELGATE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/check.h>
#include <modelgate/error.h>
#include <modelgate/plan.h>

struct mg_arena;
struct mg_engine;
struct mg_session;
struct mg_range;
struct mg_freq;
struct mg_sources;
struct mg_engine_costs;
struct mg_profile_file;

struct mg_engine_options {
	const struct mg_spec *spec;             /* datasets, folder */
	const struct mg_connection *connection; /* whose datasets it reads; NULL: this machine's */
	const bool *used; /* by dataset of the spec: will it be asked for? NULL: all */
	const char *const *allow_paths; /* further folders or files that may be read */
	size_t allow_path_count;
	struct mg_sources *sources; /* where files are opened; NULL: in the engine's own */
	/* By dataset of the spec: those that are profiles, read; NULL: none is asked for. */
	const struct mg_profile_file *profiles;
	int64_t as_of_us;      /* the time that the spec's SQL sees */
	int threads;           /* 0: as many as the machine has */
	uint64_t memory_bytes; /* 0: the engine's default */
	uint64_t freq_bytes; /* memory one frequency table may take while it is made; 0: default */
	int key_bits; /* of a key's hash that are looked at; 0: all. Fewer cost time, for tests. */
};

/* Frequency tables of a MG_QUERY_FREQ: one per slice value and group. */
struct mg_freq_set {
	size_t slice_count;     /* 1 without a slice */
	const char **slices;    /* slice values (NULL for NULL), sorted; NULL without a slice */
	struct mg_freq *tables; /* [slice * group_count + group] */
	int64_t *dropped;       /* by slice: rows whose group is none of them */
	bool spans; /* the query's `spanned` was looked at, and is not NULL in all rows: */
	int64_t least, greatest;
};

/* What a query is expected to take of the memory that the engine may take. */
struct mg_memory {
	bool known;       /* else all of it is 0 */
	uint64_t reading; /* bytes of rows that all threads decode at a time */
	uint64_t held;    /* bytes that are held until it is answered, at most */
	/* Bytes of its dataset, which is kept in memory when at least `kept_from` queries read it. */
	uint64_t kept;
	size_t kept_from;
	const char *what;      /* they are, for people; NULL: nothing is held */
	uint64_t enough;       /* the engine must be allowed so much to hold all of it at once */
	const char *otherwise; /* what happens when it is not; NULL: the query fails */
};

/* What an engine of connections can do. */
enum mg_engine_flags {
	MG_ENGINE_VERSIONS = 1 << 0, /* its tables have versions: takes `version` and `as_of` */
	MG_ENGINE_PATHS = 1 << 1,    /* it reads Parquet files that the service has: takes `path` */
};

/* How a connection is looked at. */
struct mg_about_options {
	double patience_s; /* how long a service that does not answer is asked again */
	bool start;        /* start what is stopped, which may take minutes and cost money */
};

/* A table of the spec, or files that the service has, as the connection's identity finds it. */
struct mg_about_table {
	const struct mg_data *data;
	const char *name;      /* as the service knows it */
	const char *version;   /* the newest, where tables have versions; NULL: it is not pinned */
	enum mg_access access; /* of the connection's identity */
	const char *problem;   /* why it cannot be read; NULL: it can */
	const char *fix;       /* what to do about that: a statement, or words; or NULL */
};

/* What a connection turns out to be. What is not known is NULL. No secret is part of it. */
struct mg_about {
	const char *address;  /* where it leads */
	const char *login;    /* how it logs in: "oauth-m2m" */
	double seconds;       /* until the service answered for the first time; -1: it did not */
	const char *identity; /* whom the service takes us for */
	const char *service;  /* what answers, and what state it is in */
	const char *fix;      /* what to do about the failure */
	struct mg_about_table *tables; /* of the spec, in its order */
	size_t table_count;
};

struct mg_engine_ops {
	const char *name; /* "duckdb"; of a connection also the key in the spec */
	/* Of an engine that connections name, else NULL: one line without a full stop, and what
	 * stands below its name. No secret may: those come from the environment. */
	const char *summary;
	const struct mg_field *fields;
	size_t params_size;
	unsigned flags;
	/* Version of the engine that open() would take, without opening it; static memory. May be
	 * NULL where only an open engine knows. */
	MG_MUST_USE int (*find)(const char **out_version, struct mg_error *err);
	/* MG_EENGINE when the library is missing or too old, with the fix. Files outside the
	 * spec's folder and allow_paths are refused with MG_EUSAGE naming --allow-path. */
	MG_MUST_USE int (*open)(struct mg_engine **out, const struct mg_engine_options *options,
		struct mg_error *err);
	void (*close)(struct mg_engine *engine);
	/* What its service is, when it was asked something already; else NULL. */
	const char *(*version)(const struct mg_engine *engine);
	/* Columns of one dataset, and the files behind it (absolute paths), or the state of the table
	 * (out->table), which all that follows reads as well. MG_ECANCELLED after a
	 * cancel; whoever cancels repeats it until then, as one may fall between two statements. */
	MG_MUST_USE int (*describe)(struct mg_session *session, const struct mg_data *data,
		struct mg_arena *arena, struct mg_schema *out, const char ***out_files,
		size_t *out_file_count, struct mg_error *err);
	/* Tells that `passes` queries over data will come, so that a slow format may be read once:
	 * the next query does that first, and can be cancelled while it does. Costs nothing itself. May be
	 * NULL: it makes no difference. */
	MG_MUST_USE int (*expect)(struct mg_engine *engine, const struct mg_data *data,
		size_t passes, struct mg_error *err);
	/* A session runs one query at a time; several sessions may run at once, one per thread. */
	MG_MUST_USE int (*session_open)(
		struct mg_session **out, struct mg_engine *engine, struct mg_error *err);
	void (*session_close)(struct mg_session *session);
	/* Is the query well formed (names, types, SELECT only)? Runs nothing. */
	MG_MUST_USE int (*prepare)(
		struct mg_session *session, const struct mg_query *query, struct mg_error *err);
	MG_MUST_USE int (*query)(struct mg_session *session, const struct mg_query *query,
		struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
		struct mg_error *err);
	/* Frequency tables over the rows whose value lies in one of the ranges (ranges NULL:
	 * all rows). Exact when memory allows, else bucketed with at most max_entries each. */
	MG_MUST_USE int (*freq)(struct mg_session *session, const struct mg_query *query,
		const struct mg_range *ranges, size_t range_count, size_t max_entries,
		struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err);
	/* Is all that was described as it was then? To be asked when everything was measured, of a service that
	 * cannot hold on to a state of what it reads. May be NULL: it can, or says that nothing is pinned. */
	MG_MUST_USE int (*unchanged)(struct mg_session *session, struct mg_error *err);
	/* Stops what the session runs, from any thread; the query returns MG_ECANCELLED. It is never
	 * lost: a session that was cancelled, also before its query began, answers every query with
	 * MG_ECANCELLED from then on. To go on, close it and open another (0.01 ms). */
	void (*cancel)(struct mg_session *session);
	/* 0..1 of the running query, or -1 when unknown; from any thread. May be NULL: never known. */
	double (*progress)(struct mg_session *session);
	/* What a running query waits for before it is worked on ("warehouse X is starting, 40 s"), or NULL;
	 * from any thread, and asks nobody. May be NULL: it never waits. */
	const char *(*waits)(struct mg_session *session, struct mg_arena *arena);
	/* What the engine did until now, into the fields that are -1 before; also of a session that was cancelled,
	 * which then asks nobody. May take some seconds. May be NULL: nothing is known. */
	void (*costs)(
		struct mg_session *session, struct mg_arena *arena, struct mg_engine_costs *out);
	/* Which output columns of a SELECT that belongs to `data` hold nothing but what comes of columns with these names, and
	 * of none that is hidden? What cannot be followed does not. May be NULL: then none. */
	MG_MUST_USE int (*harmless)(struct mg_session *session, const struct mg_data *data,
		const char *sql, const struct mg_texts *names, const struct mg_texts *hidden,
		const char *const *outputs, size_t count, bool *out, struct mg_error *err);
	/* What a query is expected to take, before it runs. May be NULL: nothing is known. */
	MG_MUST_USE int (*memory)(struct mg_session *session, const struct mg_query *query,
		struct mg_arena *arena, struct mg_memory *out, struct mg_error *err);
	/* Who is there, as whom, and which of the spec's tables may be read, without reading a row. Of an
	 * engine that connections name. *out says what was found until then also when it fails. */
	MG_MUST_USE int (*about)(struct mg_session *session, const struct mg_about_options *options,
		struct mg_arena *arena, struct mg_about *out, struct mg_error *err);
	/* The SQL text of a query, for people (--dump plan, reports). */
	char *(*sql)(
		struct mg_engine *engine, const struct mg_query *query, struct mg_arena *arena);
};

/* NULL-terminated, from engines.def: the first reads what is on this machine, all others what
 * connections name. */
extern const struct mg_engine_ops *const mg_engines[];
/* Hands each query to the engine of its dataset, of which it opens one for each connection. */
extern const struct mg_engine_ops mg_engine_router;
/* Which engines it opened: "duckdb", "duckdb, postgres". */
const char *mg_engine_router_names(const struct mg_engine *router);
/* What each of them was asked, and what it did, by a session of the router, as the op `costs`. */
void mg_engine_router_costs(struct mg_session *session, struct mg_arena *arena,
	struct mg_engine_costs **out, size_t *out_count);

#endif
