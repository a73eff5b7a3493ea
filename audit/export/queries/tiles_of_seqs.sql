-- The tile of leaves that holds each of these seqs, once, with all seqs in it.
SELECT DISTINCT t.index, t.seqs
FROM unnest($1::bigint[]) AS wanted (seq)
CROSS JOIN LATERAL (
    SELECT s.index, s.seqs
    FROM carepath_log.seal_tiles AS s
    WHERE s.level = 0 AND s.first_seq <= wanted.seq
    ORDER BY s.first_seq DESC
    LIMIT 1
) AS t
ORDER BY t.index;
