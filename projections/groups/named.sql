-- What groups of a status are called, when they meet, and who has their seats.
SELECT
    group_id, title, kind, programme, modality, states, zone, weekdays, starts, length_min, status,
    capacity, taken, reserved, facilitators, open_tasks, closed_at, successor
FROM groups
WHERE status = $1
ORDER BY group_id;
