-- What one person read, of whom: what was read without a care relationship comes first.
SELECT at, pathway_id, role, on_behalf_of, what, purpose, times, number, break_glass, reason, refused, seq
FROM access_log
WHERE subject = $1 AND at >= $2 AND at < $3 AND seq <= $4
ORDER BY break_glass DESC, at DESC, seq DESC;
