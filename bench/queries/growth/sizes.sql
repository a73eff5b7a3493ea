-- A table that is not partitioned is no tree, and its own only leaf.
SELECT
    sum(pg_table_size(leaf.relid))::bigint AS table_bytes,
    sum(pg_indexes_size(leaf.relid))::bigint AS index_bytes
FROM (
    SELECT t.relid FROM pg_partition_tree('carepath_log.events') AS t WHERE t.isleaf
    UNION
    SELECT c.oid FROM pg_class AS c WHERE c.oid = 'carepath_log.events'::regclass AND c.relkind = 'r'
) AS leaf;
