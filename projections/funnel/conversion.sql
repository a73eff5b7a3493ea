-- Of those referred in each month, how many have entered each phase, and left it how.
-- $1 programme, $2 and $3 referred from and before, $4 the zone of the months.
WITH referred AS (
    SELECT pathway_id, date_trunc('month', referred_at AT TIME ZONE $4)::date AS month
    FROM stays
    WHERE number = 1 AND programme = $1 AND referred_at >= $2 AND referred_at < $3
),

counted AS (
    SELECT month, count(*) AS referred FROM referred GROUP BY month
)

SELECT
    counted.month,
    counted.referred,
    stays.phase,
    count(DISTINCT stays.pathway_id) AS entered,
    count(DISTINCT stays.pathway_id) FILTER (WHERE stays.outcome = 'moved_on') AS moved_on,
    count(DISTINCT stays.pathway_id) FILTER (WHERE stays.left_at IS NULL) AS still_there
FROM counted
INNER JOIN referred ON referred.month = counted.month
INNER JOIN stays ON stays.pathway_id = referred.pathway_id
GROUP BY counted.month, counted.referred, stays.phase
ORDER BY counted.month, min(stays.number), stays.phase;
