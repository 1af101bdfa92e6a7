/* unpack.c: gzip by zlib, Zstandard by libzstd, and plain bytes, all read alike. */
#include "input/unpack.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/text.h"

enum {
	CHUNK = 1 << 18,
	MAGIC = 4,
	GZIP_ONLY = 16 + MAX_WBITS, /* inflateInit2: a gzip header must stand, nothing else may */
};

struct mg_unpack {
	const struct mg_source_file *file;
	uint64_t offset; /* of what comes after `packed` */
	bool inside;     /* of a member or frame, which is not whole yet */
	bool one_ended;  /* a member or frame; what comes now may be another */
	bool failed;
	z_stream gzip;
	ZSTD_DStream *zstd;
	ZSTD_inBuffer packed; /* what was read and not unpacked yet, for both */
	unsigned char buffer[CHUNK];
};

/* ---- what a file is ---- */

static const struct {
	enum mg_packing packing;
	const char *name, *suffix, *magic;
	size_t magic_len;
} packings[] = {
	{MG_PACKING_GZIP, "gzip", ".gz", "\x1f\x8b", 2},
	{MG_PACKING_ZSTD, "Zstandard", ".zst", "\x28\xb5\x2f\xfd", 4},
};
enum { PACKINGS = sizeof(packings) / sizeof(*packings) };

static const char *name_of(enum mg_packing packing)
{
	for (size_t i = 0; i < PACKINGS; i++)
		if (packings[i].packing == packing)
			return packings[i].name;
	return "plain";
}

/* A frame that is to be skipped may come first: 0x184D2A50 to 5F. */
static bool is_skippable(const unsigned char *at, size_t len)
{
	return len >= MAGIC && at[0] >> 4 == 5 && memcmp(at + 1, "\x2a\x4d\x18", 3) == 0;
}

static int check_magic(const struct mg_source_file *file, struct mg_error *err)
{
	unsigned char start[MAGIC];
	size_t len = 0, n = 1;
	for (; n > 0 && len < MAGIC; len += n)
		MG_TRY(mg_source_read(file, len, start + len, MAGIC - len, &n, err));
	for (size_t i = 0; i < PACKINGS; i++) {
		bool named = file->packing == packings[i].packing;
		bool is = len >= packings[i].magic_len &&
			memcmp(start, packings[i].magic, packings[i].magic_len) == 0;
		if (packings[i].packing == MG_PACKING_ZSTD && named)
			is = is || is_skippable(start, len);
		if (named && !is)
			return mg_fail(err, MG_EIO,
				"%s is not a %s file, though its name ends in %s%s", file->shown,
				packings[i].name, packings[i].suffix,
				len == 0 ? ": it is empty (0 bytes)" : "");
		if (is && !named)
			return mg_fail(err, MG_EIO,
				"%s is a %s file, though its name does not say so; name it with "
				"%s at the end",
				file->shown, packings[i].name, packings[i].suffix);
	}
	return MG_OK;
}

/* ---- open and close ---- */

int mg_unpack_open(struct mg_unpack **out, const struct mg_source_file *file, struct mg_error *err)
{
	MG_TRY(check_magic(file, err));
	struct mg_unpack *unpack = calloc(1, sizeof(*unpack));
	bool ready = unpack != NULL;
	if (ready && file->packing == MG_PACKING_GZIP)
		ready = inflateInit2(&unpack->gzip, GZIP_ONLY) == Z_OK;
	if (ready && file->packing == MG_PACKING_ZSTD)
		ready = (unpack->zstd = ZSTD_createDStream()) != NULL;
	if (!ready) {
		free(unpack);
		return mg_fail(err, MG_EIO, "cannot read %s: out of memory", file->shown);
	}
	unpack->file = file;
	unpack->packed.src = unpack->buffer;
	*out = unpack;
	return MG_OK;
}

void mg_unpack_close(struct mg_unpack *unpack)
{
	if (!unpack)
		return;
	if (unpack->file->packing == MG_PACKING_GZIP)
		inflateEnd(&unpack->gzip);
	ZSTD_freeDStream(unpack->zstd);
	free(unpack);
}

