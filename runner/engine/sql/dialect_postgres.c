/* dialect_postgres.c: how PostgreSQL writes things. */
#include "engine/sql/dialect.h"
#include "engine/sql/regex.h"

#define REAL "DOUBLE PRECISION"
/* The greatest finite number; NaN counts as greater than infinity, as in DuckDB. */
#define GREATEST "CAST('1.7976931348623157e308' AS " REAL ")"
#define LEAST "CAST('-1.7976931348623157e308' AS " REAL ")"

/* A DOUBLE that a REAL became is the number that the REAL prints. Casts that overflow or underflow are
 * errors, so only what a REAL can hold is tried. */
static const char as_written[] =
	"CASE WHEN abs($1) BETWEEN 1.1754944e-38 AND 3.4028234663852886e38 THEN "
	"CASE WHEN CAST(CAST($1 AS REAL) AS " REAL ") = $1 THEN "
	"CAST(CAST(CAST($1 AS REAL) AS TEXT) AS " REAL ") ELSE $1 END ELSE $1 END";

static const char is_nan[] = "coalesce($1 = CAST('NaN' AS " REAL "), false)";
static const char is_finite[] = "coalesce($1 BETWEEN " LEAST " AND " GREATEST ", false)";
static const char finite[] = "CASE WHEN $1 BETWEEN " LEAST " AND " GREATEST " THEN $1 END";

/* Equal values have no spread: what is computed row by row is not always 0. */
static const char covar_pop[] = "CASE WHEN min($1) = max($1) OR min($2) = max($2) "
				"THEN covar_pop($1, $2) * 0 ELSE covar_pop($1, $2) END";

static const char *const forms[MG_DIALECT_FNS] = {
	[MG_FN_IS_NAN] = is_nan,
	[MG_FN_IS_FINITE] = is_finite,
	[MG_FN_AS_WRITTEN] = as_written,
	[MG_FN_FINITE] = finite,
	/* Classes of characters go by the collation: "C" knows ASCII alone, as RE2. */
	[MG_FN_MATCHES] = "(($1) COLLATE \"C\" ~ $2)",
	[MG_FN_MATCHES_ALL] = "(($1) COLLATE \"C\" ~ $2)",
	[MG_FN_EPOCH_US] = "CAST(extract(epoch FROM $1) * 1000000 AS BIGINT)",
	[MG_FN_DIGEST] = "encode(sha256(convert_to($1, 'UTF8')), 'hex')",
	[MG_FN_STARTS_WITH] = "starts_with($1, $2)",
	[MG_FN_LIKE] = "($1 LIKE $2 ESCAPE '\\')",
	[MG_FN_COUNT_IF] = "count(*) FILTER (WHERE $1)",
	[MG_FN_SUM] = "sum($1)",
	[MG_FN_AVG] = "avg($1)",
	[MG_FN_STDDEV_SAMP] =
		"CASE WHEN count($1) > 1 AND min($1) = max($1) THEN 0 ELSE stddev_samp($1) END",
	[MG_FN_VAR_POP] = "CASE WHEN min($1) = max($1) THEN 0 ELSE var_pop($1) END",
	[MG_FN_COVAR_POP] = covar_pop,
};

/* In UTC, as the sessions are. */
static const struct mg_sql_clock clocks[] = {
	{"now", false, "TIMESTAMPTZ '$t'"},
	{"current_timestamp", true, "TIMESTAMPTZ '$t'"},
	{"transaction_timestamp", false, "TIMESTAMPTZ '$t'"},
	{"statement_timestamp", false, "TIMESTAMPTZ '$t'"},
	{"clock_timestamp", false, "TIMESTAMPTZ '$t'"},
	{"localtimestamp", true, "TIMESTAMP '$d $c'"},
	{"current_date", true, "DATE '$d'"},
	{"current_time", true, "TIMETZ '$c+00'"},
	{"localtime", true, "TIME '$c'"},
	{"age", false, NULL},
	{NULL, false, NULL},
};

const struct mg_dialect mg_dialect_postgres = {
	.name = "postgres",
	.lexis = {.name_quote = '"', .dollar_quotes = true, .nested_comments = true},
	.types = {[MG_CELL_INTEGER] = "BIGINT", [MG_CELL_REAL] = REAL, [MG_CELL_TEXT] = "TEXT"},
	.timestamp = "TIMESTAMPTZ",
	.infinity = "CAST('Infinity' AS " REAL ")",
	.nan = "CAST('NaN' AS " REAL ")",
	.negative_infinity = "CAST('-Infinity' AS " REAL ")",
	.widest_integer = "NUMERIC",
	.sum_exact = "sum($1)", /* NUMERIC, of small ones BIGINT */
	.avg_integer = "avg($1)",
	.exact_decimal = "CAST(trim_scale($1) AS TEXT)",
	.exact_real = "CASE WHEN $1 = 0 OR abs($1) BETWEEN 1e-20 AND 1e37 "
		      "THEN CAST(trim_scale(CAST(CAST($1 AS TEXT) AS NUMERIC)) AS TEXT) "
		      "ELSE CAST($1 AS TEXT) END",
	.try_cast = "CAST($1 AS $2)",
	.exact_text =
		"CASE WHEN CAST(pg_typeof($1) AS TEXT) IN ('smallint', 'integer', 'bigint', 'numeric', "
		"'real') THEN CAST($1 AS TEXT) END",
	.whole = "modelgate_whole.",
	.whole_in_name = true,
	.small_integer =
		"CASE WHEN $1 BETWEEN -2147483648 AND 2147483647 THEN CAST($1 AS INTEGER) END",
	.most_groups = MG_DIALECT_SERVICE_GROUPS,
	.sample_any = "SELECT * FROM $1 ORDER BY CAST(\"q\" AS TEXT) COLLATE \"C\" LIMIT $2",
	.real_of_boolean = "CAST(CAST($1 AS INTEGER) AS " REAL ")",
	.real_of_decimal = "CAST($1 AS " REAL ")",
	.text_of_real =
		"CASE WHEN $1 = floor($1) AND abs($1) < 1e15 THEN CAST($1 AS TEXT) || '.0' "
		"WHEN $1 = CAST('NaN' AS " REAL ") THEN 'nan' "
		"WHEN abs($1) = CAST('Infinity' AS " REAL ") "
		"THEN replace(CAST($1 AS TEXT), 'Infinity', 'inf') ELSE CAST($1 AS TEXT) END",
	.few_digits = "(length(ltrim(translate(CAST($1 AS TEXT), '-.', ''), '0')) <= 15)",
	.rounded =
		"($1 IS DISTINCT FROM CASE WHEN $2 = floor($2) AND abs($2) < 9.2e18 "
		"THEN CAST(CAST($2 AS BIGINT) AS NUMERIC) ELSE CAST(CAST($2 AS TEXT) AS NUMERIC) END)",
	.table = "NOT MATERIALIZED ",
	.regex = mg_regex_postgres,
	.forms = forms,
	.clocks = clocks,
};
