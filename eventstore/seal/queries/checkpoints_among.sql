-- Of these sizes, those that have a checkpoint.
SELECT size FROM carepath_log.seal_checkpoints WHERE size = ANY ($1::bigint[]);
