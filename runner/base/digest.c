/* digest.c: SHA-256 of files and memory, by OpenSSL's libcrypto. */
#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"

enum { CHUNK = 1 << 17 /* stays in the cache */, BLOCK = 64 /* of SHA-256 */ };

static EVP_MD *sha256;

/* From a library context of our own: no openssl.cnf is read for it, which could take SHA-256 away,
 * and starting it costs less than the default one. Memory is all that can be missing then. */
static void fetch(void)
{
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
	if (library)
		sha256 = EVP_MD_fetch(library, "SHA256", NULL);
	if (!sha256)
		mg_out_of_memory();
}

static EVP_MD_CTX *digest_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, fetch);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (!context || EVP_DigestInit_ex(context, sha256, NULL) != 1)
		mg_out_of_memory();
	return context;
}

/* A digest that is not one of all bytes must not leave here: it would be compared with another. */
static void digest_add(EVP_MD_CTX *context, const void *bytes, size_t len)
{
	if (EVP_DigestUpdate(context, bytes, len) != 1)
		mg_out_of_memory();
}

static void digest_take(EVP_MD_CTX *context, unsigned char out[MG_SHA256_BYTES])
{
	if (EVP_DigestFinal_ex(context, out, NULL) != 1)
		mg_out_of_memory();
	EVP_MD_CTX_free(context);
}

static void digest_end(EVP_MD_CTX *context, char out[65])
{
	unsigned char digest[MG_SHA256_BYTES];
	digest_take(context, digest);
	mg_hex(digest, MG_SHA256_BYTES, out);
}

static int hash(int fd, const char *path, EVP_MD_CTX *context, unsigned char *buffer,
	uint64_t *out_bytes, const struct mg_stop *stop, struct mg_error *err)
{
	uint64_t total = 0;
	for (;;) {
		if (stop && stop->asked(stop->context))
			return mg_fail(err, MG_ECANCELLED, "stopped while reading %s", path);
		ssize_t n = pread(fd, buffer, CHUNK, (off_t)total);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return mg_fail(err, MG_EIO, "cannot read %s: %s", path, strerror(errno));
		if (n == 0)
			break;
		digest_add(context, buffer, (size_t)n);
		total += (uint64_t)n;
	}
	*out_bytes = total;
	return MG_OK;
}

int mg_fd_sha256(int fd, const char *path, char out[65], uint64_t *out_bytes,
	const struct mg_stop *stop, struct mg_error *err)
{
	uint64_t bytes = 0;
	unsigned char *buffer = malloc(CHUNK);
	if (!buffer)
		return mg_fail(err, MG_EIO, "cannot hash %s: out of memory", path);
	EVP_MD_CTX *context = digest_start();
	int code = hash(fd, path, context, buffer, &bytes, stop, err);
	free(buffer);
	if (code != MG_OK) {
		EVP_MD_CTX_free(context);
		return code;
	}
	digest_end(context, out);
	if (out_bytes)
		*out_bytes = bytes;
	return MG_OK;
}

int mg_file_sha256(const char *path, char out[65], uint64_t *out_bytes, const struct mg_stop *stop,
	struct mg_error *err)
{
	int code;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0) {
		code = mg_fail(err, errno == ENOENT || errno == ENOTDIR ? MG_ENOTFOUND : MG_EIO,
			"cannot read %s: %s", path, strerror(errno));
		goto done;
	}
	if (!S_ISREG(st.st_mode)) {
		code = mg_fail(err, MG_EIO, "cannot read %s: it is not a file", path);
		goto done;
	}
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	code = mg_fd_sha256(fd, path, out, out_bytes, stop, err);
done:
	if (fd >= 0)
		close(fd);
	return code;
}

void mg_sha256(const void *bytes, size_t len, char out[65])
{
	EVP_MD_CTX *context = digest_start();
	digest_add(context, bytes, len);
	digest_end(context, out);
}

void mg_sha256_twice(
	const void *bytes, size_t head, size_t len, char out_head[65], char out_all[65])
{
	EVP_MD_CTX *context = digest_start(), *both = EVP_MD_CTX_new();
	digest_add(context, bytes, head);
	if (!both || EVP_MD_CTX_copy_ex(both, context) != 1)
		mg_out_of_memory();
	digest_end(context, out_head);
	digest_add(both, (const char *)bytes + head, len - head);
	digest_end(both, out_all);
}

/* The key's block, with each byte changed by `pad`, and the bytes. */
static void keyed(const unsigned char key[BLOCK], unsigned char pad, const void *bytes, size_t len,
	unsigned char out[MG_SHA256_BYTES])
{
	unsigned char block[BLOCK];
	for (size_t i = 0; i < BLOCK; i++)
		block[i] = key[i] ^ pad;
	EVP_MD_CTX *context = digest_start();
	digest_add(context, block, BLOCK);
	digest_add(context, bytes, len);
	digest_take(context, out);
}

void mg_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
	unsigned char out[MG_SHA256_BYTES])
{
	unsigned char block[BLOCK] = {0}, inner[MG_SHA256_BYTES];
	if (key_len <= BLOCK) {
		memcpy(block, key, key_len);
	} else {
		EVP_MD_CTX *context = digest_start();
		digest_add(context, key, key_len);
		digest_take(context, block);
	}
	keyed(block, 0x36, bytes, len, inner);
	keyed(block, 0x5c, inner, sizeof(inner), out);
}
