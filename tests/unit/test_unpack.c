/* test_unpack.c: packed files come out whole, or not at all; each cut and each flipped bit is
 * seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "input/unpack.h"

static char folder[] = "/tmp/unpack.XXXXXX";

/* ---- packing ---- */

struct bytes {
	unsigned char at[1 << 16];
	size_t len;
};

static void add(struct bytes *to, const void *at, size_t len)
{
	assert_true(to->len + len <= sizeof(to->at));
	memcpy(to->at + to->len, at, len);
	to->len += len;
}

static void add_gzip(struct bytes *to, const char *text, int header_crc)
{
	z_stream z = {0};
	gz_header header = {.name = (Bytef *)"x.csv", .hcrc = header_crc};
	assert_int_equal(
		deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflateSetHeader(&z, &header), Z_OK);
	z.next_in = (Bytef *)text;
	z.avail_in = (uInt)strlen(text);
	z.next_out = to->at + to->len;
	z.avail_out = (uInt)(sizeof(to->at) - to->len);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->len = sizeof(to->at) - z.avail_out;
	deflateEnd(&z);
}

static void add_zstd(struct bytes *to, const char *text, int checksum)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum);
	size_t n = ZSTD_compress2(
		context, to->at + to->len, sizeof(to->at) - to->len, text, strlen(text));
	assert_false(ZSTD_isError(n));
	to->len += n;
	ZSTD_freeCCtx(context);
}

/* ---- reading ---- */

static int unpack(struct mg_arena *arena, const char *name, const struct bytes *bytes, size_t step,
	struct mg_text *out, struct mg_error *err)
{
	char *path = mg_path_join(arena, folder, name);
	unlink(path);
	assert_int_equal(mg_file_write(path, (const char *)bytes->at, bytes->len, err), MG_OK);
	struct mg_sources *sources = mg_sources_new();
	const struct mg_source_file *file = NULL;
	struct mg_unpack *unpack = NULL;
	char buffer[4096];
	size_t n = 1;
	int code = mg_source_open(sources, path, NULL, &file, err);
	if (code == MG_OK)
		code = mg_unpack_open(&unpack, file, err);
	while (code == MG_OK && n > 0) {
		code = mg_unpack_read(unpack, buffer, step, &n, err);
		if (code == MG_OK)
			mg_text_add_bytes(out, buffer, n);
	}
	mg_unpack_close(unpack);
	mg_sources_free(sources);
	return code;
}

static void expect_text(const char *name, const struct bytes *bytes, const char *expected)
{
	for (size_t step = 1; step <= 4096; step *= 64) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_error err = {0};
		struct mg_text out;
		mg_text_init(&out, arena);
		int code = unpack(arena, name, bytes, step, &out, &err);
		if (code != MG_OK)
			fail_msg("%s: %s", name, err.text);
		assert_string_equal(out.data, expected);
	}
}

static void expect_error(const char *name, const struct bytes *bytes, const char *part)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_error err = {0};
	struct mg_text out;
	mg_text_init(&out, arena);
	assert_int_equal(unpack(arena, name, bytes, 4096, &out, &err), MG_EIO);
	if (!strstr(err.text, part))
		fail_msg("'%s' says nothing of '%s'", err.text, part);
}

/* ---- tests ---- */

