-- By id. $1: the last one of the page before.
SELECT entity_id, open, next_at, last_event_at
FROM clocks
WHERE open AND entity_id > $1
ORDER BY entity_id
LIMIT $2;
