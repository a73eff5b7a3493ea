-- Drops a copy of a view and its checkpoint; nothing happens if there is none.
CREATE OR REPLACE FUNCTION carepath_views.drop_copy(copy text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF copy NOT LIKE 'view\_%' THEN
        RAISE EXCEPTION '% is not the schema of a view', copy;
    END IF;
    DELETE FROM carepath_views.checkpoints WHERE schema_name = copy;
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', copy);
END
$$;
