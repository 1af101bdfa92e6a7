/* records.h: many records, read and proven by several threads at once. */
#ifndef MG_HISTORY_RECORDS_H
#define MG_HISTORY_RECORDS_H

#include <modelgate/error.h>

#include "history/record.h"

/* Takes a record; it and its run live until this returns, unless they are kept. What is not MG_OK ends the reading. */
typedef int mg_record_taker(void *context, const struct mg_past_run *past, struct mg_error *err);
/* Told of a record that cannot be used, and why. What is not MG_OK ends the reading. */
typedef int mg_record_passed_over(
	void *context, const char *name, const struct mg_error *why, struct mg_error *err);

struct mg_record_reader {
	mg_record_taker *take;
	mg_record_passed_over
		*pass_over; /* NULL: the reading ends there, as mg_record_get() does */
	void *context;
	struct mg_arena *keep; /* where records and their runs go on living; or NULL */
	bool among_many; /* the caller's other threads use the processors: only a store that waits gets threads */
};

/* Reads and proves the records of these names, and hands each to the reader on the caller's thread, in the order of
 * the names. */
MG_MUST_USE int mg_records_read(struct mg_store *store, const struct mg_store_names *names,
	const struct mg_record_reader *reader, struct mg_error *err);

#endif
