-- The rows of a Parquet file as CSV.
COPY (FROM '$parquet') TO '$csv' (FORMAT csv, HEADER);
