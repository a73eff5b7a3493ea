-- The latest first. $1 outcome, $2 purpose, $3 to $5: the last row of the page before.
SELECT
    source, number, pathway_id, asked_at, settled_at, recipient, "to", what, purpose, outcome, reasons
FROM disclosures
WHERE ($1::text IS NULL OR outcome = $1)
    AND ($2::text IS NULL OR purpose = $2)
    AND ($4::text IS NULL OR (asked_at, source, number) < ($3::timestamptz, $4, $5))
ORDER BY asked_at DESC, source DESC, number DESC
LIMIT $6;
