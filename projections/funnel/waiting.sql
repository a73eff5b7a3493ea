-- Who waits for each kind of group at $2, and how long those waited who got a seat from $3 on.
SELECT
    group_kind,
    count(*) FILTER (WHERE until IS NULL) AS waiting,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(EPOCH FROM $2 - since) / 86400)
        FILTER (WHERE until IS NULL) AS median_days_so_far,
    (max(extract(EPOCH FROM $2 - since)) FILTER (WHERE until IS NULL) / 86400)::float8
        AS longest_days_so_far,
    count(*) FILTER (WHERE outcome = 'seated') AS seated,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(EPOCH FROM until - since) / 86400)
        FILTER (WHERE outcome = 'seated') AS median_days_to_seat
FROM waits
WHERE programme = $1 AND (until IS NULL OR until >= $3)
GROUP BY group_kind
ORDER BY group_kind;
