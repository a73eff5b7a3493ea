SELECT event_id, seq, stream_id, version
FROM ONLY carepath_log.events
WHERE seq = $1;
