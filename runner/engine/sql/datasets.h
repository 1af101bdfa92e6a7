/* datasets.h: gives the datasets of a connection the names that queries know them by, in each statement. */
#ifndef MG_ENGINE_SQL_DATASETS_H
#define MG_ENGINE_SQL_DATASETS_H

#include <modelgate/error.h>
#include <modelgate/spec.h>

#include "engine/sql/dialect.h"

struct mg_sql_datasets {
	const struct mg_dialect *dialect;
	const struct mg_spec *spec;
	const struct mg_connection *connection;
	/* What a table's rows are selected FROM: its name, quoted, with its version. */
	int (*from)(void *context, const struct mg_data *data, struct mg_arena *arena,
		const char **out, struct mg_error *err);
	/* What is selected of a dataset's rows, when it is more than their columns as they are; NULL, or *out NULL: *. */
	int (*columns)(void *context, const struct mg_data *data, struct mg_arena *arena,
		const char **out, struct mg_error *err);
	void *context;
};

/* `WITH "data" AS (SELECT * FROM table WHERE condition), ... SELECT`: the statement with all the datasets
 * that it names, and those that they are made of. MG_ESPEC when they are made of each other. */
MG_MUST_USE int mg_sql_with_datasets(const struct mg_sql_datasets *datasets, const char *select,
	struct mg_arena *arena, char **out, struct mg_error *err);

#endif
