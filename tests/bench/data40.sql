-- The 40 numbers of data40.yaml, in its order, by hand: keys and customers by queries of their own, all
-- else as one careful statement.
CREATE VIEW bookings AS FROM $source;
CREATE VIEW customers AS FROM $customers;
WITH ids AS (
	SELECT coalesce(sum(n) FILTER (n = 1), 0) / sum(n) AS once
	FROM (SELECT count(*) AS n FROM bookings WHERE id IS NOT NULL GROUP BY id)
), legs AS (
	SELECT coalesce(sum(n) FILTER (n = 1), 0) / sum(n) AS once
	FROM (SELECT count(*) AS n FROM bookings GROUP BY booking, leg)
), found AS (
	SELECT count(*) AS n FROM bookings SEMI JOIN customers USING (customer)
), plain AS (
SELECT
	count(*) AS "row_count",
	count(id) / count(*) AS "not_null[id]",
	count(booking) / count(*) AS "not_null[booking]",
	count(leg) / count(*) AS "not_null[leg]",
	count(customer) / count(*) AS "not_null[customer]",
	count(scheduled) / count(*) AS "not_null[scheduled]",
	count(carrier) / count(*) AS "not_null[carrier]",
	count(origin) / count(*) AS "not_null[origin]",
	count(destination) / count(*) AS "not_null[destination]",
	count(landed) / count(*) AS "not_null[landed]",
	count(delay) / count(*) AS "not_null[delay]",
	count(passengers) / count(*) AS "not_null[passengers]",
	count_if(leg BETWEEN 1 AND 4) / count(leg) AS "range[leg]",
	count_if(distance BETWEEN 1 AND 6000) / count(distance) AS "range[distance]",
	count_if(seats BETWEEN 1 AND 600) / count(seats) AS "range[seats]",
	count_if(passengers BETWEEN 0 AND 600) / count(passengers) AS "range[passengers]",
	count_if(delay BETWEEN -120 AND 1800) / count(delay) AS "range[delay]",
	count_if(air_time BETWEEN 0 AND 1200) / count(air_time) AS "range[air_time]",
	count_if(fuel BETWEEN 0 AND 1000000) / count(fuel) AS "range[fuel]",
	count_if(fare BETWEEN 5 AND 5000) / count(fare) AS "range[fare]",
	count_if(carrier IN ('WN', 'AA', 'DL', 'UA', 'US', 'NW', 'CO', 'TW', 'AS', 'HP', 'MQ', 'AQ', 'HA', 'FL'))
		/ count(carrier) AS "one_of[carrier]",
	count_if(late IN (0, 1)) / count(late) AS "one_of[late]",
	count_if(status IN ('booked', 'flown ', 'cancel')) / count(status) AS "one_of[status]",
	count_if(regexp_matches(origin, '^[A-Z]{3}$$')) / count(origin) AS "matches[origin]",
	count_if(regexp_matches(destination, '^[A-Z]{3}$$')) / count(destination) AS "matches[destination]",
	count_if(regexp_matches(tail, '^N[0-9]{5}$$')) / count(tail) AS "matches[tail]",
	count_if(length(id) = 26) / count(id) AS "length[id]",
	count_if(length(tail) BETWEEN 2 AND 7) / count(tail) AS "length[tail]",
	avg(delay) AS "mean[delay]",
	avg(fare) AS "mean[fare]",
	stddev_samp(delay) AS "stddev[delay]",
	max(seats) AS "maximum[seats]",
	quantile_cont(delay, 0.99) AS "quantile[delay]",
	count(DISTINCT carrier) AS "distinct_count[carrier]",
	count(DISTINCT tail) AS "distinct_count[tail]",
	epoch(TIMESTAMP '2025-03-02' - max(scheduled)) AS "freshness[scheduled]",
	count_if(origin <> destination) / count_if((origin <> destination) IS NOT NULL) AS "row_rule"
FROM bookings
)
SELECT plain.*, ids.once AS "unique[id]", legs.once AS "unique", found.n / plain."not_null[customer]" / plain.row_count
	AS "foreign_key[customer]"
FROM plain, ids, legs, found
