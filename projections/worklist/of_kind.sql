-- What is due first comes first. $2, $3, $4: the last item of the page before.
SELECT
    i.entity_id, i.item, i.source, i.kind, i.subject_pathway_id, i.programme, i.owner, i.role,
    i.opened_at, i.due_at, i.clock, i.level, i.about, i.why, s.patient_name, s.phase
FROM items AS i
LEFT JOIN subjects AS s ON s.pathway_id = i.subject_pathway_id
WHERE i.kind = $1 AND (i.due_at, i.entity_id, i.item) > ($2::timestamptz, $3::text, $4::text)
ORDER BY i.due_at, i.entity_id, i.item
LIMIT $5;
