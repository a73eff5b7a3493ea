UPDATE carepath_log.subscriptions
SET seq = least($2, w.settled_seq), failures = 0, next_try_at = NULL
FROM carepath_log.watermark AS w
WHERE id = $1;
