SELECT * FROM carepath_log.effect_ledger
