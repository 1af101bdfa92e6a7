/* profile.h: what a reference looks like, in a file: drift is measured against it without the reference's rows. */
#ifndef MODELGATE_PROFILE_H
#define MODELGATE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/plan.h>
#include <modelgate/run.h>

struct mg_arena;
struct mg_text;

/* Rows whose value is `from`, or lies in [from, to]: both ends occur. */
struct mg_profile_entry {
	double from, to; /* to NaN: it is `from` */
	int64_t rows;
	double sum; /* of the values; NaN where there is one value */
};
struct mg_profile_category {
	const char *value;
	int64_t rows;
};

struct mg_profile_column {
	struct mg_column column; /* redacted: nothing but counts is told of it */
	int64_t nulls, nans;
	const char *problem;              /* why there is no distribution, or NULL */
	int64_t distinct;                 /* values; -1: not known */
	double mean, stddev;              /* of finite numbers; NaN: none, or not known */
	struct mg_profile_entry *entries; /* of numbers, in increasing order */
	size_t entry_count;
	struct mg_profile_category *categories; /* of text and booleans, sorted by bytes */
	size_t category_count;
};

struct mg_profile {
	const char *program_version;
	const char *definition; /* of its tables: MG_PROFILE_DEFINITION */
	int64_t made_us;
	const char *data, *where, *sql; /* dataset, its condition or NULL, its query or NULL */
	struct mg_input *sources;
	size_t source_count;
	int64_t rows;
	struct mg_profile_column *columns;
	size_t column_count;
	const char *seal;
};

/* How values become tables, and which edges these keep: of 2 to 20, 25, 50 and 100 bins, at quantiles and of equal
 * width, and of Sturges' rule. What another program of another definition made is not compared with. */
#define MG_PROFILE_DEFINITION "frequencies/quantiles-inverted-cdf/exact-width/1"
#define MG_PROFILE_MAX_BYTES (128u << 20)

/* A profile of a run's spec, by dataset. */
struct mg_profile_file {
	const struct mg_profile *profile; /* NULL: there is none, or it cannot be used */
	const char *path;                 /* absolute and real */
	const char *problem;              /* why it cannot be used, or NULL */
};

/* The file's text, with its seal. MG_ELIMIT: it would be larger than is read. */
MG_MUST_USE int mg_profile_write(
	struct mg_text *out, const struct mg_profile *profile, struct mg_error *err);
/* Back from it, checked. MG_EIO says what is wrong with it and the fix, MG_ELIMIT that it is too large. */
MG_MUST_USE int mg_profile_read(struct mg_arena *arena, const char *text, size_t len,
	struct mg_profile **out, struct mg_error *err);
/* The JSON Schema of the file. */
void mg_profile_schema(struct mg_text *out);

#endif
