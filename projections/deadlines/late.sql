-- Whose clock should have rung before $1. $2, $3: the last one of the page before.
SELECT entity_id, open, next_at, last_event_at
FROM clocks
WHERE next_at < $1 AND (next_at, entity_id) > ($2::timestamptz, $3::text)
ORDER BY next_at, entity_id
LIMIT $4;
