-- The first and the last sealed event that was recorded from $1 up to, not including, $2.
SELECT min(e.seq) AS first, max(e.seq) AS last
FROM ONLY carepath_log.events AS e
WHERE e.seq <= $3
    AND ($1::timestamptz IS NULL OR e.recorded_at >= $1)
    AND ($2::timestamptz IS NULL OR e.recorded_at < $2);
