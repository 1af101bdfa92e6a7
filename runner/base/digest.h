/* digest.h: SHA-256 of memory, beyond what file.h has of it. */
#ifndef MG_BASE_DIGEST_H
#define MG_BASE_DIGEST_H

#include <stddef.h>

/* As mg_sha256(), of the first `head` bytes and of all, in one pass. */
void mg_sha256_twice(
	const void *bytes, size_t head, size_t len, char out_head[65], char out_all[65]);

enum { MG_SHA256_BYTES = 32 };
/* HMAC (RFC 2104) with SHA-256. */
void mg_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
	unsigned char out[MG_SHA256_BYTES]);

#endif
