-- The seats of slow-open groups: what is free, and of each member since when and until when.
SELECT
    groups.group_id,
    groups.capacity - groups.taken AS free,
    array_agg(seats.joined_at ORDER BY seats.pathway_id)
        FILTER (WHERE seats.pathway_id IS NOT NULL) AS joined_at,
    array_agg(seats.planned_end ORDER BY seats.pathway_id)
        FILTER (WHERE seats.pathway_id IS NOT NULL) AS planned_end
FROM groups
LEFT JOIN seats ON seats.group_id = groups.group_id AND seats.left_at IS NULL
WHERE groups.meetings IS NULL AND ($1::text IS NULL OR groups.kind = $1)
GROUP BY groups.group_id
ORDER BY groups.group_id;
