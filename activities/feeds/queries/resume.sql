UPDATE carepath_log.subscriptions
SET state = 'running', failures = 0, next_try_at = NULL
WHERE id = $1;
