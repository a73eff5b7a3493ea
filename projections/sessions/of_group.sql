SELECT
    pathway_id, version, held_at, kind, phase, programme, group_id, group_session, clinicians,
    attendance, late_min, length_min, modality, location, corrected
FROM sessions
WHERE group_id = $1 AND group_session = $2
ORDER BY pathway_id;
