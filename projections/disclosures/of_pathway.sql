SELECT
    source, number, pathway_id, asked_at, settled_at, recipient, "to", what, purpose, outcome, reasons
FROM disclosures
WHERE pathway_id = $1
ORDER BY asked_at DESC, source, number;
