-- When it begins to be worth looking: the earliest that happened among the first events.
SELECT min(first_events.effective_at) AS began_at
FROM (
    SELECT effective_at
    FROM ONLY carepath_log.events
    ORDER BY seq
    LIMIT 1000
) AS first_events;
