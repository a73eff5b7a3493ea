-- Puts the copy built beside the live one in its place, and says whether it did: not while it is
-- behind, or readers would go back in time.
--
-- Renaming a schema locks none of its tables, so readers neither wait nor fail: a statement reads
-- the tables of before or those of after. The row locks hold up projectors for that moment, and
-- the build that came with the row tells them that theirs is gone.
CREATE OR REPLACE FUNCTION carepath_views.switch(live text, following text, aside text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    present carepath_views.checkpoints;
    built carepath_views.checkpoints;
BEGIN
    SELECT * INTO present FROM carepath_views.checkpoints WHERE schema_name = live FOR UPDATE;
    SELECT * INTO STRICT built FROM carepath_views.checkpoints WHERE schema_name = following FOR UPDATE;
    IF built.seq < present.seq THEN
        RETURN false;
    END IF;
    IF to_regnamespace(quote_ident(live)) IS NOT NULL THEN
        EXECUTE format('ALTER SCHEMA %I RENAME TO %I', live, aside);
    END IF;
    DELETE FROM carepath_views.checkpoints WHERE schema_name = live;
    EXECUTE format('ALTER SCHEMA %I RENAME TO %I', following, live);
    UPDATE carepath_views.checkpoints
    SET schema_name = live, updated_at = clock_timestamp()
    WHERE schema_name = following;
    RETURN true;
END
$$;
