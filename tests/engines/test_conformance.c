/* test_conformance.c: what every engine must answer, by the cases of conformance.cases. */
#include "cases.h"
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "stats/freq.h"

#include <cmocka.h>

enum { MOST_LINES = 64, MOST_DATASETS = 32 };

struct a_case {
	const char *name;
	int line;
	const char *lines[MOST_LINES]; /* "word rest" */
	size_t count;
};

static struct mg_arena *arena;
static struct a_case *cases;
static size_t case_count, case_capacity;
static struct fixture fixture;
/* A service takes several statements to describe a dataset, so each is described once. */
static struct described {
	const char *name;
	struct mg_schema schema;
} described[MOST_DATASETS];
static size_t described_count;

/* ---- reading ---- */

static void read_data(const char *name, char **line)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	char *next = strtok_r(NULL, "\n", line);
	for (; next && next[0] == '|'; next = strtok_r(NULL, "\n", line))
		mg_text_addf(&text, "%s\n", next[1] ? next + 2 : "");
	if (fixture.ops->summary) { /* whoever starts the service has made the table */
		struct mg_data *table = fixture_data(&fixture, name, "sql:");
		*table = (struct mg_data){
			.name = name, .table = name, .connection = &fixture.connection};
		return;
	}
	const char *file = mg_printf(arena, "%s.csv", name);
	fixture_text(&fixture, file, text.data);
	struct mg_data *data = fixture_data(&fixture, name, file);
	data->csv.header = 1;
}

static void read_cases(void)
{
	const char *source = getenv("MODELGATE_SOURCE");
	char *text = NULL;
	size_t len = 0;
	struct mg_error err;
	const char *path = getenv("MODELGATE_CASES"); /* in another engine's words */
	if (!path)
		path = mg_path_join(
			arena, source ? source : ".", "tests/engines/conformance.cases");
	if (mg_file_read(arena, path, 1 << 20, &text, &len, &err) != MG_OK)
		bad_case(err.text, path);
	int number = 0;
	char *save = NULL;
	/* Data lines end with a line that is not data, which must be a blank one with a "#". */
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		number++;
		if (line[0] == '#')
			continue;
		if (mg_starts_with(line, "data ")) {
			read_data(line + 5, &save);
			continue;
		}
		if (mg_starts_with(line, "view ")) {
			const char *space = strchr(line + 5, ' ');
			fixture_data(&fixture,
				mg_strndup(arena, line + 5, (size_t)(space - line - 5)),
				mg_printf(arena, "sql:%s", space + 1))
				->connection = fixture.options.connection;
			continue;
		}
		if (mg_starts_with(line, "case ")) {
			cases = mg_grow(arena, cases, case_count, &case_capacity, sizeof(*cases));
			cases[case_count++] = (struct a_case){.name = line + 5, .line = number};
			continue;
		}
		struct a_case *c = &cases[case_count - 1];
		if (case_count == 0 || c->count == MOST_LINES)
			bad_case("line outside a case", line);
		c->lines[c->count++] = line;
	}
}

/* ---- a case as a query ---- */

struct made {
	struct mg_query query, with;
	struct mg_term other_key;
	const struct mg_expr *where[8];
	struct mg_term keys[8], terms[32];
	const char *columns[8];
	const char *rows[32];
	size_t row_count;
	const char *error;
	const char *skipped;
};

static bool take(const char *line, const char *word, const char **rest)
{
	size_t len = strlen(word);
	if (strncmp(line, word, len) != 0 || (line[len] && line[len] != ' '))
		return false;
	*rest = line[len] ? line + len + 1 : "";
	return true;
}

static struct mg_schema schema_of(const char *name)
{
	for (size_t i = 0; i < described_count; i++)
		if (mg_streq(described[i].name, name))
			return described[i].schema;
	const struct mg_data *data = fixture_find(&fixture, name);
	if (!data || described_count == MOST_DATASETS)
		bad_case(data ? "too many data" : "no such data", name);
	struct described *added = &described[described_count++];
	*added = (struct described){.name = data->name};
	if (fixture.ops->describe(fixture.session, data, arena, &added->schema, NULL, NULL,
		    &fixture.err) != MG_OK)
		fail_msg("%s: %s", name, fixture.err.text);
	return added->schema;
}

