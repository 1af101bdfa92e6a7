-- Aggregates of one source by hand, in as many statements as the case finds best; their one row is put
-- together at the end.
$statements
SELECT * FROM $parts
