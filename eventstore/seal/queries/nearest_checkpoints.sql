SELECT
    (SELECT max(size) FROM carepath_log.seal_checkpoints WHERE size < $1) AS before,
    (SELECT min(size) FROM carepath_log.seal_checkpoints WHERE size > $1) AS after;
