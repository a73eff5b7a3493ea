UPDATE carepath_views.checkpoints
SET state = 'stopped', failing_seq = $3, failing_type = $4, error = $5, updated_at = clock_timestamp()
WHERE schema_name = $1 AND build = $2;
