-- Who is in each phase at $2, and how long they have been there, in days.
SELECT
    phase,
    count(*) AS pathways,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(EPOCH FROM $2 - entered_at) / 86400)
        AS median_days,
    (max(extract(EPOCH FROM $2 - entered_at)) / 86400)::float8 AS longest_days
FROM stays
WHERE programme = $1 AND left_at IS NULL
GROUP BY phase
ORDER BY phase;
