-- Weeks of treatment of all who began between $2 and $3, up to their end or to $3.
SELECT
    (extract(EPOCH FROM least(coalesce(ended_at, $3), $3) - started_at) / 604800)::float8 AS weeks,
    CASE WHEN ended_at <= $3 THEN ended_for END AS ended_for
FROM treatments
WHERE started_at >= $2 AND started_at <= $3 AND ($1::text IS NULL OR programme = $1)
ORDER BY weeks, pathway_id;
