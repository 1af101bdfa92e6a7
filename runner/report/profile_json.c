/* profile_json.c: the file of a profile, by tables of its fields: written, read back, and described by a schema. */
#include <modelgate/profile.h>

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "report/field_rows.h"
#include "report/json_out.h"
#include "report/seal.h"

static const char *const column_types[] = {[MG_TYPE_ANY] = "any",
	[MG_TYPE_NUMERIC] = "numeric",
	[MG_TYPE_INTEGER] = "integer",
	[MG_TYPE_REAL] = "real",
	[MG_TYPE_TEXT] = "text",
	[MG_TYPE_BOOLEAN] = "boolean",
	[MG_TYPE_TIME] = "time",
	[MG_TYPE_OTHER] = "other",
	NULL};
static const char *const number_kinds[] = {[MG_NUMBER_NONE] = "none",
	[MG_NUMBER_WHOLE] = "whole",
	[MG_NUMBER_DECIMAL] = "decimal",
	[MG_NUMBER_FLOAT] = "float",
	[MG_NUMBER_DOUBLE] = "double",
	NULL};

enum { MOST_DIGITS = 200 };

static const struct mg_run_field number[] = {
	NAMED(struct mg_profile_column, "kind", column.number.kind, WORD, NULL,
		.words = number_kinds),
	NAMED(struct mg_profile_column, "digits", column.number.digits, WHOLE, NULL,
		.most = MOST_DIGITS),
	NAMED(struct mg_profile_column, "scale", column.number.scale, WHOLE, NULL,
		.most = MOST_DIGITS),
	NAMED(struct mg_profile_column, "least", column.number.least, TEXT, NULL, IF_ANY),
	NAMED(struct mg_profile_column, "most", column.number.most, TEXT, NULL, IF_ANY),
	NAMED(struct mg_profile_column, "wild", column.number.wild, BOOL,
		"A decimal that may be NaN or infinite."),
	END,
};

static const struct mg_run_field entry[] = {
	FIELD(struct mg_profile_entry, from, NUMBER, "The value, or the least of several."),
	FIELD(struct mg_profile_entry, to, NUMBER, "The greatest of several values.", IF_ANY),
	FIELD(struct mg_profile_entry, rows, WHOLE, NULL, .least = 1),
	FIELD(struct mg_profile_entry, sum, NUMBER, "Of several values.", IF_ANY),
	END,
};

static const struct mg_run_field category[] = {
	FIELD(struct mg_profile_category, value, TEXT, NULL),
	FIELD(struct mg_profile_category, rows, WHOLE, NULL, .least = 1),
	END,
};

static const struct mg_run_field column[] = {
	NAMED(struct mg_profile_column, "name", column.name, TEXT, NULL),
	NAMED(struct mg_profile_column, "sql_type", column.sql_type, TEXT, "The engine's word."),
	NAMED(struct mg_profile_column, "type", column.type, WORD, NULL, .words = column_types),
	OBJECT("number", number, "How the column holds numbers.", IF_ANY, ONE_LINE),
	NAMED(struct mg_profile_column, "ambiguous", column.ambiguous, BOOL,
		"Another column has this name, or one that differs in case only."),
	NAMED(struct mg_profile_column, "redacted", column.redacted, BOOL,
		"Nothing but counts is told of it."),
	FIELD(struct mg_profile_column, nulls, WHOLE, NULL),
	FIELD(struct mg_profile_column, nans, WHOLE, NULL),
	FIELD(struct mg_profile_column, problem, TEXT, "Why there is no distribution.", IF_ANY),
	FIELD(struct mg_profile_column, distinct, ROWS, "Different values; null when not known."),
	FIELD(struct mg_profile_column, mean, NUMBER, "Of finite numbers."),
	FIELD(struct mg_profile_column, stddev, NUMBER, "Of the population."),
	LIST(struct mg_profile_column, "entries", entries, entry_count, entry,
		"Of numbers, in increasing order: how many rows have which values.", IF_ANY,
		ONE_LINE),
	LIST(struct mg_profile_column, "categories", categories, category_count, category,
		"Of text and booleans, sorted by bytes.", IF_ANY, ONE_LINE),
	END,
};

static const struct mg_run_field program[] = {
	FIXED("name", "modelgate", "the program that writes profiles"),
	NAMED(struct mg_profile, "version", program_version, TEXT, NULL),
	END,
};

