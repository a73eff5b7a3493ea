-- What tells the keys of this log apart without giving them away: SHA-256 over a label and the key,
-- by the name of the key's file. Written once, when the key begins to be used.
CREATE TABLE carepath_log.key_fingerprints (
    name text COLLATE "C" PRIMARY KEY,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
