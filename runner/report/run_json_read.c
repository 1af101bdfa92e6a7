/* run_json_read.c: run.json back into a run, by the tables of run_fields.c. Everything is checked, since
 * baselines and releases rest on it: types, ranges, and that verdict and counts are what the results
 * say. Keys that this version doesn't know are passed over, so that later ones can add some. */
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include <modelgate/report.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "input/json_tree.h"
#include "report/run_fields.h"
#include "report/run_node.h"
#include "report/seal.h"

/* ---- values, each into its field's place ---- */

static int read_text(const struct mg_run_node *n, const char **out)
{
	*out = mg_run_node_text(n);
	return *out ? MG_OK : mg_run_node_refuse(n, "a text");
}

static int read_text_or_null(const struct mg_run_node *n, const char **out)
{
	*out = mg_run_node_text(n);
	return *out || mg_run_node_is(n, MG_NODE_NULL) ? MG_OK
						       : mg_run_node_refuse(n, "a text or null");
}

static int get_text(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	const char *text = NULL;
	MG_TRY(f->type == MG_RUN_TEXT || f->type == MG_RUN_SEAL ? read_text(n, &text)
								: read_text_or_null(n, &text));
	mg_run_set_pointer(f, base, text);
	return MG_OK;
}

static int get_digits(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	struct mg_decimal exact;
	const char *text = mg_run_node_text(n);
	if (!mg_decimal_parse(text, &exact) ||
		mg_decimal_to_double(&exact) != mg_run_number(f - 1, base))
		return mg_run_node_refuse(n, "the digits of the value beside it, as text");
	mg_run_set_pointer(f, base, text);
	return MG_OK;
}

static int get_fixed(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	(void)base;
	return mg_streq(mg_run_node_text(n), f->words[0])
		? MG_OK
		: mg_run_node_refuse(n, mg_printf(n->arena, "\"%s\", %s", f->words[0], f->help));
}

static int get_word(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	const char *text = mg_run_node_text(n);
	struct mg_text all;
	for (int i = 0; f->words[i]; i++)
		if (mg_streq(text, f->words[i])) {
			mg_run_set_whole(f, base, i);
			return MG_OK;
		}
	mg_text_init(&all, n->arena);
	for (int i = 0; f->words[i]; i++)
		mg_text_addf(&all, "%s%s", i ? ", " : "one of ", f->words[i]);
	return mg_run_node_refuse(n, all.data);
}

static int get_bool(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	if (!mg_run_node_is(n, MG_NODE_TRUE) && !mg_run_node_is(n, MG_NODE_FALSE))
		return mg_run_node_refuse(n, "true or false");
	mg_run_set_whole(f, base, mg_run_node_is(n, MG_NODE_TRUE));
	return MG_OK;
}

/* Versions before states say no more than whether it held. */
static int get_held(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	struct mg_run_node state = mg_run_node_member(n->up, (f - 1)->name);
	bool held = mg_run_node_is(n, MG_NODE_TRUE);
	if (!held && !mg_run_node_is(n, MG_NODE_FALSE))
		return mg_run_node_refuse(n, "true or false");
	if (!state.value)
		mg_run_set_whole(f, base, held ? MG_HELD : MG_BROKEN);
	return held == (mg_run_whole(f, base) == MG_HELD)
		? MG_OK
		: mg_run_node_refuse(&state, "a state that agrees with 'held' beside it");
}

/* null is NaN; infinities are texts. */
static int read_number(const struct mg_run_node *n, double *out)
{
	const char *text = mg_run_node_text(n);
	bool negative = text && *text == '-';
	if (mg_run_node_is_number(n))
		*out = mg_run_node_number(n);
	else if (mg_run_node_is(n, MG_NODE_NULL))
		*out = NAN;
	else if (text && mg_streq(text + negative, "Infinity"))
		*out = negative ? -INFINITY : INFINITY;
	else
		return mg_run_node_refuse(n, "a number, null, \"Infinity\" or \"-Infinity\"");
	return MG_OK;
}

