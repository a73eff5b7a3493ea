ALTER TABLE carepath_log.events DETACH PARTITION carepath_log.grown_0;
