/* test_file.c: whole reads with a bound, replacement in one step under failures, digests, paths. */
/* wrap: write close fsync rename link */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- failures on demand: the call number `fail_at` (from 1) of one function fails ---- */

enum call {
	NONE,
	WRITE,
	WRITE_NOTHING,
	WRITE_SHORT,
	WRITE_INTERRUPTED,
	CLOSE,
	FSYNC,
	FSYNC_UNSUPPORTED,
	RENAME,
	LINK
};
static struct {
	enum call call;
	int fail_at, error, calls;
} plan;

static bool fails(enum call call)
{
	return plan.call == call && ++plan.calls == plan.fail_at;
}

ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	if (fails(WRITE) || fails(WRITE_INTERRUPTED)) {
		errno = plan.error;
		return -1;
	}
	if (fails(WRITE_NOTHING))
		return 0;
	if (fails(WRITE_SHORT))
		len = len / 2 + 1;
	return __real_write(fd, bytes, len);
}

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	int result = __real_close(fd);
	if (!fails(CLOSE))
		return result;
	errno = plan.error;
	return -1;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	if (!fails(FSYNC) && !fails(FSYNC_UNSUPPORTED))
		return __real_fsync(fd);
	errno = plan.error;
	return -1;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	if (!fails(RENAME))
		return __real_rename(from, to);
	errno = plan.error;
	return -1;
}

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
	if (!fails(LINK))
		return __real_link(from, to);
	errno = plan.error;
	return -1;
}

/* ---- a folder of its own for each test ---- */

static struct mg_arena *arena;
static char *folder;

static char *in_folder(const char *name)
{
	return mg_path_join(arena, folder, name);
}

static void write_plain(const char *path, const char *text)
{
	struct mg_error err;
	if (mg_file_write(path, text, strlen(text), &err) != MG_OK)
		fail_msg("%s", err.text);
}

static void expect_content(const char *path, const char *text)
{
	struct mg_error err;
	char *found;
	size_t len;
	if (mg_file_read(arena, path, 1 << 20, &found, &len, &err) != MG_OK)
		fail_msg("%s", err.text);
	assert_int_equal(len, strlen(text));
	assert_string_equal(found, text);
}

static size_t count_files(void)
{
	struct mg_error err;
	char **names;
	size_t count = 0;
	assert_int_equal(mg_path_glob(arena, in_folder("*"), 1000, &names, &count, &err), MG_OK);
	return count;
}

/* ---- tests ---- */

static void reads(void **state)
{
	(void)state;
	struct mg_error err;
	char *out;
	size_t len;
	const char *path = in_folder("x");
	static const size_t sizes[] = {0, 1, 2, 1000, 65535, 65536, 300000};
	for (size_t i = 0; i < LEN(sizes); i++) {
		char *bytes = mg_alloc(arena, sizes[i] + 1);
		for (size_t b = 0; b < sizes[i]; b++)
			bytes[b] = (char)(b * 31); /* NULs among them */
		assert_int_equal(mg_file_write(path, bytes, sizes[i], &err), MG_OK);
		assert_int_equal(mg_file_read(arena, path, sizes[i], &out, &len, &err), MG_OK);
		assert_int_equal(len, sizes[i]);
		assert_memory_equal(out, bytes, len + 1);
		if (sizes[i] > 0) {
			assert_int_equal(mg_file_read(arena, path, sizes[i] - 1, &out, &len, &err),
				MG_ELIMIT);
			assert_non_null(strstr(err.text, "larger than"));
		}
	}
	/* A file whose size is not known beforehand. */
	assert_int_equal(
		mg_file_read(arena, "/proc/self/status", 1 << 20, &out, &len, &err), MG_OK);
	assert_true(len > 100 && mg_starts_with(out, "Name:"));
	assert_int_equal(
		mg_file_read(arena, "/proc/self/status", 100, &out, &len, &err), MG_ELIMIT);
}

