/* about.c: what engines share when they say what a connection is. */
#include "engine/about.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

void mg_about_list_tables(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_connection *connection, struct mg_about *out)
{
	out->tables = mg_alloc_array(arena, spec->data_count, sizeof(*out->tables));
	out->table_count = 0;
	for (size_t i = 0; i < spec->data_count; i++) {
		const struct mg_data *data = &spec->data[i];
		const char *name = data->table ? data->table : data->path;
		if (data->connection == connection && name) /* queries are over others of these */
			out->tables[out->table_count++] = (struct mg_about_table){
				.data = data, .name = name, .problem = "not looked at"};
	}
}

int mg_about_table_problem(struct mg_arena *arena, int code, const struct mg_error *failure,
	struct mg_about_table *table, struct mg_error *err)
{
	if (code == MG_ECANCELLED)
		return mg_fail(err, code, "%s", failure->text);
	const char *words = failure->text;
	const char *prefix = mg_printf(arena, "data '%s': ", table->data->name);
	if (mg_starts_with(words, prefix))
		words += strlen(prefix);
	table->problem = mg_strdup(arena, words);
	return MG_OK;
}
