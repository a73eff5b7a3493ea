-- What the API does besides reading the log and building views, for which it logs in as a
-- projector: people's sessions, and the record of what they read, under keys of its own streams.
GRANT EXECUTE ON FUNCTION
    carepath_log.begin_session, carepath_log.see_session, carepath_log.look_up_session,
    carepath_log.end_session,
    carepath_log.append_access, carepath_log.ensure_access_key
TO carepath_projector;

-- Nobody reads the table itself: each process asks for the one session whose secret it was shown.
REVOKE ALL ON carepath_log.sessions FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
