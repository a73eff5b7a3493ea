SELECT
    i.entity_id, i.item, i.source, i.kind, i.subject_pathway_id, i.programme, i.owner, i.role,
    i.opened_at, i.due_at, i.clock, i.level, i.about, i.why, s.patient_name, s.phase
FROM items AS i
LEFT JOIN subjects AS s ON s.pathway_id = i.subject_pathway_id
WHERE i.subject_pathway_id = $1
ORDER BY i.due_at, i.entity_id, i.item;