static void whole_files_come_out(void **state)
{
	(void)state;
	struct bytes plain = {0}, gzip = {0}, zstd = {0}, none = {0};
	add(&plain, "a,b\n1,2\n", 8);
	expect_text("plain.csv", &plain, "a,b\n1,2\n");
	expect_text("none.csv", &none, "");

	add_gzip(&gzip, "a,b\n", 1);
	add_gzip(&gzip, "", 0);
	add_gzip(&gzip, "1,2\n", 0);
	expect_text("three-members.csv.gz", &gzip, "a,b\n1,2\n");

	add(&zstd, "\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
	add_zstd(&zstd, "a,b\n", 1);
	add(&zstd, "\x5f\x2a\x4d\x18\x01\0\0\0x", 9);
	add_zstd(&zstd, "1,2\n", 0);
	expect_text("two-frames.csv.zst", &zstd, "a,b\n1,2\n");
}

static void every_cut_is_seen(void **state)
{
	(void)state;
	struct bytes gzip = {0}, zstd = {0};
	add_gzip(&gzip, "a,b\n1,2\n", 1);
	add_zstd(&zstd, "a,b\n1,2\n", 1);
	for (size_t len = 0; len < gzip.len; len++) {
		struct bytes cut = {0};
		add(&cut, gzip.at, len);
		expect_error("cut.csv.gz", &cut, len < 2 ? "not a gzip file" : "ends early");
	}
	for (size_t len = 0; len < zstd.len; len++) {
		struct bytes cut = {0};
		add(&cut, zstd.at, len);
		expect_error("cut.csv.zst", &cut, len < 4 ? "not a Zstandard file" : "ends early");
	}
}

/* Of a member's end: its CRC and its length; of a frame's: its checksum. */
static void every_wrong_checksum_is_seen(void **state)
{
	(void)state;
	struct bytes gzip = {0}, zstd = {0}, header = {0};
	add_gzip(&gzip, "a,b\n1,2\n", 0);
	add_zstd(&zstd, "a,b\n1,2\n", 1);
	for (size_t i = 1; i <= 8; i++) {
		struct bytes bad = gzip;
		bad.at[bad.len - i] ^= 1;
		expect_error("bad.csv.gz", &bad, i <= 4 ? "incorrect length" : "incorrect data");
	}
	for (size_t i = 1; i <= 4; i++) {
		struct bytes bad = zstd;
		bad.at[bad.len - i] ^= 1;
		expect_error("bad.csv.zst", &bad, "checksum");
	}
	add_gzip(&header, "a,b\n1,2\n", 1);
	header.at[12] ^= 1; /* in the name, which only the header's own CRC covers */
	expect_error("header.csv.gz", &header, "header crc mismatch");
}

static void nothing_may_follow_the_end(void **state)
{
	(void)state;
	struct bytes gzip = {0}, zstd = {0}, zeros = {0};
	add_gzip(&gzip, "a,b\n1,2\n", 0);
	zeros = gzip;
	add(&gzip, "trailing", 8);
	expect_error("behind.csv.gz", &gzip, "something else follows its end");
	add(&zeros, "\0\0\0\0\0\0\0\0", 8);
	expect_error("zeros.csv.gz", &zeros, "something else follows its end");
	add_zstd(&zstd, "a,b\n1,2\n", 1);
	add(&zstd, "trailing", 8);
	expect_error("behind.csv.zst", &zstd, "something else follows its end");
}

static void name_and_content_must_agree(void **state)
{
	(void)state;
	struct bytes gzip = {0}, zstd = {0}, plain = {0}, none = {0};
	add_gzip(&gzip, "a,b\n1,2\n", 0);
	add_zstd(&zstd, "a,b\n1,2\n", 0);
	add(&plain, "a,b\n1,2\n", 8);
	expect_error("gzip.csv", &gzip, "is a gzip file, though its name does not say so");
	expect_error("zstd.csv", &zstd, "is a Zstandard file, though its name does not say so");
	expect_error("gzip.csv.zst", &gzip, "is a gzip file");
	expect_error("plain.csv.gz", &plain, "is not a gzip file, though its name ends in .gz");
	expect_error("plain.csv.zst", &plain, "is not a Zstandard file");
	expect_error("none.csv.gz", &none, "empty (0 bytes)");
}

/* More than a chunk on both sides. */
static void large_files_come_out(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char *path = mg_path_join(arena, folder, "large.csv.gz");
	gzFile out = gzopen(path, "wb1");
	uint32_t random = 1;
	for (int i = 0; i < 400000; i++) {
		random = random * 1664525 + 1013904223;
		gzprintf(out, "%u\n", random);
	}
	assert_int_equal(gzclose(out), Z_OK);
	struct mg_sources *sources = mg_sources_new();
	const struct mg_source_file *file = NULL;
	struct mg_unpack *unpack = NULL;
	struct mg_error err = {0};
	assert_int_equal(mg_source_open(sources, path, NULL, &file, &err), MG_OK);
	assert_true(file->bytes > 1 << 20);
	assert_int_equal(mg_unpack_open(&unpack, file, &err), MG_OK);
	char *buffer = malloc(1 << 20);
	size_t n = 1, lines = 0;
	while (n > 0) {
		assert_int_equal(mg_unpack_read(unpack, buffer, 1 << 20, &n, &err), MG_OK);
		for (size_t i = 0; i < n; i++)
			lines += buffer[i] == '\n';
	}
	assert_int_equal(lines, 400000);
	free(buffer);
	mg_unpack_close(unpack);
	mg_sources_free(sources);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_files_come_out),
		cmocka_unit_test(every_cut_is_seen),
		cmocka_unit_test(every_wrong_checksum_is_seen),
		cmocka_unit_test(nothing_may_follow_the_end),
		cmocka_unit_test(name_and_content_must_agree),
		cmocka_unit_test(large_files_come_out),
	};
	if (!mkdtemp(folder))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	char command[64];
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) ? 1 : failed;
}
