/* records.h: all records of a model, as months; what cannot be believed is passed over and named. */
#ifndef MG_SITE_RECORDS_H
#define MG_SITE_RECORDS_H

#include <modelgate/error.h>

#include "base/file.h"
#include "history/store.h"
#include "site/values.h"

/* A file that is no record, though it looks like one. */
struct mg_site_broken {
	const char *folder; /* of its stage, "none" of runs without one; NULL: it is in none */
	const char *record; /* its name; NULL: it is named like none */
	const char *text;   /* names it, and says what is wrong */
	int64_t second_us;  /* as its name says, or MG_SITE_NEVER */
};

struct mg_site_records {
	struct mg_site_month *months; /* by stage, then by time */
	size_t month_count, month_capacity;
	struct mg_site_broken *broken;
	size_t broken_count, broken_capacity;
	size_t runs, cached; /* how many; and how many of them were not read again */
};

struct mg_site_reader {
	/* Other threads ask it for records too. */
	struct mg_store *store;
	const struct mg_store_names *names; /* of all its files */
	const char *cache;                  /* folder, or NULL */
	bool among_many;                    /* other models are read meanwhile, on all processors */
	const struct mg_stop *stop;
	struct mg_arena *arena; /* of what is kept of the model */
};

MG_MUST_USE int mg_site_records(const struct mg_site_reader *reader,
	const struct mg_site_model *model, struct mg_site_records *out, struct mg_error *err);

#endif
