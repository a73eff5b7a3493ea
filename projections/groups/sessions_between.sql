-- $2, $3, $4: the last session of the page before, or where the time begins.
SELECT
    group_id, number, starts_at, length_min, stage, facilitators, present, missed, incidents
FROM group_sessions
WHERE starts_at < $1 AND (starts_at, group_id, number) > ($2::timestamptz, $3::text, $4::integer)
ORDER BY starts_at, group_id, number
LIMIT $5;
