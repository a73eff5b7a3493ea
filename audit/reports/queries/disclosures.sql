-- What was disclosed of one patient, or of all, or perhaps was: date, recipient, what and why
-- (45 CFR 164.528). $4 is the view's position, which its own rows do not go beyond.
SELECT pathway_id, settled_at, recipient, "to", what, purpose, source, outcome
FROM disclosures
WHERE outcome IN ('done', 'perhaps_received')
    AND ($1::text IS NULL OR pathway_id = $1)
    AND settled_at >= $2
    AND settled_at < $3
    AND $4::bigint IS NOT NULL
ORDER BY settled_at DESC, source, number;
