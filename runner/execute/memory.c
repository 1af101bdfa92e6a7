/* memory.c: what the plan's queries are expected to take, in words: for `--dump plan`, and as warnings of what
 * --memory will not hold. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "execute/derive.h"
#include "execute/execute.h"

/* The process with its engine, beside what --memory is about. Measured: 56 MB with two threads. */
#define PROGRAM_BYTES UINT64_C(56000000)

struct estimate {
	struct mg_memory *queries; /* in order of the plan's */
	uint64_t bytes;            /* of all at their most, beside the program */
	size_t unknown;            /* queries of which nothing is known */
};

static int more_first(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return a < b ? 1 : a > b ? -1 : 0;
}

/* Bytes of datasets that are kept for the queries over them. */
static uint64_t kept(const struct mg_plan *plan, const struct mg_memory *queries)
{
	uint64_t bytes = 0;
	for (size_t d = 0; d < plan->spec->data_count; d++) {
		size_t passes = 0;
		const struct mg_memory *one = NULL;
		for (size_t i = 0; i < plan->query_count; i++)
			if (queries[i].kept &&
				plan->queries[i]->source.data == &plan->spec->data[d]) {
				one = &queries[i];
				passes++;
			}
		bytes += one && passes >= one->kept_from ? one->kept : 0;
	}
	return bytes;
}

/* Rows are decoded by the engine's threads, whoever asks; what is held adds up for queries that run at once. */
static void estimate(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_session *session, int at_once,
	struct estimate *out)
{
	uint64_t reading = 0;
	uint64_t *held = mg_alloc_array(arena, plan->query_count, sizeof(*held));
	*out = (struct estimate){
		.queries = mg_alloc_array(arena, plan->query_count, sizeof(*out->queries))};
	for (size_t i = 0; i < plan->query_count; i++) {
		struct mg_memory *m = &out->queries[i];
		if (mg_derive_from(plan, i) != SIZE_MAX)
			continue;
		struct mg_error ignored = {0}; /* it will be told when the query runs */
		if (ops->memory(session, plan->queries[i], arena, m, &ignored) != MG_OK)
			*m = (struct mg_memory){0};
		out->unknown += !m->known;
		reading = m->reading > reading ? m->reading : reading;
		held[i] = m->held;
	}
	if (plan->query_count)
		qsort(held, plan->query_count, sizeof(*held), more_first);
	out->bytes = reading + kept(plan, out->queries);
	for (size_t i = 0; i < plan->query_count && i < (size_t)at_once; i++)
		out->bytes += held[i];
}

static int estimate_with(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine, int at_once,
	struct estimate *out, struct mg_error *err)
{
	struct mg_session *session = NULL;
	MG_TRY(ops->session_open(&session, engine, err));
	estimate(arena, plan, ops, session, at_once, out);
	ops->session_close(session);
	return MG_OK;
}

/* A name, and how many there are besides. */
static const char *checks_of(struct mg_arena *arena, const struct mg_plan *plan, size_t query)
{
	const char *first = NULL;
	size_t count = 0;
	for (size_t i = 0; i < plan->check_count; i++)
		for (size_t k = 0; k < plan->checks[i]->need_count; k++)
			if (plan->checks[i]->needs[k].query == query) {
				first = first ? first : plan->checks[i]->name;
				count++;
				break;
			}
	return count > 1 ? mg_printf(arena, "%s and %zu more", first, count - 1) : first;
}

/* Decimal, as --memory has it. */
static const char *megabytes(struct mg_arena *arena, uint64_t bytes)
{
	uint64_t size = (bytes + 500000) / 1000000;
	return mg_printf(arena, "%llu MB", (unsigned long long)size);
}

/* For --memory: at least so much, as a round number. */
static const char *round_size(struct mg_arena *arena, uint64_t bytes)
{
	uint64_t step = 10, size = bytes / 1000000;
	while (size / step >= 100)
		step *= 10;
	size = (size / step + 1) * step;
	return mg_printf(arena, "%lluMB", (unsigned long long)size);
}

char *mg_memory_text(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine, int at_once)
{
	struct estimate e;
	struct mg_error err = {0};
	struct mg_text text;
	mg_text_init(&text, arena);
	if (!ops->memory)
		return text.data;
	if (estimate_with(arena, plan, ops, engine, at_once, &e, &err) != MG_OK)
		return mg_printf(arena, "\nmemory: not known: %s\n", err.text);
	mg_text_addf(&text, "\nmemory: about %s, with the program's own %s%s\n",
		megabytes(arena, e.bytes + PROGRAM_BYTES), megabytes(arena, PROGRAM_BYTES),
		e.unknown ? ", and of some queries nothing is known" : "");
	for (size_t i = 0; i < plan->query_count; i++)
		if (e.queries[i].held)
			mg_text_addf(&text, "  query %zu: %s, %s\n", i + 1,
				megabytes(arena, e.queries[i].held), e.queries[i].what);
	return text.data;
}

static const char *warning(struct mg_arena *arena, const struct mg_plan *plan, size_t query,
	const struct mg_memory *m, uint64_t limit)
{
	const char *checks = checks_of(arena, plan, query);
	bool held = m->what && m->reading <= limit;
	return mg_printf(arena,
		"%s: %s take about %s; with --memory %s %s; --memory %s is expected to hold them "
		"at once",
		checks ? checks : "a check", held ? m->what : "the rows that are read at a time",
		megabytes(arena, held ? m->held : m->reading), megabytes(arena, limit),
		held && m->otherwise ? m->otherwise : "the query may fail",
		round_size(arena, m->enough));
}

int mg_memory_warn(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine, uint64_t limit,
	void (*warn)(void *context, const char *text), void *context, struct mg_error *err)
{
	enum { MOST_WARNINGS = 10 };
	struct estimate e;
	size_t count = 0;
	if (!ops->memory || !warn)
		return MG_OK;
	MG_TRY(estimate_with(arena, plan, ops, engine, 1, &e, err));
	for (size_t i = 0; i < plan->query_count; i++) {
		if (e.queries[i].enough <= limit)
			continue;
		if (count++ < MOST_WARNINGS)
			warn(context, warning(arena, plan, i, &e.queries[i], limit));
	}
	if (count > MOST_WARNINGS)
		warn(context,
			mg_printf(arena,
				"%zu more queries may need more than --memory %s holds; --dump "
				"plan has what each takes",
				count - MOST_WARNINGS, megabytes(arena, limit)));
	return MG_OK;
}
