/* fold.c: what an expression comes to for rows of which something is known. */
#include "execute/fold.h"

#include <math.h>

#include "base/arena.h"

static const struct mg_known unknown = {.state = MG_KNOWN_NOT},
			     present = {.state = MG_KNOWN_PRESENT},
			     not_true = {.state = MG_KNOWN_NOT_TRUE},
			     null = {.state = MG_KNOWN_NULL};

struct mg_known mg_known_truth(bool x)
{
	return (struct mg_known){.state = MG_KNOWN_CONSTANT, .truth = true, .real = x};
}

static struct mg_known number_of(double x)
{
	return (struct mg_known){.state = MG_KNOWN_CONSTANT, .real = x};
}

static bool is_truth(const struct mg_known *k, bool x)
{
	return k->state == MG_KNOWN_CONSTANT && k->truth && (k->real != 0) == x;
}

/* False or NULL. */
static bool is_not_true(const struct mg_known *k)
{
	return is_truth(k, false) || k->state == MG_KNOWN_NULL || k->state == MG_KNOWN_NOT_TRUE;
}

static bool is_exact(const struct mg_known *k)
{
	return k->state == MG_KNOWN_CONSTANT || k->state == MG_KNOWN_STEP;
}

static bool is_present(const struct mg_known *k)
{
	return k->state == MG_KNOWN_PRESENT || (is_exact(k) && !k->may_null);
}

/* ---- facts ---- */

const struct mg_clue *mg_clue_add(struct mg_arena *arena, const struct mg_clue *known,
	const struct mg_expr *x, struct mg_known is)
{
	struct mg_clue *clue = mg_alloc(arena, sizeof(*clue));
	*clue = (struct mg_clue){.x = x, .is = is, .next = known};
	return clue;
}

static bool is_call(const struct mg_expr *x, enum mg_fn fn)
{
	return x->type == MG_X_CALL && x->fn == fn;
}

static const struct mg_clue *add_false(
	struct mg_arena *arena, const struct mg_clue *known, const struct mg_expr *x)
{
	known = mg_clue_add(arena, known, x, mg_known_truth(false));
	if (is_call(x, MG_FN_OR))
		for (size_t i = 0; i < x->arg_count; i++)
			known = add_false(arena, known, x->args[i]);
	else if (is_call(x, MG_FN_IS_NULL))
		known = mg_clue_add(arena, known, x->args[0], present);
	else if (is_call(x, MG_FN_NOT))
		known = mg_clue_true(arena, known, x->args[0]);
	return known;
}

const struct mg_clue *mg_clue_true(
	struct mg_arena *arena, const struct mg_clue *known, const struct mg_expr *condition)
{
	const struct mg_expr *x = condition;
	known = mg_clue_add(arena, known, x, mg_known_truth(true));
	if (is_call(x, MG_FN_AND))
		for (size_t i = 0; i < x->arg_count; i++)
			known = mg_clue_true(arena, known, x->args[i]);
	else if (is_call(x, MG_FN_IS_NULL))
		known = mg_clue_add(arena, known, x->args[0], null);
	else if (is_call(x, MG_FN_NOT))
		known = add_false(arena, known, x->args[0]);
	return known;
}

const struct mg_clue *mg_clue_not_true(
	struct mg_arena *arena, const struct mg_clue *known, const struct mg_expr *condition)
{
	struct mg_formula unused;
	mg_formula_init(&unused, arena);
	struct mg_known now = mg_fold(known, &unused, condition);
	return is_present(&now) ? add_false(arena, known, condition)
				: mg_clue_add(arena, known, condition, not_true);
}

/* ---- folding ---- */

struct folding {
	const struct mg_clue *known;
	struct mg_formula *formula;
};

static struct mg_known fold(const struct folding *f, const struct mg_expr *x);

static size_t step_of(const struct folding *f, const struct mg_known *k)
{
	return k->state == MG_KNOWN_STEP ? k->step : mg_formula_constant(f->formula, k->real);
}

static struct mg_known call(const struct folding *f, enum mg_fn fn, const struct mg_known *args,
	size_t count, bool truth)
{
	size_t steps[MG_FORMULA_ARGS];
	bool may_null = fn == MG_FN_LN;
	for (size_t i = 0; i < count; i++) {
		steps[i] = step_of(f, &args[i]);
		may_null = may_null || args[i].may_null;
	}
	return (struct mg_known){.state = MG_KNOWN_STEP,
		.truth = truth,
		.may_null = may_null,
		.step = mg_formula_call(f->formula, fn, steps, count)};
}

