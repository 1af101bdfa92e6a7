/* regex.h: regular expressions as specs write them, in the words of another engine. */
#ifndef MG_ENGINE_SQL_REGEX_H
#define MG_ENGINE_SQL_REGEX_H

#include <stdbool.h>

#include <modelgate/error.h>

struct mg_arena;

/* A pattern of RE2, which DuckDB uses, as PostgreSQL's engine reads it under the collation "C": it matches the
 * same texts, the whole of them or somewhere in them. MG_ESPEC names what the two do not share. */
MG_MUST_USE int mg_regex_postgres(const char *pattern, bool whole, struct mg_arena *arena,
	const char **out, struct mg_error *err);

/* The same for Java's, which Spark uses. */
MG_MUST_USE int mg_regex_java(const char *pattern, bool whole, struct mg_arena *arena,
	const char **out, struct mg_error *err);

#endif
