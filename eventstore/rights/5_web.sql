-- What the API does besides reading the log and building views, for which it logs in as a
-- projector: people's sessions, the record of what they read, under keys of its own streams, and
-- the links to calendars.
GRANT EXECUTE ON FUNCTION
    carepath_log.begin_session, carepath_log.see_session, carepath_log.look_up_session,
    carepath_log.end_session,
    carepath_log.append_access, carepath_log.ensure_access_key,
    carepath_log.make_calendar_link, carepath_log.calendar_links_of,
    carepath_log.find_calendar_link, carepath_log.note_calendar_followed,
    carepath_log.revoke_calendar_link
TO carepath_projector;

-- Auditors verify, prove and hand out on its pages.
GRANT SELECT ON
    carepath_log.seal_tiles, carepath_log.seal_checkpoints, carepath_log.seal_anchors
TO carepath_projector;

-- Nobody reads the tables themselves: each process asks for the one session, or the one calendar,
-- whose secret it was shown.
REVOKE ALL ON carepath_log.sessions, carepath_log.calendar_links FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
