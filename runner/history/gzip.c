/* gzip.c: packs by zlib, and unpacks at once by libdeflate, which is 2.5 times as fast. What that does not take, zlib
 * takes or says what is wrong with. */
#include "history/gzip.h"

#include <libdeflate.h>
#include <stdint.h>
#include <zlib.h>

#include "base/text.h"

enum {
	GZIP_ONLY = 16 + MAX_WBITS, /* deflateInit2, inflateInit2: gzip, and nothing else */
	GZIP_MEMORY = 8,
	SIZE_BYTES = 4,    /* at the end: how many bytes were packed, modulo 2^32 */
	LEAST_BYTES = 18,  /* of a gzip file */
	MOST_RATIO = 1032, /* deflate packs no better */
};

char *mg_gzip_pack(struct mg_arena *arena, const char *text, size_t len, size_t *out_len)
{
	z_stream z = {0};
	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_ONLY, GZIP_MEMORY,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		mg_out_of_memory();
	size_t room = deflateBound(&z, len);
	char *packed = mg_alloc(arena, room);
	z.next_in = (Bytef *)text;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)packed;
	z.avail_out = (uInt)room;
	int status = deflate(&z, Z_FINISH);
	*out_len = z.total_out;
	deflateEnd(&z);
	if (status != Z_STREAM_END)
		mg_out_of_memory();
	return packed;
}

/* What the file says of itself, where that can be. */
static bool said_size(const char *packed, size_t len, size_t max, size_t *out)
{
	if (len < LEAST_BYTES)
		return false;
	const unsigned char *end = (const unsigned char *)packed + len - SIZE_BYTES;
	*out = end[0] | (size_t)end[1] << 8 | (size_t)end[2] << 16 | (size_t)end[3] << 24;
	return *out <= max && *out / MOST_RATIO <= len;
}

static bool unpack_at_once(struct mg_arena *arena, const char *packed, size_t len, size_t max,
	char **out, size_t *out_len)
{
	size_t size = 0, taken = 0, made = 0;
	if (!said_size(packed, len, max, &size))
		return false;
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	if (!d)
		mg_out_of_memory();
	char *text = mg_alloc_unset(arena, size + 1);
	text[size] = '\0';
	enum libdeflate_result result = libdeflate_gzip_decompress_ex(
		d, packed, len, text, size, &taken, &made);
	libdeflate_free_decompressor(d);
	*out = text;
	*out_len = size;
	return result == LIBDEFLATE_SUCCESS && taken == len && made == size;
}

static int unpack_by_pieces(struct mg_arena *arena, const char *packed, size_t len, size_t max,
	char **out, size_t *out_len, struct mg_error *err)
{
	z_stream z = {.next_in = (Bytef *)packed, .avail_in = (uInt)len};
	struct mg_text text;
	char piece[1 << 16];
	int status = Z_OK;
	mg_text_init(&text, arena);
	if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
		mg_out_of_memory();
	while (status == Z_OK && text.len <= max) {
		z.next_out = (Bytef *)piece;
		z.avail_out = sizeof(piece);
		status = inflate(&z, Z_NO_FLUSH);
		mg_text_add_bytes(&text, piece, sizeof(piece) - z.avail_out);
	}
	bool rest = z.avail_in > 0;
	inflateEnd(&z);
	if (text.len > max)
		return mg_fail(err, MG_ELIMIT, "it unpacks to more than %s",
			mg_human_bytes(arena, (double)max));
	if (status != Z_STREAM_END)
		return mg_fail(err, MG_EIO,
			status == Z_BUF_ERROR ? "it is cut off: the gzip file has no end"
					      : "it is not a gzip file, or a damaged one");
	if (rest)
		return mg_fail(err, MG_EIO, "bytes follow its end");
	*out = text.data;
	*out_len = text.len;
	return MG_OK;
}

int mg_gzip_unpack(struct mg_arena *arena, const char *packed, size_t len, size_t max, char **out,
	size_t *out_len, struct mg_error *err)
{
	return unpack_at_once(arena, packed, len, max, out, out_len)
		? MG_OK
		: unpack_by_pieces(arena, packed, len, max, out, out_len, err);
}
