-- Where each view is, and what it lacks of the whole log, settled or not: since when the oldest
-- event waits for it, and how many numbers there are after its own (a few may belong to no event).
SELECT
    c.view, c.build, c.seq, waiting.recorded_at AS since,
    clock_timestamp() - waiting.recorded_at AS age,
    CASE WHEN waiting.recorded_at IS NULL THEN 0 ELSE s.last_value - c.seq END AS lacks
FROM carepath_views.checkpoints AS c
CROSS JOIN carepath_log.events_seq AS s
LEFT JOIN LATERAL (
    SELECT e.recorded_at
    FROM ONLY carepath_log.events AS e
    WHERE e.seq > c.seq
    ORDER BY e.seq
    LIMIT 1
) AS waiting ON true
WHERE c.schema_name = 'view_' || c.view;
