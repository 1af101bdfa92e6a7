-- The 100,000 customers of bookings.sql.
COPY (SELECT i AS customer, 'name of ' || i AS name FROM range(100000) t(i)) TO '$file' (FORMAT parquet);
