/* confine.h: takes rights from this process that it does not need, for good. */
#ifndef MG_BASE_CONFINE_H
#define MG_BASE_CONFINE_H

#include <modelgate/error.h>

/* From here on the kernel refuses this process sockets, starting other programs and core files, with
 * EPERM; no way leads back. Files and threads are as before. To be called before there are threads.
 * MG_EIO where the kernel cannot do that: then nothing is confined, and what follows must not run. */
int mg_confine(struct mg_error *err);

#endif
