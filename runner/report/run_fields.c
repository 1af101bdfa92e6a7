/* run_fields.c: the tables of a run's fields. */
#include "report/run_fields.h"

#include <limits.h>

#include "report/field_rows.h"

static const char *const severities[] = {"fail", "warn", NULL};

static const struct mg_run_field pair[] = {
	FIELD(struct mg_var, name, TEXT, NULL),
	FIELD(struct mg_var, value, TEXT, NULL),
	END,
};

/* ---- a result ---- */

static const char exact_help[] = "What the value beside it is rounded from: whole numbers and "
				 "decimals with more digits than a double holds. Absent when the "
				 "value is all there is.";

static const struct mg_run_field limit_runs[] = {
	NAMED(struct mg_judged_limit, "definition", runs.definition, TEXT,
		"Says exactly what center and spread are."),
	NAMED(struct mg_judged_limit, "of", runs.of, TEXT, "How many runs, and which."),
	NAMED(struct mg_judged_limit, "center", runs.center, NUMBER, "Their mean or median."),
	NAMED(struct mg_judged_limit, "spread", runs.spread, NUMBER,
		"One sigma, or one median absolute deviation as a sigma."),
	END,
};

static const struct mg_run_field limit[] = {
	FIELD(struct mg_judged_limit, role, TEXT,
		"\"limit\" fails the check, \"warn\" warns, \"effect\" bounds the effect size."),
	FIELD(struct mg_judged_limit, op, TEXT,
		"min, max, above, below, equals, not_equals, max_failing (a count of rows), "
		"max_drop, max_rise, max_change or within."),
	FIELD(struct mg_judged_limit, value, NUMBER, "99.5% is 0.995."),
	FIELD(struct mg_judged_limit, exact, DIGITS, exact_help, IF_ANY),
	FIELD(struct mg_judged_limit, spread, TEXT,
		"What the value of within counts: sigma or mad. Absent of others.", IF_ANY),
	FIELD(struct mg_judged_limit, as_percent, BOOL, "Written with %."),
	FIELD(struct mg_judged_limit, of_baseline, BOOL,
		"The value is a share of the baseline's size."),
	FIELD(struct mg_judged_limit, tolerance, NUMBER,
		"Of equals and not_equals; 0 for all others."),
	FIELD(struct mg_judged_limit, state, WORD,
		"Where it stands. open: not decided, since it lies inside the bounds of the value or "
		"the interval is missing. lacking: there is no baseline. Files of early versions "
		"have none.",
		.words = mg_limit_state_words, SINCE),
	NAMED(struct mg_judged_limit, "held", state, HELD, "Whether the state is held."),
	OBJECT("runs", limit_runs,
		"The earlier runs that within is held against; absent where there are too few.",
		IF_ANY),
	END,
};

static const struct mg_run_field fact[] = {
	FIELD(struct mg_run_fact, name, TEXT, NULL),
	FIELD(struct mg_run_fact, text, TEXT, NULL, IF_ANY),
	FIELD(struct mg_run_fact, number, NUMBER, NULL, ELSE),
	END,
};

static const struct mg_run_field chart[] = {
	FIELD(struct mg_chart, name, TEXT,
		"Which picture: bins, distribution, roc, precision_recall, calibration, confusion or "
		"slices. Later versions may have more; readers pass over those."),
	FIELD(struct mg_chart, x, TEXT, "What the values along the picture are of."),
	FIELD(struct mg_chart, y, TEXT, "What its height or length is."),
	TEXTS(struct mg_chart, "columns", columns, column_count, "Of the rows."),
	TEXTS(struct mg_chart, "labels", labels, label_count,
		"One for each row; absent where rows have none.", IF_ANY),
	ROWS(struct mg_chart, "rows", numbers, NUMBERS, row_count, column_count,
		"Rounded to six digits: to be looked at, not to be judged."),
	END,
};

static const struct mg_run_field measure[] = {
	NAMED(struct mg_result, "digest", measure_digest, TEXT, "SHA-256 of the parts in full."),
	LIST(struct mg_result, "parts", measure, measure_count, pair, NULL, ONE_LINE),
	END,
};

static const struct mg_run_field interval[] = {
	FIELD(struct mg_result, confidence, NUMBER, NULL),
	NAMED(struct mg_result, "lo", interval_lo, NUMBER, NULL),
	NAMED(struct mg_result, "hi", interval_hi, NUMBER, NULL),
	NAMED(struct mg_result, "method", interval, TEXT_OR_NULL, NULL),
	END,
};

