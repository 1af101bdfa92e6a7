/* csv_form.c: how files are written: what the spec says, what the first record shows, and the names of
 * the columns. */
#include "input/csv_scan.h"

#include <assert.h>
#include <string.h>

#include "base/escape.h"
#include "base/map.h"
#include "base/text.h"
#include "input/place.h"

/* ---- what the spec says ---- */

struct mg_csv_form mg_csv_form_of(const struct mg_data *data)
{
	const char *quote = data->csv.quote ? data->csv.quote : "\"";
	struct mg_csv_form form = {
		.quote = *quote,
		.escape = data->csv.escape ? *data->csv.escape : *quote,
		.comment = data->csv.comment ? *data->csv.comment : '\0',
		.decimal = data->csv.decimal ? *data->csv.decimal : '.',
		.latin1 = data->csv.latin1,
		.header = data->csv.header != 0,
		.skip = data->csv.skip,
		.null_text = data->csv.null_text,
	};
	const char *delimiter = data->csv.delimiter ? data->csv.delimiter
		: data->format == MG_FORMAT_TSV     ? "\t"
						    : "";
	mg_csv_form_delimit(&form, delimiter);
	return form;
}

void mg_csv_form_delimit(struct mg_csv_form *form, const char *delimiter)
{
	form->delimiter_len = strnlen(delimiter, sizeof(form->delimiter) - 1);
	memcpy(form->delimiter, delimiter, form->delimiter_len);
	form->delimiter[form->delimiter_len] = '\0';
}

const char *mg_csv_delimiter_shown(const char *delimiter)
{
	return mg_streq(delimiter, "\t") ? "tab" : delimiter;
}

/* ---- the top of a file ---- */

static int read_more(struct mg_csv_cursor *c, struct mg_error *err)
{
	size_t at = c->at;
	/* Nothing is dropped, so that the whole top can be looked at. */
	MG_TRY(mg_window_more(&c->window, 0, err));
	c->at = at;
	return MG_OK;
}

/* Passes over a byte order mark and the lines that the spec skips. */
static int start_file(struct mg_csv_scan *s, size_t file, struct mg_csv_cursor *c,
	uint64_t *out_line, struct mg_error *err)
{
	const struct mg_source_file *source = s->rows->files[file];
	MG_TRY(mg_window_start(&c->window, source, 0, 0, s->options->stop, err));
	MG_TRY(mg_window_more(&c->window, 0, err));
	const char *data = c->window.data;
	if (c->window.len >= 2 &&
		(memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0))
		return mg_place_fail(
			err, MG_EIO, s->rows, source, 1, "it is UTF-16; save it as UTF-8");
	c->at = c->window.len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	*out_line = 1;
	for (int i = 0; i < s->form.skip;) {
		const char *end = c->window.data + c->window.len;
		const char *next = mg_csv_line_end(c->window.data + c->at, end, c->window.ended);
		if (!next && !c->window.ended) {
			MG_TRY(read_more(c, err));
			continue;
		}
		c->at = next ? (size_t)(next - c->window.data) : c->window.len;
		++*out_line;
		i++;
	}
	return MG_OK;
}

/* The first record, with room for all its fields. */
static int first_record(struct mg_csv_scan *s, size_t file, struct mg_csv_cursor *c,
	enum mg_csv_found *out, struct mg_error *err)
{
	c->columns = 0; /* empty lines at the top are no records, whatever follows */
	for (;;) {
		*out = mg_csv_cursor_next(c);
		if (*out == MG_CSV_MORE) {
			MG_TRY(read_more(c, err));
			continue;
		}
		if (*out != MG_CSV_RECORD || c->record.count <= c->record.capacity)
			break;
		c->record.capacity = c->record.count;
		c->record.fields = mg_alloc_array(
			s->scratch, c->record.capacity, sizeof(*c->record.fields));
		c->at = 0; /* once more from the top */
		uint64_t line = 0;
		MG_TRY(start_file(s, file, c, &line, err));
		c->blank = c->comments = 0;
	}
	if (*out == MG_CSV_OPEN_QUOTE || *out == MG_CSV_AFTER_QUOTE) {
		struct mg_csv_trouble trouble = {.found = *out,
			.place = c->window.at + (uint64_t)(c->record.bad - c->window.data)};
		return mg_csv_trouble_fail(s, file, &trouble, err);
	}
	return MG_OK;
}

