-- As little as DuckDB can be asked.
SELECT 42 AS answer
