/* run_values.c: values of a run by their field. */
#include "report/run_fields.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static const char *at(const void *base, size_t offset)
{
	return (const char *)base + offset;
}

const char *mg_run_text(const struct mg_run_field *field, const void *base)
{
	const char *text;
	memcpy(&text, at(base, field->offset), sizeof(text));
	return text;
}

double mg_run_number(const struct mg_run_field *field, const void *base)
{
	double number;
	memcpy(&number, at(base, field->offset), sizeof(number));
	bool none = field->type == MG_RUN_MEASURED && !((const struct mg_result *)base)->measured;
	return none ? NAN : number;
}

void mg_run_set_number(const struct mg_run_field *field, void *base, double value)
{
	memcpy((char *)base + field->offset, &value, sizeof(value));
}

int64_t mg_run_whole(const struct mg_run_field *field, const void *base)
{
	int64_t large = 0;
	int small = 0;
	bool flag = false;
	if (field->size == sizeof(small)) {
		memcpy(&small, at(base, field->offset), sizeof(small));
		return small;
	}
	if (field->size == sizeof(flag)) {
		memcpy(&flag, at(base, field->offset), sizeof(flag));
		return flag;
	}
	memcpy(&large, at(base, field->offset), sizeof(large));
	return large;
}

void mg_run_set_whole(const struct mg_run_field *field, void *base, int64_t value)
{
	char *place = (char *)base + field->offset;
	int small = (int)value;
	if (field->size == sizeof(small))
		memcpy(place, &small, sizeof(small));
	else if (field->size == sizeof(bool))
		*place = value != 0;
	else
		memcpy(place, &value, sizeof(value));
}

void mg_run_set_pointer(const struct mg_run_field *field, void *base, const void *pointer)
{
	memcpy((char *)base + field->offset, &pointer, sizeof(pointer));
}

void *mg_run_entries(const struct mg_run_field *field, const void *base, size_t *out_count)
{
	void *entries;
	memcpy(&entries, at(base, field->offset), sizeof(entries));
	memcpy(out_count, at(base, field->count), sizeof(*out_count));
	if (field->type == MG_RUN_CELLS || field->type == MG_RUN_NUMBERS)
		*out_count *= mg_run_across(field, base);
	return entries;
}

size_t mg_run_across(const struct mg_run_field *field, const void *base)
{
	size_t columns;
	memcpy(&columns, at(base, field->across), sizeof(columns));
	return columns;
}

/* Something other than NULL, NaN, 0 or nothing. */
static bool has_value(const struct mg_run_field *field, const void *base)
{
	size_t count = 0;
	switch (field->type) {
	case MG_RUN_FIXED:
		return false;
	case MG_RUN_DIGITS: /* beside a number alone */
		return mg_run_text(field, base) && !isnan(mg_run_number(field - 1, base));
	case MG_RUN_NUMBER:
	case MG_RUN_MEASURED:
		return !isnan(mg_run_number(field, base));
	case MG_RUN_TEXTS:
	case MG_RUN_CELLS:
	case MG_RUN_NUMBERS:
	case MG_RUN_LIST:
		mg_run_entries(field, base, &count);
		return count > 0;
	case MG_RUN_OBJECT:
		/* A text that is not there, and may not be null. */
		if (field->fields->type == MG_RUN_TEXT)
			return has_value(field->fields, base);
		for (const struct mg_run_field *f = field->fields; f->name; f++)
			if (has_value(f, base))
				return true;
		return false;
	default:
		return field->type < MG_RUN_FIXED ? mg_run_text(field, base) != NULL
						  : mg_run_whole(field, base) != 0;
	}
}

bool mg_run_has(const struct mg_run_field *field, const void *base)
{
	switch (field->when) {
	case MG_RUN_IF_ANY:
		return has_value(field, base);
	case MG_RUN_ELSE:
		return !has_value(field - 1, base);
	default:
		return true;
	}
}

void mg_run_clear(const struct mg_run_field *field, void *base)
{
	const size_t none = 0;
	switch (field->type) {
	case MG_RUN_FIXED:
		break;
	case MG_RUN_NUMBER:
	case MG_RUN_MEASURED:
		mg_run_set_number(field, base, NAN);
		break;
	case MG_RUN_TEXTS:
	case MG_RUN_CELLS:
	case MG_RUN_NUMBERS:
	case MG_RUN_LIST:
		mg_run_set_pointer(field, base, NULL);
		memcpy((char *)base + field->count, &none, sizeof(none));
		break;
	case MG_RUN_OBJECT:
		for (const struct mg_run_field *f = field->fields; f->name; f++)
			mg_run_clear(f, base);
		break;
	default:
		if (field->type < MG_RUN_FIXED)
			mg_run_set_pointer(field, base, NULL);
		else
			mg_run_set_whole(field, base, 0);
	}
}

static bool same_number(double a, double b)
{
	return isnan(a) || isnan(b) ? isnan(a) && isnan(b) : memcmp(&a, &b, sizeof(a)) == 0;
}

static bool same_fields(const struct mg_run_field *fields, const void *a, const void *b)
{
	for (const struct mg_run_field *f = fields; f->name; f++)
		if (!mg_run_same(f, a, b))
			return false;
	return true;
}

static bool same_entry(const struct mg_run_field *field, void *a, void *b, size_t i)
{
	if (field->type == MG_RUN_LIST)
		return same_fields(
			field->fields, mg_run_entry(field, a, i), mg_run_entry(field, b, i));
	if (field->type == MG_RUN_NUMBERS)
		return same_number(((double *)a)[i], ((double *)b)[i]);
	return mg_streq(((const char **)a)[i], ((const char **)b)[i]);
}

static bool same_entries(const struct mg_run_field *field, const void *a, const void *b)
{
	size_t count = 0, other = 0;
	void *of_a = mg_run_entries(field, a, &count), *of_b = mg_run_entries(field, b, &other);
	if (count != other)
		return false;
	for (size_t i = 0; of_a != of_b && i < count; i++)
		if (!same_entry(field, of_a, of_b, i))
			return false;
	return true;
}

bool mg_run_same(const struct mg_run_field *field, const void *a, const void *b)
{
	switch (field->type) {
	case MG_RUN_FIXED:
		return true;
	case MG_RUN_NUMBER:
	case MG_RUN_MEASURED:
		return same_number(mg_run_number(field, a), mg_run_number(field, b));
	case MG_RUN_CELLS:
	case MG_RUN_NUMBERS:
		if (mg_run_across(field, a) != mg_run_across(field, b))
			return false; /* fall through */
	case MG_RUN_TEXTS:
	case MG_RUN_LIST:
		return same_entries(field, a, b);
	case MG_RUN_OBJECT:
		return same_fields(field->fields, a, b);
	default:
		return field->type < MG_RUN_FIXED
			? mg_streq(mg_run_text(field, a), mg_run_text(field, b))
			: mg_run_whole(field, a) == mg_run_whole(field, b);
	}
}