static int open_top(struct mg_csv_scan *s, size_t file, struct mg_csv_cursor *c,
	enum mg_csv_found *out, uint64_t *out_line, struct mg_error *err)
{
	enum { SOME_FIELDS = 64 };
	*c = (struct mg_csv_cursor){.form = &s->form};
	c->record.capacity = SOME_FIELDS;
	c->record.fields = mg_alloc_array(s->scratch, SOME_FIELDS, sizeof(*c->record.fields));
	MG_TRY(start_file(s, file, c, out_line, err));
	MG_TRY(first_record(s, file, c, out, err));
	if (*out == MG_CSV_RECORD) {
		/* The line that it starts in. */
		const char *end = c->record.fields[0].at;
		*out_line = 1;
		for (const char *at = c->window.data;
			(at = mg_csv_line_end(at, end, true)) != NULL;)
			++*out_line;
	}
	return MG_OK;
}

/* ---- delimiter ---- */

/* How many records follow the first if all of them have the same number of fields, of several; else 0. */
static int count_alike(
	struct mg_csv_cursor *c, uint64_t *out_records, size_t *out_fields, struct mg_error *err)
{
	uint64_t records = 0;
	*out_records = *out_fields = 0;
	c->columns = 0;
	for (;; records++) {
		enum mg_csv_found found = mg_csv_cursor_next(c);
		for (; found == MG_CSV_MORE; found = mg_csv_cursor_next(c))
			MG_TRY(mg_csv_cursor_more(c, err));
		if (found == MG_CSV_END)
			break;
		size_t fields = found == MG_CSV_RECORD ? c->record.count : 1;
		if (fields == 1 || (records && fields != *out_fields))
			return MG_OK;
		*out_fields = fields;
	}
	*out_records = records;
	return MG_OK;
}

/* The first record is of one field. Where a delimiter parts all that follow alike, it may be a title. */
static int refuse_title(struct mg_csv_scan *s, const char *delimiter, struct mg_error *err)
{
	struct mg_csv_cursor cursor;
	enum mg_csv_found found = MG_CSV_END;
	uint64_t line = 0, records = 0;
	size_t fields = 0;
	mg_csv_form_delimit(&s->form, delimiter);
	int code = open_top(s, 0, &cursor, &found, &line, err);
	if (code == MG_OK && found == MG_CSV_RECORD)
		code = count_alike(&cursor, &records, &fields, err);
	mg_window_close(&cursor.window);
	MG_TRY(code);
	if (records < 2)
		return MG_OK;
	return mg_place_fail(err, MG_EIO, s->rows, s->rows->files[0], line,
		"the first record has one field, and '%s' splits all others into %zu. Say csv: "
		"{skip: %llu} if it is a title, or csv: {delimiter: \",\"} if the file has one "
		"column",
		mg_csv_delimiter_shown(delimiter), fields, (unsigned long long)line);
}

int mg_csv_candidates(struct mg_csv_scan *s, const char *out[MG_CSV_DELIMITERS], size_t *out_count,
	struct mg_error *err)
{
	static const char *const delimiters[MG_CSV_DELIMITERS] = {",", ";", "\t", "|"};
	struct mg_error first = {0};
	*out_count = 0;
	for (size_t i = 0; i < MG_CSV_DELIMITERS; i++) {
		struct mg_csv_cursor cursor;
		enum mg_csv_found found = MG_CSV_END;
		uint64_t line = 0;
		struct mg_error failed = {0};
		mg_csv_form_delimit(&s->form, delimiters[i]);
		int code = open_top(s, 0, &cursor, &found, &line, &failed);
		size_t count = cursor.record.count;
		mg_window_close(&cursor.window);
		if (code != MG_OK && !first.code)
			first = failed;
		if (code == MG_OK && found == MG_CSV_RECORD && count > 1)
			out[(*out_count)++] = delimiters[i];
	}
	if (*out_count == 0 && first.code)
		return mg_fail(err, first.code, "%s", first.text);
	if (*out_count)
		return MG_OK;
	for (size_t i = 1; i < MG_CSV_DELIMITERS; i++)
		MG_TRY(refuse_title(s, delimiters[i], err));
	out[(*out_count)++] = delimiters[0];
	return MG_OK;
}

/* ---- header and names ---- */

static const char *field_text(struct mg_csv_scan *s, const struct mg_csv_field *field)
{
	char *text = mg_alloc(s->arena, field->len + 1);
	size_t len = field->len;
	if (field->escaped)
		len = mg_csv_unescape(&s->form, field, text);
	else
		memcpy(text, field->at, len);
	text[len] = '\0';
	if (!s->form.latin1)
		return text;
	char *wide = mg_alloc(s->arena, 2 * len + 1);
	wide[mg_csv_from_latin1(text, len, wide)] = '\0';
	return wide;
}

