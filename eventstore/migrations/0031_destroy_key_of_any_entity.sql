-- The same as 0008_destroy_patient_key.sql for whatever holds a patient's content: a pathway, its
-- escalations and its records requests each say with their own event that they were erased.
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

    UPDATE patient_keys AS k
    SET wrapped = NULL, wrapped_by = NULL, destroyed_at = clock_timestamp()
    WHERE k.stream_id = of_stream AND k.destroyed_at IS NULL;

    RETURN (SELECT k.destroyed_at FROM patient_keys AS k WHERE k.stream_id = of_stream);
END
$$;
