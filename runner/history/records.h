/* records.h: many records, read and proven by several threads at once. */
#ifndef MG_HISTORY_RECORDS_H
#define MG_HISTORY_RECORDS_H

#include <modelgate/error.h>

#include "history/record.h"

/* Takes a record; it and its run live until this returns. What is not MG_OK ends the reading. */
typedef int mg_record_taker(void *context, const struct mg_past_run *past, struct mg_error *err);

/* Reads and proves the records of these names, and hands each to `take` on the caller's thread, in the order of the
 * names. Ends at the first in that order that is broken or not there, as mg_record_get() does. */
MG_MUST_USE int mg_records_read(struct mg_store *store, const struct mg_store_names *names,
	mg_record_taker *take, void *context, struct mg_error *err);

#endif
