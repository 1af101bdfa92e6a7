-- The rows of three files of numbers.sql beside each other: 30 columns, for the case drift-tools.
COPY (
	SELECT a.*, COLUMNS(b.*) AS "\0_b", COLUMNS(c.*) AS "\0_c"
	FROM read_parquet('$a') AS a POSITIONAL JOIN read_parquet('$b') AS b POSITIONAL JOIN read_parquet('$c') AS c
) TO '$file' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880);
