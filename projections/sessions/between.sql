-- $2, $3, $4: the last row of the page before, or where the time begins.
SELECT
    pathway_id, version, held_at, kind, phase, programme, group_id, group_session, clinicians,
    attendance, late_min, length_min, modality, location, corrected
FROM sessions
WHERE held_at < $1 AND (held_at, pathway_id, version) > ($2::timestamptz, $3::text, $4::integer)
ORDER BY held_at, pathway_id, version
LIMIT $5;
