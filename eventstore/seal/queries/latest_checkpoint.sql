SELECT size, last_seq, root, note, key_id, created_at
FROM carepath_log.seal_checkpoints
ORDER BY size DESC
LIMIT 1;