static struct mg_known fold_not(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known a = fold(f, x->args[0]);
	if (a.state == MG_KNOWN_CONSTANT)
		return mg_known_truth(a.real == 0);
	if (a.state == MG_KNOWN_STEP)
		return a.may_null ? unknown : call(f, MG_FN_NOT, &a, 1, true);
	return a.state == MG_KNOWN_NOT_TRUE ? unknown : a;
}

/* AND is settled by what is false, OR by what is true. */
static struct mg_known fold_junction(const struct folding *f, const struct mg_expr *x)
{
	bool settles = x->fn == MG_FN_OR, any_unknown = false, any_present = false;
	bool any_null = false;
	struct mg_known rest = mg_known_truth(!settles);
	for (size_t i = 0; i < x->arg_count; i++) {
		struct mg_known a = fold(f, x->args[i]);
		if (is_truth(&a, settles))
			return a;
		if (is_truth(&a, !settles))
			continue;
		if (a.state == MG_KNOWN_NULL || a.state == MG_KNOWN_NOT_TRUE)
			any_null = true;
		else if (a.state == MG_KNOWN_PRESENT)
			any_present = true;
		else if (a.state != MG_KNOWN_STEP || a.may_null)
			any_unknown = true;
		else if (rest.state == MG_KNOWN_STEP)
			rest = call(f, x->fn, (struct mg_known[]){rest, a}, 2, true);
		else
			rest = a;
	}
	if (any_null && x->fn == MG_FN_AND)
		return not_true;
	if (any_null && !any_unknown && !any_present && rest.state != MG_KNOWN_STEP)
		return not_true;
	if (any_null || any_unknown)
		return unknown;
	return any_present ? present : rest;
}

static bool compare(enum mg_fn fn, double a, double b)
{
	switch (fn) {
	case MG_FN_EQ:
		return a == b;
	case MG_FN_NE:
		return a != b;
	case MG_FN_LT:
		return a < b;
	case MG_FN_LE:
		return a <= b;
	case MG_FN_GT:
		return a > b;
	default:
		return a >= b;
	}
}

static struct mg_known fold_comparison(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known args[] = {fold(f, x->args[0]), fold(f, x->args[1])}, *a = args, *b = a + 1;
	if (a->state == MG_KNOWN_NULL || b->state == MG_KNOWN_NULL)
		return not_true;
	if (!is_present(a) || !is_present(b))
		return unknown;
	if (!is_exact(a) || !is_exact(b))
		return present;
	if (a->truth || b->truth)
		return present; /* a condition beside a number: for engines to say */
	bool equality = x->fn == MG_FN_EQ || x->fn == MG_FN_NE;
	if (a->state == MG_KNOWN_STEP || b->state == MG_KNOWN_STEP) {
		/* Engines differ on whether NaN equals itself; a table's own value is none. */
		bool plain = (a->state == MG_KNOWN_CONSTANT || a->step == MG_FORMULA_VALUE) &&
			(b->state == MG_KNOWN_CONSTANT || b->step == MG_FORMULA_VALUE);
		return equality && !plain ? present : call(f, x->fn, args, 2, true);
	}
	if (equality && (isnan(a->real) || isnan(b->real)))
		return present;
	return mg_known_truth(compare(x->fn, a->real, b->real));
}

static struct mg_known fold_if(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known condition = fold(f, x->args[0]);
	if (is_truth(&condition, true))
		return fold(f, x->args[1]);
	if (is_not_true(&condition))
		return fold(f, x->args[2]);
	struct mg_known args[] = {condition, fold(f, x->args[1]), fold(f, x->args[2])};
	if (condition.state == MG_KNOWN_STEP && !condition.may_null && is_exact(&args[1]) &&
		is_exact(&args[2]) && args[1].truth == args[2].truth)
		return call(f, MG_FN_IF, args, 3, args[1].truth);
	return is_present(&args[1]) && is_present(&args[2]) ? present : unknown;
}

static double calculate(enum mg_fn fn, double a, double b)
{
	switch (fn) {
	case MG_FN_ADD:
		return a + b;
	case MG_FN_SUB:
		return a - b;
	case MG_FN_MUL:
		return a * b;
	default:
		return fabs(a);
	}
}

