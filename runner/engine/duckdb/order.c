/* order.c: which of two values comes first, of the types whose order their bytes tell. */
#include <string.h>

#include "engine/duckdb/engine.h"

#define COMPARE(name, type)                                                                        \
	static int compare_##name(const void *values_a, size_t a, const void *values_b, size_t b)  \
	{                                                                                          \
		type x = ((const type *)values_a)[a], y = ((const type *)values_b)[b];             \
		return x < y ? -1 : x > y;                                                         \
	}
COMPARE(bool, bool)
COMPARE(int8, int8_t)
COMPARE(int16, int16_t)
COMPARE(int32, int32_t)
COMPARE(int64, int64_t)
COMPARE(uint8, uint8_t)
COMPARE(uint16, uint16_t)
COMPARE(uint32, uint32_t)
COMPARE(uint64, uint64_t)
#undef COMPARE

/* NaN comes after all numbers. */
static int compare_numbers(double x, double y)
{
	if (x != x || y != y)
		return (x != x) - (y != y);
	return x < y ? -1 : x > y;
}

static int compare_float(const void *values_a, size_t a, const void *values_b, size_t b)
{
	return compare_numbers(
		(double)((const float *)values_a)[a], (double)((const float *)values_b)[b]);
}

static int compare_double(const void *values_a, size_t a, const void *values_b, size_t b)
{
	return compare_numbers(((const double *)values_a)[a], ((const double *)values_b)[b]);
}

static const char *bytes_of(const duckdb_string_t *s, size_t *out_len)
{
	*out_len = s->value.inlined.length;
	return *out_len <= sizeof(s->value.inlined.inlined) ? s->value.inlined.inlined
							    : s->value.pointer.ptr;
}

static int compare_bytes(const void *values_a, size_t a, const void *values_b, size_t b)
{
	size_t x_len = 0, y_len = 0;
	const char *x = bytes_of((const duckdb_string_t *)values_a + a, &x_len);
	const char *y = bytes_of((const duckdb_string_t *)values_b + b, &y_len);
	int order = memcmp(x, y, x_len < y_len ? x_len : y_len);
	return order ? order : x_len < y_len ? -1 : x_len > y_len;
}

mg_duckdb_compare mg_duckdb_compare_of(duckdb_type type)
{
	switch (type) {
	case DUCKDB_TYPE_BOOLEAN:
		return compare_bool;
	case DUCKDB_TYPE_TINYINT:
		return compare_int8;
	case DUCKDB_TYPE_SMALLINT:
		return compare_int16;
	case DUCKDB_TYPE_INTEGER:
	case DUCKDB_TYPE_DATE:
		return compare_int32;
	case DUCKDB_TYPE_BIGINT:
	case DUCKDB_TYPE_TIME:
	case DUCKDB_TYPE_TIMESTAMP:
	case DUCKDB_TYPE_TIMESTAMP_S:
	case DUCKDB_TYPE_TIMESTAMP_MS:
	case DUCKDB_TYPE_TIMESTAMP_NS:
	case DUCKDB_TYPE_TIMESTAMP_TZ:
		return compare_int64;
	case DUCKDB_TYPE_UTINYINT:
		return compare_uint8;
	case DUCKDB_TYPE_USMALLINT:
		return compare_uint16;
	case DUCKDB_TYPE_UINTEGER:
		return compare_uint32;
	case DUCKDB_TYPE_UBIGINT:
		return compare_uint64;
	case DUCKDB_TYPE_FLOAT:
		return compare_float;
	case DUCKDB_TYPE_DOUBLE:
		return compare_double;
	case DUCKDB_TYPE_VARCHAR:
	case DUCKDB_TYPE_BLOB:
		return compare_bytes;
	default:
		return NULL;
	}
}
