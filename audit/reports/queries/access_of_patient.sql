-- Who read one patient's record: what was read without a care relationship comes first.
SELECT at, subject, role, on_behalf_of, what, purpose, times, break_glass, reason, seq
FROM access_log
WHERE pathway_id = $1 AND at >= $2 AND at < $3 AND seq <= $4
ORDER BY break_glass DESC, at DESC, seq DESC;
