/* store.h: where records are kept. A store knows names and bytes: what is written once stays as it is. What the
 * bytes say is for record.h.
 *
 * A store is one file with a `const struct mg_store_ops mg_store_<name>` and one line in stores.def. */
#ifndef MG_HISTORY_STORE_H
#define MG_HISTORY_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"

struct mg_store_names {
	const char **list; /* sorted, byte by byte */
	size_t count;
};

struct mg_store;

struct mg_store_ops {
	const char *name; /* "folder" */
	bool is_remote;   /* needs the network, or another program */
	size_t waiting;   /* how many threads may well wait for `get` at once; 0: it hardly waits */
	/* What the address names after the store's own prefix; NULL: the address is another store's. */
	const char *(*takes)(const char *address);
	/* Fills store->state and ->described. `repo` is a folder inside the git repository that a store may need. A store that
	 * is to be read must be there (MG_EUSAGE); writing may make it. */
	MG_MUST_USE int (*open)(struct mg_store *store, const char *repo, struct mg_error *err);
	/* Writes all bytes under the name in one step, unless it is taken: then *out_made is false. Of
	 * several writers one wins; a reader sees all bytes or none. */
	MG_MUST_USE int (*put_if_absent)(struct mg_store *store, const char *name,
		const char *bytes, size_t len, bool *out_made, struct mg_error *err);
	/* Into the arena. Several threads may ask at once, each with an arena of its own. MG_ENOTFOUND; MG_ELIMIT
	 * when there are more bytes. */
	MG_MUST_USE int (*get)(struct mg_store *store, struct mg_arena *arena, const char *name,
		size_t max_bytes, char **out, size_t *out_len, struct mg_error *err);
	/* Names that begin with prefix, which is empty or ends with a slash, and come after `after` (""
	 * or a name), foreign ones too. MG_EUSAGE where there is no store. */
	MG_MUST_USE int (*list)(struct mg_store *store, const char *prefix, const char *after,
		struct mg_store_names *out, struct mg_error *err);
	void (*close)(struct mg_store *store); /* or NULL */
};

enum mg_store_use { MG_STORE_READ, MG_STORE_WRITE };

struct mg_store {
	const struct mg_store_ops *ops;
	enum mg_store_use use;
	struct mg_arena *arena; /* what a store gives lives here, but for get */
	const char *place;      /* what its ops->takes gave */
	const char *described;  /* "folder history": for people; ops->open sets it */
	const char *cache; /* a folder with copies of what was read before; or NULL */
	void *state;
};

/* Does the address name a store that needs the network? Opens nothing. */
bool mg_store_is_remote(const char *address);
/* Finds whose the address is, and opens it. Close it with mg_store_close. */
MG_MUST_USE int mg_store_open(struct mg_arena *arena, const char *address, enum mg_store_use use,
	const char *repo, struct mg_store *out, struct mg_error *err);
void mg_store_close(struct mg_store *store);
#define MG_SCOPED_STORE __attribute__((cleanup(mg_store_close)))

/* For ops->list. */
void mg_store_add_name(
	struct mg_store *store, struct mg_store_names *names, size_t *capacity, const char *name);
void mg_store_sort(struct mg_store_names *names);

#endif
