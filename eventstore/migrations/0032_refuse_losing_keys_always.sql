-- Also in sessions that switch ordinary triggers off (session_replication_role = replica), as for
-- the events: a lost key is a lost record.
ALTER TABLE carepath_log.patient_keys ENABLE ALWAYS TRIGGER refuse_changing_keys;
ALTER TABLE carepath_log.patient_keys ENABLE ALWAYS TRIGGER refuse_losing_keys;