static const struct mg_run_field baseline[] = {
	NAMED(struct mg_result, "value", baseline, NUMBER, NULL),
	NAMED(struct mg_result, "exact", baseline_exact, DIGITS, exact_help, IF_ANY),
	NAMED(struct mg_result, "source", baseline_source, TEXT_OR_NULL, NULL),
	END,
};

static const struct mg_run_field difference[] = {
	NAMED(struct mg_result, "lo", difference_lo, NUMBER, NULL),
	NAMED(struct mg_result, "hi", difference_hi, NUMBER, NULL),
	END,
};

static const struct mg_run_field samples[] = {
	TEXTS(struct mg_result, "columns", sample_columns, sample_column_count, NULL),
	ROWS(struct mg_result, "rows", samples, CELLS, sample_rows, sample_column_count, NULL),
	NAMED(struct mg_result, "note", sample_note, TEXT_OR_NULL, "Why there are none."),
	END,
};

#define PLACE "In the spec, from 1; 0 when not written there.", .most = INT32_MAX

static const struct mg_run_field result[] = {
	FIELD(struct mg_result, name, TEXT,
		"suite/check[column=x][slice]; stable from run to run."),
	FIELD(struct mg_result, suite, TEXT, NULL),
	FIELD(struct mg_result, kind, TEXT, NULL),
	FIELD(struct mg_result, column, TEXT_OR_NULL, NULL),
	FIELD(struct mg_result, slice, TEXT_OR_NULL, NULL, APART),
	TEXTS(struct mg_result, "tags", tags, tag_count, NULL, ALIKE),
	FIELD(struct mg_result, owner, TEXT_OR_NULL, NULL),
	FIELD(struct mg_result, severity, WORD, NULL, .words = severities),
	FIELD(struct mg_result, data, TEXT, NULL),
	FIELD(struct mg_result, reference, TEXT_OR_NULL, NULL, ALIKE),
	NAMED(struct mg_result, "line", pos.line, WHOLE, PLACE, ALIKE),
	NAMED(struct mg_result, "col", pos.col, WHOLE, PLACE, ALIKE),
	FIELD(struct mg_result, verdict, WORD, NULL, .words = mg_verdict_words),
	FIELD(struct mg_result, message, TEXT,
		"The reason of the verdict in one line; empty when there is nothing to say."),
	FIELD(struct mg_result, measured, BOOL, NULL),
	FIELD(struct mg_result, value, MEASURED, "The measured number; null when not measured."),
	FIELD(struct mg_result, exact, DIGITS, exact_help, IF_ANY),
	FIELD(struct mg_result, lo, MEASURED,
		"Bounds of the value; both equal it when it is exact."),
	FIELD(struct mg_result, hi, MEASURED, NULL),
	FIELD(struct mg_result, judged, MEASURED,
		"What was held to the limits: the value, or an end of the interval."),
	FIELD(struct mg_result, unit, TEXT,
		"Empty, share, count, seconds or time. A share is from 0 to 1, a time is seconds "
		"since 1970 (UTC).",
		ALIKE),
	FIELD(struct mg_result, better, TEXT, "higher, lower or either.", ALIKE),
	FIELD(struct mg_result, definition, TEXT,
		"Says exactly what the number is, since tools disagree.", ALIKE),
	FIELD(struct mg_result, estimate, TEXT,
		"How the number was estimated, without labels of the data: cbpe. Absent of what was "
		"measured.",
		IF_ANY, ALIKE),
	OBJECT("measure", measure,
		"What the number is of: kind of data, conditions, parameters that are not at their "
		"default, task. A baseline must agree in it. Files of early versions have none.",
		IF_ANY, ALIKE),
	LIST(struct mg_result, "limits", limits, limit_count, limit, NULL, ONE_LINE, SHARED),
	OBJECT("interval", interval, "Confidence interval; confidence 0 without one.", ONE_LINE,
		SHARED),
	FIELD(struct mg_result, effect, NUMBER, "Effect size of a check on a p-value.", SHARED),
	OBJECT("baseline", baseline, NULL, ONE_LINE, SHARED),
	OBJECT("difference", difference,
		"Confidence interval of the value less the baseline; absent without confidence and a "
		"baseline.",
		IF_ANY, ONE_LINE, SHARED),
	FIELD(struct mg_result, rows, ROWS, "That the number rests on; null when unknown."),
	FIELD(struct mg_result, rows_read, ROWS, "That its queries looked at; null when unknown.",
		SHARED),
	FIELD(struct mg_result, seconds, NUMBER, NULL),
	LIST(struct mg_result, "facts", facts, fact_count, fact, "What else explains the number.",
		ONE_LINE),
	LIST(struct mg_result, "charts", charts, chart_count, chart,
		"Tables that pictures are drawn from: what was measured anyway, without values of "
		"redacted columns. Absent when there are none.",
		IF_ANY, ONE_LINE, SHARED),
	FIELD(struct mg_result, sql, LINES, "The queries behind the number.", SHARED),
	OBJECT("samples", samples, "Rows that break the check.", SHARED),
	END,
};

