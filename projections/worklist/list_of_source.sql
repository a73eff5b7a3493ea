-- Those of one source ($7), which may be few among many: otherwise the same as the whole list.
SELECT
    i.entity_id, i.item, i.source, i.kind, i.subject_pathway_id, i.programme, i.owner, i.role,
    i.opened_at, i.due_at, i.clock, i.level, i.about, i.why, s.patient_name, s.phase
FROM items AS i
LEFT JOIN subjects AS s ON s.pathway_id = i.subject_pathway_id
WHERE (i.due_at, i.entity_id, i.item) > ($1::timestamptz, $2::text, $3::text)
    AND i.due_at <= $4::timestamptz
    AND ($5::text IS NULL OR i.programme = $5)
    AND ($6::text IS NULL OR s.phase = $6)
    AND i.source = $7::text
ORDER BY i.due_at, i.entity_id, i.item
LIMIT $8;
