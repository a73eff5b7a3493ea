-- Those of one source ($7) and of some owners ($9): otherwise the same as the list of owners.
SELECT
    i.entity_id, i.item, i.source, i.kind, i.subject_pathway_id, i.programme, i.owner, i.role,
    i.opened_at, i.due_at, i.clock, i.level, i.about, i.why, s.patient_name, s.phase
FROM unnest($9::text[]) AS wanted (owner)
CROSS JOIN LATERAL (
    SELECT owned.*
    FROM items AS owned
    LEFT JOIN subjects AS whom ON whom.pathway_id = owned.subject_pathway_id
    WHERE owned.owner = wanted.owner
        AND (owned.due_at, owned.entity_id, owned.item) > ($1::timestamptz, $2::text, $3::text)
        AND owned.due_at <= $4::timestamptz
        AND ($5::text IS NULL OR owned.programme = $5)
        AND ($6::text IS NULL OR whom.phase = $6)
        AND owned.source = $7::text
    ORDER BY owned.due_at, owned.entity_id, owned.item
    LIMIT $8
) AS i
LEFT JOIN subjects AS s ON s.pathway_id = i.subject_pathway_id
ORDER BY i.due_at, i.entity_id, i.item
LIMIT $8;
