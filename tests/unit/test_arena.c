/* test_arena.c: alignment, zeroing, growth, ownership, and a plain end when memory is out. */
/* wrap: malloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static int mallocs;
static bool malloc_fails;

void *__wrap_malloc(size_t size)
{
	mallocs++;
	return malloc_fails ? NULL : __real_malloc(size);
}

static void gives_zeroed_aligned_memory(void **state)
{
	(void)state;
	static const size_t sizes[] = {
		0, 1, 7, 16, 17, 100, 4000, 4096, 5000, 100000, 1 << 20, 3 << 20};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (int round = 0; round < 3; round++) {
		size_t total = 0;
		const char *last = NULL;
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			char *p = mg_alloc(arena, sizes[i]);
			assert_non_null(p);
			assert_ptr_not_equal(p, last);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t b = 0; b < sizes[i]; b++)
				assert_int_equal(p[b], 0);
			memset(p, 0xff, sizes[i]);
			last = p;
			total += sizes[i];
		}
		assert_int_equal(mg_arena_used(arena), total);
		mg_arena_reset(arena);
		assert_int_equal(mg_arena_used(arena), 0);
	}
}

static void asks_for_few_blocks(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	mallocs = 0;
	for (int i = 0; i < 100000; i++)
		mg_alloc(arena, 16);
	assert_in_range(mallocs, 1, 16);
	/* What had several blocks gets a single one of that size, which is used again from then on. */
	for (int round = 0; round < 3; round++) {
		mg_arena_reset(arena);
		mallocs = 0;
		for (int i = 0; i < 100000; i++)
			mg_alloc(arena, 16);
		assert_int_equal(mallocs, round == 0);
	}
}

static void grows_arrays(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	int *numbers = NULL;
	size_t capacity = 0;
	for (int i = 0; i < 1000; i++) {
		int *before = numbers;
		size_t was = capacity;
		numbers = mg_grow(arena, numbers, (size_t)i, &capacity, sizeof(*numbers));
		assert_true(capacity > (size_t)i);
		if ((size_t)i < was)
			assert_ptr_equal(numbers, before);
		numbers[i] = i;
	}
	assert_int_equal(capacity, 1024);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(numbers[i], i);
}

static void copies_text(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	static const struct {
		const char *text;
		size_t n;
		const char *expected;
	} cases[] = {{"abc", 2, "ab"}, {"abc", 3, "abc"}, {"abc", 99, "abc"},
		{"abc", SIZE_MAX, "abc"}, {"a\0c", 3, "a"}, {"", 5, ""}, {"abc", 0, ""}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
			mg_strndup(arena, cases[i].text, cases[i].n), cases[i].expected);
	const char unterminated[] = {'x', 'y'};
	assert_string_equal(mg_strndup(arena, unterminated, 2), "xy");
	assert_null(mg_strdup(arena, NULL));
	assert_null(mg_strndup(arena, NULL, 3));
	assert_string_equal(mg_printf(arena, "%s-%d-%.2f", "a", 5, 1.5), "a-5-1.50");
	char *long_text = mg_printf(arena, "%5000d", 7);
	assert_int_equal(strlen(long_text), 5000);
}

/* The leak checker of the dev preset sees what was not freed. */
static void frees_what_it_owns(void **state)
{
	(void)state;
	struct mg_arena *arena = mg_arena_new();
	for (int i = 0; i < 100; i++)
		assert_non_null(mg_arena_own(arena, malloc(10)));
	assert_null(mg_arena_own(arena, NULL));
	mg_arena_reset(arena);
	mg_arena_own(arena, malloc(10));
	mg_arena_free(arena);
	mg_arena_free(NULL);
}

/* What was in one lives in the other, and both go on. */
static void adopts_what_another_has(void **state)
{
	(void)state;
	struct mg_arena *small = mg_arena_new(), *all = mg_arena_new();
	char *kept[50], *own = mg_strdup(all, "of its own");
	for (int i = 0; i < 50; i++) {
		kept[i] = mg_printf(small, "%d", i);
		mg_alloc(small, (size_t)i * 1000);
		mg_arena_own(small, malloc(10));
		size_t before = mg_arena_used(all), more = mg_arena_used(small);
		mg_arena_adopt(all, small);
		assert_int_equal(mg_arena_used(small), 0);
		assert_int_equal(mg_arena_used(all), before + more);
		mg_arena_own(all, malloc(10));
		if (i % 3 == 0)
			mg_arena_reset(small);
	}
	mg_arena_free(small);
	for (int i = 0; i < 50; i++)
		assert_int_equal(strtol(kept[i], NULL, 10), i);
	assert_string_equal(own, "of its own");
	mallocs = 0;
	for (int i = 0; i < 100; i++)
		mg_alloc(all, 16);
	assert_true(mallocs <= 2); /* the block that is being filled stays that */
	struct mg_arena *empty = mg_arena_new(), *nothing = mg_arena_new();
	mg_arena_adopt(empty, nothing);
	mg_arena_adopt(empty, all);
	assert_string_equal(own, "of its own");
	mg_arena_free(all);
	mg_arena_free(nothing);
	mg_arena_free(empty);
}

static void want_too_much(struct mg_arena *arena)
{
	mg_alloc_array(arena, SIZE_MAX / 2, 3);
}

static void want_all(struct mg_arena *arena)
{
	mg_alloc(arena, SIZE_MAX);
}

static void want_a_block(struct mg_arena *arena)
{
	malloc_fails = true;
	mg_alloc(arena, 100000);
}

/* Runs in a child, which must end with the message and the status of what could not be measured. */
static void ends_plainly(void **state)
{
	(void)state;
	void (*const cases[])(struct mg_arena *) = {want_too_much, want_all, want_a_block};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ends[2];
		assert_int_equal(pipe(ends), 0);
		pid_t child = fork();
		if (child == 0) {
			dup2(ends[1], STDERR_FILENO);
			cases[i](mg_arena_new());
			_exit(0);
		}
		close(ends[1]);
		char text[256] = "";
		ssize_t n = read(ends[0], text, sizeof(text) - 1);
		close(ends[0]);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 3);
		assert_true(n > 0);
		assert_string_equal(text, "modelgate: out of memory\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(asks_for_few_blocks),
		cmocka_unit_test(grows_arrays),
		cmocka_unit_test(copies_text),
		cmocka_unit_test(frees_what_it_owns),
		cmocka_unit_test(adopts_what_another_has),
		cmocka_unit_test(ends_plainly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