static bool has_letter(const struct mg_csv_field *field)
{
	for (size_t i = 0; i < field->len; i++) {
		unsigned char c = (unsigned char)field->at[i], small = c | 0x20;
		if (c >= 0x80 || (small >= 'a' && small <= 'z'))
			return true;
	}
	return false;
}

/* Could the first record as well be data? Names have letters, or quotes around them. */
static bool may_be_data(const struct mg_csv_scan *s, const struct mg_csv_record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct mg_csv_field *field = &record->fields[i];
		struct mg_fit fit = {0};
		if (field->quoted)
			return false;
		mg_fit_add(&fit, field->at, field->len, s->form.decimal);
		if ((fit.seen & MG_FIT_TEXT) && has_letter(field))
			return false;
	}
	return true;
}

/* Columns that the spec names are told by their places: each file's header must be the first one's. */
static int same_header(struct mg_csv_scan *s, size_t file, const char *const *texts, size_t count,
	uint64_t line, struct mg_error *err)
{
	if (!s->form.header)
		return MG_OK;
	if (!s->header) {
		s->header = texts;
		return MG_OK;
	}
	for (size_t i = 0; i < count; i++)
		if (!mg_streq(texts[i], s->header[i]))
			return mg_place_fail(err, MG_EIO, s->rows, s->rows->files[file], line,
				"column %zu is '%s' here and '%s' in %s; csv: {columns} names them by "
				"their places, so these must be the same in all files",
				i + 1, mg_log_safe(s->scratch, texts[i]),
				mg_log_safe(s->scratch, s->header[i]),
				mg_log_safe(s->scratch, mg_place_path(s->rows, s->rows->files[0])));
	return MG_OK;
}

static int name_columns(struct mg_csv_scan *s, size_t file, const struct mg_csv_record *record,
	uint64_t line, const char **names, struct mg_error *err)
{
	const struct mg_data *data = s->rows->data;
	const struct mg_source_file *source = s->rows->files[file];
	if (data->csv.column_count && data->csv.column_count != record->count)
		return mg_place_fail(err, MG_EIO, s->rows, source, line,
			"%zu field%s, but csv: {columns} names %zu", record->count,
			record->count == 1 ? "" : "s", data->csv.column_count);
	bool same = data->csv.column_count > 0;
	const char **texts = mg_alloc_array(s->scratch, record->count, sizeof(*texts));
	for (size_t i = 0; i < record->count; i++) {
		const char *text = texts[i] = field_text(s, &record->fields[i]);
		if (data->csv.column_count) {
			names[i] = data->csv.columns[i];
			same = same && mg_streq(names[i], text);
		} else if (!s->form.header || *text == '\0') {
			names[i] = mg_printf(s->arena, "column%zu", i);
		} else {
			names[i] = text;
		}
		if (s->form.header && !data->csv.column_count && *text == '\0' && i > 0)
			return mg_place_fail(err, MG_EIO, s->rows, source, line,
				"column %zu has no name; if the header stands further below, say so by "
				"csv: {skip: N}, else name all columns by csv: {header: true, columns: "
				"[...]}",
				i + 1);
	}
	if (same && !s->form.header)
		return mg_place_fail(err, MG_EIO, s->rows, source, line,
			"the first record repeats the names of csv: {columns}; say "
			"header: true if it is a header");
	return data->csv.column_count ? same_header(s, file, texts, record->count, line, err)
				      : MG_OK;
}

/* The columns of a file that is not the first, by name. */
static int match_columns(
	struct mg_csv_scan *s, size_t file, const char **names, size_t count, struct mg_error *err)
{
	struct mg_rows *rows = s->rows;
	size_t *columns = s->detail->columns[file];
	bool same = count == rows->column_count;
	for (size_t i = 0; i < count && same; i++)
		same = mg_streq(names[i], rows->columns[i].name);
	if (same) {
		for (size_t i = 0; i < count; i++)
			columns[i] = i;
		return MG_OK;
	}
	return mg_rows_match_columns(s->arena, rows, file, names, count, columns, err);
}

