-- The latest first. $2, $3: the last row of the page before.
SELECT
    pathway_id, version, held_at, kind, phase, programme, group_id, group_session, clinicians,
    attendance, late_min, length_min, modality, location, corrected
FROM sessions
WHERE pathway_id = $1 AND (held_at, version) < ($2::timestamptz, $3::integer)
ORDER BY held_at DESC, version DESC
LIMIT $4;
