-- The same as 0031_destroy_key_of_any_entity.sql, and with a pathway's key that of the stream
-- beside it: why somebody broke the glass is text about the patient. A stream that has no key yet
-- gets one that is destroyed already, so that no reason can be written there later.
CREATE OR REPLACE FUNCTION carepath_log.destroy_patient_key(of_stream text) RETURNS timestamptz
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    -- The lock of the append function: an append under way ends first.
    PERFORM pg_advisory_xact_lock(hashtextextended(of_stream, 0));

    IF NOT EXISTS (
        SELECT FROM events AS e
        WHERE e.stream_id = of_stream
            AND e.type IN ('pathway.erased', 'escalation.erased', 'request.erased')
    ) THEN
        RAISE EXCEPTION 'the log does not say that this patient was erased'
            USING ERRCODE = 'CP004';
    END IF;

    IF starts_with(of_stream, 'pathway-') THEN
        INSERT INTO patient_keys AS k (key_id, stream_id, destroyed_at)
        VALUES (
            gen_random_uuid(), 'access-' || substr(of_stream, length('pathway-') + 1),
            clock_timestamp()
        )
        ON CONFLICT (stream_id) DO UPDATE
        SET wrapped = NULL, wrapped_by = NULL, destroyed_at = excluded.destroyed_at
        WHERE k.destroyed_at IS NULL;
    END IF;

    UPDATE patient_keys AS k
    SET wrapped = NULL, wrapped_by = NULL, destroyed_at = clock_timestamp()
    WHERE k.stream_id = of_stream AND k.destroyed_at IS NULL;

    RETURN (SELECT k.destroyed_at FROM patient_keys AS k WHERE k.stream_id = of_stream);
END
$$;
