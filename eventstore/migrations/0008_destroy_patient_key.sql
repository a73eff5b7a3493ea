-- Destroys a stream's key and says when that was; null: the stream has none. Repeating it changes
-- nothing. Errors: CP004 the log does not say that the patient was erased.
CREATE FUNCTION carepath_log.destroy_patient_key(of_stream text) RETURNS timestamptz
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    -- The lock of the append function: an append under way ends first.
    PERFORM pg_advisory_xact_lock(hashtextextended(of_stream, 0));

    IF NOT EXISTS (
        SELECT FROM events AS e WHERE e.stream_id = of_stream AND e.type = 'pathway.erased'
    ) THEN
        RAISE EXCEPTION 'the log does not say that this patient was erased'
            USING ERRCODE = 'CP004';
    END IF;

    UPDATE patient_keys AS k
    SET wrapped = NULL, wrapped_by = NULL, destroyed_at = clock_timestamp()
    WHERE k.stream_id = of_stream AND k.destroyed_at IS NULL;

    RETURN (SELECT k.destroyed_at FROM patient_keys AS k WHERE k.stream_id = of_stream);
END
$$;

REVOKE ALL ON FUNCTION carepath_log.destroy_patient_key FROM public;