/* The other rows of pairs: their key, value and, where the query has one, slice. */
static void make_with(struct made *m, struct reader *r)
{
	const char *name = take_word(r);
	struct mg_schema *schema = mg_alloc(arena, sizeof(*schema));
	*schema = schema_of(name);
	r->schema = schema;
	m->other_key = (struct mg_term){.expr = read_expr(r), .as = m->keys[0].as};
	m->with = (struct mg_query){.kind = MG_QUERY_PAIRS,
		.source = {.data = fixture_find(&fixture, name)},
		.keys = &m->other_key,
		.key_count = 1,
		.value = read_expr(r),
		.slice = m->query.slice ? read_expr(r) : NULL};
	m->query.with = &m->with;
}

static void make_line(struct made *m, struct mg_schema *schema, const char *line)
{
	struct mg_query *q = &m->query;
	const char *rest = NULL;
	struct reader r = {.arena = arena, .schema = schema};
	if (take(line, "on", &rest)) {
		*schema = schema_of(rest);
		q->source.data = fixture_find(&fixture, rest);
	} else if (take(line, "kind", &rest)) {
		q->kind = read_kind(rest);
	} else if (take(line, "where", &rest)) {
		r.at = rest;
		m->where[q->source.where_count++] = read_expr(&r);
	} else if (take(line, "key", &rest)) {
		r.at = rest;
		m->keys[q->key_count].as = read_cell_type(&r);
		m->keys[q->key_count++].expr = read_expr(&r);
	} else if (take(line, "term", &rest)) {
		r.at = rest;
		m->terms[q->term_count].as = read_cell_type(&r);
		m->terms[q->term_count++].expr = read_expr(&r);
	} else if (take(line, "other", &rest)) {
		r.at = rest;
		q->other.data = fixture_find(&fixture, take_word(&r));
		q->other_key = read_expr(&r);
	} else if (take(line, "with", &rest)) {
		r.at = rest;
		make_with(m, &r);
	} else if (take(line, "sql", &rest)) {
		q->sql = rest;
	} else if (take(line, "column", &rest)) {
		m->columns[q->column_count++] = rest;
	} else if (take(line, "limit", &rest)) {
		q->limit = (int)strtol(rest, NULL, 10);
	} else if (take(line, "value", &rest)) {
		r.at = rest;
		q->value = read_expr(&r);
	} else if (take(line, "slice", &rest)) {
		r.at = rest;
		q->slice = read_expr(&r);
	} else if (take(line, "group", &rest)) {
		r.at = rest;
		q->group_count = (int)strtol(take_word(&r), NULL, 10);
		q->group = read_expr(&r);
	} else if (take(line, "row", &rest) || take(line, "table", &rest)) {
		m->rows[m->row_count++] = rest;
	} else if (take(line, "error", &rest)) {
		m->error = rest;
	} else if (take(line, "not", &rest)) {
		if (mg_starts_with(rest, fixture.ops->name))
			m->skipped = rest;
	} else {
		bad_case("unknown line", line);
	}
}

static const char *table_text(const char *slice, size_t group, const struct mg_freq *f)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_text_addf(&out, "%s %zu", slice ? slice : "NULL", group);
	for (size_t i = 0; i < f->len; i++) {
		mg_text_add_char(&out, ' ');
		mg_text_add_double(&out, f->lo[i]);
		mg_text_addf(&out, "*%lld", (long long)mg_freq_n(f, i));
	}
	mg_text_addf(&out, " nulls=%lld nans=%lld", (long long)f->nulls, (long long)f->nans);
	return out.data;
}

