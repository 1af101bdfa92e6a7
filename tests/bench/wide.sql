-- $rows rows of many numbers between 0 and 1, for the case wide. The same on every machine: each value
-- is a hash of its row and column.
CREATE MACRO u(i, k) AS ((hash(i * 4096 + k) >> 12)::DOUBLE + 5e-1) / 4503599627370496e0;

COPY (SELECT i AS id, $numbers FROM range($rows) t(i)) TO '$file' (FORMAT parquet, COMPRESSION snappy);
