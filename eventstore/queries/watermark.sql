-- The age is that of the oldest event that readers may not see yet, or, while all of those are
-- in transactions still running, of the candidate that waits for them.
SELECT
    w.settled_seq,
    CASE WHEN s.is_called THEN s.last_value ELSE 0 END AS last_seq,
    greatest(
        coalesce(
            clock_timestamp() - least(waiting.recorded_at, w.candidate_at),
            interval '0'
        ),
        interval '0'
    ) AS age
FROM carepath_log.watermark AS w
CROSS JOIN carepath_log.events_seq AS s
LEFT JOIN LATERAL (
    SELECT e.recorded_at
    FROM ONLY carepath_log.events AS e
    WHERE e.seq > w.settled_seq
    ORDER BY e.seq
    LIMIT 1
) AS waiting ON true;
