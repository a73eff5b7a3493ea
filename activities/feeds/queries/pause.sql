UPDATE carepath_log.subscriptions SET state = 'paused' WHERE id = $1;
