/* fixture.h: a folder of files, a spec over them, and an engine that reads them. */
#ifndef MG_TESTS_ENGINES_FIXTURE_H
#define MG_TESTS_ENGINES_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <modelgate/engine.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"

enum { MOST_DATA = 32 };

struct fixture {
	struct mg_arena *arena;
	char folder[64];
	struct mg_data data[MOST_DATA];
	struct mg_connection connection; /* of an engine that is a service */
	struct mg_spec spec;
	struct mg_engine_options options;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	struct mg_session *session;
	struct mg_error err;
};

static inline void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->arena = mg_arena_new();
	f->ops = mg_engines[0];
	snprintf(f->folder, sizeof(f->folder), "/tmp/modelgate-test-XXXXXX");
	if (!mkdtemp(f->folder))
		abort();
	f->spec.folder = f->folder;
	f->spec.data = f->data;
	f->options.spec = &f->spec;
	f->options.threads = 2;
}

static inline char *fixture_path(struct fixture *f, const char *name)
{
	return mg_path_join(f->arena, f->folder, name);
}

static inline void fixture_write(struct fixture *f, const char *name, const char *bytes, size_t len)
{
	FILE *file = fopen(fixture_path(f, name), "wb");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		abort();
}

static inline void fixture_text(struct fixture *f, const char *name, const char *text)
{
	fixture_write(f, name, text, strlen(text));
}

static inline enum mg_format format_of(const char *path)
{
	static const struct {
		const char *part;
		enum mg_format format;
	} formats[] = {{".csv", MG_FORMAT_CSV}, {".tsv", MG_FORMAT_TSV},
		{".ndjson", MG_FORMAT_NDJSON}, {".json", MG_FORMAT_JSON},
		{".parquet", MG_FORMAT_PARQUET}};
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strstr(path, formats[i].part))
			return formats[i].format;
	return MG_FORMAT_CSV;
}

/* Adds a dataset: a path, or SQL when the text starts with "sql:". Before fixture_open. */
static inline struct mg_data *fixture_data(struct fixture *f, const char *name, const char *source)
{
	if (f->spec.data_count == MOST_DATA)
		abort();
	struct mg_data *data = &f->data[f->spec.data_count++];
	*data = (struct mg_data){.name = name};
	data->csv.header = -1;
	if (strncmp(source, "sql:", 4) == 0) {
		data->sql = source + 4;
	} else {
		data->path = source;
		data->format = format_of(source);
	}
	return data;
}

static inline int fixture_open(struct fixture *f)
{
	MG_TRY(f->ops->open(&f->engine, &f->options, &f->err));
	return f->ops->session_open(&f->session, f->engine, &f->err);
}

static inline void fixture_done(struct fixture *f)
{
	if (f->session)
		f->ops->session_close(f->session);
	if (f->engine)
		f->ops->close(f->engine);
	char *const argv[] = {(char *)"rm", (char *)"-rf", f->folder, NULL};
	pid_t pid = fork();
	if (pid == 0) {
		execv("/bin/rm", argv);
		_exit(127);
	}
	mg_arena_free(f->arena);
}

static inline const struct mg_data *fixture_find(struct fixture *f, const char *name)
{
	for (size_t i = 0; i < f->spec.data_count; i++)
		if (strcmp(f->data[i].name, name) == 0)
			return &f->data[i];
	return NULL;
}

/* One row as text: "1 | 2.5 | NULL | a". */
static inline const char *row_text(struct mg_arena *arena, const struct mg_cell *cells, size_t n)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (size_t i = 0; i < n; i++) {
		mg_text_add(&out, i ? " | " : "");
		if (cells[i].type == MG_CELL_NULL)
			mg_text_add(&out, "NULL");
		else if (cells[i].type == MG_CELL_TEXT)
			mg_text_add(&out, cells[i].text);
		else if (cells[i].type == MG_CELL_INTEGER)
			mg_text_addf(&out, "%lld", (long long)cells[i].integer);
		else
			mg_text_add_double(&out, cells[i].real);
	}
	return out.data;
}

#endif
