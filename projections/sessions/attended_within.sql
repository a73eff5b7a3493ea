-- Sessions of a programme held from $2 on and before $3, by phase and kind, and of how many patients.
WITH of_each AS (
    SELECT
        phase,
        kind,
        pathway_id,
        count(*) FILTER (WHERE attendance IN ('attended', 'late')) AS present,
        count(*) FILTER (WHERE attendance = 'late') AS late,
        count(*) FILTER (WHERE attendance = 'missed') AS missed,
        count(*) FILTER (WHERE attendance = 'excused') AS excused
    FROM sessions
    WHERE split_part(programme, '@', 1) = $1 AND held_at >= $2 AND held_at < $3
    GROUP BY phase, kind, pathway_id
)

SELECT
    phase,
    kind,
    count(*) AS pathways,
    sum(present)::bigint AS present,
    sum(late)::bigint AS late,
    sum(missed)::bigint AS missed,
    sum(excused)::bigint AS excused
FROM of_each
GROUP BY phase, kind
ORDER BY phase, kind;
