-- Where in the log these events are.
SELECT event_id, seq, stream_id, version
FROM carepath_log.events
WHERE event_id = ANY ($1::uuid[]);
