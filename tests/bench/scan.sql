-- The least that a drift check can do: read the same columns of both files and touch each value.
SELECT
	sum(delay) + sum(amount) + sum(score) + sum(frequency) + sum(balance) + sum(temperature) + sum(fare)
		+ sum(age) + sum(items) + sum(latency) AS "sums",
	greatest(max(delay), max(amount), max(score), max(frequency), max(balance), max(temperature), max(fare),
		max(age), max(items), max(latency)) AS "greatest"
FROM read_parquet(['$reference', '$current'])
