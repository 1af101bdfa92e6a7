-- The least that any check of the case data40 can do: read the columns it looks at and touch each value.
SELECT bit_xor(hash(id)) AS "id", bit_xor(hash(booking)) AS "booking", sum(leg) AS "leg", sum(customer) AS "customer",
	max(scheduled) AS "scheduled", max(landed) AS "landed", max(carrier) AS "carrier", max(origin) AS "origin",
	max(destination) AS "destination", max(tail) AS "tail", max(status) AS "status", sum(distance) AS "distance",
	sum(seats) AS "seats", sum(passengers) AS "passengers", sum(delay) AS "delay", sum(air_time) AS "air_time",
	sum(fuel) AS "fuel", sum(fare) AS "fare", sum(late) AS "late"
FROM $source