/* What came out, one line a row, as the case writes it. */
static int answer(const struct made *m, const char **lines, size_t *count)
{
	const struct mg_query *q = &m->query;
	*count = 0;
	if (q->kind == MG_QUERY_FREQ) {
		struct mg_freq_set set;
		MG_TRY(fixture.ops->freq(
			fixture.session, q, NULL, 0, 0, arena, &set, &fixture.err));
		size_t groups = q->group ? (size_t)q->group_count : 1;
		for (size_t i = 0; i < set.slice_count * groups; i++)
			lines[(*count)++] = table_text(set.slices ? set.slices[i / groups] : "-",
				i % groups, &set.tables[i]);
		return MG_OK;
	}
	struct mg_table table;
	MG_TRY(fixture.ops->query(fixture.session, q, arena, &table, NULL, &fixture.err));
	for (size_t r = 0; r < table.rows; r++)
		lines[(*count)++] = row_text(arena, table.cells + r * table.columns, table.columns);
	return MG_OK;
}

static int run_case(const struct a_case *c)
{
	struct made m = {.query = {.group_count = 1, .limit = 5}};
	struct mg_schema schema = {0};
	const char *lines[64];
	size_t count = 0;
	for (size_t i = 0; i < c->count; i++)
		make_line(&m, &schema, c->lines[i]);
	if (m.skipped) {
		print_message("SKIPPED on %s: %s: %s\n", fixture.ops->name, c->name, m.skipped);
		return 0;
	}
	m.query.source.where = m.where;
	m.query.keys = m.keys;
	m.query.terms = m.terms;
	m.query.columns = m.columns;
	int prepared = fixture.ops->prepare(fixture.session, &m.query, &fixture.err);
	int code = answer(&m, lines, &count);
	if (prepared != MG_OK && code == MG_OK) {
		print_error("%s: prepare() refused what query() ran\n", c->name);
		return 1;
	}
	if (m.error) {
		if (code != MG_OK && strstr(fixture.err.text, m.error))
			return 0;
		print_error("%s: wanted an error with '%s', got '%s'\n", c->name, m.error,
			code            ? fixture.err.text
				: count ? lines[0]
					: "no rows");
		return 1;
	}
	if (code != MG_OK) {
		print_error("%s: %s\n  %s\n", c->name, fixture.err.text,
			fixture.ops->sql(fixture.engine, &m.query, arena));
		return 1;
	}
	int wrong = count != m.row_count;
	for (size_t i = 0; i < count && i < m.row_count; i++)
		wrong = wrong || strcmp(lines[i], m.rows[i]) != 0;
	if (wrong) {
		print_error("%s:\n", c->name);
		for (size_t i = 0; i < count || i < m.row_count; i++)
			print_error("  wanted %-40s got %s\n", i < m.row_count ? m.rows[i] : "-",
				i < count ? lines[i] : "-");
		print_error("  %s\n", fixture.ops->sql(fixture.engine, &m.query, arena));
	}
	return wrong;
}

/* Engines of connections need a service, which a test in Python starts. */
static bool is_here(const struct mg_engine_ops *engine)
{
	const char *service = getenv("MODELGATE_CONFORMANCE");
	if (service)
		return mg_streq(service, engine->name);
	if (engine->summary)
		print_message("%s: only with its service\n", engine->name);
	return !engine->summary;
}

static void test_every_engine(void **state)
{
	(void)state;
	for (size_t e = 0; mg_engines[e]; e++) {
		int failed = 0;
		if (!is_here(mg_engines[e]))
			continue;
		arena = mg_arena_new();
		cases = NULL;
		case_count = case_capacity = described_count = 0;
		fixture_init(&fixture);
		fixture.ops = mg_engines[e];
		fixture.connection = (struct mg_connection){.name = "store",
			.engine = mg_engines[e],
			.params = mg_alloc(arena, mg_engines[e]->params_size + 1)};
		if (mg_engines[e]->summary)
			fixture.options.connection = &fixture.connection;
		read_cases();
		if (fixture_open(&fixture) != MG_OK)
			fail_msg("%s: %s", mg_engines[e]->name, fixture.err.text);
		for (size_t i = 0; i < case_count; i++)
			failed += run_case(&cases[i]);
		print_message("%s %s: %zu cases\n", mg_engines[e]->name,
			fixture.ops->version(fixture.engine), case_count);
		fixture_done(&fixture);
		mg_arena_free(arena);
		assert_true(case_count > 50);
		assert_int_equal(failed, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_engine)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
