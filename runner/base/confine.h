/* confine.h: takes rights from this process that it does not need, for good. */
#ifndef MG_BASE_CONFINE_H
#define MG_BASE_CONFINE_H

#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

/* From here on the kernel refuses this process sockets, starting other programs and core files, with
 * EPERM, and memory of its own beyond memory_bytes (RLIMIT_DATA: not what it maps of files), with
 * ENOMEM; no way leads back. Files and threads are as before. To be called before there are threads.
 * MG_EIO where the kernel cannot do that: then what follows must not run. Under AddressSanitizer, which
 * takes terabytes for itself, memory is not bounded. */
MG_MUST_USE int mg_confine(uint64_t memory_bytes, struct mg_error *err);

/* From here on this thread, and those that it starts, open nothing but what lies at or below the paths, without what
 * git keeps there at any depth, and what tells of the machine; and they write and make no file. Names of files stay
 * visible. Other threads are as before. *out_why is NULL, or why this machine cannot do that at all: then nothing
 * has changed. MG_EIO, MG_ELIMIT: it could, and it went wrong; then what follows must not run. */
MG_MUST_USE int mg_confine_files(
	const char *const *paths, size_t count, const char **out_why, struct mg_error *err);

#endif