static struct mg_known fold_arithmetic(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known args[2] = {0};
	bool all_exact = true, all_constant = true, all_present = true;
	for (size_t i = 0; i < x->arg_count; i++) {
		args[i] = fold(f, x->args[i]);
		if (args[i].state == MG_KNOWN_NULL)
			return null;
		all_exact = all_exact && is_exact(&args[i]) && !args[i].truth;
		all_constant = all_constant && args[i].state == MG_KNOWN_CONSTANT;
		all_present = all_present && is_present(&args[i]);
	}
	if (!all_exact)
		return all_present ? present : unknown;
	if (all_constant)
		return number_of(calculate(x->fn, args[0].real, args[1].real));
	return call(f, x->fn, args, x->arg_count, false);
}

static struct mg_known fold_ln(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known a = fold(f, x->args[0]);
	if (a.state == MG_KNOWN_NULL)
		return null;
	if (!is_exact(&a) || a.truth || (a.state == MG_KNOWN_CONSTANT && isnan(a.real)))
		return unknown;
	if (a.state == MG_KNOWN_CONSTANT)
		return a.real > 0 ? number_of(log(a.real)) : null;
	return call(f, MG_FN_LN, &a, 1, false);
}

/* LEAST or GREATEST of two, where neither is NULL. */
static struct mg_known fold_extreme(const struct folding *f, const struct mg_expr *x)
{
	if (x->arg_count != 2)
		return unknown;
	struct mg_known args[] = {fold(f, x->args[0]), fold(f, x->args[1])};
	if (!is_present(&args[0]) || !is_present(&args[1]))
		return unknown;
	if (!is_exact(&args[0]) || !is_exact(&args[1]) || args[0].truth || args[1].truth)
		return present;
	return call(f, x->fn, args, 2, false);
}

static struct mg_known fold_is_null(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known a = fold(f, x->args[0]);
	if (a.state == MG_KNOWN_NULL)
		return mg_known_truth(true);
	return is_present(&a) ? mg_known_truth(false) : present;
}

static struct mg_known fold_is_nan(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known a = fold(f, x->args[0]);
	if (a.state == MG_KNOWN_NULL)
		return mg_known_truth(false);
	if (a.state == MG_KNOWN_CONSTANT)
		return mg_known_truth(isnan(a.real));
	if (a.state == MG_KNOWN_STEP && a.step == MG_FORMULA_VALUE)
		return mg_known_truth(false); /* tables count NaN apart */
	return present;
}

/* A table is only made of values that are what their REAL is. */
static struct mg_known fold_rounded(const struct folding *f, const struct mg_expr *x)
{
	struct mg_known a = fold(f, x->args[0]);
	return is_exact(&a) || a.state == MG_KNOWN_NULL ? mg_known_truth(false) : present;
}

static struct mg_known fold_call(const struct folding *f, const struct mg_expr *x)
{
	switch (x->fn) {
	case MG_FN_NOT:
		return fold_not(f, x);
	case MG_FN_AND:
	case MG_FN_OR:
		return fold_junction(f, x);
	case MG_FN_EQ:
	case MG_FN_NE:
	case MG_FN_LT:
	case MG_FN_LE:
	case MG_FN_GT:
	case MG_FN_GE:
		return fold_comparison(f, x);
	case MG_FN_IS_NULL:
		return fold_is_null(f, x);
	case MG_FN_IS_NAN:
		return fold_is_nan(f, x);
	case MG_FN_ROUNDED:
		return fold_rounded(f, x);
	case MG_FN_IF:
		return fold_if(f, x);
	case MG_FN_ADD:
	case MG_FN_SUB:
	case MG_FN_MUL:
	case MG_FN_ABS:
		return fold_arithmetic(f, x);
	case MG_FN_LN:
		return fold_ln(f, x);
	case MG_FN_LEAST:
	case MG_FN_GREATEST:
		return fold_extreme(f, x);
	default:
		return unknown;
	}
}

static struct mg_known fold(const struct folding *f, const struct mg_expr *x)
{
	for (const struct mg_clue *clue = f->known; clue; clue = clue->next)
		if (mg_x_equal(clue->x, x))
			return clue->is;
	switch (x->type) {
	case MG_X_NULL:
		return null;
	case MG_X_REAL:
		return number_of(x->real);
	case MG_X_INTEGER:
		return fabs((double)x->integer) < 0x1p53 ? number_of((double)x->integer) : present;
	case MG_X_BOOL:
		return mg_known_truth(x->integer != 0);
	case MG_X_NUMBER:
	case MG_X_TEXT:
		return present;
	case MG_X_CALL:
		return fold_call(f, x);
	default:
		return unknown;
	}
}

struct mg_known mg_fold(
	const struct mg_clue *known, struct mg_formula *formula, const struct mg_expr *x)
{
	return fold(&(struct folding){.known = known, .formula = formula}, x);
}
