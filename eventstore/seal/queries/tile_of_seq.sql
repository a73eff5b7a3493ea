SELECT index, seqs
FROM carepath_log.seal_tiles
WHERE level = 0 AND first_seq <= $1
ORDER BY first_seq DESC
LIMIT 1;
