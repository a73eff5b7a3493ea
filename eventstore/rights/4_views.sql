-- Views are the projector's own: it makes and drops their schemas. Readers may read what it makes,
-- and so may workers, whose jobs look there for what is due; they call nothing of it.
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO carepath_projector', current_database());
END
$$;
ALTER DEFAULT PRIVILEGES FOR ROLE carepath_projector GRANT USAGE ON SCHEMAS
TO carepath_appender, carepath_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE carepath_projector GRANT SELECT ON TABLES
TO carepath_appender, carepath_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE carepath_projector REVOKE EXECUTE ON FUNCTIONS FROM public;

-- What somebody else has made before, as an installation that begins with one login does.
DO $$
DECLARE
    schema name;
    part record;
BEGIN
    FOR schema IN
        SELECT nspname FROM pg_namespace WHERE nspname = 'carepath_views' OR nspname LIKE 'view\_%'
    LOOP
        EXECUTE format('ALTER SCHEMA %I OWNER TO carepath_projector', schema);
        FOR part IN
            SELECT 'TABLE' AS kind, c.oid::regclass::text AS name
            FROM pg_class AS c
            WHERE c.relnamespace = format('%I', schema)::regnamespace AND c.relkind IN ('r', 'p')
            UNION ALL
            SELECT 'FUNCTION', p.oid::regprocedure::text
            FROM pg_proc AS p
            WHERE p.pronamespace = format('%I', schema)::regnamespace
        LOOP
            EXECUTE format('ALTER %s %s OWNER TO carepath_projector', part.kind, part.name);
        END LOOP;
        EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM public', schema);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO carepath_appender, carepath_reader', schema);
        EXECUTE format(
            'GRANT SELECT ON ALL TABLES IN SCHEMA %I TO carepath_appender, carepath_reader', schema
        );
    END LOOP;
END
$$;
