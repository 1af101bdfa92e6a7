/* digest: SHA-256 of files and memory, by OpenSSL's libcrypto.
 *
 * By its functions from before 3.0, which are the same code: those for any digest first start the
 * whole library (configuration, providers), which takes longer than all else that a small run does
 * itself. */
#define OPENSSL_API_COMPAT 10100
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 17 /* stays in the cache */ };

static void to_hex(const unsigned char digest[SHA256_DIGEST_LENGTH], char out[65])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[64] = '\0';
}

static int hash(int fd, const char *path, SHA256_CTX *context, unsigned char *buffer,
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
		SHA256_Update(context, buffer, (size_t)n);
		total += (uint64_t)n;
	}
	*out_bytes = total;
	return MG_OK;
}

int mg_fd_sha256(int fd, const char *path, char out[65], uint64_t *out_bytes,
	const struct mg_stop *stop, struct mg_error *err)
{
	uint64_t bytes = 0;
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX context;
	unsigned char *buffer = malloc(CHUNK);
	if (!buffer)
		return mg_fail(err, MG_EIO, "cannot hash %s: memory is out", path);
	SHA256_Init(&context);
	int code = hash(fd, path, &context, buffer, &bytes, stop, err);
	free(buffer);
	MG_TRY(code);
	SHA256_Final(digest, &context);
	to_hex(digest, out);
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
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX context;
	SHA256_Init(&context);
	SHA256_Update(&context, bytes, len);
	SHA256_Final(digest, &context);
	to_hex(digest, out);
}
