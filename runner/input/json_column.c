/* json_column.c: the values of a key as a column: its type, what counts as NULL, and the text of a
 * cell. */
#include <string.h>

#include "input/json.h"

enum { NUMBERS = 1 << MG_JSON_NUMBER | 1 << MG_JSON_WORD };

/* Does a column of the type hold any text? */
static bool takes_text(const struct mg_type *type)
{
	return !type || type->id == MG_TYPE_ID_TEXT || type->id == MG_TYPE_ID_JSON;
}

/* Is the value one that counts as NULL? `plain`: its text, without escapes. */
static bool json_is_missing(const struct mg_missing *missing, const struct mg_type *type,
	const struct mg_json_value *value, const char *plain, size_t len)
{
	/* The string "007" is not the number 7, unless it stands in a column of numbers. */
	bool by_value = value->kind == MG_JSON_NUMBER ||
		(value->kind == MG_JSON_STRING && !takes_text(type));
	if (value->kind == MG_JSON_NESTED)
		return false;
	for (size_t i = 0; i < missing->count; i++) {
		const char *word = missing->values[i];
		size_t word_len = strlen(word);
		if (by_value ? mg_value_same(word, word_len, plain, len, '.')
			     : word_len == len && memcmp(word, plain, len) == 0)
			return true;
	}
	return false;
}

static bool is_moment(enum mg_type_id id)
{
	return id >= MG_TYPE_ID_DATE && id <= MG_TYPE_ID_TIMESTAMP_TZ;
}

/* Strings are moments or texts: those that look like numbers are texts as well. */
static void add_string(struct mg_fit *fit, const char *plain, size_t len)
{
	if (fit->seen & MG_FIT_TEXT)
		return;
	if (len && *plain >= '0' && *plain <= '9') {
		mg_fit_add(fit, plain, len, '.');
		if (is_moment(mg_fit_type(fit).id))
			return;
	}
	fit->seen |= MG_FIT_TEXT;
}

static bool is_held(
	const struct mg_type *type, enum mg_json_kind kind, const char *plain, size_t len)
{
	return takes_text(type) ||
		(kind != MG_JSON_NESTED && mg_value_holds(type, plain, len, '.'));
}

bool mg_json_column_add(struct mg_json_column *column, const struct mg_data *data,
	const struct mg_json_value *value, struct mg_arena *scratch, const char **out_wrong)
{
	const char *plain = value->at;
	size_t len = value->len;
	if (value->kind == MG_JSON_NULL)
		return true;
	if (value->escaped)
		plain = mg_json_plain(scratch, value, &len);
	if (data->missing.count &&
		json_is_missing(&data->missing, column->declared, value, plain, len))
		return true;
	column->kinds |= 1u << value->kind;
	if (!column->declared) {
		if (value->kind == MG_JSON_STRING)
			add_string(&column->strings, plain, len);
		else if (!(column->kinds & ~(unsigned)NUMBERS))
			mg_fit_add(&column->numbers, plain, len, '.');
		return true;
	}
	if (is_held(column->declared, value->kind, plain, len))
		return true;
	*out_wrong = mg_rows_bad_value(
		scratch, data, column->key->name, plain, len, column->declared);
	return false;
}

void mg_json_column_join(
	struct mg_json_column *column, const struct mg_json_column *other, size_t file_count)
{
	if (other->first_file < column->first_file ||
		(other->first_file == column->first_file && other->first_at < column->first_at)) {
		column->first_file = other->first_file;
		column->first_at = other->first_at;
	}
	column->kinds |= other->kinds;
	mg_fit_join(&column->numbers, &other->numbers);
	mg_fit_join(&column->strings, &other->strings);
	for (size_t i = 0; i < (file_count + 63) / 64; i++)
		column->files[i] |= other->files[i];
}

struct mg_type mg_json_column_type(const struct mg_json_column *column)
{
	if (column->declared)
		return *column->declared;
	struct mg_type type = {.id = MG_TYPE_ID_TEXT};
	if (column->kinds == 1u << MG_JSON_BOOLEAN)
		type.id = MG_TYPE_ID_BOOLEAN;
	else if (column->kinds == 1u << MG_JSON_NESTED)
		type.id = MG_TYPE_ID_JSON;
	else if (column->kinds && !(column->kinds & ~(unsigned)NUMBERS))
		type = mg_fit_type(&column->numbers);
	else if (column->kinds == 1u << MG_JSON_STRING)
		type = mg_fit_type(&column->strings);
	return type;
}

struct mg_cell_text mg_json_cell(const struct mg_type *type, const struct mg_missing *missing,
	const struct mg_json_value *value, struct mg_arena *scratch)
{
	struct mg_cell_text cell = {.at = value->at, .len = value->len};
	if (value->kind == MG_JSON_NULL)
		return (struct mg_cell_text){NULL, 0};
	if (value->escaped)
		cell.at = mg_json_plain(scratch, value, &cell.len);
	if (missing->count && json_is_missing(missing, type, value, cell.at, cell.len))
		return (struct mg_cell_text){NULL, 0};
	/* A string is a JSON text with its quotes only. */
	if (type->id == MG_TYPE_ID_JSON && value->kind == MG_JSON_STRING)
		return (struct mg_cell_text){value->at - 1, value->len + 2};
	return cell;
}
