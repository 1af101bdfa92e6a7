/* crossing.c: one statement reads the tables of one engine: what would need several is refused. */
#include <modelgate/engine.h>

#include <string.h>

#include "base/text.h"
#include "spec/read.h"
#include "spec/sql_piece.h"

/* Of any engine: what one of them takes for a text need not be one. */
static const struct mg_sql_lexis lexis = {
	.name_quote = '`', .dollar_quotes = true, .nested_comments = true};

static const char *place_of(struct mg_arena *arena, const struct mg_data *data)
{
	if (mg_data_is_profile(data))
		return "a profile, which has no rows";
	return data->connection ? mg_printf(arena, "on connection '%s'",
					  mg_diag_quote(arena, data->connection->name))
				: "on this machine";
}

static void refuse(struct mg_reader *r, struct mg_pos pos, const char *what,
	const struct mg_data *data, const struct mg_data *other)
{
	mg_diag_add(r->diags, pos, "%s reads '%s', which is %s, and '%s', which is %s", what,
		mg_diag_quote(r->arena, data->name), place_of(r->arena, data),
		mg_diag_quote(r->arena, other->name), place_of(r->arena, other))
		->accepted = "datasets of one connection: one statement cannot read several";
}

/* A dataset of another place than `of`, which the SQL names. */
static const struct mg_data *find_foreign(
	const struct mg_spec *spec, const char *sql, const struct mg_data *of)
{
	for (size_t i = 0; sql && i < spec->data_count; i++)
		if (!mg_data_together(&spec->data[i], of) &&
			mg_sql_names(&lexis, sql, spec->data[i].name))
			return &spec->data[i];
	return NULL;
}

static void check_dataset(struct mg_reader *r, const struct mg_data *data)
{
	const struct mg_data *other = find_foreign(r->spec, data->sql, data);
	if (!other)
		return;
	mg_diag_add(r->diags, data->sql_pos, "dataset '%s' is made %s of '%s', which is %s",
		mg_diag_quote(r->arena, data->name), place_of(r->arena, data),
		mg_diag_quote(r->arena, other->name), place_of(r->arena, other))
		->accepted = other->connection && !data->connection
		? mg_printf(r->arena, "connection: %s, and datasets of that connection only",
			  other->connection->name)
		: "datasets of one connection: one statement cannot read several";
}

static void check_check(struct mg_reader *r, const struct mg_spec_check *check)
{
	const struct mg_data *on = mg_spec_data(r->spec, check->on);
	for (const struct mg_field *f = check->kind->fields; on && f && f->name; f++) {
		const void *at = (const char *)check->params + f->offset;
		const struct mg_data *other = NULL;
		if (f->type == MG_FIELD_TARGET)
			other = mg_spec_data(r->spec, ((const struct mg_target *)at)->data);
		else if (f->type == MG_FIELD_SQL && (check->kind->flags & MG_KIND_OWN_SQL))
			other = find_foreign(r->spec, *(const char *const *)at, on);
		if (other && !mg_data_together(other, on))
			refuse(r, check->pos, mg_printf(r->arena, "check %s", check->kind->name),
				on, other);
	}
}

void mg_check_crossings(struct mg_reader *r)
{
	const struct mg_spec *spec = r->spec;
	bool any = false;
	for (size_t i = 0; i < spec->data_count; i++)
		any = any || spec->data[i].connection || mg_data_is_profile(&spec->data[i]);
	for (size_t i = 0; any && i < spec->data_count; i++)
		if (spec->data[i].sql)
			check_dataset(r, &spec->data[i]);
	for (size_t i = 0; any && i < spec->suite_count; i++)
		for (size_t k = 0; k < spec->suites[i].check_count; k++)
			if (spec->suites[i].checks[k].params)
				check_check(r, &spec->suites[i].checks[k]);
}