/* ---- reading ---- */

/* something_else: what was read is no start of a member or frame. */
static int damaged(
	struct mg_unpack *unpack, const char *why, bool something_else, struct mg_error *err)
{
	if (something_else && unpack->one_ended)
		why = "something else follows its end,";
	return mg_fail(err, MG_EIO, "%s is damaged: %s near byte %llu", unpack->file->shown, why,
		(unsigned long long)(unpack->offset - (unpack->packed.size - unpack->packed.pos)));
}

/* Sees to it that something is to be unpacked, unless the file has come to its end. */
static int refill(struct mg_unpack *unpack, struct mg_error *err)
{
	if (unpack->packed.pos < unpack->packed.size)
		return MG_OK;
	unpack->packed.pos = unpack->packed.size = 0;
	MG_TRY(mg_source_read(
		unpack->file, unpack->offset, unpack->buffer, CHUNK, &unpack->packed.size, err));
	unpack->offset += unpack->packed.size;
	return MG_OK;
}

static int inflate_some(
	struct mg_unpack *unpack, void *buffer, size_t most, size_t *out_len, struct mg_error *err)
{
	z_stream *z = &unpack->gzip;
	if (!unpack->inside && inflateReset(z) != Z_OK)
		return damaged(unpack, "it cannot be unpacked", false, err);
	z->next_in = unpack->buffer + unpack->packed.pos;
	z->avail_in = (uInt)(unpack->packed.size - unpack->packed.pos);
	z->next_out = buffer;
	z->avail_out = most < UINT_MAX ? (uInt)most : UINT_MAX;
	uInt room = z->avail_out;
	int result = inflate(z, Z_NO_FLUSH);
	unpack->packed.pos = unpack->packed.size - z->avail_in;
	*out_len = room - z->avail_out;
	unpack->inside = result != Z_STREAM_END;
	if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR)
		return MG_OK;
	return damaged(
		unpack, z->msg ? z->msg : "it cannot be unpacked", z->total_in <= MAGIC, err);
}

static int decompress_some(
	struct mg_unpack *unpack, void *buffer, size_t most, size_t *out_len, struct mg_error *err)
{
	ZSTD_outBuffer to = {.dst = buffer, .size = most};
	size_t result = ZSTD_decompressStream(unpack->zstd, &to, &unpack->packed);
	*out_len = to.pos;
	if (ZSTD_isError(result))
		return damaged(unpack, ZSTD_getErrorName(result),
			ZSTD_getErrorCode(result) == ZSTD_error_prefix_unknown, err);
	unpack->inside = result != 0;
	return MG_OK;
}

static int read_some(
	struct mg_unpack *unpack, void *buffer, size_t most, size_t *out_len, struct mg_error *err)
{
	*out_len = 0;
	if (unpack->file->packing == MG_PACKING_NONE) {
		MG_TRY(mg_source_read(unpack->file, unpack->offset, buffer, most, out_len, err));
		unpack->offset += *out_len;
		return MG_OK;
	}
	bool gzip = unpack->file->packing == MG_PACKING_GZIP;
	while (most > 0 && *out_len == 0) {
		MG_TRY(refill(unpack, err));
		bool ended = unpack->packed.size == 0, inside = unpack->inside;
		if (ended && !inside)
			return MG_OK;
		MG_TRY((gzip ? inflate_some : decompress_some)(unpack, buffer, most, out_len, err));
		/* What was held back may still come when no more goes in. */
		unpack->one_ended = unpack->one_ended || !unpack->inside;
		if (ended && *out_len == 0 && unpack->inside)
			return mg_fail(err, MG_EIO, "%s ends early: it is not a whole %s file",
				unpack->file->shown, name_of(unpack->file->packing));
	}
	return MG_OK;
}

int mg_unpack_read(
	struct mg_unpack *unpack, void *buffer, size_t most, size_t *out_len, struct mg_error *err)
{
	if (unpack->failed)
		return mg_fail(err, MG_EIO, "%s cannot be read", unpack->file->shown);
	int code = read_some(unpack, buffer, most, out_len, err);
	unpack->failed = code != MG_OK;
	return code;
}
