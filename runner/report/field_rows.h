/* field_rows.h: rows of tables of fields (run_fields.h), for the files that hold such tables. */
#ifndef MG_REPORT_FIELD_ROWS_H
#define MG_REPORT_FIELD_ROWS_H

#include <stddef.h>

#include "report/run_fields.h"

/* FIELD: the key is the member's name. NAMED: it is not. The dots are the help, then what else a
 * field has. */
#define NAMED(holder, key, member, kind_of, ...)                                                   \
	{                                                                                          \
		.name = (key), .type = MG_RUN_##kind_of, .offset = offsetof(holder, member),       \
		.size = sizeof(((holder *)0)->member), .help = __VA_ARGS__                         \
	}
#define FIELD(holder, member, kind_of, ...) NAMED(holder, #member, member, kind_of, __VA_ARGS__)
#define FIXED(key, word, ...)                                                                      \
	{                                                                                          \
		.name = (key), .type = MG_RUN_FIXED, .words = (const char *const[]){word, NULL},   \
		.help = __VA_ARGS__                                                                \
	}
#define OBJECT(key, table, ...)                                                                    \
	{                                                                                          \
		.name = (key), .type = MG_RUN_OBJECT, .fields = (table), .help = __VA_ARGS__       \
	}
#define TEXTS(holder, key, list, counter, ...)                                                     \
	{                                                                                          \
		.name = (key), .type = MG_RUN_TEXTS, .offset = offsetof(holder, list),             \
		.count = offsetof(holder, counter), .help = __VA_ARGS__                            \
	}
#define LIST(holder, key, list, counter, table, ...)                                               \
	{                                                                                          \
		.name = (key), .type = MG_RUN_LIST, .offset = offsetof(holder, list),              \
		.count = offsetof(holder, counter), .size = sizeof(*((holder *)0)->list),          \
		.fields = (table), .help = __VA_ARGS__                                             \
	}
#define ROWS(holder, key, cells, kind_of, counter, columns, ...)                                   \
	{                                                                                          \
		.name = (key), .type = MG_RUN_##kind_of, .offset = offsetof(holder, cells),        \
		.count = offsetof(holder, counter), .across = offsetof(holder, columns),           \
		.help = __VA_ARGS__                                                                \
	}
#define SINCE .when = MG_RUN_SINCE
#define IF_ANY .when = MG_RUN_IF_ANY
#define ELSE .when = MG_RUN_ELSE
#define ONE_LINE .one_line = true
#define SHARED .share = MG_SHARE_EQUAL
#define APART .share = MG_SHARE_APART
#define ALIKE .share = MG_SHARE_ALL
#define OWN .join = MG_JOIN_OWN
#define SAME(word) .join = MG_JOIN_SAME, .same = (word)
#define END                                                                                        \
	{                                                                                          \
		.name = NULL                                                                       \
	}

#endif
