-- $rows rows of 20 numbers of which many are out of their ranges, for the case failing.
CREATE MACRO u(i, k) AS ((hash(i * 64 + k) >> 12)::DOUBLE + 5e-1) / 4503599627370496e0;

COPY (
	SELECT i AS id, 'p' || hash(i) % 100000 AS name, DATE '2024-01-01' + (i % 300)::INTEGER AS day,
		u(i, 1) AS c0, u(i, 2) AS c1, u(i, 3) AS c2, u(i, 4) AS c3, u(i, 5) AS c4,
		u(i, 6) AS c5, u(i, 7) AS c6, u(i, 8) AS c7, u(i, 9) AS c8, u(i, 10) AS c9,
		round(u(i, 11), 2) AS c10, round(u(i, 12), 2) AS c11, round(u(i, 13), 2) AS c12,
		round(u(i, 14), 2) AS c13, round(u(i, 15), 2) AS c14, round(u(i, 16), 3) AS c15,
		round(u(i, 17), 3) AS c16, round(u(i, 18), 3) AS c17, round(u(i, 19), 3) AS c18,
		round(u(i, 20), 3) AS c19
	FROM range($rows) t(i)
) TO '$file' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880);
