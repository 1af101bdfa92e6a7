-- $rows rows of 20 numbers of which about five lie below 0 and five above 1 in each column, for the case failing.
-- A hash is divided by numbers of its own type: by others, DuckDB divides numbers of 128 bits.
CREATE MACRO u(h) AS CASE h % ($rows // 5)::UBIGINT WHEN 0 THEN -1 WHEN 1 THEN 2
	ELSE (h % 1000::UBIGINT)::DOUBLE / 1000 END;

COPY (
	SELECT hash(i) AS id, 'p' || hash(i) % 100000::UBIGINT AS name,
		DATE '2024-01-01' + (i % 300)::INTEGER AS day, $numbers
	FROM range($rows) t(i)
) TO '$file' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880);
