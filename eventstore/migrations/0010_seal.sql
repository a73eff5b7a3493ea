-- The tree's hashes in tiles (docs/log-format.md). `hashes` holds up to 256 hashes of 32 bytes. In
-- level 0, the leaves, `seqs` holds the seq of each, 8 bytes big-endian: a hint that names a row
-- that is gone; the proof is the leaf, which holds its seq itself.
CREATE TABLE carepath_log.seal_tiles (
    level smallint NOT NULL CHECK (level >= 0),
    index bigint NOT NULL CHECK (index >= 0),
    hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    seqs bytea,
    first_seq bigint,
    last_seq bigint,
    PRIMARY KEY (level, index),
    CHECK ((level = 0) = (seqs IS NOT NULL AND first_seq IS NOT NULL AND last_seq IS NOT NULL))
);

-- Finds the tile of an event by its seq.
CREATE INDEX seal_tiles_first_seq ON carepath_log.seal_tiles (first_seq) WHERE level = 0;

CREATE TABLE carepath_log.seal_checkpoints (
    size bigint PRIMARY KEY CHECK (size > 0),
    last_seq bigint NOT NULL,
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note text NOT NULL,
    key_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One row an anchor: the size that it holds, and what fails since when.
CREATE TABLE carepath_log.seal_anchors (
    anchor text PRIMARY KEY,
    accepted_size bigint,
    accepted_at timestamptz,
    failing_since timestamptz,
    failures integer NOT NULL DEFAULT 0,
    error text
);
