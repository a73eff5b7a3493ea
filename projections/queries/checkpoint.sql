SELECT schema_name, view, version, build, seq, state, failing_seq, failing_type, error
FROM carepath_views.checkpoints
WHERE schema_name = $1;
