CREATE FUNCTION carepath_log.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% of events is refused: the log is append-only', tg_op
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Append an event that corrects the earlier one; to erase a patient, destroy the key.';
END
$$;

CREATE TRIGGER refuse_rewriting
BEFORE UPDATE OR DELETE OR TRUNCATE ON carepath_log.events
FOR EACH STATEMENT EXECUTE FUNCTION carepath_log.refuse_rewriting();

-- Also in sessions that switch ordinary triggers off (session_replication_role = replica).
ALTER TABLE carepath_log.events ENABLE ALWAYS TRIGGER refuse_rewriting;
