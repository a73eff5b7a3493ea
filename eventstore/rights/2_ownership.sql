-- The log belongs to a role that nobody logs in as. Its functions run as this owner and not as
-- whoever migrated, who may be a superuser.
DO $$
DECLARE
    part record;
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO carepath_owner', current_database());
    ALTER SCHEMA carepath_log OWNER TO carepath_owner;
    FOR part IN
        SELECT 'TABLE' AS kind, c.oid::regclass::text AS name
        FROM pg_class AS c
        WHERE c.relnamespace = 'carepath_log'::regnamespace AND c.relkind IN ('r', 'p')
        UNION ALL
        SELECT 'FUNCTION', p.oid::regprocedure::text
        FROM pg_proc AS p
        WHERE p.pronamespace = 'carepath_log'::regnamespace
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO carepath_owner', part.kind, part.name);
    END LOOP;
END
$$;

-- What the trigger refuses to everybody, the owner is not even granted.
REVOKE UPDATE, DELETE, TRUNCATE ON carepath_log.events FROM carepath_owner;
REVOKE DELETE, TRUNCATE ON carepath_log.patient_keys FROM carepath_owner;
