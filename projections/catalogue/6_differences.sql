-- How many rows differed from those before when the copy was built beside them. Asked for first:
-- adding a column waits for every reader, even where it is there.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM pg_attribute
        WHERE attrelid = 'carepath_views.checkpoints'::regclass AND attname = 'differences'
    ) THEN
        ALTER TABLE carepath_views.checkpoints ADD COLUMN differences bigint;
    END IF;
END
$$;
