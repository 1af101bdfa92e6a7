-- $rows rows of 10 numeric columns of the kinds that models eat, for the case drift. $seed and
-- $shift make the reference (shift 0) and the current data, which moved a little.
CREATE MACRO u(i, k) AS ((hash((i + $seed) * 64 + k) >> 12)::DOUBLE + 5e-1) / 4503599627370496e0;
CREATE MACRO normal(i, k) AS sqrt(-2 * ln(u(i, k))) * cos(2 * pi() * u(i, k + 1));

COPY (
	SELECT
		CASE WHEN u(i, 1) >= 0.02 THEN 12 * normal(i, 2) - 30 * (0.3 + $shift) * ln(u(i, 4)) END AS delay,
		exp(3 + $shift + normal(i, 6)) AS amount,
		1 / (1 + exp(-normal(i, 8) - $shift)) AS score,
		1e6 + 1e-3 * normal(i, 10) AS frequency,
		normal(i, 12) / (0.05 + abs(normal(i, 14))) AS balance,
		round(15 + 8 * normal(i, 16) + 10 * $shift, 1) AS temperature,
		round(40 + 100 * u(i, 18) * u(i, 19) * (1 + $shift), 2) AS fare,
		18 + (60 * sqrt(u(i, 20)) * u(i, 21))::INTEGER AS age,
		CASE WHEN u(i, 22) >= 0.01 THEN (-3 * (1 + $shift) * ln(u(i, 23)))::INTEGER END AS items,
		(-400 * (1 + $shift) * ln(u(i, 24)) / (0.01 + u(i, 25)))::BIGINT AS latency
	FROM range($rows) t(i)
) TO '$file' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880);
