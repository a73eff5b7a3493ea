UPDATE carepath_log.subscriptions SET secrets = $2, next_try_at = NULL WHERE id = $1;
