-- An empty schema for a copy of a view, with its checkpoint before the first event.
CREATE OR REPLACE FUNCTION carepath_views.create_copy(copy text, of_view text, of_version text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('CREATE SCHEMA %I', copy);
    INSERT INTO carepath_views.checkpoints (schema_name, view, version)
    VALUES (copy, of_view, of_version);
END
$$;
