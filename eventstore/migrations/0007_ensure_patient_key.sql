-- The key of a stream: the given one if it has none yet. Of two writers who come at once with a key
-- each, one waits for the other, and both leave with the same key.
CREATE FUNCTION carepath_log.ensure_patient_key(
    of_stream text,
    INOUT key_id uuid,
    INOUT wrapped bytea,
    INOUT wrapped_by text,
    OUT destroyed_at timestamptz
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO patient_keys (key_id, stream_id, wrapped, wrapped_by)
    VALUES (
        ensure_patient_key.key_id, of_stream, ensure_patient_key.wrapped, ensure_patient_key.wrapped_by
    )
    ON CONFLICT (stream_id) DO NOTHING;

    SELECT k.key_id, k.wrapped, k.wrapped_by, k.destroyed_at
    INTO STRICT
        ensure_patient_key.key_id, ensure_patient_key.wrapped, ensure_patient_key.wrapped_by,
        ensure_patient_key.destroyed_at
    FROM patient_keys AS k
    WHERE k.stream_id = of_stream;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.ensure_patient_key FROM public;
