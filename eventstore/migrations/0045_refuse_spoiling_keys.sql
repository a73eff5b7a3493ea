-- The same as in 0006_patient_keys.sql, and what wraps a key changes only when it is wrapped anew, by
-- another key of the organisation, or when the log says that the patient was erased: whoever writes
-- something else into the row has taken the content away.
CREATE OR REPLACE FUNCTION carepath_log.refuse_losing_keys() RETURNS trigger
LANGUAGE plpgsql
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    IF tg_op <> 'UPDATE' THEN
        RAISE EXCEPTION '% of patient keys is refused: what they encrypt would be lost unrecorded', tg_op
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'To erase a patient, use carepath erase.';
    END IF;
    IF old.destroyed_at IS NOT NULL OR new.key_id <> old.key_id OR new.stream_id <> old.stream_id THEN
        RAISE EXCEPTION 'a destroyed key stays destroyed, and a key stays with its stream'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF new.destroyed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM events AS e
        WHERE e.stream_id = regexp_replace(old.stream_id, '^access-', 'pathway-')
            AND e.type IN ('pathway.erased', 'escalation.erased', 'request.erased')
    ) THEN
        RAISE EXCEPTION 'a key is destroyed only when the log says that the patient was erased'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'To erase a patient, use carepath erase.';
    END IF;
    IF new.destroyed_at IS NULL AND new.wrapped <> old.wrapped AND new.wrapped_by = old.wrapped_by THEN
        RAISE EXCEPTION 'a key is wrapped anew by another key of the organisation, or stays as it is'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'To rotate the organisation''s key, use carepath keys rotate.';
    END IF;
    RETURN new;
END
$$;
