/* test_freq_slow.c: frequency tables of the embedded engine are those that plain SQL counts, in little
 * memory as well, and from many sessions at once. */
#include <math.h>
#include <pthread.h>

#include "duckdb_files.h"
#include "stats/freq.h"
#include "stats/sort.h"

enum { FREQ_ROWS = 190000 };

/* x: nearly all distinct, with NULL, NaN and infinities; few: 37 values; eighths: half of the rows
 * have one of 100 values, the others one of 200,000. */
static const char freq_data[] =
	"COPY (SELECT range AS id, "
	"CASE WHEN range % 1000 = 0 THEN NULL WHEN range % 1001 = 0 THEN 'nan'::DOUBLE "
	"WHEN range % 1002 = 0 THEN 'inf'::DOUBLE WHEN range % 1003 = 0 THEN '-inf'::DOUBLE "
	"ELSE exp((hash(range) % 1000000) / 1e5) - 50 END AS x, "
	"(hash(range) % 37)::DOUBLE - 5 AS few, "
	"(CASE WHEN hash(range + 1) % 2 = 0 THEN hash(range) % 100 ELSE hash(range) % 200000 "
	"END)::DOUBLE / 8 AS eighths, "
	"(range % 3)::INTEGER AS class, "
	"CASE WHEN range % 11 = 0 THEN NULL ELSE 'slice number ' || (range % 7) END AS part "
	"FROM range(190000)) TO '%s/a.parquet' (ROW_GROUP_SIZE 20480)";

/* Reads the same as plain groups (part, class, value), an independent way to the same tables. */
static void assert_are_tables(struct fixture *f, const char *column, const struct mg_freq_set *set)
{
	const struct mg_term keys[] = {
		{.expr = mg_x_column(f->arena, "part", MG_TYPE_TEXT), .as = MG_CELL_TEXT},
		{.expr = mg_x_column(f->arena, "class", MG_TYPE_INTEGER), .as = MG_CELL_INTEGER},
		{.expr = mg_x_column(f->arena, column, MG_TYPE_REAL), .as = MG_CELL_REAL},
	};
	const struct mg_term term = {
		.expr = mg_x_call(f->arena, MG_FN_COUNT, 0), .as = MG_CELL_INTEGER};
	const struct mg_expr *below_two = mg_x_sql(f->arena, "class < 2");
	const struct mg_query query = {
		.source = {.data = &f->data[0], .where = &below_two, .where_count = 1},
		.keys = keys,
		.key_count = 3,
		.terms = &term,
		.term_count = 1};
	struct mg_table table;
	if (f->ops->query(f->session, &query, f->arena, &table, NULL, &f->err) != MG_OK)
		fail_msg("%s", f->err.text);
	size_t row = 0;
	for (size_t t = 0; t < set->slice_count * 2; t++) {
		const struct mg_freq *freq = &set->tables[t];
		int64_t rows = 0, nulls = 0, nans = 0;
		size_t len = 0;
		for (; row < table.rows; row++) {
			const struct mg_cell *cells = table.cells + row * 4;
			int64_t n = cells[3].integer;
			if (!mg_streq(cells[0].text, set->slices[t / 2]) ||
				cells[1].integer != (int64_t)(t % 2))
				break;
			if (cells[2].type == MG_CELL_NULL) {
				nulls += n;
			} else if (isnan(cells[2].real)) {
				nans += n;
			} else {
				assert_true(len < freq->len && freq->lo[len] == cells[2].real);
				assert_int_equal(mg_freq_n(freq, len), n);
				len++;
				rows += n;
			}
		}
		assert_null(freq->hi);
		assert_int_equal(freq->len, len);
		assert_int_equal(freq->rows, rows);
		assert_int_equal(freq->nulls, nulls);
		assert_int_equal(freq->nans, nans);
	}
	assert_int_equal(row, table.rows);
}

