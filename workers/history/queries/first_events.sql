-- The first event of each of these streams that has one.
SELECT e.stream_id, e.event_id
FROM ONLY carepath_log.events AS e
WHERE e.stream_id = ANY ($1::text[]) AND e.version = 1
