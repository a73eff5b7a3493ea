-- How long those stayed in each phase who left it from $2 on, in days, and how it ended.
SELECT
    phase,
    outcome,
    count(*) AS n,
    percentile_cont(ARRAY[0.25, 0.5, 0.75])
        WITHIN GROUP (ORDER BY extract(EPOCH FROM left_at - entered_at) / 86400) AS quartiles
FROM stays
WHERE programme = $1 AND left_at >= $2
GROUP BY phase, outcome
ORDER BY phase, outcome;
