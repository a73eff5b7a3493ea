-- Who read one patient's record, by itself or in a list of so many: what was read without a care relationship comes first.
SELECT at, subject, role, on_behalf_of, what, purpose, times, number, break_glass, reason, refused, seq
FROM access_log
WHERE (pathway_id = $1 OR listed @> ARRAY[$1])
    AND at >= $2 AND at < $3 AND seq <= $4
ORDER BY break_glass DESC, at DESC, seq DESC;
