/* dialect_duckdb.c: how DuckDB writes things. */
#include "engine/sql/dialect.h"

/* The greatest finite DOUBLE. Comparing is quicker than isnan() and isfinite(), and costs nothing
 * where statistics prove it; NaN counts as greater than infinity. */
#define GREATEST "1.7976931348623157e308"

/* A DOUBLE that a FLOAT became is the number that the FLOAT prints. */
static const char as_written[] =
	"CASE WHEN CAST(TRY_CAST($1 AS FLOAT) AS DOUBLE) = $1 THEN "
	"CAST(CAST(TRY_CAST($1 AS FLOAT) AS VARCHAR) AS DOUBLE) ELSE $1 END";

/* count_if: FILTER is up to three times slower; it gives NULL on no rows.
 * list_contains: IN compares with each literal in turn, 30 times slower with 300 of them.
 * modelgate_within: DuckDB calls a function for each comparison of DOUBLEs, to see whether it is NaN.
 * regexp_full_match looks at each entry of a dictionary once, regexp_matches at each row.
 * favg and fsum are compensated; finite guards keep moments from raising on infinities. */
static const char *const forms[MG_DIALECT_FNS] = {
	[MG_FN_IS_NAN] = "coalesce($1 > CAST('inf' AS DOUBLE), false)",
	[MG_FN_IS_FINITE] = "coalesce($1 BETWEEN -" GREATEST " AND " GREATEST ", false)",
	[MG_FN_AS_WRITTEN] = as_written,
	[MG_FN_FINITE] = "CASE WHEN $1 BETWEEN -" GREATEST " AND " GREATEST " THEN $1 END",
	[MG_FN_MATCHES] = "regexp_matches($1, $2)",
	[MG_FN_MATCHES_ALL] = "regexp_full_match($1, $2)",
	[MG_FN_EPOCH_US] = "epoch_us($1)",
	[MG_FN_DIGEST] = "sha256($1)",
	[MG_FN_STARTS_WITH] = "starts_with($1, $2)",
	[MG_FN_LIKE] = "($1 LIKE $2 ESCAPE '\\')",
	[MG_FN_KEY_SEEN] = "modelgate_key($1, hash($+))",
	[MG_FN_COUNT_IF] = "coalesce(count_if($1), 0)",
	[MG_FN_SUM] = "fsum($1)",
	[MG_FN_AVG] = "favg($1)",
};

const struct mg_dialect mg_dialect_duckdb = {
	.name = "duckdb",
	.lexis = {.name_quote = '"', .dollar_quotes = true, .nested_comments = true},
	.types = {[MG_CELL_INTEGER] = "BIGINT",
		[MG_CELL_REAL] = "DOUBLE",
		[MG_CELL_TEXT] = "VARCHAR"},
	.timestamp = "TIMESTAMPTZ",
	.infinity = "CAST('inf' AS DOUBLE)",
	.nan = "CAST('nan' AS DOUBLE)",
	.negative_infinity = "CAST('-inf' AS DOUBLE)",
	.widest_integer = "HUGEINT",
	.sum_exact = "sum($1)", /* HUGEINT or DECIMAL(38, s) */
	.avg_integer = "avg($1)",
	.exact_decimal = /* DECIMAL(4, 4) is written as .5000 */
	"rtrim(rtrim(regexp_replace(CAST($1 AS VARCHAR), '^(-?)[.]', '\\10.'), '0'), '.')",
	.exact_real =
		"CASE WHEN $1 = floor($1) AND abs($1) < 1e37 THEN CAST(CAST($1 AS HUGEINT) AS VARCHAR) "
		"WHEN abs($1) BETWEEN 1e-20 AND 1e-4 "
		"THEN rtrim(CAST(CAST(CAST($1 AS VARCHAR) AS DECIMAL(38, 37)) AS VARCHAR), '0') "
		"ELSE CAST($1 AS VARCHAR) END",
	.try_cast = "TRY_CAST($1 AS $2)",
	.exact_text =
		"CASE WHEN regexp_full_match(typeof($1), 'U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|FLOAT') "
		"THEN CAST($1 AS VARCHAR) END",
	.in_literals = "list_contains([$+], $1)",
	.within = "modelgate_within($1, $2, $3)",
	.whole = "modelgate_whole.",
	.small_integer = "TRY_CAST($1 AS INTEGER)",
	.gathers_samples = true,
	.most_groups = MG_DIALECT_MAX_GROUPS,
	.sample_any = "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM $1 ORDER BY ALL LIMIT $2",
	.forms = forms,
};
