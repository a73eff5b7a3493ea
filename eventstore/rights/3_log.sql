-- Nobody but the owner writes a table of the log: the others call its functions. Every table and
-- function stands here by its name, so that a later one is nobody's until somebody has thought of it.
REVOKE ALL ON ALL TABLES IN SCHEMA carepath_log FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA carepath_log FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA carepath_log FROM
    public, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;

GRANT USAGE ON SCHEMA carepath_log TO
    carepath_appender, carepath_projector, carepath_sealer, carepath_reader;

-- Every process reads the log. When it starts it compares its keys with the fingerprints, and the
-- schema with the one that it was written for.
GRANT SELECT ON
    carepath_log.events, carepath_log.events_seq, carepath_log.watermark,
    carepath_log.patient_keys, carepath_log.key_fingerprints, carepath_log.migrations
TO carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
-- A worker looks whether the seal stands still, and for that compares it with its anchor.
GRANT SELECT ON
    carepath_log.seal_tiles, carepath_log.seal_checkpoints, carepath_log.seal_anchors
TO carepath_appender, carepath_sealer, carepath_reader;
-- Only workers perform effects.
GRANT SELECT ON carepath_log.effect_ledger TO carepath_appender;
-- Workers send to receivers, the API shows how that goes. Whom, and what they may see, is the
-- owner's to say.
GRANT SELECT ON carepath_log.subscriptions TO
    carepath_appender, carepath_projector, carepath_reader;

GRANT EXECUTE ON FUNCTION
    carepath_log.append, carepath_log.append_one, carepath_log.append_several,
    carepath_log.ensure_patient_key, carepath_log.ensure_access_key,
    carepath_log.destroy_patient_key,
    carepath_log.note_effect, carepath_log.strike_effect, carepath_log.drop_effects,
    carepath_log.append_access,
    carepath_log.note_delivery, carepath_log.note_failed_delivery
TO carepath_appender;
GRANT EXECUTE ON FUNCTION carepath_log.settle TO carepath_projector;
GRANT EXECUTE ON FUNCTION carepath_log.seal, carepath_log.note_anchoring TO carepath_sealer;

-- The owner's alone: rotating the organisation's key, and what triggers call.
GRANT EXECUTE ON FUNCTION
    carepath_log.rewrap_patient_key, carepath_log.refuse_rewriting,
    carepath_log.refuse_losing_keys, carepath_log.refuse_resealing
TO carepath_owner;