static const struct mg_run_field fields[] = {
	FIXED("format", "modelgate.profile/1", "the format that this version reads"),
	OBJECT("program", program, NULL, ONE_LINE),
	FIELD(struct mg_profile, definition, TEXT,
		"How values become tables, and which edges of bins these keep."),
	NAMED(struct mg_profile, "made", made_us, TIME, NULL),
	FIELD(struct mg_profile, data, TEXT, "The dataset, as its spec names it."),
	FIELD(struct mg_profile, where, TEXT, "The dataset's own condition.", IF_ANY),
	FIELD(struct mg_profile, sql, TEXT, "The query that the dataset was.", IF_ANY),
	LIST(struct mg_profile, "sources", sources, source_count, mg_run_source_fields,
		"The files, or the state of a table, that it was made of.", ONE_LINE),
	FIELD(struct mg_profile, rows, WHOLE, NULL),
	LIST(struct mg_profile, "columns", columns, column_count, column, NULL),
	FIELD(struct mg_profile, seal, SEAL,
		"The last member: SHA-256 of all bytes of the file before the comma that precedes "
		"it."),
	END,
};

int mg_profile_write(struct mg_text *out, const struct mg_profile *profile, struct mg_error *err)
{
	size_t start = out->len;
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_fields_write(&json, fields, profile);
	mg_seal_add(out, start);
	if (out->len - start > MG_PROFILE_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"the profile would be larger than 128 MiB, which is what runs read; give it "
			"fewer --entries or fewer --column");
	return MG_OK;
}

/* ---- back ---- */

static int wrong(const struct mg_profile_column *c, const char *what, struct mg_error *err)
{
	return mg_fail(err, MG_EIO, "column '%.100s' %s; make it anew with 'modelgate profile'",
		c->column.name, what);
}

static int check_entries(
	const struct mg_profile *p, const struct mg_profile_column *c, struct mg_error *err)
{
	int64_t rows = c->nulls + c->nans;
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct mg_profile_entry *e = &c->entries[i];
		double before = i == 0 ? -INFINITY : isnan(e[-1].to) ? e[-1].from : e[-1].to;
		bool ordered = i == 0 ? !isnan(e->from) : e->from > before;
		bool several = !isnan(e->to);
		if (!ordered || (several && !(e->to > e->from && e->rows > 1 && isfinite(e->sum))))
			return wrong(c, "has entries out of order", err);
		if (e->rows > p->rows - rows)
			return wrong(c, "counts more rows than there are", err);
		rows += e->rows;
	}
	for (size_t i = 0; i < c->category_count; i++) {
		if (i && strcmp(c->categories[i - 1].value, c->categories[i].value) >= 0)
			return wrong(c, "has categories out of order", err);
		if (c->categories[i].rows > p->rows - rows)
			return wrong(c, "counts more rows than there are", err);
		rows += c->categories[i].rows;
	}
	if (!c->problem && rows != p->rows)
		return wrong(c, "does not count all rows", err);
	return MG_OK;
}

static int check_column(
	const struct mg_profile *p, const struct mg_profile_column *c, struct mg_error *err)
{
	bool is_number = c->column.type == MG_TYPE_INTEGER || c->column.type == MG_TYPE_REAL;
	if (c->nulls > p->rows || c->nans > p->rows - c->nulls)
		return wrong(c, "counts more rows than there are", err);
	struct mg_decimal least, most;
	if (mg_number_is_exact(&c->column.number) &&
		(!mg_decimal_parse(c->column.number.least, &least) ||
			!mg_decimal_parse(c->column.number.most, &most)))
		return wrong(c, "does not say what numbers it holds", err);
	if ((c->entry_count && !is_number) || (c->category_count && is_number) ||
		((c->entry_count || c->category_count) && c->problem))
		return wrong(c, "has a distribution that its type has not", err);
	return check_entries(p, c, err);
}

int mg_profile_read(struct mg_arena *arena, const char *text, size_t len, struct mg_profile **out,
	struct mg_error *err)
{
	struct mg_profile *p = mg_alloc(arena, sizeof(*p));
	bool sealed = false;
	if (len > MG_PROFILE_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT, "the profile is larger than 128 MiB");
	int code = mg_fields_read(arena, text, len, fields, p, &sealed, err);
	if (code != MG_OK)
		return mg_fail(err, code,
			"it is not a profile that 'modelgate profile' wrote, or not the whole of one: %s",
			err ? mg_strdup(arena, err->text) : "");
	if (!sealed)
		return mg_fail(err, MG_EIO,
			"the profile was changed after it was made: its seal is not that of what stands "
			"before it; use the file as 'modelgate profile' wrote it, or make it anew");
	if (!mg_streq(p->definition, MG_PROFILE_DEFINITION))
		return mg_fail(err, MG_EIO,
			"the profile is of definition '%.100s', and this version compares with '%s'; make "
			"it anew with 'modelgate profile'",
			p->definition, MG_PROFILE_DEFINITION);
	for (size_t i = 0; i < p->column_count; i++)
		MG_TRY(check_column(p, &p->columns[i], err));
	*out = p;
	return MG_OK;
}

void mg_profile_schema(struct mg_text *out)
{
	mg_fields_schema(out, "urn:modelgate:profile:1", "A profile of modelgate",
		"Written by 'modelgate profile --out FILE', read where a spec names it in the place "
		"of reference data. Later versions of the program may add keys. A change of meaning "
		"changes `definition`, or the number in `format`.",
		fields);
}
