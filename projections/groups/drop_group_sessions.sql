DELETE FROM group_sessions AS s
USING unnest($1::text[], $2::integer[]) AS gone (group_id, number)
WHERE s.group_id = gone.group_id AND s.number = gone.number;
