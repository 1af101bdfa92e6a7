/* unpack.h: the bytes of a file from start to end, unpacked where it is packed, and proven whole. */
#ifndef MG_INPUT_UNPACK_H
#define MG_INPUT_UNPACK_H

#include <stddef.h>

#include <modelgate/error.h>

#include "input/source.h"

struct mg_unpack;

/* MG_EIO when the file's first bytes are not those of what its name says it is packed by, or are those
 * of a packing that its name does not tell. `file` must outlive it. */
MG_MUST_USE int mg_unpack_open(
	struct mg_unpack **out, const struct mg_source_file *file, struct mg_error *err);
/* Up to `most` bytes more; *out_len is 0 at the end only, and then the file is whole: each member's
 * or frame's length and checksum were compared. MG_EIO: it ends early, is damaged, or has something
 * behind its end; then every later call fails too. */
MG_MUST_USE int mg_unpack_read(
	struct mg_unpack *unpack, void *buffer, size_t most, size_t *out_len, struct mg_error *err);
void mg_unpack_close(struct mg_unpack *unpack);

#endif