static void test_freq_is_exact(void **state)
{
	(void)state;
	static const char *const columns[] = {"x", "few", "eighths"};
	struct fixture f;
	fixture_init(&f);
	make_files(&f, freq_data);
	fixture_data(&f, "a", "a.parquet");
	open_or_fail(&f);
	for (size_t c = 0; c < 3; c++) {
		struct mg_query query = {.kind = MG_QUERY_FREQ,
			.source = {.data = &f.data[0]},
			.value = mg_x_column(f.arena, columns[c], MG_TYPE_REAL),
			.group = mg_x_column(f.arena, "class", MG_TYPE_INTEGER),
			.group_count = 2,
			.slice = mg_x_column(f.arena, "part", MG_TYPE_TEXT)};
		struct mg_freq_set set;
		assert_int_equal(
			f.ops->freq(f.session, &query, NULL, 0, 0, f.arena, &set, &f.err), MG_OK);
		assert_int_equal(set.slice_count, 8);
		assert_null(set.slices[0]);
		assert_string_equal(set.slices[7], "slice number 6");
		assert_are_tables(&f, columns[c], &set);
		for (size_t i = 0; i < set.slice_count; i++)
			assert_int_equal(set.dropped[i],
				number_of(&f,
					mg_printf(f.arena,
						"SELECT count(*) FROM a WHERE class = 2 AND "
						"coalesce(part, '') = '%s'",
						set.slices[i] ? set.slices[i] : "")));
		/* All in one table: the sum of what plain SQL counts. */
		query.group = query.slice = NULL;
		query.group_count = 1;
		assert_int_equal(
			f.ops->freq(f.session, &query, NULL, 0, 0, f.arena, &set, &f.err), MG_OK);
		assert_int_equal(set.slice_count, 1);
		assert_null(set.slices);
		const struct mg_freq *freq = &set.tables[0];
		assert_int_equal(freq->rows + freq->nulls + freq->nans, FREQ_ROWS);
		assert_true((double)freq->len + (freq->nans > 0) ==
			number_of(&f,
				mg_printf(
					f.arena, "SELECT count(DISTINCT %s) FROM a", columns[c])));
		double weighted = 0; /* tells each value with each count */
		for (size_t i = 0; i < freq->len; i++) {
			assert_true(i == 0 || freq->lo[i - 1] < freq->lo[i]);
			if (isfinite(freq->lo[i]))
				weighted += freq->lo[i] * (double)mg_freq_n(freq, i);
		}
		double wanted = number_of(&f,
			mg_printf(f.arena, "SELECT sum(%s) FROM a WHERE isfinite(%s)", columns[c],
				columns[c]));
		assert_true(fabs(weighted - wanted) <= 1e-9 * fabs(wanted));
	}
	fixture_done(&f);
}

static void test_freq_of_a_slice_without_a_group(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	make_files(&f, freq_data);
	fixture_data(&f, "a", "a.parquet");
	open_or_fail(&f);
	const struct mg_expr *class = mg_x_column(f.arena, "class", MG_TYPE_INTEGER);
	const struct mg_query query = {.kind = MG_QUERY_FREQ,
		.source = {.data = &f.data[0]},
		.value = mg_x_column(f.arena, "few", MG_TYPE_REAL),
		.group = class,
		.group_count = 2,
		.slice = mg_x_call(f.arena, MG_FN_TEXT, 1, class)};
	struct mg_freq_set set;
	assert_int_equal(f.ops->freq(f.session, &query, NULL, 0, 0, f.arena, &set, &f.err), MG_OK);
	assert_int_equal(set.slice_count, 3);
	assert_string_equal(set.slices[2], "2");
	assert_int_equal(set.tables[2 * 2].rows + set.tables[2 * 2 + 1].rows, 0);
	assert_int_equal(set.dropped[2], FREQ_ROWS / 3);
	assert_int_equal(set.dropped[0] + set.dropped[1], 0);
	fixture_done(&f);
}

/* Looking closer at one bucket of class 1 at a time leads to the exact values there. */
static void refine_to_exact(struct fixture *f, const struct mg_query *query, struct mg_freq table,
	const struct mg_freq *exact, size_t most)
{
	size_t rounds = 0;
	for (; rounds < 40; rounds++) {
		size_t i = table.len / 2;
		while (i < table.len && mg_freq_exact_at(&table, i))
			i++;
		if (i == table.len)
			break;
		const struct mg_range open = {table.lo[i], mg_freq_hi(&table, i)};
		struct mg_freq_set fine;
		assert_int_equal(
			f->ops->freq(f->session, query, &open, 1, most, f->arena, &fine, &f->err),
			MG_OK);
		struct mg_freq refined;
		mg_freq_refine(f->arena, &table, &open, 1, &fine.tables[1], &refined);
		assert_int_equal(refined.rows, table.rows);
		table = refined;
	}
	assert_true(rounds > 0);
	size_t exact_entries = 0;
	for (size_t i = 0, k = 0; i < table.len; i++) {
		while (k < exact->len && exact->lo[k] < table.lo[i])
			k++;
		assert_true(k < exact->len && exact->lo[k] == table.lo[i]);
		if (!mg_freq_exact_at(&table, i))
			continue;
		exact_entries++;
		assert_int_equal(mg_freq_n(&table, i), mg_freq_n(exact, k));
	}
	assert_true(exact_entries > 100);
}

