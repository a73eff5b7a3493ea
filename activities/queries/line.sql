SELECT line FROM carepath_log.effect_ledger WHERE effect_id = $1
