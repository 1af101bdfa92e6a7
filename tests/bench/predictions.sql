-- $rows predictions of a binary model in segments, for the cases slices and slices-5000. The
-- score is the logistic function of z; the label follows a steeper one, so calibration is off a bit.
CREATE MACRO u(i, k) AS ((hash(i * 64 + k) >> 12)::DOUBLE + 5e-1) / 4503599627370496e0;
CREATE MACRO normal(i, k) AS sqrt(-2 * ln(u(i, k))) * cos(2 * pi() * u(i, k + 1));

COPY (
	WITH drawn AS (
		SELECT i, $segment_no AS segment_no, normal(i, 3) - 1 AS z
		FROM range($rows) t(i))
	SELECT
		i AS prediction_id,
		'segment-' || lpad(segment_no::VARCHAR, $digits, '0') AS segment,
		(u(i, 5) < 1 / (1 + exp(-z * (0.8 + 0.05 * (segment_no % 20)))))::INTEGER AS label,
		1 / (1 + exp(-z)) AS score
	FROM drawn
) TO '$file' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880);
