/* digest: SHA-256 of files and memory, by OpenSSL's libcrypto. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 17 /* stays in the cache */, DIGEST_BYTES = 32 };

static void to_hex(const unsigned char digest[DIGEST_BYTES], char out[65])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[64] = '\0';
}

static int hash_fd(int fd, const char *path, EVP_MD_CTX *context, unsigned char *buffer,
	uint64_t *out_bytes, const volatile sig_atomic_t *stop, struct mg_error *err)
{
	uint64_t total = 0;
	for (;;) {
		if (stop && *stop)
			return mg_fail(err, MG_ECANCELLED, "stopped while reading %s", path);
		ssize_t n = read(fd, buffer, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return mg_fail(err, MG_EIO, "cannot read %s: %s", path, strerror(errno));
		if (n == 0)
			break;
		if (EVP_DigestUpdate(context, buffer, (size_t)n) != 1)
			return mg_fail(err, MG_EIO, "cannot hash %s: libcrypto failed", path);
		total += (uint64_t)n;
	}
	*out_bytes = total;
	return MG_OK;
}

int mg_file_sha256(const char *path, char out[65], uint64_t *out_bytes,
	const volatile sig_atomic_t *stop, struct mg_error *err)
{
	int code;
	uint64_t bytes = 0;
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = NULL;
	unsigned char *buffer = NULL;

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

	context = EVP_MD_CTX_new();
	buffer = malloc(CHUNK);
	if (!context || !buffer || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
		code = mg_fail(err, MG_EIO, "cannot hash %s: libcrypto or memory failed", path);
		goto done;
	}
	code = hash_fd(fd, path, context, buffer, &bytes, stop, err);
	if (code != MG_OK)
		goto done;
	if (EVP_DigestFinal_ex(context, digest, NULL) != 1) {
		code = mg_fail(err, MG_EIO, "cannot hash %s: libcrypto failed", path);
		goto done;
	}
	to_hex(digest, out);
	if (out_bytes)
		*out_bytes = bytes;
done:
	EVP_MD_CTX_free(context);
	free(buffer);
	if (fd >= 0)
		close(fd);
	return code;
}

void mg_sha256(const void *bytes, size_t len, char out[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	if (EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL) != 1) {
		fprintf(stderr, "modelgate: libcrypto cannot compute SHA-256\n");
		abort();
	}
	to_hex(digest, out);
}