/* ---- the run ---- */

static const struct mg_run_field counts[] = {
	NAMED(struct mg_run, "pass", counts.pass, WHOLE, NULL, OWN),
	NAMED(struct mg_run, "warn", counts.warn, WHOLE, NULL, OWN),
	NAMED(struct mg_run, "fail", counts.fail, WHOLE, NULL, OWN),
	NAMED(struct mg_run, "skip", counts.skip, WHOLE, NULL, OWN),
	NAMED(struct mg_run, "error", counts.error, WHOLE, NULL, OWN),
	END,
};

static const struct mg_run_field program[] = {
	FIXED("name", "modelgate", "the program that writes runs"),
	NAMED(struct mg_run, "version", program_version, TEXT, NULL),
	END,
};

static const struct mg_run_field engine[] = {
	NAMED(struct mg_run, "name", engine, TEXT, NULL),
	NAMED(struct mg_run, "version", engine_version, TEXT, NULL),
	END,
};

static const struct mg_run_field pipeline[] = {
	NAMED(struct mg_run, "build", pipeline.build, TEXT, NULL, SAME("build of the pipeline")),
	NAMED(struct mg_run, "job", pipeline.job, TEXT, "stage/job", OWN),
	NAMED(struct mg_run, "attempt", pipeline.attempt, WHOLE,
		"From 1; above it the job or its stage was run again.", .most = INT_MAX,
		.join = MG_JOIN_MOST),
	END,
};

static const char *const working_tree[] = {
	"one without changes", "one with changes that are not committed", NULL};

static const struct mg_run_field git[] = {
	FIELD(struct mg_run, commit, TEXT_OR_NULL, NULL, SAME("commit")),
	FIELD(struct mg_run, branch, TEXT_OR_NULL, NULL, SAME("branch")),
	FIELD(struct mg_run, dirty, BOOL, "There were changes that are not committed.",
		.words = working_tree, SAME("commit")),
	END,
};

static const struct mg_run_field spec[] = {
	NAMED(struct mg_run, "path", spec_path, TEXT, "As given on the command line.", OWN),
	NAMED(struct mg_run, "repo_path", spec_repo_path, TEXT_OR_NULL,
		"Relative to the top of the repository.", OWN),
	NAMED(struct mg_run, "sha256", spec_sha256, TEXT,
		"Of the file's bytes, lower-case hexadecimal.", SAME("spec's SHA-256")),
	END,
};

static const struct mg_run_field part[] = {
	NAMED(struct mg_run, "number", part.number, WHOLE, NULL, .least = 1, .most = MG_PARTS_MOST,
		OWN),
	NAMED(struct mg_run, "of", part.of, WHOLE, NULL, .least = 1, .most = MG_PARTS_MOST,
		SAME("number of parts")),
	TEXTS(struct mg_run, "suites", part.suites, part.suite_count,
		"Those that all parts run together, in order; part k of n has the kth and each nth "
		"after it.",
		SAME("suites to share out")),
	END,
};

static const struct mg_run_field joined_part[] = {
	FIELD(struct mg_joined_part, number, WHOLE, NULL),
	NAMED(struct mg_joined_part, "started", started_us, TIME, NULL),
	NAMED(struct mg_joined_part, "as_of", as_of_us, TIME, NULL),
	FIELD(struct mg_joined_part, seconds, NUMBER, NULL),
	FIELD(struct mg_joined_part, host, TEXT, NULL),
	FIELD(struct mg_joined_part, seal, TEXT,
		"The part's own: whoever keeps its run.json can show that it is this one."),
	END,
};

static const struct mg_run_field gone[] = {
	NAMED(struct mg_gone, "baseline", source, TEXT, NULL),
	FIELD(struct mg_gone, name, TEXT, NULL),
	END,
};

