/* digest.h: SHA-256 of memory, beyond what file.h has of it. */
#ifndef MG_BASE_DIGEST_H
#define MG_BASE_DIGEST_H

#include <stddef.h>

/* As mg_sha256(), of the first `head` bytes and of all, in one pass. */
void mg_sha256_twice(
	const void *bytes, size_t head, size_t len, char out_head[65], char out_all[65]);

#endif
