-- Views are the projector's own: it makes and drops their schemas. Readers may read what it makes.
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO carepath_projector', current_database());
END
$$;
ALTER DEFAULT PRIVILEGES FOR ROLE carepath_projector GRANT USAGE ON SCHEMAS TO carepath_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE carepath_projector GRANT SELECT ON TABLES TO carepath_reader;
