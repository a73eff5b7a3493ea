-- Reads without a care relationship, and the reasons given. The latest first. $2 and $3: from and before; $4 and $5: the last row of the page before.
SELECT
    seq, at, pathway_id, subject, role, on_behalf_of, what, purpose, times, number,
    break_glass, reason, until, refused
FROM access_log
WHERE break_glass AND ($1::text IS NULL OR role = $1)
    AND at >= $2
    AND at < $3
    AND ($5::bigint IS NULL OR (at, seq) < ($4::timestamptz, $5))
ORDER BY at DESC, seq DESC
LIMIT $6;
