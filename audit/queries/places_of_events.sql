-- Where in the log these events are.
SELECT event_id, seq, stream_id, version
FROM ONLY carepath_log.events
WHERE event_id = ANY ($1::uuid[]);
