SELECT event_id, seq, stream_id, version
FROM carepath_log.events
WHERE seq = $1;
