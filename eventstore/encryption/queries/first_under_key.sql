SELECT min(e.seq)
FROM ONLY carepath_log.events AS e
WHERE e.stream_id = $1 AND e.key_id = $2;
