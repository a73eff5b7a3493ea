SELECT
    pathway_id, version, seq, type, effective_at, recorded_at, subject, role, on_behalf_of, title,
    late, details
FROM timeline
WHERE pathway_id = $1 AND version > $2
ORDER BY version
LIMIT $3;
