-- What bounds each tile of leaves, without its hashes.
SELECT index, first_seq, last_seq
FROM carepath_log.seal_tiles
WHERE level = 0 AND index >= $1 AND index <= $2
ORDER BY index;
