-- $rows made-up flights, 15 columns, for the cases fused and scaling. The same on every machine:
-- each value is a hash of its row and column.
CREATE MACRO u(i, k) AS ((hash(i * 64 + k) >> 12)::DOUBLE + 5e-1) / 4503599627370496e0;
CREATE MACRO normal(i, k) AS sqrt(-2 * ln(u(i, k))) * cos(2 * pi() * u(i, k + 1));
CREATE MACRO airport(x) AS chr(65 + ((x // 26) % 26)::INTEGER) || chr(65 + ((x * 7) % 26)::INTEGER)
	|| chr(65 + (x % 26)::INTEGER);

COPY (
	WITH drawn AS (
		SELECT
			i,
			TIMESTAMP '2025-01-01' + to_microseconds((i::DOUBLE / $rows * 5184e9)::BIGINT) AS scheduled,
			(u(i, 1) * u(i, 2) * 14)::INTEGER AS carrier_no,
			(u(i, 3) * u(i, 4) * 300)::BIGINT AS origin_no,
			(u(i, 5) * u(i, 6) * 299)::BIGINT AS destination_no,
			100 + (2800 * u(i, 7) * u(i, 8))::INTEGER AS distance,
			substr('050076110144150180189220300', 1 + 3 * (u(i, 9) * 9 - 0.5)::INTEGER, 3)::INTEGER AS seats,
			greatest(-60, 12 * normal(i, 10) + CASE WHEN u(i, 12) < 0.18 THEN -40 * ln(u(i, 13)) ELSE 0 END)
				AS late_by,
			normal(i, 14) AS wind,
			u(i, 16) AS luck
		FROM range($rows) t(i))
	SELECT
		i AS flight_id,
		scheduled,
		CASE WHEN u(i, 20) >= 0.02 THEN
			scheduled + to_microseconds(((distance / 7.5 + 30 + late_by) * 60000000)::BIGINT) END AS landed,
		substr('WNAADLUAUSNWCOTWASHPMQAQHAFLZZ', 1 + 2 * carrier_no, 2) AS carrier,
		airport(origin_no) AS origin,
		airport(CASE WHEN destination_no >= origin_no AND u(i, 21) >= 0.001 THEN destination_no + 1
			ELSE destination_no END) AS destination,
		'N' || lpad((10000 + hash(i * 64 + 22) % 5000)::VARCHAR, 5, '0')
			|| CASE WHEN u(i, 23) < 0.0001 THEN '?' ELSE '' END AS tail,
		distance::INTEGER AS distance,
		seats,
		CASE WHEN u(i, 24) >= 0.01 THEN least(seats + 1, (seats * sqrt(luck) + 2)::INTEGER) END AS passengers,
		CASE WHEN u(i, 25) >= 0.015 THEN late_by END AS delay,
		distance / 7.5 * (1 + 0.05 * wind) AS air_time,
		distance * seats * 0.03 * exp(0.1 * normal(i, 26)) AS fuel,
		round(40 + 0.11 * distance * (0.5 + luck), 2) AS fare,
		CASE WHEN late_by > 15 THEN 1 ELSE 0 END::INTEGER AS late
	FROM drawn
) TO '$file' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880);
