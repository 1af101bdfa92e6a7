/* dump.c: the plan as text, for people who ask what will be measured and how. */
#include "execute/execute.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "execute/derive.h"

char *mg_plan_text(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_addf(&text, "plan of %s: %zu checks, %zu queries\n", plan->spec->path,
		plan->check_count, plan->query_count);
	const char *suite = NULL;
	for (size_t i = 0; i < plan->check_count; i++) {
		const struct mg_check *c = plan->checks[i];
		if (!mg_streq(suite, c->suite->name)) {
			suite = c->suite->name;
			mg_text_addf(&text, "\nsuite %s\n", suite);
		}
		mg_text_addf(&text, "  %s%s (line %d)\n", c->name,
			c->is_reference_check ? " on the reference" : "", c->spec->pos.line);
		if (c->skipped)
			mg_text_addf(&text, "      skipped: %s\n", c->spec->skip);
		if (c->problem)
			mg_text_addf(&text, "      problem: %s\n", c->problem);
		for (size_t k = 0; k < c->need_count; k++) {
			const struct mg_need *need = &c->needs[k];
			const struct mg_query *q = plan->queries[need->query];
			mg_text_addf(&text, "      %s: query %zu", need->name, need->query + 1);
			if (q->kind == MG_QUERY_AGGREGATE && need->first >= q->key_count &&
				need->first > 0)
				mg_text_addf(&text, ", column %zu", need->first + 1);
			mg_text_add_char(&text, '\n');
		}
	}
	for (size_t i = 0; i < plan->query_count; i++) {
		size_t from = mg_derive_from(plan, i);
		mg_text_addf(&text, "\nquery %zu", i + 1);
		if (from != SIZE_MAX)
			mg_text_addf(&text, ", derived from query %zu", from + 1);
		mg_text_addf(&text, "\n%s\n", ops->sql(engine, plan->queries[i], arena));
	}
	return text.data;
}
