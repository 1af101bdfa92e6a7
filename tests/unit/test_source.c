/* test_source.c: a file is opened once, and whatever happens to it later is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "input/source.h"

static char folder[] = "/tmp/source.XXXXXX";
static char data[64], other[64];

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

/* ---- what may happen to a file ---- */

static void nothing(void)
{
}

static void append(void)
{
	FILE *out = fopen(data, "a");
	assert_true(fputs("3,4\n", out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void overwrite_same_length(void)
{
	int fd = open(data, O_WRONLY);
	assert_int_equal(pwrite(fd, "9", 1, 4), 1);
	close(fd);
}

static void overwrite_and_set_mtime_back(void)
{
	struct stat st;
	assert_int_equal(stat(data, &st), 0);
	overwrite_same_length();
	const struct timespec times[] = {st.st_atim, st.st_mtim};
	assert_int_equal(utimensat(AT_FDCWD, data, times, 0), 0);
}

static void overwrite_by_mmap(void)
{
	int fd = open(data, O_RDWR);
	char *at = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(at != MAP_FAILED);
	at[4] = '9';
	assert_int_equal(munmap(at, 8), 0);
	close(fd);
}

static void cut_off(void)
{
	assert_int_equal(truncate(data, 4), 0);
}

static void replace(void)
{
	write_file(other, "a,b\n1,2\n");
	assert_int_equal(rename(other, data), 0);
}

static void take_away(void)
{
	assert_int_equal(unlink(data), 0);
}

static void lead_elsewhere(void)
{
	write_file(other, "a,b\n1,2\n");
	assert_int_equal(unlink(data), 0);
	assert_int_equal(symlink(other, data), 0);
}

static void every_change_is_seen(void **state)
{
	static const struct {
		void (*happens)(void);
		const char *said; /* NULL: all is well */
	} cases[] = {
		{nothing, NULL},
		{append, "its size changed"},
		{overwrite_same_length, "it was written to"},
		{overwrite_and_set_mtime_back, "it was written to"},
		{overwrite_by_mmap, "it was written to"},
		{cut_off, "its size changed"},
		{replace, "another file is in its place"},
		{take_away, "it is gone"},
		{lead_elsewhere, "another file is in its place"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mg_error err = {0};
		const struct mg_source_file *file = NULL, *again = NULL;
		unlink(data);
		write_file(data, "a,b\n1,2\n");
		struct mg_sources *sources = mg_sources_new();
		assert_int_equal(mg_source_open(sources, data, NULL, &file, &err), MG_OK);
		assert_int_equal(file->bytes, 8);
		cases[i].happens();
		int code = mg_sources_unchanged(sources, &err);
		if (!cases[i].said) {
			assert_int_equal(code, MG_OK);
		} else {
			assert_int_equal(code, MG_EIO);
			assert_non_null(strstr(err.text, "data changed while it was read: /tmp/"));
			if (!strstr(err.text, cases[i].said))
				fail_msg("%zu: %s", i, err.text);
		}
		assert_int_equal(mg_source_open(sources, data, NULL, &again, &err), MG_OK);
		assert_ptr_equal(file, again);
		mg_sources_free(sources);
	}
}

static void come_before(void)
{
	write_file(other, "a,b\n5,6\n");
	char before[80];
	snprintf(before, sizeof(before), "%s/a.csv", folder);
	assert_int_equal(rename(other, before), 0);
}

static void come_behind(void)
{
	write_file(other, "a,b\n5,6\n");
}

static void other_name(void)
{
	assert_int_equal(rename(data, other), 0);
}

/* What matches a pattern is what was opened, to the end. */
static void a_file_that_comes_is_seen(void **state)
{
	static const struct {
		void (*happens)(void);
		bool pattern;
		const char *said; /* NULL: all is well */
	} cases[] = {
		{nothing, true, NULL},
		{come_before, true, "/a.csv has come"},
		{come_behind, true, "/other.csv has come"},
		{come_behind, false, NULL},
		{take_away, true, "/data.csv is gone"},
		{other_name, true, "/data.csv is gone"},
		{lead_elsewhere, false, "another file is in its place"},
	};
	(void)state;
	char pattern[80], before[80];
	snprintf(pattern, sizeof(pattern), "%s/*.csv", folder);
	snprintf(before, sizeof(before), "%s/a.csv", folder);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mg_error err = {0};
		const char *const paths[] = {data};
		unlink(data);
		unlink(other);
		unlink(before);
		write_file(data, "a,b\n1,2\n");
		struct mg_sources *sources = mg_sources_new();
		mg_source_remember(sources,
			&(struct mg_source_lookup){.shown = "*.csv",
				.pattern = cases[i].pattern ? pattern : NULL,
				.paths = paths,
				.reals = paths,
				.count = 1});
		cases[i].happens();
		int code = mg_sources_unchanged(sources, &err);
		assert_int_equal(code, cases[i].said ? MG_EIO : MG_OK);
		if (cases[i].said && !strstr(err.text, cases[i].said))
			fail_msg("%zu: %s", i, err.text);
		mg_sources_free(sources);
	}
	unlink(before);
}

/* A write right after opening, when the clock of the file system has not ticked since the last. */
static void a_write_within_a_tick_is_seen(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		struct mg_error err = {0};
		const struct mg_source_file *file = NULL;
		write_file(data, "a,b\n1,2\n");
		struct mg_sources *sources = mg_sources_new();
		assert_int_equal(mg_source_open(sources, data, NULL, &file, &err), MG_OK);
		overwrite_same_length();
		assert_int_equal(mg_sources_unchanged(sources, &err), MG_EIO);
		mg_sources_free(sources);
	}
}

static void reading_ends_where_the_file_did(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_error err = {0};
	const struct mg_source_file *file = NULL;
	char buffer[16], *text = NULL;
	size_t len = 0;
	unlink(data);
	write_file(data, "a,b\n1,2\n");
	struct mg_sources *sources = mg_sources_new();
	assert_int_equal(mg_source_open(sources, data, NULL, &file, &err), MG_OK);
	append();
	assert_int_equal(mg_source_read(file, 4, buffer, sizeof(buffer), &len, &err), MG_OK);
	assert_int_equal(len, 4);
	assert_int_equal(mg_source_read(file, 8, buffer, sizeof(buffer), &len, &err), MG_OK);
	assert_int_equal(len, 0);
	assert_int_equal(mg_source_text(arena, file, 8, &text, &len, &err), MG_OK);
	assert_string_equal(text, "a,b\n1,2\n");
	assert_int_equal(mg_source_text(arena, file, 7, &text, &len, &err), MG_ELIMIT);
	cut_off();
	assert_int_equal(mg_source_read(file, 4, buffer, sizeof(buffer), &len, &err), MG_EIO);
	assert_non_null(strstr(err.text, "became shorter"));
	mg_sources_free(sources);
}

static void what_is_no_data_is_told(void **state)
{
	(void)state;
	struct mg_error err = {0};
	const struct mg_source_file *file = NULL;
	struct mg_sources *sources = mg_sources_new();
	unlink(data);
	assert_int_equal(mg_source_open(sources, data, NULL, &file, &err), MG_ENOTFOUND);
	assert_int_equal(mg_source_open(sources, folder, NULL, &file, &err), MG_EIO);
	assert_non_null(strstr(err.text, "a folder, not a file"));
	write_file(data, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
	assert_int_equal(mg_source_open(sources, data, NULL, &file, &err), MG_EIO);
	assert_non_null(strstr(err.text, "a Git LFS pointer, not the data"));
	assert_non_null(strstr(err.text, "lfs: true"));
	/* What could not be opened is tried again. */
	write_file(data, "a\n");
	assert_int_equal(mg_source_open(sources, data, NULL, &file, &err), MG_OK);
	mg_sources_free(sources);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_change_is_seen),
		cmocka_unit_test(a_file_that_comes_is_seen),
		cmocka_unit_test(a_write_within_a_tick_is_seen),
		cmocka_unit_test(reading_ends_where_the_file_did),
		cmocka_unit_test(what_is_no_data_is_told),
	};
	if (!mkdtemp(folder))
		return 1;
	snprintf(data, sizeof(data), "%s/data.csv", folder);
	snprintf(other, sizeof(other), "%s/other.csv", folder);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(data);
	unlink(other);
	return rmdir(folder) ? 1 : failed;
}
