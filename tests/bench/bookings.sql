-- The flights of $flights with 5 more columns: an id of text, a key of two columns, whom it is of and
-- how it stands, for the case data40.
CREATE MACRO u(i, k) AS ((hash(i * 64 + k) >> 12)::DOUBLE + 5e-1) / 4503599627370496e0;

COPY (
	SELECT
		*,
		printf('%08x-%04x-%012x', (hash(flight_id * 64 + 30) & 4294967295)::BIGINT,
			(hash(flight_id * 64 + 31) & 65535)::BIGINT, flight_id) AS id,
		'B' || lpad((flight_id // 4)::VARCHAR, 8, '0') AS booking,
		(flight_id % 4 + 1)::INTEGER AS leg,
		(hash(flight_id * 64 + 32) % 100000)::BIGINT AS customer,
		substr('bookedflown cancel', 1 + 6 * (u(flight_id, 33) * 2.999 - 0.5)::INTEGER, 6) AS status
	FROM read_parquet('$flights')
) TO '$file' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880);
