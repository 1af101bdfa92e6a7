/* test_parquet_nan.c: NaN satisfies no limit, also in Parquet whose statistics pass over it.
 *
 * data/nan.parquet was written by pyarrow 22: id 1..5, x DOUBLE (1, 2, NaN, 3, NULL) with the
 * statistics 1..3, f FLOAT (1.5, 2.5, NaN, -0, NULL), t VARCHAR. */
#include "duckdb_files.h"

static void copy_file(struct fixture *f, const char *name)
{
	const char *source = getenv("MODELGATE_SOURCE");
	char *bytes;
	size_t len;
	if (mg_file_read(f->arena,
		    mg_path_join(f->arena, source ? source : ".", "tests/engines/data/nan.parquet"),
		    1 << 20, &bytes, &len, &f->err) != MG_OK)
		fail_msg("%s", f->err.text);
	fixture_write(f, name, bytes, len);
}

static const struct {
	const char *sql; /* %s: the dataset */
	double one;      /* of one file; two files have twice as much */
} counts[] = {
	{"SELECT count(*) FROM %s", 5},
	{"SELECT count_if(x <= 100) FROM %s", 3},
	{"SELECT count_if(x < 100) FROM %s", 3},
	{"SELECT count_if(x BETWEEN 0 AND 100) FROM %s", 3},
	{"SELECT count_if(f BETWEEN -1 AND 100) FROM %s", 3},
	{"SELECT count_if(x <> 1000) FROM %s", 4},
	{"SELECT count_if(NOT (x <= 100)) FROM %s", 1},
	{"SELECT count(*) FROM %s WHERE x <= 100", 3},
	{"SELECT count(*) FROM %s WHERE NOT (x <= 100)", 1},
	{"SELECT count(*) FROM %s WHERE x > 100", 1},
	{"SELECT count_if(isnan(x)) FROM %s", 1},
	{"SELECT count_if(x IS NULL) FROM %s", 1},
	{"SELECT count_if(typeof(x) = 'DOUBLE' AND typeof(f) = 'FLOAT') FROM %s", 5},
};

static void test_nan_is_above_every_limit(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	copy_file(&f, "1.parquet");
	copy_file(&f, "2.parquet");
	fixture_data(&f, "one", "1.parquet");
	fixture_data(&f, "two", "?.parquet");
	open_or_fail(&f);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		const char *at = strstr(counts[i].sql, "%s");
		int before = (int)(at - counts[i].sql);
		for (int files = 1; files <= 2; files++) {
			const char *sql = mg_printf(f.arena, "%.*s%s%s", before, counts[i].sql,
				files == 1 ? "one" : "two", at + 2);
			if (number_of(&f, sql) != counts[i].one * files)
				fail_msg("%s: %g, not %g", sql, number_of(&f, sql),
					counts[i].one * files);
		}
	}
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_nan_is_above_every_limit)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
