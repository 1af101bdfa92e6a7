/* sql.c: runs a file of SQL on the same DuckDB that the program loads, and prints the last result
 * as JSON. It makes the benchmark's data, and it is the peer: the same checks written by hand.
 *
 *   sql LIBDUCKDB THREADS FILE */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <duckdb.h>

/* The functions of the library, by name. */
#define FUNCTIONS(X)                                                                               \
	X(create_config)                                                                           \
	X(set_config)                                                                              \
	X(open_ext)                                                                                \
	X(connect)                                                                                 \
	X(query)                                                                                   \
	X(result_error)                                                                            \
	X(column_count)                                                                            \
	X(row_count)                                                                               \
	X(column_name)                                                                             \
	X(value_varchar)

#define DECLARE(name) __typeof__ (&duckdb_##name)(name);
static struct {
	FUNCTIONS(DECLARE)
} duckdb;

static _Noreturn void fail(const char *what, const char *detail)
{
	fprintf(stderr, "sql: %s: %s\n", what, detail);
	exit(1);
}

static void load(const char *path)
{
	void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	if (!library)
		fail(path, dlerror());
#define FIND(name)                                                                                 \
	*(void **)&duckdb.name = dlsym(library, "duckdb_" #name);                                  \
	if (!duckdb.name)                                                                          \
		fail(path, "no duckdb_" #name);
	FUNCTIONS(FIND)
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		fail(path, "cannot be read");
	size_t len = 0, capacity = 1 << 20;
	char *text = malloc(capacity);
	if (!text)
		fail(path, "no memory");
	len = fread(text, 1, capacity - 1, file);
	if (!feof(file))
		fail(path, "longer than 1 MiB");
	text[len] = '\0';
	fclose(file);
	return text;
}

static void print_text(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

/* All values as texts; DuckDB prints the shortest one that reads back. */
static void print_result(duckdb_result *result, double seconds)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"seconds\": %.6f, \"peak_bytes\": %ld, \"rows\": [", seconds,
		usage.ru_maxrss * 1024);
	idx_t rows = duckdb.row_count(result), columns = duckdb.column_count(result);
	for (idx_t row = 0; row < rows; row++) {
		fputs(row ? ", {" : "{", stdout);
		for (idx_t i = 0; i < columns; i++) {
			char *value = duckdb.value_varchar(result, i, row);
			fputs(i ? ", " : "", stdout);
			print_text(duckdb.column_name(result, i));
			fputs(": ", stdout);
			if (value)
				print_text(value);
			else
				fputs("null", stdout);
		}
		putchar('}');
	}
	puts("]}");
}

static double ticks(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		fail("usage", "sql LIBDUCKDB THREADS FILE");
	double began = ticks();
	char *text = read_file(argv[3]), *why = NULL;
	load(argv[1]);

	duckdb_config config;
	duckdb_database database;
	duckdb_connection connection;
	duckdb_result result;
	if (duckdb.create_config(&config) != DuckDBSuccess ||
		duckdb.set_config(config, "threads", argv[2]) != DuckDBSuccess)
		fail("threads", argv[2]);
	if (duckdb.open_ext(NULL, &database, config, &why) != DuckDBSuccess)
		fail("open", why);
	if (duckdb.connect(database, &connection) != DuckDBSuccess)
		fail("connect", "refused");
	if (duckdb.query(connection, text, &result) != DuckDBSuccess)
		fail(argv[3], duckdb.result_error(&result));
	/* The process ends here: nothing is torn down, for neither side is timed on that. */
	print_result(&result, ticks() - began);
	return fflush(stdout) == 0 ? 0 : 1;
}
