-- The rows of a Parquet file as text.
COPY (FROM '$parquet') TO '$file' (FORMAT $form);
