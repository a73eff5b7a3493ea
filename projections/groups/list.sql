-- $1: now. $3: the last group of the page before.
SELECT
    g.group_id, g.title, g.kind, g.programme, g.modality, g.states, g.zone, g.weekdays, g.starts,
    g.length_min, g.status, g.capacity, g.taken, g.reserved, g.facilitators, g.open_tasks,
    g.closed_at, g.successor, following.starts_at AS next_session_at
FROM groups AS g
LEFT JOIN LATERAL (
    SELECT s.starts_at
    FROM group_sessions AS s
    WHERE s.group_id = g.group_id AND s.stage = 'planned' AND s.starts_at > $1
    ORDER BY s.starts_at, s.number
    LIMIT 1
) AS following ON true
WHERE g.status = $2 AND g.group_id > $3::text
ORDER BY g.group_id
LIMIT $4;