static void reads_standard_input(void **state)
{
	(void)state;
	struct mg_error err;
	char *out;
	size_t len;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	int saved = dup(STDIN_FILENO);
	dup2(ends[0], STDIN_FILENO);
	assert_int_equal(write(ends[1], "a\0b", 3), 3);
	close(ends[1]);
	int code = mg_file_read(arena, "-", 10, &out, &len, &err);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
	assert_int_equal(code, MG_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(out, "a\0b", 4);
}

static void refuses_to_read(void **state)
{
	(void)state;
	const char *pipe_path = in_folder("pipe");
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	const struct {
		const char *path;
		enum mg_code code;
		const char *says;
	} cases[] = {{in_folder("none"), MG_ENOTFOUND, "No such file"},
		{in_folder("none/x"), MG_ENOTFOUND, "No such file"},
		{folder, MG_EIO, "it is a folder"}, {pipe_path, MG_EIO, "device or pipe"},
		{"", MG_ENOTFOUND, "No such file"}};
	for (size_t i = 0; i < LEN(cases); i++) {
		struct mg_error err;
		char *out;
		size_t len;
		char hash[65];
		assert_int_equal(
			mg_file_read(arena, cases[i].path, 10, &out, &len, &err), cases[i].code);
		assert_non_null(strstr(err.text, cases[i].says));
		assert_non_null(strstr(err.text, cases[i].path));
		assert_int_equal(
			mg_file_sha256(cases[i].path, hash, NULL, NULL, &err), cases[i].code);
	}
}

static mode_t mode_of(const char *path)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void writes(void **state)
{
	(void)state;
	const char *path = in_folder("out");
	mode_t was = umask(027);
	write_plain(path, "one");
	umask(was);
	assert_int_equal(mode_of(path), 0640);
	assert_int_equal(chmod(path, 0600), 0);
	write_plain(path, "two");
	expect_content(path, "two");
	assert_int_equal(mode_of(path), 0600);

	write_plain(in_folder("a/b/c/deep"), "x");
	expect_content(in_folder("a/b/c/deep"), "x");

	/* A link stays a link, a device stays a device. */
	const char *link = in_folder("link");
	assert_int_equal(symlink("out", link), 0);
	write_plain(link, "three");
	expect_content(path, "three");
	struct stat st;
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	write_plain("/dev/null", "gone");
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(count_files(), 2);
}

static void refuses_to_write(void **state)
{
	(void)state;
	write_plain(in_folder("file"), "x");
	const struct {
		const char *path, *says;
	} cases[] = {{folder, "Is a directory"}, {in_folder("file/under"), "Not a directory"},
		{"", "No such file"}, {"/proc/none/x", "No such file"}};
	for (size_t i = 0; i < LEN(cases); i++) {
		struct mg_error err;
		assert_int_equal(mg_file_write(cases[i].path, "x", 1, &err), MG_EIO);
		assert_non_null(strstr(err.text, cases[i].says));
	}
}

static void survives_failures(void **state)
{
	(void)state;
	static const struct {
		enum call call;
		int fail_at, error;
		bool ok, replaced;
	} cases[] = {
		{WRITE, 1, ENOSPC, false, false},
		{WRITE_NOTHING, 1, 0, false, false},
		{WRITE_SHORT, 1, 0, true, true},
		{WRITE_INTERRUPTED, 1, EINTR, true, true},
		{CLOSE, 1, EIO, false, false},
		{CLOSE, 1, EINTR, true, true},
		{FSYNC, 1, EIO, false, false},
		{FSYNC_UNSUPPORTED, 1, EINVAL, true, true},
		{RENAME, 1, EACCES, false, false},
		/* the folder: the new content is there, but not surely after a crash */
		{FSYNC, 2, EIO, false, true},
	};
	const char *path = in_folder("kept");
	for (size_t i = 0; i < LEN(cases); i++) {
		struct mg_error err;
		write_plain(path, "old");
		plan.call = cases[i].call;
		plan.fail_at = cases[i].fail_at;
		plan.error = cases[i].error;
		plan.calls = 0;
		int code = mg_file_write(path, "new content", 11, &err);
		plan.call = NONE;
		assert_true(plan.calls >= plan.fail_at);
		assert_int_equal(code, cases[i].ok ? MG_OK : MG_EIO);
		if (!cases[i].ok)
			assert_non_null(
				strstr(err.text, strerror(cases[i].error ? cases[i].error : EIO)));
		expect_content(path, cases[i].replaced ? "new content" : "old");
		assert_int_equal(count_files(), 1); /* no temporary file stays */
	}
}

/* A name is taken once; whatever fails before it is taken leaves nothing. */
static void creates_once(void **state)
{
	(void)state;
	static const struct {
		enum call call;
		int fail_at, error;
		bool ok, there;
	} cases[] = {
		{NONE, 0, 0, true, true},
		{WRITE, 1, ENOSPC, false, false},
		{WRITE_SHORT, 1, 0, true, true},
		{CLOSE, 1, EIO, false, false},
		{FSYNC, 1, EIO, false, false},
		/* the folder: it is there, but not surely after a crash */
		{FSYNC, 2, EIO, false, true},
		/* shares without hard links */
		{LINK, 1, EPERM, true, true},
		/* another writer was faster, after we looked */
		{LINK, 1, EEXIST, true, false},
	};
	for (size_t i = 0; i < LEN(cases); i++) {
		struct mg_error err;
		bool made = false;
		const char *path = in_folder(mg_printf(arena, "new%zu", i));
		size_t before = count_files();
		plan.call = cases[i].call;
		plan.fail_at = cases[i].fail_at;
		plan.error = cases[i].error;
		plan.calls = 0;
		int code = mg_file_create(path, "first", 5, &made, &err);
		plan.call = NONE;
		assert_int_equal(code, cases[i].ok ? MG_OK : MG_EIO);
		assert_int_equal(made, cases[i].ok && cases[i].there);
		assert_int_equal(count_files(), before + cases[i].there); /* no temporary file */
		if (!cases[i].there)
			continue;
		assert_int_equal(mg_file_create(path, "second", 6, &made, &err), MG_OK);
		assert_false(made);
		expect_content(path, "first");
	}
}

/* Vectors: FIPS 180-2 appendix B. */
static void hashes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *hash;
	} cases[] = {{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"}};
	struct mg_error err;
	char hash[65];
	uint64_t bytes;
	const char *path = in_folder("x");
	for (size_t i = 0; i < LEN(cases); i++) {
		mg_sha256(cases[i].text, strlen(cases[i].text), hash);
		assert_string_equal(hash, cases[i].hash);
		write_plain(path, cases[i].text);
		assert_int_equal(mg_file_sha256(path, hash, &bytes, NULL, &err), MG_OK);
		assert_string_equal(hash, cases[i].hash);
		assert_int_equal(bytes, strlen(cases[i].text));
	}
	/* One million times "a": more than one block of a streamed read. */
	char *million = mg_alloc(arena, 3000000);
	memset(million, 'a', 3000000);
	mg_sha256(million, 1000000, hash);
	assert_string_equal(
		hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	char streamed[65];
	mg_sha256(million, 3000000, hash);
	assert_int_equal(mg_file_write(path, million, 3000000, &err), MG_OK);
	assert_int_equal(mg_file_sha256(path, streamed, &bytes, NULL, &err), MG_OK);
	assert_string_equal(streamed, hash);
	assert_int_equal(bytes, 3000000);
}

static void takes_paths_apart(void **state)
{
	(void)state;
	static const struct {
		const char *dir, *name, *joined;
	} joins[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {".", "b", "b"},
		{"", "b", "b"}, {"a", "/b", "/b"}, {"..", "b", "../b"}};
	for (size_t i = 0; i < LEN(joins); i++)
		assert_string_equal(
			mg_path_join(arena, joins[i].dir, joins[i].name), joins[i].joined);

	static const struct {
		const char *path, *dir, *base;
	} parts[] = {{"a/b", "a", "b"}, {"/a", "/", "a"}, {"a", ".", "a"}, {"", ".", ""},
		{"a//b", "a", "b"}, {"/a/b.c", "/a", "b.c"}, {"/", "/", ""}, {"a/b/", "a", ""},
		{"//a", "/", "a"}};
	for (size_t i = 0; i < LEN(parts); i++) {
		assert_string_equal(mg_path_dir(arena, parts[i].path), parts[i].dir);
		assert_string_equal(mg_path_base(parts[i].path), parts[i].base);
	}

	static const struct {
		const char *path, *dir;
		bool inside;
	} inside[] = {{"/a/b", "/a", true}, {"/a", "/a", true}, {"/ab", "/a", false},
		{"/", "/", true}, {"/a", "/", true}, {"/a", "/a/b", false}, {"/a/b", "/a/", true}};
	for (size_t i = 0; i < LEN(inside); i++)
		assert_int_equal(mg_path_inside(inside[i].path, inside[i].dir), inside[i].inside);
}

static void finds_real_paths(void **state)
{
	(void)state;
	struct mg_error err;
	char *real, *real_folder;
	write_plain(in_folder("x"), "");
	assert_int_equal(symlink("x", in_folder("link")), 0);
	assert_int_equal(symlink("loop", in_folder("loop")), 0);
	assert_int_equal(mg_path_real(arena, folder, &real_folder, &err), MG_OK);
	assert_int_equal(mg_path_real(arena, in_folder("./link"), &real, &err), MG_OK);
	assert_string_equal(real, mg_path_join(arena, real_folder, "x"));
	assert_int_equal(mg_path_real(arena, in_folder("none"), &real, &err), MG_ENOTFOUND);
	assert_int_equal(mg_path_real(arena, in_folder("loop"), &real, &err), MG_EIO);
	assert_true(mg_file_exists(in_folder("x")) && mg_file_exists(folder));
	assert_false(mg_file_exists(in_folder("none")));
}

static void globs(void **state)
{
	(void)state;
	struct mg_error err;
	char **found;
	size_t count = 9;
	static const char *const names[] = {"b.csv", "a.csv", "c.txt", "sub/d.csv"};
	for (size_t i = 0; i < LEN(names); i++)
		write_plain(in_folder(names[i]), "");
	assert_int_equal(mg_path_glob(arena, in_folder("*.csv"), 10, &found, &count, &err), MG_OK);
	assert_int_equal(count, 2);
	assert_string_equal(mg_path_base(found[0]), "a.csv");
	assert_string_equal(mg_path_base(found[1]), "b.csv");
	assert_int_equal(
		mg_path_glob(arena, in_folder("*/*.csv"), 10, &found, &count, &err), MG_OK);
	assert_int_equal(count, 1);
	assert_int_equal(mg_path_glob(arena, in_folder("*"), 10, &found, &count, &err), MG_OK);
	assert_int_equal(count, 3); /* not the folder */
	assert_int_equal(mg_path_glob(arena, in_folder("*"), 2, &found, &count, &err), MG_ELIMIT);
	assert_int_equal(mg_path_glob(arena, in_folder("*.none"), 10, &found, &count, &err), MG_OK);
	assert_int_equal(count, 0);
	assert_int_equal(mg_path_glob(arena, in_folder("none/*"), 10, &found, &count, &err), MG_OK);
	assert_int_equal(count, 0);
}

static int make_folder(void **state)
{
	(void)state;
	arena = mg_arena_new();
	const char *base = getenv("TMPDIR");
	folder = mg_printf(arena, "%s/test_file.XXXXXX", base ? base : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	char *command = mg_printf(arena, "rm -rf '%s'", folder);
	int result = system(command);
	mg_arena_free(arena);
	return result;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads),
		TEST(reads_standard_input),
		TEST(refuses_to_read),
		TEST(writes),
		TEST(refuses_to_write),
		TEST(survives_failures),
		TEST(creates_once),
		TEST(hashes),
		TEST(takes_paths_apart),
		TEST(finds_real_paths),
		TEST(globs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