static void test_freq_in_short_memory(void **state)
{
	(void)state;
	enum { MOST = 64 };
	struct fixture f;
	fixture_init(&f);
	make_files(&f, freq_data);
	fixture_data(&f, "a", "a.parquet");
	open_or_fail(&f);
	struct mg_query query = {.kind = MG_QUERY_FREQ,
		.source = {.data = &f.data[0]},
		.value = mg_x_column(f.arena, "x", MG_TYPE_REAL),
		.group = mg_x_column(f.arena, "class", MG_TYPE_INTEGER),
		.group_count = 3};
	struct mg_freq_set exact, set;
	assert_int_equal(
		f.ops->freq(f.session, &query, NULL, 0, 0, f.arena, &exact, &f.err), MG_OK);
	/* The same engine with little memory. */
	f.ops->session_close(f.session);
	f.ops->close(f.engine);
	f.session = NULL;
	f.engine = NULL;
	f.options.freq_bytes = 64 << 10;
	open_or_fail(&f);
	assert_int_equal(
		f.ops->freq(f.session, &query, NULL, 0, MOST, f.arena, &set, &f.err), MG_OK);
	for (size_t g = 0; g < 3; g++) {
		const struct mg_freq *t = &set.tables[g];
		assert_non_null(t->hi);
		assert_true(t->len <= MOST + 2);
		assert_int_equal(t->rows, exact.tables[g].rows);
		assert_int_equal(t->nulls, exact.tables[g].nulls);
		assert_int_equal(t->nans, exact.tables[g].nans);
	}
	refine_to_exact(&f, &query, set.tables[1], &exact.tables[1], MOST);
	/* A narrow interval fits into memory: it comes out exact at once. */
	const struct mg_range narrow[] = {{0, 0.5}, {100, 101}};
	assert_int_equal(
		f.ops->freq(f.session, &query, narrow, 2, MOST, f.arena, &set, &f.err), MG_OK);
	assert_null(set.tables[0].hi);
	size_t seen = 0;
	for (size_t k = 0; k < exact.tables[0].len; k++) {
		double x = exact.tables[0].lo[k];
		if ((x >= 0 && x <= 0.5) || (x >= 100 && x <= 101))
			assert_true(set.tables[0].lo[seen++] == x);
	}
	assert_true(seen > 100);
	assert_int_equal(seen, set.tables[0].len);
	/* Few distinct values stay exact in any memory. */
	query.value = mg_x_column(f.arena, "few", MG_TYPE_REAL);
	assert_int_equal(
		f.ops->freq(f.session, &query, NULL, 0, MOST, f.arena, &set, &f.err), MG_OK);
	assert_null(set.tables[0].hi);
	assert_int_equal(set.tables[0].len, 37);
	fixture_done(&f);
}

static void *make_table(void *context)
{
	struct fixture *f = context;
	struct mg_arena *arena = mg_arena_new();
	struct mg_session *session = NULL;
	struct mg_error err;
	struct mg_freq_set set;
	double *sum = NULL;
	if (f->ops->session_open(&session, f->engine, &err) == MG_OK) {
		struct mg_query query = {.kind = MG_QUERY_FREQ,
			.source = {.data = &f->data[0]},
			.value = mg_x_column(arena, "eighths", MG_TYPE_REAL),
			.group_count = 1};
		for (int i = 0; i < 5; i++)
			if (f->ops->freq(session, &query, NULL, 0, 0, arena, &set, &err) == MG_OK &&
				set.tables[0].rows == FREQ_ROWS) {
				sum = sum ? sum : calloc(1, sizeof(*sum));
				for (size_t k = 0; k < set.tables[0].len; k++)
					*sum += mg_freq_sum(&set.tables[0], k);
			}
		f->ops->session_close(session);
	}
	mg_arena_free(arena);
	return sum;
}

static void test_sessions_run_at_once(void **state)
{
	(void)state;
	enum { THREADS = 12 }; /* more than are kept ready */
	struct fixture f;
	fixture_init(&f);
	make_files(&f, freq_data);
	fixture_data(&f, "a", "a.parquet");
	open_or_fail(&f);
	double wanted = 5 * number_of(&f, "SELECT sum(eighths) FROM a");
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, make_table, &f);
	for (int i = 0; i < THREADS; i++) {
		void *sum = NULL;
		pthread_join(threads[i], &sum);
		assert_non_null(sum);
		assert_true(*(double *)sum == wanted); /* eighths: exact in any order */
		free(sum);
	}
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freq_is_exact),
		cmocka_unit_test(test_freq_of_a_slice_without_a_group),
		cmocka_unit_test(test_freq_in_short_memory),
		cmocka_unit_test(test_sessions_run_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
