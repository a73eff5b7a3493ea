-- One data key a stream, wrapped by a key of the organisation. A destroyed key keeps its row, so
-- that "erased" and "not available" stay apart.
CREATE TABLE carepath_log.patient_keys (
    key_id uuid PRIMARY KEY,
    stream_id text COLLATE "C" NOT NULL UNIQUE,
    wrapped bytea,
    wrapped_by text COLLATE "C",
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CHECK (num_nulls(wrapped, wrapped_by) = CASE WHEN destroyed_at IS NULL THEN 0 ELSE 2 END)
);

-- For the rotation, which asks for the keys that the present organisation key has not wrapped.
CREATE INDEX patient_keys_by_wrapping
ON carepath_log.patient_keys (wrapped_by, key_id)
WHERE destroyed_at IS NULL;

CREATE FUNCTION carepath_log.refuse_losing_keys() RETURNS trigger
LANGUAGE plpgsql
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    IF tg_op = 'UPDATE' THEN
        IF old.destroyed_at IS NULL AND new.key_id = old.key_id AND new.stream_id = old.stream_id THEN
            RETURN new;
        END IF;
        RAISE EXCEPTION 'a destroyed key stays destroyed, and a key stays with its stream'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RAISE EXCEPTION '% of patient keys is refused: what they encrypt would be lost unrecorded', tg_op
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'To erase a patient, use carepath erase.';
END
$$;

CREATE TRIGGER refuse_changing_keys
BEFORE UPDATE ON carepath_log.patient_keys
FOR EACH ROW EXECUTE FUNCTION carepath_log.refuse_losing_keys();

CREATE TRIGGER refuse_losing_keys
BEFORE DELETE OR TRUNCATE ON carepath_log.patient_keys
FOR EACH STATEMENT EXECUTE FUNCTION carepath_log.refuse_losing_keys();
