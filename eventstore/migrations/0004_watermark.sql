-- One row. Readers may read every event with seq <= settled_seq.
-- The candidate is the pair (L, X) of 0005_settle.sql, valid in the cluster that made it.
CREATE TABLE carepath_log.watermark (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    settled_seq bigint NOT NULL DEFAULT 0,
    candidate_seq bigint,
    candidate_xid xid8,
    candidate_at timestamptz,
    candidate_cluster bigint
) WITH (fillfactor = 20);

INSERT INTO carepath_log.watermark DEFAULT VALUES;