/* Nothing in the file, or lines that are no records only. */
static int no_records(struct mg_csv_scan *s, size_t file, size_t *out_count,
	const char ***out_names, struct mg_error *err)
{
	const struct mg_data *data = s->rows->data;
	const struct mg_source_file *source = s->rows->files[file];
	*out_count = data->csv.column_count;
	*out_names = data->csv.columns;
	if (*out_count)
		return MG_OK;
	return mg_place_fail(err, MG_EIO, s->rows, source, 0,
		source->bytes ? "it has no header and no rows"
			      : "it is empty (0 bytes), so it has no columns");
}

/* The columns of the first record; *out_from moves back to it when it is no header. */
static int use_record(struct mg_csv_scan *s, size_t file, const struct mg_csv_cursor *c,
	uint64_t line, const char ***out_names, uint64_t *out_from, struct mg_error *err)
{
	const struct mg_csv_record *record = &c->record;
	struct mg_csv_trouble trouble = {.found = MG_CSV_RECORD};
	size_t checked = 0;
	if (!mg_csv_check_characters(s, c, &checked, &trouble))
		return mg_csv_trouble_fail(s, file, &trouble, err);
	if (!s->form.header) {
		const char *first = record->fields[0].at - record->fields[0].quoted;
		*out_from = c->window.at + (uint64_t)(first - c->window.data);
	} else if (s->rows->data->csv.header < 0 && may_be_data(s, record)) {
		return mg_place_fail(err, MG_EIO, s->rows, s->rows->files[file], line,
			"the first record has values instead of names; say csv: {header: false} "
			"if it is data, or header: true if these are names");
	} else if (file == 0) {
		s->header_line = line;
	}
	*out_names = mg_alloc_array(s->arena, record->count, sizeof(**out_names));
	return name_columns(s, file, record, line, *out_names, err);
}

static int use_names(
	struct mg_csv_scan *s, size_t file, const char **names, size_t count, struct mg_error *err)
{
	struct mg_rows *rows = s->rows;
	assert(names);
	s->detail->field_count[file] = count;
	s->detail->columns[file] = mg_alloc_array(s->arena, count, sizeof(size_t));
	if (file == 0) {
		rows->column_count = count;
		rows->columns = mg_alloc_array(s->arena, count, sizeof(*rows->columns));
		for (size_t i = 0; i < count; i++)
			rows->columns[i].name = names[i];
	}
	return match_columns(s, file, names, count, err);
}

int mg_csv_read_top(struct mg_csv_scan *s, size_t file, uint64_t *out_from, struct mg_error *err)
{
	struct mg_csv_cursor cursor;
	enum mg_csv_found found = MG_CSV_END;
	uint64_t line = 0;
	const char **names = NULL;
	int code = open_top(s, file, &cursor, &found, &line, err);
	size_t count = cursor.record.count;
	if (code == MG_OK) {
		*out_from = mg_csv_cursor_place(&cursor);
		code = found == MG_CSV_END
			? no_records(s, file, &count, &names, err)
			: use_record(s, file, &cursor, line, &names, out_from, err);
	}
	s->blank += cursor.blank;
	s->comments += cursor.comments;
	mg_window_close(&cursor.window);
	MG_TRY(code);
	return use_names(s, file, names, count, err);
}

/* ---- for people ---- */

const char *mg_csv_form_text(const struct mg_csv_scan *s)
{
	struct mg_text out;
	mg_text_init(&out, s->arena);
	mg_text_addf(&out, "delimiter %s", mg_csv_delimiter_shown(s->form.delimiter));
	if (s->form.quote)
		mg_text_addf(&out, ", quote %c", s->form.quote);
	else
		mg_text_add(&out, ", no quotes");
	if (s->form.quote && s->form.escape != s->form.quote)
		mg_text_addf(&out, s->form.escape ? ", escape %c" : ", no escape", s->form.escape);
	if (s->header_line)
		mg_text_addf(&out, ", header in line %llu", (unsigned long long)s->header_line);
	else
		mg_text_add(&out, ", no header");
	if (s->form.skip)
		mg_text_addf(
			&out, ", %d line%s skipped", s->form.skip, s->form.skip == 1 ? "" : "s");
	if (s->form.latin1)
		mg_text_add(&out, ", latin-1");
	if (s->form.decimal != '.')
		mg_text_addf(&out, ", decimal %c", s->form.decimal);
	if (s->comments)
		mg_text_addf(&out, ", %llu comment line%s", (unsigned long long)s->comments,
			s->comments == 1 ? "" : "s");
	if (s->blank)
		mg_text_addf(&out, ", %llu empty line%s skipped", (unsigned long long)s->blank,
			s->blank == 1 ? "" : "s");
	return out.data;
}
