/* dialect_databricks.c: how Databricks SQL (Spark, ANSI mode) writes things. */
#include "engine/sql/dialect.h"
#include "engine/sql/regex.h"

/* The greatest finite DOUBLE. NaN counts as greater than infinity. */
#define GREATEST "1.7976931348623157e308"

/* A DOUBLE that a FLOAT became is the number that the FLOAT prints. */
static const char as_written[] = "CASE WHEN CAST(CAST($1 AS FLOAT) AS DOUBLE) = $1 THEN "
				 "CAST(CAST(CAST($1 AS FLOAT) AS STRING) AS DOUBLE) ELSE $1 END";

/* floor() gives a BIGINT, into which a great DOUBLE does not fit; from 2^52 on all are whole. */
static const char whole[] = "CASE WHEN abs($1) < 4503599627370496e0 THEN CAST(floor($1) AS DOUBLE) "
			    "ELSE $1 END";
static const char is_finite[] = "coalesce($1 BETWEEN -" GREATEST " AND " GREATEST ", false)";
static const char finite[] = "CASE WHEN $1 BETWEEN -" GREATEST " AND " GREATEST " THEN $1 END";

static const char *const forms[MG_DIALECT_FNS] = {
	[MG_FN_FLOOR] = whole,
	[MG_FN_IS_NAN] = "isnan($1)",
	[MG_FN_IS_FINITE] = is_finite,
	[MG_FN_AS_WRITTEN] = as_written,
	[MG_FN_FINITE] = finite,
	[MG_FN_MATCHES] = "($1 RLIKE $2)",
	[MG_FN_MATCHES_ALL] = "($1 RLIKE $2)",
	[MG_FN_EPOCH_US] = "unix_micros(CAST($1 AS TIMESTAMP))",
	[MG_FN_DIGEST] = "sha2($1, 256)",
	[MG_FN_STARTS_WITH] = "startswith($1, $2)",
	[MG_FN_LIKE] = "($1 LIKE $2 ESCAPE '\\\\')",
	[MG_FN_COUNT_IF] = "count_if($1)",
	[MG_FN_SUM] = "sum($1)",
	[MG_FN_AVG] = "avg($1)",
};

#define TRIMMED(decimal)                                                                           \
	"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(" decimal " AS STRING)))"

static const struct mg_sql_clock clocks[] = {
	{"now", false, "TIMESTAMP '$t'"},
	{"current_timestamp", true, "TIMESTAMP '$t'"},
	{"getdate", false, "TIMESTAMP '$t'"},
	{"localtimestamp", true, "TIMESTAMP_NTZ '$d $c'"},
	{"current_date", true, "DATE '$d'"},
	{"curdate", false, "DATE '$d'"},
	{"unix_timestamp", false, "$sL"},
	{NULL, false, NULL},
};

const struct mg_dialect mg_dialect_databricks = {
	.name = "databricks",
	.lexis = {.name_quote = '`',
		.backslash_escapes = true,
		.double_quoted_text = true,
		.raw_text = true,
		.nested_comments = true},
	.types = {[MG_CELL_INTEGER] = "BIGINT",
		[MG_CELL_REAL] = "DOUBLE",
		[MG_CELL_TEXT] = "STRING"},
	.timestamp = "TIMESTAMP",
	.infinity = "CAST('Infinity' AS DOUBLE)",
	.nan = "CAST('NaN' AS DOUBLE)",
	.negative_infinity = "CAST('-Infinity' AS DOUBLE)",
	.widest_integer = "DECIMAL(38, 0)",
	/* A BIGINT, of which overflows are errors. Many 64-bit numbers overflow; 32-bit ones never do in practice, and
	 * decimals of so many digits take as long as ten of the other aggregates. */
	.sum_exact = "sum($1)",
	.sum_whole = "sum(CAST($1 AS DECIMAL(20, 0)))",
	.moment = "TIMESTAMP_NTZ '$1'",
	.avg_integer = "avg($1)",
	.exact_decimal = TRIMMED("$1"),
	/* Where the text of a DOUBLE has an exponent, its digits are written out. */
	.exact_real =
		"CASE WHEN $1 = CAST('Infinity' AS DOUBLE) THEN 'inf' "
		"WHEN $1 = CAST('-Infinity' AS DOUBLE) THEN '-inf' WHEN isnan($1) THEN 'nan' "
		"WHEN abs($1) < 1e37 AND $1 = CAST(CAST($1 AS DECIMAL(38, 0)) AS DOUBLE) "
		"THEN CAST(CAST($1 AS DECIMAL(38, 0)) AS STRING) "
		"WHEN abs($1) >= 1e7 THEN " TRIMMED(
			"CAST($1 AS DECIMAL(38, 18))") " "
						       "WHEN abs($1) BETWEEN 1e-20 AND 1e-3 THEN " TRIMMED(
							       "CAST($1 AS DECIMAL(38, 37))") " "
											      "ELSE regexp_replace(lower(CAST($1 AS STRING)), '[.]0e', 'e') END",
	/* 1e+20 where Spark writes 1.0E20. */
	.text_of_real =
		"CASE WHEN isnan($1) THEN 'nan' WHEN $1 = CAST('Infinity' AS DOUBLE) THEN 'inf' "
		"WHEN $1 = CAST('-Infinity' AS DOUBLE) THEN '-inf' "
		"WHEN abs($1) >= 1e7 AND abs($1) < 1e15 AND $1 = floor($1) "
		"THEN concat(CAST(CAST($1 AS BIGINT) AS STRING), '.0') "
		"WHEN abs($1) >= 1e7 AND abs($1) < 1e15 THEN " TRIMMED(
			"CAST($1 AS DECIMAL(38, 18))") " "
						       "WHEN abs($1) >= 1e-4 AND abs($1) < 1e-3 THEN " TRIMMED(
							       "CAST($1 AS DECIMAL(38, 37))") " "
											      "ELSE regexp_replace(regexp_replace(regexp_replace(lower(CAST($1 AS STRING)), '[.]0e', 'e'), "
											      "'e(?=[0-9])', 'e+'), '(?<=e[+-])(?=[0-9]\\\\z)', '0') END",
	.regex = mg_regex_java,
	.try_cast = "try_cast($1 AS $2)",
	.exact_text =
		"CASE WHEN typeof($1) RLIKE '^(tinyint|smallint|int|bigint|float|decimal.*)\\\\z' "
		"THEN CAST($1 AS STRING) END",
	.whole = "modelgate_whole_",
	.whole_in_name = true,
	.where_names = true,
	.small_integer = "try_cast($1 AS INT)",
	.most_groups = MG_DIALECT_SERVICE_GROUPS,
	.sample_any = "SELECT * FROM $1 ORDER BY ALL LIMIT $2", /* all results come as text */
	.forms = forms,
	.clocks = clocks,
};
