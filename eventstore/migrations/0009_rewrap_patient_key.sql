-- Replaces the wrapping of a key, if it still is the one that was read: false if the key was
-- wrapped anew or destroyed meanwhile.
CREATE FUNCTION carepath_log.rewrap_patient_key(
    of_key uuid, wrapped_before bytea, wrapped_anew bytea, anew_by text
) RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    UPDATE patient_keys AS k
    SET wrapped = wrapped_anew, wrapped_by = anew_by
    WHERE k.key_id = of_key AND k.wrapped = wrapped_before;
    RETURN FOUND;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.rewrap_patient_key FROM public;
