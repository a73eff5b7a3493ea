-- What was given of one patient from $2 on, or perhaps was, the latest first.
SELECT
    source, number, pathway_id, asked_at, settled_at, recipient, "to", what, purpose, outcome, reasons
FROM disclosures
WHERE pathway_id = $1 AND outcome IN ('done', 'perhaps_received') AND settled_at >= $2
ORDER BY settled_at DESC, source, number;
