-- Nobody but the owner writes a table of the log: the others call its functions.
REVOKE ALL ON ALL TABLES IN SCHEMA carepath_log FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA carepath_log FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA carepath_log FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;

GRANT USAGE ON SCHEMA carepath_log TO
    carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA carepath_log TO
    carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA carepath_log TO
    carepath_appender, carepath_projector, carepath_sealer, carepath_reader;

GRANT EXECUTE ON FUNCTION
    carepath_log.append, carepath_log.append_one, carepath_log.ensure_patient_key,
    carepath_log.destroy_patient_key
TO carepath_appender;
GRANT EXECUTE ON FUNCTION carepath_log.settle TO carepath_projector;
GRANT EXECUTE ON FUNCTION carepath_log.seal, carepath_log.note_anchoring TO carepath_sealer;
