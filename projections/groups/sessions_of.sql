-- The latest first. $2, $3: the last session of the page before.
SELECT
    group_id, number, starts_at, length_min, stage, facilitators, present, missed, incidents
FROM group_sessions
WHERE group_id = $1 AND (starts_at, number) < ($2::timestamptz, $3::integer)
ORDER BY starts_at DESC, number DESC
LIMIT $4;
