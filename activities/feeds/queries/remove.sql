DELETE FROM carepath_log.subscriptions WHERE id = $1;
