/* reports.c: writes a run's reports to where the command line wants them. */
#include "cli/reports.h"

#include <modelgate/report.h>

#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"
#include "report/azure.h"
#include "report/write.h"

static bool has_option(const struct mg_report_format *format)
{
	return format->way == MG_REPORT_FILE || format->way == MG_REPORT_FLAG;
}

const struct mg_option *mg_report_options(struct mg_arena *arena)
{
	size_t formats = 0;
	while (mg_report_formats[formats])
		formats++;
	struct mg_option *list = mg_alloc_array(arena, formats + 3, sizeof(*list));
	size_t count = 0;
	for (size_t i = 0; i < formats; i++)
		if (has_option(mg_report_formats[i]))
			list[count++] = (struct mg_option){.name = mg_report_formats[i]->name,
				.value = mg_report_formats[i]->way == MG_REPORT_FILE ? "FILE"
										     : NULL,
				.help = mg_report_formats[i]->help};
	list[count++] = (struct mg_option){.name = "quiet",
		.letter = 'q',
		.help = "print only what did not pass, and the closing line"};
	list[count++] = (struct mg_option){
		.name = "verbose", .letter = 'v', .help = "print the SQL and all facts as well"};
	list[count] = (struct mg_option)MG_OPTIONS_END;
	list[0].section = "Reports";
	return list;
}

const char *mg_report_path(const struct mg_args *args, const struct mg_report_format *format)
{
	return format->way == MG_REPORT_FILE ? mg_arg_text(args, format->name) : NULL;
}

/* The report that standard output gets: the one whose option was given, else the usual one. */
static const struct mg_report_format *printed(const struct mg_args *args)
{
	const struct mg_report_format *usual = NULL;
	for (size_t i = 0; mg_report_formats[i]; i++) {
		const struct mg_report_format *format = mg_report_formats[i];
		if (format->way == MG_REPORT_FLAG && mg_arg_flag(args, format->name))
			return format;
		if (format->way == MG_REPORT_USUAL)
			usual = format;
	}
	return usual;
}

/* Whether it arrives is for main to see at the end, as with all that is printed. */
static void print(struct mg_cli *cli, const struct mg_text *text)
{
	fwrite(text->data, 1, text->len, cli->out);
}

static int write_one(struct mg_cli *cli, const struct mg_report_format *format, const char *path,
	const struct mg_run *run, struct mg_error *err)
{
	if (strcmp(path, "-") != 0)
		return mg_report_file(format, path, run, err);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	MG_TRY(mg_report_text(&text, format, run, NULL, err));
	print(cli, &text);
	return MG_OK;
}

/* The absolute path of a report that was written to a file, or NULL. */
static const char *written(struct mg_cli *cli, const struct mg_args *args, const char *format)
{
	const char *path = mg_arg_text(args, format);
	struct mg_error ignored = {0};
	char *real = NULL;
	if (!path || strcmp(path, "-") == 0 ||
		mg_path_real(cli->arena, path, &real, &ignored) != MG_OK)
		return NULL;
	return real;
}

static int print_report(struct mg_cli *cli, const struct mg_args *args, const struct mg_run *run,
	struct mg_error *err)
{
	struct mg_report_style style = {.colour = cli->out_style.colour,
		.width = cli->out_style.width,
		.quiet = mg_arg_flag(args, "quiet"),
		.verbose = mg_arg_flag(args, "verbose"),
		.files = {.markdown = written(cli, args, "markdown"),
			.json = written(cli, args, "json"),
			.junit = written(cli, args, "junit")}};
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	MG_TRY(mg_report_text(&text, printed(args), run, &style, err));
	print(cli, &text);
	return MG_OK;
}

/* Is standard output taken by a report? Then nothing else may be mixed into it. */
static bool takes_output(const struct mg_args *args)
{
	for (size_t i = 0; mg_report_formats[i]; i++) {
		const char *path = mg_report_path(args, mg_report_formats[i]);
		if (path && strcmp(path, "-") == 0)
			return true;
	}
	return false;
}

int mg_reports_fail(struct mg_cli *cli, const struct mg_args *args, const struct mg_error *err)
{
	int status = mg_cli_fail(cli, err);
	if (mg_arg_flag(args, "azure") && !takes_output(args)) {
		struct mg_text text;
		mg_text_init(&text, cli->arena);
		mg_azure_error(&text, mg_log_safe(cli->arena, err->text));
		print(cli, &text);
	}
	return status;
}

static int check_whole(
	const struct mg_report_format *format, const char *part, struct mg_error *err)
{
	if (!format->whole_only || !part)
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"--%s tells how the model is, and this is a run of some checks alone (%s): it would "
		"pass for the whole",
		format->name, part);
}

int mg_reports_check_whole(const struct mg_args *args, const char *part, struct mg_error *err)
{
	for (size_t i = 0; mg_report_formats[i]; i++)
		if (mg_report_path(args, mg_report_formats[i]))
			MG_TRY(check_whole(mg_report_formats[i], part, err));
	return MG_OK;
}

int mg_reports_save(struct mg_cli *cli, const struct mg_args *args, const struct mg_run *run,
	struct mg_error *err)
{
	int code = MG_OK;
	const char *part = run->selection ? "--select" : run->part.of ? "--part" : NULL;
	for (size_t i = 0; mg_report_formats[i]; i++) {
		const struct mg_report_format *format = mg_report_formats[i];
		const char *path = mg_report_path(args, format);
		struct mg_error why = {0};
		if (!path ||
			(check_whole(format, part, &why) == MG_OK &&
				write_one(cli, format, path, run, &why) == MG_OK))
			continue;
		if (code == MG_OK) {
			*err = why;
			code = why.code;
		}
	}
	return code;
}

int mg_reports_write(struct mg_cli *cli, const struct mg_args *args, const struct mg_run *run,
	struct mg_error *err)
{
	int code = mg_reports_save(cli, args, run, err);
	if (takes_output(args))
		return code;
	int shown = print_report(cli, args, run, code ? NULL : err);
	return code ? code : shown;
}