static int get_number(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	double number = NAN;
	MG_TRY(read_number(n, &number));
	mg_run_set_number(f, base, number);
	return MG_OK;
}

static int get_whole(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	int64_t most = f->most ? f->most : LLONG_MAX;
	if (f->type == MG_RUN_ROWS && mg_run_node_is(n, MG_NODE_NULL)) {
		mg_run_set_whole(f, base, -1);
		return MG_OK;
	}
	if (!mg_run_node_is(n, MG_NODE_WHOLE) || n->value->whole < f->least ||
		n->value->whole > most)
		return mg_run_node_refuse(n,
			mg_printf(n->arena, "a whole number from %lld to %lld", (long long)f->least,
				(long long)most));
	mg_run_set_whole(f, base, n->value->whole);
	return MG_OK;
}

/* Decimal digits of a uint64_t, without sign or leading zeros. */
static int get_seed(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	const char *text = mg_run_node_text(n);
	uint64_t seed = 0;
	bool good = text && *text && (text[0] != '0' || !text[1]);
	for (const char *p = text; good && *p; p++) {
		unsigned digit = (unsigned)(*p - '0');
		good = *p >= '0' && *p <= '9' && seed <= (ULLONG_MAX - digit) / 10;
		seed = seed * 10 + digit;
	}
	if (!good)
		return mg_run_node_refuse(n, "a whole number of at most 64 bits, as text");
	mg_run_set_whole(f, base, (int64_t)seed);
	return MG_OK;
}

static int get_time(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	int64_t us = 0;
	if (!mg_clock_parse(mg_run_node_text(n), &us))
		return mg_run_node_refuse(n, "a time like 2026-11-23T04:05:06Z");
	mg_run_set_whole(f, base, us);
	return MG_OK;
}

/* ---- lists and objects ---- */

/* An array of `count` entries in the field's place. */
static void *put_entries(const struct mg_run_node *n, const struct mg_run_field *f, void *base,
	size_t count, size_t size)
{
	void *entries = mg_alloc_array(n->arena, count, size);
	mg_run_set_pointer(f, base, entries);
	return entries;
}

/* How many entries a list has, also into the field's counter. */
static int get_count(
	const struct mg_run_node *n, const struct mg_run_field *f, void *base, size_t *out)
{
	if (!mg_run_node_is(n, MG_NODE_ARRAY))
		return mg_run_node_refuse(n, "a list");
	*out = n->value->count;
	memcpy((char *)base + f->count, out, sizeof(*out));
	return MG_OK;
}

static int get_texts(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	size_t count = 0;
	MG_TRY(get_count(n, f, base, &count));
	const char **texts = put_entries(n, f, base, count, sizeof(*texts));
	struct mg_run_node text = {.value = NULL};
	for (size_t i = 0; i < count; i++) {
		text = mg_run_node_entry(n, i, text.value);
		MG_TRY(read_text(&text, &texts[i]));
	}
	return MG_OK;
}

/* CELLS and NUMBERS. A row must have as many cells as there are columns, so what is allocated stands in
 * the text; rows are checked before. */
static int get_rows(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	size_t rows = 0, columns = mg_run_across(f, base);
	bool numbers = f->type == MG_RUN_NUMBERS;
	struct mg_run_node row = {.value = NULL}, cell;
	MG_TRY(get_count(n, f, base, &rows));
	for (size_t i = 0; i < rows; i++) {
		row = mg_run_node_entry(n, i, row.value);
		if (!mg_run_node_is(&row, MG_NODE_ARRAY) || row.value->count != columns)
			return mg_run_node_refuse(
				&row, mg_printf(n->arena, "a list of %zu cells", columns));
	}
	void *entries = put_entries(
		n, f, base, rows * columns, numbers ? sizeof(double) : sizeof(const char *));
	for (size_t i = 0; i < rows * columns; i++) {
		if (i % columns == 0)
			row = mg_run_node_entry(n, i / columns, i > 0 ? row.value : NULL);
		cell = mg_run_node_entry(&row, i % columns, i % columns > 0 ? cell.value : NULL);
		MG_TRY(numbers ? read_number(&cell, (double *)entries + i)
			       : read_text_or_null(&cell, (const char **)entries + i));
	}
	return MG_OK;
}

