SELECT size, last_seq, root, note, key_id, created_at
FROM carepath_log.seal_checkpoints
WHERE size > $1 AND size <= $2
ORDER BY size
LIMIT $3;
