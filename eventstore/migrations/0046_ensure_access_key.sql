-- The same as ensure_patient_key for streams of the access log and no others: so the API, which
-- encrypts why somebody reads a record, can begin no key of a patient.
CREATE FUNCTION carepath_log.ensure_access_key(
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
    IF starts_with(of_stream, 'access-') IS NOT TRUE THEN
        RAISE EXCEPTION 'only what was read is encrypted under a key of this function'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT k.key_id, k.wrapped, k.wrapped_by, k.destroyed_at
    INTO STRICT
        ensure_access_key.key_id, ensure_access_key.wrapped, ensure_access_key.wrapped_by,
        ensure_access_key.destroyed_at
    FROM ensure_patient_key(
        of_stream, ensure_access_key.key_id, ensure_access_key.wrapped, ensure_access_key.wrapped_by
    ) AS k;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.ensure_access_key FROM public;
