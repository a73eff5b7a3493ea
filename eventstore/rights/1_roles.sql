-- Roles belong to the whole cluster: another database's log may have made them already.
DO $$
DECLARE
    missing text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('carepath.roles', 0));
    FOR missing IN
        SELECT name
        FROM unnest(ARRAY[
            'carepath_owner', 'carepath_appender', 'carepath_projector', 'carepath_sealer',
            'carepath_reader'
        ]) AS name
        WHERE NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = name)
    LOOP
        EXECUTE format('CREATE ROLE %I NOLOGIN', missing);
        -- Only a member hands anything to a role. A superuser counts as one of every role; another
        -- who makes one may make themselves one, and is none until then.
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', missing);
        END IF;
    END LOOP;
END
$$;
