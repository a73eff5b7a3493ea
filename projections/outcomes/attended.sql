SELECT
    phase,
    kind,
    count(DISTINCT pathway_id) AS pathways,
    (sum(sessions) FILTER (WHERE attendance IN ('attended', 'late')))::bigint AS present,
    (sum(sessions) FILTER (WHERE attendance = 'late'))::bigint AS late,
    (sum(sessions) FILTER (WHERE attendance = 'missed'))::bigint AS missed,
    (sum(sessions) FILTER (WHERE attendance = 'excused'))::bigint AS excused
FROM attendance
WHERE $1::text IS NULL OR programme = $1
GROUP BY phase, kind
ORDER BY phase, kind;
