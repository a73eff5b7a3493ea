-- What is due first comes first, up to $4. $1, $2, $3: the last item of the page before.
-- What does not matter is NULL: $5 the programme, $6 the phase, $7 the source.
SELECT
    i.entity_id, i.item, i.source, i.kind, i.subject_pathway_id, i.programme, i.owner, i.role,
    i.opened_at, i.due_at, i.clock, i.level, i.about, i.why, s.patient_name, s.phase
FROM items AS i
LEFT JOIN subjects AS s ON s.pathway_id = i.subject_pathway_id
WHERE (i.due_at, i.entity_id, i.item) > ($1::timestamptz, $2::text, $3::text)
    AND i.due_at <= $4::timestamptz
    AND ($5::text IS NULL OR i.programme = $5)
    AND ($6::text IS NULL OR s.phase = $6)
    AND ($7::text IS NULL OR i.source = $7)
ORDER BY i.due_at, i.entity_id, i.item
LIMIT $8;
