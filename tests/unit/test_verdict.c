/* test_verdict.c: a verdict is a fold over where limits stand. Checks made at random: one more
 * limit never makes a verdict better, order changes nothing, and narrower bounds (more memory)
 * decide what was open and change nothing else. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "judge/judging.h"

enum { ROUNDS = 4000, RANKS = MG_ERROR + 1 };

static uint64_t seed = 20261130;

static unsigned pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static const enum mg_verdict rank[RANKS] = {MG_SKIP, MG_PASS, MG_WARN, MG_FAIL, MG_ERROR};

static size_t rank_of(enum mg_verdict verdict)
{
	size_t i = 0;
	while (rank[i] != verdict)
		i++;
	return i;
}

static struct mg_limit a_limit(void)
{
	static const enum mg_limit_op ops[] = {
		MG_MIN, MG_MAX, MG_ABOVE, MG_BELOW, MG_MAX_DROP, MG_MAX_RISE, MG_MAX_CHANGE};
	enum mg_limit_op op = ops[pick(sizeof(ops) / sizeof(ops[0]))];
	bool relative = op >= MG_MAX_DROP;
	return (struct mg_limit){.op = op,
		.value = relative ? pick(5) / 10.0 : pick(9) / 8.0,
		.of_baseline = relative && pick(2)};
}

/* A check with its value; the same one again and again, with other limits. */
struct world {
	struct mg_arena *arena;
	struct mg_check_kind kind;
	struct mg_spec_check spec;
	struct mg_case one;
};

static struct world a_world(struct mg_arena *arena)
{
	double value = pick(9) / 8.0, width = pick(2) ? 0 : (1 + pick(3)) / 16.0;
	struct world w = {.arena = arena};
	w.kind = (struct mg_check_kind){.name = "k", .better = (enum mg_better)pick(3)};
	w.spec = (struct mg_spec_check){.severity = (enum mg_severity)pick(2),
		.baseline = {
			.kind = MG_BASELINE_DUMMY, .missing = (enum mg_baseline_missing)pick(3)}};
	w.one.value = (struct mg_value){.value = value,
		.lo = value - width,
		.hi = value + width,
		.interval_lo = NAN,
		.interval_hi = NAN,
		.effect = NAN,
		.dummy = pick(2) ? NAN : pick(9) / 8.0};
	return w;
}

static enum mg_verdict judge(const struct world *w)
{
	struct mg_check check = {.spec = &w->spec, .kind = &w->kind};
	struct mg_judging j = {.arena = w->arena};
	struct mg_result r = {.name = "s/k",
		.kind = "k",
		.unit = "",
		.better = "",
		.severity = w->spec.severity,
		.measured = true,
		.value = w->one.value.value,
		.interval_lo = NAN,
		.interval_hi = NAN};
	const char *why = NULL;
	bool broken = false;
	struct mg_case one = w->one;
	one.check = &check;
	return mg_judge_value(&j, &r, &one, &why, &broken);
}

static void fill(struct world *w, const struct mg_limit *list, const bool *warns, size_t count)
{
	w->spec.limits.count = w->spec.warn.count = 0;
	for (size_t i = 0; i < count; i++) {
		struct mg_limits *to = warns[i] ? &w->spec.warn : &w->spec.limits;
		to->list[to->count++] = list[i];
	}
}

static void test_random_checks(void **state)
{
	(void)state;
	size_t seen[RANKS] = {0};
	for (size_t round = 0; round < ROUNDS; round++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct world w = a_world(arena);
		struct mg_limit list[4], turned[4];
		bool warns[4], turned_warns[4];
		size_t count = 1 + pick(4);
		for (size_t i = 0; i < count; i++) {
			list[i] = turned[count - 1 - i] = a_limit();
			warns[i] = turned_warns[count - 1 - i] = pick(3) == 0;
		}
		enum mg_verdict before = MG_SKIP;
		for (size_t n = 1; n <= count; n++) {
			fill(&w, list, warns, n);
			enum mg_verdict verdict = judge(&w);
			if (rank_of(verdict) < rank_of(before))
				fail_msg("round %zu: limit %zu made it better", round, n);
			before = verdict;
		}
		fill(&w, turned, turned_warns, count);
		assert_int_equal(judge(&w), before);
		seen[rank_of(before)]++;
		w.one.value.lo = w.one.value.hi = w.one.value.value;
		enum mg_verdict exact = judge(&w);
		if (before != MG_ERROR && exact != before)
			fail_msg("round %zu: more memory changed a verdict", round);
	}
	for (size_t i = 0; i < RANKS; i++)
		assert_true(seen[i] > 20);
}

/* Whatever may be missing: nothing but a limit without a baseline is worth less for it. */
static void test_the_table(void **state)
{
	(void)state;
	for (int severity = 0; severity <= MG_SEVERITY_WARN; severity++) {
		for (int missing = 0; missing <= MG_MISSING_SKIP; missing++) {
			enum mg_verdict worth[4];
			for (int s = 0; s < 4; s++)
				worth[s] = mg_limit_worth((enum mg_limit_state)s,
					(enum mg_severity)severity,
					(enum mg_baseline_missing)missing);
			assert_int_equal(worth[MG_HELD], MG_PASS);
			assert_int_equal(
				worth[MG_BROKEN], severity == MG_SEVERITY_WARN ? MG_WARN : MG_FAIL);
			assert_int_equal(worth[MG_OPEN], MG_ERROR);
			assert_int_equal(worth[MG_LACKING],
				missing == MG_MISSING_ERROR          ? MG_ERROR
					: missing == MG_MISSING_PASS ? MG_PASS
								     : MG_SKIP);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table),
		cmocka_unit_test(test_random_checks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
