/* test_report_file.c: reports as files: read back and checked, or not there at all. */
/* wrap: xmlBufferCreate xmlNewTextWriterMemory xmlTextWriterEndDocument */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <libxml/xmlwriter.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "report/formats.h"
#include "report/write.h"
#include "sample_run.h"

/* ---- libxml2 without memory ---- */

static enum { NONE, BUFFER, WRITER, END } failing;

xmlBufferPtr __real_xmlBufferCreate(void);
xmlBufferPtr __wrap_xmlBufferCreate(void);
xmlBufferPtr __wrap_xmlBufferCreate(void)
{
	return failing == BUFFER ? NULL : __real_xmlBufferCreate();
}

xmlTextWriterPtr __real_xmlNewTextWriterMemory(xmlBufferPtr buffer, int compression);
xmlTextWriterPtr __wrap_xmlNewTextWriterMemory(xmlBufferPtr buffer, int compression);
xmlTextWriterPtr __wrap_xmlNewTextWriterMemory(xmlBufferPtr buffer, int compression)
{
	return failing == WRITER ? NULL : __real_xmlNewTextWriterMemory(buffer, compression);
}

int __real_xmlTextWriterEndDocument(xmlTextWriterPtr writer);
int __wrap_xmlTextWriterEndDocument(xmlTextWriterPtr writer);
int __wrap_xmlTextWriterEndDocument(xmlTextWriterPtr writer)
{
	return failing == END ? -1 : __real_xmlTextWriterEndDocument(writer);
}

struct place {
	struct mg_arena *arena;
	char folder[32];
	char *path;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	p->arena = mg_arena_new();
	memcpy(p->folder, "/tmp/mg-report-XXXXXX", 22);
	assert_non_null(mkdtemp(p->folder));
	p->path = mg_printf(p->arena, "%s/report", p->folder);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	unlink(p->path);
	assert_int_equal(rmdir(p->folder), 0); /* no temporary file was left */
	mg_arena_free(p->arena);
	free(p);
	return 0;
}

static void test_every_format_writes_what_it_says(void **state)
{
	struct place *p = *state;
	const struct mg_run *run = sample_rich(p->arena);
	for (size_t i = 0; mg_report_formats[i]; i++) {
		struct mg_error err = {0};
		struct mg_text want;
		char *got;
		size_t len;
		mg_text_init(&want, p->arena);
		assert_int_equal(
			mg_report_text(&want, mg_report_formats[i], run, NULL, &err), MG_OK);
		assert_int_equal(mg_report_file(mg_report_formats[i], p->path, run, &err), MG_OK);
		assert_int_equal(mg_file_read(p->arena, p->path, 1 << 20, &got, &len, &err), MG_OK);
		assert_int_equal(len, want.len);
		assert_memory_equal(got, want.data, len);
	}
}

static void test_no_memory_keeps_the_old_file(void **state)
{
	struct place *p = *state;
	struct mg_error err = {0};
	assert_int_equal(mg_file_write(p->path, "old", 3, &err), MG_OK);
	for (failing = BUFFER; failing <= END; failing++) {
		char *got;
		size_t len;
		assert_int_equal(
			mg_report_file(&mg_report_junit, p->path, sample_rich(p->arena), &err),
			MG_ELIMIT);
		assert_non_null(strstr(err.text, p->path));
		assert_int_equal(mg_file_read(p->arena, p->path, 100, &got, &len, &err), MG_OK);
		assert_string_equal(got, "old");
	}
	failing = NONE;
}

static const struct {
	const char *what, *with;
} lies[] = {
	{"<failure ", "<fallure "},
	{"</failure>", "</failure"},
	{" failures=\"1\"", " failures=\"2\""},
	{"<skipped ", "<skip "},
	{"<testsuite ", "<suite "},
	{"<testsuites ", "<tests "},
	{"<testcase ", "<test "},
	{"<system-out>", "<system-err>"},
	{" tests=\"6\"", " tests=\"-6\""},
};

/* What a reader would count otherwise than the run must be found out. */
static void test_junit_is_verified(void **state)
{
	struct place *p = *state;
	const struct mg_run *run = sample_rich(p->arena);
	struct mg_error err = {0};
	struct mg_text text;
	mg_text_init(&text, p->arena);
	assert_int_equal(mg_report_text(&text, &mg_report_junit, run, NULL, &err), MG_OK);
	for (size_t i = 0; i < COUNT(lies); i++) {
		const char *at = strstr(text.data, lies[i].what);
		assert_non_null(at);
		char *lie = mg_printf(p->arena, "%.*s%s%s", (int)(at - text.data), text.data,
			lies[i].with, at + strlen(lies[i].what));
		if (mg_report_junit.verify(lie, strlen(lie), run, &err) == MG_OK)
			fail_msg("not noticed: %s", lies[i].with);
	}
	const struct mg_run *other = sample_warned(p->arena);
	assert_int_equal(mg_report_junit.verify(text.data, text.len, other, &err), MG_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_every_format_writes_what_it_says, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_memory_keeps_the_old_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_junit_is_verified, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
