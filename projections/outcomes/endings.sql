-- How treatments that began between $2 and $3 have ended; without a reason: they have not.
SELECT
    CASE WHEN ended_at <= $3 THEN ended_for END AS ended_for,
    count(*) AS pathways
FROM treatments
WHERE started_at >= $2 AND started_at <= $3 AND ($1::text IS NULL OR programme = $1)
GROUP BY 1
ORDER BY count(*) DESC, 1;
