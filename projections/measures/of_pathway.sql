SELECT
    pathway_id, measure, occasion, programme, standing, due_at, expires_at, overdue_at, overdue,
    taken_at, phase, score, band, missing_items, findings, flags, baseline, change, change_class,
    below_cut_off, responded, reliable, cut_off, response, corrected
FROM measures
WHERE pathway_id = $1 AND ($2::text IS NULL OR measure = $2)
ORDER BY measure, coalesce(taken_at, due_at), occasion;
