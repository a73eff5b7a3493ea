-- Adds to the tree what a sealer has computed, if nobody was faster. Returns whether it did.
-- The caller holds the lock of 'carepath_log.seal' since before it signed.
CREATE FUNCTION carepath_log.seal(
    from_size bigint,
    to_size bigint,
    up_to_seq bigint,
    new_root bytea,
    signed_note text,
    signing_key text,
    tile_levels smallint[],
    tile_indexes bigint[],
    tile_hashes bytea[],
    tile_seqs bytea[],
    tile_first_seqs bigint[],
    tile_last_seqs bigint[]
) RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('carepath_log.seal', 0));
    IF coalesce((SELECT max(c.size) FROM seal_checkpoints AS c), 0) <> from_size THEN
        RETURN false;
    END IF;
    INSERT INTO seal_tiles AS present (level, index, hashes, seqs, first_seq, last_seq)
    SELECT t.level, t.index, t.hashes, t.seqs, t.first_seq, t.last_seq
    FROM unnest(tile_levels, tile_indexes, tile_hashes, tile_seqs, tile_first_seqs, tile_last_seqs)
        AS t (level, index, hashes, seqs, first_seq, last_seq)
    ON CONFLICT (level, index) DO UPDATE SET
        hashes = excluded.hashes,
        seqs = excluded.seqs,
        last_seq = excluded.last_seq;
    INSERT INTO seal_checkpoints (size, last_seq, root, note, key_id)
    VALUES (to_size, up_to_seq, new_root, signed_note, signing_key);
    RETURN true;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.seal FROM public;

-- Notes what became of offering a checkpoint to an anchor; no `problem`: it was accepted.
CREATE FUNCTION carepath_log.note_anchoring(which text, of_size bigint, problem text) RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
BEGIN ATOMIC
    INSERT INTO carepath_log.seal_anchors AS a (anchor, accepted_size, accepted_at, failing_since, failures, error)
    VALUES (
        which,
        CASE WHEN problem IS NULL THEN of_size END,
        CASE WHEN problem IS NULL THEN clock_timestamp() END,
        CASE WHEN problem IS NOT NULL THEN clock_timestamp() END,
        CASE WHEN problem IS NULL THEN 0 ELSE 1 END,
        problem
    )
    ON CONFLICT (anchor) DO UPDATE SET
        accepted_size = coalesce(excluded.accepted_size, a.accepted_size),
        accepted_at = coalesce(excluded.accepted_at, a.accepted_at),
        failing_since = CASE WHEN problem IS NOT NULL THEN coalesce(a.failing_since, excluded.failing_since) END,
        failures = CASE WHEN problem IS NULL THEN 0 ELSE a.failures + 1 END,
        error = problem;
END;

REVOKE ALL ON FUNCTION carepath_log.note_anchoring FROM public;