static const struct mg_run_field table[] = {
	NAMED(struct mg_input, "engine", table.kind, TEXT, "What reads it."),
	NAMED(struct mg_input, "version", table.version, TEXT,
		"That every statement of the run read. Absent when the table is not pinned: then "
		"nobody can read this state again.",
		IF_ANY),
	NAMED(struct mg_input, "snapshot", table.snapshot, TEXT,
		"Without a version: what all statements of the run saw, as the service names it.",
		IF_ANY),
	NAMED(struct mg_input, "at", table.at_us, TIME,
		"When the version was made, or the snapshot taken."),
	NAMED(struct mg_input, "rows", table.rows, WHOLE, NULL),
	NAMED(struct mg_input, "access", table.access, WORD,
		"What the identity that ran was shown of it. filtered: a rule of the service decides "
		"which rows; masked: which values; unknown: the service does not tell. Files of early "
		"versions have none.",
		.words = mg_access_words, IF_ANY),
	END,
};

const struct mg_run_field mg_run_source_fields[] = {
	FIELD(struct mg_input, path, TEXT, "Of a table its name."),
	FIELD(struct mg_input, bytes, WHOLE, NULL),
	FIELD(struct mg_input, sha256, TEXT, "Of a table empty: it has no digest."),
	OBJECT("table", table, "The state of a table of a connection. Absent for files.", IF_ANY,
		ONE_LINE),
	END,
};

static const struct mg_run_field profile[] = {
	NAMED(struct mg_input, "made", profile.made_us, TIME, NULL),
	NAMED(struct mg_input, "where", profile.where, TEXT, "The dataset's own condition.",
		IF_ANY),
	NAMED(struct mg_input, "sql", profile.sql, TEXT, "The query that the dataset was.", IF_ANY),
	LIST(struct mg_input, "sources", profile.sources, profile.source_count,
		mg_run_source_fields, NULL),
	END,
};

static const struct mg_run_field input[] = {
	FIELD(struct mg_input, data, TEXT, NULL),
	FIELD(struct mg_input, path, TEXT,
		"Relative to the spec's folder where it lies inside. Of a table its name."),
	FIELD(struct mg_input, repo_path, TEXT,
		"From the top of the git repository; absent when it lies outside of one.", IF_ANY),
	FIELD(struct mg_input, bytes, WHOLE, NULL),
	FIELD(struct mg_input, sha256, TEXT, "Of a table empty: it has no digest."),
	FIELD(struct mg_input, form, TEXT,
		"How the text of the dataset's files was read: delimiter, quote, header, lines "
		"passed over, rows, columns. Absent for Parquet.",
		IF_ANY),
	OBJECT("table", table, "The state of a table of a connection. Absent for files.", IF_ANY,
		ONE_LINE),
	OBJECT("profile", profile,
		"What a profile in the place of rows was made of. Absent for data.", IF_ANY),
	END,
};

static const struct mg_run_field statement[] = {
	FIELD(struct mg_statement_costs, id, TEXT, "The service's own, as in its query history."),
	FIELD(struct mg_statement_costs, seconds, NUMBER, "From its submission to its end."),
	FIELD(struct mg_statement_costs, rows, ROWS, "That came back; null when unknown."),
	FIELD(struct mg_statement_costs, bytes_read, ROWS, "By the service; null when unknown."),
	END,
};

static const struct mg_run_field cost[] = {
	FIELD(struct mg_engine_costs, engine, TEXT, NULL),
	FIELD(struct mg_engine_costs, connection, TEXT_OR_NULL, "null: this machine."),
	FIELD(struct mg_engine_costs, queries, WHOLE,
		"Of the plan, and for failing rows. A service may need several statements for one."),
	FIELD(struct mg_engine_costs, refinements, WHOLE,
		"Of the queries: frequency tables that were asked for again in more detail."),
	FIELD(struct mg_engine_costs, seconds, NUMBER,
		"Of all queries together, some of which ran at once."),
	NAMED(struct mg_engine_costs, "statement_count", statement_count, ROWS,
		"That were sent to the service; null when unknown."),
	FIELD(struct mg_engine_costs, sent_again, ROWS,
		"Statements that were sent once more, since the answer to the first was lost; null "
		"when unknown."),
	FIELD(struct mg_engine_costs, rows, ROWS, "That came back; null when unknown."),
	FIELD(struct mg_engine_costs, bytes_read, ROWS,
		"By the service, for those statements whose bytes are known; null when unknown."),
	LIST(struct mg_engine_costs, "statements", statements, listed_count, statement,
		"Those that the service has a name for.", IF_ANY, ONE_LINE),
	END,
};

