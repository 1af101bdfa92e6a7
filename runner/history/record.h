/* record.h: one run in a history: an immutable file whose name follows from what it says.
 *
 *     MODEL/STAGE/YYYY/MM/DD/HHMMSSZ-SEAL.run.json.gz
 *
 * is the run.json of the model, packed by gzip: STAGE is `none` for a run without a stage, the time is the run's
 * as_of, SEAL the first 16 digits of its seal. */
#ifndef MG_HISTORY_RECORD_H
#define MG_HISTORY_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/run.h>

#include "history/store.h"
#include "plan/plan.h"

/* Puts the run whose run.json is `text` into the store. MG_EUSAGE for a run that is no record: without a seal, one
 * part of several, of no model. The same run twice is MG_OK, and *out_made is false; another one under the name is
 * MG_EIO, with both digests. */
MG_MUST_USE int mg_record_put(struct mg_store *store, const char *text, size_t len,
	const char **out_name, bool *out_made, struct mg_error *err);

/* Reads a record into the arena, and proves it: its seal holds and its name is the one that follows from it. With
 * store->cache a copy that is proven in the same way will do; what comes from the store is copied there. */
MG_MUST_USE int mg_record_get(struct mg_store *store, struct mg_arena *arena, const char *name,
	struct mg_past_run *out, struct mg_error *err);

/* A record as its store has it. */
struct mg_fetched_record {
	const char *name;
	char *packed, *text; /* as it lies there, and unpacked */
	size_t packed_len, len;
	char sha256[65]; /* of the packed bytes */
};
/* The two halves of that, for who keeps only some of what it reads: the bytes, in the arena; and what they say, proven, in
 * another one. */
MG_MUST_USE int mg_record_fetch(struct mg_store *store, struct mg_arena *arena, const char *name,
	struct mg_fetched_record *out, struct mg_error *err);
MG_MUST_USE int mg_record_prove(struct mg_store *store, const struct mg_fetched_record *fetched,
	struct mg_arena *arena, struct mg_past_run *out, struct mg_error *err);

/* The stage's folder: its name, or that of runs without one (NULL). */
const char *mg_record_stage(const char *stage);
/* The second in a name of mg_records_list; INT64_MIN when there is no such time. */
int64_t mg_record_second(const char *name);

/* What a file of a store is, by its name. */
enum mg_record_file {
	MG_RECORD_RUN,
	MG_RECORD_MISNAMED, /* it looks like a run's and is none */
	MG_RECORD_FOREIGN,  /* not for us */
};
enum mg_record_file mg_record_file(const char *name);
/* What is wrong with a MG_RECORD_MISNAMED, and what to do: MG_EIO. */
int mg_record_fail_misnamed(struct mg_store *store, const char *name, struct mg_error *err);

/* All names of the store, listed once; the models that have records, sorted; *out_strange has names that look like a
 * run's and are of no model. */
MG_MUST_USE int mg_records_models(struct mg_store *store, struct mg_store_names *out_all,
	struct mg_store_names *out, struct mg_store_names *out_strange, struct mg_error *err);

/* The names of the runs of a model, or of all (NULL), by model, stage and time: of one stage of the model, or of all
 * (NULL); only those of a second from since_us on (INT64_MIN: all). Other kinds of file are passed over; a name that looks like a run's and is none is
 * MG_EIO. */
MG_MUST_USE int mg_records_list(struct mg_store *store, const char *model, const char *stage,
	int64_t since_us, struct mg_store_names *out, struct mg_error *err);

#endif
