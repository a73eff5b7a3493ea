-- Those that were closed and changed at $1 or later. $1, $2: also the last one of the page before.
SELECT entity_id, open, next_at, last_event_at
FROM clocks
WHERE NOT open AND (last_event_at, entity_id) > ($1::timestamptz, $2::text)
ORDER BY last_event_at, entity_id
LIMIT $3;