static int get_fields(
	const struct mg_run_node *up, const struct mg_run_field *fields, bool like, void *base);

static int get_object(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	return get_fields(n, f->fields, false, base);
}

/* What entries of a list leave out, lest a small file become a report of any size. */
struct left_out {
	const struct mg_json_node *whole; /* that was asked for last */
	size_t size;                      /* of it */
	size_t bytes;                     /* of all */
};

/* At most what the text of the value and of all within it takes. */
static size_t least_bytes(const struct mg_json_node *value)
{
	size_t bytes = 0;
	for (const struct mg_json_node *n = value; n < mg_json_behind(value); n++) {
		bytes += n->key ? n->key->len + strlen("\"\":,") : strlen(",");
		if (n->kind == MG_NODE_TEXT || n->kind == MG_NODE_ESCAPED)
			bytes += n->count + strlen("\"\"");
		else
			bytes += strlen("0");
	}
	return bytes;
}

static int count_left_out(
	struct left_out *left, const struct mg_run_node *n, const struct mg_json_node *whole)
{
	if (left->whole != whole)
		left->size = least_bytes(whole);
	left->whole = whole;
	left->bytes += left->size;
	if (left->bytes <= MG_RUN_MAX_WHOLE_BYTES)
		return MG_OK;
	return mg_fail(n->err, MG_ELIMIT,
		"the run is larger than %s with what '" MG_RUN_LIKE "' stands for",
		mg_human_bytes(n->arena, MG_RUN_MAX_WHOLE_BYTES));
}

/* An entry that is like an earlier one begins as a copy of it; *out: it is. `before` are the entries before it. */
static int get_like(const struct mg_run_node *n, const struct mg_run_field *f, void *entries,
	const struct mg_json_node *const *before, struct left_out *left, bool *out)
{
	struct mg_run_node like = {.value = NULL};
	if (f->likes)
		like = mg_run_node_member(n, MG_RUN_LIKE);
	*out = like.value != NULL;
	if (!*out)
		return MG_OK;
	int64_t of = mg_run_node_is(&like, MG_NODE_WHOLE) ? like.value->whole : -1;
	if (of < 0 || (size_t)of >= n->index)
		return mg_run_node_refuse(&like, "the index of an earlier entry");
	if (mg_json_member(before[of], MG_RUN_LIKE))
		return mg_run_node_refuse(&like, "the index of an entry without '" MG_RUN_LIKE "'");
	memcpy(mg_run_entry(f, entries, n->index), mg_run_entry(f, entries, (size_t)of), f->size);
	return count_left_out(left, n, before[of]);
}

static int get_list(const struct mg_run_node *n, const struct mg_run_field *f, void *base)
{
	size_t count = 0;
	MG_TRY(get_count(n, f, base, &count));
	void *entries = put_entries(n, f, base, count, f->size);
	struct left_out left = {0};
	const struct mg_json_node **before = mg_alloc_array(n->arena, count, sizeof(*before));
	struct mg_run_node one = {.value = NULL};
	for (size_t i = 0; i < count; i++) {
		bool like = false;
		one = mg_run_node_entry(n, i, one.value);
		MG_TRY(get_like(&one, f, entries, before, &left, &like));
		MG_TRY(get_fields(&one, f->fields, like, mg_run_entry(f, entries, i)));
		before[i] = one.value;
	}
	return MG_OK;
}

