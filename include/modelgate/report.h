/* report.h: the extension point for reports: a finished run in, text out. */
#ifndef MODELGATE_REPORT_H
#define MODELGATE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>
#include <modelgate/run.h>

struct mg_arena;
struct mg_text;

/* Files that were written for a run; absolute paths, or NULL. */
struct mg_report_files {
	const char *markdown, *json, *junit;
};

/* What a report may heed beside the run. */
struct mg_report_style {
	bool colour;
	int width;                    /* columns of the terminal; 0: not a terminal */
	bool quiet;                   /* console: only the closing line and what did not pass */
	bool verbose;                 /* console: SQL and facts as well */
	struct mg_report_files files; /* azure: what later steps and the run's page are told of */
	const char *more;             /* comment: Markdown to add, or NULL */
	const char *run_id, *run_url; /* comment: the pipeline's run, put in as they are; or NULL */
	size_t max;                   /* comment: characters (UTF-16 code units); 0: no bound */
};

/* How a report comes about. */
enum mg_report_way {
	MG_REPORT_FILE,    /* --NAME FILE writes it */
	MG_REPORT_FLAG,    /* --NAME prints it in place of the usual one */
	MG_REPORT_USUAL,   /* printed when no other is */
	MG_REPORT_COMMAND, /* a command of its own sends it */
};

struct mg_report_format {
	const char *name; /* "junit" */
	enum mg_report_way way;
	const char *help; /* of the option: "write JUnit XML to FILE" */
	bool whole_only;  /* a run of some checks alone has none: it would pass for the model's */
	/* Appends the whole report to out. Fails only on a broken run (MG_EIO never). */
	MG_MUST_USE int (*write)(struct mg_text *out, struct mg_arena *scratch,
		const struct mg_run *run, const struct mg_report_style *style,
		struct mg_error *err);
	/* Re-reads what was written and compares the counts; NULL: nothing to verify. */
	MG_MUST_USE int (*verify)(
		const char *text, size_t len, const struct mg_run *run, struct mg_error *err);
};

/* NULL-terminated, from formats.def. */
extern const struct mg_report_format *const mg_report_formats[];

/* Reads a run.json; errors name the JSON path of what is wrong. A file whose seal does not hold is
 * MG_EIO (changed after the run); one without a seal gives a run that is `unsealed`. Everything lives
 * in arena. */
MG_MUST_USE int mg_run_read(struct mg_arena *arena, const char *text, size_t len,
	struct mg_run **out, struct mg_error *err);
#define MG_RUN_MAX_BYTES (64u << 20)
/* With what results leave out since it is as in an earlier one: what other reports may have to write. */
#define MG_RUN_MAX_WHOLE_BYTES (512u << 20)
/* The same of a file. */
MG_MUST_USE int mg_run_read_file(
	struct mg_arena *arena, const char *path, struct mg_run **out, struct mg_error *err);

/* Appends the JSON Schema of run.json. */
void mg_run_schema(struct mg_text *out);

#endif
