/* formula.c: arithmetic on the values of a frequency table, a block of them at a time. */
#include "execute/formula.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"

/* Few enough that the blocks of all steps stay in the cache. */
enum { BLOCK = 256, LANES = 8 };

struct mg_step {
	bool constant;
	double real;
	enum mg_fn fn;
	size_t args[MG_FORMULA_ARGS], arg_count;
};

/* ---- making one ---- */

static bool same_step(const struct mg_step *a, const struct mg_step *b)
{
	/* not a == b: 0 and -0 are two constants, and NaN is one */
	return a->constant == b->constant && a->fn == b->fn && a->arg_count == b->arg_count &&
		memcmp(&a->real, &b->real, sizeof(a->real)) == 0 &&
		memcmp(a->args, b->args, sizeof(a->args)) == 0;
}

static size_t add_step(struct mg_formula *f, const struct mg_step *step)
{
	for (size_t i = 1; i < f->count; i++)
		if (same_step(&f->steps[i], step))
			return i;
	f->steps = mg_grow(f->arena, f->steps, f->count, &f->capacity, sizeof(*f->steps));
	f->steps[f->count] = *step;
	return f->count++;
}

void mg_formula_init(struct mg_formula *f, struct mg_arena *arena)
{
	*f = (struct mg_formula){.arena = arena};
	add_step(f, &(struct mg_step){0});
}

size_t mg_formula_constant(struct mg_formula *f, double x)
{
	return add_step(f, &(struct mg_step){.constant = true, .real = x});
}

size_t mg_formula_call(struct mg_formula *f, enum mg_fn fn, const size_t *args, size_t arg_count)
{
	assert(arg_count <= MG_FORMULA_ARGS);
	struct mg_step step = {.fn = fn, .arg_count = arg_count};
	memcpy(step.args, args, arg_count * sizeof(*args));
	return add_step(f, &step);
}

/* ---- one block ---- */

/* Loops of a fixed length without branches, so that compilers use vectors. */
#define EACH(expression)                                                                           \
	for (size_t i = 0; i < BLOCK; i++)                                                         \
	out[i] = (expression)

static void run_step(const struct mg_step *step, double (*blocks)[BLOCK], double *out)
{
	const double *a = blocks[step->args[0]], *b = blocks[step->args[1]],
		     *c = blocks[step->args[2]];
	switch (step->fn) {
	case MG_FN_NOT:
		EACH(1 - a[i]);
		break;
	case MG_FN_AND:
	case MG_FN_MUL:
		EACH(a[i] * b[i]);
		break;
	case MG_FN_OR:
		EACH(a[i] + b[i] - a[i] * b[i]);
		break;
	case MG_FN_EQ:
		EACH(a[i] == b[i] ? 1.0 : 0.0);
		break;
	case MG_FN_NE:
		EACH(a[i] != b[i] ? 1.0 : 0.0);
		break;
	case MG_FN_LT:
		EACH(a[i] < b[i] ? 1.0 : 0.0);
		break;
	case MG_FN_LE:
		EACH(a[i] <= b[i] ? 1.0 : 0.0);
		break;
	case MG_FN_GT:
		EACH(a[i] > b[i] ? 1.0 : 0.0);
		break;
	case MG_FN_GE:
		EACH(a[i] >= b[i] ? 1.0 : 0.0);
		break;
	case MG_FN_IF:
		EACH(a[i] != 0 ? b[i] : c[i]);
		break;
	case MG_FN_ADD:
		EACH(a[i] + b[i]);
		break;
	case MG_FN_SUB:
		EACH(a[i] - b[i]);
		break;
	case MG_FN_ABS:
		EACH(fabs(a[i]));
		break;
	case MG_FN_LN:
		EACH(log(a[i]));
		break;
	case MG_FN_LEAST:
		EACH(a[i] < b[i] || b[i] != b[i] ? a[i] : b[i]);
		break;
	case MG_FN_GREATEST:
		EACH(a[i] > b[i] || a[i] != a[i] ? a[i] : b[i]);
		break;
	default:
		assert(!"a function that formulas do not have");
	}
}

/* ---- totals ---- */

/* Sums in several lanes, each with what rounding lost, so that they need not wait for another. */
struct sums {
	double sum[LANES], lost[LANES];
};

static void add_block(struct sums *s, const double *x)
{
	for (size_t i = 0; i < BLOCK; i += LANES)
		for (size_t k = 0; k < LANES; k++) {
			double before = s->sum[k], add = x[i + k], after = before + add;
			double added = after - before;
			s->lost[k] += (before - (after - added)) + (add - added);
			s->sum[k] = after;
		}
}

static double total_of(const struct sums *s)
{
	double sum = 0, lost = 0;
	for (size_t k = 0; k < 2 * LANES; k++) {
		double add = k < LANES ? s->sum[k] : s->lost[k - LANES], after = sum + add;
		double added = after - sum;
		lost += (sum - (after - added)) + (add - added);
		sum = after;
	}
	return sum + lost;
}

/* The steps that the totals need: a constant or a dead branch may have left others. */
static bool *needed_steps(struct mg_arena *arena, const struct mg_formula *f,
	const struct mg_formula_total *totals, size_t total_count)
{
	bool *needed = mg_alloc_array(arena, f->count, sizeof(*needed));
	for (size_t t = 0; t < total_count; t++)
		needed[totals[t].step] = true;
	for (size_t i = f->count; i-- > 0;)
		for (size_t k = 0; needed[i] && k < f->steps[i].arg_count; k++)
			needed[f->steps[i].args[k]] = true;
	return needed;
}

void mg_formula_run(const struct mg_formula *f, const struct mg_freq *table,
	struct mg_formula_total *totals, size_t total_count)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	bool *needed = needed_steps(arena, f, totals, total_count);
	double(*blocks)[BLOCK] = mg_alloc_array(arena, f->count, sizeof(*blocks));
	struct sums *sums = mg_alloc_array(arena, total_count, sizeof(*sums));
	for (size_t i = 1; i < f->count; i++)
		for (size_t k = 0; f->steps[i].constant && k < BLOCK; k++)
			blocks[i][k] = f->steps[i].real;
	for (size_t at = 0; at < table->len; at += BLOCK) {
		size_t left = table->len - at, n = left < BLOCK ? left : BLOCK;
		double weights[BLOCK], weighted[BLOCK];
		for (size_t i = 0; i < BLOCK; i++) {
			blocks[MG_FORMULA_VALUE][i] = table->lo[at + (i < n ? i : 0)];
			weights[i] = i < n ? (double)mg_freq_n(table, at + i) : 0;
		}
		for (size_t i = 1; i < f->count; i++)
			if (needed[i] && !f->steps[i].constant)
				run_step(&f->steps[i], blocks, blocks[i]);
		for (size_t t = 0; t < total_count; t++) {
			const double *x = blocks[totals[t].step];
			for (size_t i = 0; i < BLOCK; i++)
				weighted[i] = x[i] * weights[i];
			add_block(&sums[t], weighted);
		}
	}
	for (size_t t = 0; t < total_count; t++) {
		double total = total_of(&sums[t]);
		if (totals[t].summed)
			totals[t].sum = total;
		else
			totals[t].count = (int64_t)total;
	}
}