static int (*const readers[MG_RUN_TYPES])(
	const struct mg_run_node *, const struct mg_run_field *, void *) = {
	[MG_RUN_TEXT] = get_text,
	[MG_RUN_TEXT_OR_NULL] = get_text,
	[MG_RUN_LINES] = get_text,
	[MG_RUN_SEAL] = get_text,
	[MG_RUN_DIGITS] = get_digits,
	[MG_RUN_FIXED] = get_fixed,
	[MG_RUN_WORD] = get_word,
	[MG_RUN_BOOL] = get_bool,
	[MG_RUN_HELD] = get_held,
	[MG_RUN_NUMBER] = get_number,
	[MG_RUN_MEASURED] = get_number,
	[MG_RUN_WHOLE] = get_whole,
	[MG_RUN_ROWS] = get_whole,
	[MG_RUN_SEED] = get_seed,
	[MG_RUN_TIME] = get_time,
	[MG_RUN_TEXTS] = get_texts,
	[MG_RUN_CELLS] = get_rows,
	[MG_RUN_NUMBERS] = get_rows,
	[MG_RUN_OBJECT] = get_object,
	[MG_RUN_LIST] = get_list,
};

enum { MOST_FIELDS = 64 /* of a table */ };

/* The object's members go to the fields' places. They are most often in the fields' order. */
static void find_members(const struct mg_run_node *up, const struct mg_run_field *fields,
	const struct mg_json_node *out[MOST_FIELDS])
{
	size_t count = 0, at = 0;
	while (fields[count].name)
		count++;
	assert(count <= MOST_FIELDS);
	memset(out, 0, count * sizeof(struct mg_json_node *));
	const struct mg_json_node *m = mg_json_first(up->value);
	for (uint32_t i = 0; i < up->value->count; i++, m = mg_json_behind(m))
		for (size_t tries = 0; tries < count; tries++) {
			size_t field = at;
			at = at + 1 < count ? at + 1 : 0;
			if (fields[field].name[0] == m->key->name[0] &&
				mg_streq(fields[field].name, m->key->name)) {
				out[field] = m;
				break;
			}
		}
}

/* like: what is shared with an earlier entry, and absent here, is in `base` already. */
static int get_fields(
	const struct mg_run_node *up, const struct mg_run_field *fields, bool like, void *base)
{
	const struct mg_json_node *members[MOST_FIELDS]; /* as many as there are fields */
	if (!mg_run_node_is(up, MG_NODE_OBJECT))
		return mg_run_node_refuse(up, "an object");
	find_members(up, fields, members);
	for (size_t i = 0; fields[i].name; i++) {
		const struct mg_run_field *f = &fields[i];
		struct mg_run_node n = {.up = up,
			.key = f->name,
			.value = members[i],
			.arena = up->arena,
			.err = up->err};
		bool other = f->when == MG_RUN_ELSE && members[i - 1];
		bool may_lack = f->when == MG_RUN_IF_ANY || f->when == MG_RUN_SINCE || other;
		if (other && n.value)
			return mg_run_node_refuse(
				&n, mg_printf(n.arena, "absent beside '%s'", (f - 1)->name));
		if (!n.value && like && f->share > MG_SHARE_APART)
			continue;
		if (!n.value && may_lack)
			mg_run_clear(f, base);
		else
			MG_TRY(readers[f->type](&n, f, base));
	}
	return MG_OK;
}

/* ---- what fields must agree in ---- */

static int check_names(const struct mg_run_node *top, const struct mg_run *run)
{
	struct mg_map names;
	mg_map_init(&names, top->arena);
	for (size_t i = 0; i < run->result_count; i++) {
		if (mg_map_has(&names, run->results[i].name)) {
			struct mg_run_node list = mg_run_node_member(top, "results"),
					   n = mg_run_node_entry_at(&list, i);
			struct mg_run_node name = mg_run_node_member(&n, "name");
			return mg_run_node_refuse(&name, "a name that no other result has");
		}
		mg_map_put(&names, run->results[i].name, &run->results[i]);
	}
	return MG_OK;
}

/* A label for each row of a chart, or none at all. */
static int check_charts(const struct mg_run_node *top, const struct mg_run *run)
{
	struct mg_run_node list = mg_run_node_member(top, "results");
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i];
		for (size_t k = 0; k < r->chart_count; k++) {
			const struct mg_chart *c = &r->charts[k];
			if (!c->label_count || c->label_count == c->row_count)
				continue;
			struct mg_run_node result = mg_run_node_entry_at(&list, i),
					   charts = mg_run_node_member(&result, "charts");
			struct mg_run_node chart = mg_run_node_entry_at(&charts, k),
					   labels = mg_run_node_member(&chart, "labels");
			return mg_run_node_refuse(&labels,
				mg_printf(top->arena, "as long as the %zu rows", c->row_count));
		}
	}
	return MG_OK;
}

