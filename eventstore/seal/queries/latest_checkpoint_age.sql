-- How long ago the last checkpoint was signed, by the clock of the database.
SELECT clock_timestamp() - max(created_at) FROM carepath_log.seal_checkpoints;