const struct mg_run_field mg_run_fields[] = {
	FIXED("format", "modelgate.run/1", "the format that this version reads"),
	FIELD(struct mg_run, model, TEXT, NULL, SAME("model")),
	FIELD(struct mg_run, owner, TEXT_OR_NULL, NULL, SAME("owner")),
	FIELD(struct mg_run, stage, TEXT_OR_NULL, "The stage that was asked for; null without one.",
		SAME("stage")),
	FIELD(struct mg_run, verdict, WORD,
		"Of the whole run: error over fail over warn over pass. A run that was stopped, in "
		"which nothing was held to a limit, or in which a whole suite was skipped, is an "
		"error. Never skip.",
		.words = mg_verdict_words, OWN),
	OBJECT("counts", counts, "How many results have each verdict; agrees with `results`.",
		ONE_LINE),
	FIELD(struct mg_run, fail_on_warn, BOOL, "Whether --fail-on warn was given.",
		.words = severities, SAME("level that fails (--fail-on)")),
	FIELD(struct mg_run, stopped, TEXT_OR_NULL, "Why the run ended early.", OWN),
	NAMED(struct mg_run, "started", started_us, TIME, NULL, .join = MG_JOIN_LEAST),
	NAMED(struct mg_run, "as_of", as_of_us, TIME,
		"The only clock that a verdict sees. Of a joined run the earliest of its parts, see "
		"`parts`.",
		.join = MG_JOIN_LEAST),
	FIELD(struct mg_run, seconds, NUMBER,
		"Duration of the whole run. Of a joined run the sum of its parts', which may have "
		"run at once.",
		.join = MG_JOIN_SUM),
	FIELD(struct mg_run, seed, SEED,
		"An unsigned number of 64 bits, as text: many readers round numbers over 2^53.",
		SAME("seed")),
	OBJECT("program", program, NULL, SAME("program"), ONE_LINE),
	OBJECT("engine", engine, NULL, SAME("engine"), ONE_LINE),
	FIELD(struct mg_run, host, TEXT, "Name of the machine, or empty.", OWN),
	OBJECT("pipeline", pipeline, "The job that ran it; absent outside of a pipeline.", IF_ANY,
		ONE_LINE),
	OBJECT("git", git, "Of the repository that holds the spec; nulls outside of one.",
		ONE_LINE),
	OBJECT("spec", spec, NULL),
	LIST(struct mg_run, "vars", vars, var_count, pair,
		"Variables of the spec as the run used them.", SAME("variables"), ONE_LINE),
	TEXTS(struct mg_run, "suites", suites, suite_count, "Those that were run, in order.", OWN),
	FIELD(struct mg_run, selection, TEXT_OR_NULL, "--select as given.", OWN),
	OBJECT("part", part,
		"Only in a run that is one part of several (--part): 'modelgate join' makes them "
		"one.",
		IF_ANY),
	LIST(struct mg_run, "parts", parts, part_count, joined_part,
		"Only in a joined run: the parts that it was made of, in order.", IF_ANY, OWN,
		ONE_LINE),
	LIST(struct mg_run, "gone", gone, gone_count, gone,
		"Test cases of the baselines that the run no longer has; absent when there are none.",
		IF_ANY, OWN, ONE_LINE),
	LIST(struct mg_run, "inputs", inputs, input_count, input,
		"The files behind the datasets; as data \"baseline\" also baselines from files, "
		"and the records of a history (history://...) that the run was held to.",
		OWN, ONE_LINE),
	LIST(struct mg_run, "costs", costs, cost_count, cost,
		"What each engine was asked, and what that took. Of a joined run those of all parts. Files "
		"of early versions have none.",
		IF_ANY, OWN),
	FIELD(struct mg_run, charts_left_out, WHOLE,
		"How many checks lost their charts so that the file stays readable, those that "
		"passed first; absent when none did.",
		IF_ANY, OWN),
	LIST(struct mg_run, "results", results, result_count, result,
		"One for each test case, in the order of the spec. Names are unique.", OWN,
		.likes = true),
	FIELD(struct mg_run, seal, SEAL,
		"The last member: SHA-256 of all bytes of the file before the comma that precedes "
		"it. Files of early versions have none.",
		SINCE, OWN),
	END,
};
