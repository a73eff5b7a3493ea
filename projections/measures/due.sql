-- What is due or overdue, the longest due first. $2 to $4: the last row of the page before.
SELECT
    pathway_id, measure, occasion, programme, standing, due_at, expires_at, overdue_at, overdue,
    taken_at, phase, score, band, missing_items, findings, flags, baseline, change, change_class,
    below_cut_off, responded, reliable, cut_off, response, corrected
FROM measures
WHERE standing IN ('due', 'overdue')
    AND (NOT $1 OR overdue)
    AND ($3::text IS NULL OR (due_at, pathway_id, measure) > ($2::timestamptz, $3, $4))
ORDER BY due_at, pathway_id, measure
LIMIT $5;
