-- Locks the checkpoint and moves it, if it still is where the batch began: no row, no write.
UPDATE carepath_views.checkpoints
SET seq = $4, state = 'running', failing_seq = NULL, failing_type = NULL, error = NULL,
    updated_at = clock_timestamp()
WHERE schema_name = $1 AND build = $2 AND seq = $3
RETURNING schema_name, view, version, build, seq, state, failing_seq, failing_type, error;
