SELECT min(e.seq)
FROM carepath_log.events AS e
WHERE e.stream_id = $1 AND e.key_id = $2;
