SELECT
    pathway_id, programme, measure, taken, first, first_at, last, last_at
FROM scores
WHERE measure = $1 AND ($2::text IS NULL OR programme = $2)
ORDER BY pathway_id;
