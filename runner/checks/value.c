/* value.c: makes measurements and adds the facts that explain them. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"

static struct mg_value blank(void)
{
	return (struct mg_value){
		.value = NAN,
		.lo = NAN,
		.hi = NAN,
		.interval_lo = NAN,
		.interval_hi = NAN,
		.effect = NAN,
		.failing = NAN,
		.dummy = NAN,
	};
}

struct mg_value mg_value_of(double value, int64_t rows)
{
	if (isnan(value))
		return mg_value_undefined("the result is not a number");
	struct mg_value v = blank();
	v.state = MG_MEASURED;
	v.value = v.lo = v.hi = value;
	v.rows = rows;
	return v;
}

struct mg_value mg_value_share(double part, double whole)
{
	if (isnan(part) || isnan(whole))
		return mg_value_undefined("the rows could not be counted");
	if (whole <= 0)
		return mg_value_empty("there are no rows");
	return mg_value_of(part / whole, (int64_t)whole);
}

struct mg_value mg_value_empty(const char *why)
{
	struct mg_value v = blank();
	v.state = MG_EMPTY;
	v.why = why;
	return v;
}

struct mg_value mg_value_undefined(const char *why)
{
	struct mg_value v = blank();
	v.state = MG_UNDEFINED;
	v.why = why;
	return v;
}

/* The value has no room for a capacity: the array is full whenever its length is 0 or a power of two
 * from 8 on, and then doubles. */
static struct mg_fact *add_fact(const struct mg_measures *m, struct mg_value *v)
{
	size_t n = v->fact_count;
	if (n == 0 || (n >= 8 && (n & (n - 1)) == 0)) {
		size_t room = n == 0 ? 8 : 2 * n;
		struct mg_fact *facts = mg_alloc_array(mg_measures_arena(m), room, sizeof(*facts));
		for (size_t i = 0; i < n; i++)
			facts[i] = v->facts[i];
		v->facts = facts;
	}
	return &v->facts[v->fact_count++];
}

void mg_fact_number(const struct mg_measures *m, struct mg_value *v, const char *name, double x)
{
	*add_fact(m, v) = (struct mg_fact){.name = name, .number = x};
}

void mg_fact_text(const struct mg_measures *m, struct mg_value *v, const char *name, const char *x)
{
	*add_fact(m, v) = (struct mg_fact){
		.name = name, .number = NAN, .text = mg_strdup(mg_measures_arena(m), x)};
}

const char *mg_rows_text(struct mg_arena *arena, double n)
{
	return mg_printf(arena, "%s row%s", mg_human_double(arena, n, 15), n == 1 ? "" : "s");
}