/* The file must say of itself what its results say. */
static int check_verdict(const struct mg_run_node *top, struct mg_run *run)
{
	const struct mg_counts said = run->counts, *real = &run->counts;
	enum mg_verdict verdict = run->verdict;
	mg_run_close(run);
	if (said.pass != real->pass || said.warn != real->warn || said.fail != real->fail ||
		said.skip != real->skip || said.error != real->error)
		return mg_fail(top->err, MG_EIO, "$.counts does not agree with $.results");
	if (verdict == run->verdict)
		return MG_OK;
	struct mg_run_node n = mg_run_node_member(top, "verdict");
	return mg_run_node_refuse(&n,
		mg_printf(top->arena, "'%s' as the results say", mg_verdict_word(run->verdict)));
}

static int read_run(const struct mg_run_node *top, struct mg_run *run)
{
	MG_TRY(get_fields(top, mg_run_fields, false, run));
	if (run->part.number > run->part.of) {
		struct mg_run_node part = mg_run_node_member(top, "part"),
				   n = mg_run_node_member(&part, "number");
		return mg_run_node_refuse(
			&n, mg_printf(top->arena, "at most %zu, its 'of'", run->part.of));
	}
	MG_TRY(check_names(top, run));
	MG_TRY(check_charts(top, run));
	return check_verdict(top, run);
}

static int broken_seal(struct mg_error *err)
{
	return mg_fail(err, MG_EIO,
		"the file was changed after the run: its seal is not that of what stands before it; "
		"use the file as the run wrote it, or run again with --json");
}

static int load(struct mg_arena *arena, const char *text, size_t len, struct mg_run_node *out,
	struct mg_error *err)
{
	*out = (struct mg_run_node){.arena = arena, .err = err};
	struct mg_error why;
	int code = mg_json_tree_read(arena, text, len, &out->value, &why);
	return code == MG_OK
		? MG_OK
		: mg_fail(err, code, "%s%s", code == MG_EIO ? "not JSON: " : "", why.text);
}

int mg_fields_read(struct mg_arena *arena, const char *text, size_t len,
	const struct mg_run_field *fields, void *base, bool *out_sealed, struct mg_error *err)
{
	struct mg_run_node top;
	char sha256[65];
	MG_TRY(load(arena, text, len, &top, err));
	int code = get_fields(&top, fields, false, base);
	*out_sealed = mg_seal_holds(text, len, sha256);
	return code;
}

int mg_run_read_digested(struct mg_arena *arena, const char *text, size_t len, struct mg_run **out,
	char out_sha256[65], struct mg_error *err)
{
	struct mg_run_node top;
	if (len > MG_RUN_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT, "the run is larger than %s",
			mg_human_bytes(arena, MG_RUN_MAX_BYTES));
	MG_TRY(load(arena, text, len, &top, err));
	struct mg_run *run = mg_alloc(arena, sizeof(*run));
	run->unsealed = !mg_json_member(top.value, "seal");
	if (!mg_seal_holds(text, len, out_sha256) && !run->unsealed)
		return broken_seal(err);
	MG_TRY(read_run(&top, run));
	*out = run;
	return MG_OK;
}

int mg_run_read(struct mg_arena *arena, const char *text, size_t len, struct mg_run **out,
	struct mg_error *err)
{
	char sha256[65];
	return mg_run_read_digested(arena, text, len, out, sha256, err);
}

int mg_run_read_file(
	struct mg_arena *arena, const char *path, struct mg_run **out, struct mg_error *err)
{
	char *text = NULL;
	size_t len = 0;
	MG_TRY(mg_file_read(arena, path, MG_RUN_MAX_BYTES, &text, &len, err));
	return mg_run_read(arena, text, len, out, err);
}
